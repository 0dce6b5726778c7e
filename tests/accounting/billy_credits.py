"""An invoice in Billy's books, and a credit note on its way there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounting.base import Receipt
from connector.core.document import InvoiceDocument
from tests.accounting.billy import World, a_note


class Credited:
    """An invoice in the books, paid or not, and a credit note on its way there."""

    def __init__(self, world: World, document: InvoiceDocument | None = None, *, paid: bool = True) -> None:
        self.world, self.stage = world, world.stage(document)
        self.booked = self.stage.the_booked()
        if paid:
            self.stage.the_entry()
        self.begin(a_note(self.stage.document, self.booked))

    def begin(self, note: InvoiceDocument) -> None:
        """Go on with this note."""
        self.note = self.stage.document = note
        self.stage.draft = self.stage.booked = self.stage.entry = None

    def book(self) -> Receipt:
        """The approved note."""
        return self.stage.the_booked()

    def refund(self) -> Receipt:
        """What it is paid back by."""
        return self.stage.the_entry()

    def left(self) -> tuple[Decimal, Decimal]:
        """What the provider says is open on the invoice and on the note."""
        note, provider = self.book(), self.stage.provider
        return provider.balances([self.booked.id])[self.booked.id], provider.open_credits([note.id])[note.id]

    def in_the_books(self) -> Any:
        """The only document under the note's key, booked, as its owner sees it."""
        ledger = self.world.company.ledger()
        [shown] = [row for row in ledger["drafts"] + ledger["booked"] if self._is_ours(row["notes"]["heading"])]
        assert shown in ledger["booked"]
        return shown

    def paid_back(self) -> list[str]:
        return [row["amount"] for row in self.world.company.ledger()["entries"] if self._is_ours(row["text"])]

    def _is_ours(self, text: str) -> bool:
        return text.endswith(self.note.key)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """The writes since the wire was emptied."""
        return [(sent.method, sent.path.split("/")[2]) for sent in self.stage.wire.writes]
