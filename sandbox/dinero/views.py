"""Invoices and their payments as they are read (fact sheet, sections 5 and 5.1)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.economic.totals import PERCENT_SCALE, divide

from .call import Call
from .clock import moment
from .listing import Column, Listing
from .model import PAR, Invoice, Json, Line, Payment
from .posting import BOOKED, DRAFT, due_day, payment_status, scaled, to_dkk
from .seed import FIRST_DEPOSIT
from .totals import SCALE

NO_NUMBER_YET = 2**63 - 1
"""What a draft has for a number in lists: Int64's largest (APAQ)."""


def kroner(amount: int) -> Decimal:
    """Øre as the number that a double would be printed as."""
    return Decimal(amount) / 100


def total(call: Call, invoice: Invoice) -> Json:
    """The totals of an invoice, stored or not."""
    sums = invoice.totals
    return {
        "TotalExclVat": kroner(sums.excl),
        "TotalVatableAmount": kroner(sums.vatable),
        "TotalInclVat": kroner(sums.incl),
        "TotalNonVatableAmount": kroner(sums.excl - sums.vatable),
        "TotalVat": kroner(sums.vat),
        "TotalLines": _total_lines(invoice),
    }


def _total_lines(invoice: Invoice) -> list[Json]:
    sums = invoice.totals
    rows: list[tuple[str, int, str]] = []
    if 0 < sums.vatable < sums.excl:
        rows.append(("SubTotalWithoutVat", sums.excl - sums.vatable, "Momsfrit beløb"))
        rows.append(("SubTotalWithVat", sums.vatable, "Momspligtigt beløb"))
    else:
        rows.append(("SubTotal", sums.excl, "Subtotal"))
    for rate, amounts in sums.by_rate.items():
        if rate:
            rows.append(("Vat", amounts.vat, f"Moms ({kroner(rate)}%)"))
    rows.append(("Total", sums.incl, f"Total {invoice.data['Currency']}"))
    return [
        {"Type": kind, "TotalAmount": kroner(amount), "Position": position, "Label": label}
        for position, (kind, amount, label) in enumerate(rows, 1)
    ]


def line(call: Call, row: Line, *, incl: bool) -> Json:
    """One line."""
    data = row.data
    price = scaled(data["BaseAmountValue"])
    net = divide(price * PERCENT_SCALE, PERCENT_SCALE + row.rate) if incl else price
    gross = price if incl else divide(price * (PERCENT_SCALE + row.rate), PERCENT_SCALE)
    base = price if call.switch("line_base") == "sent" else net
    return {
        "AccountName": row.account_name,
        "BaseAmountValue": Decimal(base) / SCALE,
        "BaseAmountValueInclVat": Decimal(gross) / SCALE,
        "TotalAmount": kroner(row.net),
        "TotalAmountInclVat": kroner(row.gross),
        **{name: data[name] for name in ("ProductGuid", "Description", "Comments", "Quantity", "AccountNumber")},
        **{name: data[name] for name in ("Unit", "Discount", "LineType")},
    }


def preview(call: Call, invoice: Invoice) -> Json:
    """What `/invoices/fetch` answers: an invoice that is stored nowhere."""
    data = invoice.data
    incl: bool = data["ShowLinesInclVat"]
    own = ("ContactGuid", "InvoiceTemplateId", "Currency", "Language", "ExternalReference", "Description", "Comment")
    return {
        "PaymentDate": due_day(data).isoformat(),
        "PaymentConditionNumberOfDays": data["PaymentConditionNumberOfDays"] or 0,
        "PaymentConditionType": data["PaymentConditionType"],
        "IsMobilePayInvoiceEnabled": bool(data["IsMobilePayInvoiceEnabled"]),
        "IsPensoPayEnabled": bool(data["IsPensoPayEnabled"]),
        "ContactName": contact_name(call, invoice),
        "ShowLinesInclVat": incl,
        **total(call, invoice),
        **{name: data[name] for name in own},
        "Date": data["Date"].isoformat(),
        "ProductLines": [line(call, row, incl=incl) for row in invoice.lines],
        "Address": data["Address"],
    }


