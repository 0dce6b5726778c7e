"""Billy's credit notes: as any document, and under every answer that nobody has settled."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from accounting.base import Receipt, Write
from accounting.providers.billy import answers, payload
from connector.core.document import Figures, Original
from connector.core.errors import Rejected
from connector.core.money import Money
from tests.accounting import billy_schemas
from tests.accounting.billy import World, a_document, a_note, choices, lines
from tests.accounting.billy_credits import Credited
from tests.accounting.contract import ProviderContract, Stage
from tests.accounting.economic import a_payment

pytestmark = pytest.mark.contract

WHOLE, NOTHING = Decimal("249.00"), Decimal("0.00")
INVOICE = Receipt("DpPq1234567890abcdefgh", final=True, more={"number": "7"})


class TestBillysCreditNotes(ProviderContract):
    """A credit note keeps the contract of any document."""

    writes = (Write.DRAFT, Write.BOOK, Write.PAYMENT)
    test_customer_is_found_again_in_other_letter_case = None
    """The customer was made with the invoice."""

    @pytest.fixture
    def stage(self) -> Stage:
        stage = Credited(World()).stage
        stage.wire.sent.clear()
        stage.provider.calls.clear()
        return stage

    def test_requests_fit_billys_own_table(self, stage: Stage) -> None:
        if not billy_schemas.at_hand():
            pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
        billy_schemas.checked.clear()
        stage.settle()
        assert billy_schemas.checked == ["POST invoices", "PUT invoices", "POST bankPayments"]


# --- what is sent -----------------------------------------------------------------------------------------------------
def test_note_is_the_invoice_once_more_with_its_id() -> None:
    document = a_document()
    made, note = payload.draft(document, "c1"), payload.draft(a_note(document, INVOICE), "c1")
    own = {"type": "creditNote", "creditedInvoiceId": INVOICE.id, "orderNo": "credit:shoporama:7:10045:88"}
    told = "Kreditnota 88\nKrediterer faktura 7 af 18.11.2026\ncredit:shoporama:7:10045:88"
    assert note == {**made, **own, "contactMessage": told}


def test_note_without_an_original_names_none() -> None:
    body = payload.draft(replace(a_note(a_document(), INVOICE), credits=Original()), "c1")
    assert (body["type"], "creditedInvoiceId" in body) == ("creditNote", False)


def test_bytes_of_a_refund() -> None:
    note = a_note(a_document(), INVOICE)
    body = World().connect().payment_call(note, "c1", Receipt("n1", final=True), 1).body
    assert json.loads(body) == {
        "bankPayment": {
            "entryDate": "2026-11-18",
            "cashAmount": 249.0,
            "cashSide": "credit",
            "cashAccountId": choices()["account"],
            "associations": [{"subjectReference": "invoice:n1"}],
        }
    }


# --- what is read -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["creditNote", "credit_note"])
@pytest.mark.parametrize("sign", [1, -1])
def test_figures_are_above_zero_under_either_sign(kind: str, sign: int) -> None:
    row = {"type": kind, "state": "approved", "amount": sign * 200, "tax": sign * 50, "currencyId": "DKK"}
    row |= {"contactId": "c1", "balance": sign * 250}
    about = {"key": "k", "credit": True}
    assert answers.figures(row, about) == Figures(Decimal(250), Decimal(50), "DKK", "c1")
    assert answers.facts(row, about)["remainder"] == "250.00"


def test_what_is_of_another_kind_is_never_taken_for_the_document() -> None:
    row = {"amount": 200, "tax": 50, "currencyId": "DKK", "contactId": "c1"}
    mixed = [("invoice", {"key": "k", "credit": True}), ("creditNote", {"key": "k"})]
    told = [answers.figures({**row, "type": kind}, about) for kind, about in mixed]
    assert [one and (one.gross, one.vat) for one in told] == [(Decimal(-250), Decimal(-50))] * 2


# --- amounts ----------------------------------------------------------------------------------------------------------
def test_three_notes_are_the_invoice() -> None:
    case = Credited(World())
    [cups, shipping] = lines()
    one = replace(cups, quantity=Decimal(1))
    for number, own in enumerate((one, one, shipping), 1):
        case.begin(a_note(a_document(), case.booked, own, number=str(number)))
        case.refund()
        assert case.left() == (NOTHING, NOTHING)
    [contact] = [row for row in case.world.company.ledger()["customers"] if row["number"] == case.stage.customer]
    assert contact["balance"] == "0.00"


def test_part_of_an_open_invoice_leaves_the_rest_open() -> None:
    case = Credited(World(), paid=False)
    case.begin(a_note(a_document(), case.booked, lines()[1]))
    assert case.left() == (Decimal("200.00"), NOTHING)


def test_line_below_zero_is_credited_along() -> None:
    case = Credited(World())
    [cups, shipping] = lines()
    case.begin(a_note(a_document(), case.booked, cups, replace(shipping, unit_price=Decimal("-49.00"))))
    case.refund()
    assert (case.in_the_books()["gross"], case.left()) == ("-151.00", (NOTHING, NOTHING))


def test_foreign_note_goes_at_the_rate_of_its_invoice() -> None:
    euros = a_document(total=Money(WHOLE, "EUR"))
    case = Credited(World(), euros)
    case.world.company.set_rate("EUR", Decimal("7.1111"))
    case.refund()
    shown = case.in_the_books()
    assert (shown["gross_dkk"], shown["currency"]) == ("-1857.49", "EUR")
    [paid, back] = case.world.company.ledger()["entries"]
    assert (paid["base_amount"], back["base_amount"]) == ("1857.49", "-1857.49")


# --- late and lost answers ------------------------------------------------------------------------------------------
def test_set_off_that_shows_late_is_not_paid_back() -> None:
    case = Credited(World(switches={"paid_lag_seconds": 30}), paid=False)
    case.book()
    assert case.left() == (NOTHING, NOTHING)
    call = case.stage.call(Write.PAYMENT)
    assert case.world.connect().send(call, "key-1").final
    assert case.paid_back() == []


def test_more_than_is_left_is_not_paid_back() -> None:
    case = Credited(World())
    case.begin(replace(case.note, payments=(a_payment("100.00"), a_payment("249.00"))))
    case.refund()
    call = case.stage.provider.payment_call(case.note, case.stage.customer, case.book(), 2)
    with pytest.raises(Rejected, match="settlement-stopped"):
        case.world.connect().send(call, "key-2")
    assert case.paid_back() == ["-100.00"]


def test_surplus_drafts_are_discarded_and_nothing_else() -> None:
    case = Credited(World())
    call = case.stage.call(Write.DRAFT)
    first, second = (case.world.connect().send(call, "key-1") for _ in range(2))
    case.stage.provider.discard(replace(first, more={"key": case.note.key}))
    assert len(case.stage.provider.look(call)) == 2
    case.stage.provider.discard(first)
    assert [one.id for one in case.stage.provider.look(call)] == [second.id]
    case.stage.draft = second
    case.stage.provider.discard(case.book())
    case.in_the_books()
