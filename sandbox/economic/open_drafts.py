"""journalsapi 15.0.0: draft entries (fact sheet, 11.3 and 15)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.wire import Reply

from . import open_bodies
from .call import Call, Routes
from .entrycheck import Fault, faults
from .errors import Invalid, Path, Problem, not_found
from .ids import whole
from .listing import OpenCollection, Source, count, cursor_list, kept, paged_list
from .model import DraftEntry, Journal
from .wirejson import Json, amount, hundredths, scaled, shifted

LARGEST_BULK = 500
LARGEST_INVOICE = 999_999_999

ORDERED = "eq ne lt lte gt gte"
LISTED = ORDERED + " in nin"

ENTRIES = OpenCollection(
    {
        "date": ("text", ORDERED),
        "currency": ("text", LISTED),
        **dict.fromkeys(
            (
                "entryNumber",
                "entryTypeNumber",
                "voucherNumber",
                "journalNumber",
                "accountNumber",
                "contraAccountNumber",
                "projectNumber",
                "customerNumber",
                "supplierNumber",
            ),
            ("number", LISTED),
        ),
    },
    ("entryNumber", "entryTypeNumber", "voucherNumber", "journalNumber"),
)

PROPERTIES = {
    "kind": "entryTypeNumber",
    "account": "accountNumber",
    "contra_account": "contraAccountNumber",
    "customer": "customerNumber",
    "supplier": "supplierNumber",
    "exchange_rate": "exchangeRate",
    "voucher": "voucherNumber",
}


def date_time(day: date) -> str:
    """A day as this host writes it."""
    return f"{day.isoformat()}T00:00:00Z"


def view(entry: DraftEntry) -> Json:
    """An entry as this host shows it; what is not set is left out."""
    shown: Json = {
        "entryNumber": entry.number,
        "entryTypeNumber": entry.kind,
        "voucherNumber": entry.voucher,
        "journalNumber": entry.journal,
        "date": date_time(entry.day),
        "accountNumber": entry.account,
        "amount": amount(entry.amount),
        "currency": entry.currency,
        "exchangeRate": scaled(entry.exchange_rate, 6),
        "contraAccountNumber": entry.contra_account,
        "text": entry.text or None,
        "customerNumber": entry.customer,
        "customerInvoiceNumber": str(entry.invoice) if entry.invoice is not None else None,
        "dueDate": date_time(entry.due_date) if entry.due_date else None,
        "objectVersion": f"{entry.number}-{int(entry.updated * 1000)}",
    }
    return {name: value for name, value in shown.items() if value is not None}


def post_entry(call: Call) -> Reply:
    """POST /draft-entries: 201 with the number only."""
    entry = _checked(call, call.body(), ())
    _keep(call, entry)
    return call.reply(201, {"entryNumber": entry.number})


def post_bulk(call: Call) -> Reply:
    """POST /draft-entries/bulk: all or none, at most 500."""
    body = call.body()
    rows = body.get("entries") if isinstance(body, dict) else None
    if not rows or not isinstance(rows, list):
        raise Invalid([Problem(("entries",), "The list of entries is empty.", "OneAPIEntriesListCannotBeEmpty")])
    if len(rows) > LARGEST_BULK:
        raise Invalid([Problem(("entries",), f"At most {LARGEST_BULK} entries.", "OneAPITooManyEntries")])
    entries = [_checked(call, row, ("entries", index)) for index, row in enumerate(rows)]
    for entry in entries:
        _keep(call, entry)
    return call.reply(201, {"entryNumbers": [entry.number for entry in entries]})


def _keep(call: Call, entry: DraftEntry) -> None:
    entry.number = call.books.draft_entry_numbers.take()
    call.books.draft_entries[entry.number] = entry


def _checked(call: Call, body: Any, at: Path) -> DraftEntry:
    data = open_bodies.cleaned(call, open_bodies.draft_entry(bare_dates=call.switch("bare_dates")), body, at)
    journal = call.books.master.journals.get(data["journalNumber"])
    if journal is None:
        raise Invalid([Problem((*at, "journalNumber"), "The journal does not exist.", "JournalDoesNotExist")])
    entry = _entry(call, journal, data, _invoice_number(data, at))
    problems = [fault_problem(fault, at) for fault in faults(call, entry)]
    if problems:
        raise Invalid(problems)
    return entry


def _invoice_number(data: Json, at: Path) -> int | None:
    """customerInvoiceNumber is a string here, and must be a number (11.3)."""
    text = data.get("customerInvoiceNumber")
    if text is None:
        return None
    path = (*at, "customerInvoiceNumber")
    if not (text.isascii() and text.isdigit()):
        raise Invalid([Problem(path, "The invoice number is not numeric.", "Customer_Invoice_Is_Not_Numeric", text)])
    if not 0 <= whole(text) <= LARGEST_INVOICE:
        raise Invalid([Problem(path, "The invoice number is too big.", "Customer_invoice_too_big", text)])
    return int(text)


def _entry(call: Call, journal: Journal, data: Json, invoice: int | None) -> DraftEntry:
    currency = call.books.master.currencies.get(data["currency"])
    day_rate = currency.rate if currency else 0
    return DraftEntry(
        call.now,
        call.now,
        journal=journal.number,
        kind=data["entryTypeNumber"],
        voucher=data.get("voucherNumber") or call.books.next_voucher(journal),
        day=data["date"],
        amount=hundredths(data["amount"]),
        currency=data["currency"],
        exchange_rate=shifted(data["exchangeRate"], 6) if "exchangeRate" in data else day_rate,
        account=data.get("accountNumber"),
        contra_account=data.get("contraAccountNumber"),
        customer=data.get("customerNumber"),
        invoice=invoice,
        text=data.get("text", ""),
        due_date=data.get("dueDate"),
    )


def fault_problem(fault: Fault, at: Path = ()) -> Problem:
    """A fault in this host's words."""
    return Problem((*at, PROPERTIES.get(fault.name, fault.name)), fault.message, fault.code, fault.value)


def _source(call: Call) -> Source:
    return kept(call, call.books.draft_entries, view)


def list_entries(call: Call) -> Reply:
    """GET /draft-entries."""
    return cursor_list(call, ENTRIES, _source(call))


def paged_entries(call: Call) -> Reply:
    """GET /draft-entries/paged."""
    return paged_list(call, ENTRIES, _source(call))


def count_entries(call: Call) -> Reply:
    """GET /draft-entries/count."""
    return count(call, ENTRIES, _source(call))


def _find(call: Call, segment: str) -> DraftEntry:
    entry = call.books.draft_entries.get(whole(segment))
    if entry is None:
        raise not_found()
    return entry


def get_entry(call: Call, segment: str) -> Reply:
    """GET /draft-entries/{n}."""
    return call.reply(200, view(_find(call, segment)))


def delete_entry(call: Call, segment: str) -> Reply:
    """DELETE /draft-entries/{n}."""
    del call.books.draft_entries[_find(call, segment).number]
    return Reply(call.switch("write_status"))


ROUTES: Routes = {
    ("GET", "draft-entries"): list_entries,
    ("POST", "draft-entries"): post_entry,
    ("GET", "draft-entries/paged"): paged_entries,
    ("GET", "draft-entries/count"): count_entries,
    ("POST", "draft-entries/bulk"): post_bulk,
    ("GET", "draft-entries/{}"): get_entry,
    ("DELETE", "draft-entries/{}"): delete_entry,
}
