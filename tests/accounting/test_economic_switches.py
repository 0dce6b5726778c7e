"""Whatever nobody has settled about e-conomic: the way to a booked and settled invoice under every answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Budget, Write
from connector.core.errors import OutcomeUnknown, Temporary
from sandbox.economic import SWITCHES
from tests.accounting.contract import Held, Stage
from tests.accounting.economic import CHOICES, World, a_document
from tests.accounting.wire import says

pytestmark = pytest.mark.contract

NUMBERS = {"budget_size": (0, 2000, 10_000), "key_max_length": (0, 64, 128), "stale_list_seconds": (0, 30)}
CASES = [
    (switch.name, value)
    for switch in SWITCHES
    for value in (switch.values if switch.values is not None else NUMBERS[switch.name])
]
# What has to be remembered of a connection for the less likely answer to come out right.
REMEMBERED = {("payment_sign", "positive"): {"payment_sign": "positive"}}
# Left to the owner: e-conomic was told of a payment, but matches it with nothing.
OPEN = {("payments_match", False): Decimal("249.00")}


def staged(name: str, value: object) -> Stage:
    world = World(switches={name: value})
    return world.stage(**REMEMBERED.get((name, value), {}))


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
def test_every_answer_ends_in_the_books(name: str, value: Any):
    stage = staged(name, value)
    held = stage.settle()
    left = OPEN.get((name, value), Decimal("0.00"))
    assert held == Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=left)
    assert stage.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: left}


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
def test_every_answer_is_found_again(name: str, value: Any):
    world = World(switches={name: value})
    stage = world.stage(**REMEMBERED.get((name, value), {}))
    calls = [
        stage.call(write) for write in (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT, Write.PAYMENT_BOOK)
    ]
    stage.settle()
    world.clock.now += 60
    assert [len(stage.provider.look(call)) for call in calls] == [1, 1, 1, 1, 1]


def test_sign_that_is_not_remembered_is_seen_in_the_balance():
    stage = World(switches={"payment_sign": "positive"}).stage()
    stage.settle()
    assert stage.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: Decimal("249.00")}


def test_terms_that_settle_at_booking_say_so():
    stage = World().stage(a_document(choices=CHOICES | {"terms": "4"}))
    assert stage.the_booked().more["remainder"] == "0.00"


@pytest.mark.parametrize("value", [True, False])
def test_failure_that_is_kept_under_its_key(value: bool):
    world = World(switches={"cache_5xx": value})
    stage = world.stage()
    call = stage.call(Write.DRAFT)
    world.agreement.fail_inside("POST */invoices/drafts", after=False)
    with pytest.raises(OutcomeUnknown) as first:
        stage.provider.send(call, "key-1")
    assert "cached" not in first.value.facts
    assert stage.provider.look(call) == []
    if not value:
        assert stage.provider.send(call, "key-1").figures is not None
        return
    with pytest.raises(OutcomeUnknown) as second:
        stage.provider.send(call, "key-1")
    assert second.value.facts["cached"] == "1"
    assert stage.provider.look(call) == []
    assert stage.provider.send(call, "key-2").figures is not None


def test_terms_with_a_due_date():
    stage = World().stage(a_document(choices=CHOICES | {"terms": "5"}))
    assert stage.settle().booked == 1


@pytest.mark.parametrize("retry_after", [True, False])
@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_budget_that_is_used_up(retry_after: bool, body: str):
    world = World(switches={"retry_after": retry_after, "too_many_body": body, "budget_size": 10})
    stage = world.stage()
    call = stage.provider.customer_call(stage.document.customer, stage.document)
    for attempt in range(3):
        stage.provider.send(call, f"key-{attempt}")
    with pytest.raises(Temporary) as stopped:
        stage.provider.send(call, "key-3")
    assert stopped.value.code == "rate-limit"
    assert stopped.value.retry_after is not None
    assert 0 < stopped.value.retry_after <= 60


class TestBudget:
    def meter(self, *shown: str) -> Budget | None:
        world = World()
        provider = world.connect()
        for text in shown:
            world.wire.next_read(says(200, b'{"a": 1}', x_ratelimiting=text, x_callcost="L"))
            provider.client.one("/self")
        return provider.budget

    def test_one_answer_tells_nothing(self):
        assert self.meter("token-limit-10000-per-60-seconds: 147/10000") is None

    @pytest.mark.parametrize(
        ("first", "second", "used"),
        [("147/10000", "150/10000", 150), ("9853/10000", "9850/10000", 150), ("9000/10000", "3/10000", None)],
    )
    def test_two_answers_tell_whether_it_counts_up_or_down(self, first: str, second: str, used: int | None):
        told = self.meter(f"token-limit-10000-per-60-seconds: {first}", f"limit-10000-per-60-seconds: {second}")
        assert told == (None if used is None else Budget(used, 10_000, 60.0))

    @pytest.mark.parametrize("text", ["", "L", "unlimited", "limit-x-per-60-seconds: 1/2"])
    def test_what_cannot_be_read_is_passed_over(self, text: str):
        assert self.meter(text, text) is None
