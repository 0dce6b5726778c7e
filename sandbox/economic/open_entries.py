"""bookedEntriesapi 4.0.0 and accountingyearsapi 2.0.1 (fact sheet, 10 and 15)."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.wire import Reply

from . import open_bodies, posting
from .call import Call, Routes
from .errors import Invalid, Problem, not_found
from .filters import Pins
from .ids import wholes
from .listing import OpenCollection, Source, count, cursor_list, fixed, kept, paged_list
from .model import AccountingYear, Entry
from .open_drafts import LISTED, ORDERED, date_time
from .wirejson import Json, amount
from .years import Period

ENTRIES = OpenCollection(
    {
        **dict.fromkeys(("date", "dueDate"), ("text", ORDERED)),
        **dict.fromkeys(("amount", "amountInBaseCurrency"), ("number", ORDERED)),
        **dict.fromkeys(("currencyCode", "vatAccountNumber", "supplierInvoiceNumber"), ("text", LISTED)),
        "text": ("text", ORDERED + " like"),
        "type": ("number", "eq ne"),
        **dict.fromkeys(
            (
                "entryNumber",
                "accountNumber",
                "projectNumber",
                "voucherNumber",
                "customerNumber",
                "customerInvoiceNumber",
                "supplierNumber",
                "remainder",
            ),
            ("number", LISTED),
        ),
    },
    (
        "entryNumber",
        "accountNumber",
        "projectNumber",
        "amount",
        "amountInBaseCurrency",
        "currencyCode",
        "date",
        "dueDate",
        "type",
        "vatAccountNumber",
        "customerNumber",
    ),
)

PAIRS = OpenCollection(
    {
        **dict.fromkeys(("fromEntry", "toEntry"), ("number", LISTED)),
        **dict.fromkeys(("fromEntryDate", "toEntryDate"), ("text", ORDERED)),
    },
    ("fromEntry", "toEntry"),
)

YEARS = OpenCollection(
    {**dict.fromkeys(("year", "dateFrom", "dateTo"), ("text", ORDERED)), "isClosed": ("flag", ORDERED)},
    ("year", "dateFrom", "dateTo"),
)
PERIODS = OpenCollection(
    {"periodNumber": ("number", ORDERED), **dict.fromkeys(("year", "dateFrom", "dateTo"), ("text", ORDERED))},
    ("periodNumber", "year", "dateFrom", "dateTo"),
)


def entry_view(entry: Entry) -> Json:
    """A booked entry; what is not set is left out."""
    shown: Json = {
        "entryNumber": entry.number,
        "accountNumber": entry.account,
        "amount": amount(entry.amount),
        "amountInBaseCurrency": amount(entry.base_amount),
        "currencyCode": entry.currency,
        "date": date_time(entry.day),
        "dueDate": date_time(entry.due_date) if entry.due_date else None,
        "text": entry.text or None,
        "type": entry.kind,
        "vatAccountNumber": entry.vat_code,
        "voucherNumber": entry.voucher,
        "customerNumber": entry.customer,
        "customerInvoiceNumber": entry.invoice,
        "remainder": None if entry.remainder is None else amount(entry.remainder),
        "objectVersion": str(entry.number),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _source(call: Call) -> Source:
    books = call.books
    indexes = {"customerInvoiceNumber": books.entries_of_invoice, "customerNumber": books.entries_of_customer}

    def find(pins: Pins) -> list[Entry] | None:
        for name, index in indexes.items():
            keys = wholes(pins[name]) if name in pins else None
            if keys is not None:
                return [books.entries[number] for number in sorted(n for key in keys for n in index.get(key, ()))]
        return None

    return kept(call, books.entries, entry_view, find)


def list_entries(call: Call) -> Reply:
    """GET /booked-entries."""
    return cursor_list(call, ENTRIES, _source(call))


def paged_entries(call: Call) -> Reply:
    """GET /booked-entries/paged."""
    return paged_list(call, ENTRIES, _source(call))


def count_entries(call: Call) -> Reply:
    """GET /booked-entries/count."""
    return count(call, ENTRIES, _source(call))


def match(call: Call) -> Reply:
    """POST /booked-entries/match: settles open customer entries against each other; there is no un-match. Whether
    amounts that differ are settled in part, and what is said of entries that are settled already, nobody has seen."""
    numbers = open_bodies.cleaned(call, open_bodies.MATCH, call.body())["entryIds"]
    if not numbers:
        raise _refused("Select at least one entry", "ENTRYMATCHING_ERROR_SELECTATLEASTONEENTRY")
    entries = [call.books.entries[number] for number in dict.fromkeys(numbers) if number in call.books.entries]
    if len(entries) < len(set(numbers)):
        raise _refused("No entries found", "ENTRYMATCHING_ERROR_ENTRIESNOTFOUND")
    if any(entry.customer is None for entry in entries):
        raise _refused("No customer or supplier entries", "ENTRYMATCHING_ERROR_NO_CUSTOMER_OR_SUPPLIER_ENTRIES")
    if len({entry.customer for entry in entries}) > 1:
        raise _refused("No matches found", "ENTRYMATCHING_ERROR_NO_MATCHES")
    if not any(entry.remainder for entry in entries) and call.switch("matched_again") == "accept":
        return Reply(204)
    if sum(entry.remainder or 0 for entry in entries) and call.switch("unequal_match") == "refuse":
        raise _refused("No matches found", "ENTRYMATCHING_ERROR_NO_MATCHES")
    if not _settled(call, entries):
        raise _refused("No matches found", "ENTRYMATCHING_ERROR_NO_MATCHES")
    return Reply(204)


def _settled(call: Call, entries: Sequence[Entry]) -> int:
    """What each claim among the entries was settled by each of the others."""
    claims = [entry for entry in entries if (entry.remainder or 0) > 0]
    others = [entry for entry in entries if (entry.remainder or 0) < 0]
    return sum(posting.settle(call.books, claim, other, call.now) for claim in claims for other in others)


def _refused(message: str, code: str) -> Invalid:
    return Invalid([Problem(("entryIds",), message, code)])


def _pair_view(pair: tuple[Entry, Entry]) -> Json:
    view: Json = {}
    for name, entry in zip(("from", "to"), pair, strict=True):
        view |= {
            f"{name}Entry": entry.number,
            f"{name}EntryDate": date_time(entry.day),
            f"{name}EntryAmount": amount(entry.amount),
            f"{name}EntryAmountDKK": amount(entry.base_amount),
        }
    return view


def matched_pairs(call: Call) -> Reply:
    """GET /booked-entries/matched-pairs: full amounts, not what was settled (section 15)."""
    entries = call.books.entries
    rows = [(entries[left], entries[right]) for left, right in call.books.matches]
    return cursor_list(call, PAIRS, fixed(rows, _pair_view))


def _year_view(year: AccountingYear) -> Json:
    return {
        "year": year.name,
        "dateFrom": date_time(year.start),
        "dateTo": date_time(year.end),
        "isClosed": year.closed,
        "objectVersion": "1",
    }


def _period_view(period: Period) -> Json:
    return {
        "periodNumber": period.number,
        "year": period.year,
        "dateFrom": date_time(period.start),
        "dateTo": date_time(period.end),
        "isClosed": period.closed,
        "isBarred": period.barred,
        "objectVersion": "1",
    }


def _periods(call: Call) -> list[Period]:
    calendar = call.books.master.calendar
    return [period for year in calendar.years.values() for period in calendar.periods(year)]


def list_periods(call: Call) -> Reply:
    """GET /accountingYears/periods: the only place that says which months are barred."""
    return cursor_list(call, PERIODS, fixed(_periods(call), _period_view))


def paged_periods(call: Call) -> Reply:
    """GET /accountingYears/periods/paged."""
    return paged_list(call, PERIODS, fixed(_periods(call), _period_view))


def count_periods(call: Call) -> Reply:
    """GET /accountingYears/periods/count."""
    return count(call, PERIODS, fixed(_periods(call), _period_view))


def _years(call: Call) -> Source:
    return fixed(list(call.books.master.calendar.years.values()), _year_view)


def paged_years(call: Call) -> Reply:
    """GET /AccountingYears/paged."""
    return paged_list(call, YEARS, _years(call))


def count_years(call: Call) -> Reply:
    """GET /AccountingYears/count."""
    return count(call, YEARS, _years(call))


def get_year(call: Call, segment: str) -> Reply:
    """GET /AccountingYears/{year}."""
    year = call.books.master.calendar.years.get(segment)
    if year is None:
        raise not_found()
    return call.reply(200, _year_view(year))


BOOKED_ENTRIES: Routes = {
    ("GET", "booked-entries"): list_entries,
    ("GET", "booked-entries/paged"): paged_entries,
    ("GET", "booked-entries/count"): count_entries,
    ("POST", "booked-entries/match"): match,
    ("GET", "booked-entries/matched-pairs"): matched_pairs,
}

ACCOUNTING_YEARS: Routes = {
    ("GET", "accountingYears/periods"): list_periods,
    ("GET", "accountingYears/periods/paged"): paged_periods,
    ("GET", "accountingYears/periods/count"): count_periods,
    ("GET", "accountingYears/paged"): paged_years,
    ("GET", "accountingYears/count"): count_years,
    ("GET", "accountingYears/{}"): get_year,
}
