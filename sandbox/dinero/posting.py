"""What is done to invoices, by the API and by the owner alike: price, book, pay."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.economic.totals import divide

from . import signs, totals
from .bodies import CASH, MONTH_OUT, NETTO, PAID
from .clock import danish_day
from .model import PAR, Contact, Invoice, Json, Line, Payment
from .totals import Priced

if TYPE_CHECKING:
    from .organization import Organization

DRAFT, BOOKED, SETTLED, OVERPAID, OVERDUE = "Draft", "Booked", "Paid", "OverPaid", "Overdue"
DEFAULT_DAYS = 8
FIRST_INVOICE, FIRST_CREDIT_NOTE = 1001, 1
TEXT = "Text"


def scaled(number: Decimal) -> int:
    """A number of at most six decimals in millionths."""
    return int(number.scaleb(6))


def oere(number: Decimal) -> int:
    """An amount in øre, rounded when it has more decimals."""
    return divide(scaled(number), 10_000)


def to_dkk(amount: int, rate: int) -> int:
    """An amount in kroner; `rate` as in `model`."""
    return divide(amount * rate, PAR)


def price(organization: Organization, invoice: Invoice) -> None:
    """Give an invoice its lines, totals and exchange rate, from the properties it was sent with."""
    rows = [_line_rate(organization, data) for data in invoice.data["ProductLines"]]
    sign = signs.of_lines(organization.switch, invoice.is_credit)
    summed = totals.document(
        [_priced(data, rate, sign) for data, _, rate in rows],
        incl=invoice.data["ShowLinesInclVat"],
        rounding=organization.switch("vat_rounding"),
    )
    invoice.lines = tuple(
        Line(data, name, rate, sums.net, sums.gross)
        for (data, name, rate), sums in zip(rows, summed.lines, strict=True)
    )
    invoice.totals = summed
    invoice.rate = organization.books.currencies[invoice.data["Currency"]]


def _line_rate(organization: Organization, data: Json) -> tuple[Json, str | None, int]:
    account = organization.books.entry_accounts.get(data["AccountNumber"])
    if account is None or data["LineType"] == TEXT:
        return data, None, 0
    return data, account.name, 0 if organization.is_vat_free else organization.books.rate_of(account)


def _priced(data: Json, rate: int, sign: int) -> Priced:
    if data["LineType"] == TEXT:
        return Priced(0, 0, 0, rate)
    return Priced(scaled(data["Quantity"]), sign * scaled(data["BaseAmountValue"]), scaled(data["Discount"]), rate)


def due_day(data: Json) -> date:
    """When an invoice must be paid (PaymentDate)."""
    day: date = data["Date"]
    if data["PaymentConditionType"] in (CASH, PAID):
        return day
    if data["PaymentConditionType"] == MONTH_OUT:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=data["PaymentConditionNumberOfDays"] or 0)


def condition(data: Json, contact: Contact | None) -> tuple[str, int | None]:
    """The payment condition of an invoice: its own, else the contact's, else eight days."""
    own = data["PaymentConditionType"]
    if own is None and contact is not None and contact.data["PaymentConditionType"]:
        return contact.data["PaymentConditionType"], contact.data["PaymentConditionNumberOfDays"]
    days = data["PaymentConditionNumberOfDays"]
    if own in (None, NETTO) and days is None:
        days = DEFAULT_DAYS
    return own or NETTO, days


def address_of(contact: Contact | None) -> str:
    """The address of an invoice that was sent without one."""
    if contact is None:
        return ""
    data = contact.data
    town = " ".join(filter(None, (data["ZipCode"], data["City"])))
    return "\n".join(filter(None, (data["Name"], data["Street"], town)))


def payment_status(invoice: Invoice, now: float) -> str:
    """Draft, Booked, Paid, OverPaid or Overdue."""
    if invoice.number is None:
        return DRAFT
    if invoice.remaining < 0:
        return OVERPAID
    if invoice.remaining == 0 and (invoice.payments or not invoice.totals.incl):
        return SETTLED
    return OVERDUE if due_day(invoice.data) < danish_day(now) and not invoice.is_credit else BOOKED


