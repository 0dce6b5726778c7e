"""script/sandbox: the stand-ins alone, until TERM."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from script.lib import ending, stand_ins
from script.lib.ending import WRONG
from script.lib.run import Run
from script.lib.stand_ins import StandIns
from script.lib.talk import line, say


def main(arguments: Sequence[str]) -> int:
    """Start the sandbox, print its addresses and stay until told to stop; answers the exit code."""
    parser = argparse.ArgumentParser(prog="script/sandbox", description=__doc__)
    parser.add_argument("--port", type=int, metavar="N", help="the port to listen on (default: a free one)")
    options = parser.parse_args(arguments)
    return ending.run(lambda: _stay(options.port), on_term=ending.OK)


def _stay(port: int | None) -> int:
    with Run() as run:
        sandbox = StandIns(run, stand_ins.chosen_port(port))
        line(sandbox.addresses)
        sandbox.process.wait()
        say(sandbox.process.last_words())
        say("The sandbox died; its last words are above.")
        return WRONG
