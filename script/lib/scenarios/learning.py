"""What the books do otherwise than was assumed: learnt once from what they show, and never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from script.lib.books import Books, base
from script.lib.business import Business
from script.lib.page import Page
from script.lib.reckoning import vat_inside
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.amounts import VAT_FREE_GOODS
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.shop import Order

PRICE = "9.03"
TWO_LINES = [CUP | {"unit_price": PRICE}, BOOK | {"unit_price": PRICE}]
"""Their VAT is 3.61, and 3.62 when it is taken out of each."""

UNSEEN = {"own_id": "VARE-2", "name": "Andet"}


class LearntOnce(Scenario):
    """The first order shows what the books do; the second of the same kind is right at once. Both are booked."""

    documents = 2
    needs = frozenset({"orders", "invoice", "draft", "payment"})
    switches: ClassVar[Mapping[str, object]] = {}
    """How these books differ from what is assumed."""

    goods: ClassVar[Sequence[Mapping[str, object]]] = [CUP]

    def switches_of(self, books: Books) -> Mapping[str, object]:
        """The same where it depends on the books."""
        return self.switches

    def goods_of(self, books: Books) -> Sequence[Mapping[str, object]]:
        """The goods where they depend on the books."""
        return self.goods

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        for name, value in self.switches_of(stage.books).items():
            stage.books.switch(name, value)
        orders, counts = [], []
        for begin in (stage.book, stage.wait_booked):
            before = stage.books.writes()
            orders.append(stage.shop.place(self.goods_of(stage.books), paid=True))
            begin(orders[-1])
            stage.wait_state(orders[-1], "done")
            counts.append(stage.books.writes() - before)
        return Played(orders, vat=self.vat(stage.books), wrong=list(self.complaints(stage.books, *counts)))

    def vat(self, books: Books) -> Decimal | None:
        """The VAT of both documents, where it is not what the shop charged."""
        return None

    def complaints(self, books: Books, first: Mapping[str, int], second: Mapping[str, int]) -> Iterator[str]:
        """What is wrong about the writes by which the two orders were made."""
        drafts = [counts.get(base.DRAFT, 0) for counts in (first, second)]
        if drafts != [1, 1]:
            yield f"{drafts} drafts were made, not one each"
        yield from self.surplus(books, first, second)
        doubled = [call for call, count in second.items() if count > 1]
        if doubled:
            yield f"the second order took more than one of {', '.join(doubled)}"

    def surplus(self, books: Books, first: Mapping[str, int], second: Mapping[str, int]) -> Iterator[str]:
        """The corrections, which only the first order may need, and no order whose lines hold prices including VAT."""
        wanted = [1, 0] if "net prices" in books.capabilities else [0, 0]
        corrected = [counts.get(base.CORRECTION, 0) for counts in (first, second)]
        if corrected != wanted:
            yield f"drafts were corrected {corrected} times, not {wanted}"


class ByTheLine(LearntOnce):
    """The books round VAT on each line. Two at 9.03 come to 18.05 by net prices until the draft is made otherwise;
    where prices include VAT the total stays, and VAT is what the lines give."""

    words = "line rounding learnt"
    goods = [CUP | {"amount": 2, "unit_price": PRICE}]

    def goods_of(self, books: Books) -> Sequence[Mapping[str, object]]:
        return self.goods if "net prices" in books.capabilities else TWO_LINES

    def switches_of(self, books: Books) -> Mapping[str, object]:
        return {"rounding_level" if "net prices" in books.capabilities else "vat_rounding": "line"}

    def vat(self, books: Books) -> Decimal | None:
        of_lines = sum((vat_inside(Decimal(PRICE), Decimal(25)) for _ in TWO_LINES), Decimal(0))
        return None if "net prices" in books.capabilities else self.documents * of_lines


class HalfEven(LearntOnce):
    """The books round a half to the even øre."""

    words = "half-even learnt"
    needs = LearntOnce.needs | {"half-even rounding"}
    switches = {"rounding_mode": "half-even"}
    goods = [CUP | {"unit_price": "0.53"}]


class OtherSign(LearntOnce):
    """A payment received has the other sign in these books: seen before it is booked, undone, made the other way."""

    words = "payment sign reversed"
    needs = LearntOnce.needs | {"payment sign"}
    switches = {"payment_sign": "positive"}

    def surplus(self, books: Books, first: Mapping[str, int], second: Mapping[str, int]) -> Iterator[str]:
        made, undone = (
            [counts.get(name, 0) for counts in (first, second)] for name in (base.PAYMENT, base.PAYMENT_UNDONE)
        )
        if made != [2, 1] or undone != [1, 0]:
            yield f"payments were entered {made} and undone {undone} times, not [2, 1] and [1, 0]"


class TwoReadings(Scenario):
    """The shop's figures, and in another business the draft's where these books can differ in two ways, can be read in
    two ways: nobody guesses."""

    words = "two readings, parked"
    outcome = "needs_you"
    tenants = 2
    needs = frozenset({"orders", "draft"})

    def play(self, stage: Stage) -> Played:
        order, page = self._of_the_shop(stage, stage.businesses[0])
        wrong = [
            f"the page does not show {word}"
            for word in ("shipping-incl-25", "shipping-incl-0")
            if word not in page.text
        ]
        if "half-even rounding" in stage.books.capabilities:
            wrong += self._of_the_draft(stage, stage.businesses[1])
        wrong += [f"the books hold {kind}" for business in stage.businesses for kind in business.books.traces()]
        return Played([order], seen="needs_you", wrong=wrong)

    def _of_the_shop(self, stage: Stage, business: Business) -> tuple[Order, Page]:
        """Goods with and without VAT, and nothing says which of it the shipping has."""
        business.set_up()
        business.shop.switch("order_vat", "missing")
        order = business.shop.place([CUP, VAT_FREE_GOODS], shipping_price=39, paid=True)
        stage.wait_state(order, "needs_you", "readings-differ", business.owner)
        return order, business.owner.page_of(order)

    def _of_the_draft(self, stage: Stage, business: Business) -> Iterator[str]:
        """Two roundings explain the draft's figures and would have it corrected differently."""
        business.set_up()
        business.books.switch("rounding_mode", "half-even")
        order = business.shop.place([CUP | {"unit_price": "0.01"}, UNSEEN | {"unit_price": "2.32"}], paid=True)
        stage.wait_state(order, "needs_you", "draft-differs", business.owner)
        [draft] = business.books.held([order.key]).drafts
        if Decimal(draft["gross"]) == order.total:
            yield "the draft does not differ"
        if business.books.writes()[base.CORRECTION]:
            yield "the draft was corrected by a guess"
        told, page = f"{draft['gross']}".replace(".", ","), business.owner.page_of(order)
        if told not in page.text:
            yield f"the page does not show the draft's {told}"
        # The draft that is left to the owner is theirs: they delete it.
        business.books.delete_by_hand(draft)
