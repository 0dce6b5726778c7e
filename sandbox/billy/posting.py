"""What is done to invoices, by the API and by the owner alike: price, approve, pay, void."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from . import taxes, totals
from .model import CREDIT_NOTE, Invoice, Json, Line, Modifier, Payment
from .shapes import DATE, MONTH_END

if TYPE_CHECKING:
    from .company import Company


def price(company: Company, invoice: Invoice, rows: Sequence[Json]) -> None:
    """Give an invoice its lines, totals and exchange rate, from the line properties that were sent."""
    contact = company.books.tables["contacts"].get(invoice.data["contactId"])
    old = {line.id: line for line in invoice.lines}
    lines = []
    for row in rows:
        product = company.books.tables["products"].get(row["productId"])
        known = old.get(row.get("id", ""))
        if product is not None and contact is not None:
            rate_id, rate = taxes.rate_of(company, product, contact)
            account = product["accountId"] or company.default_sales_account or ""
        elif known is not None:
            # What the owner has deleted since leaves the line as it was.
            rate_id, rate, account = known.tax_rate, known.rate, known.account
        else:
            raise ValueError(f"no product {row['productId']} or no contact")
        id_ = known.id if known else company.books.new_id()
        lines.append(Line(id_, {**row, "id": id_}, account, rate_id, rate, _amount(company, row)))
    invoice.lines = tuple(lines)
    invoice.totals = totals.document(
        [(line.amount, line.rate) for line in lines],
        incl=invoice.data["taxMode"] == "incl",
        rounding=company.switch("vat_rounding"),
    )
    usual = company.books.tables["currencies"][invoice.data["currencyId"]]["exchangeRate"]
    is_foreign = invoice.data["currencyId"] != "DKK"
    invoice.rate = (invoice.data["exchangeRate"] or usual) if is_foreign else Decimal(1)


def _amount(company: Company, row: Json) -> int:
    quantity = Decimal(1) if row["quantity"] is None else row["quantity"]
    value = row["discountValue"] or Decimal(0)
    if row["discountMode"] == "cash":
        return totals.line_amount(quantity, row["unitPrice"], cash=value)
    scale = 100 if company.switch("percent_scale") == "percent" else 1
    percent = Fraction(value) / scale if row["discountMode"] == "percent" else Fraction(0)
    return totals.line_amount(quantity, row["unitPrice"], percent=percent)


def due_day(data: Json) -> date | None:
    """When an invoice must be paid; None where the terms do not say."""
    day: date = data["entryDate"]
    mode, days = data["paymentTermsMode"], data["paymentTermsDays"]
    if mode == DATE:
        return data["dueDate"]  # type: ignore[no-any-return]
    if days is None:
        return None
    if mode == MONTH_END:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=days)


def approve(company: Company, invoice: Invoice, now: float) -> list[Invoice]:
    """Approve a draft for good, under its own number or the next one; gives back every invoice that changed."""
    books = company.books
    price(company, invoice, [line.data for line in invoice.lines])
    invoice.number = invoice.data["invoiceNo"] or books.next_number()
    books.numbers.add(invoice.number)
    invoice.approved = now
    original = books.invoices.get(invoice.data["creditedInvoiceId"] or "")
    amount = min(max(original.balance(), 0), invoice.balance()) if original else 0
    if original is None or not amount or not company.switch("credit_settles"):
        return [invoice]
    for one in (original, invoice):
        day: date = invoice.data["entryDate"]
        one.modifiers.append(Modifier(books.new_id(), f"invoice:{invoice.id}", f"invoice:{one.id}", amount, day, now))
    return [invoice, original]


class Paid(NamedTuple):
    """What a payment brings, in the subjects' currency and in kroner, both in øre; the fee is part of `settled`."""

    settled: int
    base: int


def paid(data: Json, account_rate: Decimal) -> Paid:
    """What a payment brings; `account_rate` is the price of the account's currency in kroner.

    Money in: cash and fee settle; money out: the cash includes the fee (fact sheet, section 7).
    """
    exchange = Fraction(data["cashExchangeRate"] or 1)
    cash, fee = Fraction(data["cashAmount"]), Fraction(data["feeAmount"] or 0)
    whole = cash + fee if data["cashSide"] == "debit" else cash - fee
    return Paid(totals.half_up(whole / exchange * 100), totals.half_up(whole * Fraction(account_rate) * 100))


def pay(company: Company, data: Json, subjects: Iterable[Invoice], now: float) -> Payment:
    """Put a payment on approved invoices, the first one first; what is left is the contact's."""
    books = company.books
    account = books.tables["accounts"][data["cashAccountId"]]
    account_rate = books.tables["currencies"][account["currencyId"] or "DKK"]["exchangeRate"]
    brought = paid(data, account_rate)
    payment = Payment(books.new_id(), now, data, [], brought.base)
    left = brought.settled
    for invoice in subjects:
        amount = min(max(invoice.balance(), 0), left)
        left -= amount
        share = brought.base * amount // brought.settled if brought.settled else 0
        difference = invoice.sign * (share - to_dkk(amount, invoice.rate))
        by, subject = f"bankPayment:{payment.id}", f"invoice:{invoice.id}"
        modifier = Modifier(books.new_id(), by, subject, amount, data["entryDate"], now, difference)
        payment.modifiers.append(modifier)
        invoice.modifiers.append(modifier)
    payment.over = left
    books.payments[payment.id] = payment
    return payment


def void(payment: Payment) -> None:
    """Take a payment back for good."""
    payment.voided = True
    for modifier in payment.modifiers:
        modifier.voided = True


def to_dkk(amount: int, rate: Decimal) -> int:
    """An amount in kroner's øre; `rate` is the price of one unit."""
    return totals.half_up(amount * Fraction(rate))


def is_locked(company: Company, day: date) -> bool:
    """Whether the books are closed for that day."""
    return company.locking_date is not None and day <= company.locking_date


def shown_type(company: Company, invoice: Invoice) -> str:
    """The type as it is called here."""
    return str(company.switch("credit_type") if invoice.data["type"] == CREDIT_NOTE else invoice.data["type"])
