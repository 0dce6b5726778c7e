"""Dinero's credit notes: exactly once, and right under every answer that nobody has settled (fact sheet, section 6)."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Receipt, Write
from accounting.providers.dinero import payload, signs
from accounting.writing import encode
from connector.core.document import Figures, InvoiceDocument, Original
from connector.core.errors import OutcomeUnknown, Rejected
from connector.core.money import Money
from tests.accounting import dinero_schemas
from tests.accounting.contract import ProviderContract, Stage
from tests.accounting.dinero import REFUNDED, World, a_document, a_note, crediting
from tests.accounting.economic import TODAY, a_document_line
from tests.accounting.wire import Act, lost_after, lost_before, says

pytestmark = pytest.mark.contract

WRITES = (Write.CUSTOMER, Write.DRAFT, Write.BOOK, Write.PAYMENT)
GUID = "8b1c0d7e-0000-4000-8000-000000000001"
CONTACT = "5c0d0000-0000-4000-8000-000000000001"
CASES = [
    *(("credit_signs", value) for value in ("positive", "shown_negative", "owed_negative", "negative")),
    *(("credit_payment", value) for value in ("positive", "negative", "positive_only", "negative_only")),
    *(("credit_offset", value) for value in ("row", "silent", "none")),
    *(("credit_numbers", value) for value in ("shared", "own")),
    *(("create_answer", value) for value in ("201", "201_empty")),
    *(("error_body", value) for value in ("empty", "html")),
    *(("stale_status", 409), ("payment_fields", "omitted"), ("vat_rounding", "line"), ("line_base", "sent")),
]


class TestContract(ProviderContract):
    """What every provider keeps for an invoice, for a credit note."""

    writes = WRITES

    @pytest.fixture
    def stage(self) -> Stage:
        _world, stage = crediting()
        stage.wire.sent.clear()
        return stage

    def test_ends_in_the_books_exactly(self, stage: Stage):
        assert stage.settle() == REFUNDED
        assert stage.provider.open_credits([stage.the_booked().id]) == {stage.the_booked().id: Decimal("0.00")}

    def test_amounts_are_never_floats(self, stage: Stage):
        figures = stage.the_booked().figures
        assert figures is not None
        still_open = stage.provider.open_credits([stage.the_booked().id])
        assert still_open == {stage.the_booked().id: Decimal("249.00")}
        assert {type(value) for value in (figures.gross, figures.vat, *still_open.values())} == {Decimal}


def test_requests_fit_dineros_own_file():
    if not dinero_schemas.at_hand():
        pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
    _world, stage = crediting()
    dinero_schemas.checked.clear()
    stage.settle()
    place = "/v1/{organizationId}/sales/creditnotes"
    assert set(dinero_schemas.checked) == {
        "POST /v1/{organizationId}/contacts",
        f"POST {place}",
        f"GET {place}/{{guid}}",
        f"POST {place}/{{guid}}/book",
        f"GET {place}/{{guid}}/payments",
        f"POST {place}/{{guid}}/payments",
    }


class TestPayload:
    ORIGINAL = Original("invoice:shoporama:7:10045", GUID.upper(), "20231", TODAY)

    def note(self, **more: Any) -> InvoiceDocument:
        made = a_note(Receipt(GUID, more={"number": "20231"}), a_document(a_document_line("1000", "1", "80.10")))
        return replace(made, **more)

    def test_draft_as_bytes(self):
        assert encode(payload.draft(self.note(), CONTACT, GUID)).decode() == (
            f'{{"Guid":"{GUID}","ContactGuid":"{CONTACT}","Date":"2026-11-18","Currency":"DKK","Language":"da-DK",'
            '"ExternalReference":"credit:shoporama:7:10045:88","ShowLinesInclVat":true,"Description":"Kreditnota 88",'
            '"Comment":"Krediterer faktura 20231 af 18.11.2026","Address":"Vej 1\\n8000 Aarhus C",'
            f'"CreditNoteFor":"{GUID}",'
            '"ProductLines":[{"Description":"1000","Quantity":1,"BaseAmountValue":80.10,"Discount":0,'
            '"AccountNumber":1000,"Unit":"parts","LineType":"Product"}]}'
        )

    @pytest.mark.parametrize(("number", "named"), [("", None), ("20231", None), (GUID.upper(), GUID)])
    def test_only_an_invoice_of_dineros_own_is_named(self, number: str, named: str | None):
        made = payload.draft(self.note(credits=replace(self.ORIGINAL, id=number)), CONTACT, GUID)
        assert made.get("CreditNoteFor") == named

    def test_invoice_names_none(self):
        assert "CreditNoteFor" not in payload.draft(a_document(), CONTACT, GUID)

    def test_mirrored_lines_are_below_zero_and_nothing_else_is_changed(self):
        body = encode(payload.draft(self.note(), CONTACT, GUID))
        assert signs.mirrored(body).decode() == body.decode().replace('"Quantity":1,', '"Quantity":-1,')
        assert signs.mirrored(signs.mirrored(body)) == body

    def test_refund_as_bytes(self):
        body = encode(payload.payment(self.note(), 1, "000000009DF2A001", None))
        turned = signs.refunded(body, -1, "000000009DF2A002")
        assert body.decode() == (
            '{"Timestamp":"000000009DF2A001","DepositAccountNumber":55020,'
            '"ExternalReference":"credit:shoporama:7:10045:88#1","PaymentDate":"2026-11-18",'
            '"Description":"Kreditnota 88","Amount":249.00,"RemainderIsFee":false}'
        )
        assert turned.decode() == body.decode().replace("A001", "A002").replace("249.00", "-249.00")
        assert signs.refunded(body, 1, "000000009DF2A001") == body

    def test_both_amounts_of_a_foreign_refund_are_turned(self):
        foreign = self.note(total=Money(Decimal("249.00"), "EUR"))
        body = encode(payload.payment(foreign, 1, "A", Decimal("1857.49")))
        turned = json.loads(signs.refunded(body, -1, "A"), parse_float=Decimal)
        assert (turned["Amount"], turned["AmountInForeignCurrency"]) == (Decimal("-1857.49"), Decimal("-249.00"))


@pytest.mark.parametrize(("name", "value"), CASES, ids=[f"{name}={value}" for name, value in CASES])
class TestEverySwitch:
    def test_ends_in_the_books(self, name: str, value: Any):
        _world, stage = crediting(**{name: value})
        assert stage.settle() == REFUNDED

    def test_is_found_again_and_changes_nothing_twice(self, name: str, value: Any):
        _world, stage = crediting(**{name: value})
        calls = [stage.call(write) for write in WRITES]
        stage.settle()
        made = [stage.provider.look(call) for call in calls]
        assert [len(found) for found in made] == [1, 1, 1, 1]
        again = [stage.provider.send(call, "key-again") for call in calls]
        assert [receipt.id for receipt in again] == [found[0].id for found in made]
        assert stage.held(stage.document.key) == REFUNDED


class TestDraft:
    def test_lines_that_have_to_be_below_zero(self):
        world, stage = crediting(credit_signs="negative")
        draft = stage.the_draft()
        assert [line["Quantity"] for line in json.loads(stage.wire.writes[-1].body)["ProductLines"]] == [-2, -1]
        assert (draft.figures, draft.more["credit"]) == (
            Figures(Decimal("249.00"), Decimal("49.80"), "DKK", stage.customer),
            True,
        )
        [held] = world.organization.ledger()["drafts"]
        assert (held["gross"], held["credits"]) == ("-249.00", stage.document.credits.id)  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "said",
        [
            says(400, b'{"code": 42, "validationErrors": {"ProductLines": "Too much."}}'),
            says(400, b'{"code": 42, "validationErrors": {"message": "Too much."}}'),
            says(400),
        ],
        ids=["another property", "no property", "nothing"],
    )
    def test_lines_below_zero_are_sent_for_no_other_reason(self, said: Act):
        _world, stage = crediting()
        call = stage.call(Write.DRAFT)
        stage.wire.sent.clear()
        stage.wire.next_write(said)
        with pytest.raises(Rejected):
            stage.provider.send(call, "key-1")
        assert len(stage.wire.writes) == 1
        assert stage.held(stage.document.key).drafts == 0

    @pytest.mark.parametrize("lost", [lost_before, lost_after], ids=["before", "after"])
    @pytest.mark.parametrize("reading", ["positive", "negative"])
    def test_lost_answer_makes_one(self, reading: str, lost: Act):
        _world, stage = crediting(credit_signs=reading)
        call = stage.call(Write.DRAFT)
        if reading == "negative":
            stage.wire.next_write(lambda request, serve: serve(request))
        stage.wire.next_write(lost)
        with pytest.raises(OutcomeUnknown):
            stage.provider.send(call, "key-1")
        assert len(stage.provider.look(call)) == (lost is lost_after)
        assert stage.provider.send(call, "key-1").figures
        assert stage.settle() == REFUNDED

    @pytest.mark.parametrize("reading", ["positive", "negative"])
    def test_is_corrected_in_place(self, reading: str):
        _world, stage = crediting(credit_signs=reading)
        draft = stage.the_draft()
        call = stage.provider.correct_call(stage.document, stage.customer, draft)
        corrected = stage.provider.send(call, "key-1")
        assert (corrected.id, corrected.figures) == (draft.id, draft.figures)
        assert corrected.more["timestamp"] > draft.more["timestamp"]
        assert stage.provider.look(call) == [corrected]
        assert stage.provider.send(call, "key-1") == corrected

    def test_that_was_deleted_is_made_under_another_guid(self):
        world, stage = crediting()
        call = stage.call(Write.DRAFT)
        world.organization.delete_draft_by_hand(stage.the_draft().id)
        assert stage.provider.look(call) == []
        stage.draft = stage.provider.send(call, "key-2")
        assert stage.settle() == REFUNDED

    def test_that_is_discarded_is_gone(self):
        world, stage = crediting()
        stage.provider.discard(stage.the_draft())
        assert stage.held(stage.document.key).drafts == 0
        assert len(world.organization.ledger()["booked"]) == 1

    def test_that_was_booked_by_hand_is_not_discarded(self):
        world, stage = crediting()
        world.organization.book_by_hand(stage.the_draft().id)
        stage.wire.sent.clear()
        stage.provider.discard(stage.the_draft())
        assert stage.wire.writes == []

    def test_of_nothing_that_was_invoiced_here(self):
        world = World()
        stage = world.crediting(replace(a_note(Receipt("20231")), credits=Original()))
        assert stage.settle() == REFUNDED
        assert world.organization.ledger()["booked"][0]["credits"] is None


class TestBooking:
    def test_goes_on_with_the_newest_timestamp(self):
        world, stage = crediting()
        call = stage.call(Write.BOOK)
        world.organization.edit_draft_by_hand(stage.the_draft().id, comment="Tak")
        stage.booked = stage.provider.send(call, "key-1")
        assert stage.settle() == REFUNDED

    @pytest.mark.parametrize("reading", ["positive", "shown_negative", "negative"])
    def test_note_with_another_amount_is_not_booked(self, reading: str):
        world, stage = crediting(credit_signs=reading)
        call = stage.call(Write.BOOK)
        world.organization.edit_draft_by_hand(stage.the_draft().id, amount=9900)
        with pytest.raises(Rejected, match="draft-differs") as refused:
            stage.provider.send(call, "key-1")
        assert (refused.value.facts["shop_value"], refused.value.facts["books_value"]) == ("249.00", "247.00")
        assert stage.held(stage.document.key).booked == 0

    def test_that_was_deleted_is_said(self):
        world, stage = crediting()
        call = stage.call(Write.BOOK)
        world.organization.delete_draft_by_hand(stage.the_draft().id)
        with pytest.raises(Rejected, match="draft-deleted"):
            stage.provider.send(call, "key-1")

    def test_above_the_invoice_is_refused_by_dinero_and_stays_a_draft(self):
        world, stage = crediting()
        first = world.crediting(replace(stage.document, key="credit:shoporama:7:10045:87"))
        first.settle()
        with pytest.raises(Rejected, match="unexpected"):
            stage.the_booked()
        assert stage.held(stage.document.key).drafts == 1

    def test_year_that_is_missing(self):
        world, stage = crediting()
        call = stage.call(Write.BOOK)
        world.organization.delete_year(2026)
        with pytest.raises(Rejected, match="year-missing"):
            stage.provider.send(call, "key-1")

    @pytest.mark.parametrize("series", ["shared", "own"])
    def test_number_is_dineros(self, series: str):
        _world, stage = crediting(credit_numbers=series)
        booked = stage.the_booked()
        assert (booked.final, booked.number) == (True, "1002" if series == "shared" else "1")
