"""Drafts, and what approving makes of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

pytestmark = pytest.mark.tools


def test_a_draft_comes_back_with_its_figures_and_lines(billy):
    body = billy.invoice_body(lines=[billy.line(125.0, 2), billy.line(39.0, productId=billy.product("Fragt"))])
    answer = billy.write("POST", "invoices", "invoice", body)
    made, lines = answer["invoices"][0], answer["invoiceLines"]
    assert (made["amount"], made["tax"], made["balance"]) == (Decimal("231.2"), Decimal("57.8"), 289)
    assert (made["state"], made["invoiceNo"], made["isPaid"], made["approvedTime"]) == ("draft", None, False, None)
    assert (made["orderNo"], made["dueDate"], made["type"]) == (body["orderNo"], "2026-09-09", "invoice")
    assert [(line["amount"], line["tax"]) for line in lines] == [(250, 50), (39, Decimal("7.8"))]
    assert made["downloadUrl"].endswith("/draft-invoice.pdf")
    assert billy.get(f"invoices/{made['id']}") == billy.get(f"invoices/{made['id']}", colour="red")
    assert "lines" not in billy.get(f"invoices/{made['id']}")["invoice"]
    assert billy.get(f"invoices/{made['id']}", include="invoice.lines:embed")["invoice"]["lines"] == lines
    assert billy.get(f"invoiceLines/{lines[0]['id']}")["invoiceLine"] == lines[0]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"contactId": "DpPq1234567890abcdefgh"}, {"invoice": {"contactId"}}),
        ({"contactId": ""}, {"invoice": {"contactId"}}),
        ({"entryDate": None}, {"invoice": {"entryDate"}}),
        ({"entryDate": "01-09-2026"}, {"invoice": {"entryDate"}}),
        ({"entryDate": "2026-02-30"}, {"invoice": {"entryDate"}}),
        ({"currencyId": "XYZ"}, {"invoice": {"currencyId"}}),
        ({"taxMode": "both"}, {"invoice": {"taxMode"}}),
        ({"state": "voided"}, {"invoice": {"state"}}),
        ({"type": "credit_note"}, {"invoice": {"type"}}),
        ({"lines": []}, {"invoice": {"lines"}}),
        ({"lines": None}, {"invoice": {"lines"}}),
        ({"amount": 100}, {"invoice": {"amount"}}),
        ({"dueDate": "2026-09-09"}, {"invoice": {"dueDate"}}),
        ({"externalId": "x"}, {"invoice": {"externalId"}}),
        ({"sentState": "sent"}, {"invoice": {"sentState"}}),
        ({"orderNo": "x" * 65}, {"invoice": {"orderNo"}}),
        ({"paymentTermsMode": None}, {"invoice": {"paymentTermsMode"}}),
        ({"paymentTermsDays": -1}, {"invoice": {"paymentTermsDays"}}),
        ({"exchangeRate": 0}, {"invoice": {"exchangeRate"}}),
        ({"creditedInvoiceId": "DpPq1234567890abcdefgh"}, {"invoice": {"creditedInvoiceId"}}),
    ],
    ids=str,
)
def test_invoice_that_does_not_fit(billy, changes, wrong):
    assert billy.refused("POST", "invoices", {"invoice": billy.invoice_body(**changes)}) == wrong
    assert billy.rows("invoices") == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"productId": None}, "productId"),
        ({"productId": "DpPq1234567890abcdefgh"}, "productId"),
        ({"unitPrice": None}, "unitPrice"),
        ({"unitPrice": "125"}, "unitPrice"),
        ({"unitPrice": 1e20}, "unitPrice"),
        ({"taxRateId": "x"}, "taxRateId"),
        ({"amount": 1}, "amount"),
        ({"discountMode": "cash"}, "discountMode"),
        ({"discountMode": "half", "discountValue": 1}, "discountMode"),
    ],
    ids=str,
)
def test_line_that_does_not_fit(billy, changes, wrong):
    body = billy.invoice_body(lines=[billy.line(**changes)])
    assert billy.refused("POST", "invoices", {"invoice": body}) == {"invoiceLine": {wrong}}


@pytest.mark.parametrize(("mode", "amount"), [("excl", 125), ("incl", 100)])
def test_the_companys_own_tax_mode_is_used_without_one(billy, mode, amount):
    billy.switch("default_tax_mode", mode)
    assert billy.get("organization")["organization"]["defaultTaxMode"] == mode
    body = billy.invoice_body()
    del body["taxMode"]
    made = billy.write("POST", "invoices", "invoice", body)["invoices"][0]
    assert (made["taxMode"], made["amount"]) == (mode, amount)


@pytest.mark.parametrize(
    ("day", "mode", "days", "due"),
    [
        ("2016-12-23", "net", 7, "2016-12-30"),
        ("2016-12-23", "netEndOfMonth", 7, "2017-01-07"),
        ("2026-09-01", "net", 0, "2026-09-01"),
        ("2026-09-01", "net", None, None),
        ("2026-09-01", None, None, "2026-09-09"),
    ],
)
def test_due_day(billy, day, mode, days, due):
    made = billy.draft(entryDate=day, paymentTermsMode=mode, paymentTermsDays=days)
    assert made["dueDate"] == due


def test_terms_without_days_and_with_a_day(billy):
    billy.switch("terms_without_days", "refuse")
    body = billy.invoice_body(paymentTermsDays=None)
    assert billy.refused("POST", "invoices", {"invoice": body}) == {"invoice": {"paymentTermsDays"}}
    dated = body | {"paymentTermsMode": "date", "dueDate": "2026-10-01"}
    assert billy.refused("POST", "invoices", {"invoice": dated}) == {"invoice": {"dueDate"}}
    billy.switch("due_date", "settable")
    assert billy.write("POST", "invoices", "invoice", dated)["invoices"][0]["dueDate"] == "2026-10-01"


@pytest.mark.parametrize(("fate", "kept"), [("kept", True), ("drop", False)])
@pytest.mark.parametrize(("switch", "name"), [("order_no", "orderNo"), ("external_id", "externalId")])
def test_what_is_in_the_data_and_not_in_the_table(billy, switch, name, fate, kept):
    billy.switch(switch, fate)
    made = billy.draft(**{name: "shop-1001"})
    assert made[name] == ("shop-1001" if kept else None)
    billy.switch(switch, "refuse")
    body = billy.invoice_body(**{name: "shop-1001"})
    assert name in billy.refused("POST", "invoices", {"invoice": body})["invoice"]


def test_a_draft_is_changed_in_part(billy):
    made = billy.draft(contactMessage="Ordre 1001")
    changed = billy.change(made, paymentTermsDays=14)["invoices"][0]
    assert (changed["dueDate"], changed["contactMessage"], changed["balance"]) == ("2026-09-15", "Ordre 1001", 125)
    moved = {"invoice": {"contactId": billy.contact(), "type": "creditNote"}}
    assert billy.refused("PUT", f"invoices/{made['id']}", moved) == {"invoice": {"contactId", "type"}}


def test_lines_are_replaced_as_a_whole(billy):
    made = billy.draft()
    [old] = billy.rows("invoiceLines", invoiceId=made["id"])
    answer = billy.change(made, lines=[billy.line(100.0), billy.line(50.0)])
    assert answer["invoices"][0]["balance"] == 150
    assert answer["meta"]["deletedRecords"] == {"invoiceLines": [old["id"]]}
    assert old["id"] not in {line["id"] for line in billy.rows("invoiceLines", invoiceId=made["id"])}
    kept = billy.rows("invoiceLines", invoiceId=made["id"])
    billy.change(made, contactMessage="x")
    assert billy.rows("invoiceLines", invoiceId=made["id"]) == kept


def test_approving_gives_a_number_and_is_for_good(billy):
    made = billy.approved()
    assert (made["state"], made["invoiceNo"], made["approvedTime"]) == ("approved", "1", "2026-09-02T10:00:00")
    assert billy.approved()["invoiceNo"] == "2"
    path = f"invoices/{made['id']}"
    assert billy.refused("PUT", path, {"invoice": {"state": "draft"}}) == {"invoice": {"state"}}
    frozen = {"entryDate": "2026-09-02", "lines": [billy.line(1.0)], "taxMode": "excl", "contactMessage": "x"}
    assert billy.refused("PUT", path, {"invoice": frozen}) == {"invoice": {"entryDate", "lines", "taxMode"}}
    assert billy.change(made, contactMessage="Tak")["invoices"][0]["contactMessage"] == "Tak"
    billy.switch("change_approved", "drop")
    kept = billy.change(made, **frozen)["invoices"][0]
    assert (kept["entryDate"], kept["balance"], kept["contactMessage"]) == ("2026-09-01", 125, "x")


@pytest.mark.parametrize("fate", ["accept", "refuse"])
def test_approving_twice_gives_no_second_number(billy, fate):
    billy.switch("approve_again", fate)
    made = billy.approved()
    reply = billy.call("PUT", f"invoices/{made['id']}", {"invoice": {"state": "approved"}})
    assert reply.status == (200 if fate == "accept" else 422)
    assert billy.get(f"invoices/{made['id']}")["invoice"] == made


def test_an_invoice_is_approved_at_once_under_its_own_number(billy):
    made = billy.draft(state="approved", invoiceNo="W-7")
    assert (made["state"], made["invoiceNo"]) == ("approved", "W-7")
    assert billy.approved()["invoiceNo"] == "1"
    taken = billy.invoice_body(invoiceNo="W-7")
    assert billy.refused("POST", "invoices", {"invoice": taken}) == {"invoice": {"invoiceNo"}}


def test_a_number_taken_since_the_draft_was_made(billy):
    first, second = billy.draft(invoiceNo="W-7"), billy.draft(invoiceNo="W-7")
    billy.change(first, state="approved")
    assert billy.refused("PUT", f"invoices/{second['id']}", {"invoice": {"state": "approved"}}) == {
        "invoice": {"invoiceNo"}
    }


def test_vat_is_derived_again_when_a_draft_is_approved(billy):
    made = billy.draft()
    product = billy.product()
    billy.company.change_product(product, salesTaxRulesetId=ruleset(billy, "Momsfrit salg"))
    approved = billy.change(made, state="approved")["invoices"][0]
    assert (approved["amount"], approved["tax"]) == (125, 0)


def ruleset(billy, name: str) -> str:
    return next(row["id"] for row in billy.rows("salesTaxRulesets") if row["name"] == name)


@pytest.mark.parametrize("what", ["product", "account", "contact"])
def test_what_is_archived_or_gone_keeps_a_draft_from_approval(billy, what):
    made = billy.draft()
    if what == "product":
        billy.company.change_product(billy.product(), isArchived=True)
    elif what == "account":
        billy.company.change_account(1110, isArchived=True)
    else:
        billy.company.delete_contact_by_hand(made["contactId"])
    refused = billy.refused("PUT", f"invoices/{made['id']}", {"invoice": {"state": "approved"}})
    assert refused == ({"invoice": {"contactId"}} if what == "contact" else {"invoiceLine": {"productId"}})
    assert billy.get(f"invoices/{made['id']}")["invoice"]["state"] == "draft"


def test_what_is_archived_may_be_sold(billy):
    billy.company.change_product(billy.product(), isArchived=True)
    assert billy.refused("POST", "invoices", {"invoice": billy.invoice_body()}) == {"invoiceLine": {"productId"}}
    billy.switch("archived", "accept")
    assert billy.approved()


def test_a_locked_period(billy):
    made = billy.draft()
    billy.company.lock_period("2026-09-01")
    assert billy.get("organization")["organization"]["fiscalLockingDate"] == "2026-09-01"
    path = f"invoices/{made['id']}"
    assert billy.refused("PUT", path, {"invoice": {"state": "approved"}}) == {"invoice": {"entryDate"}}
    assert billy.change(made, contactMessage="x")
    billy.switch("locked_draft", "refuse")
    assert billy.refused("POST", "invoices", {"invoice": billy.invoice_body()}) == {"invoice": {"entryDate"}}
    billy.company.lock_period("")
    assert billy.change(made, state="approved")


@pytest.mark.parametrize(("price", "status"), [(-25.0, 200), (-125.0, 200), (-125.01, 422)])
def test_negative_lines_and_totals(billy, price, status):
    body = billy.invoice_body(lines=[billy.line(125.0), billy.line(price)])
    assert billy.call("POST", "invoices", {"invoice": body}).status == status
    billy.switch("negative_total", "accept")
    assert billy.call("POST", "invoices", {"invoice": body}).status == 200
    billy.switch("negative_lines", "refuse")
    assert billy.refused("POST", "invoices", {"invoice": body}) == {"invoiceLine": {"unitPrice"}}


@pytest.mark.parametrize(("fate", "status"), [("approve", 200), ("refuse", 422)])
def test_an_invoice_of_nothing(billy, fate, status):
    billy.switch("zero_total", fate)
    made = billy.draft(lines=[billy.line(0.0)])
    assert billy.call("PUT", f"invoices/{made['id']}", {"invoice": {"state": "approved"}}).status == status


@pytest.mark.parametrize(("scale", "value"), [("percent", 25), ("fraction", 0.25)])
def test_discounts(billy, scale, value):
    billy.switch("percent_scale", scale)
    percent = billy.line(100.0, discountMode="percent", discountValue=value)
    cash = billy.line(100.0, discountMode="cash", discountValue=10)
    assert billy.draft(lines=[percent, cash])["balance"] == 165


@pytest.mark.parametrize(("rounding", "tax"), [("invoice", "3.61"), ("line", "3.62")])
def test_vat_rounding(billy, rounding, tax):
    billy.switch("vat_rounding", rounding)
    made = billy.draft(lines=[billy.line(9.03), billy.line(9.03)])
    assert (made["tax"], made["balance"]) == (Decimal(tax), Decimal("18.06"))


def test_deleting_drafts_and_what_is_not_there(billy):
    made = billy.draft()
    for _ in range(2):
        assert billy.call("DELETE", f"invoices/{made['id']}").status == 200
    assert billy.call("GET", f"invoices/{made['id']}").status == 404
    assert billy.rows("invoices", contactId=made["contactId"]) == []
    assert billy.rows("invoiceLines") == []


@pytest.mark.parametrize(("fate", "status"), [("refuse", 422), ("pretend", 200)])
def test_an_approved_invoice_is_never_deleted(billy, fate, status):
    billy.switch("delete_approved", fate)
    made = billy.approved()
    assert billy.call("DELETE", f"invoices/{made['id']}").status == status
    assert billy.get(f"invoices/{made['id']}")["invoice"] == made


def test_lines_in_a_foreign_currency(billy):
    made = billy.draft(currencyId="EUR")
    assert (made["currencyId"], made["exchangeRate"], made["balance"]) == ("EUR", Decimal("7.4598"), 125)
    assert billy.draft(currencyId="EUR", exchangeRate=7.5)["exchangeRate"] == Decimal("7.5")
    assert billy.draft(exchangeRate=2)["exchangeRate"] == 1