def invoice(call: Call, found: Invoice) -> Json:
    """An invoice; a draft shows the number that the next booked one gets."""
    is_booked = found.number is not None
    answer = preview(call, found) | {
        "PaymentStatus": payment_status(found, call.now),
        "FikCode": f"+71<{found.number:015}+12345678<" if found.number else None,
        "DepositAccountNumber": FIRST_DEPOSIT,
        "IsSentToDebtCollection": False,
        "Status": BOOKED if is_booked else DRAFT,
        "Guid": found.guid,
        "TimeStamp": found.timestamp,
        "CreatedAt": moment(found.created),
        "UpdatedAt": moment(found.updated),
        "DeletedAt": moment(found.deleted),
        "Number": found.number or call.organization.books.next_number(),
        "MailOutStatus": mail_status(found),
        "LatestMailOutType": "Email" if found.mailed else None,
    }
    if call.switch("payment_fields") == "omitted":
        del answer["PaymentStatus"], answer["PaymentDate"]
    return answer


def mail_status(found: Invoice) -> str:
    """Whether it was mailed."""
    return "Sent" if found.mailed else "NotSent"


def contact_name(call: Call, found: Invoice) -> str | None:
    """The name of the invoice's contact."""
    contact = call.organization.books.contacts.get(found.data["ContactGuid"] or "")
    return contact.data["Name"] if contact else None


def _data(name: str) -> Column:
    return lambda _, found: found.data[name]


def _amount(of: Callable[[Invoice], int]) -> Column:
    return lambda _, found: kroner(of(found))


INVOICE_COLUMNS: dict[str, Column] = {
    "Number": lambda _, found: found.number or NO_NUMBER_YET,
    "Guid": lambda _, found: found.guid,
    "ExternalReference": _data("ExternalReference"),
    "ContactName": contact_name,
    "ContactGuid": _data("ContactGuid"),
    "Date": lambda _, found: found.data["Date"].isoformat(),
    "PaymentDate": lambda _, found: due_day(found.data).isoformat(),
    "Description": _data("Description"),
    "Currency": _data("Currency"),
    "Status": lambda call, found: payment_status(found, call.now),
    "MailOutStatus": lambda _, found: mail_status(found),
    "LatestMailOutType": lambda _, found: "Email" if found.mailed else None,
    "TotalExclVat": _amount(lambda found: found.totals.excl),
    "TotalInclVat": _amount(lambda found: found.totals.incl),
    "TotalExclVatInDkk": _amount(lambda found: to_dkk(found.totals.excl, found.rate)),
    "TotalInclVatInDkk": _amount(lambda found: to_dkk(found.totals.incl, found.rate)),
    "CreatedAt": lambda _, found: moment(found.created),
    "UpdatedAt": lambda _, found: moment(found.updated),
    "DeletedAt": lambda _, found: moment(found.deleted),
}
DEFAULT_COLUMNS = ("Guid", "ContactName", "Date", "Description")
INVOICES = Listing(INVOICE_COLUMNS, DEFAULT_COLUMNS, ("ExternalReference", "ContactGuid", "Description"))
SALES = Listing({**INVOICE_COLUMNS, "Type": lambda _, found: "Invoice"}, DEFAULT_COLUMNS, INVOICES.filterable)


def payments(call: Call, found: Invoice) -> Json:
    """The payments of a booked invoice and what remains of it."""
    in_dkk = call.switch("payment_currency") == "dkk"
    return {
        "Payments": [_payment(found, payment, in_dkk) for payment in found.payments],
        "RemainingAmount": kroner(found.remaining),
        "PaidAmount": kroner(found.paid),
        "InvoiceTotalIncludingReminderExpenses": kroner(found.totals.incl),
        "RemainderAsFeeAvailable": found.remaining > 0 and found.rate == PAR,
    }


def _payment(found: Invoice, payment: Payment, in_dkk: bool) -> Json:
    answer: dict[str, Any] = {
        "Guid": payment.guid,
        "DepositAccountNumber": payment.account,
        "Currency": "DKK" if in_dkk else found.data["Currency"],
        "ExchangeRate": Decimal(found.rate) * 100 / PAR,
        "PaymentClass": "Fee" if payment.fee else "Payment",
        "RelatedVoucherId": payment.voucher,
        "ExternalReference": payment.reference,
        "PaymentDate": payment.day.isoformat(),
        "Description": payment.description,
        "Amount": kroner(payment.amount_dkk if in_dkk else payment.amount),
    }
    return answer
