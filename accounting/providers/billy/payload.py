"""How Billy's requests say what the books should hold. Pure; `answers.py` reads what comes back.

Docs: https://www.billy.dk/api/. The same document always gives the same bytes. What is not known is left out. VAT is
never sent: it follows from each line's product and the contact (fact sheet, section 5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounting.writing import Exact, country_name, cut, ean_number, whole
from connector.core.customers import company_number
from connector.core.document import Customer, CustomerKey, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.money import rounded
from connector.core.order import Party, Payment, PaymentKind

JSON = dict[str, Any]

BASE_CURRENCY = "DKK"
HOME = "DK"
INVOICE, CREDIT_NOTE, CREDIT_NOTE_ELSEWHERE = "invoice", "creditNote", "credit_note"
"""Types. That of a credit note as most clients have it, and as another one has (fact sheet, section 6)."""

# Signs. None is documented; they are held short enough for any column.
ORDER_NO = 64
NAME, STREET, ZIP, CITY, PHONE, EMAIL, VAT_NUMBER, PERSON = 250, 250, 20, 100, 50, 250, 40, 250
MESSAGE, DESCRIPTION, PRODUCT_NAME, PRODUCT_NO = 2000, 1000, 250, 50

CONTACT_NO = "web-"
"""What begins the number of a contact of ours."""
CONTACT_DIGITS = 12
PAIR = ":"
"""Stands between an account and a VAT ruleset: what a service product is made of."""
ACCOUNTS = {PaymentKind.CARD: "account", PaymentKind.GIFT_CARD: "gift_card_account"}
"""How something was paid → the setting that says on which account it is registered."""

TERMS: Mapping[str, tuple[str, int]] = {
    "net-0": ("net", 0),
    "net-8": ("net", 8),
    "net-14": ("net", 14),
    "net-30": ("net", 30),
    "netEndOfMonth-0": ("netEndOfMonth", 0),
}
"""The setting's value → mode and days; without days there is no due date (fact sheet, 6)."""


def _filled(**fields: Any) -> JSON:
    """Only what there is."""
    return {name: value for name, value in fields.items() if value not in ("", None)}


# --- what the settings chose ------------------------------------------------------------------------------------------
def sales_setting(document: InvoiceDocument) -> str:
    """The setting that chose the products of the document's lines."""
    return f"sales_{document.situation}"


def account_of(document: InvoiceDocument, paid: Payment) -> str:
    """The account of its method, where it has one; else the usual one of its kind. Raises NeedsSetup without one."""
    field = ACCOUNTS.get(paid.kind, "account")
    chosen = paid.account or document.choices.get(field, "")
    if not chosen:
        raise NeedsSetup("choice-missing", field=field, order=document.number)
    return chosen


# --- contacts ---------------------------------------------------------------------------------------------------------
def contact_no(buyer: Customer) -> str:
    """Our own number of a contact: the same buyer always has the same one."""
    return CONTACT_NO + hashlib.sha256(f"{buyer.by} {buyer.key}".encode()).hexdigest()[:CONTACT_DIGITS]


def contact(buyer: Customer, document: InvoiceDocument) -> JSON:
    """POST contacts. Country and type decide on the VAT (fact sheet, section 5)."""
    party, order = buyer.party, document.number
    if not buyer.key or (buyer.by is CustomerKey.EMAIL and len(buyer.key.split()) != 1):
        raise NeedsSetup("fact-missing", fact="email", order=order)
    return {
        "type": "company" if is_company(party) else "person",
        "name": _named(party, order),
        "countryId": party.country or HOME,
        "contactNo": contact_no(buyer),
        "isCustomer": True,
        **_filled(
            street=cut(party.address, STREET),
            zipcodeText=cut(party.postcode, ZIP),
            cityText=cut(party.city, CITY),
            phone=cut(party.phone, PHONE),
            registrationNo=whole(vat_number(party), VAT_NUMBER, "vat_number", order),
            ean=ean_number(party.ean, order),
        ),
        **_persons(party, order),
    }


def _persons(party: Party, order: str) -> JSON:
    """A contact itself has no e-mail (fact sheet, section 4)."""
    person = _filled(
        name=cut(party.contact or party.name, PERSON),
        email=whole(party.email, EMAIL, "email", order),
    )
    return {"contactPersons": [{**person, "isPrimary": True}]} if "email" in person else {}


def is_company(party: Party) -> bool:
    """Whether the buyer is a company or a public body."""
    return bool(party.company.strip() or party.vat_number.strip() or party.ean.strip())


def vat_number(party: Party) -> str:
    """A Danish number as its eight digits, another country's with its letters in front; as it came where it is none."""
    number = company_number(party.vat_number, party.country)
    if not number:
        return party.vat_number.strip()
    return number if party.country in ("", HOME) else f"{party.country}{number}"


def _named(party: Party, order: str) -> str:
    name = cut(party.title, NAME)
    if not name:
        raise NeedsSetup("fact-missing", fact="name", order=order)
    return name


def identity(buyer: Customer) -> dict[str, str]:
    """What a look-up finds this contact by: our number of it; and e-mail, company number, or name, postcode, phone."""
    party = buyer.party
    known = {"contact_no": contact_no(buyer), "title": cut(party.title, NAME), "country": party.country or HOME}
    if buyer.by is CustomerKey.COMPANY:
        return {**known, "company": party.vat_number.strip(), "email": party.email_key}
    if buyer.by is CustomerKey.NAME:
        return {**known, "name_key": buyer.key}
    return {**known, "email": buyer.key}


