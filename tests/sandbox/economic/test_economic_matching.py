"""Matching booked entries: a payment or a credit note with its invoice, under every answer that nobody has seen."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import line

pytestmark = pytest.mark.tools

BOOKED = "/api/bookedEntriesapi/v4.0.0/booked-entries"


def remainder(economic, number=1001):
    return economic.get(f"/rest/invoices/booked/{number}")["remainder"]


def test_payments_may_stay_open_until_matched(economic):
    economic.service.set_switch("payments_match", False)
    economic.book()
    economic.pay(1001, -100.0)
    assert remainder(economic) == 100
    rows = economic.get(BOOKED, filter="customerInvoiceNumber$eq:1001$and:customerNumber$eq:2")["items"]
    assert [(row["type"], row["remainder"]) for row in rows] == [(1, 100), (2, -100)]
    economic.post(f"{BOOKED}/match", {"entryIds": [row["entryNumber"] for row in rows]}, status=204)
    assert remainder(economic) == 0
    (pair,) = economic.get(f"{BOOKED}/matched-pairs")["items"]
    assert (pair["fromEntryAmount"], pair["toEntryAmount"]) == (100, -100)


def test_credit_note_is_matched_with_its_invoice(economic):
    economic.book()
    economic.book(lines=[line(80.0, -1)])
    rows = economic.get(BOOKED, filter="customerNumber$eq:2$and:remainder$ne:0")["items"]
    economic.post(f"{BOOKED}/match", {"entryIds": [row["entryNumber"] for row in rows]}, status=204)
    assert [remainder(economic, number) for number in (1001, 1002)] == [0, 0]


def matched(economic, *numbers):
    """What the newer host says to a matching of everything open on these documents."""
    wanted = ",".join(str(number) for number in numbers)
    rows = economic.get(BOOKED, filter=f"customerInvoiceNumber$in:[{wanted}]$and:customerNumber$eq:2")["items"]
    return economic.call("POST", f"{BOOKED}/match", {"entryIds": [row["entryNumber"] for row in rows]})


@pytest.mark.parametrize(("how", "status", "left"), [("partial", 204, [52, 0]), ("refuse", 400, [100, -48])])
def test_credit_note_over_a_part_of_its_invoice(economic, how, status, left):
    economic.service.set_switch("unequal_match", how)
    economic.book()
    economic.book(lines=[line(38.4, -1)])
    reply = matched(economic, 1001, 1002)
    assert reply.status == status
    assert [remainder(economic, number) for number in (1001, 1002)] == left
    assert ("ENTRYMATCHING_ERROR_NO_MATCHES" in reply.body.decode()) == (how == "refuse")


@pytest.mark.parametrize(("how", "status"), [("refuse", 400), ("accept", 204)])
def test_what_is_matched_already(economic, how, status):
    economic.service.set_switch("matched_again", how)
    economic.book()
    economic.book(lines=[line(80.0, -1)])
    assert [matched(economic, 1001, 1002).status for _ in range(2)] == [204, status]
    assert len(economic.agreement.books.matches) == 1


def test_refund_uses_its_credit_note_up(economic):
    economic.book()
    economic.pay(1001, -100.0)
    note = economic.book(lines=[line(80.0, -1)], references={"other": "credit:shoporama:1:7:88"})
    assert remainder(economic, 1002) == -100
    economic.pay(1002, 100.0)
    assert [remainder(economic, number) for number in (1001, note["bookedInvoiceNumber"])] == [0, 0]
    assert economic.agreement.books.master.accounts[5825].balance == 0
    shown = economic.agreement.documents_with("credit:shoporama:1:7:88")
    assert [(row["gross"], row["net"], row["vat"], row["remainder"]) for row in shown["booked"]] == [
        ("-100.00", "-80.00", "-20.00", "0.00")
    ]
    assert [(row["amount"], row["invoice"]) for row in shown["payments"]] == [("100.00", 1002)]


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ([], "ENTRYMATCHING_ERROR_SELECTATLEASTONEENTRY"),
        ([999], "ENTRYMATCHING_ERROR_ENTRIESNOTFOUND"),
        ([2], "ENTRYMATCHING_ERROR_NO_CUSTOMER_OR_SUPPLIER_ENTRIES"),
        ([1], "ENTRYMATCHING_ERROR_NO_MATCHES"),
    ],
)
def test_what_cannot_be_matched(economic, numbers, code):
    economic.book()
    (leaf,) = economic.refused("POST", f"{BOOKED}/match", {"entryIds": numbers})
    assert leaf["errorCode"] == code
