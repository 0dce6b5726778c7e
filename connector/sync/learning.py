"""Remembering what a connection's books were seen to do. Whoever writes it holds the lane's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounting.base import AccountingProvider, Receipt, Write
from accounting.models import Connection
from connector.core.document import InvoiceDocument
from connector.core.plan import UNCLEAR, Policy
from connector.core.readings import Reading
from connector.core.states import State
from connector.sync import learnt, leases, transitions
from connector.sync.leases import Lease
from connector.sync.models import SyncJob, SyncStep
from connector.sync.steps import call_of, receipt_of


@dataclass
class Memory:
    """What is known of the connection's books, seen from one try of one job."""

    lease: Lease
    job: SyncJob
    kept: learnt.Learnt
    usual: Sequence[Reading]
    """How the provider's books may round, as long as nothing was learnt."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """How the books may round."""
        return learnt.readings(self.kept, self.usual)

    @property
    def sign(self) -> str:
        """The sign of money received, as the plan knows it."""
        return learnt.sign(self.kept)

    def keep_rounding(
        self, document: InvoiceDocument, corrected: InvoiceDocument, found: Sequence[Reading], draft: Receipt
    ) -> None:
        """Remember how the books round, and the document that is made under it instead, in one commit."""
        with leases.fenced(self.lease) as now:
            transitions.keep_document(self.lease, self.job, corrected, self.job.settings)
            evidence = learnt.draft_evidence(document, draft)
            self._keep(learnt.ROUNDING, learnt.rounding(found, evidence, now))

    def confirm(self, provider: AccountingProvider, step: SyncStep, *, is_last: bool) -> None:
        """Look which sign of a registered payment is money received, and remember it; `is_last`: also when the books
        show neither. Orders that waited for the sign go on when it is known."""
        verdict = provider.confirm_payment(call_of(step), receipt_of(step))
        if not verdict.sign and not is_last:
            transitions.record_look(self.lease, step)
            return
        with leases.fenced(self.lease) as now:
            evidence = {"order": self.job.order_number, **verdict.evidence}
            self._keep(learnt.PAYMENT_SIGN, learnt.payment_sign(verdict.sign, evidence, now))
            if verdict.sign:
                waiting = SyncJob.objects.filter(channel_id=self.lease.channel_id, reason="settlement-stopped")
                transitions.due_again(waiting.filter(state=State.NEEDS_YOU).exclude(pk=self.job.pk), now)
        provider.payment_sign = verdict.sign

    def is_another_tested(self, policy: Policy, steps: Mapping[str, SyncStep]) -> bool:
        """Whether another order's payment may be moving the posting account; asked only where it matters, before the
        connection's first payment."""
        may_test = policy.confirms and Write.DRAFT in steps and not self.sign
        return may_test and transitions.is_another_tested(self.lease, self.job)

    def _keep(self, name: str, value: dict[str, Any]) -> None:
        kept = Connection.objects.values_list("learnt", flat=True).get(pk=self.lease.connection_id)
        self.kept = {**kept, name: value}
        Connection.objects.filter(pk=self.lease.connection_id).update(learnt=self.kept)


def check_sign_again(connection: Connection) -> None:
    """A person asks for another try: the next payment is looked at as if none had been. In the caller's scope, after
    the lane was woken."""
    kept = Connection.objects.values_list("learnt", flat=True).get(pk=connection.pk)
    if learnt.sign(kept) == UNCLEAR:
        rest = {name: value for name, value in kept.items() if name != learnt.PAYMENT_SIGN}
        Connection.objects.filter(pk=connection.pk).update(learnt=rest)
