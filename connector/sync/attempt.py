"""What one try of a job knows, and how the job rests when the try cannot go on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from accounting.base import AccountingProvider
from connector.core import plan
from connector.core.errors import OutcomeUnknown, Rejected, Stop, Temporary
from connector.core.order import Order
from connector.core.states import Detail, State, delay
from connector.core.store import order_from_json
from connector.sync import clock, crediting, holds, methods, rules, shop_calls, transitions
from connector.sync.call_log import CallLog
from connector.sync.item_vat import ItemVat
from connector.sync.learning import Memory
from connector.sync.leases import Lease
from connector.sync.models import SyncJob
from connector.sync.outcome import Outcome, Probe, no_probe
from connector.sync.steps import (
    booked_receipt,
    kept_document,
    plan_step,
    told_balance,
)
from connector.sync.transitions import Tried
from connector.tenancy.scope import scope
from shops.base import ShopAdapter

log = logging.getLogger(__name__)

UNEXPECTED = "unexpected"


class Attempt:
    """A try of one job: its rows, its books, its shop, and what the plan is told of them."""

    def __init__(
        self, lease: Lease, job: SyncJob, provider: AccountingProvider, adapter: ShopAdapter, probe: Probe = no_probe
    ) -> None:
        self.lease, self.job, self.provider, self.adapter, self.probe = lease, job, provider, adapter, probe
        self.asked = CallLog(provider, adapter)
        integration = job.integration
        assert integration is not None
        assert integration.settings is not None
        self.integration = integration
        self.values: dict[str, str] = integration.settings.values
        self.usual = rules.policy(self.values, provider, settings.QUIET_SECONDS)
        if job.is_draft_only:
            self.usual = replace(self.usual, books=False)
        self.memory = Memory(lease, job, integration.connection.learnt, provider.readings)
        self.mapping = rules.mapping_rules(self.values, job.shop.country, self.memory.kept, provider)
        self.item_vat = ItemVat(provider, integration.connection.choices)
        self.order: Order | None = order_from_json(job.order) if job.order else None
        self.missing: tuple[str, ...] = ()
        self.is_followed = False
        self.has_sent = False
        self.opening: date | None = None
        # What was read back as settled once stays settled: a later event does not cost another question.
        self.balance: Decimal | None = job.balance if job.balance == 0 else None
        with scope(lease.tenant_id):
            self.steps = transitions.steps_of(job)
            self.has_notes = bool(job.document_number) and bool(crediting.notes_of(job))
            self.is_credited = self.has_notes and crediting.is_credited(job)
            self.is_replaced = bool(job.document_number) and SyncJob.objects.filter(replaces=job).exists()
            self.mapping = methods.with_new(self.mapping, job.shop, self.values)
        self.document = kept_document(job, self.steps)

    @property
    def policy(self) -> plan.Policy:
        """What holds for this order: its payment method may have a trigger of its own."""
        return rules.policy_for(self.order, self.usual, self.values)

    # --- what the plan is told ----------------------------------------------------------------------------------------
    def _facts(self) -> plan.Facts:
        if self.balance is None:
            self.balance = told_balance(self.steps)
        return plan.Facts(
            now=clock.now(),
            policy=self.policy,
            order=self.order,
            is_read=self.job.read >= self.job.heard,
            is_forced=self.job.is_forced,
            first=self._first(),
            steps={name: plan_step(step) for name, step in self.steps.items()},
            document=self.document,
            customer=self.job.customer_number,
            missing_items=self.missing,
            may_redo=self.job.settings_id != self.integration.settings_id,
            in_books=Detail(self.job.detail) if self.job.state == State.DONE else None,
            is_followed=self.is_followed,
            is_deleted=(self.job.state, self.job.reason) == (State.NEEDS_YOU, "draft-deleted"),
            held=holds.why(self.integration, has_begun=any(step.status in holds.BEGUN for step in self.steps.values())),
            balance=self.balance,
            readings=self.memory.readings,
            sign=self.memory.sign,
            is_another_tested=self.memory.is_another_tested(self.policy, self.steps),
            is_withdrawn=self.job.is_withdrawn,
            is_credited=self.is_credited,
            is_replaced=self.is_replaced,
        )

    def _first(self) -> plan.First:
        if self.integration.first_checked_at:
            return plan.First.CHECKED
        first = self.integration.first_job_id
        if first is None and self.document is not None:
            # Only an order that got as far as a document can be the one that a person is shown.
            first = self.integration.first_job_id = transitions.claim_first(self.lease, self.job)
        return plan.First.MINE if first in (None, self.job.pk) else plan.First.ANOTHER

    def _tried(self) -> Tried:
        return self.asked.tried(has_sent=self.has_sent)

    # --- how it rests -------------------------------------------------------------------------------------------------
    @property
    def invoice_number(self) -> str:
        """The booked document's number at the provider."""
        return booked_receipt(self.steps).id

    @property
    def unread_invoices(self) -> list[str]:
        """The invoices whose balance is to be read."""
        return [self.invoice_number]

    @property
    def unread_notes(self) -> list[str]:
        """The credit notes of which it is to be read what is open."""
        return []

    def take_balances(self, invoices: Mapping[str, Decimal], notes: Mapping[str, Decimal]) -> bool:
        """Take what was read. False where the books did not tell."""
        self.balance = invoices.get(self.invoice_number)
        return self.balance is not None

    def miss_balance(self) -> None:
        """The books did not list the invoice yet: a list may lag behind its writes."""
        self.fail(Temporary("outcome-unknown", retry_after=self.policy.lookup_lag))

    def fail(self, error: Stop) -> Outcome:
        """Rest as this error says, from outside `run`."""
        return self._stopped(error)

    def _stopped(self, error: Stop) -> Outcome:
        """Rest in the state that the error's class says: who must act."""
        known = {"order": self.job.order_number or self.job.order_id}
        if error.code == UNEXPECTED:
            # The case that the owner is told, and by which our support finds the order.
            known["ref"] = str(self.job.pk)
        facts = {**known, **error.facts}
        if isinstance(error, Temporary | OutcomeUnknown):
            return self._postponed(error)
        if error.code in holds.LOST:
            transitions.stop_connection(self.lease, error)
        state = State.NEEDS_YOU
        if isinstance(error, Rejected) and error.code in (UNEXPECTED, "two-found"):
            state = State.NEEDS_US
        rest = plan.Close(state, reason=error.code, facts=facts)
        transitions.close(self.lease, self.job, rest, self._tried(), self.balance)
        return Outcome(is_stopped=error.code in holds.LOST)

    def _postponed(self, error: Temporary | OutcomeUnknown) -> Outcome:
        """Try again later. An unknown outcome is no step's here, but a surplus draft's deletion: looked at again."""
        asked = error.retry_after if isinstance(error, Temporary) else None
        seconds = delay(self.job.tries) if asked is None else max(asked, 1.0)
        if asked is not None and error.code != "outcome-unknown":
            # Doing as they ask is no failed try; only a list that lags must not be asked for ever.
            self.job.tries -= 1
        pause = timedelta(seconds=seconds)
        wait = plan.Wait(clock.now() + pause, error.code)
        from_shop = isinstance(error, shop_calls.ShopAway)
        # Either side may be the one that does not answer.
        asked_whom = self.job.shop.name if from_shop else self.provider.label
        told = {"provider": asked_whom} if error.code in transitions.OF_A_QUEUE else {}
        transitions.put_off(self.lease, self.job, wait, self._tried(), told)
        return Outcome() if from_shop else Outcome(pause=pause, reason=error.code)
