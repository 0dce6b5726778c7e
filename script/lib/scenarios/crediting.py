"""What the scenarios of credit notes have in common: an order is booked, credited, and both are held together."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from script.lib import asked, notes
from script.lib.books import Held
from script.lib.control import Json
from script.lib.notes import Shown, Wish
from script.lib.reckoning import vat_inside
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.scenarios.triggers import SHOP_TIME
from script.lib.shop import Order

ALIKE = ("currency", "customer", "vat_zone")
"""What a credit note has from its invoice, as far as the ledger tells it."""


def numbered(note: Order, order: Order, number: int) -> Order:
    """A credit note that the shop made, with the key that it carries in the books as the shop's `number`-th."""
    return replace(note, key=notes.key_of(order, number))


class Crediting(Scenario):
    """A paid order is booked, and credited. Subclasses say of what, and what else must be true."""

    outcome = "credited"
    documents = 2
    needs = frozenset({"orders", "invoice", "payment", "credit notes"})
    settings: ClassVar[Mapping[str, object]] = {}
    has_original: ClassVar[bool] = True
    """Whether the credit notes are of the order, and name its invoice."""

    goods: ClassVar[Sequence[Mapping[str, object]]] = (CUP | {"amount": 2}, BOOK)
    wishes: ClassVar[Mapping[str, object]] = {"shipping_price": 39}

    def play(self, stage: Stage) -> Played:
        self.shown: dict[str, Shown] = {}
        self.others: list[Order] = []
        stage.business.set_up(**self.settings)
        order = self.sell(stage)
        credits = self.credit(stage, order)
        return self.ended(stage, order, credits)

    def ended(self, stage: Stage, order: Order, credits: Sequence[Order]) -> Played:
        """Wait until all of it is in the books."""
        every = [order, *credits, *self.others]
        held = stage.wait_booked(*every, balance=self.balance)
        for made in every:
            stage.wait_state(made, "done")
        original = order if self.has_original else None
        wrong = [*credit_faults(held, original, credits), *self._off(held), *self.complaints(stage, held)]
        return Played(every, wrong=wrong)

    def sell(self, stage: Stage) -> Order:
        """Let the order come about and be booked."""
        order = self.place(stage)
        stage.book(order)
        stage.wait_state(order, "done")
        return order

    def place(self, stage: Stage) -> Order:
        """The order."""
        return stage.shop.place(self.goods, paid=True, **self.wishes)

    def whole(self, order: Order, number: int = 1) -> Order:
        """The credit note that credits all of an order."""
        by_rate = {rate: -gross for rate, gross in order.by_rate.items()}
        about = replace(order, key=notes.key_of(order, number), name=str(number), credits=order.number)
        return replace(about, total=-order.total, vat=-order.vat, by_rate=by_rate)

    @abstractmethod
    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        """Credit it; answers the credit notes as they must be in the books."""

    def make(self, stage: Stage, order: Order, wish: Wish) -> Order:
        """The owner makes a credit note on the page; answers it as the page shows it."""
        number, shown = notes.make(stage.owner, order, wish)
        return self.as_shown(order, number, shown)

    def as_shown(self, order: Order, number: int, shown: Shown) -> Order:
        """A credit note as its preview shows it, which the books must hold so."""
        key, vat = notes.key_of(order, number), sum(shown.vat_by_rate.values(), Decimal("0.00"))
        self.shown[key] = shown
        about = replace(order, key=key, name=str(number), credits=order.number, by_rate={})
        return replace(about, total=-shown.gross, vat=-vat)

    def _off(self, held: Held) -> Iterator[str]:
        """Where the books hold something else than a preview showed."""
        for document in held.booked:
            if shown := self.shown.get(document["reference"]):
                vat = {rate: -amount for rate, (_, amount) in asked.parts(document).items() if amount}
                if vat != shown.vat_by_rate:
                    yield f"{document['reference']} has VAT {vat} and was shown with {shown.vat_by_rate}"

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        """What is wrong besides the outcome and the figures, which are judged for every scenario."""
        yield from ()


def credit_faults(held: Held, order: Order | None, credits: Sequence[Order]) -> Iterator[str]:
    """What is wrong with an order's credit notes in the books, each by itself and all together."""
    invoice = _of(held, order) if order else {}
    documents = [document for note in credits if (document := _of(held, note))]
    for note in credits:
        if document := _of(held, note):
            yield from _figure_faults(document, note)
            yield from _likeness_faults(document, invoice)
    if order and sum(note.total for note in credits) == -order.total and (left := asked.left(invoice, documents)):
        yield f"all is credited, and {left} is left of the invoice"


def _of(held: Held, order: Order) -> Json:
    return next((document for document in held.booked if document["reference"] == order.key), {})


def _figure_faults(document: Json, note: Order) -> Iterator[str]:
    if Decimal(document["gross"]) != note.total:
        yield f"{note.key} comes to {document['gross']}, not {note.total}"
    vat = {rate: amount for rate, (_, amount) in asked.parts(document).items() if amount}
    wanted = {rate: amount for rate, gross in note.by_rate.items() if (amount := vat_inside(gross, rate))}
    if note.by_rate and vat != wanted:
        yield f"{note.key} has VAT {vat}, not {wanted}"


def _likeness_faults(document: Json, invoice: Json) -> Iterator[str]:
    key, words = document["reference"], str(document["notes"])
    number = key.rpartition(":")[2]
    if document["date"] != f"{datetime.now(SHOP_TIME):%Y-%m-%d}":
        yield f"{key} is dated {document['date']}"
    if f"Kreditnota {number}" not in words:
        yield f"{key} does not say its number {number}: {words}"
    if invoice and str(invoice["number"]) not in words:
        yield f"{key} does not say which invoice it credits, {invoice['number']}: {words}"
    if document.get("credits") != (invoice.get("guid") or invoice.get("id")):
        yield f"{key} is for {document.get('credits')}"
    yield from (f"{key} has another {name}" for name in ALIKE if invoice and document.get(name) != invoice.get(name))
