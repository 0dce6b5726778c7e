"""The switches, and what stops orders for a while: a pause, another agreement."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import KINDS, Held
from script.lib.control import Json
from script.lib.owner import Owner
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP, Ordinary
from script.lib.shop import Order


class EachSwitch(Scenario):
    """Orders off: nothing goes. Customers off: everything goes to the one customer. Booking off: a draft is made."""

    words = "each switch off"
    needs = frozenset({"orders", "invoice", "draft", "customers"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up(orders=False)
        first = stage.shop.place([CUP], paid=True)
        stage.wait_state(first, "not_meant", "switched-off")
        collective = stage.books.collective()
        stage.owner.save(orders=True, customers=False, collective=collective)
        held = stage.book(first)
        wrong = [] if str(held.booked[0]["customer"]) == collective else ["it is not for the collective customer"]
        stage.owner.save(customers=True, booking=False)
        second = stage.shop.place([BOOK], paid=True)
        stage.wait_state(second, "done")
        drafts = stage.books.held([second.key]).drafts
        if len(drafts) != 1 or str(drafts[0]["customer"]) == collective:
            wrong.append(f"with booking off there are {len(drafts)} drafts")
        # The draft that is left to the owner is theirs: they delete it.
        stage.books.delete_by_hand(drafts[0])
        return Played([first], wrong=wrong)


class DraftBookedByHand(Ordinary):
    """The owner books the draft that was left to them: it is settled as ours would be."""

    words = "draft booked by hand"
    needs = frozenset({"orders", "draft", "payment"})
    settings = {"booking": False}

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], paid=True)

    def end(self, stage: Stage, order: Order) -> Held:
        stage.books.book_by_hand(_draft_left(stage, order))
        # Whatever is heard of the order makes its draft be looked at.
        stage.shop.deliver(order)
        return stage.wait_booked(order)


class DraftDeletedByHand(Scenario):
    """The owner deletes the draft that was left to them: they are asked what they meant."""

    words = "draft deleted by hand"
    outcome = "needs_you"
    needs = frozenset({"orders", "draft"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up(booking=False)
        order = stage.shop.place([CUP], paid=True)
        stage.books.delete_by_hand(_draft_left(stage, order))
        stage.shop.deliver(order)
        row = stage.wait_state(order, "needs_you", "draft-deleted")
        return Played([order], seen=row["state"])


def _draft_left(stage: Stage, order: Order) -> Json:
    """Take the order through its check; answers the draft that is left to the owner."""
    stage.check_first(order)
    stage.wait_state(order, "done")
    [draft] = stage.held([order]).drafts
    return draft


class PauseAndResume(Ordinary):
    """While the shop is paused nothing is sent; resumed, the order goes by itself."""

    words = "pause and resume"

    def happen(self, stage: Stage) -> Order:
        _press(stage.owner, "finance/", "/pause/")
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "waiting", "paused")
        self.held_then = stage.held([order])
        _press(stage.owner, "finance/", "/resume/")
        return order

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if self.held_then.documents:
            yield "something was sent during the pause"


def _press(owner: Owner, page: str, form: str) -> None:
    """Send a form of one of the owner's pages that has nothing to fill in."""
    owner.person.send(owner.person.open(owner.address(page)).form(form))


class AgreementChanged(Scenario):
    """The owner takes another agreement while an order is a draft in the old one: that one ends where it began, the
    next goes to the new, and nothing is doubled."""

    words = "agreement changed mid-way"
    documents = 2
    needs = frozenset({"orders", "invoice", "payment"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        begun = stage.shop.place([CUP], paid=True)
        stage.wait_state(begun, "needs_you", "first-order-check")
        stage.business.move_to(type(stage.books)(stage.control, name="Et andet regnskab"))
        stage.owner.connect_books(stage.books)
        connect = stage.owner.person.open(stage.owner.address("finance/connect/"))
        stage.owner.person.send(connect.form("/choose/"), "new")
        return go_on_elsewhere(stage, begun)


class ProviderChanged(Scenario):
    """The owner changes to this financial system while an order is a draft in another one."""

    words = "provider changed mid-way"
    documents = 2
    needs = frozenset({"orders", "invoice", "payment"})

    def play(self, stage: Stage) -> Played:
        chosen = stage.books
        former = next(kind for kind in KINDS.values() if kind is not type(chosen))
        stage.business.books = former(stage.control, name="Det gamle regnskab")
        stage.business.set_up()
        begun = stage.shop.place([CUP], paid=True)
        stage.wait_state(begun, "needs_you", "first-order-check")
        stage.business.move_to(chosen)
        stage.owner.choose_system(chosen.provider)
        stage.owner.connect_books(chosen)
        return go_on_elsewhere(stage, begun)


def go_on_elsewhere(stage: Stage, begun: Order) -> Played:
    """The owner has taken other books: `begun` is a draft in the former ones, and ends there.

    The next order goes to the new ones, where it is the first again.
    """
    fresh = stage.shop.place([BOOK], paid=True)
    stage.business.save()
    stage.owner.confirm(begun)
    stage.wait_booked(begun)
    stage.check_first(fresh)
    stage.wait_booked(begun, fresh)
    for order in (begun, fresh):
        stage.wait_state(order, "done")
    # Whatever is heard of the old order makes it be looked at: it is not sent anew.
    stage.shop.deliver(begun)
    [old], new = stage.business.former, stage.books
    wrong = ["the old order is in the new books too"] if new.held([begun.key]).documents else []
    if old.held([fresh.key]).documents:
        wrong.append("the new order is in the old books too")
    if str(old.held([begun.key]).booked[0]["number"]) not in stage.owner.page_of(begun).text:
        wrong.append("the old document can no longer be read")
    return Played([begun, fresh], wrong=wrong)
