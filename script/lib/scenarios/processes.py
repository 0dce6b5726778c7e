"""Processes that are gone, and businesses that work at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from script.lib.books import Held
from script.lib.business import Business
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order


class RedisGone(Ordinary):
    """Redis is killed: hints are lost, the order goes all the same."""

    words = "redis gone"
    stops = "redis"

    def play(self, stage: Stage) -> Played:
        redis = stage.stack.run.process(self.stops)
        try:
            return super().play(stage)
        finally:
            redis.restart()

    def happen(self, stage: Stage) -> Order:
        stage.stack.run.process(self.stops).kill()
        return stage.shop.place([CUP], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.stack.run.process(self.stops).is_alive():
            yield "Redis was there all the time"


class TwoTenants(Scenario):
    """Two businesses sell in the same moment, under the same order number: each finds its own in its own books."""

    words = "two tenants at once"
    documents = 2
    tenants = 2

    def play(self, stage: Stage) -> Played:
        with ThreadPoolExecutor(len(stage.businesses)) as pool:
            orders = list(pool.map(self._sell, stage.businesses))
        for order, business in zip(orders, stage.businesses, strict=True):
            stage.check_first(order, business)
        stage.wait_booked(*orders)
        for order, business in zip(orders, stage.businesses, strict=True):
            stage.wait_state(order, "done", owner=business.owner)
        return Played(orders, wrong=list(self._complaints(stage.businesses, orders)))

    def _sell(self, business: Business) -> Order:
        business.set_up()
        return business.shop.place([CUP], paid=True)

    def _complaints(self, businesses: Sequence[Business], orders: Sequence[Order]) -> Iterator[str]:
        for order, business in zip(orders, businesses, strict=True):
            if len(business.books.held([order.key]).booked) != 1:
                yield f"the order {order.name} of {business.owner.login.business} is not in its own books"
            for other in businesses:
                if other is not business and business.owner.person.look(other.owner.address()).status != 404:
                    yield f"{business.owner.login.business} sees the pages of {other.owner.login.business}"
