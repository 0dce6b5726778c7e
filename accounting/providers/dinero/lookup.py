"""Finds what is in the books: contacts; invoices and credit notes by our Guid or our key; payments by our mark;
accounts by number.

What a filter gives is compared again here: a filter that a server passes over must not make a stranger's document ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from accounting.base import Call, Item, Receipt, Write
from accounting.providers.dinero import answers, fields, payload, signs
from accounting.providers.dinero.client import MOST_PAGES, Client, Found
from accounting.providers.dinero.filters import contains, equal
from connector.core.customers import company_number, name_key
from connector.core.errors import Temporary

JSON = dict[str, Any]

CONTACT_FIELDS = "ContactGuid,Name,Email,VatNumber,ZipCode,Phone,ExternalReference,CreatedAt,DeletedAt"
INVOICE_FIELDS = "Guid,ExternalReference,DeletedAt"
KRONER_FIELDS = f"{INVOICE_FIELDS},Currency,TotalInclVat,TotalInclVatInDkk"
ACCOUNT_FIELDS = "AccountNumber,Name,IsHidden"
CONTACTS, INVOICES, CREDIT_NOTES = "/contacts", "/invoices", "/sales/creditnotes"
MOST_TURNS = 20
"""How often one order's draft may have been deleted and made again."""
SINGLY = 2
"""So many balances are asked one by one; for more the list of what is paid is read first."""
NEWEST_PAID = 200
LISTED_LATER = 20.0
"""Seconds after which a list that did not show an invoice yet is asked again."""


def place_of(about: Mapping[str, Any]) -> str:
    """Where the document of a call or a receipt is: among the invoices, or the credit notes."""
    return CREDIT_NOTES if about.get("credit") else INVOICES


class Turn(NamedTuple):
    """One Guid of a thing that may have been made several times, and what was found under it."""

    guid: str
    found: Found


