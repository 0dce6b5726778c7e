"""Working a lane: take its lease, work its jobs oldest first for a quantum, give it back."""

from __future__ import annotations

import logging
import os
import socket
import time
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db import InterfaceError, OperationalError, connection

from accounting.base import AccountingProvider
from accounting.models import Connection
from connector.core.errors import Stop, Temporary
from connector.core.plan import Close
from connector.core.states import State
from connector.lib.http import Transport
from connector.lib.vault import CannotOpen
from connector.sync import build, clock, holds, leases, transitions
from connector.sync.credit_try import CreditTry
from connector.sync.crediting import CREDIT
from connector.sync.leases import Lease, LeaseLost
from connector.sync.models import SyncJob
from connector.sync.outcome import Outcome, Probe, no_probe
from connector.sync.pipeline import Try
from connector.sync.transitions import Tried
from connector.tenancy.scope import scope
from shops.base import ShopAdapter
from shops.models import Shop

log = logging.getLogger(__name__)

QUANTUM_SECONDS = 5.0
QUANTUM_JOBS = 20
"""After either the lane goes to the back of the queue, so that one busy business does not keep the others waiting."""
UNTIL_RECONNECTED = timedelta(days=3650)
FULL_BUCKET = 0.8
"""The share of the provider's limit that we use: the rest is for the customer's other programs."""

holder_name = f"{socket.gethostname()}:{os.getpid()}"
"""Who holds a lease. A worker sets its own lasting name, so that it frees its own after a crash."""


@dataclass
class Drain:
    """One turn at one lane."""

    lease: Lease
    transport: Transport
    probe: Probe = no_probe
    provider: AccountingProvider | None = None
    adapters: dict[int, ShopAdapter] = field(default_factory=dict)
    unread: list[Try] = field(default_factory=list)
    """Settled jobs whose balance is read at the end, by one call for all."""

    def run(self) -> None:
        """Work until the quantum is over or nothing is due, then give the lane back."""
        rest = self._work() if self._may_work() else Outcome(pause=UNTIL_RECONNECTED, reason="connection-revoked")
        rest = self._read_balances() or rest
        if transitions.close_books(self.lease):
            rest = Outcome(pause=UNTIL_RECONNECTED, reason="connection-revoked")
        leases.release(self.lease, pause=rest.pause, reason=rest.reason)

    def _may_work(self) -> bool:
        with scope(self.lease.tenant_id):
            books = Connection.objects.get(pk=self.lease.connection_id)
            if books.status not in holds.OPEN:
                return False
            self.provider = build.provider_for(books, self.transport)
        return True

    def _work(self) -> Outcome:
        ends = time.monotonic() + QUANTUM_SECONDS
        put_off: set[int] = set()
        while len(put_off) < QUANTUM_JOBS and time.monotonic() < ends:
            job = transitions.next_job(self.lease, put_off)
            if job is None:
                break
            put_off.add(job.pk)
            outcome = self._try(job) if _is_connected(job) else Outcome(is_stopped=True)
            if outcome.is_stopped:
                return Outcome(pause=UNTIL_RECONNECTED, reason="connection-revoked")
            if outcome.pause:
                return outcome
            if pause := self._full_bucket():
                return Outcome(pause=pause, reason="rate-limit")
        return Outcome()

    def _try(self, job: SyncJob) -> Outcome:
        assert self.provider is not None
        try:
            made = CreditTry if job.kind == CREDIT else Try
            work = made(self.lease, job, self.provider, self._adapter(job.shop), self.probe)
        except (LookupError, TypeError, ValueError, CannotOpen) as error:
            # Settings, a snapshot or a key of the shop that cannot be read: the lane's other orders go on.
            return self._give_up(job, error)
        outcome = work.run()
        if outcome.needs_balance:
            self.unread.append(work)
        return outcome

    def _give_up(self, job: SyncJob, error: Exception) -> Outcome:
        log.exception("job %s", job.pk)
        facts = {"order": job.order_number or job.order_id, "ref": str(job.pk), "detail": type(error).__name__}
        rest = Close(State.NEEDS_US, reason="unexpected", facts=facts)
        transitions.close(self.lease, job, rest, Tried(clock.now(), [], has_sent=False), None)
        return Outcome()

    def _adapter(self, shop: Shop) -> ShopAdapter:
        if shop.pk not in self.adapters:
            with scope(self.lease.tenant_id):
                self.adapters[shop.pk] = build.adapter_for(shop, self.transport)
        return self.adapters[shop.pk]

    def _full_bucket(self) -> timedelta | None:
        """How long to rest when the provider's limit is nearly used; None while it is not, or was not told."""
        budget = self.provider.budget if self.provider else None
        if budget is None or budget.used < FULL_BUCKET * budget.limit:
            return None
        return timedelta(seconds=budget.window)

    def _read_balances(self) -> Outcome | None:
        """Read back what is open on the invoices settled in this turn, and let their jobs rest."""
        if not self.unread or self.provider is None:
            return None
        for work in self.unread:
            work.asked.go_on()
        try:
            invoices, notes = self._ask_balances(self.provider)
        except Stop as error:
            return self._unread_again(error)
        for work in self.unread:
            if work.take_balances(invoices, notes):
                work.run()
            else:
                work.miss_balance()
        return None

    def _ask_balances(self, provider: AccountingProvider) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """What is open on the invoices and on the credit notes of this turn, by one call each."""
        invoices = [number for work in self.unread for number in work.unread_invoices]
        notes = [number for work in self.unread for number in work.unread_notes]
        return provider.balances(invoices) if invoices else {}, provider.open_credits(notes) if notes else {}

    def _unread_again(self, error: Stop) -> Outcome | None:
        outcomes = [work.fail(error) for work in self.unread]
        return outcomes[-1] if isinstance(error, Temporary) else None


def _is_connected(job: SyncJob) -> bool:
    """Whether the books are still connected: somebody may have disconnected them since the turn began."""
    return job.integration is not None and job.integration.connection.status in holds.OPEN


def drain(tenant_id: int, channel_id: int, *, transport: Transport | None = None, probe: Probe = no_probe) -> bool:
    """Work one lane for a while. False when another worker has it or nothing is due."""
    lease = leases.take_lease(tenant_id, channel_id, holder_name)
    if lease is None:
        return False
    try:
        Drain(lease, transport or build.network(), probe).run()
    except LeaseLost:
        log.info("lane %s went to another worker", channel_id)
    except (OperationalError, InterfaceError) as error:
        # The rows stay due; whoever finds them when the database is back goes on.
        log.warning("lane %s: %s", channel_id, type(error).__name__)
        connection.close()
    return True
