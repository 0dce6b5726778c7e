"""The log: every try, searchable, as a page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from connector.core.states import State
from connector.sync.models import SyncAttempt
from connector.web.frame import format as written
from connector.web.frame.paging import changed, paged
from connector.web.frame.reasons import CATALOGUE, Explanation, explain_attempt
from connector.web.frame.words import DETAILS, STATES
from connector.web.orders import periods
from connector.web.orders.queries import addresses, typed
from connector.web.pages import Door, shop_page

MOST_ROWS = 10_000
"""Of the CSV."""

MOST_LOOKED = 1_000
"""So many of the newest lines decide which reasons can be chosen."""

RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""A cell that begins so, blanks aside, is a formula to a spreadsheet (OWASP, "CSV Injection")."""


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
        if self.attempt.state == State.DONE and job.document_number:
            return _("Invoice %(number)s") % {"number": job.document_number}
        return str(DETAILS.get(self.attempt.detail, ""))


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The page, or with `?format=csv` the file."""
    query = request.GET
    lines = _filtered(door, query)
    if query.get("format") == "csv":
        return _csv(door, lines)
    found = paged(lines, query)
    values = {
        "lines": _told(door, found.rows),
        "paged": found,
        "oldest": SyncAttempt.objects.filter(shop=door.shop)
        .order_by("pk")
        .values_list("started_at", flat=True)
        .first(),
        "csv": changed(query, {"format": "csv"}),
        **_choices(door, query),
    }
    return TemplateResponse(request, "orders/log.html", values)


def _told(door: Door, attempts: Iterable[SyncAttempt]) -> list[Line]:
    rows = list(attempts)
    parts = addresses(door.shop, [row.job for row in rows])
    return [Line(row, explain_attempt(row.job, row.reason, row.facts), parts[row.job_id]) for row in rows]


def _filtered(door: Door, query: QueryDict) -> QuerySet[SyncAttempt]:
    needed = ("job__shop", "job__integration__connection")
    lines = SyncAttempt.objects.filter(shop=door.shop).select_related(*needed).defer("job__order", "job__document")
    start = periods.chosen(query.get("period"), periods.WEEK).start
    if start:
        lines = lines.filter(started_at__gte=start)
    states = [state for state in query.getlist("state") if state in STATES]
    if states:
        lines = lines.filter(state__in=states)
    if query.get("reason") in CATALOGUE:
        lines = lines.filter(reason=query["reason"])
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


def _choices(door: Door, query: QueryDict) -> Mapping[str, Any]:
    chosen = [state for state in query.getlist("state") if state in STATES]
    newest = SyncAttempt.objects.filter(shop=door.shop).exclude(reason="").order_by("-pk")
    seen = {reason for reason in newest.values_list("reason", flat=True)[:MOST_LOOKED] if reason in CATALOGUE}
    return {
        "q": query.get("q", ""),
        "states": [(state, words, state in chosen) for state, words in STATES.items()],
        "period": periods.chosen(query.get("period"), periods.WEEK),
        "periods": periods.PERIODS,
        "reasons": sorted(seen | ({query["reason"]} & CATALOGUE.keys() if "reason" in query else set())),
        "reason": query.get("reason", ""),
        "is_filtered": any(query.get(name) for name in ("q", "state", "reason")),
    }


# --- CSV -----------------------------------------------------------------------------------------------------------


def _csv(door: Door, lines: QuerySet[SyncAttempt]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(map(safe, [_("Time"), _("Order"), _("Customer"), _("State"), _("Code"), _("What happened")]))
    for row in _rows(door, lines.order_by("-pk")[:MOST_ROWS]):
        writer.writerow(map(safe, row))
    # The mark at the start tells Excel that the file is UTF-8.
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="log-{door.shop.slug}.csv"'
    return response


def _rows(door: Door, attempts: Iterable[SyncAttempt]) -> Iterator[list[str]]:
    for line in _told(door, attempts):
        attempt, job = line.attempt, line.attempt.job
        at = written.local(attempt.started_at).strftime("%Y-%m-%d %H:%M:%S")
        state = str(STATES.get(attempt.state, attempt.state))
        yield [at, job.order_number, job.customer_name, state, attempt.reason, line.words]


def safe(cell: str) -> str:
    """The cell as text, whatever it begins with."""
    is_risky = cell.lstrip().startswith(RISKY) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if is_risky else cell
