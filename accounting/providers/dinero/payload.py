"""How Dinero's requests say what the books should hold. Pure; `answers.py` reads what comes back.

Docs: https://api.dinero.dk/openapi/v1/swagger.json. The same document always gives the same bytes. What is not known is
left out. Guids are ours: the same order asks for the same one, so that Dinero refuses a second (fact sheet, section 8).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounting.providers.dinero.fields import GUID
from accounting.writing import country_name, cut, ean_number, encode, whole
from connector.core.customers import company_number
from connector.core.document import Customer, CustomerKey, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.money import allocate, rounded
from connector.core.order import Party, Payment, PaymentKind

JSON = dict[str, Any]

NAMESPACE = uuid.UUID("4f1dc0d6-2b0c-4c59-9c0e-7f1d54a3a0de")
BASE_CURRENCY = "DKK"
"""An organisation's books are in kroner (fact sheet, 5)."""

# Signs. Only the reference's is documented (fact sheet, section 2); the others are held short enough for any column.
REFERENCE = 128
NAME, STREET, ZIP, CITY, PHONE, EMAIL, VAT_NUMBER, PERSON = 250, 250, 20, 100, 50, 250, 40, 250
HEADING, COMMENT, DESCRIPTION, PAYMENT_TEXT = 250, 2000, 1000, 250
ACCOUNT_NUMBER = 9

PIECES = "parts"
"""The unit of goods that are counted (fact sheet, 5)."""
LANGUAGE = "da-DK"
ACCOUNTS = {PaymentKind.CARD: "account", PaymentKind.GIFT_CARD: "gift_card_account"}
"""How something was paid → the setting that says on which deposit account it is registered."""

TERMS: Mapping[str, tuple[str, int | None]] = {
    "Netto-8": ("Netto", 8),
    "Netto-14": ("Netto", 14),
    "Netto-30": ("Netto", 30),
    "NettoCash": ("NettoCash", None),
    "CurrentMonthOut": ("CurrentMonthOut", 0),
}
"""The setting's value → type and days of a payment condition. "Paid" is not offered: to which account Dinero posts it
is not documented (fact sheet, 5.1)."""


def guid(company: str, name: str, turn: int) -> str:
    """The Guid by which `name` is made in an organisation. `turn` counts those of the same name that were deleted."""
    return str(uuid.uuid5(NAMESPACE, f"{company} {name} {turn}"))


def turned(body: bytes, old: str, new: str) -> bytes:
    """The same request under another Guid."""
    return body.replace(old.encode(), new.encode())


def stamped(body: bytes, old: str, new: str) -> bytes:
    """The same request with another Timestamp."""
    return body.replace(encode({"Timestamp": old})[1:-1], encode({"Timestamp": new})[1:-1], 1)


def _filled(**fields: Any) -> JSON:
    """Only what there is."""
    return {name: value for name, value in fields.items() if value not in ("", None)}


# --- what the settings chose ------------------------------------------------------------------------------------------
def chosen(document: InvoiceDocument, field: str) -> int:
    """The account that the settings chose for `field`. Raises NeedsSetup when there is none."""
    value = document.choices.get(field, "")
    if not _is_account(value):
        raise NeedsSetup("choice-missing", field=field, order=document.number)
    return int(value)


