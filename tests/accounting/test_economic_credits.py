"""Credit notes in e-conomic: what they say in bytes, what they come to, and how their money is sent back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Receipt, Verdict, Write
from accounting.providers.economic import payload
from connector.core.document import DocumentLine
from connector.core.errors import OutcomeUnknown, Unsupported
from connector.core.money import Money
from connector.core.order import PaymentKind
from sandbox.economic import SWITCHES
from tests.accounting import economic_schemas
from tests.accounting.contract import Stage
from tests.accounting.crediting import CreditNotesContract, NoteStage, a_note, noted
from tests.accounting.economic import CHOICES, World, a_document, a_document_line, a_payment
from tests.accounting.wire import Sent, lost_after

pytestmark = pytest.mark.contract

INVOICE = Receipt("1001", final=True)
RATE = "746.03 e-conomic 2026-11-02"
DISCOUNTED = (
    a_document_line("KOP-1", "2", "80.00"),
    a_document_line("FRAGT", "1", "39.20"),
    a_document_line("RABAT", "1", "-16.00"),
    a_document_line("GAVEKORT", "-1", "4.00"),
)
NUMBERS = {"budget_size": (0, 2000), "key_max_length": (0, 64), "stale_list_seconds": (0, 30)}
CASES = [
    (switch.name, value)
    for switch in SWITCHES
    for value in (switch.values if switch.values is not None else NUMBERS[switch.name])
]
REMEMBERED = {("payment_sign", "positive"): {"payment_sign": "positive"}}
# Told of the money, e-conomic sets it off against nothing: its owner does.
UNMATCHED = ("payments_match", False)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def stage(world: World) -> Stage:
    return world.stage()


class TestEconomicCreditNotes(CreditNotesContract):
    def test_requests_fit_the_vendors_schemas(self, stage: Stage):
        if not economic_schemas.at_hand():
            pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
        economic_schemas.checked.clear()
        noted(stage, is_paid=False).make(Write.MATCH)
        noted(World().stage()).settle()
        assert {"MatchBookedEntries", "invoices.drafts.post", "DraftEntry"} <= set(economic_schemas.checked)


# --- in bytes ---------------------------------------------------------------------------------------------------------
def draft_of(*lines: DocumentLine, **more: Any) -> dict[str, Any]:
    document = replace(a_note(a_document(*lines), INVOICE), **more)
    return payload.draft(document, 501, needs_due_date=False)


def test_note_as_bytes():
    note = a_note(a_document(a_document_line("KOP-1", "1.5", "80.10", description="Kop, blå")), INVOICE)
    assert payload.encode(payload.draft(note, 501, needs_due_date=True)).decode() == (
        '{"date":"2026-11-18","currency":"DKK","dueDate":"2026-11-18","layout":{"layoutNumber":19},'
        '"paymentTerms":{"paymentTermsNumber":1},"customer":{"customerNumber":501},"recipient":{"name":"Ida Holm",'
        '"address":"Vej 1","zip":"8000","city":"Aarhus C","country":"Danmark","vatZone":{"vatZoneNumber":1}},'
        '"references":{"other":"credit:shoporama:7:10045:88"},"notes":{"heading":"Kreditnota 88",'
        '"textLine2":"Krediterer faktura 1001 af 18.11.2026"},'
        '"lines":[{"lineNumber":1,"sortKey":1,"description":"Kop, blå","product":{"productNumber":"KOP-1"},'
        '"quantity":-1.5,"unitNetPrice":80.10}]}'
    )


def test_prices_stay_above_zero_and_a_discount_comes_back():
    lines = draft_of(*DISCOUNTED)["lines"]
    assert [(line["quantity"], line["unitNetPrice"]) for line in lines] == [
        (Decimal(-2), Decimal("80.00")),
        (Decimal(-1), Decimal("39.20")),
        (Decimal(1), Decimal("16.00")),
        (Decimal(1), Decimal("4.00")),
    ]
    assert sum(line["quantity"] * line["unitNetPrice"] for line in lines) == Decimal("-179.20")


def test_note_goes_with_the_rate_of_its_original():
    assert '"exchangeRate":746.03,' in payload.encode(draft_of(rate_note=RATE)).decode()
    assert "exchangeRate" not in draft_of()
    invoice = replace(a_document(), rate_note=RATE)
    assert "exchangeRate" not in payload.draft(invoice, 501, needs_due_date=False)


@pytest.mark.parametrize("total", ["0.00", "-1.00"])
def test_note_that_would_be_none_is_refused_before_any_request(stage: Stage, total: str):
    note = replace(a_note(a_document(), INVOICE), total=Money(Decimal(total), "DKK"))
    with pytest.raises(Unsupported, match="nothing-to-book"):
        stage.provider.require(note, "DKK")
    assert stage.wire.sent == []


def test_note_fits_the_vendors_schema():
    if not economic_schemas.at_hand():
        pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
    body = payload.encode(draft_of(*DISCOUNTED, rate_note="746.030412 e-conomic 2026-11-02"))
    for method, path in (("POST", "/invoices/drafts"), ("PUT", "/invoices/drafts/7")):
        economic_schemas.check(Sent(method, f"/economic/rest{path}", {}, {}, body))


# --- in the books -----------------------------------------------------------------------------------------------------
def test_ledger_holds_the_note_below_zero(world: World, stage: Stage):
    note = noted(stage)
    note.settle()
    [shown] = world.agreement.documents_with(note.document.key)["booked"]
    assert [shown[name] for name in ("net", "vat", "gross", "remainder")] == ["-199.20", "-49.80", "-249.00", "0.00"]
    [refund] = world.agreement.documents_with(note.document.key)["payments"]
    assert (refund["amount"], refund["invoice"], refund["text"]) == (
        "249.00",
        shown["number"],
        "Kreditnota 88 credit:shoporama:7:10045:88#1",
    )
    assert world.agreement.books.master.accounts[5825].balance == 0


def test_corrected_note_is_told_above_zero(world: World, stage: Stage):
    note = noted(stage)
    wrong = replace(note.document, lines=note.document.lines[:1])
    draft = note.provider.send(note.provider.draft_call(wrong, note.customer), "note-draft")
    assert draft.figures is not None
    assert draft.figures.gross == Decimal("200.00")
    call = note.provider.correct_call(note.document, note.customer, draft)
    note.wire.next_write(lost_after)
    with pytest.raises(OutcomeUnknown):
        note.provider.send(call, "note-correct")
    [found] = note.provider.look(call)
    assert found == note.provider.send(call, "note-correct")
    assert (found.id, found.figures) == (
        draft.id,
        replace(draft.figures, gross=Decimal("249.00"), vat=Decimal("49.80")),
    )


def test_surplus_draft_of_a_note_is_discarded(world: World, stage: Stage):
    note = noted(stage)
    call = note.call(Write.DRAFT)
    kept, surplus = (note.provider.send(call, key) for key in ("note-1", "note-2"))
    note.provider.discard(surplus)
    assert [found.id for found in note.provider.look(call)] == [kept.id]


def test_draft_that_became_an_invoice_differs(world: World, stage: Stage):
    """Whoever turns the signs by hand makes an invoice of it."""
    note = noted(stage)
    call = note.call(Write.DRAFT)
    turned = replace(call, body=call.body.replace(b'"quantity":-', b'"quantity":'))
    figures = note.provider.send(turned, "note-draft").figures
    assert figures is not None
    assert (figures.gross, figures.vat) == (Decimal("-249.00"), Decimal("-49.80"))


def test_terms_that_settle_at_booking_use_the_note_up():
    note = noted(World().stage(a_document(choices=CHOICES | {"terms": "4"})), is_paid=False)
    assert note.the_booked().more["remainder"] == "0.00"
    assert note.open() == Decimal("0.00")


def test_open_credits_by_one_call(stage: Stage):
    note = noted(stage)
    booked = note.the_booked()
    assert booked.more["remainder"] == "249.00"
    before = len(stage.wire.sent)
    assert stage.provider.open_credits([booked.id]) == {booked.id: Decimal("249.00")}
    assert len(stage.wire.sent) == before + 1


class TestForeignCurrency:
    @pytest.fixture
    def note(self, world: World, stage: Stage) -> NoteStage:
        """A note in euro whose original was booked at another rate than today's."""
        stage.document = replace(stage.document, total=Money(Decimal("249.00"), "EUR"))
        note = noted(stage)
        note.document = replace(note.document, rate_note="700.5 e-conomic 2026-11-02")
        return note

    def test_rate_is_that_of_the_original_and_so_is_its_day(self, note: NoteStage):
        told = {"currency": "EUR", "rate": "700.5", "rate_day": "2026-11-02"}
        assert note.the_draft().more.items() >= told.items()
        [found] = note.provider.look(note.call(Write.DRAFT))
        assert found.more.items() >= told.items()

    def test_refund_goes_at_the_same_rate(self, world: World, note: NoteStage):
        note.settle()
        number = int(note.the_booked().id)
        claims = [row for row in world.agreement.ledger()["entries"] if row["invoice"] == number and row["customer"]]
        assert [row["base_amount"] for row in claims] == ["-1744.25", "1744.25"]

    def test_rate_that_the_books_did_not_take_is_of_its_own_day(self, note: NoteStage):
        call = note.call(Write.DRAFT)
        ignored = replace(call, body=call.body.replace(b'"exchangeRate":700.5,', b""))
        assert note.provider.send(ignored, "note-draft").more["rate_day"] == "2026-11-18"


