"""Finds what is in the books: contacts, invoices by our key, payments by what they were, service products.

Billy passes over filters that it does not know (fact sheet, section 2): what a list gives is compared again here, so
that a stranger's record is never taken for ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounting.base import Call, Item, Receipt, Write
from accounting.providers.billy import answers, fields, payload
from accounting.providers.billy.client import Client
from connector.core.customers import company_number, name_key
from connector.core.errors import Temporary

JSON = dict[str, Any]
Fits = Callable[[JSON], bool]
Registered = Mapping[str, Mapping[str, Decimal]]
"""Invoice → payments that were made on it → what each settles."""

PERSONS = "contactPersons"
WITH_PERSONS = "contact.contactPersons:embed"
WITH_MODIFIERS = "invoice.balanceModifiers:embed"
MODIFIERS = "balanceModifiers"
PAYMENT = "bankPayment:"
EARLIER = timedelta(days=31)
"""Somebody may have dated a draft of ours otherwise: so much earlier it is still found."""
SINGLY = 2
"""So many balances are asked one by one; for more the newest invoices are read first."""
NEWEST = 200
MOST_PERSONS = 20
"""Of so many contacts, at most, the persons are asked for one by one, where a list does not hold them."""


class Lookup:
    """Reads only."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._by_write: Mapping[Write, Callable[[JSON], list[Receipt]]] = {
            Write.CUSTOMER: self.made_contact,
            Write.PRODUCT: lambda about: self.numbered(about["number"]),
            Write.DRAFT: self.invoices,
            Write.CORRECT: self.corrected,
            Write.BOOK: self.approved,
            Write.PAYMENT: self.payments,
        }

    def made_by(self, call: Call) -> list[Receipt]:
        """What a call has made, by what its `about` says."""
        return self._by_write[call.write](call.about)

    # --- contacts ---------------------------------------------------------------------------------------------------
    def buyers(self, about: JSON) -> list[Receipt]:
        """The contacts who may be a buyer, by what `payload.identity` says of them; oldest first.

        Our own number first. What `q` searches is not documented: it is asked for what they are known by, and for
        their name.
        """
        known_by = about.get("company") or about.get("email") or ""
        asked = [{"contactNo": about["contact_no"]}, {"q": known_by}, {"q": about["title"]}]
        for query in asked:
            if any(query.values()) and (found := self._contacts(query, lambda row: self._is_buyer(row, about))):
                return found
        return []

    def made_contact(self, about: JSON) -> list[Receipt]:
        """The contact that carries our number."""
        query = {"contactNo": about["contact_no"]}
        return self._contacts(query, lambda row: fields.text(row, "contactNo") == about["contact_no"])

    def _contacts(self, query: Mapping[str, str], fits: Fits) -> list[Receipt]:
        rows = self._with_persons(self.client.listed("contacts", {"include": WITH_PERSONS, **query}))
        return _in_order(row for row in rows if row.get("isArchived") is not True and fits(row))

    def _with_persons(self, rows: list[JSON]) -> list[JSON]:
        """The contacts with their persons, who are asked for where the list does not hold them."""
        without = [row for row in rows if PERSONS not in row]
        if len(without) > MOST_PERSONS:
            return rows
        return [row if PERSONS in row else {**row, PERSONS: self.persons(fields.text(row, "id"))} for row in rows]

    def persons(self, contact: str) -> list[JSON]:
        """The persons of one contact."""
        rows = self.client.listed(PERSONS, {"contactId": contact})
        return [row for row in rows if fields.text(row, "contactId") == contact]

    def _is_buyer(self, row: JSON, about: JSON) -> bool:
        if fields.text(row, "contactNo") == about["contact_no"]:
            return True
        if "name_key" in about:
            return _key_of(row, about["country"]) == str(about["name_key"])
        if number := about.get("company"):
            theirs = company_number(fields.text(row, "registrationNo"), about["country"])
            # A contact that was made before it told its number still is this company's.
            return theirs == company_number(number, about["country"]) or (not theirs and _has(row, about["email"]))
        return _has(row, about["email"])

    def contact(self, identity: str) -> JSON | None:
        """The contact with this id; None when it is not there any more, or archived."""
        row = self.client.record("contacts", identity)
        return None if row is None or row.get("isArchived") is True else row

    # --- invoices ---------------------------------------------------------------------------------------------------
    def invoices(self, about: JSON) -> list[Receipt]:
        """Everything under this document key: approved ones first, then the oldest."""
        since = (date.fromisoformat(about["date"]) - EARLIER).isoformat()
        rows = self.client.listed("invoices", {"contactId": about["customer"], "minEntryDate": since})
        ours = [row for row in rows if answers.is_under(row, about)]
        ours.sort(key=lambda row: (not answers.is_booked(row), fields.text(row, "createdTime"), fields.text(row, "id")))
        return [answers.receipt(row, about) for row in ours]

    def invoice(self, identity: str, **query: str) -> JSON | None:
        """The invoice with this id as it is now; None when it is not there any more."""
        return self.client.record("invoices", identity, **query)

    def approved(self, about: JSON) -> list[Receipt]:
        """The invoice that the draft became."""
        row = self.invoice(about["draft"])
        return [answers.receipt(row, about)] if row and answers.is_booked(row) else []

    def corrected(self, about: JSON) -> list[Receipt]:
        """The draft, once it comes to what its correction asks for; or the invoice that somebody approved it as."""
        row = self.invoice(about["draft"])
        found = answers.receipt(row, about) if row else None
        if found is None:
            return []
        sums = (found.figures.gross, found.figures.vat) if found.figures else None
        return [found] if found.final or sums == (Decimal(about["gross"]), Decimal(about["vat"])) else []

    def balances(self, invoices: Sequence[str], registered: Registered) -> dict[str, Decimal]:
        """What is open on approved invoices: as the newest ones show it; the others are asked singly. Those that are
        gone are left out. `registered` are payments that were just made."""
        newest = self._newest() if len(invoices) > SINGLY else {}
        rows = {identity: newest.get(identity) or self.invoice(identity) for identity in invoices}
        told = {identity: self._open_on(row, registered.get(identity, {})) for identity, row in rows.items() if row}
        return {identity: still_open for identity, still_open in told.items() if still_open is not None}

    def _open_on(self, row: JSON, registered: Mapping[str, Decimal]) -> Decimal | None:
        """What is open on an invoice. How soon a balance shows a payment is not documented: one that was registered,
        and is not among those that the invoice shows, is asked for itself."""
        told = answers.open_amount(row)
        if not told or not registered:
            return told
        whole = self.invoice(fields.text(row, "id"), include=WITH_MODIFIERS) or row
        shown = {fields.text(one, "modifierReference").removeprefix(PAYMENT) for one in self._modifiers(whole)}
        unseen = [identity for identity in registered if identity not in shown and self._stands(identity)]
        return told - sum(registered[identity] for identity in unseen)

    def _stands(self, payment: str) -> bool:
        row = self.client.record("bankPayments", payment)
        return row is not None and row.get("isVoided") is not True

    def _newest(self) -> dict[str, JSON]:
        query = {"sortProperty": "createdTime", "sortDirection": "DESC", "pageSize": str(NEWEST)}
        return {fields.text(row, "id"): row for row in self.client.listed("invoices", query, pages=1)}

    # --- payments ---------------------------------------------------------------------------------------------------
    def payments(self, about: JSON) -> list[Receipt]:
        """The call's own payment on its invoice: of those that are like it, the one of its place among them."""
        row = self.invoice(about["invoice"], include=WITH_MODIFIERS)
        if row is None:
            # An approved invoice cannot be gone.
            raise Temporary("provider-down", detail="no invoice")
        alike = [one for one in self._paid(row) if _is_like(one, about)]
        return [Receipt(fields.text(one, "id"), final=True) for one in alike[about["place"] : about["place"] + 1]]

    def any_payment(self, invoice: JSON) -> Receipt | None:
        """The latest payment on an invoice, whoever made it."""
        paid = self._paid(invoice)
        return Receipt(fields.text(paid[-1], "id"), final=True) if paid else None

    def _paid(self, invoice: JSON) -> list[JSON]:
        """The payments on an invoice that nobody took back, oldest first."""
        marks = [fields.text(row, "modifierReference") for row in self._modifiers(invoice)]
        ours = dict.fromkeys(mark.removeprefix(PAYMENT) for mark in marks if mark.startswith(PAYMENT))
        rows = [self.client.record("bankPayments", identity) for identity in ours]
        found = [row for row in rows if row and row.get("isVoided") is not True]
        return sorted(found, key=lambda row: (fields.text(row, "createdTime"), fields.text(row, "id")))

    def was_paid(self, invoice: str) -> Decimal:
        """What payments have settled of an invoice, or of a credit note."""
        row = self.invoice(invoice, include=WITH_MODIFIERS)
        rows = self._modifiers(row) if row else []
        paid = [one for one in rows if fields.text(one, "modifierReference").startswith(PAYMENT)]
        return sum((abs(fields.amount(one.get("amount")) or Decimal(0)) for one in paid), Decimal(0))

    def _modifiers(self, invoice: JSON) -> list[JSON]:
        subject = f"invoice:{fields.text(invoice, 'id')}"
        rows = invoice.get(MODIFIERS)
        if not isinstance(rows, list):
            rows = self.client.listed(MODIFIERS, {"subjectReference": subject})
        return [row for row in rows if fields.text(row, "subjectReference") == subject and not row.get("isVoided")]

    # --- service products ---------------------------------------------------------------------------------------------
    def products(self) -> list[JSON]:
        """All products."""
        return self.client.listed("products")

    def items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """Those of `numbers` that are products, by id or by product number; the oldest where several have a number."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            return {}
        rows = self.products()
        by_id = {fields.text(row, "id"): row for row in rows}
        by_number = {fields.text(row, "productNo"): row for row in _oldest_last(rows)}
        found = {number: by_id.get(number) or by_number.get(number) for number in wanted}
        return {number: _item(number, row) for number, row in found.items() if row}

    def numbered(self, number: str) -> list[Receipt]:
        """The product of that number, ours or not."""
        item = self.items([number]).get(number)
        if item is None:
            return []
        more = {"name": item.name, "group": item.group, "barred": item.barred, "value": item.value}
        return [Receipt(number, more=more)]

    # --- accounts -----------------------------------------------------------------------------------------------------
    def accounts(self) -> list[JSON]:
        """The chart of accounts."""
        return self.client.listed("accounts")


def group_of(row: Mapping[str, Any]) -> str:
    """What a product is sold on and with: its account and its VAT ruleset."""
    return f"{fields.text(row, 'accountId')}{payload.PAIR}{fields.text(row, 'salesTaxRulesetId')}"


def _item(number: str, row: JSON) -> Item:
    is_barred = row.get("isArchived") is True
    return Item(number, fields.text(row, "name"), barred=is_barred, group=group_of(row), value=fields.text(row, "id"))


def _oldest_last(rows: Iterable[JSON]) -> list[JSON]:
    """So that the oldest one has the last word. A product tells no time: its id has to do."""
    return sorted(rows, key=lambda row: fields.text(row, "id"), reverse=True)


def _has(row: JSON, email: str) -> bool:
    """Whether a contact has a person with this (normalised) e-mail."""
    persons: list[JSON] = row.get(PERSONS) or []
    return bool(email) and any(fields.text(one, "email").strip().casefold() == email for one in persons)


def _key_of(row: JSON, country: str) -> str:
    name, postcode, phone = (fields.text(row, field) for field in ("name", "zipcodeText", "phone"))
    return name_key(name, postcode, phone, country)


def _in_order(rows: Iterable[JSON]) -> list[Receipt]:
    """Oldest first."""
    oldest = sorted(rows, key=lambda row: (fields.text(row, "createdTime"), fields.text(row, "id")))
    return [_contact(row) for row in oldest]


def _contact(row: JSON) -> Receipt:
    about = {"name": fields.text(row, "name"), "company_number": fields.text(row, "registrationNo"), "barred": False}
    return Receipt(fields.text(row, "id"), more=about)


def _is_like(row: JSON, about: JSON) -> bool:
    """Whether a payment is of the call's amount, on its account and its day."""
    same = {"cashAccountId": about["account"], "entryDate": about["date"], "cashSide": about.get("side", "debit")}
    is_same = all(fields.text(row, name) == value for name, value in same.items())
    return is_same and fields.amount(row.get("cashAmount")) == Decimal(about["amount"])
