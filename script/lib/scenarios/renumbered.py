"""A payment method's number changes in the shop."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import Held
from script.lib.scenario import PAGE_SECONDS, Stage
from script.lib.scenarios.methods import wait_listed
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

NEW_NUMBER = 61


class Renumbered(Ordinary):
    """A method gets another number under the same name: it is offered as one click before any order fails."""

    words = "payment-method id changed"
    needs = frozenset({"orders", "invoice", "payment", "payment methods"})

    def happen(self, stage: Stage) -> Order:
        wait_listed(stage)
        stage.owner.map(**{"pay:2": stage.books.bank})
        stage.shop.offer("MobilePay", NEW_NUMBER)
        stage.wait("the changed number on the page", lambda: self._is_offered(stage), PAGE_SECONDS)
        stage.owner.map(str(NEW_NUMBER))
        return stage.shop.place([CUP], payment="MobilePay", paid=True)

    def _is_offered(self, stage: Stage) -> bool:
        """Whether the page, asked anew, has the click."""
        return f"fra 2 til {NEW_NUMBER}" in stage.owner.fetch_methods().text

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        bank = stage.books.bank
        if stage.books.entered(bank) != held.sum_of("gross"):
            yield f"{stage.books.entered(bank)} is entered on account {bank}"
