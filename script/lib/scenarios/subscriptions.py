"""A subscription without which the books are closed to us: missing from the start, or lapsed later."""

from __future__ import annotations

from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

MISSING = "dinero-pro-missing"


class NoPro(Scenario):
    """The organisation has no Pro when it is connected: the page says so, and once it has, connecting works."""

    words = "no Pro"
    needs = frozenset({"orders", "invoice", "payment", "subscription"})

    def play(self, stage: Stage) -> Played:
        stage.books.act("set_pro", pro=False)
        stage.owner.sign_in()
        stage.owner.connect_shop(stage.shop)
        stage.owner.choose_system(stage.books.provider)
        page = stage.owner.approve_books(stage.books)
        wrong = [] if MISSING in page.text else [f"the page does not say what is missing: {page}"]
        stage.books.act("set_pro")
        stage.owner.connect_books(stage.books)
        stage.business.save()
        order = stage.shop.place([CUP], paid=True)
        stage.book(order)
        return Played([order], wrong=wrong)


class ProLapses(Ordinary):
    """Pro lapses after connecting: the order says so, and goes when the organisation has it again."""

    words = "Pro lapses"
    needs = frozenset({"orders", "invoice", "payment", "subscription"})

    def happen(self, stage: Stage) -> Order:
        stage.books.act("set_pro", pro=False)
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", MISSING)
        stage.books.act("set_pro")
        stage.owner.transfer(order)
        return order
