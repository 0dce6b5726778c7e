"""What the shop tells: the same thing five times at once, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import Held
from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

COPIES = 5
STORED = (200, 202)
"""How the product answers a delivery that it has taken, or has had before."""


class FiveTimes(Ordinary):
    """The same webhook arrives five times in the same moment."""

    words = "webhook five times in parallel"
    needs = frozenset({"orders", "invoice", "webhooks"})

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP], webhooks=False)
        stage.shop.pay(order, webhooks=False)
        stage.shop.deliver(order, COPIES, parallel=True)
        return order

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        answers = stage.shop.answers()
        if len([status for status in answers if status in STORED]) != COPIES:
            yield f"the deliveries were answered with {answers}"


class Lost(Ordinary):
    """No webhook arrives: the order is found when the shop is asked."""

    words = "webhook lost, found by the poll"
    needs = frozenset({"orders", "invoice", "poll"})

    def happen(self, stage: Stage) -> Order:
        stage.shop.switch("webhooks_missing", True)
        return stage.shop.place([CUP], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.shop.answers():
            yield "a webhook was delivered after all"
