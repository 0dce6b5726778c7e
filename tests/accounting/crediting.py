"""What every provider that makes credit notes must keep. A subclass of the contract brings the stage."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from accounting.base import Call, Receipt, Write
from connector.core.document import DocumentLine, InvoiceDocument, Original
from connector.core.errors import OutcomeUnknown, Rejected, Temporary
from connector.core.mapping import compare
from connector.core.money import Money
from tests.accounting.contract import FAILED_READS, LOSSES, SAYS_NOTHING, Held, Stage

NOTHING = Decimal("0.00")


@dataclass
class NoteStage(Stage):
    """A credit note on the books of an invoice's stage, which is booked."""

    def call(self, write: Write) -> Call:
        if write is Write.MATCH:
            return self.provider.match_call(self.document, self.the_booked(), self.document.total.amount)
        return super().call(write)

    def make(self, write: Write) -> Receipt:
        return self.provider.send(self.call(write), f"note-{write}")

    @property
    def writes(self) -> tuple[Write, ...]:
        """The calls of a note whose money is sent back."""
        return Write.DRAFT, Write.BOOK, *self.provider.settlement

    def keep(self, write: Write, receipt: Receipt) -> None:
        """Remember what a call made."""
        match write:
            case Write.DRAFT:
                self.draft = receipt
            case Write.BOOK:
                self.booked = receipt
            case Write.PAYMENT:
                self.entry = receipt

    def open(self) -> Decimal:
        return self.provider.open_credits([self.the_booked().id])[self.the_booked().id]


def a_note(invoice: InvoiceDocument, booked: Receipt, *lines: DocumentLine) -> InvoiceDocument:
    """Credit note 88 for these lines of a booked invoice, all of them unless told otherwise; the money is sent back."""
    original = Original(invoice.key, booked.id, booked.number, invoice.date)
    made = replace(
        invoice,
        key=f"credit:{invoice.key.removeprefix('invoice:')}:88",
        number="88",
        heading="Kreditnota 88",
        reference=f"Krediterer faktura {booked.number} af {invoice.date:%d.%m.%Y}",
        lines=lines or invoice.lines,
        credits=original,
    )
    refund = replace(invoice.payments[0], amount=made.gross)
    return replace(made, total=Money(made.gross, invoice.currency), payments=(refund,))


def noted(stage: Stage, *lines: DocumentLine, is_paid: bool = True) -> NoteStage:
    """A note on the stage's invoice, which is booked, and paid unless told otherwise."""
    if is_paid:
        stage.settle()
    document = a_note(stage.document, stage.the_booked(), *lines)
    return NoteStage(**(vars(stage) | {"document": document, "draft": None, "booked": None, "entry": None}))


class CreditNotesContract:
    """Beside `ProviderContract`, for a provider whose capabilities say `credit_notes`."""

    def test_makes_credit_notes(self, stage: Stage):
        assert stage.provider.capabilities.credit_notes
        note = noted(stage)
        note.provider.require(note.document, "DKK")

    def test_note_is_above_zero_for_what_it_credits(self, stage: Stage):
        note = noted(stage)
        for receipt in (note.the_draft(), *note.provider.look(note.call(Write.DRAFT)), note.the_booked()):
            assert receipt.figures is not None
            assert compare(note.document, receipt.figures, customer=note.customer) == []
        other = replace(note.document, total=note.document.total + Money(Decimal("0.01"), "DKK"))
        assert note.booked is not None
        assert note.booked.figures is not None
        assert [one.fact for one in compare(other, note.booked.figures, customer=note.customer)] == ["gross"]

    def test_note_of_a_settled_invoice_is_sent_back(self, stage: Stage):
        note = noted(stage)
        total = note.document.total.amount
        note.the_booked()
        assert note.open() == total
        held = note.settle()
        assert (held.drafts, held.booked, held.payments, held.open) == (0, 1, 1, NOTHING)
        assert note.open() == NOTHING
        assert stage.held(stage.document.key) == Held(0, 1, 1, stage.document.total.amount, NOTHING)

    @pytest.mark.parametrize("lines", [slice(None), slice(1)], ids=["all of it", "a part of it"])
    def test_note_of_an_open_invoice_is_set_off(self, stage: Stage, lines: slice):
        note = noted(stage, *stage.document.lines[lines], is_paid=False)
        note.the_booked()
        if note.open():
            note.make(Write.MATCH)
        rest = stage.document.total.amount - note.document.total.amount
        assert note.open() == NOTHING
        assert note.provider.balances([stage.the_booked().id]) == {stage.the_booked().id: rest}

    def test_note_is_never_taken_for_its_invoice(self, stage: Stage):
        invoice = stage.call(Write.DRAFT)
        note = noted(stage)
        booked = note.the_booked()
        assert [one.id for one in stage.provider.look(invoice)] == [stage.the_booked().id]
        assert [(one.id, one.final) for one in note.provider.look(note.call(Write.DRAFT))] == [(booked.id, True)]

    def test_same_note_gives_the_same_bytes(self, stage: Stage):
        note = noted(stage)
        for write in note.writes:
            first, second = note.call(write), note.call(write)
            assert first == second
            json.dumps(first.about)
        assert note.document.key.encode() in note.call(Write.DRAFT).body

    def test_note_without_an_original(self, stage: Stage):
        note = noted(stage)
        note.document = replace(note.document, credits=Original())
        assert note.settle().booked == 1
        assert note.open() == NOTHING

    @pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss != SAYS_NOTHING])
    def test_every_answer_of_a_note_is_lost_once(self, stage: Stage, loss: str):
        act, was_made = LOSSES[loss]
        note = noted(stage)
        for write in note.writes:
            call = note.call(write)
            note.wire.next_write(act)
            with pytest.raises(OutcomeUnknown):
                note.provider.send(call, f"note-{write}")
            found = note.provider.look(call)
            assert len(found) == was_made
            note.keep(write, found[0] if found else note.provider.send(call, f"note-{write}"))
        held = note.held(note.document.key)
        assert (held.drafts, held.booked, held.payments, held.open) == (0, 1, 1, NOTHING)

    @pytest.mark.parametrize("failure", FAILED_READS)
    def test_look_for_a_note_that_fails_is_never_an_empty_answer(self, stage: Stage, failure: str):
        note = noted(stage)
        for write in note.writes:
            call = note.call(write)
            note.wire.next_read(FAILED_READS[failure])
            with pytest.raises((Temporary, Rejected)):
                note.provider.look(call)
