"""The lines of the log: every try, found by what somebody looks for, in the words that people read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.core.states import State
from connector.sync.models import SyncAttempt
from connector.web.frame.reasons import CATALOGUE, Explanation, explain_attempt
from connector.web.frame.words import DETAILS, STATES, Words
from connector.web.orders import periods
from connector.web.orders.queries import CREDIT, KIND, addresses, credit_name, typed
from connector.web.pages import Door

KINDS: Words = {KIND: gettext_lazy("Invoices"), CREDIT: gettext_lazy("Credit notes")}
"""What a try can be about."""


@dataclass(frozen=True)
class Line:
    """A try: `told` is why it did not get through, None when it did."""

    attempt: SyncAttempt
    told: Explanation | None
    part: str

    @property
    def words(self) -> str:
        """What came of it, in one sentence."""
        job = self.attempt.job
        if self.told:
            return self.told.title
        if self.attempt.state == State.DONE and job.document_number and job.kind == CREDIT:
            return _("Booked as %(number)s") % {"number": job.document_number}
        if self.attempt.state == State.DONE and job.document_number:
            return _("Invoice %(number)s") % {"number": job.document_number}
        return str(DETAILS.get(self.attempt.detail, ""))

    @property
    def name(self) -> str:
        """What it is about: the order's number, or what a credit note is called."""
        job = self.attempt.job
        if job.kind != CREDIT:
            return job.order_number or job.order_id
        return credit_name(job, job.note_row.number if hasattr(job, "note_row") else None)

    @property
    def may_mend(self) -> bool:
        """Whether the order still rests for what the line says, and there is a page that mends it."""
        job, attempt = self.attempt.job, self.attempt
        is_so = (job.state, job.reason) == (attempt.state, attempt.reason)
        return is_so and attempt.state == State.NEEDS_YOU and bool(self.told and self.told.url)


def told(door: Door, attempts: Iterable[SyncAttempt]) -> list[Line]:
    """The tries as lines. One query."""
    rows = list(attempts)
    parts = addresses(door.shop, [row.job for row in rows])
    return [Line(row, explain_attempt(row.job, row.reason, row.facts), parts[row.job_id]) for row in rows]


def filtered(door: Door, query: QueryDict) -> QuerySet[SyncAttempt]:
    """The tries that the address's query asks for."""
    needed = ("job__shop", "job__integration__connection", "job__note_row")
    lines = SyncAttempt.objects.filter(shop=door.shop).select_related(*needed).defer("job__order", "job__document")
    start = periods.chosen(query.get("period"), periods.WEEK).start
    if start:
        lines = lines.filter(started_at__gte=start)
    states = [state for state in query.getlist("state") if state in STATES]
    if states:
        lines = lines.filter(state__in=states)
    if query.get("reason") in CATALOGUE:
        lines = lines.filter(reason=query["reason"])
    if query.get("what") in KINDS:
        lines = lines.filter(job__kind=query["what"])
    return _searched(lines, query.get("q", ""))


def _searched(lines: QuerySet[SyncAttempt], text: str) -> QuerySet[SyncAttempt]:
    text = typed(text)
    if not text:
        return lines
    return lines.filter(
        Q(job__order_number__istartswith=text.removeprefix("#"))
        | Q(job__document_number=text)
        | Q(job__customer_name__icontains=text)
        | Q(job__order__buyer__email__iexact=text)
        | Q(facts__sku=text)
    )
