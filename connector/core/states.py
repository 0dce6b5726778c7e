"""The states of a job, and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an order stands. Every order is in exactly one of these."""

    WAITING = "waiting"
    DONE = "done"
    """In the books."""
    NOT_MEANT = "not_meant"
    NEEDS_YOU = "needs_you"
    NEEDS_US = "needs_us"


class Detail(StrEnum):
    """The second word of `DONE`."""

    NONE = ""
    DRAFT = "draft"
    BOOKED = "booked"
    PAYMENT_NOT_SEEN = "payment-not-seen"
    REFUND_NOT_SEEN = "refund-not-seen"
    """A credit note is booked; that the money went back, nobody has said."""
    BY_HAND = "by-hand"


DELAYS = (5.0, 30.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 86400.0)
"""Seconds before the next try after something temporary; the last one repeats until `GIVES_UP` tries."""
GIVES_UP = 10
"""After so many tries in a row, more than three days, a person of ours looks at it."""


def delay(tries: int) -> float:
    """Seconds to wait after the try of this number (from 1; the count is back at 0 where an earlier call succeeded)."""
    return DELAYS[min(max(tries, 1), len(DELAYS)) - 1]


_OPEN = frozenset({State.WAITING, State.NEEDS_YOU, State.NEEDS_US, State.NOT_MEANT})
MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset(State),
    State.NEEDS_YOU: frozenset(State),
    State.NEEDS_US: frozenset(State),
    State.NOT_MEANT: _OPEN | {State.DONE},
    # A booked document is never unbooked; it may turn out to have changed, or to be settled later. A draft that was
    # left to the owner goes when the whole order is credited, or cancelled, before it is booked.
    State.DONE: frozenset({State.DONE, State.NOT_MEANT, State.NEEDS_YOU, State.NEEDS_US}),
}


def may_move(old: State, new: State) -> bool:
    """Whether a job may go from `old` to `new`."""
    return new in MOVES[old]
