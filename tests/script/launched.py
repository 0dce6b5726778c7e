"""Scripts that were started, and what is left of them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from script.lib.ports import wait_until


class Script:
    """A script that runs, and the JSON object with which it said that it is ready."""

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self.process, self.ready = process, ready

    def end(self, number: int) -> int:
        """Send a signal; answers the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def started(clone: Path, *arguments: str) -> Iterator[Script]:
    """Start `script/…` in `clone` and wait for its JSON line."""
    process = subprocess.Popen(
        [clone / "script" / arguments[0], *arguments[1:]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        text = process.stdout.readline()
        assert text, process.communicate()[1]
        yield Script(process, json.loads(text))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def processes_of(folder: Path) -> list[int]:
    """The processes that work in `folder` or below it, or name it in their command line."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if str(folder) in _place(entry)]


def _place(process: Path) -> str:
    try:
        return f"{os.readlink(process / 'cwd')} {(process / 'cmdline').read_text()}"
    except OSError:
        return ""


def is_empty_soon(folder: Path) -> bool:
    """Whether within ten seconds no process is left that works in `folder`."""
    return wait_until(lambda: not processes_of(folder), lambda: True, 10)
