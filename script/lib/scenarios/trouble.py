"""Answers that are lost after the books have changed, and books that are away or closed to us."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import ClassVar

from script.lib.books import Billy, Dinero, Economic, Held, base
from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

SLOW_SECONDS, WAIT_SECONDS = 3, 4

HITS = 2
"""So many requests must have failed before the financial system comes back: one try and the next."""


class AnswerLost(Ordinary):
    """A write is carried out, and the connection is cut before its answer: it must be found, not made again."""

    needs = frozenset({"orders", "invoice", "payment"})
    write: ClassVar[str]
    """The write's name."""

    def happen(self, stage: Stage) -> Order:
        stage.books.fault(self.write, "drop_after")
        return stage.shop.place([CUP], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.books.hits() != 1:
            yield f"{stage.books.hits()} answers were lost, not 1"


class AfterContact(AnswerLost):
    """The answer to a new customer is lost: there must not be two of them."""

    words = "answer lost after contact"
    needs = AnswerLost.needs | {"customers"}
    write = base.CUSTOMER
    email = "ny.kunde@example.dk"

    def happen(self, stage: Stage) -> Order:
        stage.books.fault(self.write, "drop_after")
        return stage.shop.place([CUP], email=self.email, name="Ny Kunde", paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        known = stage.books.customers_with(self.email)
        if known != [str(held.booked[0]["customer"])]:
            yield f"the invoice is for {held.booked[0]['customer']}, and the address has {known}"


class AfterDraft(AnswerLost):
    """The draft's answer is lost."""

    words = "answer lost after draft"
    write = base.DRAFT


class AfterBooking(AnswerLost):
    """The booking's answer is lost."""

    words = "answer lost after booking"
    write = base.BOOKING

    def words_for(self, provider: str) -> str:
        return "answer lost after approval" if provider == Billy.provider else self.words


class AfterPayment(AnswerLost):
    """The payment's answer is lost."""

    words = "answer lost after payment entry"
    write = base.PAYMENT

    def words_for(self, provider: str) -> str:
        return self.words if provider == Economic.provider else "answer lost after payment"


class Down(Ordinary):
    """The financial system answers nobody for some seconds: the order waits and then goes by itself."""

    words = "e-conomic down for a while"

    def words_for(self, provider: str) -> str:
        return self.words if provider == Economic.provider else f"{provider} down for a while"

    def happen(self, stage: Stage) -> Order:
        stage.books.fault("*", "drop_before", times=1)
        stage.books.fault("*", "5xx_before", times=1000, status=503)
        order = stage.shop.place([CUP], paid=True)
        stage.wait("requests that fail", lambda: stage.books.hits() >= HITS)
        stage.books.recover()
        return order


class Revoked(Ordinary):
    """The owner takes the access back and connects again: the order that came meanwhile goes then."""

    words = "revoked grant, reconnected"

    def words_for(self, provider: str) -> str:
        others = {Dinero.provider: "consent withdrawn", Billy.provider: "token revoked"}
        return others.get(provider, self.words)

    def happen(self, stage: Stage) -> Order:
        stage.books.revoke()
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", stage.books.lost_reason)
        stage.owner.connect_books(stage.books)
        return order


class StaleTimestamp(Ordinary):
    """The draft is touched before it is booked, and the invoice before it is paid: what was read of them is old.

    Nothing in them has changed that matters, so that both go on.
    """

    words = "stale Timestamp"
    needs = frozenset({"orders", "invoice", "payment", "timestamps"})

    def happen(self, stage: Stage) -> Order:
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", "first-order-check")
        return order

    def end(self, stage: Stage, order: Order) -> Held:
        [draft] = stage.held([order]).drafts
        stage.books.act("touch_by_hand", invoice=draft["guid"])
        # The answer to the booking comes late: meanwhile the invoice is touched.
        stage.books.fault(base.BOOKING, "slow", seconds=SLOW_SECONDS, times=2)
        stage.owner.confirm(order)
        [booked] = stage.wait("the booked invoice", lambda: stage.held([order]).booked)
        stage.books.act("touch_by_hand", invoice=booked["guid"])
        return stage.wait_booked(order)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        writes = stage.books.writes()
        tries = [writes[base.BOOKING], writes[base.PAYMENT]]
        if tries != [2, 2]:
            yield f"booking and payment were tried {tries} times, not once with the old timestamp and once with the new"


class RateLimit(Ordinary):
    """The financial system says that there were too many calls: the order waits as long as it says, and goes then."""

    words = "rate limit reached"
    needs = frozenset({"orders", "invoice", "payment", "rate limit by the minute"})

    def happen(self, stage: Stage) -> Order:
        stage.books.fault(base.DRAFT, "429", retry_after=str(WAIT_SECONDS))
        self.began = time.monotonic()
        return stage.shop.place([CUP], paid=True)

    def end(self, stage: Stage, order: Order) -> Held:
        stage.wait("a draft of the order", lambda: stage.held([order]).drafts)
        self.waited = time.monotonic() - self.began
        return super().end(stage, order)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        if stage.books.hits() != 1:
            yield f"{stage.books.hits()} requests were refused, not 1"
        if self.waited < WAIT_SECONDS:
            yield f"the draft was there after {self.waited:.1f} seconds, and the wait was to be {WAIT_SECONDS}"
