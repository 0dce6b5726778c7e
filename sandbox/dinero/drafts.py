"""What an invoice or a credit note must be before it is stored: the rules behind the schema (sections 5 and 6)."""

from __future__ import annotations

from decimal import Decimal

from . import errors, posting, seed, signs
from .bodies import CASH, PAID
from .call import Call
from .clock import danish_day
from .errors import invalid
from .kinds import INVOICE, Kind
from .model import Contact, Invoice, Json
from .posting import TEXT
from .rules import Problems, decimals

NO_CONDITION = {"PaymentConditionType": CASH, "PaymentConditionNumberOfDays": None}
"""A credit note is due to nobody on no day."""


def checked(call: Call, data: Json, kind: Kind = INVOICE) -> Json:
    """Its properties with the defaults of what was left out. Raises Refusal 400."""
    problems = Problems()
    contact = _contact(call, data["ContactGuid"])
    data |= NO_CONDITION if kind.is_credit else {}
    _check_header(call, data, problems)
    if kind.is_credit:
        _check_original(call, data["CreditNoteFor"], problems)
    for index, row in enumerate(data["ProductLines"]):
        row["LineType"] = row["LineType"] or "Product"
        _check_line(call, row, f"ProductLines[{index}]", problems)
        _check_signs(call, row, f"ProductLines[{index}]", kind, problems)
    if problems:
        raise invalid(problems)
    condition, days = posting.condition(data, contact)
    return data | {
        "ShowLinesInclVat": bool(data["ShowLinesInclVat"]),
        "InvoiceTemplateId": data["InvoiceTemplateId"] or seed.TEMPLATE,
        "Currency": data["Currency"] or "DKK",
        "Language": data["Language"] or "da-DK",
        "Description": data["Description"] or kind.title,
        "Date": data["Date"] or danish_day(call.now),
        "Address": posting.address_of(contact) if data["Address"] is None else data["Address"],
        "PaymentConditionType": condition,
        "PaymentConditionNumberOfDays": days,
    }


def priced(call: Call, invoice: Invoice) -> Invoice:
    """The same invoice with its totals. Raises Refusal 400 when they are below zero, those of a credit note also when
    they are above it where they have to be below."""
    posting.price(call.organization, invoice)
    if invoice.totals.incl < 0:
        raise invalid({"ProductLines": "The total has the wrong sign."})
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


def _check_original(call: Call, guid: str | None, problems: Problems) -> None:
    if guid is None:
        return
    found = call.organization.books.invoices.get(guid)
    if found is None or found.is_credit or found.number is None:
        problems.note("CreditNoteFor", "The invoice does not exist or is not booked.")


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


def _check_signs(call: Call, row: Json, at: str, kind: Kind, problems: Problems) -> None:
    if row["LineType"] == TEXT or call.switch("negative_lines") == "accept":
        return
    if signs.of_lines(call.switch, kind.is_credit) < 0:
        if row["BaseAmountValue"] * row["Quantity"] > 0:
            problems.note(f"{at}.BaseAmountValue", "The amount must be negative.")
        return
    for name in ("BaseAmountValue", "Quantity"):
        if row[name] < 0:
            problems.note(f"{at}.{name}", "The value must not be negative.")