# --- the money that is sent back --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("received", "amount"), [(-1, "249.00"), (1, "-249.00")])
def test_refund_has_the_other_sign(received: int, amount: str):
    note = replace(a_note(a_document(), INVOICE), payments=(a_payment(), a_payment(kind=PaymentKind.GIFT_CARD)))
    card, gift = (payload.payment(note, 501, 1002, number, received=received) for number in (1, 2))
    assert (card["amount"], card["customerInvoiceNumber"], card["contraAccountNumber"]) == (
        Decimal(amount),
        "1002",
        5825,
    )
    assert (gift["amount"], gift["contraAccountNumber"]) == (Decimal(amount), 6850)
    assert card["text"] == "Kreditnota 88 credit:shoporama:7:10045:88#1"


def refunded_first(stage: Stage) -> tuple[NoteStage, str, Verdict]:
    """A note whose refund is the first payment that the connection ever sees: its sign, and what the entry showed."""
    note = noted(stage, is_paid=False)
    call = note.call(Write.PAYMENT)
    call = replace(call, about=call.about | note.provider.before_payment(call))
    json.dumps(call.about)
    note.entry = note.provider.send(call, "note-payment")
    return note, call.under, note.provider.confirm_payment(call, note.entry)


@pytest.mark.parametrize("sign", ["negative", "positive"])
def test_first_refund_shows_the_sign_of_money_received(sign: str):
    stage = World(switches={"payment_sign": sign}).stage()
    _, under, found = refunded_first(stage)
    assert (under, found.sign) == ("negative", sign)
    moved = "-249.00" if sign == "negative" else "249.00"
    assert found.evidence == {
        "account": "5825",
        "invoice": "1002",
        "amount": "249.00",
        "before": "0.00",
        "after": moved,
    }


