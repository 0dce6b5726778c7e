"""An agreement of the sandbox: what its books hold, and what its owner does in them by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from script.lib.control import Control, Json
from script.lib.shop import calls


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


class Books:
    """One agreement, newly made unless `made` is the control address's word about one that exists."""

    provider = "economic"

    def __init__(self, control: Control, made: Json | None = None, **wishes: object) -> None:
        """Make an agreement with the `wishes` that the sandbox's README names (name, plan, role …)."""
        self._control = control
        self.made = made or control.post("/agreements", wishes)
        self.number: int = self.made["agreement"]

    def held(self, keys: Iterable[str]) -> Held:
        """What these keys have in the books now."""
        found = [self._control.ledger(key=key, agreement=self.number) for key in keys]
        parts = {kind: [row for one in found for row in one[kind]] for kind in ("drafts", "booked", "payments")}
        return Held(**parts)

    def all(self) -> Json:
        """Everything in this agreement's books."""
        book: Json = self._control.ledger(agreement=self.number)["agreements"][0]
        return book

    def act(self, name: str, /, **arguments: object) -> Json:
        """What the owner does by hand in the financial system (`book_by_hand`, `delete_draft_by_hand` …)."""
        return self._control.post(f"/agreements/{self.number}/{name}", arguments)

    def switch(self, name: str, value: object) -> None:
        """Set one of the agreement's own switches."""
        self._control.post("/switch", {"name": f"{self.provider}.{name}", "value": value, "agreement": self.number})

    def fault(self, path: str, kind: str, times: int = 1, **more: object) -> None:
        """Order a fault in what this agreement's API answers."""
        wish = {"system": self.provider, "path": path, "kind": kind, "times": times, "agreement": self.number}
        self._control.post("/fault", wish | more)

    def hits(self) -> int:
        """How many requests met the faults that are ordered for this agreement."""
        faults = self._control.get("/fault")["faults"]
        return sum(int(fault["hits"]) for fault in faults if fault["account"] == self.number)

    def recover(self) -> None:
        """Take the agreement's ordered faults back."""
        self._control.delete("/fault", agreement=self.number)

    def counted(self) -> dict[str, int]:
        """How many requests the agreement has received, by method and address with its numbers as `*`."""
        found = self._control.get("/counts")[self.provider].get(str(self.number), {"by_address": {}})
        return {call: int(count) for call, count in found["by_address"].items()}

    def writes_to(self, part: str) -> int:
        """How many POST and PUT the agreement has received at addresses with `part` in them."""
        counts = self.counted().items()
        return sum(count for call, count in counts if part in call and call.startswith(("POST", "PUT")))

    def calls(self) -> int:
        """How many requests the agreement has received."""
        return calls(self._control, self.provider, self.number)
