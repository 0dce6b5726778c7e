"""One run of a script: its folder, its environment, its processes, and their end."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from script.lib import ports
from script.lib.ending import CannotStart
from script.lib.processes import Command, Process
from script.lib.talk import say
from script.lib.watchdog import RUNS, Watchdog


class Run:
    """Everything one script starts. Use as a context: on the way out nothing stays behind."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep the run's files in `folder`, or in a temporary one that goes with the run."""
        outer, own = os.environ.get(RUNS), uuid.uuid4().hex
        self.watchdog = Watchdog(own)
        self.environment: dict[str, str] = {**os.environ, RUNS: f"{outer}:{own}" if outer else own}
        self.folder = folder if folder is not None else self.temporary_folder()
        self.logs = self.folder / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.processes: list[Process] = []

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            self.watchdog.finish()

    def temporary_folder(self, parent: Path | None = None) -> Path:
        """A new folder, closed to others, that is removed at the end of the run."""
        folder = Path(tempfile.mkdtemp(prefix="connector-", dir=parent))
        self.watchdog.temporary(folder)
        return folder

    def set(self, addresses: Mapping[str, str]) -> None:
        """Put settings into the environment of what is started from now on; one already set there wins."""
        self.environment = {**addresses, **self.environment}

    def start(self, command: Command) -> Process:
        """Start a process that lives until the end of the run."""
        process = Process(command, self.environment, self.watchdog, self.logs)
        self.processes.append(process)
        return process

    def start_and_wait(self, command: Command, is_ready: Callable[[], bool]) -> Process:
        """Start a process and return when it is ready. Raises CannotStart when it dies or takes too long."""
        process = self.start(command)
        self.await_ready(process, is_ready)
        return process

    def await_ready(self, process: Process, is_ready: Callable[[], bool], seconds: float = 60) -> None:
        """Return when `is_ready`. Raises CannotStart when the process dies or `seconds` are over."""
        if not ports.wait_until(is_ready, process.is_alive, seconds):
            say(process.last_words())
            raise CannotStart(f"The {process.command.name} process did not start; its last words are above.")

    def finish(self, command: Command) -> list[str]:
        """Run a command to its end; answers what it printed. Raises CannotStart when its exit code is not 0."""
        process = Process(command, self.environment, self.watchdog, self.logs)
        try:
            if process.wait():
                say(process.last_words(40))
                raise CannotStart(f"{command.name.capitalize()} failed; the reason is above.")
            return process.output()
        finally:
            process.stop()

    def show(self, command: Command, seconds: float | None = None) -> int:
        """Run a command to its end, its words on standard error; answers its exit code.

        Raises subprocess.TimeoutExpired when it takes longer than `seconds`.
        """
        process = Process(command, self.environment, self.watchdog, logs=None)
        try:
            return process.wait(seconds)
        finally:
            process.stop()

    def has(self, name: str) -> bool:
        """Whether the run started a process of that name."""
        return any(process.command.name == name for process in self.processes)

    def process(self, name: str) -> Process:
        """The process of that name. Raises LookupError when the run did not start one."""
        for process in self.processes:
            if process.command.name == name:
                return process
        raise LookupError(f"this run did not start the {name} process itself")

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self.processes:
            self.processes.pop().stop()
