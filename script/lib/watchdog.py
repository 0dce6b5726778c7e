"""Outlives its script by a moment and takes along whatever the script started, also after a kill -9.

Run as `python -m script.lib.watchdog RUN` with a pipe on standard input that carries one note a line: the process
group N was started (`+N`) or is gone (`-N`), or a folder to remove (`/…`). When the pipe closes, however the script
ended, the groups that are left are stopped, with them every process that carries the run's id in its environment, and
the folders are removed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from script.lib.paths import ROOT

RUNS = "CONNECTOR_RUNS"
"""Environment variable: the ids of the runs, outermost first, that a process belongs to (a test may start a demo)."""

GRACE_SECONDS, LAST_SECONDS = 5.0, 2.0


class Watchdog:
    """The script's end of the pipe."""

    def __init__(self, run: str) -> None:
        # Without the mark: the watchdog of an outer run must let this one finish its work.
        environment = {name: value for name, value in os.environ.items() if name != RUNS}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "script.lib.watchdog", run],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        self._pipe = self._process.stdin

    def started(self, group: int) -> None:
        """Have the process group `group` stopped at the end."""
        self._note(f"+{group}")

    def gone(self, group: int) -> None:
        """Forget `group`: its number may soon be somebody else's."""
        self._note(f"-{group}")

    def temporary(self, folder: Path) -> None:
        """Have `folder` removed at the end."""
        self._note(str(folder.absolute()))

    def finish(self) -> None:
        """Return when everything is gone."""
        self._pipe.close()
        self._process.wait()

    def _note(self, text: str) -> None:
        os.write(self._pipe.fileno(), f"{text}\n".encode())


def main(run: str) -> None:
    """Wait for the pipe to close, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups, folders = read_notes(sys.stdin)
    if not _send_for(GRACE_SECONDS, signal.SIGTERM, groups, run):
        _send_for(LAST_SECONDS, signal.SIGKILL, groups, run)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def read_notes(notes: Iterable[str]) -> tuple[set[int], list[str]]:
    """The process groups that were started and not reported gone, and the folders to remove."""
    groups: set[int] = set()
    folders: list[str] = []
    for note in notes:
        if note.startswith("+"):
            groups.add(int(note))
        elif note.startswith("-"):
            groups.discard(-int(note))
        else:
            folders.append(note.rstrip("\n"))
    return groups, folders


def _send_for(seconds: float, number: signal.Signals, groups: set[int], run: str) -> bool:
    """Signal what is left until nothing is; False when something still is after `seconds`.

    The time is bounded because a dead process stays in its group where nobody fetches its exit code (containers).
    """
    deadline = time.monotonic() + seconds
    while _send(number, groups, run):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def _send(number: signal.Signals, groups: set[int], run: str) -> bool:
    """Signal everything that is left of the run; answers whether anything was."""
    reached = [_reach(os.killpg, group, number) for group in groups]
    # Grandchildren may have opened sessions of their own (browsers, servers of tests).
    reached += [_reach(os.kill, process, number) for process in members(run)]
    return any(reached)


def _reach(kill: Callable[[int, int], None], target: int, number: signal.Signals) -> bool:
    try:
        kill(target, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def members(run: str) -> list[int]:
    """The processes that carry the run's id in their environment; none where there is no /proc."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if run in _runs(folder)]


def _runs(process: Path) -> list[str]:
    try:
        environment = (process / "environ").read_bytes()
    except OSError:
        return []
    prefix = f"{RUNS}=".encode()
    marks = [entry for entry in environment.split(b"\0") if entry.startswith(prefix)]
    return marks[0][len(prefix) :].decode().split(":") if marks else []


if __name__ == "__main__":
    main(sys.argv[1])
