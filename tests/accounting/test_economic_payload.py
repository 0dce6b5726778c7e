"""Requests: what they hold, in which bytes, and what does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.providers.economic import payload
from accounting.providers.economic.answers import is_of
from connector.core.document import Customer, Situation
from connector.core.errors import NeedsSetup, Stop, Unsupported
from connector.core.order import Party, PaymentKind
from tests.accounting import economic_schemas
from tests.accounting.economic import CHOICES, IDA, a_document, a_document_line, a_payment
from tests.accounting.wire import Sent

pytestmark = pytest.mark.contract

EMOJI = "🎁"


def draft(**more: Any) -> dict[str, Any]:
    return payload.draft(a_document(**more), 501, needs_due_date=False)


def without(field: str) -> dict[str, str]:
    return {name: value for name, value in CHOICES.items() if name != field}


def test_draft_as_bytes():
    document = a_document(a_document_line("KOP-1", "1.5", "80.10", description='Kop "blå" & 7.5'))
    assert payload.encode(payload.draft(document, 501, needs_due_date=True)).decode() == (
        '{"date":"2026-11-18","currency":"DKK","dueDate":"2026-11-18","layout":{"layoutNumber":19},'
        '"paymentTerms":{"paymentTermsNumber":1},"customer":{"customerNumber":501},"recipient":{"name":"Ida Holm",'
        '"address":"Vej 1","zip":"8000","city":"Aarhus C","country":"Danmark","vatZone":{"vatZoneNumber":1}},'
        '"references":{"other":"invoice:shoporama:7:10045"},"notes":{"heading":"Ordre 10045"},'
        '"lines":[{"lineNumber":1,"sortKey":1,"description":"Kop \\"blå\\" & 7.5","product":{"productNumber":"KOP-1"},'
        '"quantity":1.5,"unitNetPrice":80.10}]}'
    )


def test_what_is_not_known_is_left_out():
    bare = draft(
        customer=Customer("", Party(name="Webshopkunder")), heading="", lines=(a_document_line("", "1", "0.00"),)
    )
    assert bare["recipient"] == {"name": "Webshopkunder", "vatZone": {"vatZoneNumber": 1}}
    assert not {"notes", "delivery", "dueDate"} & bare.keys()
    text = payload.encode(bare).decode()
    assert "null" not in text
    assert '"unitNetPrice":0.00' in text


def test_delivery_and_notes():
    made = draft(
        delivery=replace(IDA, address="Havnen 7", city="Ebeltoft", postcode="8400", country="SE"),
        delivery_date=date(2026, 11, 20),
        note="Tak for handlen",
        reference="PO 77",
    )
    assert made["delivery"] == {
        "address": "Havnen 7",
        "zip": "8400",
        "city": "Ebeltoft",
        "country": "Sverige",
        "deliveryDate": "2026-11-20",
    }
    assert made["notes"] == {"heading": "Ordre 10045", "textLine1": "Tak for handlen", "textLine2": "PO 77"}


def test_country_without_a_name_stays_a_code():
    assert payload.country_name("QX") == "QX"
    assert payload.country_name("") == ""


def test_customer():
    made = payload.customer(a_document().customer, a_document())
    assert made == {
        "name": "Ida Holm",
        "currency": "DKK",
        "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1},
        "vatZone": {"vatZoneNumber": 1},
        "address": "Vej 1",
        "zip": "8000",
        "city": "Aarhus C",
        "country": "Danmark",
        "email": "Ida.Holm+shop@Example.dk",
        "telephoneAndFaxNumber": "+45 12345678",
    }


def test_business_customer():
    party = replace(IDA, company="Holm ApS", vat_number="12345678", ean="5790 0001 2345 6")
    made = payload.customer(Customer(IDA.email_key, party), a_document())
    assert (made["name"], made["corporateIdentificationNumber"], made["ean"]) == (
        "Holm ApS",
        "12345678",
        "5790000123456",
    )
    assert draft(buyer=party)["recipient"]["ean"] == "5790000123456"


@pytest.mark.parametrize(
    ("party", "fact"),
    [
        (Party(email="a@example.dk"), "name"),
        (replace(IDA, ean="123"), "ean"),
        (replace(IDA, ean="57900001234567"), "ean"),
        (replace(IDA, ean="٥٧٩٠٠٠٠١٢٣٤٥٦"), "ean"),
        (replace(IDA, vat_number="1" * 41), "vat_number"),
        (replace(IDA, email="a" * 251 + "@b.dk"), "email"),
        (replace(IDA, email="a@b.dk c@d.dk"), "email"),
        (replace(IDA, email=""), "email"),
    ],
)
def test_customer_that_cannot_be_made_names_the_fact(party: Party, fact: str):
    with pytest.raises(NeedsSetup) as stopped:
        payload.customer(Customer(party.email_key, party), a_document())
    assert (stopped.value.code, stopped.value.facts["fact"], stopped.value.facts["order"]) == (
        "fact-missing",
        fact,
        "10045",
    )


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("layout", "layout-missing"),
        ("terms", "choice-missing"),
        ("zone", "vat-zone-missing"),
        ("customer_group", "choice-missing"),
        ("journal", "journal-missing"),
        ("account", "choice-missing"),
    ],
)
@pytest.mark.parametrize("value", ["", "0", "nineteen", "١٩"])
def test_choice_that_is_not_made_has_its_reason(field: str, code: str, value: str):
    document = a_document(choices=without(field) | ({field: value} if value else {}), situation=Situation.ABROAD)
    with pytest.raises(NeedsSetup) as stopped:
        payload.chosen(document, field)
    assert stopped.value.code == code
    assert stopped.value.facts["order"] == "10045"


def test_product():
    line = a_document_line("12345", "1", "80.00", description="", group="3")
    made = payload.product(line, a_document())
    assert made == {"productNumber": "12345", "name": "12345", "productGroup": {"productGroupNumber": 3}}
    with pytest.raises(NeedsSetup, match="choice-missing"):
        payload.product(replace(line, group=""), a_document())


def test_item_number_is_never_cut():
    with pytest.raises(Unsupported) as stopped:
        draft(lines=(a_document_line("S" * 26, "1", "1.00"),))
    assert (stopped.value.code, stopped.value.facts["max"]) == ("sku-too-long", "25")
    assert draft(lines=(a_document_line("S" * 25, "1", "1.00"),))["lines"][0]["product"]["productNumber"] == "S" * 25


def test_texts_are_cut_as_the_server_counts():
    long = replace(IDA, name=EMOJI * 200, address="å" * 600, city="x" * 60, postcode="9" * 31)
    document = a_document(
        a_document_line("KOP-1", "1", "1.00", description=EMOJI * 2000), buyer=long, heading="h" * 300, note="n" * 1100
    )
    customer = payload.customer(document.customer, document)
    made = payload.draft(document, 501, needs_due_date=False)
    # An emoji counts as two.
    assert (len(customer["name"]), len(made["recipient"]["name"])) == (127, 125)
    assert (len(customer["address"]), len(made["recipient"]["address"])) == (510, 250)
    assert (len(customer["city"]), len(customer["zip"])) == (50, 30)
    assert len(made["lines"][0]["description"]) == 1250
    assert (len(made["notes"]["heading"]), len(made["notes"]["textLine1"])) == (250, 1000)
    assert {EMOJI} == set(made["lines"][0]["description"])


@given(st.text(st.characters(), max_size=40), st.integers(min_value=1, max_value=30))
def test_cut_text_fits_and_can_be_encoded(text: str, most: int):
    cut = payload.cut(text, most)
    assert len(cut.encode("utf-16-le")) <= 2 * most
    assert cut.encode().decode() == cut


@given(st.decimals(min_value="-99999999", max_value="99999999", places=2))
def test_decimals_are_written_as_they_are(value: Decimal):
    written = payload.encode({"a": value}).decode()
    assert Decimal(written.removeprefix('{"a":').removesuffix("}")) == value
    assert "E" not in written


@pytest.mark.parametrize("value", [Decimal("0.001"), Decimal("1E15"), Decimal("NaN")])
def test_numbers_that_would_be_refused_are_never_written(value: Decimal):
    with pytest.raises((ValueError, ArithmeticError)):
        payload.encode({"a": value})


@pytest.mark.parametrize("value", [1.5, None, b"x", {1}])
def test_floats_and_nothing_have_no_place(value: object):
    with pytest.raises(TypeError):
        payload.encode({"a": value})


@given(st.dictionaries(st.text(), st.lists(st.text() | st.integers() | st.booleans(), max_size=3), max_size=3))
def test_what_is_written_reads_back(value: Any):
    assert json.loads(payload.encode({"a": value})) == {"a": value}


def test_payment():
    document = a_document(payments=(a_payment("200.00"), a_payment("49.00", PaymentKind.GIFT_CARD)), heading="x" * 300)
    card = payload.payment(document, 501, 1001, 1, received=-1)
    gift = payload.payment(document, 501, 1001, 2, received=1)
    assert (card["amount"], card["contraAccountNumber"]) == (Decimal("-200.00"), 5825)
    assert (gift["amount"], gift["contraAccountNumber"]) == (Decimal("49.00"), 6850)
    assert (card["date"], card["customerInvoiceNumber"], card["entryTypeNumber"]) == ("2026-11-18T00:00:00Z", "1001", 2)
    assert len(card["text"]) == 250
    assert card["text"].endswith("x invoice:shoporama:7:10045#1")
    assert gift["text"].endswith("x invoice:shoporama:7:10045#2")


def test_entry_of_another_order_is_not_ours():
    mark = payload.payment_mark(a_document(), 1)
    assert is_of({"text": f"Ordre 10045 {mark}"}, mark)
    assert is_of({"text": mark}, mark)
    for text in (f"{mark}2", f"x{mark}", mark[:-2], "", None, f"{mark} x"):
        assert not is_of({"text": text}, mark)


@pytest.mark.parametrize("lines", [0, 1, 900])
def test_any_number_of_lines_fits_the_vendors_schema(lines: int):
    if not economic_schemas.at_hand():
        pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
    body = payload.encode(draft(lines=tuple(a_document_line("KOP-1", "-2.25", "80.10") for _ in range(lines))))
    economic_schemas.check(Sent("POST", "/economic/rest/invoices/drafts", {}, {}, body))


def test_schema_check_sees_what_does_not_fit():
    if not economic_schemas.at_hand():
        pytest.skip("SKIPPED LOUDLY: ../shared/reference/schemas is missing, so no request was held against it")
    good = draft()
    for bad in ({**good, "date": "1"}, {**good, "recipient": {}}, {**good, "lines": [{"quantity": "2"}]}):
        with pytest.raises(AssertionError):
            economic_schemas.check(Sent("POST", "/economic/rest/invoices/drafts", {}, {}, payload.encode(bad)))
    body = payload.encode(good).replace(b"80.00", b"80.001")
    with pytest.raises(AssertionError, match="decimals"):
        economic_schemas.check(Sent("POST", "/economic/rest/invoices/drafts", {}, {}, body))


def test_key_that_is_too_long_stops():
    with pytest.raises(Stop):
        draft(key="k" * 251)