def _is_account(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < len(value) <= ACCOUNT_NUMBER and int(value) > 0


def sales_setting(document: InvoiceDocument) -> str:
    """The setting that chose the accounts of the document's lines."""
    return f"sales_{document.situation}"


# --- contacts ---------------------------------------------------------------------------------------------------------
def contact(buyer: Customer, document: InvoiceDocument, own_guid: str) -> JSON:
    """POST contacts. A person must not have the fields of a company (fact sheet, section 4)."""
    party, order = buyer.party, document.number
    if not buyer.key or (buyer.by is CustomerKey.EMAIL and len(buyer.key.split()) != 1):
        raise NeedsSetup("fact-missing", fact="email", order=order)
    return {
        "ContactGuid": own_guid,
        "ExternalReference": whole(document.key, REFERENCE, "key", order),
        "Name": _named(party, order),
        **_filled(
            Street=cut(party.address, STREET),
            ZipCode=cut(party.postcode, ZIP),
            City=cut(party.city, CITY),
            Phone=cut(party.phone, PHONE),
            Email=whole(party.email, EMAIL, "email", order),
        ),
        "CountryKey": party.country or "DK",
        "IsPerson": not is_company(party),
        "IsMember": False,
        # What the shop was told stays as it is; the register would change it.
        "UseCvr": False,
        **(_company(party, order) if is_company(party) else {}),
    }


def is_company(party: Party) -> bool:
    """Whether the buyer is a company or a public body."""
    return bool(party.company.strip() or party.vat_number.strip() or party.ean.strip())


def _company(party: Party, order: str) -> JSON:
    return _filled(
        VatNumber=whole(vat_number(party), VAT_NUMBER, "vat_number", order),
        EanNumber=ean_number(party.ean, order),
        AttPerson=cut(party.contact, PERSON),
    )


def vat_number(party: Party) -> str:
    """A Danish number as its eight digits, another country's with its letters in front; as it came where it is none."""
    number = company_number(party.vat_number, party.country)
    if not number:
        return party.vat_number.strip()
    return number if party.country in ("", "DK") else f"{party.country}{number}"


def _named(party: Party, order: str) -> str:
    name = cut(party.title, NAME)
    if not name:
        raise NeedsSetup("fact-missing", fact="name", order=order)
    return name


def identity(buyer: Customer) -> dict[str, str]:
    """What a look-up finds this contact by: e-mail; company number and e-mail; or name, postcode and phone."""
    party = buyer.party
    if buyer.by is CustomerKey.COMPANY:
        return {"company": party.vat_number.strip(), "country": party.country or "DK", "email": party.email_key}
    if buyer.by is CustomerKey.NAME:
        return {"name": cut(party.title, NAME), "name_key": buyer.key, "country": party.country}
    return {"email": buyer.key}


# --- the invoice, or the credit note ----------------------------------------------------------------------------------
def invoice(document: InvoiceDocument, contact_guid: str) -> JSON:
    """What POST and PUT of an invoice or a credit note say of it. VAT follows from each line's account; no rate is ever
    sent. A note's lines are above zero, as on an invoice (fact sheet, section 6)."""
    kind, days = _terms(document)
    return {
        "ContactGuid": contact_guid,
        "Date": document.date.isoformat(),
        "Currency": document.currency,
        "Language": LANGUAGE,
        "ExternalReference": whole(document.key, REFERENCE, "key", document.number),
        "ShowLinesInclVat": document.includes_vat,
        **_filled(
            Description=cut(document.heading, HEADING),
            Comment=cut(_comment(document), COMMENT),
            Address=_address(document),
            PaymentConditionType=kind,
            PaymentConditionNumberOfDays=days,
            CreditNoteFor=_original(document),
        ),
        "ProductLines": [_line(line, document) for line in document.lines],
    }


def draft(document: InvoiceDocument, contact_guid: str, own_guid: str) -> JSON:
    """POST invoices, POST sales/creditnotes."""
    return {"Guid": own_guid, **invoice(document, contact_guid)}


def correction(document: InvoiceDocument, contact_guid: str, timestamp: str) -> JSON:
    """PUT v1.2 invoices/{guid}, sales/creditnotes/{guid}: replaces the whole (fact sheet, section 11)."""
    return {"Timestamp": timestamp, **invoice(document, contact_guid)}


def _original(document: InvoiceDocument) -> str:
    """The Guid of the invoice that a note credits. One that was booked in another system has none."""
    original = document.credits.id.lower() if document.credits else ""
    return original if re.fullmatch(GUID, original) else ""


def _terms(document: InvoiceDocument) -> tuple[str, int | None]:
    """The payment condition that the settings chose; the organisation's own where they chose none. A credit note has
    none."""
    value = "" if document.is_credit else document.choices.get("terms", "")
    if value and value not in TERMS:
        raise NeedsSetup("choice-gone", field="terms", name=value, order=document.number)
    return TERMS.get(value, ("", None))


def _comment(document: InvoiceDocument) -> str:
    """An invoice has no places of their own for these."""
    parts = [document.note, document.reference, _delivery(document)]
    return "\n".join(part for part in parts if part)


def _delivery(document: InvoiceDocument) -> str:
    """When the goods were delivered, and to where, as far as the invoice does not say so elsewhere."""
    party, day = document.delivery, document.delivery_date
    when = f"Leveret {day:%d.%m.%Y}" if day and day != document.date else ""
    place = ", ".join(part for part in (party.title, *_place(party)) if part) if party else ""
    return "\n".join(part for part in (when, f"Leveres til: {place}" if place else "") if part)


def _address(document: InvoiceDocument) -> str:
    """The buyer's address at this order: the contact may have moved since it was made, or stand for many buyers."""
    party = document.customer.party
    name = [party.title] if document.customer.collective else []
    return "\n".join(part for part in (*name, *_place(party)) if part)


def _place(party: Party) -> list[str]:
    town = f"{cut(party.postcode, ZIP)} {cut(party.city, CITY)}".strip()
    country = country_name(party.country) if party.country not in ("", "DK") else ""
    return [cut(party.address, STREET), town, country]


def _line(line: DocumentLine, document: InvoiceDocument) -> JSON:
    if not _is_account(line.item):
        raise NeedsSetup("choice-missing", field=sales_setting(document), order=document.number)
    return {
        # Required, and a line is never without words.
        "Description": cut(line.description, DESCRIPTION) or line.item,
        "Quantity": line.quantity,
        "BaseAmountValue": line.unit_price,
        "Discount": 0,
        "AccountNumber": int(line.item),
        "Unit": PIECES,
        "LineType": "Product",
    }


def booking(timestamp: str) -> JSON:
    """POST {guid}/book. Without a number: Dinero's own sequence goes on."""
    return {"Timestamp": timestamp}


# --- settling ---------------------------------------------------------------------------------------------------------
def payment_mark(document: InvoiceDocument, number: int) -> str:
    """What a payment is found by, since it has no Guid of ours: `<document key>#<payment number>`."""
    return f"{document.key}#{number}"


def payment(document: InvoiceDocument, number: int, timestamp: str, in_dkk: Decimal | None) -> JSON:
    """POST {guid}/payments: `document.payments[number - 1]`, on a credit note a refund. `in_dkk` is what the whole in
    another currency comes to in kroner at Dinero's own rate, which is what `Amount` must be in (fact sheet, 5.1)."""
    paid = document.payments[number - 1]
    return {
        "Timestamp": timestamp,
        "DepositAccountNumber": _account(document, paid),
        "ExternalReference": whole(payment_mark(document, number), REFERENCE, "key", document.number),
        "PaymentDate": document.date.isoformat(),
        "Description": cut(document.heading, PAYMENT_TEXT) or document.number,
        **_amount(document, number, in_dkk),
        # What is not paid stays open: nobody tells us what an acquirer keeps.
        "RemainderIsFee": False,
    }


def _amount(document: InvoiceDocument, number: int, in_dkk: Decimal | None) -> JSON:
    paid = document.payments[number - 1]
    if document.currency == BASE_CURRENCY:
        return {"Amount": paid.amount}
    if in_dkk is None:
        raise Unsupported("settlement-stopped", order=document.number)
    return {"Amount": _in_kroner(document, number, in_dkk), "AmountInForeignCurrency": paid.amount}


def _in_kroner(document: InvoiceDocument, number: int, in_dkk: Decimal) -> Decimal:
    """The payment's share of what the invoice comes to in kroner; payments of all of it come to all of that."""
    amounts = [payment.amount for payment in document.payments]
    if sum(amounts) == document.total.amount:
        return allocate(in_dkk, amounts)[number - 1]
    return rounded(in_dkk * amounts[number - 1] / document.total.amount)


def _account(document: InvoiceDocument, paid: Payment) -> int:
    """The account of its method, where it has one; else the usual one of its kind."""
    return int(paid.account) if _is_account(paid.account) else chosen(document, ACCOUNTS.get(paid.kind, "account"))


def deposit_account(number: str, name: str) -> JSON:
    """POST accounts/deposit."""
    return {"Number": int(number), "Name": name}
