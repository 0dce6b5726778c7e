"""What the books hold, as JSON for tests and for a person; the owner's view, not an API of Billy's.

The shape is that of the sandbox's other books: `sandbox/ledger.py` counts documents and payments in all of them.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from . import totals
from .model import Invoice, Json, Line, Payment
from .posting import due_day, shown_type, to_dkk
from .seed import RECEIVABLES, TAX

if TYPE_CHECKING:
    from .company import Company

PAYMENT, FEE = 2, 3
"""Types of entries: what the sandbox counts as a customer's payment, and the fee of one."""


def money(amount: int) -> str:
    """Øre with two decimals."""
    return str(Decimal(amount).scaleb(-2))


def number(invoice: Invoice) -> int | str | None:
    """An approved invoice's number, as a number where it is one, so that the later one is greater."""
    return int(invoice.number) if invoice.number and invoice.number.isdecimal() else invoice.number


def of(company: Company) -> Json:
    """All of it."""
    books = company.books
    drafts = [invoice for invoice in books.invoices.values() if invoice.approved is None]
    approved = [invoice for invoice in books.invoices.values() if invoice.approved is not None]
    return {
        "company": company.number,
        "id": company.id,
        "name": company.name,
        "calls": company.calls,
        "customers": [_contact(company, contact) for contact in books.tables["contacts"].values()],
        "products": [_product(company, product) for product in books.tables["products"].values()],
        "drafts": [document(company, invoice) for invoice in drafts],
        "booked": [document(company, invoice) for invoice in approved],
        "draft_entries": [],
        "entries": [entry for payment in books.payments.values() for entry in _entries(company, payment)],
        "accounts": _accounts(company, approved),
    }


def of_reference(company: Company, reference: str) -> Json:
    """The documents of one orderNo, and the payments on them."""
    books = company.books
    found = [invoice for invoice in books.invoices.values() if invoice.reference == reference]
    ids = {invoice.id for invoice in found}
    paid = [payment for payment in books.payments.values() if ids & set(payment.data["subjects"])]
    entries = [entry for payment in paid for entry in _entries(company, payment)]
    return {
        "drafts": [document(company, invoice) for invoice in found if invoice.approved is None],
        "booked": [document(company, invoice) for invoice in found if invoice.approved is not None],
        "payments": [entry for entry in entries if entry["type"] == PAYMENT and entry["reference"] == reference],
    }


def document(company: Company, invoice: Invoice) -> Json:
    """One invoice, draft or approved; a draft has its id for a number. A credit note counts below zero."""
    data, sums, sign = invoice.data, invoice.totals, invoice.sign
    contact = company.books.tables["contacts"].get(data["contactId"])
    due = due_day(data)
    return {
        "number": number(invoice) or invoice.id,
        "draft_number": invoice.id,
        "id": invoice.id,
        "type": shown_type(company, invoice),
        "reference": invoice.reference,
        "customer": data["contactId"],
        "recipient": contact["name"] if contact else None,
        "date": data["entryDate"].isoformat(),
        "due_date": due.isoformat() if due else None,
        "currency": data["currencyId"],
        "prices": "gross" if data["taxMode"] == "incl" else "net",
        "payment_terms": [data["paymentTermsMode"], data["paymentTermsDays"]],
        "notes": {"heading": data["contactMessage"]},
        "net": money(sign * sums.net),
        "vat": money(sign * sums.tax),
        "gross": money(sign * sums.gross),
        "gross_dkk": money(sign * to_dkk(sums.gross, invoice.rate)),
        "remainder": None if invoice.approved is None else money(sign * invoice.balance()),
        "credits": data["creditedInvoiceId"],
        "vat_by_rate": {
            money(rate): {"net": money(sign * amounts.net), "vat": money(sign * amounts.vat)}
            for rate, amounts in sums.by_rate.items()
        },
        "lines": [_line(company, invoice, line, tax) for line, tax in zip(invoice.lines, sums.line_taxes, strict=True)],
    }


def _line(company: Company, invoice: Invoice, line: Line, tax: int) -> Json:
    data = line.data
    net, sign = line.amount - (tax if invoice.data["taxMode"] == "incl" else 0), invoice.sign
    return {
        "product": data["productId"],
        "description": data["description"],
        "quantity": str(1 if data["quantity"] is None else data["quantity"]),
        "unit_price": str(data["unitPrice"]),
        "discount": str(data["discountValue"] or 0),
        "net": money(sign * net),
        "vat_rate": money(line.rate),
        "vat": money(sign * tax),
        "gross": money(sign * (net + tax)),
        "sales_account": account_number(company, line.account),
    }


def account_number(company: Company, id_: str | None) -> int | None:
    """The number in the chart of an account; None when it is gone."""
    account = company.books.tables["accounts"].get(id_ or "")
    return account["accountNo"] if account else None


