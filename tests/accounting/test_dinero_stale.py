"""A Timestamp serves once: what happened in the books meanwhile is seen before anything is made again."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Call, Receipt, Write
from connector.core.errors import OutcomeUnknown, Rejected, Temporary
from connector.core.order import PaymentKind
from tests.accounting.contract import Held, Stage
from tests.accounting.dinero import World, a_document
from tests.accounting.economic import a_payment
from tests.accounting.wire import Act, Sent, Serve, lost_after, lost_before, says

pytestmark = pytest.mark.contract

SETTLED = Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=Decimal("0.00"))
SAID = pytest.mark.parametrize("said", [(400, "json"), (409, "json"), (400, "empty")], ids=["400", "409", "empty"])


def opened(said: tuple[int, str], **switches: Any) -> tuple[World, Stage]:
    world = World(switches={"stale_status": said[0], "error_body": said[1]} | switches)
    return world, world.stage()


def meanwhile(act: Any) -> Act:
    """The owner does something just before the call arrives."""

    def run(request: Sent, serve: Serve) -> Any:
        act()
        return serve(request)

    return run


@SAID
class TestBooking:
    def test_goes_on_with_the_newest_timestamp(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        world.organization.edit_draft_by_hand(stage.the_draft().id, comment="Tak for handlen")
        stage.booked = stage.provider.send(call, "key-1")
        assert stage.settle() == SETTLED

    def test_changed_while_it_is_booked(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        change = meanwhile(lambda: world.organization.touch_by_hand(stage.the_draft().id))
        for _ in range(2):
            stage.wire.next_write(change)
        assert stage.provider.send(call, "key-1").final

    def test_changed_all_the_time_is_left_for_later(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        for _ in range(3):
            stage.wire.next_write(meanwhile(lambda: world.organization.touch_by_hand(stage.the_draft().id)))
        with pytest.raises(Temporary):
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key).booked == 0

    def test_draft_with_another_amount_is_not_booked(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        world.organization.edit_draft_by_hand(stage.the_draft().id, amount=9900)
        with pytest.raises(Rejected) as refused:
            stage.provider.send(call, "key-1")
        assert refused.value.code == "draft-differs"
        assert refused.value.facts == {
            "order": "10045",
            "fact": "gross",
            "shop_value": "249.00",
            "books_value": "247.00",
        }
        assert stage.held(stage.document.key).booked == 0

    def test_booked_by_hand_is_adopted(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        number = world.organization.book_by_hand(stage.the_draft().id)
        stage.booked = stage.provider.send(call, "key-1")
        assert (stage.booked.final, stage.booked.more["number"]) == (True, str(number))
        assert stage.settle() == SETTLED

    def test_deleted_by_hand_is_said(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.BOOK)
        world.organization.delete_draft_by_hand(stage.the_draft().id)
        with pytest.raises(Rejected, match="draft-deleted"):
            stage.provider.send(call, "key-1")


@SAID
class TestPayment:
    def test_goes_on_with_the_newest_timestamp(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.PAYMENT)
        world.organization.touch_by_hand(stage.the_booked().id)
        assert stage.provider.send(call, "key-1").final
        assert stage.held(stage.document.key) == SETTLED

    @pytest.mark.parametrize("lost", [lost_before, lost_after], ids=["before", "after"])
    def test_lost_answer_of_the_second_try_is_never_paid_twice(self, said: tuple[int, str], lost: Act):
        world, stage = opened(said)
        call = stage.call(Write.PAYMENT)
        world.organization.touch_by_hand(stage.the_booked().id)
        stage.wire.next_write(lambda request, serve: serve(request))
        stage.wire.next_write(lost)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key) == SETTLED

    def test_paid_by_hand_is_not_paid_again(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.PAYMENT)
        by_hand = world.organization.pay_by_hand(stage.the_booked().id)
        assert stage.provider.send(call, "key-1") == Receipt(by_hand, final=True)
        assert stage.held(stage.document.key) == SETTLED

    def test_paid_in_part_by_hand_is_left_to_a_person(self, said: tuple[int, str]):
        world, stage = opened(said)
        call = stage.call(Write.PAYMENT)
        world.organization.pay_by_hand(stage.the_booked().id, amount=10000)
        with pytest.raises(Rejected, match="settlement-stopped"):
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key).open == Decimal("149.00")

    def test_repeated_is_found(self, said: tuple[int, str]):
        _world, stage = opened(said)
        call = stage.call(Write.PAYMENT)
        first = stage.provider.send(call, "key-1")
        assert stage.provider.send(call, "key-1") == first
        assert stage.held(stage.document.key) == SETTLED


class TestTwoPayments:
    def paid(self, stage: Stage, number: int) -> Call:
        return stage.provider.payment_call(stage.document, stage.the_customer(), stage.the_booked(), number)

    @pytest.fixture
    def stage(self) -> Stage:
        parts = a_payment("100.00", PaymentKind.GIFT_CARD), a_payment("149.00")
        return World().stage(a_document(payments=parts))

    def test_second_knows_the_firsts_timestamp(self, stage: Stage):
        stage.provider.send(self.paid(stage, 1), "key-1")
        stage.wire.sent.clear()
        stage.provider.send(self.paid(stage, 2), "key-2")
        assert len(stage.wire.sent) == 1
        assert stage.held(stage.document.key) == replace(SETTLED, payments=2)

    def test_second_is_made_by_another_worker(self, stage: Stage):
        stage.provider.send(self.paid(stage, 1), "key-1")
        stage.provider = stage.connect(stage.wire)
        second = self.paid(stage, 2)
        assert stage.provider.look(second) == []
        stage.provider.send(second, "key-2")
        assert stage.held(stage.document.key) == replace(SETTLED, payments=2)

    def test_each_has_its_account(self, stage: Stage):
        assert [self.paid(stage, number).about["account"] for number in (1, 2)] == ["55010", "55020"]


def test_answer_without_the_payment_is_unknown():
    stage = World().stage()
    call = stage.call(Write.PAYMENT)
    stage.wire.next_write(says(200, b'{"TimeStamp": "000000009DF2A0FF"}'))
    with pytest.raises(OutcomeUnknown):
        stage.provider.send(call, "key-1")


@pytest.mark.parametrize(("write", "name"), [(Write.DRAFT, "Guid"), (Write.CUSTOMER, "ContactGuid")])
def test_thing_under_another_guid_is_unknown(write: Write, name: str):
    stage = World().stage()
    call = stage.call(write)
    stage.wire.next_write(says(200, json.dumps({name: "00000000-0000-4000-8000-000000000000"}).encode()))
    with pytest.raises(OutcomeUnknown):
        stage.provider.send(call, "key-1")


def test_duplicate_that_is_not_there_is_unknown():
    stage = World().stage()
    call = stage.call(Write.DRAFT)
    stage.wire.next_write(says(409, b'{"code": 72}'))
    with pytest.raises(OutcomeUnknown):
        stage.provider.send(call, "key-1")


class TestBrownout:
    @pytest.mark.parametrize("write", [Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT])
    def test_once_is_tried_again(self, write: Write):
        stage = World().stage()
        call = stage.call(write)
        stage.wire.next_write(says(480))
        assert stage.provider.send(call, "key-1").id

    def test_twice_is_temporary(self):
        stage = World().stage()
        call = stage.call(Write.DRAFT)
        for _ in range(2):
            stage.wire.next_write(says(480))
        with pytest.raises(Temporary):
            stage.provider.send(call, "key-1")
        assert stage.held(stage.document.key).drafts == 0
