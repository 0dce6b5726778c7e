"""Payments: no Guid of the client's, so that only the Timestamp stands between one and two of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.dinero.dinero_calls import World, line, payment_body

pytestmark = pytest.mark.tools


def pay(dinero: World, invoice: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = dinero.post(f"v1/invoices/{invoice['Guid']}/payments", payment_body(invoice, **changes))
    return made


def told(dinero: World, invoice: dict[str, Any], version: str = "v2") -> dict[str, Any]:
    answer: dict[str, Any] = dinero.get(f"{version}/invoices/{invoice['Guid']}/payments")
    return answer


def status(dinero: World, invoice: dict[str, Any]) -> str:
    return dinero.get(f"v1/invoices/{invoice['Guid']}")["PaymentStatus"]  # type: ignore[no-any-return]


def test_payment_settles_the_invoice(dinero):
    booked = dinero.booked()
    made = pay(dinero, booked, ExternalReference="shop:1001", PaymentDate="2026-09-01")
    listed = told(dinero, booked)
    payment = listed["Payments"][0]
    assert listed == told(dinero, booked, "v1")
    assert (payment["Guid"], payment["Amount"], payment["DepositAccountNumber"]) == (made["Guid"], 125, 55000)
    assert (payment["ExternalReference"], payment["PaymentDate"], payment["ExchangeRate"]) == (
        "shop:1001",
        "2026-09-01",
        100,
    )
    assert (listed["RemainingAmount"], listed["PaidAmount"], status(dinero, booked)) == (0, 125, "Paid")


def test_same_body_twice_is_stale(dinero):
    booked = dinero.booked()
    pay(dinero, booked)
    assert dinero.refused("POST", f"v1/invoices/{booked['Guid']}/payments", payment_body(booked))[0] == 58
    assert len(told(dinero, booked)["Payments"]) == 1


def test_newest_timestamp_pays_twice(dinero):
    booked = dinero.booked()
    made = pay(dinero, booked)
    pay(dinero, booked, Timestamp=made["TimeStamp"])
    assert (told(dinero, booked)["RemainingAmount"], status(dinero, booked)) == (-125, "OverPaid")


def test_draft_takes_no_payment(dinero):
    made = dinero.draft()
    assert dinero.refused("POST", f"v1/invoices/{made['Guid']}/payments", payment_body(made))[0] == 59


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Amount": 0}, "Amount"),
        ({"Amount": 1.005}, "Amount"),
        ({"Amount": None}, "Amount"),
        ({"DepositAccountNumber": 1000}, "DepositAccountNumber"),
        ({"DepositAccountNumber": 55020}, "DepositAccountNumber"),
        ({"Description": None}, "Description"),
        ({"RemainderIsFee": None}, "RemainderIsFee"),
        ({"Timestamp": None}, "Timestamp"),
        ({"AmountInForeignCurrency": 10.0}, "AmountInForeignCurrency"),
        ({"PaymentDate": "01-09-2026"}, "PaymentDate"),
    ],
    ids=str,
)
def test_payment_that_does_not_fit(dinero, changes, field):
    booked = dinero.booked()
    body = payment_body(booked, **changes)
    assert dinero.refused("POST", f"v1/invoices/{booked['Guid']}/payments", body)[1].keys() == {field}
    assert told(dinero, booked)["Payments"] == []


def test_payment_needs_an_open_year_and_an_open_account(dinero):
    booked = dinero.booked()
    path = f"v1/invoices/{booked['Guid']}/payments"
    assert dinero.refused("POST", path, payment_body(booked, PaymentDate="2024-01-01"))[0] == 47
    dinero.organization.hide_account(55000)
    assert dinero.refused("POST", path, payment_body(booked))[1].keys() == {"DepositAccountNumber"}
    dinero.switch("hidden_account", "accept")
    assert pay(dinero, booked)["Guid"]


def test_remainder_becomes_a_fee(dinero):
    booked = dinero.booked()
    assert told(dinero, booked)["RemainderAsFeeAvailable"] is True
    made = pay(dinero, booked, Amount=120.0, RemainderIsFee=True)
    listed = told(dinero, booked)
    assert (listed["RemainingAmount"], status(dinero, booked)) == (0, "Paid")
    assert [row["Amount"] for row in listed["Payments"]] == [120, 5]
    path, newest = f"v1/invoices/{booked['Guid']}/payments", {"Timestamp": made["TimeStamp"]}
    assert dinero.refused("DELETE", f"{path}/{listed['Payments'][1]['Guid']}", newest)[0] == 63
    dinero.post(f"{path}/{made['Guid']}", newest, "DELETE")
    assert told(dinero, booked)["RemainingAmount"] == 125


def test_overdue_when_the_day_has_passed(dinero):
    booked = dinero.booked(PaymentConditionType="Netto", PaymentConditionNumberOfDays=1)
    assert status(dinero, booked) == "Booked"
    dinero.now += 24 * 3600
    assert status(dinero, booked) == "Overdue"
    assert dinero.rows("v1/invoices", fields="Status") == [{"Status": "Overdue"}]
    pay(dinero, booked)
    assert status(dinero, booked) == "Paid"


def test_deleting_needs_the_newest_timestamp(dinero):
    booked = dinero.booked()
    made = pay(dinero, booked)
    path = f"v1/invoices/{booked['Guid']}/payments/{made['Guid']}"
    assert dinero.call("DELETE", path).status == 415
    assert dinero.refused("DELETE", path, {})[1].keys() == {"Timestamp"}
    assert dinero.refused("DELETE", path, {"Timestamp": booked["TimeStamp"]})[0] == 58
    deleted = dinero.post(path, {"Timestamp": made["TimeStamp"]}, "DELETE")
    assert dinero.get(f"v1/invoices/{booked['Guid']}")["TimeStamp"] == deleted["TimeStamp"]
    assert dinero.refused("DELETE", path, {"Timestamp": deleted["TimeStamp"]})[0] == 63


@pytest.mark.parametrize(("kind", "amount", "currency"), [("invoice", "10", "EUR"), ("dkk", "74.6", "DKK")])
def test_foreign_invoice_is_paid_in_both_currencies(dinero, kind, amount, currency):
    dinero.switch("payment_currency", kind)
    booked = dinero.booked(Currency="EUR", ProductLines=[line(10.0)])
    path = f"v1/invoices/{booked['Guid']}/payments"
    assert dinero.refused("POST", path, payment_body(booked, Amount=74.6))[1].keys() == {"AmountInForeignCurrency"}
    fee = payment_body(booked, Amount=74.6, AmountInForeignCurrency=9.0, RemainderIsFee=True)
    assert dinero.refused("POST", path, fee)[1].keys() == {"RemainderIsFee"}
    pay(dinero, booked, Amount=74.6, AmountInForeignCurrency=10.0)
    listed = told(dinero, booked)
    payment = listed["Payments"][0]
    assert (payment["Amount"], payment["Currency"], payment["ExchangeRate"]) == (
        Decimal(amount),
        currency,
        Decimal("745.98"),
    )
    assert (listed["RemainingAmount"], status(dinero, booked)) == (0, "Paid")


def test_rate_is_dineros_own_and_fixed_at_booking(dinero):
    made = dinero.draft(Currency="EUR", ProductLines=[line(10.0)])
    dinero.organization.set_rate("EUR", 7_500_000)
    dinero.post(f"v1/invoices/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})
    dinero.organization.set_rate("EUR", 7_000_000)
    columns = "TotalInclVat,TotalInclVatInDkk,TotalExclVatInDkk"
    assert dinero.rows("v1/invoices", fields=columns) == [
        {"TotalInclVat": 10, "TotalInclVatInDkk": 75, "TotalExclVatInDkk": 60}
    ]
