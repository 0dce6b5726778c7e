"""Invoices, credit notes and their payments as they are read (fact sheet, sections 5, 5.1 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.economic.totals import PERCENT_SCALE, divide

from . import signs
from .call import Call
from .clock import moment
from .listing import Column, Listing
from .model import PAR, Invoice, Json, Line, Payment
from .posting import BOOKED, DRAFT, due_day, next_number, payment_status, scaled, to_dkk
from .seed import FIRST_DEPOSIT
from .totals import SCALE

NO_NUMBER_YET = 2**63 - 1
"""What a draft has for a number in lists: Int64's largest (APAQ)."""


def kroner(amount: int) -> Decimal:
    """Øre as the number that a double would be printed as."""
    return Decimal(amount) / 100


def total(call: Call, invoice: Invoice) -> Json:
    """The totals of an invoice or a credit note, stored or not."""
    sums, sign = invoice.totals, signs.of_totals(call.switch, invoice.is_credit)
    return {
        "TotalExclVat": kroner(sign * sums.excl),
        "TotalVatableAmount": kroner(sign * sums.vatable),
        "TotalInclVat": kroner(sign * sums.incl),
        "TotalNonVatableAmount": kroner(sign * (sums.excl - sums.vatable)),
        "TotalVat": kroner(sign * sums.vat),
        "TotalLines": _total_lines(invoice, sign),
    }


def _total_lines(invoice: Invoice, sign: int) -> list[Json]:
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
        {"Type": kind, "TotalAmount": kroner(sign * amount), "Position": position, "Label": label}
        for position, (kind, amount, label) in enumerate(rows, 1)
    ]


def line(call: Call, row: Line, *, incl: bool, sign: int) -> Json:
    """One line; `sign` is that of what it comes to."""
    data = row.data
    price = scaled(data["BaseAmountValue"])
    net = divide(price * PERCENT_SCALE, PERCENT_SCALE + row.rate) if incl else price
    gross = price if incl else divide(price * (PERCENT_SCALE + row.rate), PERCENT_SCALE)
    base = price if call.switch("line_base") == "sent" else net
    return {
        "AccountName": row.account_name,
        "BaseAmountValue": Decimal(base) / SCALE,
        "BaseAmountValueInclVat": Decimal(gross) / SCALE,
        "TotalAmount": kroner(sign * row.net),
        "TotalAmountInclVat": kroner(sign * row.gross),
        **{name: data[name] for name in ("ProductGuid", "Description", "Comments", "Quantity", "AccountNumber")},
        **{name: data[name] for name in ("Unit", "Discount", "LineType")},
    }


def content(call: Call, invoice: Invoice) -> Json:
    """What an invoice and a credit note have in common."""
    data, sign = invoice.data, signs.of_totals(call.switch, invoice.is_credit)
    incl: bool = data["ShowLinesInclVat"]
    own = ("ContactGuid", "InvoiceTemplateId", "Currency", "Language", "ExternalReference", "Description", "Comment")
    return {
        "ContactName": contact_name(call, invoice),
        "ShowLinesInclVat": incl,
        **total(call, invoice),
        **{name: data[name] for name in own},
        "Date": data["Date"].isoformat(),
        "ProductLines": [line(call, row, incl=incl, sign=sign) for row in invoice.lines],
        "Address": data["Address"],
    }


def preview(call: Call, invoice: Invoice) -> Json:
    """What `/invoices/fetch` answers: an invoice that is stored nowhere."""
    data = invoice.data
    return content(call, invoice) | {
        "PaymentDate": due_day(data).isoformat(),
        "PaymentConditionNumberOfDays": data["PaymentConditionNumberOfDays"] or 0,
        "PaymentConditionType": data["PaymentConditionType"],
        "IsMobilePayInvoiceEnabled": bool(data.get("IsMobilePayInvoiceEnabled")),
        "IsPensoPayEnabled": bool(data.get("IsPensoPayEnabled")),
    }


def invoice(call: Call, found: Invoice) -> Json:
    """An invoice, or a credit note as booking it answers."""
    answer = (
        preview(call, found)
        | _stored(call, found)
        | {
            "FikCode": f"+71<{found.number:015}+12345678<" if found.number else None,
            "DepositAccountNumber": FIRST_DEPOSIT,
            "IsSentToDebtCollection": False,
        }
    )
    if call.switch("payment_fields") == "omitted":
        del answer["PaymentStatus"], answer["PaymentDate"]
    return answer


def credit_note(call: Call, found: Invoice) -> Json:
    """A credit note."""
    answer = content(call, found) | _stored(call, found) | {"CreditNoteFor": found.data["CreditNoteFor"]}
    if call.switch("payment_fields") == "omitted":
        del answer["PaymentStatus"]
    return answer


def _stored(call: Call, found: Invoice) -> Json:
    """What is known of one that is kept; a draft shows the number that the next booked one gets."""
    is_booked = found.number is not None
    return {
        "PaymentStatus": payment_status(found, call.now),
        "Status": BOOKED if is_booked else DRAFT,
        "Guid": found.guid,
        "TimeStamp": found.timestamp,
        "CreatedAt": moment(found.created),
        "UpdatedAt": moment(found.updated),
        "DeletedAt": moment(found.deleted),
        "Number": found.number or next_number(call.organization, found),
        "MailOutStatus": mail_status(found),
        "LatestMailOutType": "Email" if found.mailed else None,
    }


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
    return lambda call, found: kroner(signs.of_totals(call.switch, found.is_credit) * of(found))


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
TYPES = {False: "Invoice", True: "CreditNote"}
SALES = Listing(
    {**INVOICE_COLUMNS, "Type": lambda _, found: TYPES[found.is_credit]}, DEFAULT_COLUMNS, INVOICES.filterable
)


def payments(call: Call, found: Invoice) -> Json:
    """The payments of a booked invoice or credit note and what remains of it."""
    rows = [one for one in found.payments if not one.offset or call.switch("credit_offset") == "row"]
    total_sign, remaining_sign = (of(call.switch, found.is_credit) for of in (signs.of_totals, signs.of_remaining))
    return {
        "Payments": [_payment(call, found, payment) for payment in rows],
        "RemainingAmount": kroner(remaining_sign * found.remaining),
        "PaidAmount": kroner(total_sign * sum(payment.amount for payment in rows)),
        "InvoiceTotalIncludingReminderExpenses": kroner(total_sign * found.totals.incl),
        "RemainderAsFeeAvailable": found.remaining > 0 and found.rate == PAR,
    }


def _payment(call: Call, found: Invoice, payment: Payment) -> Json:
    in_dkk = call.switch("payment_currency") == "dkk"
    sign = signs.of_payments(call.switch, found.is_credit)
    answer: dict[str, Any] = {
        "Guid": payment.guid,
        "DepositAccountNumber": None if payment.offset else payment.account,
        "Currency": "DKK" if in_dkk else found.data["Currency"],
        "ExchangeRate": Decimal(found.rate) * 100 / PAR,
        "PaymentClass": "CreditNote" if payment.offset else "Fee" if payment.fee else "Payment",
        "RelatedVoucherId": payment.voucher,
        "ExternalReference": payment.reference,
        "PaymentDate": payment.day.isoformat(),
        "Description": payment.description,
        "Amount": kroner(sign * (payment.amount_dkk if in_dkk else payment.amount)),
    }
    return answer
