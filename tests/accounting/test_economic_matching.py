"""A booked credit note is set off against its invoice: once, whatever gets lost, and whatever nobody has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Call, Receipt, Write
from connector.core.document import Original
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Temporary, Unsupported
from connector.lib.http import Answer
from tests.accounting.contract import FAILED_READS, LOSSES, SAYS_NOTHING, Stage
from tests.accounting.crediting import NOTHING, NoteStage, noted
from tests.accounting.economic import World, a_document, a_payment
from tests.accounting.wire import Act, Sent, Serve, lost_before, says

pytestmark = pytest.mark.contract

MATCH = "/economic/api/bookedEntriesapi/v4.0.0/booked-entries/match"
CODES = (
    "SELECTATLEASTONEENTRY",
    "NO_MATCHES",
    "NO_CUSTOMER_OR_SUPPLIER_ENTRIES",
    "CLOSED_ACCOUNTING_YEAR",
    "CLOSEDPERIODS_CUSTOMERS",
    "BARREDPERIODS_CUSTOMERS",
    "SUPPLIER_CUSTOMER_MIXED",
    "ENTRIESNOTFOUND",
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stage(world: World) -> Stage:
    return world.stage()


@pytest.fixture
def note(stage: Stage) -> NoteStage:
    """A note over everything on an invoice that nobody has paid."""
    made = noted(stage, is_paid=False)
    made.the_booked()
    return made


def sent_matches(note: NoteStage) -> list[Any]:
    return [sent.json() for sent in note.wire.writes if sent.path == MATCH]


def told(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Act:
    """The real list, each of its rows changed."""

    def act(request: Sent, serve: Serve) -> Answer:
        answer = serve(request)
        rows = [change(row) for row in json.loads(answer.body)["items"]]
        return Answer(answer.status, answer.headers, json.dumps({"items": rows}).encode())

    return act


def open_of(note: NoteStage) -> tuple[Decimal, Decimal]:
    """What is open on the invoice and on its note."""
    assert note.document.credits is not None
    invoice = note.document.credits.id
    return note.provider.balances([invoice])[invoice], note.open()


def test_entries_of_both_are_named_and_no_others(world: World, note: NoteStage):
    call = note.call(Write.MATCH)
    assert (call.method, call.host, call.path) == ("POST", "openapi", MATCH.removeprefix("/economic/api"))
    receipt = note.make(Write.MATCH)
    assert (receipt.id, receipt.final) == (note.the_booked().id, True)
    entries = world.agreement.books.entries
    [body] = sent_matches(note)
    assert [(entries[number].invoice, entries[number].amount) for number in body["entryIds"]] == [
        (1001, 24_900),
        (1002, -24_900),
    ]
    assert open_of(note) == (NOTHING, NOTHING)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != SAYS_NOTHING])
def test_lost_matching_is_unknown_then_found_or_made_again(world: World, note: NoteStage, loss: str):
    act, was_made = LOSSES[loss]
    call = note.call(Write.MATCH)
    note.wire.next_write(act)
    with pytest.raises(OutcomeUnknown):
        note.provider.send(call, "key-1")
    assert len(note.provider.look(call)) == was_made
    note.provider.send(call, "key-1")
    assert [found.final for found in note.provider.look(call)] == [True]
    assert len(world.agreement.books.matches) == 1


@pytest.mark.parametrize("again", ["refuse", "accept"])
@pytest.mark.parametrize("key", ["key-1", "key-2"])
def test_second_matching_of_the_same_is_the_first(world: World, note: NoteStage, again: str, key: str):
    """The list is late, so that only the books themselves can say that it was done."""
    world.agreement.switches["matched_again"] = again
    call = note.call(Write.MATCH)
    before = {row["number"]: row["remainder"] for row in world.agreement.ledger()["entries"]}
    first = note.provider.send(call, "key-1")
    note.wire.next_read(told(lambda row: row | {"remainder": float(before[row["entryNumber"]] or 0)}))
    assert note.provider.send(call, key) == first
    assert len(sent_matches(note)) == 2
    assert len(world.agreement.books.matches) == 1


def test_nothing_is_sent_once_one_of_them_is_used_up(world: World, note: NoteStage):
    world.agreement.pay_by_hand(1001)
    call = note.call(Write.MATCH)
    assert note.provider.send(call, "key-1").final
    assert [found.final for found in note.provider.look(call)] == [True]
    assert sent_matches(note) == []
    assert open_of(note) == (NOTHING, Decimal("249.00"))


def test_matching_that_was_not_made_is_not_found(note: NoteStage):
    assert note.provider.look(note.call(Write.MATCH)) == []


@pytest.mark.parametrize("is_turned", [False, True])
def test_pair_tells_where_the_entries_do_not(note: NoteStage, is_turned: bool):
    call = note.call(Write.MATCH)
    note.make(Write.MATCH)
    names = {"fromEntry": "toEntry", "toEntry": "fromEntry"} if is_turned else {}
    note.wire.next_read(told(lambda row: {name: value for name, value in row.items() if name != "remainder"}))
    note.wire.next_read(told(lambda row: {names.get(name, name): value for name, value in row.items()}))
    assert len(note.provider.look(call)) == 1


def test_pair_of_others_is_not_ours(world: World, note: NoteStage):
    call = note.call(Write.MATCH)
    claim, another = [entry.number for entry in world.agreement.books.entries.values() if entry.invoice == 1001][:2]
    world.agreement.books.matches.append((claim, another))
    assert note.provider.look(call) == []


# --- amounts that differ ----------------------------------------------------------------------------------------------
def test_note_over_more_than_is_open_keeps_the_rest(world: World, stage: Stage):
    stage.document = a_document(payments=(a_payment("200.00"),))
    note = noted(stage)
    assert open_of(note) == (Decimal("49.00"), Decimal("249.00"))
    call = note.provider.match_call(note.document, note.the_booked(), Decimal("49.00"))
    note.provider.send(call, "key-1")
    assert open_of(note) == (NOTHING, Decimal("200.00"))
    assert len(note.provider.look(call)) == 1


@pytest.mark.parametrize("lines", [slice(None), slice(1)], ids=["equal", "unequal"])
def test_matching_of_unequal_amounts_may_be_refused(lines: slice):
    world = World(switches={"unequal_match": "refuse"})
    stage = world.stage()
    note = noted(stage, *stage.document.lines[lines], is_paid=False)
    if lines.stop is None:
        assert note.make(Write.MATCH).final
        return
    with pytest.raises(Rejected) as stopped:
        note.make(Write.MATCH)
    assert (stopped.value.code, dict(stopped.value.facts)) == (
        "balance-open",
        {"order": "88", "invoice": "1001", "amount": "200.00"},
    )
    assert open_of(note) == (Decimal("249.00"), Decimal("200.00"))
    assert note.provider.look(note.call(Write.MATCH)) == []


def test_several_notes_of_one_invoice(stage: Stage):
    notes = [noted(stage, line, is_paid=False) for line in stage.document.lines]
    for number, note in enumerate(notes, 88):
        note.document = replace(note.document, key=f"credit:shoporama:7:10045:{number}")
        note.booked = note.provider.send(
            note.provider.book_call(note.document, note.provider.send(note.call(Write.DRAFT), f"draft-{number}")),
            f"book-{number}",
        )
        note.provider.send(note.call(Write.MATCH), f"match-{number}")
    assert [note.open() for note in notes] == [NOTHING, NOTHING]
    assert open_of(notes[0])[0] == NOTHING


# --- which entries are meant ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("series", ["shared", "own"])
def test_note_of_whatever_series_is_set_off(series: str):
    note = noted(World(switches={"credit_note_series": series}).stage(), is_paid=False)
    note.make(Write.MATCH)
    assert open_of(note) == (NOTHING, NOTHING)


@pytest.mark.parametrize("amount", ["-249.00", "249.00"])
def test_payments_on_either_are_left_alone(world: World, note: NoteStage, amount: str):
    """Told of payments, e-conomic matched them with nothing: they carry the numbers of what they are for."""
    world.agreement.switches["payments_match"] = False
    for number in ("1001", "1002"):
        paid = replace(a_document(payments=(a_payment(amount),)), key=f"invoice:shoporama:7:{number}")
        entry = note.provider.payment_call(paid, note.customer, Receipt(number), 1)
        kept = note.provider.send(entry, f"pay-{number}")
        note.provider.send(note.provider.payment_book_call(paid, kept), f"pay-book-{number}")
    note.make(Write.MATCH)
    [body] = sent_matches(note)
    entries = world.agreement.books.entries
    assert [(entries[number].kind, entries[number].amount) for number in body["entryIds"]] == [
        (1, 24_900),
        (1, -24_900),
    ]


def test_type_of_a_note_may_be_another(note: NoteStage):
    note.wire.next_read(told(lambda row: row | ({"type": 10} if row["amount"] == -249 else {})))
    note.make(Write.MATCH)
    assert open_of(note) == (NOTHING, NOTHING)


@pytest.mark.parametrize("number", [1001, 1002])
def test_entry_of_the_wrong_sign_is_not_taken(note: NoteStage, number: int):
    turned = told(lambda row: row | ({"amount": -row["amount"]} if row["customerInvoiceNumber"] == number else {}))
    call = note.call(Write.MATCH)
    note.wire.next_read(turned)
    with pytest.raises(OutcomeUnknown):
        note.provider.send(call, "key-1")
    assert sent_matches(note) == []


def test_filter_that_is_passed_over_makes_no_stranger_ours(world: World, note: NoteStage):
    other = a_document(key="invoice:shoporama:7:9", number="9")
    draft = note.provider.send(note.provider.draft_call(other, note.customer), "other-draft")
    note.provider.send(note.provider.book_call(other, draft), "other-book")
    call = note.call(Write.MATCH)

    def unfiltered(request: Sent, serve: Serve) -> Answer:
        return serve(replace(request, query={}))

    note.wire.next_read(unfiltered)
    note.provider.send(call, "key-1")
    assert open_of(note) == (NOTHING, NOTHING)
    assert note.provider.balances(["1003"]) == {"1003": Decimal("249.00")}


def test_entry_of_another_customer_is_not_taken(note: NoteStage):
    call = note.call(Write.MATCH)
    note.wire.next_read(told(lambda row: row | ({"customerNumber": 77} if "customerNumber" in row else {})))
    with pytest.raises(OutcomeUnknown):
        note.provider.send(call, "key-1")
    assert sent_matches(note) == []


def test_buyer_that_the_booking_did_not_tell_is_not_missed(note: NoteStage):
    note.booked = replace(note.the_booked(), figures=None)
    note.make(Write.MATCH)
    assert open_of(note) == (NOTHING, NOTHING)


def test_entries_that_are_not_listed_yet_are_waited_for(world: World, note: NoteStage):
    world.agreement.switches["stale_list_seconds"] = 30
    call = note.call(Write.MATCH)
    with pytest.raises(OutcomeUnknown):
        note.provider.send(call, "key-1")
    assert note.provider.look(call) == []
    assert sent_matches(note) == []
    world.clock.now += 60
    assert note.provider.send(call, "key-1").final
    assert open_of(note) == (NOTHING, NOTHING)


# --- refusals ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["errors", "top"])
@pytest.mark.parametrize("code", CODES)
def test_refusal_asks_for_a_matching_by_hand(note: NoteStage, code: str, place: str):
    name = f"ENTRYMATCHING_ERROR_{code}"
    body = {"errorCode": name} if place == "top" else {"errors": [{"errorCode": name, "property": "entryIds"}]}
    note.wire.next_write(says(400, json.dumps(body).encode()))
    with pytest.raises(Rejected) as stopped:
        note.make(Write.MATCH)
    assert (stopped.value.code, stopped.value.facts["amount"]) == ("balance-open", "249.00")


def test_refusal_without_a_code_is_ours_to_look_at(note: NoteStage):
    note.wire.next_write(says(400, b'{"title": "No."}'))
    with pytest.raises(Rejected, match="unexpected"):
        note.make(Write.MATCH)


def test_right_that_is_missing(note: NoteStage):
    note.wire.next_write(says(403, b"{}"))
    with pytest.raises(NeedsSetup, match="right-missing"):
        note.make(Write.MATCH)


def test_question_that_fails_sends_nothing(note: NoteStage):
    call = note.call(Write.MATCH)
    note.wire.next_read(lost_before)
    with pytest.raises(Temporary):
        note.provider.send(call, "key-1")
    assert sent_matches(note) == []


@pytest.mark.parametrize("failure", FAILED_READS)
def test_look_that_fails_is_never_an_empty_answer(note: NoteStage, failure: str):
    call = note.call(Write.MATCH)
    for reads_before in (0, 1):
        for _ in range(reads_before):
            note.wire.next_read(told(dict))
        note.wire.next_read(FAILED_READS[failure])
        with pytest.raises((Temporary, Rejected)):
            note.provider.look(call)


def test_note_without_an_original_has_nothing_to_be_set_off_against(note: NoteStage):
    document = replace(note.document, credits=Original())
    sent = len(note.wire.sent)
    with pytest.raises(Unsupported, match="balance-open"):
        note.provider.match_call(document, note.the_booked(), Decimal("249.00"))
    assert len(note.wire.sent) == sent


def test_same_matching_is_the_same_call(note: NoteStage):
    calls: list[Call] = [note.call(Write.MATCH) for _ in range(2)]
    assert calls[0] == calls[1]
    assert json.loads(json.dumps(calls[0].about)) == calls[0].about
