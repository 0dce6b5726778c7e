"""How a script ends: 0 all right, 1 something was wrong, 2 could not start, 130 on Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from script.lib.talk import say

OK, WRONG, CANNOT_START, INTERRUPTED = 0, 1, 2, 130


class CannotStart(Exception):
    """The script cannot begin; the message is the one sentence that the person gets."""


class Stopped(BaseException):
    """A signal asked for the end. Like KeyboardInterrupt not an Exception, so that no `except Exception` eats it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def listen() -> None:
    """Turn TERM, HUP and Ctrl-C into `Stopped`, so that everything started is stopped on the way out."""
    # A shell without job control starts background commands with INT ignored; a Ctrl-C sent to us must work even so.
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    # Under nohup HUP is ignored on purpose.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    """Raise once; a second Ctrl-C must not cut the cleaning up short."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped(number)


def run(main: Callable[[], int], on_term: int = 128 + signal.SIGTERM) -> int:
    """Call `main` and answer with the exit code the contract names; `on_term` is the code after TERM or HUP."""
    listen()
    try:
        return main()
    except CannotStart as reason:
        say(str(reason))
        return CANNOT_START
    except Stopped as stopped:
        return INTERRUPTED if stopped.number == signal.SIGINT else on_term
    except BrokenPipeError:
        # Whoever read our lines has gone. Python would complain once more when it flushes at exit.
        sys.stdout = None
        return WRONG
