"""Payments, which have no key: what is paid twice becomes the contact's."""

from __future__ import annotations

from decimal import Decimal

import pytest

pytestmark = pytest.mark.tools

EMBED = {"include": "invoice.balanceModifiers:embed"}


def test_a_payment_settles_the_invoice(billy):
    made = billy.approved()
    answer = billy.pay(made)
    payment, modifier = answer["bankPayments"][0], answer["balanceModifiers"][0]
    assert (answer["invoices"][0]["balance"], answer["invoices"][0]["isPaid"]) == (0, True)
    assert (payment["contactId"], payment["subjectCurrencyId"], payment["isVoided"]) == (
        made["contactId"],
        "DKK",
        False,
    )
    assert modifier["modifierReference"] == f"bankPayment:{payment['id']}"
    assert (modifier["subjectReference"], modifier["amount"]) == (f"invoice:{made['id']}", 125)
    assert billy.get(f"invoices/{made['id']}", **EMBED)["invoice"]["balanceModifiers"] == [modifier]
    assert billy.get(f"bankPayments/{payment['id']}")["bankPayment"] == payment
    assert billy.rows("bankPayments") == [payment]


def test_paying_twice_is_never_noticed_and_becomes_the_contacts(billy):
    made = billy.approved()
    billy.pay(made)
    second = billy.pay(made)
    assert second["balanceModifiers"][0]["amount"] == 0
    held = billy.company.documents_with(made["orderNo"])
    assert [row["amount"] for row in held["payments"]] == ["125.00", "125.00"]
    customer = next(row for row in billy.company.ledger()["customers"] if row["number"] == made["contactId"])
    assert customer["balance"] == "-125.00"
    billy.switch("overpayment", "refuse")
    refused = billy.refused("POST", "bankPayments", {"bankPayment": billy.payment_body(made)})
    assert refused == {"bankPayment": {"cashAmount"}}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"entryDate": None}, "entryDate"),
        ({"cashAmount": None}, "cashAmount"),
        ({"cashAmount": 0}, "cashAmount"),
        ({"cashAmount": -125}, "cashAmount"),
        ({"cashAmount": 1.005}, "cashAmount"),
        ({"cashSide": "in"}, "cashSide"),
        ({"cashSide": "credit"}, "cashSide"),
        ({"cashAccountId": "DpPq1234567890abcdefgh"}, "cashAccountId"),
        ({"associations": []}, "associations"),
        ({"feeAmount": 5}, "feeAccountId"),
        ({"isVoided": 1}, "isVoided"),
        ({"subjectCurrencyId": "EUR"}, "subjectCurrencyId"),
        ({"contactId": "DpPq1234567890abcdefgh"}, "contactId"),
    ],
    ids=str,
)
def test_payment_that_does_not_fit(billy, changes, wrong):
    made = billy.approved()
    body = billy.payment_body(made, **changes)
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {wrong}}
    assert billy.balance(made) == (125, False)


@pytest.mark.parametrize("reference", ["invoice:DpPq1234567890abcdefgh", "bill:{}"])
def test_a_payment_names_an_invoice_that_is_there(billy, reference):
    made = billy.approved()
    body = billy.payment_body(made, associations=[{"subjectReference": reference.format(made["id"])}])
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"balanceModifier": {"subjectReference"}}


def test_the_account_takes_payments(billy):
    made = billy.approved()
    body = billy.payment_body(made, cashAccountId=billy.account(1110))
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"cashAccountId"}}
    billy.company.change_account(5720, isArchived=True)
    archived = billy.payment_body(made)
    assert billy.refused("POST", "bankPayments", {"bankPayment": archived}) == {"bankPayment": {"cashAccountId"}}
    billy.switch("archived", "accept")
    assert billy.pay(made)


@pytest.mark.parametrize("fate", ["refuse", "accept"])
def test_a_draft_is_not_approved_by_its_payment(billy, fate):
    billy.switch("pay_draft", fate)
    made = billy.draft()
    reply = billy.call("POST", "bankPayments", {"bankPayment": billy.payment_body(made)})
    assert reply.status == (422 if fate == "refuse" else 200)
    assert billy.get(f"invoices/{made['id']}")["invoice"]["state"] == "draft"


def test_a_fee_settles_with_the_cash(billy):
    made = billy.approved()
    billy.pay(made, cashAmount=120, feeAmount=5, feeAccountId=billy.account(3610))
    assert billy.balance(made) == (0, True)
    balances = {row["number"]: row["balance"] for row in billy.company.ledger()["accounts"]}
    assert (balances[5720], balances[3610], balances[5810]) == ("120.00", "5.00", "0.00")
    assert [(row["type"], row["amount"]) for row in billy.company.ledger()["entries"]] == [(2, "120.00"), (3, "5.00")]
    assert sum(map(Decimal, balances.values())) == 0


