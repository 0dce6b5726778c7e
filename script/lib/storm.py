"""One chaos run: several businesses sell, processes die, answers get lost, and everything must end in the books."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from script.lib import baskets, kills, people, returns
from script.lib.books import KINDS
from script.lib.business import Business
from script.lib.control import Control
from script.lib.kills import Kill
from script.lib.lane import Lane
from script.lib.scenario import Stage
from script.lib.stack import Stack
from script.lib.supervisor import GaveUp, Supervisor
from script.lib.talk import say

SETTINGS: Mapping[str, str] = MappingProxyType({"POLL_SECONDS": "60"})
"""The shops try a webhook for some seconds only, as a real one may: what is lost while the pages are down is found by
asking, which must happen within the run. The quiet times are the product's own."""

CREDITING: Mapping[str, str] = MappingProxyType({"POLL_SECONDS": "20"})
"""The same where orders are credited: one thing has to be found after the other."""

LANES = 4
"""So many businesses: what waits for the end of a quiet period does not hold up another lane."""

AT_ONCE, SLOWEST_SECONDS = 32, 1.0
"""So many orders are on their way at most, but at least one is placed every so many seconds."""

CREDITED_EARLY = Fraction(1, 2)
"""The share of the orders among which those are that are credited."""

CALLS_PER_ORDER, NOTES_PER_ORDER = 8, 2
CALM_SECONDS, CREDITED_SECONDS = 120, 180
"""So long the last orders may take after a kill; with credit notes there is one quiet time after the other."""
SHORTEST, LONGEST = 0.04, 0.4
"""Seconds that a call to the provider takes: so long that kills hit inside calls, so short that the run ends."""

LOOK_SECONDS, TELL_SECONDS = 0.5, 10.0
SHARE_OF_LOOKING = 0.2

Line = dict[str, Any]


@dataclass(frozen=True)
class Wishes:
    """What the run shall do; `drop` and `late` in percent of the writes, `credit` of the orders."""

    provider: str
    orders: int
    kills: int
    drop: float
    late: float
    seed: str
    credit: float = 0.0