class Lookup:
    """Reads only."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._by_write: Mapping[Write, Callable[[JSON], list[Receipt]]] = {
            Write.CUSTOMER: self.made_contact,
            Write.ACCOUNT: lambda about: self.deposit_account(about["account"]),
            Write.DRAFT: self.documents,
            Write.CORRECT: self.corrected,
            Write.BOOK: lambda about: [one for one in self.documents(about) if one.final],
            Write.PAYMENT: self.payments,
        }

    def made_by(self, call: Call) -> list[Receipt]:
        """What a call has made, by what its `about` says."""
        return self._by_write[call.write](call.about)

    # --- contacts ---------------------------------------------------------------------------------------------------
    def buyers(self, about: JSON) -> list[Receipt]:
        """The contacts who may be a buyer, by what `payload.identity` says of them; oldest first."""
        if "name_key" in about:
            rows = self._contacts(equal("Name", about["name"]))
            return _in_order(row for row in rows if _key_of(row, about["country"]) == about["name_key"])
        if "company" not in about:
            return self._with_email(about["email"])
        # A contact that was made before it told its number still is this company's.
        found = self._companies(about["company"], about["country"])
        return found or (self._with_email(about["email"]) if about["email"] else [])

    def _with_email(self, email: str) -> list[Receipt]:
        rows = self._contacts(equal("Email", email))
        return _in_order(row for row in rows if fields.text(row, "email").strip().casefold() == email)

    def _companies(self, number: str, country: str) -> list[Receipt]:
        """The contacts with this company number, with or without its country's letters."""
        plain = company_number(number, country)
        rows = self._contacts(contains("VatNumber", plain))
        return _in_order(row for row in rows if company_number(fields.text(row, "vatnumber"), country) == plain)

    def _contacts(self, condition: str) -> list[JSON]:
        # Version 2: one client was refused version 1 of this list with 401 (fact sheet, section 4).
        path = self.client.path("/contacts", "v2")
        rows = self.client.collection(path, fields=CONTACT_FIELDS, queryFilter=condition)
        return [row for row in rows if not fields.is_deleted(row)]

    def made_contact(self, about: JSON) -> list[Receipt]:
        """The contact that was made under our Guid."""
        last = self.last_turn(CONTACTS, about["made_as"], about["key"])
        return [_contact(last.found.row, last.guid)] if last.found.row else []

    def contact(self, guid: str) -> JSON | None:
        """The contact with this Guid; None when it is not there any more."""
        return self.client.thing(self.client.path(f"/contacts/{guid}")).row

    # --- one thing that may have been deleted and made again ----------------------------------------------------------
    def last_turn(self, place: str, name: str, reference: str) -> Turn:
        """The first Guid of this name that is not known to be deleted, and what is there."""
        for turn in range(MOST_TURNS):
            guid = payload.guid(self.client.company, name, turn)
            found = self.at(place, guid, reference)
            if not found.is_deleted:
                return Turn(guid, found)
        raise Temporary("provider-down", detail="too many were deleted")

    def at(self, place: str, guid: str, reference: str) -> Found:
        """What is under a Guid; `reference` is what the thing carries, by which the deleted ones are searched where its
        own address says nothing readable."""
        found = self.client.thing(self.client.path(f"{place}/{guid}"))
        return found if found.is_clear else Found(is_deleted=self.was_deleted(place, guid, reference))

    def was_deleted(self, place: str, guid: str, reference: str) -> bool:
        """Whether a list of deleted things shows this one. What is deleted may not be shown at its own address."""
        version, own = ("v2", "ContactGuid") if place == CONTACTS else ("v1", "Guid")
        query = {"fields": f"{own},ExternalReference", "queryFilter": equal("ExternalReference", reference)}
        rows = self.client.collection(self.client.path(place, version), MOST_PAGES, deletedOnly="true", **query)
        return any(fields.guid_of(row, own.lower()) == guid for row in rows)

    # --- invoices and credit notes ----------------------------------------------------------------------------------
    def documents(self, about: JSON) -> list[Receipt]:
        """Everything under a call's document key: by our own Guid at once; else what carries the key, booked ones
        first."""
        place, key = place_of(about), about["key"]
        last = self.last_turn(place, about["made_as"], key)
        if last.found.row:
            return [self.receipt(last.found.row, about)]
        found = [self.receipt(row, about) for row in self._carrying(place, key)]
        return sorted(found, key=lambda receipt: not receipt.final)

    def _carrying(self, place: str, key: str) -> Iterator[JSON]:
        for row in self._listed(place, key, INVOICE_FIELDS):
            guid = fields.guid_of(row)
            whole = self.document(guid, place) if guid else None
            if whole:
                yield whole

    def _listed(self, place: str, key: str, shown: str) -> list[JSON]:
        path, condition = self.client.path(place), equal("ExternalReference", key)
        rows = self.client.collection(path, fields=shown, queryFilter=condition)
        return [row for row in rows if fields.text(row, "externalreference") == key]

    def document(self, guid: str, place: str) -> JSON | None:
        """The document with this Guid as it is now; None when it is not there any more."""
        return self.client.thing(self.client.path(f"{place}/{guid}")).row

    def receipt(self, row: JSON, about: Mapping[str, Any]) -> Receipt:
        """What a call made, as `row` shows it. Raises Temporary while Dinero does not tell what a document in another
        currency comes to in kroner: it is never booked before that is known."""
        place, key, guid = place_of(about), about["key"], fields.guid_of(row)
        made = signs.credited(row) if place == CREDIT_NOTES else answers.figures(row)
        in_kroner = None
        if made and made.currency != payload.BASE_CURRENCY:
            in_kroner = self._in_kroner(place, guid, key)
        facts = answers.credit_facts if place == CREDIT_NOTES else answers.facts
        return Receipt(guid, final=answers.is_booked(row), figures=made, more=facts(row, key, in_kroner))

    def _in_kroner(self, place: str, guid: str, key: str) -> Decimal:
        """Only lists tell what a document comes to in kroner (fact sheet, 5)."""
        rows = [row for row in self._listed(place, key, KRONER_FIELDS) if fields.guid_of(row) == guid]
        told = fields.amount(rows[0].get("totalinclvatindkk")) if rows else None
        if told is None:
            raise Temporary("provider-down", retry_after=LISTED_LATER, detail="no amount in kroner yet")
        return told

    def corrected(self, about: JSON) -> list[Receipt]:
        """The draft, once it comes to what its correction asks for; or the invoice that somebody booked it as."""
        wanted = about["draft"], Decimal(about["gross"]), Decimal(about["vat"])
        found = self.documents(about)
        return [one for one in found if one.final or (one.figures and (one.id, *_sums(one)) == wanted)]

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        """What is open on booked invoices, by their Guids: nothing where the list of what is paid shows them; the
        others are asked singly. Those that are gone are left out."""
        paid = self._paid() if len(invoices) > SINGLY else set()
        found = {guid: Decimal("0.00") if guid in paid else self._open(guid) for guid in invoices}
        return {guid: still_open for guid, still_open in found.items() if still_open is not None}

    def _paid(self) -> set[str]:
        """The newest of the paid invoices: those that were just booked have the highest numbers."""
        query = {"fields": "Guid,Status", "statusFilter": "Paid", "sort": "VoucherNumber", "sortOrder": "descending"}
        rows = self.client.page(self.client.path("/invoices"), page="0", pageSize=str(NEWEST_PAID), **query)
        return {fields.guid_of(row) for row in rows if fields.text(row, "status") == "Paid"}

    def _open(self, guid: str) -> Decimal | None:
        told = self.client.thing(self.client.path(f"{INVOICES}/{guid}/payments", "v2")).row
        return fields.amount(told.get("remainingamount")) if told else None

    def open_credits(self, notes: Sequence[str]) -> dict[str, Decimal]:
        """What is open on booked credit notes, by their Guids; those that are gone are left out."""
        told = {guid: self.client.thing(self.client.path(f"{CREDIT_NOTES}/{guid}/payments")).row for guid in notes}
        found = {guid: signs.still_open(row) for guid, row in told.items() if row}
        return {guid: still_open for guid, still_open in found.items() if still_open is not None}

    # --- payments ---------------------------------------------------------------------------------------------------
    def payments(self, about: JSON) -> list[Receipt]:
        """The payment with our mark on the invoice or the credit note. A payment is final at once."""
        told = self.paid(about)
        if about.get("credit") and not is_settled(told, about):
            return []
        return [Receipt(fields.guid_of(row), final=True) for row in marked(told, about)]

    def paid(self, about: JSON) -> JSON:
        """What was paid on the document of a payment's call: `payments` and `remainingamount`."""
        place = place_of(about)
        version = "v1" if place == CREDIT_NOTES else "v2"
        told = self.client.thing(self.client.path(f"{place}/{about['invoice']}/payments", version)).row
        if told is None or "payments" not in told:
            # What is booked cannot be gone.
            raise Temporary("provider-down", detail="no payments listed")
        return told

    def timestamp(self, about: JSON) -> str:
        """The newest Timestamp of the document of a payment's call; empty where it is not told."""
        return fields.text(self.document(about["invoice"], place_of(about)) or {}, "timestamp")

    # --- accounts ---------------------------------------------------------------------------------------------------
    def entry_accounts(self) -> list[JSON]:
        """The accounts that lines are sold on."""
        return self.client.rows(self.client.path("/accounts/entry"), fields=ACCOUNT_FIELDS)

    def deposit_accounts(self) -> list[JSON]:
        """The accounts that payments are put on."""
        return self.client.rows(self.client.path("/accounts/deposit"), fields=ACCOUNT_FIELDS)

    def items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """Those of `numbers` that are accounts: what a line is sold on, and its own VAT group."""
        rows = {fields.number_of(row, "accountnumber"): row for row in self.entry_accounts()}
        return {number: _item(number, rows[number]) for number in dict.fromkeys(numbers) if number in rows}

    def deposit_account(self, number: str) -> list[Receipt]:
        """The deposit account of that number."""
        rows = [row for row in self.deposit_accounts() if fields.number_of(row, "accountnumber") == number]
        return [Receipt(number, more={"name": fields.text(row, "name")}) for row in rows]


