"""One try of one job: ask the plan, do what it says, ask again. Every irreversible call is made here, in `_make`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.db import InterfaceError, OperationalError

from accounting.base import Call, Receipt, Write
from connector.core import mapping, plan
from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Stop, Temporary
from connector.core.order import Order
from connector.core.readings import Reading
from connector.core.states import GIVES_UP, delay
from connector.sync import bindings, clock, crediting, gone, leases, methods, prepare, shop_calls, transitions
from connector.sync.attempt import Attempt
from connector.sync.calls import call_for
from connector.sync.contents import paid_now, with_rate
from connector.sync.models import SyncJob, SyncStep
from connector.sync.outcome import Outcome
from connector.sync.steps import (
    call_of,
    earlier_step,
    idempotency_key,
    made_binding,
    receipt_of,
)
from connector.tenancy.scope import scope

log = logging.getLogger(__name__)


class TurnedIntoCredit(Exception):
    """What was read is no order but a credit note: its next try is that of one."""


class Try(Attempt):
    """One try of one job, between its claim and its rest."""

    has_forgotten = False
    """Whether links were forgotten in this try, since the books no longer had what they led to."""

    # --- asking the plan ----------------------------------------------------------------------------------------
    def run(self) -> Outcome:
        """Go on until the job rests, or only its balance is left to read."""
        try:
            return self._go_on()
        except (leases.LeaseLost, OperationalError, InterfaceError):
            # The lane is another's, or the database is away: nothing is known to be wrong with the order.
            raise
        except (transitions.Overtaken, TurnedIntoCredit):
            return Outcome()
        except Stop as error:
            return self._stopped(error)
        except Exception as error:
            log.exception("job %s", self.job.pk)
            return self._stopped(Rejected("unexpected", ref=f"{self.job.pk}", detail=type(error).__name__))

    def _go_on(self) -> Outcome:
        if self.job.tries > GIVES_UP:
            raise Rejected("unexpected", ref=str(self.job.pk), detail="too many tries")
        while True:
            action = plan.next_action(self._facts())
            if isinstance(action, plan.Wait):
                self._wait(action)
                return Outcome()
            if isinstance(action, plan.Close):
                transitions.close(self.lease, self.job, action, self._tried(), self.balance)
                return Outcome()
            if isinstance(action, plan.ReadBalance):
                transitions.uncount(self.lease, self.job)
                self.asked.set_aside()
                return Outcome(needs_balance=True)
            self._do(action)

    def _wait(self, wait: plan.Wait) -> None:
        """Rest until an unknown outcome can be looked at. What is sent in vain again and again rests ever longer; a try
        that sent nothing was none."""
        if self.has_sent:
            until = max(wait.until, clock.now() + timedelta(seconds=delay(self.job.tries)))
            wait = plan.Wait(until, wait.reason)
        else:
            self.job.tries -= 1
        transitions.put_off(self.lease, self.job, wait, self._tried())

    # --- doing what it says -----------------------------------------------------------------------------------------
    def _do(self, action: plan.Action) -> None:
        if isinstance(action, plan.Read):
            self._read()
        elif isinstance(action, plan.Prepare):
            self._prepare()
        elif isinstance(action, plan.Call):
            self._call(action.step)
        elif isinstance(action, plan.Look):
            self._look(self.steps[action.step])
        elif isinstance(action, plan.Resend):
            self._resend(self.steps[action.step])
        elif isinstance(action, plan.Discard):
            self._discard()
        elif isinstance(action, plan.Follow):
            self._follow()
        elif isinstance(action, plan.Learn):
            self._learn(action)
        elif isinstance(action, plan.Confirm):
            self._confirm(self.steps[action.step], is_last=action.is_last)

    def _read(self) -> None:
        if self.job.lane == SyncJob.Lane.EARLIER:
            shop_calls.require_spare(self.lease.tenant_id, self.job.shop, self.adapter)
        try:
            order = shop_calls.read_order(self.lease.tenant_id, self.job.shop, self.adapter, self.job.order_id)
        except Stop as error:
            # A person finds the parked order by the number and the amount that the shop gave it.
            transitions.keep_hearsay(self.lease, self.job, error.facts)
            raise
        with scope(self.lease.tenant_id):
            self.order = methods.seen(self.job.shop, order, clock.now())
            self.mapping = methods.with_new(self.mapping, self.job.shop, self.values)
        transitions.keep_order(self.lease, self.job, self.order)
        self._tell_others(self.order)
        self._take_payments()

    def _tell_others(self, order: Order) -> None:
        """What was read may be a credit of another order, or concern one."""
        if order.is_credit and self.job.kind != crediting.CREDIT:
            with scope(self.lease.tenant_id):
                original = crediting.original_job(self.job.shop, order.credits) if order.credits else None
            transitions.turn_into_credit(self.lease, self.job, original)
            raise TurnedIntoCredit
        if self.is_replaced:
            transitions.pass_on(self.lease, self.job)
        if not order.is_credit:
            transitions.adopt_credits(self.lease, self.job)

    def _take_payments(self) -> None:
        """An order that was paid after its document was built is settled by what was paid now, on the accounts that
        are chosen now: one that was closed meanwhile may have been mended."""
        if not self.document or not self.order or self.document.settles_itself:
            return
        settled = paid_now(self.document, self.order, self.mapping, self.provider, self.steps)
        if settled != self.document:
            self.document = settled
            transitions.keep_document(self.lease, self.job, self.document, self.job.settings)

    def _prepare(self) -> None:
        """Build the document from what the books are known to have, and find whom it is for."""
        assert self.order is not None
        base, memory = self.integration.connection.base_currency, prepare.LaneMemory(self.lease, self.job)
        books = prepare.Books(self.provider, self.mapping, self.policy, base, memory, self.item_vat, self.opening)
        made = prepare.prepared(self.order, books, clock.now())
        with leases.fenced(self.lease):
            transitions.set_customer(self.job, made.customer)
        self.missing = made.missing
        # An order that is sent again is another document.
        self.document = replace(made.document, key=self.job.key) if self.job.replaces_id else made.document
        transitions.keep_document(self.lease, self.job, self.document, self.integration.settings)

    # --- learning how the books do it ---------------------------------------------------------------------------------
    def _learn(self, action: plan.Learn) -> None:
        """Make the document anew in the way that explains the draft, and remember it; the draft is corrected next."""
        assert self.document is not None
        document = self._corrected(action.readings)
        if document is None:
            raise NeedsSetup(action.otherwise.reason, **action.otherwise.facts)
        self.provider.capabilities.require(document, self.integration.connection.base_currency)
        self.probe("before-learning", Write.DRAFT)
        draft = receipt_of(self.steps[Write.DRAFT])
        self.memory.keep_rounding(self.document, document, action.readings, draft)
        self.document = document
        self.probe("after-learning", Write.DRAFT)

    def _corrected(self, readings: Sequence[Reading]) -> InvoiceDocument | None:
        """The document as it must be in books of these readings; None where they want different ones."""
        assert self.document is not None
        assert self.order is not None
        return mapping.corrected(self.document, self.order, self.mapping, readings)

    def _confirm(self, step: SyncStep, *, is_last: bool) -> None:
        self.probe("before-learning", step.name)
        self.memory.confirm(self.provider, step, is_last=is_last)
        self.probe("after-learning", step.name)

    # --- the irreversible calls ---------------------------------------------------------------------------------------
    def _call(self, name: str) -> None:
        """Intent, call, result."""
        assert self.document is not None
        old = self.steps.get(name)
        is_payment = name.startswith(f"{Write.PAYMENT}:")
        if is_payment and old and self._is_settled():
            return
        if is_payment and not old and self.has_notes and not self._owes(name):
            return
        paid_on = max(self.document.date, self.opening or self.document.date)
        call = call_for(name, self.provider, self.document, self.job.customer_number, self.steps, paid_on)
        self.probe("before-intent", name)
        step = transitions.record_intent(self.lease, self.job, name, call, old)
        self.steps[name] = step
        self.probe("after-intent", name)
        self._make(step, call)

    def _owes(self, name: str) -> bool:
        """Whether something is open on an invoice of which a part was credited already; then no more than that is
        registered as paid."""
        assert self.document is not None
        still_open = self.provider.balances([self.invoice_number]).get(self.invoice_number)
        at = int(name.partition(":")[2]) - 1
        payments = list(self.document.payments)
        if still_open is None or still_open >= payments[at].amount:
            return True
        if still_open <= 0:
            self.balance = Decimal(0)
            return False
        payments[at] = replace(payments[at], amount=still_open)
        self.document = replace(self.document, payments=tuple(payments))
        transitions.keep_document(self.lease, self.job, self.document, self.job.settings)
        return True

    def _is_settled(self) -> bool:
        """Whether nothing is open on the invoice, seen before a payment that was refused or deleted is made again:
        somebody may have registered it by hand."""
        open_amount = self.provider.balances([self.invoice_number]).get(self.invoice_number)
        if open_amount == 0:
            self.balance = open_amount
        return open_amount == 0

    def _resend(self, step: SyncStep) -> None:
        transitions.record_resend(self.lease, self.job, step)
        self.probe("after-intent", step.name)
        self._make(step, call_of(step), is_again=True)

    def _make(self, step: SyncStep, call: Call, *, is_again: bool = False) -> None:
        """Send, and write down what is known of it: the only place from which the books are changed."""
        if clock.now() > step.call_until:
            # This worker was paused since its intent: by now another may have sent it.
            raise leases.LeaseLost
        self.has_sent = True
        try:
            receipt = self.provider.send(call, idempotency_key(self.job, step))
        except OutcomeUnknown as error:
            transitions.record_lost(self.lease, step, new_key=bool(error.facts.get("cached")))
            return
        except Temporary:
            if is_again:
                # This sending changed nothing; an earlier one of the same bytes may have, or may yet.
                transitions.record_lost(self.lease, step)
            else:
                transitions.record_not_made(self.lease, step, refused=False)
            raise
        except Stop as error:
            self._refused(step, error)
            return
        self.probe("after-answer", step.name)
        self._made(step, receipt)

    def _made(self, step: SyncStep, receipt: Receipt) -> None:
        self._note_rate(step, receipt)
        binding, earlier = made_binding(self.job, step, receipt), earlier_step(self.steps, step)
        transitions.record_result(self.lease, self.job, step, receipt, binding, earlier)
        self.probe("after-result", step.name)
        if step.name.startswith(Write.PRODUCT):
            made = step.name.partition(":")[2]
            self.missing = tuple(sku for sku in self.missing if sku != made)

    def _note_rate(self, step: SyncStep, receipt: Receipt) -> None:
        """Keep the books' rate of a foreign currency with the document: a voucher must say which was used, and from
        where. Before the result, so that whoever finds the draft again notes it too."""
        base = self.integration.connection.base_currency
        if step.name == Write.DRAFT and self.document and self.document.currency != base and receipt.more.get("rate"):
            self.document = with_rate(self.document, receipt, self.provider.label)
            transitions.keep_document(self.lease, self.job, self.document, self.job.settings)

    def _refused(self, step: SyncStep, error: Stop) -> None:
        """A refusal changed nothing, save when it refuses what is already done."""
        is_final = step.name in (Write.CORRECT, Write.BOOK)
        if is_final and isinstance(error, Rejected) and self._is_booked_by_hand(step, error):
            return
        transitions.record_not_made(self.lease, step, refused=True)
        if error.code == "period-closed" and self._move_on(step):
            return
        write, _, number = step.name.partition(":")
        if error.code == "settlement-stopped" and write == Write.PAYMENT_BOOK:
            # Somebody deleted the entry: a person who sends the order again wants another.
            transitions.record_not_made(self.lease, self.steps[f"{Write.PAYMENT}:{number}"], refused=True)
        if step.name in (Write.DRAFT, Write.CORRECT, Write.BOOK) and self._forget_document(step, error):
            return
        raise error

    def _move_on(self, step: SyncStep) -> bool:
        """The day's period is closed: go on with the first open day after it. False where another day helps nothing.
        Raises NeedsSetup when no day is open."""
        is_payment = step.name.startswith(f"{Write.PAYMENT}:")
        if self.document is None or not (is_payment or step.name in (Write.DRAFT, Write.BOOK)):
            return False
        refused = max(self.document.date, self.opening or self.document.date)
        self.opening = self.provider.first_open_day(refused)
        if self.opening == refused:
            return False
        if step.name == Write.BOOK:
            self._discard()
        elif step.name == Write.DRAFT:
            self.document = None
        return True

    def _forget_document(self, step: SyncStep, error: Stop) -> bool:
        """A customer or an item that we remembered is gone from the books: ask them anew, once a try. False where that
        was done already, or the refusal is about something else. Raises NeedsSetup for what the settings chose."""
        if self.document is None or self.order is None or error.code not in gone.CODES:
            return False
        remembered = gone.remembered(error, self.document, mapping.wanted_items(self.order, self.mapping))
        if not remembered:
            raise gone.chosen(error, self.document, self.values)
        for kind, ours in remembered:
            bindings.forget_binding(self.lease, kind, ours)
        if step.name == Write.DRAFT:
            transitions.begin_anew(self.lease, self.job, step)
            self.document = None
        if self.has_forgotten:
            return False
        self.has_forgotten = True
        if step.name != Write.DRAFT:
            self._discard()
        return True

    def _is_booked_by_hand(self, step: SyncStep, error: Rejected) -> bool:
        """Somebody was faster in the provider's own pages: adopt what they booked, or find the draft deleted."""
        draft = self.steps[Write.DRAFT]
        found = self.provider.look(call_of(draft))
        final = next((receipt for receipt in found if receipt.final), None)
        if final:
            transitions.record_result(self.lease, self.job, step, final, {}, earlier_step(self.steps, step))
            return True
        # A list that lags may not show a draft that is there: that it is gone must have been asked by its number.
        if not found and error.code == "draft-deleted":
            transitions.record_not_made(self.lease, step, refused=True)
            transitions.begin_anew(self.lease, self.job, draft)
            raise NeedsSetup("draft-deleted", order=self.job.order_number)
        return False

    def _look(self, step: SyncStep) -> None:
        """See what a call without an answer has made: adopt it, or count a look that found nothing."""
        found = self.provider.look(call_of(step))
        final = [receipt for receipt in found if receipt.final]
        if len(final) > 1:
            raise Rejected("two-found", order=self.job.order_number, ref=", ".join(one.number for one in final))
        if step.status == SyncStep.Status.DONE and not any(one.figures for one in found):
            raise Rejected("unexpected", ref=str(self.job.pk), detail="a draft without figures")
        if not found:
            transitions.record_look(self.lease, step)
            return
        kept = final[0] if final else found[0]
        if step.name == Write.DRAFT:
            # Drafts of ours besides the one that counts are harmless, and deleted by their own numbers.
            for surplus in found:
                if not surplus.final and surplus.id != kept.id:
                    self.provider.discard(surplus)
        self._made(step, kept)

    def _follow(self) -> None:
        """A draft that the owner books is settled as ours would be; one that they deleted is asked about."""
        draft = self.steps[Write.DRAFT]
        self.is_followed = True
        found = self.provider.look(call_of(draft))
        if not found:
            transitions.begin_anew(self.lease, self.job, draft)
            raise NeedsSetup("draft-deleted", order=self.job.order_number)
        if final := next((receipt for receipt in found if receipt.final), None):
            self._made(draft, final)

    def _discard(self) -> None:
        """The order or the settings changed since: the draft makes room for a new one, unless the owner booked it."""
        draft = self.steps[Write.DRAFT]
        found = self.provider.look(call_of(draft))
        if final := next((receipt for receipt in found if receipt.final), None):
            self._made(draft, final)
            return
        self.provider.discard(receipt_of(draft))
        transitions.begin_anew(self.lease, self.job, draft)
        self.document = None
