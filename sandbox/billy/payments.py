"""Payments, and what they do to the balance of invoices (fact sheet, section 7)."""

from __future__ import annotations

from decimal import Decimal

from sandbox.wire import Reply

from . import including, listing, posting, views
from .call import Call, Routes, refuse_method
from .errors import invalid, not_found
from .model import CREDIT, DEBIT, Invoice, Json, Payment
from .posting import is_locked
from .seed import EXPENSE

ROOT = "bankPayment"


def create(call: Call) -> Reply:
    """Money in or out for some invoices of one contact in one currency."""
    data = call.record("bankPayments")
    subjects = _subjects(call, data.pop("associations"))
    _check_subjects(call, data, subjects)
    account = _checked_account(call, data)
    currency = subjects[0].data["currencyId"]
    data |= {"contactId": subjects[0].data["contactId"], "subjectCurrencyId": currency}
    _check_amounts(call, data, account, currency)
    owed, brought = sum(max(row.balance(), 0) for row in subjects), posting.paid(data, Decimal(1)).settled
    if brought > owed and call.switch("overpayment") == "refuse":
        raise invalid(ROOT, cashAmount="More is paid than is owed.")
    data["subjects"] = [row.id for row in subjects]
    made = posting.pay(call.company, data, subjects, call.now)
    return _written(call, made)


def _written(call: Call, payment: Payment) -> Reply:
    books = call.company.books
    changed = {
        "bankPayments": [views.payment(call, payment)],
        "balanceModifiers": [views.modifier(call, row) for row in payment.modifiers],
        "invoices": [views.invoice(call, books.invoices[id_]) for id_ in payment.data["subjects"]],
    }
    return call.written("bankPayments", changed, {})


def _subjects(call: Call, associations: list[Json]) -> list[Invoice]:
    found = []
    for row in associations:
        kind, _, id_ = (row["subjectReference"] or "").partition(":")
        invoice = call.company.books.invoices.get(id_)
        if kind != "invoice" or invoice is None or invoice in found:
            raise invalid("balanceModifier", subjectReference="There is no such invoice.")
        found.append(invoice)
    return found


def _check_subjects(call: Call, data: Json, subjects: list[Invoice]) -> None:
    if any(row.approved is None for row in subjects) and call.switch("pay_draft") == "refuse":
        raise invalid(ROOT, associations="The invoice is not approved.")
    if len({(row.data["contactId"], row.data["currencyId"], row.is_credit) for row in subjects}) > 1:
        raise invalid(ROOT, associations="The invoices differ in contact, currency or direction.")
    if data["contactId"] not in (None, subjects[0].data["contactId"]):
        raise invalid(ROOT, contactId="The invoice is of another contact.")
    if data["subjectCurrencyId"] not in (None, subjects[0].data["currencyId"]):
        raise invalid(ROOT, subjectCurrencyId="The invoice is in another currency.")
    if subjects[0].is_credit and call.switch("refund") == "refuse":
        raise invalid(ROOT, associations="A credit note takes no payment.")
    if data["cashSide"] != (CREDIT if subjects[0].is_credit else DEBIT):
        raise invalid(ROOT, cashSide="The money goes the other way.")
    if is_locked(call.company, data["entryDate"]):
        raise invalid(ROOT, entryDate="The period is locked.")


def _checked_account(call: Call, data: Json) -> Json:
    accounts = call.company.books.tables["accounts"]
    account = accounts[data["cashAccountId"]]
    if not account["isPaymentEnabled"] or (account["isArchived"] and call.switch("archived") == "refuse"):
        raise invalid(ROOT, cashAccountId="The account takes no payments.")
    if (data["feeAmount"] is None) != (data["feeAccountId"] is None):
        raise invalid(ROOT, feeAccountId="Amount and account of a fee go together.")
    if data["feeAccountId"] and accounts[data["feeAccountId"]]["natureId"] != EXPENSE:
        raise invalid(ROOT, feeAccountId="The account is none for expenses.")
    return account


def _check_amounts(call: Call, data: Json, account: Json, currency: str) -> None:
    for name in ("cashAmount", "feeAmount"):
        amount = data[name]
        if amount is not None and (amount <= 0 or amount != round(amount, 2)):
            raise invalid(ROOT, **{name: "The amount must be above zero and have two decimals at most."})
    is_foreign = (account["currencyId"] or "DKK") != currency
    if not is_foreign:
        # Without a second currency the rate is 1, whatever was sent.
        data["cashExchangeRate"] = None
    elif data["cashExchangeRate"] is None or data["cashExchangeRate"] <= 0:
        raise invalid(ROOT, cashExchangeRate="The account is in another currency: a rate is required.")


def update(call: Call, id_: str) -> Reply:
    """Void a payment: the only change there is, and one way."""
    found = find(call, id_)
    changes = call.record("bankPayments", id_, found.data | {"associations": None})
    if found.voided and changes.get("isVoided") is False:
        raise invalid(ROOT, isVoided="A voided payment stays voided.")
    if changes.get("isVoided"):
        posting.void(found)
    return _written(call, found)


def find(call: Call, id_: str) -> Payment:
    """A payment. Raises Refusal 404."""
    found = call.company.books.payments.get(id_)
    if found is None:
        raise not_found(ROOT, id_)
    return found


def get(call: Call, id_: str) -> Reply:
    """One payment."""
    shown = views.payment(call, find(call, id_))
    return call.answer({ROOT: shown, **including.include(call, "bankPayments", [shown])})


def every(call: Call) -> Reply:
    """The payments of the company: no filter narrows them."""
    rows = (row for row in call.company.books.payments.values() if listing.recent(call, row.created))
    return listing.page(call, "bankPayments", (views.payment(call, row) for row in rows))


def modifiers(call: Call) -> Reply:
    """What payments and credit notes did, to one invoice where the filter works."""
    found = (row for invoice in call.company.books.invoices.values() for row in invoice.modifiers)
    rows = (views.modifier(call, row) for row in found if listing.recent(call, row.made))
    return listing.page(call, "balanceModifiers", rows)


ROUTES: Routes = {
    ("POST", "bankPayments"): create,
    ("GET", "bankPayments"): every,
    ("GET", "bankPayments/{}"): get,
    ("PUT", "bankPayments/{}"): update,
    ("DELETE", "bankPayments/{}"): refuse_method,
    ("GET", "balanceModifiers"): modifiers,
}
