"""Finds what is in the books: customers, items, invoices by our key, payments by our mark.

What a filter gives is compared again here: a filter that a server passes over must not make a stranger's document ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounting.base import Call, Item, Receipt, Write
from accounting.providers.economic import matching
from accounting.providers.economic.answers import amount, day_rate, figures, is_of, number_of, reference
from accounting.providers.economic.client import BOOKED_ENTRIES, JOURNALS, Client
from accounting.providers.economic.filters import both, contains, equal, listable, lists, one_of, segment
from accounting.providers.economic.payload import CUSTOMER_PAYMENT
from connector.core.customers import company_number, name_key
from connector.core.document import Figures
from connector.core.errors import Rejected

JSON = dict[str, Any]

MOST_ITEMS = 150
COMPANY = "corporateIdentificationNumber"


class Lookup:
    """Reads only."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._by_write: Mapping[Write, Callable[[JSON], list[Receipt]]] = {
            Write.CUSTOMER: self.buyers,
            Write.PRODUCT: lambda about: self.product(about["sku"]),
            Write.DRAFT: self.invoices,
            Write.CORRECT: self.corrected,
            Write.BOOK: self.booked,
            Write.MATCH: lambda about: matching.made(client, about),
            Write.PAYMENT: self.payments,
            Write.PAYMENT_UNDO: self.undone,
            Write.PAYMENT_BOOK: self.booked_payments,
        }

    def made_by(self, call: Call) -> list[Receipt]:
        """What a call has made, by what its `about` says."""
        return self._by_write[call.write](call.about)

    # --- customers and items ---------------------------------------------------------------------------------------
    def customers(self, email: str) -> list[Receipt]:
        """The customers with this (normalised) e-mail: not barred ones first, then by number.

        A field may hold several addresses, separated by blanks, which `$eq:` does not find; only when it finds nothing
        is the text searched.
        """
        rows = self._with_email(equal("email", email), email)
        if not rows:
            rows = self._searched(email)
        return _in_order(rows)

    def buyers(self, about: JSON) -> list[Receipt]:
        """The customers who may be a buyer, by what `payload.identity` says of them."""
        if "name_key" in about:
            return self.named(about["name"], about["name_key"], about["country"])
        if "company" not in about:
            return self.customers(about["email"])
        found = self.companies(about["company"], about["country"])
        # A customer that was made before it told its number still is this company's.
        return found or (self.customers(about["email"]) if about["email"] else [])

    def companies(self, number: str, country: str) -> list[Receipt]:
        """The customers with this company number, however it is written."""
        plain = company_number(number, country)
        usual = [plain, f"{country}{plain}"]
        rows = self.client.collection("/customers", one_of(COMPANY, usual))
        if number not in usual:
            rows += self.client.collection("/customers", equal(COMPANY, number))
        return _in_order([row for row in rows if company_number(str(row.get(COMPANY, "")), country) == plain])

    def named(self, name: str, key: str, country: str) -> list[Receipt]:
        """The customers of this name whose name, postcode and phone make up `key`."""
        rows = self.client.collection("/customers", equal("name", name))
        return _in_order([row for row in rows if _key_of(row, country) == key])

    def _searched(self, email: str) -> list[JSON]:
        try:
            return self._with_email(contains("email", email), email)
        except Rejected:
            # No document says that this field can be searched; the exact question has been answered.
            return []

    def _with_email(self, condition: str, email: str) -> list[JSON]:
        rows = self.client.collection("/customers", condition)
        return [row for row in rows if email in str(row.get("email", "")).casefold().split()]

    def items(self, numbers: Iterable[str]) -> dict[str, Item]:
        """Those of `numbers` that exist; letter case counts. Numbers that no list takes are asked one by one."""
        wanted = [number for number in dict.fromkeys(numbers) if number]
        rows = [
            row
            for portion in lists(filter(listable, wanted), MOST_ITEMS)
            for row in self.client.collection("/products", one_of("productNumber", portion))
        ]
        rows += filter(None, (self._product(number) for number in wanted if not listable(number)))
        found = {row["productNumber"]: _item(row) for row in rows}
        return {number: found[number] for number in wanted if number in found}

    def product(self, number: str) -> list[Receipt]:
        """The product of that number."""
        row = self._product(number)
        if row is None:
            return []
        about = _item(row)
        return [Receipt(number, more={"name": about.name, "group": about.group, "barred": about.barred})]

    def _product(self, number: str) -> JSON | None:
        return self.client.one(f"/products/{segment(number)}")

    # --- invoices ----------------------------------------------------------------------------------------------------
    def invoices(self, about: JSON) -> list[Receipt]:
        """Everything under this document's key, booked ones first, each by number.

        Drafts are asked for first: one that is booked meanwhile is then found among the booked ones.
        """
        drafts = self.drafts(about)
        return self.booked(about) + drafts

    def corrected(self, about: JSON) -> list[Receipt]:
        """The draft, once it comes to what its correction asks for; or the invoice that somebody booked it as."""
        wanted = about["draft"], Decimal(about["gross"]), Decimal(about["vat"])
        found = self.invoices(about)
        return [one for one in found if one.final or (one.figures and (one.id, *_sums(one.figures)) == wanted)]

    def drafts(self, about: JSON) -> list[Receipt]:
        """The drafts under this document's key."""
        found = self._documents("/invoices/drafts", "draftInvoiceNumber", about["key"])
        return [draft_receipt(number, row, about) for number, row in found]

    def booked(self, about: JSON) -> list[Receipt]:
        """The booked invoices under this document's key."""
        found = self._documents("/invoices/booked", "bookedInvoiceNumber", about["key"])
        return [booked_receipt(number, row, about) for number, row in found]

    def _documents(self, path: str, name: str, key: str) -> Iterator[tuple[str, JSON]]:
        rows = self.client.collection(path, equal("references.other", key))
        for row in sorted(rows, key=lambda row: int(row[name])):
            whole = self.whole(f"{path}/{row[name]}", row)
            if whole is not None and reference(whole) == key:
                yield str(row[name]), whole

    def whole(self, path: str, row: JSON) -> JSON | None:
        """The row itself when it carries reference and figures, else the single thing: lists may be thinner."""
        if reference(row) and figures(row):
            return row
        return self.client.one(path)

    def balances(self, invoices: Sequence[str]) -> dict[str, Decimal]:
        """What is open on booked invoices. Rows that are not listed yet, or lack the figure, are asked singly."""
        rows = [
            row
            for portion in lists(invoices)
            for row in self.client.collection("/invoices/booked", one_of("bookedInvoiceNumber", portion))
        ]
        listed = {str(row.get("bookedInvoiceNumber")): amount(row.get("remainder")) for row in rows}
        found = {number: listed.get(number) for number in invoices}
        for number in [number for number, open_amount in found.items() if open_amount is None]:
            found[number] = amount((self.client.one(f"/invoices/booked/{int(number)}") or {}).get("remainder"))
        return {number: open_amount for number, open_amount in found.items() if open_amount is not None}

    # --- payments ----------------------------------------------------------------------------------------------------
    def payments(self, about: JSON) -> list[Receipt]:
        """The payment with this mark, in the journal or booked; as with invoices the journal is asked first."""
        condition = both(equal("journalNumber", about["journal"]), equal("customerNumber", about["customer"]))
        rows = self.client.items(f"{JOURNALS}/draft-entries", condition)
        waiting = [Receipt(str(row["entryNumber"]), more=about) for row in rows if is_of(row, about["mark"])]
        return self.booked_payments(about) + waiting

    def booked_payments(self, about: JSON) -> list[Receipt]:
        """The booked payment with this mark. The account's side of it carries the same text, but no customer."""
        rows = self.client.items(f"{BOOKED_ENTRIES}/booked-entries", equal("customerInvoiceNumber", about["invoice"]))
        ours = [row for row in rows if _is_payment(row, about)]
        return [Receipt(str(row["entryNumber"]), final=True, more=about) for row in ours]

    def undone(self, about: JSON) -> list[Receipt]:
        """The entry, once the journal no longer has it. Raises Rejected when somebody booked it: it stands."""
        row = self.client.one(f"{JOURNALS}/draft-entries/{int(about['entry'])}", "openapi")
        # Numbers are given again: an entry without our mark is another's.
        if row is not None and is_of(row, about["mark"]):
            return []
        if self.booked_payments(about):
            raise Rejected("settlement-stopped", order=str(about.get("order", "")))
        return [Receipt(about["entry"], more=about)]

    def draft_balance(self, account: str) -> Decimal | None:
        """What the account comes to with all that the journals hold; None where the answer does not say."""
        return amount((self.client.one(f"/accounts/{int(account)}") or {}).get("draftBalance"))