def test_refund_that_was_taken_back_is_right_under_the_other_sign():
    world = World(switches={"payment_sign": "positive"})
    note, _, found = refunded_first(world.stage())
    assert note.entry is not None
    undo = note.provider.undo_payment_call(note.document, note.entry)
    note.provider.send(undo, "note-undo")
    assert [one.id for one in note.provider.look(undo)] == [note.entry.id]
    note.provider.payment_sign = found.sign
    note.entry = note.provider.send(note.call(Write.PAYMENT), "note-again")
    note.make(Write.PAYMENT_BOOK)
    assert note.open() == Decimal("0.00")
    assert world.held(note.document.key).payments == 1


# --- under every answer -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
def test_refund_ends_in_the_books_under_every_answer(name: str, value: Any):
    world = World(switches={name: value})
    note = noted(world.stage(**REMEMBERED.get((name, value), {})))
    calls = [note.call(write) for write in note.writes]
    note.make(Write.PAYMENT_BOOK)
    world.clock.now += 60
    assert [len(note.provider.look(call)) for call in calls] == [1] * len(calls)
    assert note.open() == (Decimal("249.00") if (name, value) == UNMATCHED else Decimal("0.00"))


def test_note_of_the_invoices_is_found_whatever_series_numbers_it():
    numbers = []
    for series in ("shared", "own"):
        note = noted(World(switches={"credit_note_series": series}).stage())
        numbers.append(note.the_booked().id)
        assert note.open() == Decimal("249.00")
    assert numbers == ["1002", "900001"]
