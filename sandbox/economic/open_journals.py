"""journalsapi 15.0.0: the journals, and booking what is in them (fact sheet, 11.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.wire import Reply

from . import open_bodies
from .call import Call, Routes
from .entrycheck import faults, unbalanced
from .errors import Invalid, Problem, Refusal, not_found
from .ids import whole
from .listing import OpenCollection, cursor_list, fixed
from .model import DraftEntry, Journal
from .open_drafts import LISTED, fault_problem
from .posting import book_entry
from .wirejson import Json

JOURNALS = OpenCollection({"number": ("number", LISTED)}, ("number",))


def journal_view(journal: Journal) -> Json:
    """A journal as this host shows it."""
    shown: Json = dict.fromkeys(
        (
            "balancingBehavior",
            "autoApprove",
            "isStandingJournal",
            "requireAdminApproval",
            "lockVatCodes",
            "requireBalancePerVoucherId",
            "repeatText",
        ),
        False,
    )
    shown |= {
        "number": journal.number,
        "name": journal.name,
        "allowPartialBooking": True,
        "minimumVoucherNumber": journal.first_voucher,
        "maximumVoucherNumber": journal.last_voucher,
        "allowedEntryType": journal.only or 0,
        "objectVersion": "1",
    }
    return shown | ({"customerContraAccount": journal.contra_account} if journal.contra_account else {})


def list_journals(call: Call) -> Reply:
    """GET /journals: answers 500 to any filter (recorded, 11.3)."""
    if call.query.get("filter"):
        raise Refusal(500, "An internal error occurred.", openapi_code="InternalServerError")
    return cursor_list(call, JOURNALS, fixed(list(call.books.master.journals.values()), journal_view))


def get_journal(call: Call, segment: str) -> Reply:
    """GET /journals/{n}."""
    return call.reply(200, journal_view(find_journal(call, segment)))


def find_journal(call: Call, segment: str) -> Journal:
    """The journal of an address. Raises Refusal 404."""
    journal = call.books.master.journals.get(whole(segment))
    if journal is None:
        raise not_found()
    return journal


def book_entries(call: Call, segment: str) -> Reply:
    """POST /journals/{n}/bookdraftentries: books exactly the entries named, or none of them."""
    journal = find_journal(call, segment)
    numbers = open_bodies.cleaned(call, open_bodies.BOOK_ENTRIES, call.body())["entryNumbers"]
    if not numbers:
        raise Invalid([Problem(("entryNumbers",), "The list is empty.", "OneAPIEntriesListCannotBeEmpty")])
    known = call.books.draft_entries
    missing = [number for number in numbers if number not in known or known[number].journal != journal.number]
    if missing and call.switch("missing_entry") == 404:
        raise not_found()
    if missing:
        raise Invalid([Problem(("entryNumbers",), "An entry does not exist.", "JournalEntryDoesNotExist", missing[0])])
    return _book(call, [known[number] for number in dict.fromkeys(numbers)])


def book_journal(call: Call, segment: str) -> Reply:
    """POST /journals/{n}/book: books everything in the journal, the owner's own drafts too (11.3)."""
    return _book_where(call, find_journal(call, segment), lambda entry: True)


def book_interval(call: Call, segment: str) -> Reply:
    """POST /journals/{n}/bookWithDateInterval: the same within two days."""
    journal = find_journal(call, segment)
    days = open_bodies.cleaned(call, open_bodies.INTERVAL[call.switch("bare_dates")], call.body())
    return _book_where(call, journal, lambda entry: bool(days["fromDate"] <= entry.day <= days["toDate"]))


def _book_where(call: Call, journal: Journal, wanted: Callable[[DraftEntry], bool]) -> Reply:
    entries = [entry for entry in call.books.draft_entries.values() if entry.journal == journal.number]
    return _book(call, [entry for entry in entries if wanted(entry)])


def _book(call: Call, entries: Sequence[DraftEntry]) -> Reply:
    """Check all again (a year may have been closed since), then book all."""
    found = [fault for entry in entries for fault in faults(call, entry)]
    found += [fault for entry in entries if (fault := unbalanced(call, entry))]
    if found:
        raise Invalid([fault_problem(fault) for fault in found])
    for entry in entries:
        match = call.switch("payments_match")
        book_entry(call.books, entry, call.now, sign=call.switch("payment_sign"), match=match)
    return Reply(204)


def delete_all(call: Call, segment: str) -> Reply:
    """DELETE /draft-entries/delete/{journal}: empties a journal, the owner's own entries too."""
    journal = find_journal(call, segment)
    for entry in [entry for entry in call.books.draft_entries.values() if entry.journal == journal.number]:
        del call.books.draft_entries[entry.number]
    return Reply(call.switch("write_status"))


ROUTES: Routes = {
    ("DELETE", "draft-entries/delete/{}"): delete_all,
    ("POST", "entries/draft/{}/book"): book_journal,
    ("POST", "entries/draft/{}/bookWithDateInterval"): book_interval,
    ("POST", "journals/{}/book"): book_journal,
    ("POST", "journals/{}/bookWithDateInterval"): book_interval,
    ("POST", "journals/{}/bookdraftentries"): book_entries,
    ("GET", "journals"): list_journals,
    ("GET", "journals/{}"): get_journal,
}
