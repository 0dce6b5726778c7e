"""When a credit note comes: before its invoice, after a change of the order, twice at once, into trouble."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

from script.lib import notes
from script.lib.books import Held, base
from script.lib.notes import Refused, Shown, Wish
from script.lib.owner import Owner
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.crediting import Crediting, numbered
from script.lib.scenarios.credits import ALL
from script.lib.scenarios.ordinary import CUP
from script.lib.shop import Order

TWO_CUPS = (CUP | {"amount": 2},)
DEARER = {"shipping_price": 59, "total_price": 259, "vat": "51.80"}
"""What the shop says of an order of two cups whose shipping costs 20 kroner more than at first."""


def drafted(stage: Stage, order: Order) -> Order:
    """Wait until the order is a draft that waits for its check."""
    stage.wait("a draft of the first order", lambda: stage.held([order]).drafts)
    stage.wait_state(order, "needs_you", "first-order-check")
    return order


class Drafted(Crediting):
    """The credit note comes while the invoice waits as a draft for its check: it goes after it."""

    def sell(self, stage: Stage) -> Order:
        return drafted(stage, self.place(stage))

    def waited(self, stage: Stage, order: Order, note: Order) -> Order:
        """Have the credit note wait for its invoice, and only then let that go."""
        stage.wait_state(note, "waiting", "invoice-first")
        self.held_then = stage.held([note])
        stage.owner.confirm(order)
        return note

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if self.held_then.documents:
            yield "the credit note was in the books before its invoice"


class ForADraft(Drafted):
    """The owner credits a part of what is a draft."""

    words = "note for a draft"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [self.waited(stage, order, self.make(stage, order, Wish({0: 1})))]


class BeforeBooking(Drafted):
    """The shop credits a part of what is not booked yet."""

    words = "note before the invoice is booked"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        note = stage.shop.credit(order, {0: 1})
        return [numbered(self.waited(stage, order, note), order, 1)]


class WholeDraft(Scenario):
    """The owner credits all of what is a draft: the draft goes, and nothing comes to the books."""

    words = "whole order credited before booking"
    outcome = "not_meant"
    needs = Crediting.needs

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        order = drafted(stage, stage.shop.place(TWO_CUPS, paid=True))
        self.credit(stage, order)
        row = stage.wait_state(order, "not_meant", "credited-before-booking")
        stage.wait("the end of the draft", lambda: not stage.held([order]).drafts)
        return Played([order], seen=row["state"])

    def credit(self, stage: Stage, order: Order) -> None:
        """Credit all of it."""
        notes.end_order(stage.owner, order)


class WholeDraftInTheShop(WholeDraft):
    """The shop credits all of what is a draft: neither of them comes to the books."""

    words = "whole order credited in the shop before booking"

    def credit(self, stage: Stage, order: Order) -> None:
        stage.wait_state(stage.shop.credit(order), "not_meant", "credited-before-booking")


class AboveRemainder(Crediting):
    """More than is left is refused, with what is left; the number that it would have had is not lost."""

    words = "note above the remainder"
    documents = 3
    goods, wishes = TWO_CUPS, {}

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        first = self.make(stage, order, Wish({0: 1}))
        self.refusal = notes.refused(stage.owner, order, Wish({0: 2}))
        return [first, self.make(stage, order, Wish({0: 1}))]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if "100,00" not in self.refusal:
            yield f"the second was not refused with the remainder: {self.refusal}"
        yield from _gaps(self.shown)


class TwoPeople(Crediting):
    """Two people credit both cups in the same moment: one does it, the other is told that nothing is left."""

    words = "two people at once"
    goods, wishes = TWO_CUPS, {}

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        people = [stage.owner, stage.owner.twin()]
        shown = [notes.look(person, order, Wish({0: 2})) for person in people]
        with ThreadPoolExecutor(len(people)) as pool:
            ends = list(pool.map(_saved, people, shown))
        self.refusals = [end for end in ends if isinstance(end, str)]
        return [self.as_shown(order, end, page) for end, page in zip(ends, shown, strict=True) if isinstance(end, int)]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if len(self.refusals) != 1:
            yield f"{len(self.refusals)} of two were refused"
        yield from _gaps(self.shown)


def _saved(owner: Owner, shown: Shown) -> int | str:
    """The number of the credit note, or why there is none."""
    try:
        return notes.save(owner, shown)
    except Refused as refusal:
        return str(refusal)


def _gaps(shown: dict[str, Shown]) -> Iterator[str]:
    """Numbers that are missing in the shop's series."""
    numbers = sorted(int(key.rpartition(":")[2]) for key in shown)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the credit notes have the numbers {numbers}"


class PressedTwice(Crediting):
    """The same form is sent twice: there is one credit note."""

    words = "credit note saved twice"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        people = [stage.owner, stage.owner.twin()]
        shown = notes.look(stage.owner, order, Wish({0: 1}))
        with ThreadPoolExecutor(len(people)) as pool:
            numbers = set(pool.map(notes.save, people, [shown, shown]))
        return [self.as_shown(order, number, shown) for number in numbers]


class NoteAnswerLost(Crediting):
    """The answer to the note's booking is lost: it is found, and not booked again."""

    words = "answer lost after booking the note"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        stage.books.fault(base.BOOKING, "drop_after")
        return [self.make(stage, order, Wish({0: 1}))]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.books.hits() != 1:
            yield f"{stage.books.hits()} answers were lost, not 1"


class RefundAnswerLost(Crediting):
    """The answer to the refund is lost: it is registered once."""

    words = "answer lost after the refund"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        stage.books.fault(base.PAYMENT, "drop_after")
        return [self.make(stage, order, ALL)]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.books.hits() != 1:
            yield f"{stage.books.hits()} answers were lost, not 1"


class Unpaid(Crediting):
    """An invoice that nobody has paid is credited in full: the note is set off against it, and no money goes back."""

    words = "credit of an unpaid invoice"
    needs = Crediting.needs | {"shipment"}
    settings = {"trigger": "shipment"}

    def sell(self, stage: Stage) -> Order:
        order = stage.shop.place(self.goods, **self.wishes)
        stage.shop.ship(order)
        stage.book(order, balance=order.total)
        stage.wait_state(order, "done")
        return order

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [self.make(stage, order, ALL)]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if held.payments:
            yield f"{len(held.payments)} payments are in the books"


class Cancelled(Crediting):
    """The order is cancelled after its invoice was booked: the owner credits it, and nothing is sent again."""

    words = "order cancelled after booking"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        stage.shop.cancel(order)
        stage.wait_state(order, "needs_you", "order-changed")
        notes.send_again(stage.owner, order)
        return [self.whole(order)]


class SentAgain(Crediting):
    """The order is dearer than what was booked: it is credited and sent as it is now, in one press."""

    words = "credit and send again"
    documents = 3
    goods = TWO_CUPS

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        stage.shop.change(order, raw=DEARER)
        stage.shop.deliver(order)
        stage.wait_state(order, "needs_you", "order-changed")
        notes.send_again(stage.owner, order)
        self.others = [replace(order, key=f"{order.key}:2", total=Decimal(259), vat=Decimal("51.80"))]
        self.order = order
        return [self.whole(order)]

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        numbers = [str(document["number"]) for document in held.booked if document["reference"] == self.order.key]
        if not numbers or numbers[0] not in stage.owner.page_of(self.order).text:
            yield "the new invoice's page does not name the one that it replaces"
