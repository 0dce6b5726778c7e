"""Accounts, VAT types, years, countries, settings; and the books as the owner sees them."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from sandbox.dinero import Dinero, seed
from sandbox.wire import real_clock
from tests.sandbox.dinero.dinero_calls import World, line, payment_body

pytestmark = pytest.mark.tools

CHART = "v1/accounts/entry"
DEPOSITS = "v1/accounts/deposit"


def numbers(dinero: World, path: str, **query: str) -> list[int]:
    return [row["AccountNumber"] for row in dinero.get(path, **query)]


def test_chart_has_few_fields_unless_asked(dinero):
    assert dinero.get(CHART)[0] == {"AccountNumber": 1000, "Name": "Salg af varer m/moms", "IsHidden": False}
    told = dinero.get(CHART, fields="AccountNumber,VatCode,Category,IsDefaultSalesAccount")
    assert told[0] == {
        "AccountNumber": 1000,
        "VatCode": "U25",
        "Category": "Revenue",
        "IsDefaultSalesAccount": True,
    }
    assert numbers(dinero, CHART, categoryFilter="Revenue") == [1000, 1010, 1050, 1100, 1350]


def test_options_add_accounts(dinero):
    dinero.connect(with_oss=True, with_clearing=True)
    assert {1300, 1310} <= set(numbers(dinero, CHART))
    assert numbers(dinero, DEPOSITS) == [55000, 55010, 55020]
    rates = {row["VatCode"]: row["VatRate"] for row in dinero.get("v1/vatTypes")}
    assert (rates["U25"], rates["none"], rates["FI255"]) == (Decimal("0.25"), 0, Decimal("0.255"))
    dinero.connect(without=("deposit_accounts",))
    assert numbers(dinero, DEPOSITS) == []


def test_account_is_added_to_the_chart(dinero):
    body = {"Number": 1020, "Name": "Salg af bøger", "VatCode": "U25"}
    assert dinero.post(CHART, body) is None
    assert 1020 in numbers(dinero, CHART)
    assert dinero.refused("POST", CHART, body)[1].keys() == {"Number"}
    assert dinero.refused("POST", CHART, body | {"Number": 55030})[1].keys() == {"Number"}
    assert dinero.refused("POST", CHART, body | {"Number": 1030, "VatCode": "U99"})[1].keys() == {"VatCode"}
    assert dinero.draft(ProductLines=[line(account=1020)])["TotalVat"] == 25


@pytest.mark.parametrize("number", [54999, 56000, 1000, 55010])
def test_deposit_account_has_a_free_number_of_its_kind(dinero, number):
    assert dinero.refused("POST", DEPOSITS, {"Number": number, "Name": "Webshopsalg"})[1].keys() == {"Number"}


def test_deposit_account_is_added_and_can_be_paid_on(dinero):
    assert dinero.post(DEPOSITS, {"Number": 55020, "Name": "Webshopsalg", "IbanNumber": "DK50"}) is None
    told = dinero.get(DEPOSITS, fields="AccountNumber,Name,IsDefault,BankIbanNumber")
    assert told[-1] == {
        "AccountNumber": 55020,
        "Name": "Webshopsalg",
        "IsDefault": False,
        "BankIbanNumber": "DK50",
    }
    booked = dinero.booked()
    dinero.post(f"v1/invoices/{booked['Guid']}/payments", payment_body(booked, DepositAccountNumber=55020))
    balances = {row["number"]: row["balance"] for row in dinero.organization.ledger()["accounts"]}
    assert (balances[55020], balances[1000], balances[64000]) == ("125.00", "-100.00", "-25.00")


def test_hidden_and_renamed_accounts(dinero):
    dinero.organization.hide_account(55010)
    dinero.organization.rename_account(55010, "Kasse 2")
    assert dinero.get(DEPOSITS)[1] == {"AccountNumber": 55010, "Name": "Kasse 2", "IsHidden": True}
    dinero.organization.delete_account(55010)
    assert numbers(dinero, DEPOSITS) == [55000]
    with pytest.raises(KeyError):
        dinero.organization.hide_account(55010)


def test_years_and_settings_and_countries(dinero):
    years = dinero.get("v1/accountingyears")
    assert [(year["FromDate"], year["ToDate"]) for year in years] == [
        ("2025-01-01", "2025-12-31"),
        ("2026-01-01", "2026-12-31"),
    ]
    assert dinero.get("v1/sales/settings")["DefaultAccountNumber"] == 1000
    assert {"Key", "DanishName", "EnglishName"} == dinero.for_user("/v1/countries")[0].keys()
    assert set(seed.COUNTRIES) >= seed.OUTSIDE_EU


def test_switch_that_does_not_exist(dinero):
    with pytest.raises(KeyError):
        dinero.switch("nothing", 1)
    with pytest.raises(ValueError, match="vat_rounding takes"):
        dinero.switch("vat_rounding", "never")
    with pytest.raises(ValueError, match="rate_limit takes"):
        dinero.service.open(switches={"rate_limit": -1})


def test_own_switch_wins(dinero):
    dinero.service.set_switch("vat_rounding", "line", dinero.organization.number)
    assert dinero.organization.switch("vat_rounding") == "line"
    assert dinero.connect().switch("vat_rounding") == "total"


def test_books_are_kept_over_a_restart():
    service = Dinero(real_clock, dict[str, None]().get)  # type: ignore[arg-type]
    made = service.open()
    contact = made.make_contact("Karl Lund")
    kept: Dinero = pickle.loads(pickle.dumps(service))
    found = kept.organizations[made.number]
    assert found.ledger() == made.ledger()
    kept.set_switch("vat_rounding", "line")
    assert found.switch("vat_rounding") == "line"
    assert found.make_contact("Karl Lund") != contact


def test_ledger_counts_what_one_reference_has(dinero):
    booked = dinero.booked(ProductLines=[line(125.0), line(39.0, account=1350)])
    dinero.draft()
    dinero.draft(ExternalReference="SHOP:1001")
    dinero.organization.delete_draft_by_hand(dinero.draft()["Guid"])
    dinero.post(f"v1/invoices/{booked['Guid']}/payments", payment_body(booked, Amount=160.0, RemainderIsFee=True))
    found = dinero.organization.documents_with("shop:1001")
    assert {kind: len(rows) for kind, rows in found.items()} == {"drafts": 1, "booked": 1, "payments": 1}
    document = found["booked"][0]
    assert (document["number"], document["gross"], document["vat"], document["remainder"]) == (
        1001,
        "164.00",
        "32.80",
        "0.00",
    )
    assert document["vat_by_rate"] == {"25.00": {"net": "131.20", "vat": "32.80"}}
    assert [row["sales_account"] for row in document["lines"]] == [1000, 1350]
    held = dinero.organization.ledger()
    assert [entry["type"] for entry in held["entries"]] == [2, 3]
    assert (len(held["drafts"]), len(held["booked"]), len(held["customers"])) == (2, 1, 4)
