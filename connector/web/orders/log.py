"""The log: every try, searchable, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from connector.sync.models import SyncAttempt
from connector.web.frame.paging import changed, paged
from connector.web.frame.reasons import CATALOGUE
from connector.web.frame.words import STATES
from connector.web.orders import live, log_file, periods
from connector.web.orders.log_lines import KINDS, filtered, told
from connector.web.orders.queries import MOST_COUNTED, how_many
from connector.web.pages import Door, shop_page

MOST_LOOKED = 1_000
"""So many of the newest lines decide which reasons can be chosen."""


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The page, or with `?format=csv` the file; for the script that follows the work, how many lines came since."""
    query = request.GET
    lines = filtered(door, query)
    if query.get("format") == "csv":
        return log_file.answer(door, query)
    if live.is_asked(request):
        return live.news_page(request, lines)
    return TemplateResponse(request, "orders/log.html", _values(request, door, lines))


def _values(request: HttpRequest, door: Door, lines: QuerySet[SyncAttempt]) -> dict[str, Any]:
    query = request.GET
    found = paged(lines, query)
    return {
        "lines": told(door, found.rows),
        "paged": found,
        "how_many": how_many(lines),
        "most": MOST_COUNTED,
        "news": live.news(request, found.rows[0].pk if found.rows else 0),
        "has_keys": live.has_keys(door),
        "may_change": door.may_change,
        "oldest": SyncAttempt.objects.filter(shop=door.shop)
        .order_by("pk")
        .values_list("started_at", flat=True)
        .first(),
        "csv": changed(query, {"format": "csv"}),
        **_choices(door, query),
    }


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
        "kinds": list(KINDS.items()),
        "what": query.get("what", ""),
        "is_filtered": any(query.get(name) for name in ("q", "state", "reason", "what")),
        "filters_set": sum(bool(query.get(name)) for name in ("period", "state", "reason", "what")),
    }
