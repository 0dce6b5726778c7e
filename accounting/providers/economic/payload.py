"""How e-conomic's requests say what the books should hold. Pure; `answers.py` reads what comes back.

Docs: https://restdocs.e-conomic.com/ and https://apis.e-conomic.com/journalsapi/redoc.html. The same document always
gives the same bytes. Nothing is ever null, and what is not known is left out: both hosts refuse null, and 0 for a
number (fact sheet, 4.4).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounting.writing import Exact, country_name, cut, ean_number, whole
from accounting.writing import encode as encode
from connector.core.document import Customer, CustomerKey, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup, Unsupported
from connector.core.order import Party, Payment, PaymentKind

JSON = dict[str, Any]

# Signs; the vendor's schemas.
CUSTOMER_NAME, CUSTOMER_ADDRESS, EMAIL, PHONE, CVR = 255, 510, 255, 255, 40
RECIPIENT_NAME, RECIPIENT_ADDRESS, DELIVERY_ADDRESS = 250, 250, 255
# The narrowest of customer, recipient and delivery, so that one place reads the same on all three.
ZIP, CITY, COUNTRY = 30, 50, 50
DESCRIPTION, ITEM_NUMBER, ITEM_NAME = 2500, 25, 300
REFERENCE, HEADING, NOTE, ENTRY_TEXT = 250, 250, 1000, 250
CUSTOMER_PAYMENT = 2
ACCOUNTS = {PaymentKind.CARD: "account", PaymentKind.GIFT_CARD: "gift_card_account"}
"""How something was paid → the setting that says on which account it is registered."""

MISSING = {"layout": "layout-missing", "journal": "journal-missing"}
"""Settings whose absence has a reason of its own."""


def _filled(**fields: Any) -> JSON:
    """Only what there is."""
    return {name: value for name, value in fields.items() if value not in ("", None, {})}


# --- what the settings chose ------------------------------------------------------------------------------------------
def chosen(document: InvoiceDocument, field: str) -> int:
    """The number that the settings chose for `field`. Raises NeedsSetup when there is none."""
    value = document.choices.get(field, "")
    if value.isascii() and value.isdigit() and int(value):
        return int(value)
    if field == "zone":
        raise NeedsSetup("vat-zone-missing", situation=document.situation.value, order=document.number)
    raise NeedsSetup(MISSING.get(field, "choice-missing"), field=field, order=document.number)


# --- customer and product ---------------------------------------------------------------------------------------------
def customer(buyer: Customer, document: InvoiceDocument) -> JSON:
    """POST /customers. The number is theirs to give; `zip` is the name, a `zipCode` would be dropped in silence."""
    party, order = buyer.party, document.number
    if not buyer.key or (buyer.by is CustomerKey.EMAIL and len(buyer.key.split()) != 1):
        # Several addresses in one field are separated by blanks: such a customer would never be found again.
        raise NeedsSetup("fact-missing", fact="email", order=order)
    return {
        "name": _named(party, order, CUSTOMER_NAME),
        "currency": document.currency,
        "customerGroup": {"customerGroupNumber": chosen(document, "customer_group")},
        "paymentTerms": {"paymentTermsNumber": chosen(document, "terms")},
        "vatZone": {"vatZoneNumber": chosen(document, "zone")},
        **_filled(
            address=cut(party.address, CUSTOMER_ADDRESS),
            zip=cut(party.postcode, ZIP),
            city=cut(party.city, CITY),
            country=cut(country_name(party.country), COUNTRY),
            email=whole(party.email, EMAIL, "email", order),
            telephoneAndFaxNumber=cut(party.phone, PHONE),
            corporateIdentificationNumber=whole(party.vat_number, CVR, "vat_number", order),
            ean=ean_number(party.ean, order),
        ),
    }


def identity(buyer: Customer) -> dict[str, str]:
    """What a look-up finds this customer by: e-mail; company number and e-mail; or name, postcode and phone."""
    party = buyer.party
    if buyer.by is CustomerKey.COMPANY:
        return {"company": party.vat_number.strip(), "country": party.country or "DK", "email": party.email_key}
    if buyer.by is CustomerKey.NAME:
        return {"name": cut(party.title, CUSTOMER_NAME), "name_key": buyer.key, "country": party.country}
    return {"email": buyer.key}


def _named(party: Party, order: str, most: int) -> str:
    name = cut(party.title, most)
    if not name:
        raise NeedsSetup("fact-missing", fact="name", order=order)
    return name


def product(line: DocumentLine, document: InvoiceDocument) -> JSON:
    """POST /products for the missing item of a line."""
    if not line.group.isdigit():
        raise NeedsSetup("choice-missing", field="product_group", order=document.number)
    return item(item_number(line, document), line.description, line.group)


def item(number: str, name: str, group: str) -> JSON:
    """POST /products. The number is a string even where it is all digits."""
    return {
        "productNumber": number,
        "name": cut(name, ITEM_NAME) or number,
        "productGroup": {"productGroupNumber": int(group)},
    }


def item_number(line: DocumentLine, document: InvoiceDocument) -> str:
    """The line's item number. Raises Unsupported when it is too long for a product here."""
    if cut(line.item, ITEM_NUMBER) != line.item:
        raise Unsupported("sku-too-long", sku=line.item, order=document.number, max=str(ITEM_NUMBER))
    return line.item


