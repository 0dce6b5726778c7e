"""Whatever nobody has settled about Dinero: the way to a booked and settled invoice under every answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Receipt, Write
from connector.core.errors import Rejected, Stop, Temporary
from connector.core.money import Money
from sandbox.dinero import SWITCHES
from tests.accounting.contract import Held, Stage
from tests.accounting.dinero import CHOICES, World, a_document

pytestmark = pytest.mark.contract

WRITES = (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT)
NUMBERS = {"rate_limit": (0, 100), "decimals": (2, 6), "list_lag_seconds": (0, 30)}
CASES = [
    (switch.name, value)
    for switch in SWITCHES
    for value in (switch.values if switch.values is not None else NUMBERS[switch.name])
]
SETTLED = Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=Decimal("0.00"))
EVERY_CASE = pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
SILENT = ("json", "empty", "html")


@EVERY_CASE
def test_every_answer_ends_in_the_books(name: str, value: Any):
    stage = World(switches={name: value}).stage()
    assert stage.settle() == SETTLED
    assert stage.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: Decimal("0.00")}


@EVERY_CASE
def test_every_answer_is_found_again_and_changes_nothing_twice(name: str, value: Any):
    stage = World(switches={name: value}).stage()
    calls = [stage.call(write) for write in WRITES]
    stage.settle()
    made = [stage.provider.look(call) for call in calls]
    assert [len(found) for found in made] == [1, 1, 1, 1]
    again = [stage.provider.send(call, "key-again") for call in calls]
    assert [receipt.id for receipt in again] == [found[0].id for found in made]
    assert stage.held(stage.document.key) == SETTLED


class TestDeletedDraft:
    @pytest.mark.parametrize("body", SILENT)
    @pytest.mark.parametrize("shown", ["refuse", "show", "missing"])
    @pytest.mark.parametrize("reuse", ["refuse", "accept", "deleted"])
    def test_order_that_is_sent_again_gets_another_draft(self, reuse: str, shown: str, body: str):
        world = World(switches={"deleted_guid": reuse, "get_deleted": shown, "error_body": body})
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        first = stage.the_draft()
        world.organization.delete_draft_by_hand(first.id)
        assert stage.provider.look(call) == []
        stage.draft = stage.provider.send(call, "key-2")
        assert [found.id for found in stage.provider.look(call)] == [stage.draft.id]
        assert stage.provider.send(call, "key-2").id == stage.draft.id
        assert stage.settle() == SETTLED

    def test_twice(self):
        world = World()
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        for _ in range(2):
            world.organization.delete_draft_by_hand(stage.provider.send(call, "key").id)
        stage.draft = stage.provider.send(call, "key")
        assert stage.settle() == SETTLED

    def test_discarded_draft_makes_room_for_another(self):
        stage = World().stage()
        stage.provider.discard(stage.the_draft())
        assert stage.held(stage.document.key).drafts == 0
        stage.draft = None
        assert stage.settle() == SETTLED

    @pytest.mark.parametrize("booked", [True, False])
    def test_draft_that_was_booked_or_deleted_is_not_discarded(self, booked: bool):
        world = World()
        stage = world.stage()
        draft = stage.the_draft()
        if booked:
            world.organization.book_by_hand(draft.id)
        else:
            world.organization.delete_draft_by_hand(draft.id)
        stage.wire.sent.clear()
        stage.provider.discard(draft)
        assert stage.wire.writes == []

    def test_strangers_draft_is_not_discarded(self):
        stage = World().stage()
        draft = stage.the_draft()
        stage.provider.discard(Receipt(draft.id, more={"key": "invoice:shoporama:7:1"}))
        assert stage.held(stage.document.key).drafts == 1


class TestDeletedContact:
    @pytest.mark.parametrize("body", SILENT)
    @pytest.mark.parametrize("shown", ["refuse", "show"])
    def test_buyer_of_a_contact_that_was_deleted_gets_another(self, shown: str, body: str):
        world = World(switches={"get_deleted": shown, "error_body": body})
        stage = world.stage()
        call = stage.call(Write.CUSTOMER)
        world.organization.delete_contact_by_hand(stage.the_customer())
        assert stage.provider.find_customers(stage.document.customer) == []
        assert stage.provider.look(call) == []
        stage.customer = stage.provider.send(call, "key-2").id
        assert [found.id for found in stage.provider.look(call)] == [stage.customer]
        assert stage.settle() == SETTLED

    @pytest.mark.parametrize("body", SILENT)
    def test_draft_for_one_says_who_is_gone(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        world.organization.delete_contact_by_hand(stage.the_customer())
        assert refused(stage.provider.send, call) == ("customer-gone", {"customer": "ida.holm+shop@example.dk"})

    @pytest.mark.parametrize("body", SILENT)
    def test_booking_for_one_says_who_is_gone(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.BOOK)
        world.organization.delete_contact_by_hand(stage.the_customer())
        assert refused(stage.provider.send, call) == ("customer-gone", {"customer": "ida.holm+shop@example.dk"})


def refused(send: Any, call: Any) -> tuple[str, dict[str, str]]:
    with pytest.raises(Stop) as stopped:
        send(call, "key-1")
    facts = dict(stopped.value.facts)
    assert facts.pop("order") == "10045"
    return stopped.value.code, facts


def refind(stage: Stage) -> Any:
    return lambda: stage.provider.find_customers(stage.document.customer)


@pytest.mark.parametrize("body", SILENT)
class TestRefused:
    """The reasons, whatever the body says."""

    def test_account_of_a_line_that_is_gone(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        world.organization.delete_account(1350)
        assert refused(stage.provider.send, call) == ("choice-gone", {"field": "sales_domestic", "name": "1350"})

    def test_deposit_account_that_is_hidden(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.PAYMENT)
        world.organization.hide_account(55020)
        assert refused(stage.provider.send, call) == ("account-closed", {"account": "55020"})

    def test_year_that_is_missing(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.BOOK)
        world.organization.delete_year(2026)
        assert refused(stage.provider.send, call) == ("year-missing", {"year": "2026", "date": "2026-11-18"})

    def test_no_pro(self, body: str):
        world = World(switches={"error_body": body})
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        world.organization.set_pro(False)
        with pytest.raises(Stop) as stopped:
            stage.provider.send(call, "key-1")
        assert (stopped.value.code, stopped.value.facts) == ("dinero-pro-missing", {"org": "Nordlys ApS"})

    @pytest.mark.parametrize("status", [403, 404])
    def test_organisation_out_of_reach(self, body: str, status: int):
        world = World(switches={"error_body": body})
        # The stand-in asks its own table for an organisation that the user does not reach.
        world.books.switches |= {"foreign_organization": status, "error_body": body}
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        world.reached.clear()
        for ask, action in ((lambda: stage.provider.send(call, "key-1"), "write"), (refind(stage), "read")):
            with pytest.raises(Stop) as stopped:
                ask()
            assert (stopped.value.code, stopped.value.facts["action"]) == ("right-missing", action)

    def test_currency_that_dinero_does_not_take(self, body: str):
        world = World(switches={"error_body": body})
        del world.organization.books.currencies["EUR"]
        stage = world.stage(a_document(total=Money(Decimal("249.00"), "EUR")))
        found = refused(stage.provider.send, stage.call(Write.DRAFT))
        assert found[0] == ("currency-missing" if body == "json" else "unexpected")


class TestLimit:
    @pytest.mark.parametrize("retry_after", [True, False])
    @pytest.mark.parametrize("body", SILENT)
    def test_limit_that_is_used_up(self, retry_after: bool, body: str):
        world = World(switches={"retry_after": retry_after, "error_body": body, "rate_limit": 3})
        stage = world.stage()
        call = stage.call(Write.DRAFT)
        stage.provider.send(call, "key-1")
        with pytest.raises(Temporary) as stopped:
            stage.provider.send(call, "key-1")
        assert stopped.value.code == "rate-limit"
        assert 0 < (stopped.value.retry_after or 0) <= 60

    def test_draft_that_could_not_be_read_any_more_is_made_all_the_same(self):
        world = World(switches={"rate_limit": 2})
        stage = world.stage()
        made = stage.provider.send(stage.call(Write.DRAFT), "key-1")
        assert (made.figures, stage.held(stage.document.key).drafts) == (None, 1)

    def test_limit_is_told_to_who_counts(self):
        provider = World().connect()
        assert (provider.calls_a_minute, provider.budget) == (100, None)


def test_terms_are_as_chosen():
    for terms, wanted in {"Netto-30": ["Netto", 30], "NettoCash": ["NettoCash", None], "": ["Netto", 8]}.items():
        world = World()
        stage = world.stage(a_document(choices=CHOICES | {"terms": terms}))
        stage.the_draft()
        [draft] = world.organization.ledger()["drafts"]
        assert draft["payment_terms"] == wanted


def test_unknown_terms_are_no_choice():
    with pytest.raises(Stop, match="choice-gone"):
        World().stage(a_document(choices=CHOICES | {"terms": "Paid"})).call(Write.DRAFT)


@pytest.mark.parametrize("rounding", ["total", "line"])
def test_vat_that_is_rounded_otherwise_is_corrected_in_place(rounding: str):
    world = World(switches={"vat_rounding": rounding})
    stage = world.stage()
    draft = stage.the_draft()
    call = stage.provider.correct_call(stage.document, stage.customer, draft)
    corrected = stage.provider.send(call, "key-1")
    assert (corrected.id, corrected.figures) == (draft.id, draft.figures)
    assert corrected.more["timestamp"] > draft.more["timestamp"]
    assert stage.provider.look(call) == [corrected]
    assert stage.provider.send(call, "key-1") == corrected
    stage.draft = corrected
    assert stage.settle() == SETTLED


def test_correction_of_a_draft_that_somebody_changed_is_refused():
    world = World()
    stage = world.stage()
    call = stage.provider.correct_call(stage.document, stage.the_customer(), stage.the_draft())
    world.organization.edit_draft_by_hand(stage.the_draft().id, amount=20000)
    with pytest.raises(Rejected, match="draft-differs"):
        stage.provider.send(call, "key-1")
