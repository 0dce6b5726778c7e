"""Booking and credit notes: numbers, refusals, and each point that nobody has seen under both answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.economic.economic_calls import customer_body, draft_body, line, product_body

pytestmark = pytest.mark.tools

DRAFTS = "/rest/invoices/drafts"
BOOKED = "/rest/invoices/booked"


def booking(number: int = 1, **more: object) -> dict[str, object]:
    return {"draftInvoice": {"draftInvoiceNumber": number}, **more}


def sums(document: dict[str, Decimal]) -> tuple[str, ...]:
    return tuple(f"{document[name]:.2f}" for name in ("netAmount", "vatAmount", "grossAmount"))


def test_booking_takes_the_draft_and_the_next_number(economic):
    first = economic.book(references={"other": "invoice:shoporama:1:7"})
    assert (first["bookedInvoiceNumber"], first["orderNumber"], first["remainder"]) == (1001, 1, 100)
    assert economic.call("GET", f"{DRAFTS}/1").status == 404
    economic.post(DRAFTS, draft_body())
    assert economic.post(BOOKED, booking(2, bookWithNumber=2000))["bookedInvoiceNumber"] == 2000
    assert economic.book()["bookedInvoiceNumber"] == 2001
    found = economic.get(BOOKED, filter="references.other$eq:invoice:shoporama:1:7")["collection"]
    assert [row["bookedInvoiceNumber"] for row in found] == [1001]


def test_booking_under_a_number_by_put(economic):
    economic.post(DRAFTS, draft_body())
    assert economic.call("PUT", f"{BOOKED}/77", booking()).json()["bookedInvoiceNumber"] == 77


def test_order_number_may_be_absent(economic):
    economic.service.set_switch("order_number", False)
    assert "orderNumber" not in economic.book()


@pytest.mark.parametrize("status", [404, 400])
def test_booking_twice(economic, status):
    economic.service.set_switch("unknown_draft", status)
    economic.book()
    assert economic.call("POST", BOOKED, booking()).status == status
    assert economic.call("POST", BOOKED, booking(99)).status == status
    assert len(economic.agreement.books.booked) == 1


@pytest.mark.parametrize("kind", ["validation", "plain"])
def test_number_that_is_taken(economic, kind):
    economic.service.set_switch("taken_number", kind)
    economic.book()
    economic.post(DRAFTS, draft_body())
    reply = economic.call("POST", BOOKED, booking(2, bookWithNumber=1001))
    assert (reply.status, "errors" in reply.json()) == (400, kind == "validation")
    assert 2 in economic.agreement.books.drafts


@pytest.mark.parametrize("act", ["close", "bar", "missing"])
@pytest.mark.parametrize("kind", ["E04041", "plain"])
def test_day_that_cannot_be_booked_on(economic, act, kind):
    economic.service.set_switch("closed_period", kind)
    economic.post(DRAFTS, draft_body(date="2031-01-01" if act == "missing" else "2026-09-01"))
    if act == "close":
        economic.agreement.close_year(2026)
    elif act == "bar":
        economic.agreement.bar_period("2026-08-15", "2026-09-01")
    answer = economic.call("POST", BOOKED, booking())
    assert answer.status == 400
    assert ("E04041" in answer.body.decode()) == (kind == "E04041")
    assert not economic.agreement.books.entries


def test_text_of_a_barred_period_is_in_the_agreements_language(economic):
    def text() -> str:
        economic.post(DRAFTS, draft_body())
        economic.agreement.bar_period("2026-09-01", "2026-09-01")
        return str(economic.refused("POST", BOOKED, booking())[0]["errorMessage"])

    assert text() == "Perioden er spærret."
    economic.connect(language="en")
    assert text() == "The period is barred."


@pytest.mark.parametrize("at", ["booking", "draft"])
def test_barred_product_and_customer(economic, at):
    economic.service.set_switch("barred_product_at", at)
    economic.service.set_switch("barred_customer_at", at)
    economic.agreement.bar_product("KOP-1")
    economic.agreement.bar_customer(2)
    if at == "booking":
        economic.post(DRAFTS, draft_body())
        found = economic.refused("POST", BOOKED, booking())
    else:
        found = economic.refused("POST", DRAFTS, draft_body())
    assert {(leaf["propertyName"], leaf.get("errorCode")) for leaf in found} == {
        ("product", "E06600"),
        ("customer", None),
    }


@pytest.mark.parametrize(("series", "number"), [("shared", 1002), ("own", 900001)])
def test_negative_total_is_a_credit_note(economic, series, number):
    economic.service.set_switch("credit_note_series", series)
    economic.book()
    credit = economic.book(lines=[line(80.0, -1), line(8.0, 1)])
    assert credit["bookedInvoiceNumber"] == number
    assert sums(credit) == ("-72.00", "-18.00", "-90.00")
    assert credit["remainder"] == -90


@pytest.mark.parametrize("kind", ["book", "refuse"])
def test_total_of_zero(economic, kind):
    economic.service.set_switch("zero_total", kind)
    economic.post(DRAFTS, draft_body(lines=[line(80.0), line(80.0, -1)]))
    reply = economic.call("POST", BOOKED, booking())
    assert reply.status == (201 if kind == "book" else 400)


@pytest.mark.parametrize("settles", [True, False])
def test_cash_terms(economic, settles):
    economic.service.set_switch("paid_in_cash_settles", settles)
    booked = economic.book(paymentTerms={"paymentTermsNumber": 4})
    assert booked["remainder"] == (0 if settles else 100)
    assert economic.agreement.books.master.accounts[5825].balance == (10_000 if settles else 0)
    lists = [len(economic.get(f"/rest/invoices/{name}")["collection"]) for name in ("paid", "unpaid")]
    assert lists == ([1, 0] if settles else [0, 1])


@pytest.mark.parametrize(
    ("kind", "name"), [("prepaid", "contraAccountForPrepaidAmount"), ("remainder", "contraAccountForRemainderAmount")]
)
def test_which_property_holds_the_contra_account(economic, kind, name):
    economic.service.set_switch("paid_in_cash_contra", kind)
    assert economic.get("/rest/payment-terms/4")[name]["accountNumber"] == 5825


@pytest.mark.parametrize(("kind", "allowed"), [("2026", {"none", "EAN", "Email"}), ("2019", {"none", "ean"})])
def test_ways_of_sending(economic, kind, allowed):
    economic.service.set_switch("send_by", kind)
    taken = set()
    for word in ("none", "EAN", "Email", "ean", "email", "None"):
        number = economic.post(DRAFTS, draft_body())["draftInvoiceNumber"]
        if economic.call("POST", BOOKED, booking(number, sendBy=word)).status == 201:
            taken.add(word)
    assert taken == allowed


def test_overdue_and_not_due(economic):
    economic.book(date="2026-08-01")
    economic.book(date="2026-09-01")
    listed = {
        name: [row["bookedInvoiceNumber"] for row in economic.get(f"/rest/invoices/{name}")["collection"]]
        for name in ("overdue", "not-due")
    }
    assert listed == {"overdue": [1001], "not-due": [1002]}


def test_accounts_balance_after_anything(economic):
    mixed = [line(33.33, 3), line(12.34, product="TOTAL-0"), line(7.77, product="FRAGT")]
    economic.book(lines=mixed)
    economic.book(lines=mixed, currency="EUR")
    economic.book(lines=mixed, currency="SEK", paymentTerms={"paymentTermsNumber": 4})
    economic.book(lines=[line(10.0, -1)])
    economic.pay(1001, -100.0)
    balances = {number: account.balance for number, account in economic.agreement.books.master.accounts.items()}
    assert sum(balances.values()) == 0
    assert balances[5600] == sum(customer.balance for customer in economic.agreement.books.customers.values())
    shown = economic.get("/rest/accounts/5600")
    assert shown["balance"] * 100 == balances[5600]


def test_pdf_can_be_opened(economic):
    economic.book()
    reply = economic.call("GET", f"{BOOKED}/1001/pdf")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.body.startswith(b"%PDF-1.4")
    start = int(reply.body.rsplit(b"startxref\n", 1)[1].split()[0])
    assert reply.body[start : start + 4] == b"xref"
    assert reply.headers["x-callcost"] == "13"


def test_new_customer_and_product_can_be_used_at_once(economic):
    customer = economic.post("/rest/customers", customer_body())["customerNumber"]
    economic.post("/rest/products", product_body())
    booked = economic.book(customer={"customerNumber": customer}, lines=[line(80.0, product="AB_1.5")])
    assert booked["lines"][0]["product"]["self"] == "http://e/rest/products/AB_8_1_11_5"
    assert economic.get(f"/rest/customers/{customer}")["balance"] == 100