def marked(told: JSON, about: JSON) -> list[JSON]:
    """The payments with a call's mark, in what `Lookup.paid` gave."""
    rows: list[JSON] = told["payments"] or []
    return [row for row in rows if fields.text(row, "externalreference") == about["mark"]]


def is_settled(told: JSON, about: JSON) -> bool:
    """Whether so little is open on a credit note that a refund surely was the right way round: less than it and those
    after it come to. The wrong way round leaves more."""
    still_open = signs.still_open(told)
    return still_open is not None and still_open < Decimal(about["left"])


def _sums(receipt: Receipt) -> tuple[Decimal, Decimal]:
    assert receipt.figures is not None
    return receipt.figures.gross, receipt.figures.vat


def _in_order(rows: Iterable[JSON]) -> list[Receipt]:
    """Each once, oldest first."""
    found = {fields.guid_of(row, "contactguid"): row for row in rows}
    oldest = sorted(found, key=lambda guid: (fields.text(found[guid], "createdat"), guid))
    return [_contact(found[guid], guid) for guid in oldest if guid]


def _contact(row: JSON, guid: str) -> Receipt:
    about = {"name": fields.text(row, "name"), "company_number": fields.text(row, "vatnumber"), "barred": False}
    return Receipt(guid, more=about)


def _key_of(row: JSON, country: str) -> str:
    name, postcode, phone = (fields.text(row, field) for field in ("name", "zipcode", "phone"))
    return name_key(name, postcode, phone, country)


def _item(number: str, row: JSON) -> Item:
    return Item(number, fields.text(row, "name"), barred=row.get("ishidden") is True, group=number)