def _contact(company: Company, contact: Json) -> Json:
    books = company.books
    persons = books.children("contactPersons", "contactId", contact["id"])
    paid = (row for row in books.payments.values() if not row.voided and row.data["contactId"] == contact["id"])
    over = sum(row.sign * row.over for row in paid)
    owed = (books.invoices[id_] for id_ in books.by_contact.get(contact["id"], ()))
    balance = sum(row.sign * row.balance() for row in owed if row.approved is not None)
    emails = [person["email"] for person in persons if person["email"]]
    return {"number": contact["id"], **contact, "emails": emails, "balance": money(balance - over)}


def _product(company: Company, product: Json) -> Json:
    ruleset = company.books.tables["salesTaxRulesets"].get(product["salesTaxRulesetId"] or "")
    return {
        "number": product["id"],
        "name": product["name"],
        "group": ruleset["name"] if ruleset else None,
        "account": account_number(company, product["accountId"]),
        "archived": product["isArchived"],
    }


def _entries(company: Company, payment: Payment) -> list[Json]:
    """What a payment put on its account for each invoice, and its fee; a voided one is no entry any more, and what was
    paid out is below zero."""
    if payment.voided:
        return []
    data, books = payment.data, company.books
    rate = Fraction(data["cashExchangeRate"] or 1)
    fee = totals.half_up(Fraction(data["feeAmount"] or 0) / rate * 100)
    first = {"voucher": payment.id, "date": data["entryDate"].isoformat(), "customer": data["contactId"]}
    rows = []
    for index, modifier in enumerate(payment.modifiers):
        invoice = books.invoices[data["subjects"][index]]
        # What was paid too much is shown with the first invoice, so that the entries add up to the money.
        amount = modifier.amount + (payment.over - fee if index == 0 else 0)
        whole = modifier.amount + (payment.over if index == 0 else 0)
        base = payment.base * whole // (sum(row.amount for row in payment.modifiers) + payment.over or 1)
        of_invoice = {"invoice": number(invoice), "reference": invoice.reference, "currency": data["subjectCurrencyId"]}
        text = {"text": invoice.data["contactMessage"], "vat_code": None, "payment_reference": None, "remainder": None}
        common = first | of_invoice | text
        both = payment.sign * amount, payment.sign * base
        rows.append(_entry(company, payment.id, PAYMENT, data["cashAccountId"], *both) | common)
        if fee and index == 0:
            rows.append(_entry(company, payment.id, FEE, data["feeAccountId"], fee, to_dkk(fee, invoice.rate)) | common)
    return rows


def _entry(company: Company, id_: str, kind: int, account: str, amount: int, base: int) -> Json:
    sides = {"amount": money(amount), "base_amount": money(base)}
    return {"number": id_, "type": kind, "account": account_number(company, account), **sides}


def _accounts(company: Company, approved: list[Invoice]) -> list[Json]:
    balances = _balances(company, approved)
    accounts = sorted(company.books.tables["accounts"].values(), key=lambda row: row["accountNo"] or 0)
    return [
        {
            "number": row["accountNo"],
            "id": row["id"],
            "name": row["name"],
            "vat_code": None,
            "hidden": row["isArchived"],
            "balance": money(balances[row["accountNo"]]),
        }
        for row in accounts
    ]


def _balances(company: Company, approved: list[Invoice]) -> Counter[int | None]:
    """Account → balance in kroner's øre, debit positive."""
    balances: Counter[int | None] = Counter()
    for invoice in approved:
        sign = invoice.sign
        for account, net in _revenue(company, invoice).items():
            balances[account] -= sign * to_dkk(net, invoice.rate)
        balances[TAX] -= sign * to_dkk(invoice.totals.tax, invoice.rate)
        balances[RECEIVABLES] += sign * to_dkk(invoice.totals.gross, invoice.rate)
    for payment in company.books.payments.values():
        if not payment.voided:
            sign = payment.sign
            fee = int((payment.data["feeAmount"] or 0) * 100)
            balances[account_number(company, payment.data["cashAccountId"])] += sign * (payment.base - fee)
            balances[account_number(company, payment.data["feeAccountId"])] += sign * fee
            balances[RECEIVABLES] -= sign * payment.base
    return balances


def _revenue(company: Company, invoice: Invoice) -> Counter[int | None]:
    """Account → net in the invoice's currency; the last account of a rate takes what rounding once has left."""
    nets: Counter[int | None] = Counter()
    for rate, sums in invoice.totals.by_rate.items():
        rows = [(line, tax) for line, tax in zip(invoice.lines, invoice.totals.line_taxes, strict=True)]
        here = [(line, tax) for line, tax in rows if line.rate == rate]
        is_incl = invoice.data["taxMode"] == "incl"
        for line, tax in here:
            nets[account_number(company, line.account)] += line.amount - (tax if is_incl else 0)
        shown = sum(line.amount - (tax if is_incl else 0) for line, tax in here)
        nets[account_number(company, here[-1][0].account)] += sums.net - shown
    return nets
