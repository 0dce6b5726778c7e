"""Setting a booked credit note off against the invoice that it credits (fact sheet, section 10).

Docs: https://apis.e-conomic.com/bookedentriesapi/redoc.html. The request names the customer's entries of both, whose
numbers only the books know; a booked document's entry keeps its own for good, so the same call is the same bytes.
Nobody has seen whether amounts that differ can be matched, and what a second matching is answered with: what is open
afterwards is read from the books, and a refusal is held against the entries before it is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from accounting.base import Call, Receipt, Write
from accounting.providers.economic.answers import amount, number_of
from accounting.providers.economic.client import BOOKED_ENTRIES, Client
from accounting.providers.economic.filters import one_of
from accounting.providers.economic.payload import CUSTOMER_PAYMENT, encode
from connector.core.document import InvoiceDocument, Original
from connector.core.errors import OutcomeUnknown

JSON = dict[str, Any]

ENTRIES = f"{BOOKED_ENTRIES}/booked-entries"


class Pair(NamedTuple):
    """The customer's entries of an invoice and of its credit note, as the books tell them."""

    invoice: JSON
    note: JSON

    @property
    def numbers(self) -> list[int]:
        return [int(entry["entryNumber"]) for entry in self]

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left that one could be set off against the other."""
        return any(amount(entry.get("remainder")) == 0 for entry in self)


def call(document: InvoiceDocument, original: Original, booked: Receipt, set_off: Decimal) -> Call:
    """POST /booked-entries/match, still without its body: see `send`. `set_off` is what the engine expects of it; the
    books take as much as both have open."""
    about = {
        "order": document.number,
        "key": document.key,
        "invoice": original.id,
        "invoice_number": original.number,
        "note": booked.id,
        "customer": (booked.figures.customer if booked.figures else None) or "",
        "amount": str(set_off),
    }
    return Call(Write.MATCH, "POST", "openapi", f"{ENTRIES}/match", b"", about)


def send(client: Client, call: Call, key: str) -> Receipt:
    """Match the two, unless one of them is used up already.

    Raises OutcomeUnknown as long as the newer host does not list what the older one has booked: looked at, then tried
    again, as a call without an answer is.
    """
    pair = _pair(client, call.about)
    if pair is None:
        raise OutcomeUnknown(detail="entries that are not listed")
    if not pair.is_used_up:
        client.write(call.host, call.method, call.path, encode({"entryIds": pair.numbers}), key, call.about)
    return receipt(call.about)


def made(client: Client, about: JSON) -> list[Receipt]:
    """The matching that a call was to make: once one of both is used up, or the books show them as a pair."""
    pair = _pair(client, about)
    is_made = pair is not None and (pair.is_used_up or _is_listed(client, pair))
    return [receipt(about)] if is_made else []


def receipt(about: JSON) -> Receipt:
    """A matching has no number of its own; it goes by its note's."""
    return Receipt(about["note"], final=True, more=about)


def _pair(client: Client, about: JSON) -> Pair | None:
    """None while the books do not list exactly one entry of each."""
    numbers = [about["invoice"], about["note"]]
    rows = client.items(ENTRIES, one_of("customerInvoiceNumber", numbers))
    invoice, note = (_entries(rows, number, about["customer"]) for number in numbers)
    owed = [row for row in invoice if (amount(row.get("amount")) or 0) > 0]
    credited = [row for row in note if (amount(row.get("amount")) or 0) < 0]
    return Pair(owed[0], credited[0]) if len(owed) == len(credited) == 1 else None


def _entries(rows: Iterable[JSON], number: str, customer: str) -> list[JSON]:
    """What a document put on its customer. Its other entries carry its number too, but no customer; payments on it have
    a type of their own, and nobody has seen that of a note."""
    own = [row for row in rows if number_of(row, "customerInvoiceNumber") == number]
    unpaid = [(row, number_of(row, "customerNumber")) for row in own if row.get("type") != CUSTOMER_PAYMENT]
    return [row for row, buyer in unpaid if buyer and buyer == (customer or buyer)]


def _is_listed(client: Client, pair: Pair) -> bool:
    """Either may be the one from which the other was matched."""
    ours = set(pair.numbers)
    rows = client.items(f"{ENTRIES}/matched-pairs", one_of("fromEntry", map(str, pair.numbers)))
    return any({row.get("fromEntry"), row.get("toEntry")} == ours for row in rows)
