"""Drafts: one per Guid, replaced as a whole under the newest Timestamp, deleted softly."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.dinero.dinero_calls import World, decoded, invoice_body, line, payment_body

pytestmark = pytest.mark.tools

GUID = "8B1C1234-0000-4000-8000-00000000000B"
MISSING = "00000000-0000-4000-8000-000000000000"


def test_draft_has_documented_defaults(dinero):
    contact = dinero.contact(Street="Gade 1", ZipCode="8000", City="Aarhus C")
    made = dinero.post("v1/invoices", {"ContactGuid": contact, "ProductLines": [line()]})
    read = dinero.get(f"v1/invoices/{made['Guid']}")
    told = ("Currency", "Language", "Description", "Date", "Address", "ShowLinesInclVat", "Status", "PaymentStatus")
    address = "Birgit Holm\nGade 1\n8000 Aarhus C"
    wanted = ("DKK", "da-DK", "Faktura", "2026-09-02", address, False, "Draft", "Draft")
    assert tuple(read[name] for name in told) == wanted
    assert (read["PaymentConditionType"], read["PaymentConditionNumberOfDays"]) == ("Netto", 8)
    assert (read["PaymentDate"], read["Number"], read["TimeStamp"]) == ("2026-09-10", 1001, made["TimeStamp"])


def test_today_is_denmarks(dinero):
    dinero.now += 12.5 * 3600  # 22:30 in UTC, half past midnight in Denmark
    made = dinero.draft(Date=None)
    assert (made["Date"], made["CreatedAt"]) == ("2026-09-03", "2026-09-02T22:30:00")


@pytest.mark.parametrize(
    ("condition", "due"),
    [
        ({"PaymentConditionType": "Netto", "PaymentConditionNumberOfDays": 14}, "2026-09-15"),
        ({"PaymentConditionType": "NettoCash"}, "2026-09-01"),
        ({"PaymentConditionType": "CurrentMonthOut", "PaymentConditionNumberOfDays": 30}, "2026-10-30"),
        ({"PaymentConditionType": "CurrentMonthOut"}, "2026-09-30"),
        ({"PaymentConditionType": "Paid"}, "2026-09-01"),
        ({}, "2026-09-21"),
    ],
    ids=str,
)
def test_due_date_follows_the_condition(dinero, condition, due):
    contact = dinero.contact(PaymentConditionType="Netto", PaymentConditionNumberOfDays=20)
    assert dinero.draft(ContactGuid=contact, **condition)["PaymentDate"] == due


def test_guid_makes_one_invoice(dinero):
    dinero.draft(Guid=GUID)
    for guid in (GUID, GUID.lower()):
        assert dinero.refused("POST", "v1/invoices", invoice_body(Guid=guid), status=409)[0] == 72
    assert len(dinero.organization.books.invoices) == 1


@pytest.mark.parametrize(("kind", "status", "code"), [("refuse", 409, 72), ("deleted", 400, 65), ("accept", 200, None)])
def test_deleted_drafts_guid_by_switch(dinero, kind, status, code):
    dinero.switch("deleted_guid", kind)
    dinero.draft(Guid=GUID)
    dinero.organization.delete_draft_by_hand(GUID)
    reply = dinero.call("POST", "v1/invoices", invoice_body(Guid=GUID, Comment="again"))
    assert (reply.status, decoded(reply).get("code")) == (status, code)
    assert (dinero.call("GET", f"v1/invoices/{GUID}").status == 200) == (kind == "accept")


def test_missing_invoice_is_400_with_code_63(dinero):
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/book"), ("POST", "/payments"), ("POST", "/email")):
        assert dinero.refused(method, f"v1/invoices/{MISSING}{path}")[0] == 63
    assert dinero.refused("PUT", f"v1.2/invoices/{MISSING}", invoice_body())[0] == 63
    assert dinero.refused("GET", f"v2/invoices/{MISSING}/payments")[0] == 63


@pytest.mark.parametrize(
    ("kind", "answer"), [("refuse", (400, 65)), ("show", (200, None)), ("missing", (400, 63))], ids=str
)
def test_deleted_draft(dinero, kind, answer):
    dinero.switch("get_deleted", kind)
    made = dinero.draft()
    assert dinero.call("DELETE", f"v1/invoices/{made['Guid']}").body == b""
    reply = dinero.call("GET", f"v1/invoices/{made['Guid']}")
    assert (reply.status, decoded(reply).get("code")) == answer
    assert kind != "show" or decoded(reply)["DeletedAt"]
    assert dinero.refused("DELETE", f"v1/invoices/{made['Guid']}")[0] == 65
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})[0] == 65


@pytest.mark.parametrize("status", [400, 409])
def test_stale_timestamp_changes_nothing(dinero, status):
    dinero.switch("stale_status", status)
    made = dinero.draft()
    path, old = f"v1/invoices/{made['Guid']}", {"Timestamp": made["TimeStamp"]}
    new = dinero.organization.edit_draft_by_hand(made["Guid"], amount=20_000)
    assert new > made["TimeStamp"]
    assert dinero.refused("POST", f"{path}/book", old, status)[0] == 58
    assert dinero.refused("DELETE", path, old, status)[0] == 58
    assert dinero.refused("PUT", f"v1.2/invoices/{made['Guid']}", invoice_body(**old), status)[0] == 58
    read = dinero.get(path)
    assert (read["TimeStamp"], read["TotalInclVat"], read["Status"]) == (new, 200, "Draft")
    assert dinero.call("DELETE", path, {"Timestamp": new}).status == 200


def test_every_write_makes_the_timestamp_newer(dinero):
    made = dinero.draft()
    path, stamps = f"v1/invoices/{made['Guid']}", [made["TimeStamp"]]

    def write(method: str, address: str, body: dict[str, Any]) -> None:
        dinero.post(address, {**body, "Timestamp": stamps[-1]}, method)
        stamps.append(dinero.get(path)["TimeStamp"])

    write("PUT", f"v1.2/invoices/{made['Guid']}", invoice_body(ContactGuid=made["ContactGuid"]))
    write("POST", f"{path}/book", {})
    write("POST", f"{path}/email", {"ShouldAddTrustPilotEmailAsBcc": False})
    write("POST", f"{path}/payments", payment_body(made))
    paid = dinero.get(f"v2/invoices/{made['Guid']}/payments")["Payments"][0]["Guid"]
    write("DELETE", f"{path}/payments/{paid}", {})
    assert all(len(stamp) == 16 and int(stamp, 16) for stamp in stamps)
    assert all(old < new for old, new in pairwise(stamps))


def test_put_replaces_the_whole_draft(dinero):
    made = dinero.draft(Comment="Tak", PaymentConditionType="NettoCash")
    body = invoice_body(Timestamp=made["TimeStamp"], ProductLines=[line(80.0)], ExternalReference="shop:2")
    changed = dinero.post(f"v1.2/invoices/{made['Guid']}", body, "PUT")
    read = dinero.get(f"v1/invoices/{made['Guid']}")
    assert (changed["Guid"], read["TimeStamp"]) == (made["Guid"], changed["TimeStamp"])
    assert (read["Comment"], read["ContactGuid"], read["TotalInclVat"]) == (None, None, 80)
    assert read["PaymentConditionType"] == "Netto"
    assert dinero.rows("v1/invoices", queryFilter="ExternalReference eq 'shop:1001'") == []
    assert len(dinero.rows("v1/invoices", queryFilter="ExternalReference eq 'shop:2'")) == 1
    assert dinero.organization.books.with_reference("shop:1001") == []


def wrong(dinero: World, **changes: Any) -> set[str]:
    code, fields = dinero.refused("POST", "v1/invoices", invoice_body(**changes))
    assert code == 42
    assert dinero.organization.books.invoices == {}
    return set(fields)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ContactGuid": MISSING}, "ContactGuid"),
        ({"Currency": "XXX"}, "Currency"),
        ({"InvoiceTemplateId": MISSING}, "InvoiceTemplateId"),
        ({"PaymentConditionType": "NettoCash", "PaymentConditionNumberOfDays": 0}, "PaymentConditionNumberOfDays"),
        ({"PaymentConditionType": "Paid", "PaymentConditionNumberOfDays": 8}, "PaymentConditionNumberOfDays"),
        ({"PaymentConditionNumberOfDays": 8}, "PaymentConditionType"),
        ({"Date": "2026-02-30"}, "Date"),
        ({"Date": "2026-09-01T00:00:00"}, "Date"),
        ({"Date": "9999-12-31"}, "Date"),
        ({"ProductLines": []}, "ProductLines"),
        ({"Language": "sv-SE"}, "Language"),
    ],
    ids=str,
)
def test_header_that_does_not_fit(dinero, changes, field):
    assert wrong(dinero, **changes) == {field}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"AccountNumber": 1}, "AccountNumber"),
        ({"Unit": None}, "Unit"),
        ({"Unit": "Parts"}, "Unit"),
        ({"Description": " "}, "Description"),
        ({"ProductGuid": MISSING}, "ProductGuid"),
        ({"Discount": 101}, "Discount"),
        ({"Discount": None}, "Discount"),
        ({"BaseAmountValue": 1.005}, "BaseAmountValue"),
        ({"BaseAmountValue": "125"}, "BaseAmountValue"),
        ({"Quantity": -1}, "Quantity"),
        ({"BaseAmountValue": -1}, "BaseAmountValue"),
        ({"LineType": "Produkt"}, "LineType"),
    ],
    ids=str,
)
def test_line_that_does_not_fit(dinero, changes, field):
    assert wrong(dinero, ProductLines=[line(), line() | changes]) == {f"ProductLines[1].{field}"}


def test_text_line_has_no_amount(dinero):
    made = dinero.draft(ProductLines=[line(), line(80.0, account=1, LineType="Text", Unit=None)])
    assert (made["TotalInclVat"], made["ProductLines"][1]["TotalAmountInclVat"]) == (125, 0)


def test_names_bind_in_any_case_and_unknown_ones_by_switch(dinero):
    body = {name[0].lower() + name[1:]: value for name, value in invoice_body(ExternalReference="shop:7").items()}
    made = dinero.post("v1/invoices", body)
    assert dinero.get(f"v1/invoices/{made['Guid']}")["ExternalReference"] == "shop:7"
    lines = [line() | {"VatCode": "U25"}]
    asked = invoice_body(Total=125, ProductLines=lines)
    assert dinero.refused("POST", "v1/invoices", asked)[1].keys() == {"Total", "ProductLines[0].VatCode"}
    dinero.switch("unknown_fields", "drop")
    assert dinero.call("POST", "v1/invoices", asked).status == 200


def test_negative_lines_by_switch(dinero):
    lines = [line(100.0), line(-20.0)]
    assert wrong(dinero, ProductLines=lines) == {"ProductLines[1].BaseAmountValue"}
    dinero.switch("negative_lines", "accept")
    assert dinero.draft(ProductLines=lines)["TotalInclVat"] == 80
    assert dinero.refused("POST", "v1/invoices", invoice_body(ProductLines=[line(-1.0)]))[1].keys() == {"ProductLines"}


def test_decimals_by_switch(dinero):
    dinero.switch("decimals", 4)
    assert dinero.draft(ProductLines=[line(0.3333, 3)])["TotalInclVat"] == 1
    assert dinero.refused("POST", "v1/invoices", invoice_body(ProductLines=[line(0.33333)]))[0] == 42


def test_hidden_account_by_switch(dinero):
    dinero.organization.hide_account(1000)
    assert wrong(dinero) == {"ProductLines[0].AccountNumber"}
    dinero.switch("hidden_account", "accept")
    assert dinero.draft()["TotalInclVat"] == 125


def test_fetch_tells_the_totals_and_stores_nothing(dinero):
    told = dinero.post("v1/invoices/fetch", invoice_body(Guid=GUID, ProductLines=[line(99.95, 2, Discount=10)]))
    assert (told["TotalInclVat"], told["TotalVat"], told["TotalExclVat"]) == (
        Decimal("179.91"),
        Decimal("35.98"),
        Decimal("143.93"),
    )
    assert dinero.organization.books.invoices == {}


@pytest.mark.parametrize(("kind", "base"), [("net", Decimal(100)), ("sent", Decimal(125))])
def test_price_of_a_read_line_by_switch(dinero, kind, base):
    dinero.switch("line_base", kind)
    row = dinero.draft()["ProductLines"][0]
    assert (row["BaseAmountValue"], row["BaseAmountValueInclVat"]) == (base, 125)
    assert (row["TotalAmount"], row["TotalAmountInclVat"], row["AccountName"]) == (100, 125, "Salg af varer m/moms")


def test_payment_fields_by_switch(dinero):
    made = dinero.draft()
    dinero.switch("payment_fields", "omitted")
    assert made.keys() - dinero.get(f"v1/invoices/{made['Guid']}").keys() == {"PaymentStatus", "PaymentDate"}


def test_other_content_types_and_no_json(dinero):
    assert dinero.call("POST", "v1/invoices").status == 415
    for body in ([], "text", 7):
        assert dinero.refused("POST", "v1/invoices", body)[0] == 44