class Storm:
    """The run on a stack that has just been started; it must be over at `deadline` (`time.monotonic()`)."""

    def __init__(self, stack: Stack, wishes: Wishes, deadline: float) -> None:
        self.stack, self.wishes, self.deadline = stack, wishes, deadline
        self.control = Control(stack.sandbox)
        self.dice, self.credit_dice = random.Random(wishes.seed), random.Random(f"{wishes.seed} credit")
        self.planned = kills.plan(wishes.kills, wishes.orders, wishes.seed)
        self.lanes: list[Lane] = []
        self.placed = self.booked = self.final = self.killed = self.in_call = 0
        self.progress = 0.0
        self._next_order = self._next_look = self._next_word = 0.0

    def rage(self) -> Line:
        """Set the businesses up, let it happen, and judge; answers the last line but for the time and the seed."""
        self._connect()
        self._begin()
        self._weather()
        return self._judge()

    # --- before -----------------------------------------------------------------------------------------------------
    def _connect(self) -> None:
        logins = people.make(self.stack.run, min(LANES, self.wishes.orders), "chaos")
        home, kind = f"{self.stack.public_url}/", KINDS[self.wishes.provider]
        self.lanes = [Lane(Business.found(home, login, self.control, login.business, kind)) for login in logins]
        say(f"Connecting {len(self.lanes)} businesses")
        with ThreadPoolExecutor(len(self.lanes)) as pool:
            list(pool.map(self._ready, self.lanes))

    def _ready(self, lane: Lane) -> None:
        """Connect a business and take its first order through the check, so that the others need nobody."""
        lane.business.set_up()
        stage = Stage(self.stack, Control(self.stack.sandbox), [lane.business], self.deadline)
        lane.first.append(lane.business.shop.place(paid=True))
        stage.book(lane.first[0])
        stage.wait_state(lane.first[0], "done")
        lane.calls_before = lane.business.books.calls()

    def _begin(self) -> None:
        latency = self.latency()
        chaos = {
            "drop_pct": self.wishes.drop,
            "late_pct": self.wishes.late,
            "seed": self.wishes.seed,
            "systems": [self.wishes.provider],
            "latency_seconds": [latency / 2, latency],
        }
        self.control.post("/chaos", chaos)
        if self.wishes.credit:
            for lane in self.lanes:
                lane.begin_returns(self.deadline)
        say(f"{self.wishes.orders} orders, {self.wishes.kills} kills, seed {self.wishes.seed}")

    def latency(self) -> float:
        """Seconds that a call may take, for all orders to go through in half of the time that there is."""
        documents = self.wishes.orders * (1 + NOTES_PER_ORDER * self.wishes.credit / 100)
        calls = documents * CALLS_PER_ORDER / max(1, len(self.lanes))
        left = self.deadline - time.monotonic() - (CREDITED_SECONDS if self.wishes.credit else CALM_SECONDS)
        return min(LONGEST, max(SHORTEST, left / 2 / calls))

    # --- meanwhile ----------------------------------------------------------------------------------------------------
    def _weather(self) -> None:
        supervisor = Supervisor(self.stack.run)
        try:
            while time.monotonic() < self.deadline and not self._is_over():
                self._place()
                self._kill()
                for process in supervisor.tend():
                    say(f"The {process.command.name} process had died by itself and was started again.")
                self._look()
        except GaveUp as reason:
            say(str(reason))

    def _is_over(self) -> bool:
        everything = self.placed == self.final == self.wishes.orders and self.killed == len(self.planned)
        return everything and not self.control.get("/chaos")["late_pending"] and all(map(Lane.is_done, self.lanes))

    def _place(self) -> None:
        """Customers order, as long as not too many orders are on their way."""
        while self.placed < self.wishes.orders:
            if self.placed - self.booked >= AT_ONCE and time.monotonic() < self._next_order:
                return
            lane = self.lanes[self.placed % len(self.lanes)]
            customers = self.wishes.orders // 3 + 1
            wish = baskets.wish(self.dice, customers)
            lane.orders.append(lane.business.shop.place(**wish))
            self.placed += 1
            self._plan_returns(lane, wish)
            self._next_order = time.monotonic() + SLOWEST_SECONDS

    def _plan_returns(self, lane: Lane, wish: baskets.Wish) -> None:
        if lane.returns and self.credited(self.placed) > self.credited(self.placed - 1):
            shipped, discounted = wish["shipping_price"] != "0", bool(wish["voucher_percent"])
            made = returns.pieces(self.credit_dice, lane.orders[-1], shipped=shipped, discounted=discounted)
            lane.returns.plan(made)

    def credited(self, placed: int) -> int:
        """How many of the first so many orders are credited: those that are take longest, so they come first."""
        share = Fraction(self.wishes.credit) / 100
        early = max(share, CREDITED_EARLY)
        return int(min(Fraction(placed), self.wishes.orders * early) * share / early)

    def _kill(self) -> None:
        if self.killed < len(self.planned) and self.planned[self.killed].after <= self.progress:
            self._carry_out(self.planned[self.killed])
            self.killed += 1

    def _carry_out(self, kill: Kill) -> None:
        process = self.stack.run.process(kill.target)
        self.in_call += kills.carry_out(kill, process, self.control, self.wishes.provider)
        process.restart()

    def _look(self) -> None:
        """Count what is final; the more the books hold, the longer that takes and the rarer it is done."""
        began = time.monotonic()
        if began < self._next_look:
            time.sleep(min(LOOK_SECONDS, self._next_look - began))
            return
        self.final = sum(lane.final() for lane in self.lanes)
        self.booked = sum(lane.booked() for lane in self.lanes)
        done, of_all = map(sum, zip(*(lane.documents() for lane in self.lanes), strict=True))
        # In orders, as the kills are planned; those that are still to be placed are like the others.
        self.progress = self.placed * done / max(1, of_all)
        took = time.monotonic() - began
        self._next_look = time.monotonic() + max(LOOK_SECONDS, took / SHARE_OF_LOOKING)
        if began > self._next_word:
            self._next_word = began + TELL_SECONDS
            say(f"{self.placed} placed, {self.final} final, {self.killed} kills ({self.in_call} inside a call)")

    # --- after --------------------------------------------------------------------------------------------------------
    def _judge(self) -> Line:
        for lane in self.lanes:
            if lane.returns:
                lane.returns.end()
        chaos = self.control.get("/chaos")
        self.control.delete("/chaos")
        calls = sum(lane.business.books.calls() - lane.calls_before for lane in self.lanes)
        found = [vars(lane.reckon()) for lane in self.lanes]
        return {
            "orders": self.placed,
            "kills": self.killed,
            "kills_in_call": self.in_call,
            "dropped": chaos["dropped"],
            "late": chaos["late"],
            **{name: sum(one[name] for one in found) for name in found[0]},
            "calls_per_order": round(calls / max(1, self.placed), 2),
        }
