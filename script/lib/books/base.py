"""What every financial system's books are to a script: opened, approved, moved by hand, looked at and counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import ClassVar

from script.lib.control import Control, Json
from script.lib.page import Page
from script.lib.person import Person
from script.lib.shop import calls

CUSTOMER, PRODUCT, DRAFT, CORRECTION, BOOKING = "customer", "product", "draft", "correction", "booking"
PAYMENT, PAYMENT_UNDONE = "payment", "payment undone"
"""What the calls that change the books are called here; each system's `calls_made` says which requests they are."""

SHIPPING, FEE, TOTAL = "shipping", "fee", "total at 25 %"
"""What lines are of that are no product."""

CUSTOMER_PAYMENT = 2
"""The ledgers' entry type of a customer's payment."""

NOTHING: Mapping[str, object] = MappingProxyType({})
KINDS_OF_DOCUMENT = ("drafts", "booked", "payments")


@dataclass(frozen=True)
class Held:
    """What the books hold of some keys: documents and customer payments, as the ledger shows them."""

    drafts: list[Json]
    booked: list[Json]
    payments: list[Json]

    @property
    def documents(self) -> list[Json]:
        """The booked documents where there are any, else the drafts."""
        return self.booked or self.drafts

    def __add__(self, other: Held) -> Held:
        return Held(self.drafts + other.drafts, self.booked + other.booked, self.payments + other.payments)

    def sum_of(self, name: str) -> Decimal:
        """The sum of one amount (`gross`, `vat`, `remainder`) over the documents."""
        return sum((Decimal(document[name]) for document in self.documents), Decimal("0.00"))

    @property
    def paid(self) -> Decimal:
        """The sum of the customers' payments, as a positive amount."""
        return -sum((Decimal(payment["amount"]) for payment in self.payments), Decimal("0.00"))


