"""A subscription without which the books are closed to us: missing from the start, or lapsed later."""

from __future__ import annotations

from script.lib.page import Page
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

MISSING, WORDS = "dinero-pro-missing", "Dinero Pro"


def has_button(page: Page, value: str) -> bool:
    """Whether the page has a button that sends this value."""
    return any(node.get("value") == value for node in page.root.find("button"))


class NoPro(Scenario):
    """The organisation has no Pro when it is connected: it cannot be chosen, and can once it has."""

    words = "no Pro"
    needs = frozenset({"orders", "invoice", "payment", "subscription"})

    def play(self, stage: Stage) -> Played:
        stage.books.act("set_pro", pro=False)
        stage.owner.sign_in()
        stage.owner.connect_shop(stage.shop)
        stage.owner.choose_system(stage.books.provider)
        page = stage.owner.approve_books(stage.books)
        wrong = [] if WORDS in page.text and not has_button(page, "edit") else [f"it can be chosen without Pro: {page}"]
        stage.books.act("set_pro")
        stage.owner.person.send(page.form(having="organization"), "again")
        stage.owner.choose_books(stage.books)
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
