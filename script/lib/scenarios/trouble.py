"""Answers that are lost after the books have changed, and books that are away or closed to us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from script.lib.books import Economic, Held, base
from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP, Ordinary
from script.lib.shop import Order

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


class AfterDraft(AnswerLost):
    """The draft's answer is lost."""

    words = "answer lost after draft"
    write = base.DRAFT


class AfterBooking(AnswerLost):
    """The booking's answer is lost."""

    words = "answer lost after booking"
    write = base.BOOKING


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

    def happen(self, stage: Stage) -> Order:
        stage.books.revoke()
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", "connection-revoked")
        stage.owner.connect_books(stage.books)
        return order
