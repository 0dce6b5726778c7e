"""What was taken for granted and turned out otherwise: a draft is corrected in place, a payment taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Call, Receipt, Verdict, Write
from accounting.providers.economic import signs
from connector.core.errors import OutcomeUnknown, Rejected, Temporary
from tests.accounting.contract import LOSSES, SAYS_NOTHING, Stage
from tests.accounting.economic import World, a_document, a_document_line
from tests.accounting.wire import lost_before, says

pytestmark = pytest.mark.contract

WRONG = a_document(a_document_line("KOP-1", "2", "79.99"), a_document_line("FRAGT", "1", "39.20"))
SAYS_LITTLE = ("half an answer", SAYS_NOTHING)
"""A deletion needs no answer."""
JOURNALS = "/economic/api/journalsapi/v15.0.0"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stage(world: World) -> Stage:
    return world.stage()


class TestCorrection:
    @pytest.fixture
    def draft(self, stage: Stage) -> Receipt:
        """A draft that does not come to what its document says."""
        return stage.provider.send(stage.provider.draft_call(WRONG, stage.the_customer()), "key-draft")

    @pytest.fixture
    def call(self, stage: Stage, draft: Receipt) -> Call:
        document = replace(stage.document, rounding="line/half-even")
        return stage.provider.correct_call(document, stage.customer, draft)

    def test_draft_is_replaced_under_its_own_number(self, world: World, stage: Stage, draft: Receipt, call: Call):
        receipt = stage.provider.send(call, "key-1")
        assert (receipt.id, receipt.final, receipt.more["key"]) == (draft.id, False, stage.document.key)
        assert draft.figures is not None
        assert receipt.figures == replace(draft.figures, gross=Decimal("249.00"), vat=Decimal("49.80"))
        [held] = world.agreement.ledger()["drafts"]
        assert [(line["product"], line["unit_net_price"]) for line in held["lines"]] == [
            ("KOP-1", "80.00"),
            ("FRAGT", "39.20"),
        ]

    def test_body_is_that_of_the_drafts_own_call(self, stage: Stage, call: Call):
        own = stage.provider.draft_call(replace(stage.document, rounding="line/half-even"), stage.customer)
        assert (call.body, call.under, own.under) == (own.body, "line/half-even", "line/half-even")
        assert (call.method, call.path) == ("PUT", "/invoices/drafts/1")

    def test_corrected_draft_is_booked(self, stage: Stage, call: Call):
        stage.draft = stage.provider.send(call, "key-1")
        held = stage.settle()
        assert (held.booked, held.gross, held.open) == (1, Decimal("249.00"), Decimal("0.00"))

    @pytest.mark.parametrize("loss", LOSSES)
    def test_lost_correction_is_unknown_then_found_or_made_again(self, stage: Stage, call: Call, loss: str):
        act, was_made = LOSSES[loss]
        stage.wire.next_write(act)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert len(stage.provider.look(call)) == was_made
        stage.provider.send(call, "key-1")
        [found] = stage.provider.look(call)
        assert found.figures is not None
        assert found.figures.gross == Decimal("249.00")

    def test_draft_that_comes_to_something_else_is_not_taken_for_corrected(self, stage: Stage, call: Call):
        assert stage.provider.look(call) == []
        halfway = replace(call, body=stage.provider.draft_call(a_document(WRONG.lines[0]), stage.customer).body)
        stage.provider.send(halfway, "key-1")
        assert stage.provider.look(call) == []

    def test_draft_that_is_gone_is_not_made_anew(self, world: World, stage: Stage, call: Call):
        world.agreement.delete_draft_by_hand(1)
        with pytest.raises(Rejected, match="draft-deleted"):
            stage.provider.send(call, "key-1")
        assert world.agreement.books.drafts == {}

    def test_draft_of_another_with_the_same_number_is_left_alone(self, world: World, stage: Stage, call: Call):
        world.agreement.delete_draft_by_hand(1)
        other = replace(WRONG, key="invoice:shoporama:7:99")
        assert stage.provider.send(stage.provider.draft_call(other, stage.customer), "key-2").id == "1"
        before = world.agreement.ledger()["drafts"]
        with pytest.raises(Rejected, match="draft-deleted"):
            stage.provider.send(call, "key-1")
        assert world.agreement.ledger()["drafts"] == before

    def test_draft_that_was_booked_by_hand_is_told(self, world: World, stage: Stage, call: Call):
        number = world.agreement.book_by_hand(1)
        receipt = stage.provider.send(call, "key-1")
        assert (receipt.final, receipt.id) == (True, str(number))
        assert world.agreement.books.drafts == {}

    def test_look_at_the_draft_that_fails_sends_nothing(self, stage: Stage, call: Call):
        stage.wire.next_read(lost_before)
        writes = len(stage.wire.writes)
        with pytest.raises(Temporary):
            stage.provider.send(call, "key-1")
        assert len(stage.wire.writes) == writes

    def test_refusal_has_its_name(self, stage: Stage, call: Call):
        stage.wire.next_write(says(400, b'{"message": "No."}'))
        with pytest.raises(Rejected, match="unexpected"):
            stage.provider.send(call, "key-1")


class TestTakingBack:
    @pytest.fixture
    def call(self, stage: Stage) -> Call:
        return stage.provider.undo_payment_call(stage.document, stage.the_entry())

    def test_entry_is_deleted_by_its_own_number(self, world: World, stage: Stage, call: Call):
        assert (call.method, call.path) == ("DELETE", "/journalsapi/v15.0.0/draft-entries/1")
        receipt = stage.provider.send(call, "key-1")
        assert (receipt.id, receipt.final) == (stage.the_entry().id, False)
        assert world.agreement.books.draft_entries == {}

    @pytest.mark.parametrize("loss", [name for name in LOSSES if name not in SAYS_LITTLE])
    def test_lost_deletion_is_unknown_then_found_or_made_again(self, stage: Stage, call: Call, loss: str):
        act, was_made = LOSSES[loss]
        stage.wire.next_write(act)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert len(stage.provider.look(call)) == was_made
        stage.provider.send(call, "key-1")
        assert len(stage.provider.look(call)) == 1

    def test_entry_that_is_gone_already_counts_as_taken_back(self, world: World, stage: Stage, call: Call):
        del world.agreement.books.draft_entries[1]
        assert stage.provider.send(call, "key-1").id == "1"

    def test_entry_of_another_with_the_same_number_says_that_ours_is_gone(self, world: World, stage: Stage, call: Call):
        world.agreement.books.draft_entries[1].text = "Husleje"
        assert [found.id for found in stage.provider.look(call)] == ["1"]

    def test_entry_that_was_booked_by_hand_stands(self, stage: Stage, call: Call):
        stage.make(Write.PAYMENT_BOOK)
        with pytest.raises(Rejected, match="settlement-stopped"):
            stage.provider.send(call, "key-1")


# --- the sign of a payment -------------------------------------------------------------------------------------------
ABOUT = {"account": "5825", "invoice": "1001", "amount": "-249.00", "currency": "DKK", "before": "1000.50"}


@pytest.mark.parametrize(
    ("about", "under", "after", "sign"),
    [
        ({}, "negative", "1249.50", "negative"),
        ({}, "negative", "751.50", "positive"),
        ({"amount": "249.00"}, "positive", "1249.50", "positive"),
        ({"amount": "249.00"}, "positive", "751.50", "negative"),
        # Neither: it did not move, by another amount, or nobody can tell.
        ({}, "negative", "1000.50", ""),
        ({}, "negative", "1249.49", ""),
        ({}, "negative", "1498.50", ""),
        ({}, "negative", None, ""),
        ({"before": None}, "negative", "1249.50", ""),
        # In another currency only the direction is known.
        ({"currency": "EUR"}, "negative", "2858.04", "negative"),
        ({"currency": "EUR"}, "negative", "-857.04", "positive"),
        ({"currency": "EUR"}, "negative", "1000.50", ""),
    ],
)
def test_money_received_debits_the_posting_account(about: dict[str, Any], under: str, after: str | None, sign: str):
    found = signs.verdict(ABOUT | about, under, Decimal(after) if after else None, "DKK")
    assert found.sign == sign


def test_verdict_holds_its_evidence():
    found = signs.verdict(ABOUT, "negative", Decimal("751.50"), "DKK")
    assert found.evidence == {
        "account": "5825",
        "invoice": "1001",
        "amount": "-249.00",
        "before": "1000.50",
        "after": "751.50",
    }


def paid_first(stage: Stage) -> tuple[Call, Verdict]:
    """The first payment's call, with what was read before it, and what its entry showed."""
    call = stage.call(Write.PAYMENT)
    call = replace(call, about=call.about | stage.provider.before_payment(call))
    json.dumps(call.about)
    stage.entry = stage.provider.send(call, "key-payment")
    return call, stage.provider.confirm_payment(call, stage.entry)


