"""Credit notes, and drafts that their owner touches by hand."""

from __future__ import annotations

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