class Books(ABC):
    """One set of books, newly made unless `made` is the control address's word about one that exists."""

    provider: ClassVar[str]
    """The system's name, as the product's pages, the faults, the switches and the counters have it."""

    account: ClassVar[str]
    """What one set of books is called where the sandbox is told of which one it is: agreement."""

    plural: ClassVar[str]
    """What several are called there."""

    capabilities: ClassVar[frozenset[str]]
    """What the system can do, or has; a scenario that needs something else is skipped."""

    calls_made: ClassVar[Mapping[str, str]]
    """Name of a call → method and path, with `*` for what varies, as the sandbox's faults take them."""

    ordinary: Mapping[str, object] = NOTHING
    """What the settings need besides what the page proposes, for orders to go through."""

    bank: str
    """The account of the bank, on which no setting enters a payment by itself."""

    longest_name: ClassVar[int]
    """Characters of the recipient's name that a document can have."""

    approved_elsewhere: ClassVar[bool] = True
    """Whether the owner lets the product in on pages of the system, and not on a page of the product."""

    lost_reason: ClassVar[str] = "connection-revoked"
    """Why orders need their owner when the product is let in no longer."""

    def __init__(self, control: Control, made: Json | None = None, **wishes: object) -> None:
        """Make books with the `wishes` that the sandbox's README names (name, plan, role …)."""
        self._control = control
        self.made = made or control.post(f"/{self.plural}", wishes)
        self.number: int = self.made[self.account]

    # --- at the system's own pages ------------------------------------------------------------------------------------
    @abstractmethod
    def approve(self, person: Person) -> Page:
        """Let the product in, on the page at which its owner has arrived; answers the product's page behind it."""

    def choose(self, person: Person) -> Page:
        """Choose these books on the product's page where it asks which ones; answers the page that is open then."""
        return person.page

    def revoke(self) -> None:
        """Let the product in no longer."""
        self.act("revoke")

    def act(self, name: str, /, **arguments: object) -> Json:
        """What the owner does by hand in the financial system (`book_by_hand`, `delete_draft_by_hand` …)."""
        return self._control.post(f"/{self.plural}/{self.number}/{name}", arguments)

    @abstractmethod
    def book_by_hand(self, draft: Json) -> None:
        """Book a draft, as `held` shows it."""

    @abstractmethod
    def delete_by_hand(self, draft: Json) -> None:
        """Delete a draft, as `held` shows it."""

    @abstractmethod
    def make_customer(self, name: str, email: str) -> str:
        """Make a customer, even a second one with that e-mail; answers their number."""

    def customer(self, name: str, email: str) -> str:
        """The number of the customer with that e-mail, who is made where there is none."""
        known = self.customers_with(email)
        return known[0] if known else self.make_customer(name, email)

    @abstractmethod
    def collective(self) -> str:
        """The number of the one customer for those of whom nobody wants to know."""

    # --- what they hold -----------------------------------------------------------------------------------------------
    def held(self, keys: Iterable[str]) -> Held:
        """What these keys have in the books now."""
        found = [self._control.ledger(key=key, **{self.account: self.number}) for key in keys]
        return Held(**{kind: [row for one in found for row in one[kind]] for kind in KINDS_OF_DOCUMENT})

    def all(self) -> Json:
        """Everything in these books. `payments` are those of customers, negative and with their document's key."""
        book: Json = self._control.ledger(**{self.account: self.number})[self.plural][0]
        return book | {"payments": self.payments(book)}

    @abstractmethod
    def payments(self, book: Json) -> list[Json]:
        """The customers' payments among what the ledger shows of these books."""

    @abstractmethod
    def traces(self) -> list[str]:
        """What the books hold of orders at all, by the ledger's names; empty while nothing was ever sent."""

    @abstractmethod
    def customers_with(self, email: str) -> list[str]:
        """The numbers of the customers with that e-mail address, in whatever letters."""

    @abstractmethod
    def entered(self, account: str) -> Decimal:
        """What payments have put on an account."""

    @abstractmethod
    def sold_as(self, document: Json) -> list[str]:
        """What each line of a document names, as `lines_of` does."""

    @abstractmethod
    def lines_of(self, *goods: str) -> list[str]:
        """What the lines for these goods (SKUs, or SHIPPING, FEE, TOTAL) must name."""

    @abstractmethod
    def treatment_faults(self, settings: Mapping[str, str], document: Json, treatment: str) -> list[str]:
        """What is wrong where a document is not treated as the settings say for `abroad` or `eu_business`."""

    @abstractmethod
    def currency_faults(self, document: Json, currency: str) -> list[str]:
        """What is wrong where a booked document and its payment are not in this currency, or not at the same rate."""

    @abstractmethod
    def taxed_otherwise(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Settings and goods of a shop that charges 25 % VAT where these books know of none."""

    # --- its switches, faults and counters ----------------------------------------------------------------------------
    def switch(self, name: str, value: object) -> None:
        """Set one of these books' own switches."""
        self._control.post("/switch", {"name": f"{self.provider}.{name}", "value": value, self.account: self.number})

    def fault(self, call: str, kind: str, times: int = 1, **more: object) -> None:
        """Order a fault in what these books' API answers to a call: its name, or method and path."""
        path = self.calls_made.get(call, call)
        wish = {"system": self.provider, "path": path, "kind": kind, "times": times, self.account: self.number}
        self._control.post("/fault", wish | more)

    def hits(self) -> int:
        """How many requests met the faults that are ordered for these books."""
        faults = self._control.get("/fault")["faults"]
        return sum(int(fault["hits"]) for fault in faults if fault["account"] == self.number)

    def recover(self) -> None:
        """Take the ordered faults back."""
        self._control.delete("/fault", **{self.account: self.number})

    def counted(self) -> dict[str, int]:
        """How many requests these books have received, by method and address with its numbers as `*`."""
        found = self._control.get("/counts")[self.provider].get(str(self.number), {"by_address": {}})
        return {call: int(count) for call, count in found["by_address"].items()}

    def writes(self) -> Counter[str]:
        """How many calls that change something these books have received: by name, by address where it has none."""
        counts: Counter[str] = Counter()
        for call, count in self.counted().items():
            if not call.startswith("GET"):
                counts[self._name_of(call)] += count
        return counts

    def _name_of(self, call: str) -> str:
        return next((name for name, made in self.calls_made.items() if fnmatchcase(call, made)), call)

    def calls(self) -> int:
        """How many requests these books have received."""
        return calls(self._control, self.provider, self.number)

    def calls_too_many(self) -> int:
        """How many of them were more than the system takes in a minute; 0 where nobody counts them."""
        return int(self.all().get("calls_too_many", 0))


class SettledOnTheInvoice(Books):
    """Books in which a payment is registered on the invoice itself: their ledgers tell it with the sign of money
    received, and what invoice and payment come to in kroner."""

    def held(self, keys: Iterable[str]) -> Held:
        found = super().held(keys)
        return Held(found.drafts, found.booked, [_owed_less(payment) for payment in found.payments])

    def payments(self, book: Json) -> list[Json]:
        return [_owed_less(row) for row in book["entries"] if row["type"] == CUSTOMER_PAYMENT]

    def traces(self) -> list[str]:
        book = self.all()
        return [kind for kind in ("drafts", "booked", "entries") if book[kind]]

    def currency_faults(self, document: Json, currency: str) -> list[str]:
        rows = [row for row in self.all()["entries"] if row["invoice"] == document["number"]]
        used = {document["currency"]} | {row["currency"] for row in rows}
        faults = [] if used == {currency} else [f"the document and its payment are in {sorted(used)}"]
        paid = sum(Decimal(row["base_amount"]) for row in rows)
        if paid != Decimal(document["gross_dkk"]):
            faults.append(f"{document['gross_dkk']} kroner are owed and {paid} were paid")
        return faults


def _owed_less(payment: Json) -> Json:
    """A customer's payment with the sign that it has among what customers owe."""
    return payment | {"amount": str(-Decimal(payment["amount"]))}
