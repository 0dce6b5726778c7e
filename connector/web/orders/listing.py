"""The list of orders: find one, see why it rests, send several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.sync import acts, stopping
from connector.sync.models import SyncJob
from connector.web.frame.paging import SIZE, paged
from connector.web.frame.reasons import CATALOGUE, Explanation, explain
from connector.web.frame.words import STATES
from connector.web.orders import live, periods, queries
from connector.web.pages import Door, shop_page

NOW, ANYWAY, BY_HAND = "transfer-now", "transfer-anyway", "by-hand"


@dataclass(frozen=True)
class Row:
    """An order in the list; `told` is why it rests, None when nothing holds it."""

    job: SyncJob
    told: Explanation | None
    part: str


@shop_page(change=True)
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The list; a POST sends the chosen orders and leads back to the same list.

    For the script that follows the work, how many orders came since.
    """
    if request.method == "POST":
        _send(request, door)
        return redirect(request.get_full_path())
    query = request.GET
    jobs = _filtered(door, query)
    if live.is_asked(request):
        return live.news_page(request, jobs)
    found = paged(jobs, query)
    parts = queries.addresses(door.shop, found.rows)
    values = {
        "rows": [Row(job, explain(job), parts[job.pk]) for job in found.rows],
        "paged": found,
        "how_many": queries.how_many(jobs),
        "most": queries.MOST_COUNTED,
        "news": live.news(request, found.rows[0].pk if found.rows else 0),
        "has_keys": live.has_keys(door),
        "may_change": door.may_change,
        **_choices(query),
    }
    return TemplateResponse(request, "orders/list.html", values)


def _filtered(door: Door, query: QueryDict) -> QuerySet[SyncJob]:
    jobs = queries.jobs_of(door.shop).defer("order", "document")
    # Who searches finds an invoice also after its order was credited and sent again.
    asked = query.get("q", "")
    jobs = queries.searched(jobs, asked) if asked else queries.newest_of(jobs)
    jobs = periods.chosen(query.get("period"), periods.MONTH).of(jobs)
    if query.get("state") in STATES:
        jobs = jobs.filter(state=query["state"])
    if query.get("reason") in CATALOGUE:
        jobs = jobs.filter(reason=query["reason"])
    return jobs


def _choices(query: QueryDict) -> Mapping[str, Any]:
    """What the filters offer and what is chosen in them."""
    is_filtered = any(query.get(name) for name in ("q", "state", "reason"))
    return {
        "q": query.get("q", ""),
        "state": query.get("state", ""),
        "reason": query.get("reason", "") if query.get("reason") in CATALOGUE else "",
        "states": list(STATES.items()),
        "period": periods.chosen(query.get("period"), periods.MONTH),
        "periods": periods.PERIODS,
        "is_filtered": is_filtered,
    }


# --- sending -------------------------------------------------------------------------------------------------------


def _send(request: HttpRequest, door: Door) -> None:
    act = request.POST.get("act", "")
    ids = [int(text) for text in request.POST.getlist("job")[:SIZE] if text.isdigit() and len(text) < 19]
    jobs = list(queries.jobs_of(door.shop).filter(pk__in=ids))
    if not jobs or act not in (NOW, ANYWAY, BY_HAND):
        messages.warning(request, _("Choose the orders first."))
        return
    if act == BY_HAND:
        _mark(request, door, jobs)
        return
    sent = [job for job in jobs if send(job, act, door)]
    tell(request, len(sent), len(jobs) - len(sent))


def _mark(request: HttpRequest, door: Door, jobs: Sequence[SyncJob]) -> None:
    """Mark the chosen orders as handled by hand, all with the note that was typed."""
    person, note = acts.Person(door.user, door.who), request.POST.get("note", "")
    # In the order of their lanes, so that two people who mark at once do not lock each other up.
    lanes = sorted(jobs, key=lambda job: (job.channel_id or 0, job.pk))
    marked = sum(stopping.mark_by_hand(job, note, person) for job in lanes)
    if marked:
        words = ngettext(
            "%(n)d order is marked as handled by hand.", "%(n)d orders are marked as handled by hand.", marked
        )
        messages.success(request, words % {"n": marked})
    tell(request, 0, len(jobs) - marked)


def send(job: SyncJob, act: str, door: Door) -> bool:
    """Do one of the two acts where it makes sense; False where the order is left as it is."""
    person = acts.Person(door.user, door.who)
    if act == NOW and queries.may_transfer_now(job):
        acts.transfer_now(job, person)
        return True
    if act == ANYWAY and queries.may_transfer_anyway(job):
        acts.transfer_anyway(job, person)
        return True
    return False


def tell(request: HttpRequest, sent: int, left: int) -> None:
    """Say how many orders were sent, and how many were left as they are."""
    if sent:
        words = ngettext("%(n)d order is on its way.", "%(n)d orders are on their way.", sent)
        messages.success(request, words % {"n": sent})
    if left:
        words = ngettext(
            "%(n)d order was left as it is: this does not fit its state.",
            "%(n)d orders were left as they are: this does not fit their state.",
            left,
        )
        messages.warning(request, words % {"n": left})
