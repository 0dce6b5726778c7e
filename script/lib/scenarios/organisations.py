"""Whose books it shall be, where one sign-in opens several; and how the answer of a sign-in comes back."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import Dinero, Held
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order


class TwoOrganisations(Scenario):
    """The owner has two organisations and chooses the one: its orders are in that one, and nothing in the other."""

    words = "two organisations"
    needs = frozenset({"orders", "invoice", "payment", "organisations"})

    def play(self, stage: Stage) -> Played:
        chosen = stage.books
        assert isinstance(chosen, Dinero)
        other = Dinero(stage.control, name="Den anden ApS", user=chosen.user)
        stage.business.set_up()
        order = stage.shop.place([CUP], paid=True)
        stage.book(order)
        wrong = [f"the other organisation holds {kind}" for kind in other.traces()]
        if other.calls():
            wrong.append("the other organisation was asked something")
        return Played([order], wrong=wrong)


class FormPost(Ordinary):
    """The sign-in page answers by a form that the browser posts from there, without our cookies."""

    words = "form_post callback"
    needs = frozenset({"orders", "invoice", "payment", "form_post"})

    def play(self, stage: Stage) -> Played:
        assert isinstance(stage.books, Dinero)
        stage.books.comes_back_by = "form_post"
        return super().play(stage)

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        assert isinstance(stage.books, Dinero)
        exchanges = stage.books.asked_for_keys()["exchanges"]
        if exchanges != 1:
            yield f"codes were redeemed {exchanges} times, not once"