@pytest.mark.parametrize("sign", ["negative", "positive"])
def test_sign_is_seen_before_anything_of_a_payment_is_booked(sign: str):
    world = World(switches={"payment_sign": sign})
    stage = world.stage()
    call, found = paid_first(stage)
    assert (call.under, found.sign) == ("negative", sign)
    assert world.held(stage.document.key).payments == 0


def test_payment_that_was_taken_back_is_right_under_the_other_sign():
    world = World(switches={"payment_sign": "positive"})
    stage = world.stage()
    _, found = paid_first(stage)
    assert stage.entry is not None
    stage.provider.send(stage.provider.undo_payment_call(stage.document, stage.entry), "key-undo")
    stage.provider.payment_sign = found.sign
    stage.entry = stage.provider.send(stage.call(Write.PAYMENT), "key-again")
    stage.make(Write.PAYMENT_BOOK)
    held = world.held(stage.document.key)
    assert (held.payments, held.open) == (1, Decimal("0.00"))


def test_sign_that_is_remembered_is_used():
    stage = World(switches={"payment_sign": "positive"}).stage(payment_sign="positive")
    call, found = paid_first(stage)
    assert (call.under, json.loads(call.body)["amount"], found.sign) == ("positive", 249.0, "positive")


def test_balance_that_does_not_count_the_journals_shows_neither():
    assert paid_first(World(switches={"draft_balance": "booked"}).stage())[1].sign == ""


def test_account_that_is_gone_shows_neither(world: World, stage: Stage):
    call, _ = paid_first(stage)
    assert stage.entry is not None
    gone = replace(call, about=call.about | {"account": "7777"})
    assert stage.provider.confirm_payment(gone, stage.entry) == Verdict()
    assert stage.provider.before_payment(gone) == {}


def test_question_that_fails_is_no_answer(stage: Stage):
    call, _ = paid_first(stage)
    assert stage.entry is not None
    stage.wire.next_read(lost_before)
    with pytest.raises(Temporary):
        stage.provider.confirm_payment(call, stage.entry)
    assert f"{JOURNALS}/draft-entries" in {sent.path for sent in stage.wire.writes}
