"""What an invoice must be before it is stored: the rules behind the schema (fact sheet, section 5)."""

from __future__ import annotations

from decimal import Decimal

from . import errors, posting, seed
from .bodies import CASH, PAID
from .call import Call
from .clock import danish_day
from .errors import invalid
from .model import Contact, Invoice, Json
from .posting import TEXT
from .rules import Problems, decimals

DEFAULT_TITLE = "Faktura"


def checked(call: Call, data: Json) -> Json:
    """An invoice's properties with the defaults of what was left out. Raises Refusal 400."""
    problems = Problems()
    contact = _contact(call, data["ContactGuid"])
    _check_header(call, data, problems)
    for index, row in enumerate(data["ProductLines"]):
        row["LineType"] = row["LineType"] or "Product"
        _check_line(call, row, f"ProductLines[{index}]", problems)
    if problems:
        raise invalid(problems)
    kind, days = posting.condition(data, contact)
    return data | {
        "ShowLinesInclVat": bool(data["ShowLinesInclVat"]),
        "InvoiceTemplateId": data["InvoiceTemplateId"] or seed.TEMPLATE,
        "Currency": data["Currency"] or "DKK",
        "Language": data["Language"] or "da-DK",
        "Description": data["Description"] or DEFAULT_TITLE,
        "Date": data["Date"] or danish_day(call.now),
        "Address": posting.address_of(contact) if data["Address"] is None else data["Address"],
        "PaymentConditionType": kind,
        "PaymentConditionNumberOfDays": days,
    }


def priced(call: Call, invoice: Invoice) -> Invoice:
    """The same invoice with its totals. Raises Refusal 400 when they are below zero."""
    posting.price(call.organization, invoice)
    if invoice.totals.incl < 0:
        raise invalid({"ProductLines": "The total must not be negative."})
    return invoice


def _contact(call: Call, guid: str | None) -> Contact | None:
    if guid is None:
        return None
    contact = call.organization.books.contacts.get(guid)
    if contact is None:
        raise invalid({"ContactGuid": "The contact does not exist."})
    if contact.deleted is not None:
        raise errors.deleted("contact")
    return contact


def _check_header(call: Call, data: Json, problems: Problems) -> None:
    if data["PaymentConditionType"] in (CASH, PAID) and data["PaymentConditionNumberOfDays"] is not None:
        problems.note("PaymentConditionNumberOfDays", f"Must be null with {data['PaymentConditionType']}.")
    if data["PaymentConditionType"] is None and data["PaymentConditionNumberOfDays"] is not None:
        problems.note("PaymentConditionType", "The number of days needs a type.")
    if data["Currency"] not in (None, *call.organization.books.currencies):
        problems.note("Currency", "The currency does not exist.")
    if data["InvoiceTemplateId"] not in (None, seed.TEMPLATE):
        problems.note("InvoiceTemplateId", "The template does not exist.")


def _check_line(call: Call, row: Json, at: str, problems: Problems) -> None:
    if row["ProductGuid"] is not None:
        # The stand-in keeps no products.
        problems.note(f"{at}.ProductGuid", "The product does not exist.")
    elif not (row["Description"] or "").strip():
        problems.note(f"{at}.Description", "The field is required without a product.")
    if row["LineType"] == TEXT:
        return
    if row["Unit"] is None:
        problems.note(f"{at}.Unit", "The field is required.")
    for name in ("BaseAmountValue", "Quantity"):
        _check_number(call, row[name], f"{at}.{name}", problems)
    account = call.organization.books.entry_accounts.get(row["AccountNumber"])
    if account is None:
        problems.note(f"{at}.AccountNumber", "The account does not exist.")
    elif account.hidden and call.switch("hidden_account") == "refuse":
        problems.note(f"{at}.AccountNumber", "The account is hidden.")


def _check_number(call: Call, value: Decimal, at: str, problems: Problems) -> None:
    if decimals(value) > call.switch("decimals"):
        problems.note(at, "The number has too many decimals.")
    if value < 0 and call.switch("negative_lines") == "refuse":
        problems.note(at, "The value must not be negative.")
