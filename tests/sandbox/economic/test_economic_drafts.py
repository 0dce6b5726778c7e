"""Drafts: totals under each reading, refusals, replacing and deleting."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.economic.economic_calls import draft_body, line

pytestmark = pytest.mark.tools

DRAFTS = "/rest/invoices/drafts"
BOOKED = "/rest/invoices/booked"
RECORDED = [line(153.44, 3, product="BOG-1", discountPercentage=10.0), line(23.0, 2)]


def booking(number: int = 1, **more: object) -> dict[str, object]:
    return {"draftInvoice": {"draftInvoiceNumber": number}, **more}


def sums(document: dict[str, Decimal]) -> tuple[str, ...]:
    return tuple(f"{document[name]:.2f}" for name in ("netAmount", "vatAmount", "grossAmount"))


def test_recorded_totals(economic):
    draft = economic.post(DRAFTS, draft_body(lines=RECORDED))
    assert sums(draft) == ("460.29", "115.07", "575.36")
    assert [row["totalNetAmount"] for row in draft["lines"]] == [Decimal("414.29"), 46]
    booked = economic.post(BOOKED, booking())
    assert sums(booked) == ("460.29", "115.07", "575.36")


@pytest.mark.parametrize(
    ("price", "expected"), [(9.98, ("9.98", "2.50", "12.48")), (2530.0, ("2530.00", "632.50", "3162.50"))]
)
def test_recorded_single_lines(economic, price, expected):
    assert sums(economic.post(DRAFTS, draft_body(lines=[line(price)]))) == expected


@pytest.mark.parametrize(
    ("level", "mode", "vat"),
    [("total", "half-up", "0.05"), ("total", "half-even", "0.04"), ("line", "half-up", "0.06")],
)
def test_reading_of_totals_by_switch(economic, level, mode, vat):
    economic.service.set_switch("rounding_level", level)
    economic.service.set_switch("rounding_mode", mode)
    draft = economic.post(DRAFTS, draft_body(lines=[line(0.06), line(0.06), line(0.03), line(0.03)]))
    assert f"{draft['vatAmount']:.2f}" == vat


@pytest.mark.parametrize(
    ("product", "zone", "vat"),
    [
        ("KOP-1", 1, 20),
        ("KOP-1", 2, 0),
        ("KOP-1", 3, 0),
        ("KOP-1", 4, 0),
        ("KOP-1", 5, Decimal("20.4")),
        ("TOTAL-0", 1, 0),
        ("FRAGT", 1, 20),
        ("ØRE", 1, 0),
    ],
)
def test_rate_follows_product_group_and_zone(economic, product, zone, vat):
    recipient = {"name": "Kunde", "vatZone": {"vatZoneNumber": zone}}
    draft = economic.post(DRAFTS, draft_body(recipient=recipient, lines=[line(80.0, product=product)]))
    assert draft["vatAmount"] == vat


@pytest.mark.parametrize(("kind", "vat"), [("rounded", "25.0000"), ("exact", "24.9975")])
def test_vat_on_a_booked_line(economic, kind, vat):
    economic.service.set_switch("booked_line_vat", kind)
    assert str(economic.book(lines=[line(99.99)])["lines"][0]["vatAmount"]) == vat


def test_totals_that_are_sent_are_ignored(economic):
    draft = economic.post(DRAFTS, draft_body(grossAmount=1.0, vatAmount=0.5))
    assert draft["grossAmount"] == 100


def test_foreign_currency_is_shown_in_both(economic):
    draft = economic.post(DRAFTS, draft_body(currency="EUR", exchangeRate=745.123456))
    assert draft["exchangeRate"] == Decimal("745.123456")
    assert (draft["grossAmount"], draft["grossAmountInBaseCurrency"]) == (100, Decimal("745.12"))
    economic.post(BOOKED, booking())
    assert sum(entry.base_amount for entry in economic.agreement.books.entries.values()) == 0


@pytest.mark.parametrize(
    ("lines", "leaf"),
    [
        ([{"description": "x", "quantity": 1}], ("product", None)),
        ([{"description": "x", "unitNetPrice": 5.0}], ("product", None)),
        ([{"description": "x", "product": {"productNumber": "KOP-1"}}], ("quantity", "E04730")),
        ([{"quantity": 1, "product": {"productNumber": "KOP-1"}}], ("description", "E04042")),
        ([line(1.0, product="NONE")], ("product", "E06000")),
        ([line(1.001)], ("unitNetPrice", "E04740")),
        ([line(1.0, 1.005)], ("quantity", "E04740")),
        ([line(1.0, unit={"unitNumber": 99})], ("unit", "E06000")),
        ([line(1.0, unit={"unitNumber": 0})], ("unitNumber", None)),
    ],
)
def test_lines_are_refused(economic, lines, leaf):
    (found,) = economic.refused("POST", DRAFTS, draft_body(lines=[line(5.0), *lines]))
    assert (found["propertyName"], found.get("errorCode")) == leaf


def test_text_line_needs_no_product(economic):
    draft = economic.post(DRAFTS, draft_body(lines=[{"description": "Tak for ordren"}, line(80.0)]))
    assert draft["grossAmount"] == 100
    assert [row["lineNumber"] for row in draft["lines"]] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "leaf"),
    [
        ({"layout": {"layoutNumber": 99}}, ("layout", "E06000")),
        ({"customer": {"customerNumber": 99}}, ("customer", "E06000")),
        ({"paymentTerms": {"paymentTermsNumber": 99}}, ("paymentTerms", "E07080")),
        ({"paymentTerms": {"paymentTermsNumber": 1, "paymentTermsType": "dueDate"}}, ("paymentTermsType", "E07180")),
        ({"paymentTerms": {"paymentTermsNumber": 5}}, ("dueDate", "E04042")),
        ({"paymentTerms": {"paymentTermsNumber": 5}, "dueDate": "2026-08-31"}, ("dueDate", "E04760")),
        ({"currency": "XXX"}, ("currency", "E06000")),
        ({"recipient": {"name": "K", "vatZone": {"vatZoneNumber": 9}}}, ("vatZone", "E06000")),
        ({"project": {"projectNumber": 1}}, ("project", "E06000")),
        ({"date": "2026-02-30"}, ("date", None)),
        ({"references": {"other": "x" * 251}}, ("other", None)),
        ({"layout": {}}, ("layout", "E04500")),
    ],
)
def test_header_is_refused(economic, changes, leaf):
    (found,) = economic.refused("POST", DRAFTS, draft_body(**changes))
    assert (found["propertyName"], found.get("errorCode")) == leaf
    assert not economic.agreement.books.drafts


def test_an_emoji_counts_twice(economic):
    fits = "🎁" * 125
    assert economic.post(DRAFTS, draft_body(notes={"heading": fits}))["notes"]["heading"] == fits
    economic.refused("POST", DRAFTS, draft_body(notes={"heading": fits + "x"}))


def test_due_date_follows_the_terms(economic):
    def due(terms: int, **more: str) -> str:
        return str(economic.post(DRAFTS, draft_body(paymentTerms={"paymentTermsNumber": terms}, **more))["dueDate"])

    assert due(1, dueDate="2030-01-01") == "2026-09-09"
    assert due(3) == "2026-10-30"
    assert due(5, dueDate="2026-12-24") == "2026-12-24"


def test_error_document_mirrors_the_request(economic):
    reply = economic.call("POST", DRAFTS, draft_body(lines=[line(1.0), line(1.0, product="NONE")], currency=None))
    answer = reply.json()
    assert answer["message"] == "Validation failed. 1 error found."
    assert answer["errors"]["currency"]["errors"][0]["errorMessage"].startswith("Expected String but got Null")
    answer = economic.call("POST", DRAFTS, draft_body(lines=[line(1.0), line(1.0, product="NONE")])).json()
    assert answer["errors"]["lines"]["items"][0]["arrayIndex"] == 1
    assert answer["errors"]["lines"]["items"][0]["product"]["errors"][0]["inputValue"] == "NONE"
    assert (answer["errorCode"], answer["errorCount"], answer["httpStatusCode"]) == ("E04300", 1, 400)


def test_older_error_document(economic):
    economic.service.set_switch("error_shape", "2019")
    economic.service.set_switch("schema_leaf_code", "E04300")
    answer = economic.call("POST", DRAFTS, draft_body(lines=[line(1.0, product="NONE")])).json()
    assert answer["errors"]["lines"][0]["product"]["errors"][0]["value"] == "NONE"
    assert "errorCount" not in answer
    leaf = economic.call("POST", DRAFTS, draft_body(currency=None)).json()["errors"]["currency"]["errors"][0]
    assert (leaf["errorCode"], "message" in leaf) == ("E04300", True)


def test_put_replaces_lines_and_reference(economic):
    economic.post(DRAFTS, draft_body(references={"other": "old"}))
    reply = economic.call("PUT", f"{DRAFTS}/1", draft_body(references={"other": "new"}, lines=[line(8.0)]))
    assert (reply.status, reply.json()["grossAmount"]) == (200, 10)
    assert economic.get(DRAFTS, filter="references.other$eq:old")["collection"] == []
    assert len(economic.get(DRAFTS, filter="references.other$eq:NEW")["collection"]) == 1
    assert economic.call("PUT", f"{DRAFTS}/9", draft_body()).status == 201


def test_lines_can_be_appended(economic):
    economic.post(DRAFTS, draft_body())
    answer = economic.post(f"{DRAFTS}/1/lines", {"lines": [line(8.0)]})
    assert (answer["grossAmount"], len(answer["lines"])) == (110, 2)


def test_delete_answers_with_a_body_and_frees_the_number(economic):
    economic.post(DRAFTS, draft_body())
    reply = economic.call("DELETE", f"{DRAFTS}/1")
    assert (reply.status, reply.json()["deletedCount"]) == (200, 1)
    assert reply.json()["deletedItems"][0]["draftInvoiceNumber"] == 1
    again = economic.call("DELETE", f"{DRAFTS}/1")
    assert (again.status, again.json()["errorCode"]) == (404, "E06000")
    assert economic.post(DRAFTS, draft_body())["draftInvoiceNumber"] == 1
    economic.post(BOOKED, booking())
    assert economic.post(DRAFTS, draft_body())["draftInvoiceNumber"] == 2


def test_empty_number_in_an_address_deletes_every_draft(economic):
    economic.post(DRAFTS, draft_body())
    economic.post(DRAFTS, draft_body())
    assert economic.call("DELETE", f"{DRAFTS}/").json()["deletedCount"] == 2
    assert not economic.agreement.books.drafts
