"""One try of a credit note's job: as of any document, with what is its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounting.base import Receipt, Write
from connector.core import dating, plan
from connector.core.actions import Refund, Withdraw
from connector.core.credit import AboveRemainder, Note, Remainder
from connector.core.document import InvoiceDocument, Original
from connector.core.errors import NeedsSetup
from connector.core.facts import CreditFacts, Standing
from connector.core.plan import COPENHAGEN, First
from connector.core.readings import Reading
from connector.core.refunds import refunds_of
from connector.core.shop_credit import mirrored, note_of
from connector.core.states import State
from connector.core.store import document_from_json, wish_from_json
from connector.sync import clock, crediting, holds, leases, note_rows, prepare, transitions
from connector.sync.crediting import Made
from connector.sync.models import CreditNote, SyncJob, SyncStep
from connector.sync.pipeline import Try
from connector.tenancy.scope import scope

WAITS = timedelta(days=14)
"""So long a note waits for its invoice before a person is asked."""
NEVER_CAME = frozenset({"before-start", "switched-off", "nothing-to-book", holds.CANCELLED})
"""Reasons of an order that never went to the books: what it credits was booked elsewhere, if at all."""


class CreditTry(Try):
    """One try of one credit note."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.original_open: Decimal | None = None
        with scope(self.lease.tenant_id):
            self.row = CreditNote.objects.filter(job=self.job).first()
            self.original = self._find_original()

    @property
    def is_made_here(self) -> bool:
        """Whether a person made it in Connector."""
        return self.row is not None and self.row.origin == CreditNote.Origin.HERE

    def _find_original(self) -> SyncJob | None:
        """The job of the invoice that is credited, as it is now. Needs the scope."""
        if self.job.original_id is None and self.order and self.order.credits:
            self.job.original = crediting.original_job(self.job.shop, self.order.credits)
        if self.job.original_id is None:
            return None
        return SyncJob.objects.select_related("shop", "integration__settings").get(pk=self.job.original_id)

    # --- what the plan is told ----------------------------------------------------------------------------------------
    def _facts(self) -> plan.Facts:
        known = super()._facts()
        return replace(known, first=First.CHECKED, credit=self._credit(), is_withdrawn=False, is_credited=False)

    def _credit(self) -> CreditFacts:
        row, original, standing = self.row, self.original, self._standing()
        if standing is Standing.NONE or (original and _owes_nothing(original)):
            self.original_open = Decimal(0)
        return CreditFacts(
            standing=standing,
            number=self._shown_number(),
            is_made_here=self.is_made_here,
            is_whole=self._is_whole(),
            is_withdrawn=original is not None and original.is_withdrawn,
            waits_until=(self.job.placed_at or self.job.created_at) + WAITS,
            registers=row is None or row.refund == CreditNote.Refund.REGISTER,
            is_refunded=row is not None and row.refunded_at is not None,
            original_open=self.original_open,
            matches=self.provider.matches_credits,
        )

    def _shown_number(self) -> str:
        """The order that reasons name: the one that is credited, else the shop's credit itself."""
        return self.original.order_number if self.original else self.job.order_number

    def _standing(self) -> Standing:
        original = self.original
        if self.job.is_standalone:
            return Standing.NONE
        if original is None or original.channel_id != self.job.channel_id or holds.is_by_hand(original):
            return Standing.UNKNOWN
        if original.state == State.NOT_MEANT:
            ended = original.reason == "credited-before-booking"
            return Standing.ENDED if ended else Standing.UNKNOWN if original.reason in NEVER_CAME else Standing.WAITING
        if original.state == State.WAITING:
            # Also while its payment is on its way: what is open there is not known for certain.
            return Standing.WAITING
        with scope(self.lease.tenant_id):
            return Standing.BOOKED if crediting.is_booked(original) else Standing.WAITING

    def _is_whole(self) -> bool:
        """Whether the shop credits all of an order that is not booked."""
        original = self.original
        if self.order is None or self.is_made_here or original is None or original.total is None:
            return False
        return -self.order.total.amount >= original.total

    def _read(self) -> None:
        super()._read()
        with scope(self.lease.tenant_id):
            self.original = self._find_original()

    def _take_payments(self) -> None:
        """What a note pays back is decided when it is booked."""

    # --- the document -------------------------------------------------------------------------------------------------
    def _prepare(self) -> None:
        if self.original is None or self.job.is_standalone:
            document = self._standing_alone()
        else:
            document = self._of_invoice()
            document = dating.dated_on(document, prepare.first_day(document.date, self._books()), self.mapping)
        self.provider.require(document, self.integration.connection.base_currency)
        self.document = document
        transitions.keep_document(self.lease, self.job, document, self.integration.settings)

    def _books(self) -> prepare.Books:
        base, memory = self.integration.connection.base_currency, prepare.LaneMemory(self.lease, self.job)
        return prepare.Books(self.provider, self.mapping, self.policy, base, memory, self.item_vat, self.opening)

    def _of_invoice(self) -> InvoiceDocument:
        """The note of the invoice's own lines. What is left is worked out, and taken, in one transaction."""
        assert self.original is not None
        with leases.fenced(self.lease):
            original = SyncJob.objects.select_related("shop").get(pk=self.original.pk)
            number = self.row.number if self.row else note_rows.next_number(self.job.shop)
            made = self._made_here(original) if self.is_made_here else self._made_by_shop(original, number)
            self._keep_row(made, number, original)
            transitions.set_customer(self.job, original.customer_number)
        return made.document

    def _made_here(self, original: SyncJob) -> Made:
        """As it was saved; worked out again, since the invoice may have been made anew before it was booked."""
        assert self.row is not None
        wish, day = wish_from_json(self.row.wish), self.row.made_at.astimezone(COPENHAGEN).date()
        return crediting.made(original, wish, self.mapping, number=self.row.number, text=self.row.text, day=day)

    def _made_by_shop(self, original: SyncJob, number: int) -> Made:
        """What the shop says that it credits."""
        assert self.order is not None
        remainder = crediting.remainder_of(original, before=number)
        invoice = crediting.document_of_job(original)
        assert invoice is not None
        if self.order.total.currency != invoice.currency:
            raise NeedsSetup("credit-currency", order=self.order.number, currency=self.order.total.currency)
        before = len(crediting.notes_of(original, before=number))
        try:
            note = note_of(self.order, remainder, self.mapping, before)
        except AboveRemainder as above:
            raise crediting.above_remainder(original, invoice, remainder) from above
        day = self.order.placed_at.astimezone(COPENHAGEN).date()
        document = crediting.told(original, invoice, note, self.mapping, number=number, text="", day=day)
        return Made(note, replace(document, order_total=-self.order.total))

    def _standing_alone(self) -> InvoiceDocument:
        """A credit without an original: the sale that it takes back, as a note."""
        assert self.order is not None
        made_at = self.order.placed_at
        sale = replace(mirrored(self.order), paid_at=made_at, shipped_at=made_at, status_at=made_at)
        made = prepare.prepared(sale, self._books(), made_at)
        with leases.fenced(self.lease):
            number = self.row.number if self.row else note_rows.next_number(self.job.shop)
            document = replace(
                made.document,
                key=crediting.key_of(made.document.key, number),
                number=str(number),
                heading=f"{self.mapping.text('credit_text')} {number} · {made.document.heading}",
                delivery=None,
                delivery_date=None,
                payments=(),
                settles_itself=False,
                credits=Original(),
            )
            self._keep_row(Made(Note(document.lines, ()), document), number, None)
            transitions.set_customer(self.job, made.customer)
        self.missing = made.missing
        return document

    def _keep_row(self, made: Made, number: int, original: SyncJob | None) -> None:
        """Keep the note with its number; one that is there keeps what was worked out anew."""
        values = note_rows.columns(made)
        if self.row:
            CreditNote.objects.filter(pk=self.row.pk).update(original=original, **values)
            return
        self.row = CreditNote.objects.create(
            tenant_id=self.lease.tenant_id,
            shop=self.job.shop,
            job=self.job,
            original=original,
            number=number,
            origin=CreditNote.Origin.SHOP,
            refund=note_rows.usual_refund(self.job),
            made_by=self.job.shop.name,
            made_at=clock.now(),
            **values,
        )

    def _corrected(self, readings: Sequence[Reading]) -> InvoiceDocument | None:
        """The note under another way of rounding: of the invoice as books of that way add it up."""
        assert self.document is not None
        if self.row is None or self.original is None:
            return None
        with scope(self.lease.tenant_id):
            remainder = crediting.remainder_of(self.original, before=self.row.number)
            invoice = crediting.document_of_job(self.original)
            assert invoice is not None
            made = [self._under(invoice, reading, remainder) for reading in readings]
        if any(note.lines != made[0].lines for note in made):
            return None
        under = replace(self.document, lines=made[0].lines, rounding=readings[0].name)
        total = replace(under.total, amount=under.gross)
        return replace(under, total=total, order_total=total if self.is_made_here else under.order_total)

    def _under(self, invoice: InvoiceDocument, reading: Reading, remainder: Remainder) -> Note:
        assert self.row is not None
        anew = remainder.under(replace(invoice, rounding=reading.name))
        if self.is_made_here:
            return anew.note(wish_from_json(self.row.wish))
        assert self.order is not None
        return note_of(self.order, anew, self.mapping, 0)

    # --- doing --------------------------------------------------------------------------------------------------------
    def _do(self, action: plan.Action) -> None:
        if isinstance(action, Withdraw):
            self._withdraw()
        elif isinstance(action, Refund):
            self._refund(action.amount)
        else:
            super()._do(action)

    def _withdraw(self) -> None:
        assert self.original is not None
        with leases.fenced(self.lease):
            note_rows.withdraw(self.original)
        self.original.is_withdrawn = True

    def _refund(self, amount: Decimal) -> None:
        """Say where the money is registered as paid back: where it was registered as received."""
        assert self.document is not None
        with scope(self.lease.tenant_id):
            invoice = crediting.document_of_job(self.original) if self.original else None
            others = crediting.notes_of(self.original) if self.original else []
            before = [document_from_json(row.job.document) for row in others if row.job.document and row != self.row]
        paid = invoice.payments if invoice else ()
        refunded = [payment for document in before for payment in document.payments]
        self.document = replace(self.document, payments=refunds_of(amount, paid, refunded))
        transitions.keep_document(self.lease, self.job, self.document, self.job.settings)

    def _made(self, step: SyncStep, receipt: Receipt) -> None:
        super()._made(step, receipt)
        if step.name.partition(":")[0] in (Write.MATCH, self.policy.settlement[-1]):
            # What is open has changed.
            self.balance = None
            self.original_open = None if self.job.original_id else Decimal(0)

    def _is_settled(self) -> bool:
        still_open = self.provider.open_credits([self.invoice_number]).get(self.invoice_number)
        if still_open == 0:
            self.balance = still_open
        return still_open == 0

    # --- what is open -------------------------------------------------------------------------------------------------
    @property
    def unread_invoices(self) -> list[str]:
        is_asked = self.document and self.document.credits and self.document.credits.id and self.original_open is None
        return [self.document.credits.id] if is_asked and self.document and self.document.credits else []

    @property
    def unread_notes(self) -> list[str]:
        return [self.invoice_number]

    def take_balances(self, invoices: Mapping[str, Decimal], notes: Mapping[str, Decimal]) -> bool:
        asked = self.unread_invoices
        if asked:
            self.original_open = invoices.get(asked[0])
        elif self.original_open is None:
            self.original_open = Decimal(0)
        self.balance = notes.get(self.invoice_number)
        return self.balance is not None and self.original_open is not None


def _owes_nothing(original: SyncJob) -> bool:
    """Whether nothing is open on the invoice, as far as is known; one that its own payment left open is asked about
    by itself, and no note is set off against it."""
    return original.balance == 0 or original.reason == "balance-open"
