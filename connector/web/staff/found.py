"""What a look-up over all businesses found, read in each business's own scope and told for support."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from connector.core.states import State
from connector.staff import acts
from connector.staff.lookups import Line
from connector.sync.models import SyncAttempt, SyncJob, SyncStep
from connector.tenancy.models import Tenant
from connector.tenancy.scope import scope
from connector.web.frame import format as written
from connector.web.frame.reasons import Explanation, explain, explain_attempt, order_address
from connector.web.orders.queries import CREDIT, credit_name

MOST_SHOWN = 60
"""Signs of a fact."""


@dataclass(frozen=True)
class Step:
    """A call that may change the books: what was meant, when, and what was sent, without anybody's data."""

    row: SyncStep
    call: str
    body: str


@dataclass(frozen=True)
class Found:
    """A try of an order, or an order that was never tried. `told` is why it stopped, None when nothing did."""

    business: Tenant
    job: SyncJob
    attempt: SyncAttempt | None
    told: Explanation | None
    steps: Sequence[Step]
    address: str
    """The part of an address that names the order."""

    @property
    def state(self) -> str:
        return self.attempt.state if self.attempt else self.job.state

    @property
    def detail(self) -> str:
        return self.attempt.detail if self.attempt else self.job.detail

    @property
    def code(self) -> str:
        return self.attempt.reason if self.attempt else self.job.reason

    @property
    def number(self) -> str:
        return self.job.order_number or self.job.order_id

    @property
    def credit(self) -> str:
        """What a credit note is called; empty for an order."""
        note = getattr(self.job, "note_row", None) if self.job.kind == CREDIT else None
        return credit_name(self.job, note.number if note else None) if self.job.kind == CREDIT else ""

    @property
    def _given(self) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = self.attempt.facts if self.attempt else self.job.facts
        return facts

    @property
    def facts(self) -> Mapping[str, str]:
        """What the reason knows, each value cut short, but for its references."""
        return {name: str(value)[:MOST_SHOWN] for name, value in self._given.items() if name != "ref"}

    @property
    def refs(self) -> Sequence[str]:
        """The references that its message shows, each of which can be searched for."""
        return [ref.strip() for ref in str(self._given.get("ref", "")).split(",") if ref.strip()]

    @property
    def candidates(self) -> Sequence[str]:
        """The two vouchers of which one must be said to count; none elsewhere."""
        return acts.candidates(self.job)

    @property
    def next_step(self) -> str:
        """Whom or what the order waits for now."""
        job = self.job
        if job.state == State.WAITING and job.not_before:
            return _("we try again at %(time)s") % {"time": written.when(job.not_before)}
        return {
            State.WAITING.value: _("it goes on by itself"),
            State.NEEDS_YOU.value: _("waits for the customer"),
            State.NEEDS_US.value: _("waits for us"),
        }.get(job.state, _("nothing"))

    @property
    def mail(self) -> str:
        """The line as text for a mail: no calls, no bodies, nothing of the buyer."""
        lines = [f"{self.business.name} · {self.job.shop.name} · {self.number}"]
        if self.told:
            lines += [self.told.title, f"{self.told.cause} {self.told.fix}".strip(), self.code]
        return "\n".join([*lines, _("Next step: %(step)s") % {"step": self.next_step}])


def read(lines: Iterable[Line]) -> list[Found]:
    """The rows of these lines, in their order; each business is entered once, and never two at a time."""
    listed = list(lines)
    by_business: dict[int, list[Line]] = defaultdict(list)
    for line in listed:
        by_business[line.tenant_id].append(line)
    names = Tenant.objects.in_bulk(by_business)
    found: dict[Line, Found] = {}
    for tenant_id, ours in by_business.items():
        with scope(tenant_id):
            found |= _of_business(names[tenant_id], ours)
    return [found[line] for line in listed if line in found]


def _of_business(business: Tenant, lines: Sequence[Line]) -> dict[Line, Found]:
    needed = ("shop", "integration__connection", "settings", "note_row")
    wanted = SyncJob.objects.select_related(*needed).defer("order", "document")
    jobs = wanted.in_bulk([line.job_id for line in lines])
    attempts = SyncAttempt.objects.in_bulk([line.attempt_id for line in lines if line.attempt_id])
    steps = defaultdict(list)
    for step in SyncStep.objects.filter(job__in=jobs).order_by("pk"):
        steps[step.job_id].append(_step(step))
    return {
        line: _told(business, jobs[line.job_id], attempts.get(line.attempt_id or 0), steps[line.job_id])
        for line in lines
        if line.job_id in jobs
    }


def _told(business: Tenant, job: SyncJob, attempt: SyncAttempt | None, steps: Sequence[Step]) -> Found:
    told = explain_attempt(job, attempt.reason, attempt.facts) if attempt else explain(job)
    return Found(business, job, attempt, told, steps, order_address(job))


def _step(step: SyncStep) -> Step:
    request = step.request
    call = f"{request.get('method', '')} {request.get('path', '')}".strip()
    return Step(step, call, redacted(str(request.get("body", ""))))


def redacted(body: str) -> str:
    """A body with its names and figures, and every text in it as long as it was but unreadable."""
    try:
        said = json.loads(body)
    except ValueError:
        return _hidden(body) if body else ""
    return json.dumps(_bare(said), ensure_ascii=False, indent=1)


def _bare(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _bare(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_bare(value) for value in said]
    return _hidden(said) if isinstance(said, str) else said


def _hidden(text: str) -> str:
    return f"‹{len(text)}›"
