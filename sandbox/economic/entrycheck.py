"""What a journal entry must satisfy, on either host (fact sheet, 11; the vendor's x-error-codes)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import errors, years
from .booked import period_text
from .call import Call
from .model import FINANCE, MANUAL_INVOICE, PAYMENT, DraftEntry

SUPPLIER_KINDS = (3, 4)
LONGEST_TEXT = 250

DAY_CODES = {
    years.MISSING: "JournalEntryDateAccountingYearDoesNotExist",
    years.CLOSED: "JournalEntryDateAccountingYearClosed",
    years.BARRED: "JournalEntryDateAccountingYearPeriodBarred",
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong; `name` is the field of DraftEntry, `code` the newer host's, `legacy` the older's."""

    name: str
    code: str
    legacy: str | None
    message: str
    value: Any = None


def faults(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    """Everything wrong with an entry that is well formed."""
    yield from _kind(call, entry)
    yield from _day(call, entry)
    yield from _currency(call, entry)
    yield from _customer(call, entry)
    yield from _account(call, entry.account, "account")
    yield from _account(call, entry.contra_account, "contra_account")
    yield from _voucher(call, entry)
    if len(entry.text) > LONGEST_TEXT:
        yield Fault("text", "JournalEntryTextTooLong", None, f"The text is longer than {LONGEST_TEXT}.", entry.text)


def _kind(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    only = call.books.master.journals[entry.journal].only
    if entry.kind in SUPPLIER_KINDS:
        yield Fault("supplier", "JournalEntrySupplierNotFound", errors.NOT_FOUND, "The supplier was not found.")
    elif entry.kind not in (PAYMENT, FINANCE, MANUAL_INVOICE) or (only is not None and entry.kind != only):
        yield Fault("kind", "JournalEntryTypeNotCorrect", None, "The entry type is not correct.", entry.kind)


def _day(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    obstacle = call.books.master.calendar.obstacle(entry.day)
    if obstacle:
        day = entry.day
        value = {"voucherAccountingYear": str(day.year), "entryDate": day.isoformat()}
        yield Fault("date", DAY_CODES[obstacle], errors.PERIOD_BARRED, period_text(call, obstacle), value)


def _currency(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    if entry.currency not in call.books.master.currencies:
        message = f"Currency '{entry.currency}' not found."
        yield Fault("currency", "JournalEntryCurrencyNotFound", errors.NOT_FOUND, message, entry.currency)
    elif entry.currency == call.agreement.base_currency and entry.exchange_rate != 100_000_000:
        code = "JournalEntryExchangeRateMustBeOneHundredForBaseCurrency"
        yield Fault("exchange_rate", code, None, "The exchange rate must be 100 for the base currency.")


def _customer(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    """A payment is on a customer or an account, a finance entry on two accounts (11.2)."""
    if entry.customer is not None and entry.customer not in call.books.customers:
        message = f"Customer '{entry.customer}' not found."
        yield Fault("customer", "JournalEntryCustomerNotFound", errors.NOT_FOUND, message, entry.customer)
    if entry.kind == FINANCE and entry.account is None and entry.contra_account is None:
        code = "JournalEntryAccountAndContraAccountNotSet"
        yield Fault("account", code, errors.MISSING, "Account and contra account are not set.")
    elif entry.kind != FINANCE and entry.customer is None and entry.account is None and entry.contra_account is None:
        code = "JournalEntryCustomerAndAccountNotSet"
        yield Fault("customer", code, errors.MISSING, "Customer and account are not set.")


def _account(call: Call, number: int | None, name: str) -> Iterator[Fault]:
    if number is None:
        return
    contra = "Contra" if name == "contra_account" else ""
    account = call.books.master.accounts.get(number)
    if account is None:
        code = f"JournalEntry{contra}AccountNotFound"
        yield Fault(name, code, errors.ACCOUNT_NOT_FOUND, f"Account '{number}' not found.", number)
    elif not account.postable:
        code = f"JournalEntryWrong{contra}AccountType"
        yield Fault(name, code, errors.PERIOD_BARRED, f"Account '{number}' cannot be posted to.", number)
    elif account.barred:
        code = f"JournalEntry{contra}AccountNotAccessible"
        yield Fault(name, code, errors.PERIOD_BARRED, f"Account '{number}' is barred.", number)
    elif account.blocked:
        code = f"JournalEntry{contra}AccountIsBlockedForDirectEntries"
        yield Fault(name, code, errors.PERIOD_BARRED, f"Account '{number}' is blocked for direct entries.", number)


def _voucher(call: Call, entry: DraftEntry) -> Iterator[Fault]:
    journal = call.books.master.journals[entry.journal]
    if not journal.first_voucher <= entry.voucher <= journal.last_voucher:
        code = "JournalEntryVoucherNumberNotWithinBoundaries"
        yield Fault("voucher", code, None, "The voucher number is not within the journal's limits.", entry.voucher)


def unbalanced(call: Call, entry: DraftEntry) -> Fault | None:
    """Why an entry that stands alone cannot be booked: nothing on the other side."""
    other_side = entry.contra_account or call.books.master.journals[entry.journal].contra_account
    if other_side and (entry.customer is not None or entry.account is not None):
        return None
    code = "JournalEntryAccountAndContraAccountNotSet"
    return Fault("contra_account", code, errors.MISSING, "The voucher does not balance.", entry.number)
