"""What most scenarios have in common: a business is set up, an order happens, it is checked and booked."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from script.lib.books import Books, Held
from script.lib.scenario import Played, Scenario, Stage
from script.lib.shop import Order

CUP = {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}
BOOK = {"own_id": "BOG-1", "name": "Bog", "unit_price": "191.80"}
"""Goods that both the shop and the books know."""


class Ordinary(Scenario):
    """One business, one order, which ends in the books. Subclasses say what happens, and what else must be true."""

    settings: ClassVar[Mapping[str, object]] = {}
    """What the owner chooses besides the ordinary settings."""

    def play(self, stage: Stage) -> Played:
        stage.business.set_up(**self.chosen(stage.books))
        order = self.happen(stage)
        held = self.end(stage, order)
        stage.wait_state(order, "done")
        return Played([order], wrong=list(self.complaints(stage, held)))

    def chosen(self, books: Books) -> Mapping[str, object]:
        """The same where it depends on the books."""
        return self.settings

    @abstractmethod
    def happen(self, stage: Stage) -> Order:
        """Let the order come about."""

    def end(self, stage: Stage, order: Order) -> Held:
        """Wait until it has ended as it must; answers what the books hold of it."""
        return stage.book(order, self.balance)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        """What is wrong besides the outcome and the amounts, which are judged for every scenario."""
        yield from ()
