"""Keys that expire: renewed once for everybody, and lost when the new ones never arrive."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from script.lib.books import Dinero
from script.lib.business import Business
from script.lib.owner import Owner
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import CUP
from script.lib.shop import Order

THREADS = 16
ORDERS = 4
GRACE_SECONDS = 60


def owned(business: Business) -> Dinero:
    """The business's books, whose keys expire."""
    assert isinstance(business.books, Dinero)
    return business.books


class SixteenThreads(Scenario):
    """The keys expire, and sixteen ask for the books in the same moment while orders come: one renewal serves all."""

    words = "refresh rotated under 16 threads"
    documents = ORDERS + 1
    seconds = 240
    """Sixteen times all that the settings choose from are more calls than a minute has."""

    needs = frozenset({"orders", "invoice", "payment", "expiring keys"})

    def play(self, stage: Stage) -> Played:
        books = owned(stage.business)
        stage.business.set_up()
        first = stage.shop.place([CUP], paid=True)
        stage.book(first)
        before = books.asked_for_keys()["refreshes"]
        books.expire()
        later = self._all_at_once(stage)
        stage.wait_booked(first, *later)
        for order in later:
            stage.wait_state(order, "done")
        asked = books.asked_for_keys()
        renewed = asked["refreshes"] - before
        wrong = [] if renewed == 1 else [f"the keys were renewed {renewed} times, not once"]
        if asked["refused"]:
            wrong.append(f"{asked['refused']} times a used refresh token was shown again")
        if books.calls_too_many():
            wrong.append(f"{books.calls_too_many()} calls were more than a minute has room for")
        return Played([first, *later], wrong=wrong)

    def _all_at_once(self, stage: Stage) -> Sequence[Order]:
        """So many windows of the owner have the books read again while customers order; answers what these order."""
        ready = threading.Barrier(THREADS)
        stage.owner.person.open(stage.owner.address("finance/"))

        def read_again(window: Owner) -> None:
            ready.wait()
            window.fetch_books()

        with ThreadPoolExecutor(THREADS) as pool:
            windows = [pool.submit(read_again, stage.owner.twin()) for _ in range(THREADS)]
            orders = [stage.shop.place([CUP], paid=True) for _ in range(ORDERS)]
            for window in windows:
                window.result()
        return orders


class RefreshLost(Scenario):
    """New keys are given and never arrive. Where the used refresh token works for a while longer, nobody notices;
    where it does not, the owner connects again, and until then nobody asks for keys any more."""

    words = "refresh answer lost"
    documents = 5
    tenants = 2
    needs = frozenset({"orders", "invoice", "payment", "expiring keys"})

    def play(self, stage: Stage) -> Played:
        lenient, strict = stage.businesses
        owned(lenient).keys_are("grace_seconds", GRACE_SECONDS)
        orders = [self._begun(stage, business) for business in stage.businesses]
        orders.append(self._expired(lenient))
        late = [self._expired(strict)]
        stage.wait_state(late[0], "needs_you", owned(strict).lost_reason, strict.owner)
        asked = owned(strict).asked_for_keys()
        late.append(strict.shop.place([CUP], paid=True))
        # It waits behind the one that says what is wrong.
        stage.wait_state(late[1], "waiting", owner=strict.owner)
        wrong = [] if owned(strict).asked_for_keys() == asked else ["somebody asked for keys although they were lost"]
        strict.owner.connect_books(strict.books)
        orders += late
        stage.wait_booked(*orders)
        return Played(orders, wrong=wrong)

    def _begun(self, stage: Stage, business: Business) -> Order:
        business.set_up()
        order = business.shop.place([CUP], paid=True)
        stage.check_first(order, business)
        stage.wait_state(order, "done", owner=business.owner)
        return order

    def _expired(self, business: Business) -> Order:
        """The keys expire, and the first answer with new ones is lost, when somebody orders."""
        owned(business).expire()
        owned(business).lose_keys()
        return business.shop.place([CUP], paid=True)
