"""The staff log: every try of every business, by order number, reason, reference or name. Each search is noted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from connector.staff import lookups, record
from connector.staff.lookups import Line, Query
from connector.tenancy.models import Tenant, User
from connector.web.frame.paging import changed
from connector.web.staff import found, queries
from connector.web.staff.around import staff_page

SIZE = 25
MOST_COUNTED = 10_000
MOST_NAMED = 10


@staff_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the staff area is the log."""
    return redirect("staff-log")


@staff_page
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The log, as far back as was chosen."""
    assert isinstance(request.user, User)
    typed = request.GET.get("q", "")
    span = queries.span(request.GET.get("period"))
    query = queries.parsed(typed, span.since)
    record.note(request.user, "searched", q=typed[:200], hours=str(span.hours))
    values = {
        "q": typed,
        "span": span,
        "spans": queries.SPANS,
        "code": query.code,
        "hits": lookups.hits(request.user.pk, query.code, query.since, MOST_COUNTED) if query.code else None,
        "most": MOST_COUNTED,
        "businesses": _named(request.user, query),
        **_lines(request.user, query, request.GET),
    }
    return TemplateResponse(request, "staff/log.html", values)


def _lines(user: User, query: Query, asked: QueryDict) -> dict[str, Any]:
    before = _before(asked)
    lines = lookups.log(user.pk, query, before, SIZE + 1)
    last = lines[SIZE - 1].attempt_id if len(lines) > SIZE else None
    shown: list[Line] = lines[:SIZE]
    if query.number and before is None:
        shown = [*lookups.untried(user.pk, query.number, SIZE), *shown]
    return {"rows": found.read(shown), "older": changed(asked, {"before": str(last)}) if last else ""}


def _before(asked: QueryDict) -> int | None:
    text = asked.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _named(user: User, query: Query) -> list[Tenant]:
    if not query.words:
        return []
    named = Tenant.objects.in_bulk(lookups.businesses(user.pk, query.words, MOST_NAMED))
    return sorted(named.values(), key=lambda business: business.name)
