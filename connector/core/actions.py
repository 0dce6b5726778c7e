"""What the plan can say: the things to do next with a job. The engine does each of them in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from connector.core.readings import Reading
from connector.core.states import Detail, State


@dataclass(frozen=True)
class Read:
    """Fetch the order and read it."""


@dataclass(frozen=True)
class Prepare:
    """Build the document, find its customer and items."""


@dataclass(frozen=True)
class Call:
    """Make the irreversible call of this name: intent, call, result."""

    step: str


@dataclass(frozen=True)
class Look:
    """Look what the call of this name has made."""

    step: str


@dataclass(frozen=True)
class Resend:
    """Send the same bytes under the same key again."""

    step: str


@dataclass(frozen=True)
class Discard:
    """Delete the draft, which differs from the order as it is now, and begin anew."""


@dataclass(frozen=True)
class Learn:
    """The books round in one of these ways, which explain the draft's figures: make the document anew under them and
    remember it, or rest as `otherwise` says where they ask for different documents."""

    readings: tuple[Reading, ...]
    otherwise: Close


@dataclass(frozen=True)
class Confirm:
    """See from the books what the registered payment of this name does. `is_last`: where it does neither what it should
    nor the opposite, nothing more is settled on this connection."""

    step: str
    is_last: bool


@dataclass(frozen=True)
class ReadBalance:
    """Read back what is open on the booked document."""


@dataclass(frozen=True)
class Withdraw:
    """The whole of an order that is not booked was credited: end the order, and its draft."""


@dataclass(frozen=True)
class Refund:
    """So much of the credit note is to be registered as paid back: say on which accounts."""

    amount: Decimal


@dataclass(frozen=True)
class Follow:
    """See what the owner did with a draft that was left to them: booked it, deleted it, nothing yet."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do before `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Close:
    """The job rests in this state until something is heard of it or a person acts."""

    state: State
    detail: Detail = Detail.NONE
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    again_in: timedelta | None = None
    """When to look at it again although nothing was heard."""


Action = (
    Read
    | Prepare
    | Call
    | Look
    | Resend
    | Discard
    | Withdraw
    | Refund
    | Follow
    | Learn
    | Confirm
    | ReadBalance
    | Wait
    | Close
)