# --- the invoice ------------------------------------------------------------------------------------------------------
def draft(document: InvoiceDocument, customer_number: int, *, needs_due_date: bool) -> JSON:
    """POST /invoices/drafts. VAT follows from each product's group and the recipient's zone; no rate is ever sent.

    Terms of type dueDate want a due date (E04042), all others ignore it. A total below zero makes it a credit note:
    nothing else does, and there is no field for the original (fact sheet, section 10).
    """
    return {
        "date": document.date.isoformat(),
        "currency": document.currency,
        **_exchange(document),
        **_filled(dueDate=document.date.isoformat() if needs_due_date else ""),
        "layout": {"layoutNumber": chosen(document, "layout")},
        "paymentTerms": {"paymentTermsNumber": chosen(document, "terms")},
        "customer": {"customerNumber": customer_number},
        "recipient": _recipient(document),
        **_filled(delivery=_delivery(document)),
        "references": {"other": whole(document.key, REFERENCE, "key", document.number)},
        **_filled(
            notes=_filled(
                heading=cut(document.heading, HEADING),
                textLine1=cut(document.note, NOTE),
                textLine2=cut(document.reference, NOTE),
            )
        ),
        "lines": [_line(line, position, document) for position, line in enumerate(document.lines, 1)],
    }


def _recipient(document: InvoiceDocument) -> JSON:
    party, order = document.customer.party, document.number
    return {
        "name": _named(party, order, RECIPIENT_NAME),
        **_filled(
            address=cut(party.address, RECIPIENT_ADDRESS), ean=ean_number(party.ean, document.number), **_place(party)
        ),
        "vatZone": {"vatZoneNumber": chosen(document, "zone")},
    }


def _place(party: Party) -> JSON:
    return {
        "zip": cut(party.postcode, ZIP),
        "city": cut(party.city, CITY),
        "country": cut(country_name(party.country), COUNTRY),
    }


def _delivery(document: InvoiceDocument) -> JSON:
    party = document.delivery
    place = {"address": cut(party.address, DELIVERY_ADDRESS), **_place(party)} if party else {}
    return _filled(**place, deliveryDate=document.delivery_date.isoformat() if document.delivery_date else "")


def agreed_rate(document: InvoiceDocument) -> dict[str, str]:
    """The currency's rate and its day that a credit note has from its original; empty where it has none, as in the
    books' own currency."""
    said = document.rate_note.split() if document.is_credit else []
    return {"rate": said[0], "rate_day": said[-1]} if said else {}


def _exchange(document: InvoiceDocument) -> JSON:
    """An invoice takes the day's rate (fact sheet, 9.1)."""
    agreed = agreed_rate(document)
    return {"exchangeRate": Exact(agreed["rate"])} if agreed else {}


def _line(line: DocumentLine, position: int, document: InvoiceDocument) -> JSON:
    number = item_number(line, document)
    quantity, price = _credited(line) if document.is_credit else (line.quantity, line.unit_price)
    return {
        "lineNumber": position,
        "sortKey": position,
        # Required as soon as there is a product.
        "description": cut(line.description, DESCRIPTION) or number,
        "product": {"productNumber": number},
        "quantity": quantity,
        "unitNetPrice": price,
    }


def _credited(line: DocumentLine) -> tuple[Decimal, Decimal]:
    """Quantity and price of what is credited: the quantity is negative, the price never is (fact sheet, section 10). A
    discount that is credited along comes out above zero."""
    if line.unit_price < 0:
        return line.quantity, -line.unit_price
    return -line.quantity, line.unit_price


def booking(draft_number: int) -> JSON:
    """POST /invoices/booked. `sendBy` is left out (its words changed over time): nothing is sent to the buyer."""
    return {"draftInvoice": {"draftInvoiceNumber": draft_number}}


# --- settling ---------------------------------------------------------------------------------------------------------
def payment_mark(document: InvoiceDocument, number: int) -> str:
    """What an entry's text ends with, and what it is found by: `<document key>#<payment number>`."""
    return f"{document.key}#{number}"


def payment(document: InvoiceDocument, customer_number: int, invoice: int, number: int, *, received: int) -> JSON:
    """POST /draft-entries: `document.payments[number - 1]` as a payment from the customer on their invoice, or to them
    on their credit note.

    `received` is the sign of money that came in: -1, since it credits the customer (the schema's word). Money that went
    back has the other sign.
    """
    paid = document.payments[number - 1]
    sign = -received if document.is_credit else received
    mark = payment_mark(document, number)
    return {
        "entryTypeNumber": CUSTOMER_PAYMENT,
        "journalNumber": chosen(document, "journal"),
        "date": moment(document.date),
        "amount": sign * paid.amount,
        "currency": document.currency,
        **_exchange(document),
        "customerNumber": customer_number,
        # A string here, a number in the answers of booked entries.
        "customerInvoiceNumber": str(invoice),
        "contraAccountNumber": _account(document, paid),
        "text": f"{cut(document.heading, ENTRY_TEXT - len(mark) - 1)} {mark}".strip(),
    }


def _account(document: InvoiceDocument, paid: Payment) -> int:
    """The account of its method, where it has one; else the usual one of its kind."""
    if paid.account.isdigit():
        return int(paid.account)
    return chosen(document, ACCOUNTS.get(paid.kind, "account"))


def entry_booking(entry: int) -> JSON:
    """POST /journals/{n}/bookdraftentries: this entry and no other."""
    return {"entryNumbers": [entry]}


def moment(day: date) -> str:
    """A day as the newer host writes it: its file says date-time."""
    return f"{day.isoformat()}T00:00:00Z"
