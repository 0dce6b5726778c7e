"""Credit notes, and drafts that their owner touches by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("name", ["creditNote", "credit_note"])
@pytest.mark.parametrize("settles", [True, False])
def test_credit_notes(billy, name, settles):
    billy.switch("credit_type", name)
    billy.switch("credit_settles", settles)
    invoice = billy.approved()
    more = {"contactId": invoice["contactId"], "creditedInvoiceId": invoice["id"], "lines": [billy.line(25.0)]}
    credit = billy.draft(type=name, **more)
    assert (credit["type"], credit["balance"]) == (name, 25)
    changed = billy.change(credit, state="approved")["invoices"]
    assert [row["id"] for row in changed] == [credit["id"], invoice["id"]][: 1 + settles]
    assert billy.balance(invoice)[0] == (100 if settles else 125)
    assert billy.balance(credit) == ((0, True) if settles else (25, False))


def noted(billy, invoice, price=25.0, **more):
    """An approved credit note of an invoice."""
    named = {"contactId": invoice["contactId"], "creditedInvoiceId": invoice["id"], "lines": [billy.line(price)]}
    return billy.approved(type="creditNote", **named, **more)


def test_an_invoice_that_is_paid_is_set_off_against_nothing(billy):
    invoice = billy.approved()
    billy.pay(invoice)
    credit = noted(billy, invoice)
    assert (billy.balance(invoice), billy.balance(credit)) == ((0, True), (25, False))
    assert (
        billy.get(f"invoices/{credit['id']}", include="invoice.balanceModifiers:embed")["invoice"]["balanceModifiers"]
        == []
    )


@pytest.mark.parametrize("fate", ["accept", "refuse"])
def test_an_invoice_that_is_paid_may_not_be_named(billy, fate):
    billy.switch("credit_of_paid", fate)
    invoice = billy.approved()
    assert noted(billy, invoice)["creditedInvoiceId"] == invoice["id"]
    billy.pay(invoice)
    named = {"type": "creditNote", "contactId": invoice["contactId"], "creditedInvoiceId": invoice["id"]}
    reply = billy.call("POST", "invoices", {"invoice": billy.invoice_body(**named)})
    assert reply.status == (200 if fate == "accept" else 422)


@pytest.mark.parametrize("name", ["amount", "balance"])
def test_figures_of_a_credit_note_have_either_sign(billy, name):
    invoice = billy.approved()
    billy.switch("credit_settles", False)
    billy.switch(f"credit_{name}_sign", "negative")
    credit = noted(billy, invoice)
    sides = (-1, 1) if name == "amount" else (1, -1)
    assert (credit["amount"], credit["tax"], credit["balance"]) == (sides[0] * 20, sides[0] * 5, sides[1] * 25)
    [line] = billy.get(f"invoices/{credit['id']}", include="invoice.lines:embed")["invoice"]["lines"]
    assert (line["unitPrice"], line["amount"], line["tax"]) == (25, sides[0] * 25, sides[0] * 5)
    assert billy.balance(invoice) == (125, False)


@pytest.mark.parametrize("fate", ["accept", "refuse"])
def test_a_credit_note_may_take_no_payment(billy, fate):
    billy.switch("refund", fate)
    credit = billy.approved(type="creditNote")
    body = billy.payment_body(credit, cashSide="credit")
    if fate == "refuse":
        assert billy.refused("POST", "bankPayments", {"bankPayment": body}) == {"bankPayment": {"associations"}}
    else:
        billy.write("POST", "bankPayments", "bankPayment", body)
    assert billy.balance(credit)[1] is (fate == "accept")


def test_ledger_counts_credit_notes_and_refunds_below_zero(billy):
    invoice = billy.approved()
    billy.pay(invoice)
    credit = noted(billy, invoice, orderNo="credit:1")
    [shown] = billy.company.documents_with("credit:1")["booked"]
    assert (shown["net"], shown["vat"], shown["gross"], shown["remainder"]) == ("-20.00", "-5.00", "-25.00", "-25.00")
    assert (shown["vat_by_rate"], shown["credits"]) == ({"25.00": {"net": "-20.00", "vat": "-5.00"}}, invoice["id"])
    assert [line["gross"] for line in shown["lines"]] == ["-25.00"]
    billy.pay(credit, cashAmount=30, cashSide="credit")
    held, whole = billy.company.documents_with("credit:1"), billy.company.ledger()
    assert (held["booked"][0]["remainder"], [row["amount"] for row in held["payments"]]) == ("0.00", ["-30.00"])
    balances = {row["number"]: Decimal(row["balance"]) for row in whole["accounts"]}
    assert (balances[5720], balances[5810], sum(balances.values())) == (95, 5, 0)
    [contact] = [row for row in whole["customers"] if row["number"] == invoice["contactId"]]
    assert contact["balance"] == "5.00"


def test_a_foreign_refund_has_the_difference_of_what_goes_out(billy):
    credit = billy.approved(type="creditNote", currencyId="EUR", lines=[billy.line(100.0)])
    answer = billy.pay(credit, cashAmount=750, cashExchangeRate=7.5, cashSide="credit")
    assert answer["balanceModifiers"][0]["realizedCurrencyDifference"] == Decimal("-4.02")
    [entry] = billy.company.ledger()["entries"]
    assert (entry["amount"], entry["base_amount"]) == ("-100.00", "-750.00")


def test_a_credit_note_fits_its_invoice(billy):
    invoice, draft = billy.approved(), billy.draft()
    for changes in (
        {"type": "creditNote", "creditedInvoiceId": invoice["id"]},
        {"creditedInvoiceId": invoice["id"], "contactId": invoice["contactId"]},
        {"type": "creditNote", "creditedInvoiceId": draft["id"], "contactId": draft["contactId"]},
    ):
        body = billy.invoice_body(**changes)
        assert billy.refused("POST", "invoices", {"invoice": body}) == {"invoice": {"creditedInvoiceId"}}


def test_the_owner_changes_and_approves_a_draft(billy):
    made = billy.draft()
    billy.company.edit_draft_by_hand(made["id"], amount=10000, message="Rettet")
    read = billy.get(f"invoices/{made['id']}")["invoice"]
    assert (read["balance"], read["contactMessage"]) == (100, "Rettet")
    assert billy.company.book_by_hand(made["id"]) == "1"
    with pytest.raises(ValueError, match="no draft"):
        billy.company.delete_draft_by_hand("1")
    other = billy.draft()
    billy.company.delete_draft_by_hand(other["id"])
    assert billy.call("GET", f"invoices/{other['id']}").status == 404


def test_a_product_that_is_gone_leaves_a_draft_as_it_was(billy):
    made = billy.draft()
    billy.company.delete_product_by_hand(billy.product())
    assert billy.change(made, contactMessage="x")["invoices"][0]["balance"] == 125
