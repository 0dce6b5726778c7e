"""One command of a run: started, watched, killed, restarted, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

from script.lib.account import OURSELVES, Account
from script.lib.paths import ROOT
from script.lib.watchdog import Watchdog


@dataclass(frozen=True)
class Command:
    """What to run and how to end it; `environment` comes on top of the run's."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cwd: Path = ROOT
    account: Account = OURSELVES
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 8.0


class Process:
    """A running command: the leader of a process group of its own."""

    def __init__(self, command: Command, environment: Mapping[str, str], watchdog: Watchdog, logs: Path | None) -> None:
        """Start `command`; its words go to files in `logs`, or all to standard error when that is None."""
        self.command = command
        self._environment = {**environment, **command.environment}
        self._watchdog = watchdog
        self._logs = logs
        self._popen = self._start("wb")

    @property
    def pid(self) -> int:
        """The leader's process id, which is also the group's."""
        return self._popen.pid

    def is_alive(self) -> bool:
        """Whether the leader runs."""
        return self._popen.poll() is None

    def wait(self, seconds: float | None = None) -> int:
        """The exit code, when the process has ended. Raises subprocess.TimeoutExpired after `seconds`."""
        return self._popen.wait(seconds)

    def ask_to_stop(self) -> None:
        """Send the command's own stop signal to the leader."""
        if self.is_alive():
            self._popen.send_signal(self.command.stop_signal)

    def stop(self) -> None:
        """Ask the process to end, give it its time, then end it with all of its group."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(self.command.grace_seconds)
        self.kill()

    def kill(self) -> None:
        """End the whole group at once with -9, as a power cut would."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._watchdog.gone(self.pid)

    def restart(self) -> None:
        """Start the command anew, after ending what is left of it."""
        self.kill()
        self._popen = self._start("ab")

    def output(self) -> list[str]:
        """The whole lines it has printed on standard output so far."""
        return self._file("out").read_text(errors="replace").split("\n")[:-1]

    def last_words(self, lines: int = 15) -> str:
        """The end of what it said, for the person who asks why it died."""
        complaints = self._file("log").read_text(errors="replace").splitlines()
        return "\n".join((self.output() + complaints)[-lines:])

    def _file(self, kind: str) -> Path:
        assert self._logs is not None
        return self._logs / f"{self.command.name}.{kind}"

    def _start(self, mode: str) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as files:
            popen = subprocess.Popen(
                [*self.command.account.prefix, *self.command.arguments],
                stdin=subprocess.DEVNULL,
                stdout=self._opened("out", mode, files),
                stderr=self._opened("log", mode, files),
                cwd=self.command.cwd,
                env=self._environment,
                start_new_session=True,
                **self.command.account.identity(),
            )
        self._watchdog.started(popen.pid)
        return popen

    def _opened(self, kind: str, mode: str, files: contextlib.ExitStack) -> IO[bytes] | IO[str]:
        return sys.stderr if self._logs is None else files.enter_context(self._file(kind).open(mode))