def test_a_fee_is_an_expense(billy):
    body = billy.payment_body(billy.approved(), cashAmount=120, feeAmount=5, feeAccountId=billy.account(1110))
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"feeAccountId"}}


def test_voiding_is_one_way_and_the_only_change(billy):
    made = billy.approved()
    payment = billy.pay(made)["bankPayments"][0]
    path = f"bankPayments/{payment['id']}"
    assert billy.refused("PUT", path, {"bankPayment": {"cashAmount": 1}}) == {"bankPayment": {"cashAmount"}}
    assert billy.write("PUT", path, "bankPayment", {"isVoided": True})["bankPayments"][0]["isVoided"] is True
    assert billy.balance(made) == (125, False)
    assert billy.rows("balanceModifiers")[0]["isVoided"] is True
    assert billy.refused("PUT", path, {"bankPayment": {"isVoided": False}}) == {"bankPayment": {"isVoided"}}
    assert billy.company.ledger()["entries"] == []


def test_one_payment_for_two_invoices(billy):
    contact = billy.contact()
    first, second = billy.approved(contactId=contact), billy.approved(contactId=contact)
    both = [{"subjectReference": f"invoice:{row['id']}"} for row in (first, second)]
    billy.pay(first, cashAmount=200, associations=both)
    assert [billy.balance(row)[0] for row in (first, second)] == [0, 50]
    other = billy.approved()
    mixed = billy.payment_body(other, associations=[*both, {"subjectReference": f"invoice:{other['id']}"}])
    assert billy.refused("POST", "bankPayments", {"bankPayment": mixed}) == {"bankPayment": {"associations"}}


def test_a_credit_note_is_paid_out(billy):
    credit = billy.approved(type="creditNote")
    body = billy.payment_body(credit)
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"cashSide"}}
    billy.pay(credit, cashSide="credit")
    assert billy.balance(credit) == (0, True)


def test_a_foreign_invoice_is_paid_in_kroner_at_a_rate(billy):
    made = billy.approved(currencyId="EUR", lines=[billy.line(100.0)])
    body = billy.payment_body(made, cashAmount=745.98)
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"cashExchangeRate"}}
    answer = billy.pay(made, cashAmount=750, cashExchangeRate=7.5)
    assert billy.balance(made) == (0, True)
    assert answer["balanceModifiers"][0]["realizedCurrencyDifference"] == Decimal("4.02")
    [entry] = billy.company.ledger()["entries"]
    assert (entry["amount"], entry["base_amount"], entry["currency"]) == ("100.00", "750.00", "EUR")


def test_a_locked_period_takes_no_payment(billy):
    made = billy.approved()
    billy.company.lock_period("2026-09-02")
    body = billy.payment_body(made)
    assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"entryDate"}}


def test_reading_may_lag_behind_paying(billy):
    billy.switch("paid_lag_seconds", 10)
    made = billy.approved()
    assert billy.pay(made)["invoices"][0]["isPaid"] is True
    assert billy.balance(made) == (125, False)
    assert billy.get(f"invoices/{made['id']}", **EMBED)["invoice"]["balanceModifiers"] == []
    billy.now += 10
    assert billy.balance(made) == (0, True)


def test_the_owner_pays_and_voids(billy):
    made = billy.approved()
    billy.company.pay_by_hand("1", amount=2500)
    assert billy.balance(made) == (100, False)
    payment = billy.company.pay_by_hand(made["id"])
    assert billy.balance(made) == (0, True)
    billy.company.void_payment_by_hand(payment)
    assert billy.balance(made) == (100, False)
    with pytest.raises(ValueError, match="not approved"):
        billy.company.pay_by_hand(billy.draft()["id"])


def test_the_owner_pays_a_foreign_invoice(billy):
    made = billy.approved(currencyId="EUR", lines=[billy.line(100.0)])
    billy.company.pay_by_hand(made["id"])
    assert billy.balance(made) == (0, True)
    assert billy.rows("bankPayments")[0]["cashAmount"] == Decimal("745.98")


@pytest.mark.parametrize(("fate", "rows"), [("works", 1), ("ignored", 2)])
def test_balance_modifiers_may_not_be_filtered(billy, fate, rows):
    billy.switch("filter_balanceModifiers_subjectReference", fate)
    first, second = billy.approved(), billy.approved()
    billy.pay(first)
    billy.pay(second)
    assert len(billy.rows("balanceModifiers", subjectReference=f"invoice:{first['id']}")) == rows
