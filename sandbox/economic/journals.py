"""Journals on the legacy host: vouchers and entries (fact sheet, 11.2); booking is on the newer host only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sandbox.wire import Reply

from . import bodies
from .call import Call, Routes
from .customers import unknown
from .entrycheck import Fault, faults
from .errors import ACCOUNT_NOT_FOUND, MISSING, NOT_FOUND, Invalid, Path, Problem, gone, not_found
from .ids import escape, unescape, whole
from .listing import Collection, fixed, legacy_list
from .model import FINANCE, MANUAL_INVOICE, PAYMENT, AccountingYear, DraftEntry, Journal
from .totals import to_base
from .validate import clean
from .views import link
from .wirejson import Json, amount, hundredths, scaled, shifted

# part of a voucher's entries → (type as the newer host numbers it, type as entries here say it)
PARTS = {
    "financeVouchers": (FINANCE, "financeVoucher"),
    "customerPayments": (PAYMENT, "customerPayment"),
    "supplierInvoices": (3, "supplierInvoice"),
    "supplierPayments": (4, "supplierPayment"),
    "manualCustomerInvoices": (MANUAL_INVOICE, "manualCustomerInvoice"),
}
NAMES = dict(PARTS.values())
FIELDS = {"contra_account": "contraAccount", "exchange_rate": "exchangeRate", "kind": "entryType"}

ENTRY_TYPES = {
    **dict.fromkeys(("text", "currency.code", "date", "entryType", "contraVatAccount.vatCode"), "text"),
    **dict.fromkeys(("account.accountNumber", "customer.customerNumber", "supplier.supplierNumber"), "number"),
    **dict.fromkeys(("amount", "contraAccount.accountNumber", "exchangeRate", "voucher.voucherNumber"), "number"),
    "journalEntryNumber": "number",
}


def find_journal(call: Call, segment: str) -> Journal:
    """The journal of an address. Raises Refusal 404."""
    journal = call.books.master.journals.get(whole(segment))
    if journal is None:
        raise not_found()
    return journal


def post_voucher(call: Call, segment: str) -> Reply:
    """POST /journals/{n}/vouchers: 201 with a JSON array (recorded; the schema says an object)."""
    journal = find_journal(call, segment)
    data = _cleaned(call.body())
    year = call.books.master.calendar.years.get(data["accountingYear"])
    if year is None:
        problem = Problem(("accountingYear", "year"), "AccountingYear not found.", NOT_FOUND, data["accountingYear"])
        raise Invalid([problem], as_array=True)
    rows = [(part, row) for part in PARTS for row in data.get("entries", {}).get(part, ())]
    problems = [problem for index, (part, row) in enumerate(rows) for problem in _row_problems(call, part, row, index)]
    if not rows:
        problems.append(Problem(("entries",), "A voucher must have at least one entry.", MISSING))
    if problems:
        raise Invalid(problems, as_array=True)
    voucher = int(data["voucherNumber"]) if "voucherNumber" in data else None
    number = voucher or call.books.next_voucher(journal)
    entries = [_entry(call, journal, part, row, number) for part, row in rows]
    _check(call, year, entries)
    for entry in entries:
        entry.number = call.books.draft_entry_numbers.take()
        call.books.draft_entries[entry.number] = entry
    view = _voucher(call, journal, year, number, entries)
    return call.reply(201, [view], location=view["self"])


def _cleaned(body: Any) -> Json:
    """The body by the table of rules; in its errors entries are counted through, whatever part they are in (6.2)."""
    try:
        return clean(bodies.VOUCHER, body)
    except Invalid as invalid:
        problems = [replace(problem, path=_through(problem.path, body)) for problem in invalid.problems]
        raise Invalid(problems, as_array=True) from None


def _through(path: Path, body: Any) -> Path:
    if len(path) < 3 or path[0] != "entries":
        return path
    sent = body["entries"]
    before = list(PARTS)[: list(PARTS).index(str(path[1]))]
    earlier = sum(len(sent[part]) for part in before if isinstance(sent.get(part), list))
    return ("entries", earlier + int(path[2]), *path[3:])


def _row_problems(call: Call, part: str, row: Json, index: int) -> Iterator[Problem]:
    """What can be refused before there is an entry; suppliers, projects and employees are not in these books."""
    at: Path = ("entries", index)
    master = call.books.master
    if part == "financeVouchers":
        for name in ("account", "contraAccount"):
            if name not in row:
                yield Problem((*at, name), f"Required property '{name}' is missing.", MISSING)
    elif part in ("customerPayments", "manualCustomerInvoices") and not {"customer", "contraAccount"} & set(row):
        yield Problem((*at, "customer"), "Customer or contra account must be set.", MISSING)
    for name in ("supplier", "project", "employee", "costType", "departmentalDistribution"):
        yield from unknown((*at, name), row, {})
    for name in ("vatAccount", "contraVatAccount"):
        yield from unknown((*at, name), row, master.vat_codes)
    yield from unknown((*at, "contraAccount"), row, master.accounts, ACCOUNT_NOT_FOUND)


def _entry(call: Call, journal: Journal, part: str, row: Json, voucher: int) -> DraftEntry:
    code = row.get("currency", call.agreement.base_currency).upper()
    currency = call.books.master.currencies.get(code)
    day_rate = currency.rate if currency else 0
    return DraftEntry(
        call.now,
        call.now,
        journal=journal.number,
        kind=PARTS[part][0],
        voucher=voucher,
        day=row["date"],
        amount=hundredths(row["amount"]),
        currency=code,
        exchange_rate=shifted(row["exchangeRate"], 6) if "exchangeRate" in row else day_rate,
        account=row.get("account"),
        contra_account=row.get("contraAccount"),
        customer=row.get("customer"),
        invoice=row.get("customerInvoice"),
        text=row.get("text", ""),
        due_date=row.get("dueDate"),
    )


def _check(call: Call, year: AccountingYear, entries: Sequence[DraftEntry]) -> None:
    problems = []
    for index, entry in enumerate(entries):
        found = list(faults(call, entry))
        if not year.start <= entry.day <= year.end and not any(fault.name == "date" for fault in found):
            found.append(Fault("date", "", None, "The date is not in the voucher's accounting year.", str(entry.day)))
        for fault in found:
            path = ("entries", index, FIELDS.get(fault.name, fault.name))
            problems.append(Problem(path, fault.message, fault.legacy, fault.value))
    if problems:
        raise Invalid(problems, as_array=True)


def voucher_address(call: Call, journal: int, year: str, number: int) -> str:
    """/journals/{n}/vouchers/{year}-{voucherNumber}."""
    return call.at(f"journals/{journal}/vouchers/{escape(year)}-{number}")


def _voucher(call: Call, journal: Journal, year: AccountingYear, number: int, entries: Sequence[DraftEntry]) -> Json:
    parts: Json = {}
    for entry in entries:
        part = next(part for part, (kind, _) in PARTS.items() if kind == entry.kind)
        shown = {name: value for name, value in _view(call, entry).items() if name != "self"}
        parts.setdefault(part, []).append(shown)
    here = voucher_address(call, journal.number, year.name, number)
    return {
        "accountingYear": link(call, "accounting-years", "year", year.name),
        "journal": link(call, "journals", "journalNumber", journal.number),
        "entries": parts,
        "attachment": f"{here}/attachment",
        "voucherNumber": number,
        "self": here,
    }


def _view(call: Call, entry: DraftEntry) -> Json:
    """An entry as this host shows it."""
    view: Json = {
        "journal": link(call, "journals", "journalNumber", entry.journal),
        "text": entry.text,
        "amount": amount(entry.amount),
        "amountDefaultCurrency": amount(to_base(entry.amount, entry.exchange_rate)),
        "currency": link(call, "currencies", "code", entry.currency),
        "exchangeRate": scaled(entry.exchange_rate, 6),
        "date": entry.day.isoformat(),
        "entryType": NAMES[entry.kind],
        "voucher": _voucher_link(call, entry),
        "journalEntryNumber": entry.number,
        "self": call.at(f"journals/{entry.journal}/entries/{entry.number}"),
    }
    if entry.account is not None:
        view["account"] = link(call, "accounts", "accountNumber", entry.account)
    if entry.contra_account is not None:
        view["contraAccount"] = link(call, "accounts", "accountNumber", entry.contra_account)
    if entry.customer is not None:
        view["customer"] = link(call, "customers", "customerNumber", entry.customer)
    if entry.invoice is not None:
        view["customerInvoice"] = entry.invoice
    return view


def _voucher_link(call: Call, entry: DraftEntry) -> Json:
    year = call.books.master.calendar.year_of(entry.day)
    name = year.name if year else str(entry.day.year)
    return {
        "accountingYear": link(call, "accounting-years", "year", name),
        "voucherNumber": entry.voucher,
        "self": voucher_address(call, entry.journal, name, entry.voucher),
    }


def _in_journal(call: Call, journal: Journal) -> list[DraftEntry]:
    rows = (call.books.draft_entries[number] for number in sorted(call.books.draft_entries))
    return [row for row in rows if row.journal == journal.number]


def list_entries(call: Call, segment: str) -> Reply:
    """GET /journals/{n}/entries."""
    rows = [row for row in _in_journal(call, find_journal(call, segment)) if call.visible(row.created)]
    collection = Collection(f"journals/{segment}/entries", ENTRY_TYPES)
    return legacy_list(call, collection, fixed(rows, lambda row: _view(call, row)))


def get_entry(call: Call, segment: str, number: str) -> Reply:
    """GET /journals/{n}/entries/{k}."""
    entry = _find_entry(call, segment, number)
    if entry is None:
        raise not_found()
    return call.reply(200, _view(call, entry))


def delete_entry(call: Call, segment: str, number: str) -> Reply:
    """DELETE /journals/{n}/entries/{k}: 204."""
    entry = _find_entry(call, segment, number)
    if entry is None:
        raise gone("JournalEntry")
    del call.books.draft_entries[entry.number]
    return Reply(204)


def _find_entry(call: Call, segment: str, number: str) -> DraftEntry | None:
    journal = find_journal(call, segment)
    entry = call.books.draft_entries.get(whole(number))
    return entry if entry is not None and entry.journal == journal.number else None


def _vouchers(call: Call, journal: Journal) -> list[Json]:
    grouped: dict[tuple[str, int], list[DraftEntry]] = {}
    for entry in _in_journal(call, journal):
        year = call.books.master.calendar.year_of(entry.day)
        if year is not None and call.visible(entry.created):
            grouped.setdefault((year.name, entry.voucher), []).append(entry)
    years = call.books.master.calendar.years
    return [_voucher(call, journal, years[year], number, rows) for (year, number), rows in grouped.items()]


def list_vouchers(call: Call, segment: str) -> Reply:
    """GET /journals/{n}/vouchers: those not booked yet."""
    journal = find_journal(call, segment)
    types = {"voucherNumber": "number", "accountingYear.year": "text"}
    source = fixed(_vouchers(call, journal), lambda row: row)
    return legacy_list(call, Collection(f"journals/{segment}/vouchers", types), source)


def get_voucher(call: Call, segment: str, key: str) -> Reply:
    """GET /journals/{n}/vouchers/{year}-{voucherNumber}."""
    year, _, number = unescape(key).rpartition("-")
    for voucher in _vouchers(call, find_journal(call, segment)):
        if voucher["accountingYear"]["year"] == year and str(voucher["voucherNumber"]) == number:
            return call.reply(200, voucher)
    raise not_found()


ROUTES: Routes = {
    ("POST", "journals/{}/vouchers"): post_voucher,
    ("GET", "journals/{}/vouchers"): list_vouchers,
    ("GET", "journals/{}/vouchers/{}"): get_voucher,
    ("GET", "journals/{}/entries"): list_entries,
    ("GET", "journals/{}/entries/{}"): get_entry,
    ("DELETE", "journals/{}/entries/{}"): delete_entry,
}
