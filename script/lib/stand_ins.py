"""The sandbox of a run: the process that stands in for every outside system."""

from __future__ import annotations

import json
import sys
from typing import Any

from script.lib import ports
from script.lib.processes import Command
from script.lib.run import Run


class StandIns:
    """The running sandbox; `addresses` is the JSON object that it printed when it was ready."""

    def __init__(self, run: Run, port: int) -> None:
        # In a folder that stays, shops and books are still there at the next start, as the database is.
        arguments = ["-m", "sandbox", "--port", str(port), "--state", str(run.folder / "sandbox.state")]
        # Named, so that it takes mails at the same place when it is started again.
        arguments += ["--smtp-port", str(ports.free_port())]
        command = Command("sandbox", [sys.executable, *arguments], grace_seconds=5)
        self.port = port
        self.process = run.start(command)
        run.await_ready(self.process, lambda: bool(self.process.output()))
        self.addresses: dict[str, Any] = json.loads(self.process.output()[0])


def chosen_port(asked: int | None, remembered: int | None = None) -> int:
    """The sandbox's port. Raises CannotStart when the one asked for is taken."""
    return ports.chosen(asked, "sandbox", remembered)
