"""Booking: what a booked document or journal entry puts on the accounts (fact sheet, 9.2, 10 and 11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .books import Books
from .model import INVOICE, PAYMENT, Document, DraftEntry, Entry, Line
from .totals import to_base


class Posting:
    """Books one voucher: every entry shares number, date, currency and exchange rate."""

    def __init__(self, books: Books, voucher: int, day: date, currency: str, rate: int, text: str, now: float) -> None:
        self.books = books
        self._common = Entry(0, 0, 0, 0, 0, currency, day, voucher, text, now)
        self._rate = rate
        self._imbalance = 0

    def add(self, kind: int, account: int, amount: int, **more: object) -> Entry:
        """Book `amount` (debit positive, in the voucher's currency) on `account`."""
        entry = replace(
            self._common,
            number=self.books.entry_numbers.take(),
            kind=kind,
            account=account,
            amount=amount,
            base_amount=to_base(amount, self._rate),
            **more,  # type: ignore[arg-type]
        )
        self.books.add_entry(entry)
        self._imbalance += entry.base_amount
        return entry

    def balance_on(self, entry: Entry) -> None:
        """Let `entry` take what rounding to base currency left over, so that the voucher balances."""
        entry.base_amount -= self._imbalance
        self.books.master.accounts[entry.account].balance -= self._imbalance
        self._imbalance = 0

    def on_customer(self, kind: int, number: int, amount: int, invoice: int | None, due: date | None = None) -> Entry:
        """Book `amount` on a customer; the entry stays open for its whole amount."""
        customer = self.books.customers[number]
        account = self.books.master.customer_groups[customer.data["customerGroup"]].account or 0
        entry = self.add(kind, account, amount, customer=number, invoice=invoice, remainder=amount, due_date=due)
        customer.balance += entry.base_amount
        customer.touch(self._common.created)
        return entry


def next_number(books: Books, document: Document, *, own_series: bool) -> int:
    """The number the next booked document gets, taken from its series."""
    if own_series and document.totals.gross < 0:
        return books.credit_numbers.take()
    return books.booked_numbers.take()


def book_document(books: Books, draft: Document, number: int, now: float, *, settles_at_once: bool) -> None:
    """Book `draft` as `number`: the draft is gone, its entries are in the ledger, the gross is open.

    A paidInCash term settles at once when the switch says so (section 11.1, point 19.5).
    """
    books.move_to_booked(draft, number)
    draft.created = now
    draft.touch(now)
    day = date.fromisoformat(draft.data["date"])
    text = f"Faktura {number}" if draft.totals.gross >= 0 else f"Kreditnota {number}"
    posting = Posting(books, number, day, draft.data["currency"], draft.exchange_rate, text, now)
    due = date.fromisoformat(draft.data["dueDate"])
    claim = posting.on_customer(INVOICE, draft.data["customer"], draft.totals.gross, number, due)
    draft.remainder = draft.totals.gross
    _post_sales(books, posting, draft, number)
    _move_stock(books, draft.lines, now)
    terms = books.master.terms[draft.data["paymentTerms"]]
    if terms.kind == "paidInCash" and settles_at_once:
        payment = posting.on_customer(PAYMENT, draft.data["customer"], -draft.totals.gross, number)
        if terms.contra_account:
            posting.add(PAYMENT, terms.contra_account, draft.totals.gross, invoice=number)
        settle(books, claim, payment, now)


def _post_sales(books: Books, posting: Posting, document: Document, number: int) -> None:
    last: Entry | None = None
    nets: dict[tuple[int, str | None], int] = {}
    codes: dict[int, str | None] = {}
    for line in document.lines:
        if line.sales_account is not None:
            key = (line.sales_account, line.vat_code)
            nets[key] = nets.get(key, 0) + line.net
            codes.setdefault(line.rate, line.vat_code)
    for (account, code), net in nets.items():
        if net:
            last = posting.add(INVOICE, account, -net, invoice=number, vat_code=code)
    for rate, sums in document.totals.by_rate.items():
        code = codes.get(rate)
        if sums.vat and code is not None:
            last = posting.add(INVOICE, books.master.vat_codes[code].account, -sums.vat, invoice=number, vat_code=code)
    if last is not None:
        posting.balance_on(last)


def _move_stock(books: Books, lines: Iterable[Line], now: float) -> None:
    """Stock moves only by booked documents, in groups that count it (section 12)."""
    for line in lines:
        product = books.products.get(line.data.get("product", ""))
        if product is None or not books.master.product_groups[product.data["productGroup"]].inventory:
            continue
        product.in_stock -= int(line.data.get("quantity", 0) * 100)
        product.touch(now)


def debit(entry: DraftEntry, sign: str) -> int:
    """What an entry puts on its customer or account; its contra account gets the opposite.

    A customer payment's amount is negative when money came in (section 11.2); the switch
    `payment_sign` turns that round (19.6).
    """
    turns = entry.customer is not None and entry.kind == PAYMENT and sign == "positive"
    return -entry.amount if turns else entry.amount


def contra_account(books: Books, entry: DraftEntry) -> int:
    """The entry's own contra account, else its journal's; 0 where there is none."""
    return entry.contra_account or books.master.journals[entry.journal].contra_account or 0


def book_entry(books: Books, entry: DraftEntry, now: float, *, sign: str, match: bool) -> None:
    """Book one journal entry and take it out of the journal. With an invoice number a payment settles that invoice."""
    del books.draft_entries[entry.number]
    posting = Posting(books, entry.voucher, entry.day, entry.currency, entry.exchange_rate, entry.text, now)
    contra, amount = contra_account(books, entry), debit(entry, sign)
    if entry.customer is None:
        posting.add(entry.kind, entry.account or 0, amount)
        posting.add(entry.kind, contra, -amount)
        return
    kind = PAYMENT if entry.kind == PAYMENT else INVOICE
    payment = posting.on_customer(kind, entry.customer, amount, entry.invoice, entry.due_date)
    posting.add(kind, contra, -amount, invoice=entry.invoice)
    claim = books.invoice_entry(entry.invoice) if entry.invoice else None
    if match and claim is not None and claim.customer == entry.customer and claim is not payment:
        settle(books, claim, payment, now)


def settle(books: Books, claim: Entry, payment: Entry, now: float) -> int:
    """Match two open customer entries of opposite signs; gives back what was settled, 0 when nothing can be."""
    left, right = claim.remainder or 0, payment.remainder or 0
    if left * right >= 0 or claim.currency != payment.currency:
        return 0
    settled = min(abs(left), abs(right))
    for entry in (claim, payment):
        before = entry.remainder or 0
        entry.remainder = before - settled if before > 0 else before + settled
        document = books.booked.get(entry.invoice or 0)
        if document is not None and books.invoice_entry(entry.invoice or 0) is entry:
            document.remainder = entry.remainder
            document.touch(now)
    books.matches.append((claim.number, payment.number))
    return settled
