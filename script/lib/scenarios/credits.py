"""Credit notes that the owner makes: of all, of a part, of the shipping, of an amount, in several pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from script.lib import notes
from script.lib.books import Held
from script.lib.notes import Wish
from script.lib.reckoning import vat_inside
from script.lib.scenario import Stage
from script.lib.scenarios.amounts import ORE, VAT_FREE_GOODS, rounding_lines
from script.lib.scenarios.crediting import Crediting
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.shop import Order

ALL = Wish(is_rest=True)


class Full(Crediting):
    """All of the order by one press: paid back in the books, and sent back when the owner says so."""

    words = "full credit"
    goods = (CUP | {"amount": 2}, BOOK, VAT_FREE_GOODS)

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        self.note = self.make(stage, order, ALL)
        return [self.note]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        seen = [stage.owner.order(self.note).get("detail")]
        notes.mark_refunded(stage.owner, int(self.note.name))
        seen.append(stage.owner.order(self.note).get("detail"))
        if seen != ["refund-not-seen", "booked"]:
            yield f"the credit note was shown as {seen}"
        paid = [Decimal(payment["amount"]) for payment in held.payments]
        if len(paid) != 2 or sum(paid, Decimal(0)):
            yield f"the payments are {paid}"


class Piece(Crediting):
    """A part of the order; its amount is what the customer paid for it."""

    wish: ClassVar[Wish]
    gross: ClassVar[str]

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [self.make(stage, order, self.wish)]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        [shown] = self.shown.values()
        gross, rate = Decimal(self.gross), Decimal(25)
        if (shown.gross, shown.vat_by_rate) != (gross, {rate: vat_inside(gross, rate)}):
            yield f"the page showed {shown.gross} with VAT {shown.vat_by_rate}, not {gross}"


class OneLine(Piece):
    """One of two products."""

    words = "one line of several"
    wish, gross = Wish({1: 1}, text="Retur"), "191.80"


class PartQuantity(Piece):
    """One cup of three."""

    words = "part quantity"
    goods = (CUP | {"amount": 3, "unit_price": "99.95"}, BOOK)
    wish, gross = Wish({0: 1}), "99.95"


class ShippingOnly(Piece):
    """The shipping is given back, and the goods are kept."""

    words = "shipping only"
    wish, gross = Wish(shipping=True), "39.00"


class WithShipping(Piece):
    """The owner ticks the shipping on a credit note of a part."""

    words = "made here with shipping"
    wish, gross = Wish({0: 1}, shipping=True), "139.00"


class AmountOnly(Piece):
    """An amount that belongs to no line: where lines name items it needs one, and nothing is made without."""

    words = "amount only"
    wish, gross = Wish(amounts={"25": "50,00"}), "50.00"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        self.refusal = ""
        if "items" in stage.books.capabilities:
            self.refusal = notes.refused(stage.owner, order, self.wish)
            stage.owner.map(**{"credit_item@25": stage.books.lines_of("KOP-1")[0]})
        return super().credit(stage, order)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        if "items" in stage.books.capabilities and not self.refusal:
            yield "a credit note of an amount could be made without an item for it"


class LeftOpen(Piece):
    """The owner leaves the credit note open, and has the refund registered later."""

    words = "refund registered later"
    wish, gross = Wish({0: 1}, refund="open"), "100.00"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        [note] = super().credit(stage, order)
        stage.wait_booked(order, note, balance=note.total)
        stage.wait_state(note, "done")
        notes.register_refund(stage.owner, int(note.name))
        return [note]


class Several(Crediting):
    """Several credit notes, of which the last takes what is left: they come to the invoice, to the øre."""

    in_turn: ClassVar[Sequence[Wish]]

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [self.make(stage, order, wish) for wish in self.in_turn]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        numbers = sorted(key.rpartition(":")[2] for key in self.shown)
        if numbers != [str(number + 1) for number in range(len(self.in_turn))]:
            yield f"the credit notes have the numbers {numbers}"


class ThreeNotes(Several):
    """Three cups at a price that cannot be without VAT, one by one and the rest."""

    words = "three notes summing to the invoice"
    documents = 4
    goods = (CUP | {"amount": 3, "unit_price": "33.33"}, BOOK)
    in_turn = (Wish({0: 1}), Wish({0: 1, 1: 1}), ALL)


class CouponOrder(Several):
    """A coupon took 17 percent off: what is credited has its share of that."""

    words = "credit of a coupon order"
    documents = 3
    needs = Several.needs | {"discount"}
    goods = (CUP | {"amount": 3, "unit_price": "99.95"}, BOOK | {"unit_price": "33.33"})
    wishes = {"voucher_percent": 17, "voucher_code": "EFTERÅR"}
    in_turn = (Wish({0: 1}), ALL)
    paid = Decimal("99.95") * (100 - 17) / 100

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        first = next(iter(self.shown.values()))
        if abs(first.gross - self.paid) > ORE:
            yield f"a cup for which {self.paid} was paid is credited with {first.gross}"


class RoundingLine(Several):
    """No net price comes to 99.92: the øre without VAT that the invoice has for that is credited, too."""

    words = "credit of an order with a rounding line"
    goods = (CUP | {"unit_price": "99.92"},)
    wishes = {}
    in_turn = (ALL,)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        rounded, wanted = rounding_lines(held), 2 if "net prices" in stage.books.capabilities else 0
        if len(rounded) != wanted or sum(rounded, Decimal(0)):
            yield f"the VAT-free lines of invoice and credit note are {rounded}"


class ForeignCurrency(Several):
    """An order in euro is credited in euro, at the invoice's rate: nothing is left in kroner either."""

    words = "foreign currency"
    needs = Several.needs | {"currencies"}
    wishes = {"shipping_price": 5, "currency": "EUR"}
    documents = 3
    in_turn = (Wish({0: 1}), ALL)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        for document in held.booked:
            yield from stage.books.currency_faults(document, "EUR")
