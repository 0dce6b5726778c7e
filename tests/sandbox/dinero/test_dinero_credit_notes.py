"""Credit notes: what they do to the books under every answer that nobody has settled (fact sheet, section 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.dinero.dinero_calls import World, decoded, line, payment_body

pytestmark = pytest.mark.tools

NOTES = "v1/sales/creditnotes"
GUID = "c4ed1234-0000-4000-8000-00000000000b"


def note_body(invoice: dict[str, Any] | None, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A note of 50 kr. with its VAT for an invoice that was read."""
    whose = {"CreditNoteFor": invoice["Guid"], "ContactGuid": invoice["ContactGuid"]} if invoice else {}
    fixed = {"ShowLinesInclVat": True, "ExternalReference": "shop:1001-1", "Date": "2026-09-02"}
    return {**fixed, **whose, "ProductLines": list(lines) or [line(50.0)], **changes}


def drafted(dinero: World, invoice: dict[str, Any] | None, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = dinero.post(NOTES, note_body(invoice, *lines, **changes))
    read: dict[str, Any] = dinero.get(f"{NOTES}/{made['Guid']}")
    return read


def booked(dinero: World, invoice: dict[str, Any] | None, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = drafted(dinero, invoice, *lines, **changes)
    dinero.post(f"{NOTES}/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})
    read: dict[str, Any] = dinero.get(f"{NOTES}/{made['Guid']}")
    return read


def told(dinero: World, voucher: dict[str, Any], place: str = NOTES) -> dict[str, Any]:
    answer: dict[str, Any] = dinero.get(f"{place}/{voucher['Guid']}/payments")
    return answer


def remaining(dinero: World, note: dict[str, Any], invoice: dict[str, Any]) -> tuple[Decimal, Decimal]:
    amounts = (told(dinero, note), told(dinero, invoice, "v2/invoices"))
    return tuple(one["RemainingAmount"] for one in amounts)  # type: ignore[return-value]


def paid(dinero: World) -> dict[str, Any]:
    """A booked invoice of 125 kr. on which nothing is open."""
    invoice = dinero.booked()
    dinero.organization.pay_by_hand(invoice["Guid"])
    return invoice


def test_draft_has_defaults_and_no_conditions(dinero):
    read = drafted(dinero, None, Date=None)
    wanted = {"Description": "Kreditnota", "Date": "2026-09-02", "Status": "Draft", "CreditNoteFor": None}
    assert wanted.items() <= read.items()
    assert not {"PaymentDate", "PaymentConditionType", "FikCode"} & read.keys()
    refused = dinero.refused("POST", NOTES, note_body(None, PaymentConditionType="Netto"))
    assert refused[1].keys() == {"PaymentConditionType"}


def test_guid_makes_one_note_and_stays_taken(dinero):
    drafted(dinero, None, Guid=GUID)
    assert dinero.refused("POST", NOTES, note_body(None, Guid=GUID), status=409)[0] == 72
    dinero.post(f"{NOTES}/{GUID}", {}, "DELETE")
    assert dinero.refused("POST", NOTES, note_body(None, Guid=GUID), status=409)[0] == 72
    assert dinero.refused("GET", f"{NOTES}/{GUID}")[0] == 65


def test_invoice_and_note_do_not_answer_for_each_other(dinero):
    invoice = dinero.booked()
    note = booked(dinero, invoice)
    for path in (f"{NOTES}/{invoice['Guid']}", f"v1/invoices/{note['Guid']}", f"{NOTES}/{invoice['Guid']}/payments"):
        assert dinero.refused("GET", path)[0] == 63
    assert [row["Guid"] for row in dinero.rows("v1/invoices")] == [invoice["Guid"]]
    assert [row["Guid"] for row in dinero.rows(NOTES)] == [note["Guid"]]
    types = {row["Guid"]: row["Type"] for row in dinero.rows("v1/sales", fields="Guid,Type")}
    assert types == {invoice["Guid"]: "Invoice", note["Guid"]: "CreditNote"}


def test_stale_timestamp_changes_nothing(dinero):
    made = drafted(dinero, None)
    new = dinero.organization.touch_by_hand(made["Guid"])
    old = {"Timestamp": made["TimeStamp"]}
    assert dinero.refused("POST", f"{NOTES}/{made['Guid']}/book", old)[0] == 58
    assert dinero.refused("PUT", f"v1.2/sales/creditnotes/{made['Guid']}", note_body(None, **old))[0] == 58
    assert dinero.refused("DELETE", f"{NOTES}/{made['Guid']}", old)[0] == 58
    changed = note_body(None, line(70.0), Timestamp=new)
    dinero.post(f"v1.2/sales/creditnotes/{made['Guid']}", changed, "PUT")
    assert dinero.get(f"{NOTES}/{made['Guid']}")["TotalInclVat"] == 70


def test_only_a_booked_invoice_is_credited(dinero):
    for wrong in (dinero.draft(), booked(dinero, None, ContactGuid=dinero.contact())):
        assert dinero.refused("POST", NOTES, note_body(wrong))[1].keys() == {"CreditNoteFor"}


def test_booked_note_is_final_and_has_a_page(dinero):
    invoice = dinero.booked()
    made = drafted(dinero, invoice)
    assert dinero.refused("GET", f"{NOTES}/{made['Guid']}/pdf")[0] == 59
    answer = dinero.post(f"{NOTES}/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})
    assert (answer["Number"], answer["Status"], answer["TotalInclVat"]) == (1002, "Booked", 50)
    again = {"Timestamp": answer["TimeStamp"]}
    assert dinero.refused("POST", f"{NOTES}/{made['Guid']}/book", again)[0] == 45
    assert dinero.call("GET", f"{NOTES}/{made['Guid']}/pdf").body.startswith(b"%PDF")


def test_booking_needs_an_open_year(dinero):
    made = drafted(dinero, dinero.booked(), Date="2024-01-01")
    assert dinero.refused("POST", f"{NOTES}/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})[0] == 47


@pytest.mark.parametrize(("series", "numbers"), [("shared", [1001, 1002, 1003]), ("own", [1001, 1, 1002])])
def test_numbers_by_switch(dinero, series, numbers):
    dinero.switch("credit_numbers", series)
    invoice = dinero.booked()
    draft = drafted(dinero, invoice)
    assert draft["Number"] == numbers[1]
    dinero.organization.book_by_hand(draft["Guid"])
    assert [invoice["Number"], dinero.get(f"{NOTES}/{draft['Guid']}")["Number"], dinero.booked()["Number"]] == numbers
    assert dinero.organization.invoice(numbers[1]).is_credit


@pytest.mark.parametrize(
    ("switch", "total", "open_there", "listed"),
    [("positive", 50, 50, 50), ("shown_negative", -50, -50, -50), ("owed_negative", 50, -50, 50)],
)
def test_signs_that_are_shown_by_switch(dinero, switch, total, open_there, listed):
    dinero.switch("credit_signs", switch)
    note = booked(dinero, paid(dinero))
    assert (note["TotalInclVat"], note["TotalLines"][-1]["TotalAmount"]) == (total, total)
    assert told(dinero, note)["RemainingAmount"] == open_there
    assert dinero.rows(NOTES, fields="TotalInclVatInDkk") == [{"TotalInclVatInDkk": listed}]
    [document] = [one for one in dinero.organization.ledger()["booked"] if one["credits"]]
    assert (document["gross"], document["vat"], document["remainder"]) == ("-50.00", "-10.00", "-50.00")


def test_wrong_sign_is_refused(dinero):
    assert "ProductLines[0].Quantity" in dinero.refused("POST", NOTES, note_body(None, line(50.0, -1)))[1]
    dinero.switch("negative_lines", "accept")
    assert dinero.refused("POST", NOTES, note_body(None, line(50.0, -1)))[1].keys() == {"ProductLines"}
    assert drafted(dinero, None, line(50.0), line(-5.0))["TotalInclVat"] == 45


@pytest.mark.parametrize(("price", "quantity"), [(-50.0, 1), (50.0, -1)])
def test_lines_below_zero_where_they_are_wanted(dinero, price, quantity):
    dinero.switch("credit_signs", "negative")
    wrong = dinero.refused("POST", NOTES, note_body(None))[1]
    assert wrong.keys() == {"ProductLines[0].BaseAmountValue"}
    note = booked(dinero, paid(dinero), line(price, quantity))
    assert (note["TotalInclVat"], note["ProductLines"][0]["TotalAmountInclVat"]) == (-50, -50)
    assert dinero.organization.edit_draft_by_hand(drafted(dinero, None, line(price, quantity))["Guid"], amount=3000)
    drafts = [one["gross"] for one in dinero.organization.ledger()["drafts"]]
    assert drafts == ["-30.00"]


@pytest.mark.parametrize(("kind", "left"), [("row", (0, 75)), ("silent", (0, 75)), ("none", (50, 125))])
def test_offset_by_switch(dinero, kind, left):
    dinero.switch("credit_offset", kind)
    invoice = dinero.booked()
    note = booked(dinero, invoice)
    assert remaining(dinero, note, invoice) == left
    rows = [row["PaymentClass"] for row in told(dinero, invoice, "v2/invoices")["Payments"]]
    assert rows == (["CreditNote"] if kind == "row" else [])
    held = dinero.organization.ledger()
    balances = {row["number"]: row["balance"] for row in held["accounts"]}
    assert held["entries"] == []
    assert (balances[1000], balances[64000]) == ("-60.00", "-15.00")


def test_what_is_not_open_is_not_offset(dinero):
    invoice = dinero.booked()
    dinero.organization.pay_by_hand(invoice["Guid"], amount=10_000)
    note = booked(dinero, invoice)
    assert remaining(dinero, note, invoice) == (25, 0)
    alone = booked(dinero, None, ContactGuid=invoice["ContactGuid"])
    assert told(dinero, alone)["RemainingAmount"] == 50


@pytest.mark.parametrize(
    ("switch", "sign"), [("positive", 1), ("negative", -1), ("positive_only", 1), ("negative_only", -1)]
)
def test_refund_by_switch(dinero, switch, sign):
    dinero.switch("credit_payment", switch)
    note = booked(dinero, paid(dinero))
    path = f"{NOTES}/{note['Guid']}/payments"
    wrong = payment_body(note, Amount=-sign * 50.0)
    if switch.endswith("_only"):
        assert dinero.refused("POST", path, wrong)[1].keys() == {"Amount"}
    else:
        made = dinero.post(path, wrong)
        assert told(dinero, note)["RemainingAmount"] == 100
        dinero.post(f"{path}/{made['Guid']}", {"Timestamp": made["TimeStamp"]}, "DELETE")
    newest = dinero.get(f"{NOTES}/{note['Guid']}")
    dinero.post(path, payment_body(newest, Amount=sign * 50.0))
    answer = told(dinero, note)
    assert (answer["RemainingAmount"], answer["Payments"][-1]["Amount"]) == (0, sign * 50)
    assert dinero.get(f"{NOTES}/{note['Guid']}")["PaymentStatus"] == "Paid"
    refunds = dinero.organization.documents_with("shop:1001-1")["payments"]
    assert [row["amount"] for row in refunds] == ["-50.00"]


@pytest.mark.parametrize("kind", ["refuse", "accept"])
def test_notes_above_the_invoice_by_switch(dinero, kind):
    dinero.switch("credit_excess", kind)
    invoice = dinero.booked()
    booked(dinero, invoice, line(100.0))
    second = drafted(dinero, invoice, line(25.01))
    reply = dinero.call("POST", f"{NOTES}/{second['Guid']}/book", {"Timestamp": second["TimeStamp"]})
    assert (reply.status == 200) == (kind == "accept"), decoded(reply)


def test_rate_is_the_days_own(dinero):
    invoice = dinero.booked(Currency="EUR", ProductLines=[line(10.0)])
    dinero.organization.pay_by_hand(invoice["Guid"])
    dinero.organization.set_rate("EUR", 7_500_000)
    note = booked(dinero, invoice, line(10.0), Currency="EUR")
    assert dinero.rows(NOTES, fields="TotalInclVatInDkk") == [{"TotalInclVatInDkk": 75}]
    assert told(dinero, note)["RemainingAmount"] == 10
