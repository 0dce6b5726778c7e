"""Invoices in another currency: Dinero takes the rate, and a payment says what was paid and what that is in kroner."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.base import Receipt, Write
from connector.core.errors import OutcomeUnknown, Temporary, Unsupported
from connector.core.money import Money
from connector.core.order import PaymentKind
from tests.accounting.contract import Held, Stage
from tests.accounting.dinero import World, a_document
from tests.accounting.economic import a_payment
from tests.accounting.wire import says

pytestmark = pytest.mark.contract

EUROS = Money(Decimal("249.00"), "EUR")
SETTLED = Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=Decimal("0.00"))


def staged(world: World, **more: object) -> Stage:
    return world.stage(a_document(total=EUROS, **more))


class TestRate:
    def test_draft_tells_it(self):
        stage = staged(World())
        told = stage.the_draft().more
        assert {name: told[name] for name in ("currency", "rate", "rate_day", "in_dkk")} == {
            "currency": "EUR",
            "rate": "745.98",
            "rate_day": "2026-11-18",
            "in_dkk": "1857.49",
        }

    def test_kroner_have_none(self):
        assert not {"rate", "in_dkk"} & World().stage().the_draft().more.keys()

    def test_that_changed_before_booking_counts_for_the_payment(self):
        world = World()
        stage = staged(world)
        stage.the_draft()
        world.organization.set_rate("EUR", 7_500_000)
        assert json.loads(stage.call(Write.PAYMENT).body)["Amount"] == 1867.5
        assert stage.settle() == SETTLED


@pytest.mark.parametrize("told_in", ["invoice", "dkk"])
class TestPayment:
    def test_is_exact_in_both(self, told_in: str):
        stage = staged(World(switches={"payment_currency": told_in}))
        sent = json.loads(stage.call(Write.PAYMENT).body, parse_float=Decimal)
        assert (sent["Amount"], sent["AmountInForeignCurrency"]) == (Decimal("1857.49"), Decimal("249.00"))
        assert stage.settle() == SETTLED

    def test_two_come_to_the_whole_in_kroner(self, told_in: str):
        parts = a_payment("100.00", PaymentKind.GIFT_CARD), a_payment("149.00")
        stage = staged(World(switches={"payment_currency": told_in}), payments=parts)
        calls = [
            stage.provider.payment_call(stage.document, stage.the_customer(), stage.the_booked(), number)
            for number in (1, 2)
        ]
        amounts = [json.loads(call.body, parse_float=Decimal)["Amount"] for call in calls]
        assert amounts == [Decimal("745.98"), Decimal("1111.51")]
        for call in calls:
            stage.provider.send(call, "key")
        assert stage.held(stage.document.key) == replace(SETTLED, payments=2)

    def test_stale_one_is_made_once(self, told_in: str):
        world = World(switches={"payment_currency": told_in})
        stage = staged(world)
        call = stage.call(Write.PAYMENT)
        world.organization.touch_by_hand(stage.the_booked().id)
        assert stage.provider.send(call, "key-1") == stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key) == SETTLED


class TestNotToldYet:
    """Only lists tell the amount in kroner, and a list may lag behind."""

    def test_draft_is_looked_at_later(self):
        world = World(switches={"list_lag_seconds": 30})
        stage = staged(world)
        call = stage.call(Write.DRAFT)
        assert stage.provider.send(call, "key-1").figures is None
        with pytest.raises(Temporary):
            stage.provider.look(call)
        world.clock.now += 60
        [stage.draft] = stage.provider.look(call)
        assert stage.settle() == SETTLED

    def test_booking_without_it_is_unknown_until_it_is_told(self):
        stage = staged(World())
        call = stage.call(Write.BOOK)
        stage.wire.next_read(says(200, b'{"Collection": [], "Pagination": {}}'))
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        [stage.booked] = stage.provider.look(call)
        assert stage.settle() == SETTLED


def test_payment_without_it_is_stopped():
    stage = staged(World())
    booked = Receipt(stage.the_booked().id, final=True, more={"timestamp": "000000009DF2A001"})
    with pytest.raises(Unsupported, match="settlement-stopped"):
        stage.provider.payment_call(stage.document, stage.the_customer(), booked, 1)
