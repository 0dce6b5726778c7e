"""The list of credit notes: is each documented, and did its money go back."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from connector.sync.models import CreditNote
from connector.web.credits import rows
from connector.web.frame.paging import paged
from connector.web.frame.words import STATES, Words
from connector.web.orders import live, queries
from connector.web.pages import Door, shop_page

REFUNDED: Words = {"yes": _("Refunded"), "no": _("Not said yet")}


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The list, the newest first; for the script that follows the work, how many notes came since."""
    query = request.GET
    notes = _filtered(door, query)
    if live.is_asked(request):
        return live.news_page(request, notes)
    found = paged(notes, query)
    originals = [note.original for note in found.rows if note.original]
    parts = queries.addresses(door.shop, originals)
    values = {
        "rows": rows.rows(found.rows, parts),
        "waiting": [] if query.get("before") or query.get("after") else rows.waiting(door.shop),
        "paged": found,
        "how_many": queries.how_many(notes),
        "most": queries.MOST_COUNTED,
        "news": live.news(request, found.rows[0].pk if found.rows else 0),
        "has_keys": live.has_keys(door),
        "may_change": door.may_change,
        "sees_refunds": rows.sees_refunds(door.shop),
        **_choices(query),
    }
    return TemplateResponse(request, "credits/list.html", values)


def _filtered(door: Door, query: QueryDict) -> QuerySet[CreditNote]:
    notes = rows.searched(rows.notes_of(door.shop), query.get("q", ""))
    if query.get("state") in STATES:
        notes = notes.filter(job__state=query["state"])
    if query.get("refunded") in REFUNDED:
        notes = notes.filter(refunded_at__isnull=query["refunded"] == "no")
    return notes


def _choices(query: QueryDict) -> dict[str, Any]:
    return {
        "q": query.get("q", ""),
        "state": query.get("state", ""),
        "states": list(STATES.items()),
        "refunded": query.get("refunded", ""),
        "refunds": list(REFUNDED.items()),
        "is_filtered": any(query.get(name) for name in ("q", "state", "refunded")),
    }
