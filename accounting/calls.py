"""The irreversible calls to a provider, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connector.core.document import Figures

JSON = dict[str, Any]


class Write(StrEnum):
    """The irreversible calls. A step of a job is named after its call, with a suffix where there are several."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    ACCOUNT = "account"
    DRAFT = "draft"
    BOOK = "book"
    CORRECT = "correct"
    """Makes a draft anew, in place, where the books round otherwise than was taken for granted."""
    PAYMENT = "payment"
    PAYMENT_UNDO = "payment-undo"
    """Takes back a payment that is registered and not final yet."""
    PAYMENT_BOOK = "payment-book"
    MATCH = "match"
    """Sets a booked credit note off against what is open on the invoice that it credits."""


@dataclass(frozen=True)
class Call:
    """One irreversible call, complete before it is made, so that exactly these bytes can be sent again.

    `host` names one of the provider's hosts; `about` is what a look-up needs to find the call's effect
    (document key, e-mail, invoice number …), JSON-able. `under` names what was taken for granted and may turn out
    otherwise: how a document's books round, the sign of a payment's amount; empty where nothing is.
    """

    write: Write
    method: str
    host: str
    path: str
    body: bytes
    about: JSON = field(default_factory=dict)
    under: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a call made, or a look-up found. `id` is the provider's own id (number) of the thing.

    `final` tells a booked document from a draft; `figures` where the answer carries them. `more` of a draft in a
    foreign currency holds `currency`, `rate` (the price of 100 units) and `rate_day`, where the provider tells; `more`
    of a booked invoice its `number`, where that is not its id.
    """

    id: str
    final: bool = False
    figures: Figures | None = None
    more: JSON = field(default_factory=dict)

    @property
    def number(self) -> str:
        """What people know it by."""
        return str(self.more.get("number") or self.id)


@dataclass(frozen=True)
class Verdict:
    """What a payment, registered and not final yet, showed of its amount's sign.

    `sign` is the name (a `Call.under`) of the sign that stands for money received, empty where the books showed
    neither; `evidence` the figures that say so.
    """

    sign: str = ""
    evidence: JSON = field(default_factory=dict)