# --- the invoice ------------------------------------------------------------------------------------------------------
def draft(document: InvoiceDocument, contact: str) -> JSON:
    """POST invoices. `taxMode` is each organisation's own where it is not said (fact sheet, 6)."""
    return {**_kind(document), "contactId": contact, "state": "draft", **changeable(document)}


def _kind(document: InvoiceDocument) -> JSON:
    """A credit note has lines above zero, and its invoice's contact and currency (fact sheet, 6)."""
    if document.credits is None:
        return {"type": INVOICE}
    return {"type": CREDIT_NOTE, **_filled(creditedInvoiceId=document.credits.id)}


def changeable(document: InvoiceDocument) -> JSON:
    """What PUT of a draft says of it, too."""
    return {
        "entryDate": document.date.isoformat(),
        "currencyId": document.currency,
        "taxMode": "incl" if document.includes_vat else "excl",
        **order_no(document),
        **_terms(document),
        "contactMessage": message(document),
        "lines": [_line(line, place, document) for place, line in enumerate(document.lines, 1)],
    }


def order_no(document: InvoiceDocument) -> JSON:
    """The document's key, by which it is found again; the order's number where the key is too long for it."""
    fits = cut(document.key, ORDER_NO) == document.key
    return {"orderNo": document.key if fits else cut(document.number, ORDER_NO)}


def message(document: InvoiceDocument) -> str:
    """The invoice's text. Its last line is the key: whether Billy keeps an order number is not documented."""
    said = cut("\n".join(part for part in _message(document) if part), MESSAGE - len(document.key) - 1)
    return "\n".join(part for part in (said, document.key) if part)


def _message(document: InvoiceDocument) -> list[str]:
    return [document.heading, document.note, document.reference, _buyer(document), _delivery(document)]


def _buyer(document: InvoiceDocument) -> str:
    """Who bought, where the contact stands for many buyers."""
    party = document.customer.party
    place = ", ".join(part for part in (party.title, *_place(party)) if part)
    return f"Kunde: {place}" if document.customer.collective and place else ""


def _delivery(document: InvoiceDocument) -> str:
    party = document.delivery
    place = ", ".join(part for part in (party.title, *_place(party)) if part) if party else ""
    return f"Leveres til: {place}" if place else ""


def _place(party: Party) -> list[str]:
    town = f"{cut(party.postcode, ZIP)} {cut(party.city, CITY)}".strip()
    country = country_name(party.country) if party.country not in ("", HOME) else ""
    return [cut(party.address, STREET), town, country]


def _terms(document: InvoiceDocument) -> JSON:
    """The payment terms that the settings chose; the contact's own where they chose none."""
    value = document.choices.get("terms", "")
    if value and value not in TERMS:
        raise NeedsSetup("choice-gone", field="terms", name=value, order=document.number)
    if not value:
        return {}
    mode, days = TERMS[value]
    return {"paymentTermsMode": mode, "paymentTermsDays": days}


def _line(line: DocumentLine, place: int, document: InvoiceDocument) -> JSON:
    if not line.item:
        raise NeedsSetup("choice-missing", field=sales_setting(document), order=document.number)
    return {
        "productId": line.item,
        **_filled(description=cut(line.description, DESCRIPTION)),
        "quantity": line.quantity,
        "unitPrice": line.unit_price,
        "priority": place,
    }


APPROVAL: JSON = {"state": "approved"}
"""PUT invoices/:id. Cannot be taken back (fact sheet, 6)."""


# --- settling ---------------------------------------------------------------------------------------------------------
def payment(document: InvoiceDocument, number: int, invoice: str, exchange: str) -> JSON:
    """POST bankPayments: `document.payments[number - 1]`, money that goes out on a credit note (fact sheet, 7).
    `exchange` is the invoice's own rate, at which the account's kroner settle another currency."""
    paid = document.payments[number - 1]
    return {
        "entryDate": document.date.isoformat(),
        **_cash(document, paid, exchange),
        "cashSide": side(document),
        "cashAccountId": account_of(document, paid),
        "associations": [{"subjectReference": f"invoice:{invoice}"}],
    }


def side(document: InvoiceDocument) -> str:
    """Which way the money of its payments goes: in, or out on a credit note."""
    return "credit" if document.is_credit else "debit"


def _cash(document: InvoiceDocument, paid: Payment, exchange: str) -> JSON:
    if document.currency == BASE_CURRENCY:
        return {"cashAmount": paid.amount}
    if not exchange:
        raise Unsupported("settlement-stopped", order=document.number)
    return {"cashAmount": rounded(paid.amount * Decimal(exchange)), "cashExchangeRate": Exact(exchange)}


# --- service products -------------------------------------------------------------------------------------------------
def product(number: str, name: str, group: str) -> JSON:
    """POST products: what lines are sold as, on an account and with a VAT ruleset (`group`, both with a colon between).
    Raises NeedsSetup for a group that is none."""
    account, _, ruleset = group.partition(PAIR)
    if not account or not ruleset:
        raise NeedsSetup("choice-missing", field="sales_domestic")
    return {
        "name": cut(name, PRODUCT_NAME) or number,
        "productNo": number,
        "accountId": account,
        "salesTaxRulesetId": ruleset,
    }
