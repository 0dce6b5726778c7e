"""What is known of a job when the plan is asked: its order, document and calls, the settings, and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from connector.core.document import Figures, InvoiceDocument
from connector.core.order import Order
from connector.core.readings import READINGS, Reading
from connector.core.states import Detail

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LOOKS = 2
"""So many look-ups must find nothing before anything is sent again: a list may lag behind its writes."""
UNCLEAR = "unclear"
"""What is known of a payment's sign when a payment was seen to move its account neither way."""


class Trigger(StrEnum):
    """What makes an order go to the books."""

    PAYMENT = "payment"
    SHIPMENT = "shipment"
    STATUS = "status"


class StepStatus(StrEnum):
    """What is known of an irreversible call."""

    INTENT = "intent"
    DONE = "done"
    REFUSED = "refused"
    UNSENT = "unsent"


class First(StrEnum):
    """Where the shop's first order stands, seen from one job."""

    CHECKED = "checked"
    MINE = "mine"
    ANOTHER = "another"


@dataclass(frozen=True)
class Step:
    """One irreversible call of the job. `call_until`: when the call is over at the latest; `lost_at`: when it ended
    without an answer, None where the worker died in it; `under`: what it took for granted (a draft its rounding, a
    payment its sign), empty for the usual."""

    name: str
    status: StepStatus
    call_until: datetime
    lost_at: datetime | None = None
    looks: int = 0
    looked_at: datetime | None = None
    id: str = ""
    final: bool = False
    figures: Figures | None = None
    under: str = ""


@dataclass(frozen=True)
class Policy:
    """What the settings and the provider say of when and whether. Times in seconds.

    `statuses` are the shop's own words, in lower case, that trigger STATUS waits for. `leaves_open`: the invoice is
    not settled by us in full, on purpose. `confirms`: a connection's first payment is looked at before it is made
    final, since its sign may be wrong.
    """

    trigger: Trigger = Trigger.SHIPMENT
    statuses: frozenset[str] = frozenset()
    leaves_open: bool = False
    start_at: datetime | None = None
    transfers: bool = True
    books: bool = True
    settles: bool = True
    settlement: tuple[str, ...] = ("payment", "payment-book")
    confirms: bool = False
    quiet: float = 45.0
    lookup_lag: float = 20.0


class Standing(StrEnum):
    """Where the invoice stands that a credit note is for."""

    UNKNOWN = "unknown"
    """The shop does not say which order it credits, or that order was booked before Connector came."""
    NONE = "none"
    """A person said that the note stands by itself."""
    WAITING = "waiting"
    """It is not booked, and may be yet."""
    ENDED = "ended"
    """It will not be booked: the whole order was credited before."""
    BOOKED = "booked"


@dataclass(frozen=True)
class CreditFacts:
    """What is known of a credit note besides what is known of any document.

    `is_made_here`: a person made it in Connector, so that no shop is asked. `number` is that of the order it credits,
    as people know it. `is_whole`: it credits the whole of an order that is not booked; `is_withdrawn`: that order was
    told to end. `waits_until`: so long it waits for its invoice. `registers`: the refund is registered in the books.
    `is_refunded`: somebody said that the money went back. `original_open` is what is open on the invoice, None while
    that is not known; `matches`: the books can be told to set the note off against it. `document.payments` of the note
    are its refunds.
    """

    standing: Standing
    number: str = ""
    is_made_here: bool = True
    is_whole: bool = False
    is_withdrawn: bool = False
    waits_until: datetime | None = None
    registers: bool = True
    is_refunded: bool = False
    original_open: Decimal | None = None
    matches: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that `next_action` may know.

    `is_read`: the order holds all that was heard of it. `document` is what the draft was, or will be, made of.
    `customer` is the provider's number, empty while unknown. `missing_items` are to be made before the draft.
    `may_redo`: the settings changed, or a person asked, since a draft that differs was made.
    `in_books` is the second word of an order that is in the books already; `is_followed`: the draft that was left for
    the owner to book was looked at in this try. `is_deleted`: the owner deleted the draft, and nobody asked to send it
    again. `held` is the reason why nothing new may be sent, empty when it may.
    `is_withdrawn`: the whole order was credited while it was not booked. `is_credited`: notes of all that was booked
    are there, so that the order may be what it likes. `is_replaced`: it was sent again as another invoice.
    `credit` is there for a credit note; `balance` is then what is open on the note, above zero.
    `readings`: how the connection's books may round, all ways until a draft told; `sign`: that of money received, empty
    until a payment told; `is_another_tested`: another order's payment may be moving the posting account just now.
    """

    now: datetime
    policy: Policy
    order: Order | None = None
    is_read: bool = False
    is_forced: bool = False
    first: First = First.CHECKED
    steps: Mapping[str, Step] = field(default_factory=dict)
    document: InvoiceDocument | None = None
    customer: str = ""
    missing_items: tuple[str, ...] = ()
    may_redo: bool = False
    in_books: Detail | None = None
    is_followed: bool = False
    is_deleted: bool = False
    held: str = ""
    balance: Decimal | None = None
    readings: tuple[Reading, ...] = READINGS
    sign: str = ""
    is_another_tested: bool = False
    is_withdrawn: bool = False
    is_credited: bool = False
    is_replaced: bool = False
    credit: CreditFacts | None = None

    def done(self, name: str) -> Step | None:
        """The step of this name, when its call is known to have been made."""
        step = self.steps.get(name)
        return step if step and step.status is StepStatus.DONE else None

    @property
    def is_left(self) -> bool:
        """Whether the draft was left for the owner to book."""
        return self.in_books is Detail.DRAFT

    @property
    def booked(self) -> Step | None:
        """What says that the document is final: the booking, or a look-up that found it booked."""
        draft = self.done("draft")
        return self.done("book") or (draft if draft and draft.final else None)