def taken_numbers(organization: Organization, invoice: Invoice) -> set[int]:
    """The numbers of the series that it is numbered in."""
    return organization.books.credit_numbers if _has_own_series(organization, invoice) else organization.books.numbers


def next_number(organization: Organization, invoice: Invoice) -> int:
    """The number that it gets when it is booked next."""
    first = FIRST_CREDIT_NOTE if _has_own_series(organization, invoice) else FIRST_INVOICE
    return max(taken_numbers(organization, invoice), default=first - 1) + 1


def _has_own_series(organization: Organization, invoice: Invoice) -> bool:
    return invoice.is_credit and organization.switch("credit_numbers") == "own"


def exceeds(organization: Organization, note: Invoice) -> bool:
    """Whether the notes of an invoice come to more than the invoice once this one is booked."""
    books = organization.books
    original = books.invoices.get(note.data["CreditNoteFor"] or "")
    if original is None:
        return False
    return note.totals.incl + sum(one.totals.incl for one in books.credits_of(original.guid)) > original.totals.incl


def book(organization: Organization, invoice: Invoice, number: int | None, now: float) -> None:
    """Book a draft under a number, the next one unless it is named; its exchange rate is fixed now."""
    books = organization.books
    price(organization, invoice)
    invoice.number = number or next_number(organization, invoice)
    taken_numbers(organization, invoice).add(invoice.number)
    _offset(organization, invoice, now)
    accounts = [account.number for account in books.deposit_accounts.values() if account.default]
    is_paid = invoice.data["PaymentConditionType"] == PAID and organization.switch("paid_condition") == "deposit"
    if is_paid and accounts:
        pay(organization, invoice, now, account=accounts[0], day=invoice.data["Date"], description="Betalt")
    touch(organization, invoice, now)


def _offset(organization: Organization, note: Invoice, now: float) -> None:
    """What is open on the invoice that a note is for is settled by as much of the note, and the note by it."""
    original = organization.books.invoices.get(note.data.get("CreditNoteFor") or "")
    if original is None or organization.switch("credit_offset") == "none":
        return
    amount = min(original.remaining, note.totals.incl)
    if amount <= 0:
        return
    voucher, day = organization.books.new_guid(), note.data["Date"]
    for one, text in ((note, f"Faktura {original.number}"), (original, f"Kreditnota {note.number}")):
        kroner, guid = to_dkk(amount, one.rate), organization.books.new_guid()
        one.payments.append(Payment(guid, 0, amount, kroner, day, text, voucher, offset=True))
    touch(organization, original, now)


def pay(
    organization: Organization,
    invoice: Invoice,
    now: float,
    *,
    account: int,
    day: date,
    description: str,
    amount: int | None = None,
    amount_dkk: int | None = None,
    reference: str | None = None,
) -> Payment:
    """Put a payment on a booked invoice: what remains, unless `amount` (øre of its currency) says otherwise."""
    books = organization.books
    paid = invoice.remaining if amount is None else amount
    kroner = to_dkk(paid, invoice.rate) if amount_dkk is None else amount_dkk
    payment = Payment(books.new_guid(), account, paid, kroner, day, description, books.new_guid(), reference)
    invoice.payments.append(payment)
    touch(organization, invoice, now)
    return payment


def write_off(organization: Organization, invoice: Invoice, payment: Payment, account: int) -> None:
    """Book what remains after a payment as a fee, as RemainderIsFee asks for."""
    remaining = invoice.remaining
    if remaining > 0:
        more: dict[str, Any] = {"day": payment.day, "description": "Gebyr", "voucher": payment.voucher, "fee": True}
        kroner = to_dkk(remaining, invoice.rate)
        invoice.payments.append(Payment(organization.books.new_guid(), account, remaining, kroner, **more))


def touch(organization: Organization, thing: Invoice | Contact, now: float) -> None:
    """Something was written: a new version, a new UpdatedAt."""
    thing.timestamp = organization.books.version()
    thing.updated = now