def _sums(figures: Figures) -> tuple[Decimal, Decimal]:
    return figures.gross, figures.vat


def _in_order(rows: Iterable[JSON]) -> list[Receipt]:
    """Each once, not barred ones first, then by number."""
    found = {str(row["customerNumber"]): _about(row) for row in rows}
    receipts = [Receipt(number, more=about) for number, about in found.items()]
    return sorted(receipts, key=lambda receipt: (receipt.more["barred"], int(receipt.id)))


def _about(row: JSON) -> JSON:
    number = str(row.get(COMPANY, ""))
    return {"barred": bool(row.get("barred")), "name": row.get("name", ""), "company_number": number}


def _key_of(row: JSON, country: str) -> str:
    name, postcode, phone = (str(row.get(field, "")) for field in ("name", "zip", "telephoneAndFaxNumber"))
    return name_key(name, postcode, phone, country)


def _is_payment(row: JSON, about: JSON) -> bool:
    if number_of(row, "customerNumber") != str(about["customer"]):
        return False
    if row.get("text"):
        return is_of(row, about["mark"])
    # An entry that lost its text on the way is known by type and amount.
    paid = amount(row.get("amount"))
    return row.get("type") == CUSTOMER_PAYMENT and paid is not None and abs(paid) == abs(Decimal(about["amount"]))


def _item(row: JSON) -> Item:
    return Item(
        number=row["productNumber"],
        name=str(row.get("name", "")),
        barred=bool(row.get("barred")),
        group=number_of(row, "productGroup", "productGroupNumber") or "",
    )


def draft_receipt(number: str, row: JSON, about: JSON) -> Receipt:
    """A draft, as the call that makes it takes it."""
    more = {"key": about["key"], "updated": row.get("lastUpdated", ""), **day_rate(row, about)}
    return Receipt(number, figures=figures(row, is_credit=is_credit(about)), more=more)


def booked_receipt(number: str, row: JSON, about: JSON) -> Receipt:
    """A booked invoice or credit note with our key, and what is open on it, where the answer says so."""
    remainder = amount(row.get("remainder"))
    more = {"key": about["key"]}
    if remainder is not None:
        more["remainder"] = str(-remainder if is_credit(about) else remainder)
    return Receipt(number, final=True, figures=figures(row, is_credit=is_credit(about)), more=more)


def is_credit(about: Mapping[str, Any]) -> bool:
    """Whether a call is about a credit note."""
    return bool(about.get("credit"))
