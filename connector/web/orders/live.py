"""Pages that follow the work: a part of them asks again by itself, and the answer says when to ask the next time.

What asks is an element of its own without fields or links (`orders/live/poll.html`); the answer holds it once more,
and beside it the parts that may have changed, each put in its place by its id (htmx, "out of band").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.web.frame.paging import changed
from connector.web.pages import Door

NAME, VALUE = "part", "live"
"""What an address says when only the parts are wanted."""

AT_WORK, AT_REST = 2, 20
"""Seconds between two looks: while something is on its way, and while nothing is."""
MOST_NEW = 100
"""New rows are counted no further."""
SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Poll:
    """When to look again. `seconds` is 0 where nothing can change any more: then nothing asks."""

    url: str
    seconds: int


def is_asked(request: HttpRequest) -> bool:
    """Whether the script asks for the parts that change."""
    return request.GET.get(NAME) == VALUE


def poll(request: HttpRequest, seconds: int, path: str = "", **told: str) -> Poll:
    """The next look at this page, or at the one at `path`; `told` is what it then need not be told again."""
    return Poll(f"{path}{changed(request.GET, {NAME: VALUE, **told})}", seconds)


@dataclass(frozen=True)
class News:
    """Rows that came since the page was made: they do not push the list, a link shows them."""

    poll: Poll
    count: int = 0
    is_news: bool = False
    """Whether they are the first that the page is told of."""


def news(request: HttpRequest, newest: int) -> News | None:
    """What a list is told of new rows: none yet; None on an older page, where none belong.

    `newest` is the list's first row, 0 for an empty list.
    """
    if any(request.GET.get(name) for name in ("before", "after")):
        return None
    return News(poll(request, AT_REST, told=str(newest), said="0"))


def news_page(request: HttpRequest, rows: QuerySet[Any]) -> TemplateResponse:
    """How many of a list's rows came since the page was made, for the script. One query."""
    told = request.GET.get("told", "")
    since = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
    count = rows.filter(pk__gt=since).order_by()[:MOST_NEW].count()
    is_first = count > 0 and request.GET.get("said", "0") == "0"
    found = News(poll(request, AT_REST, said=str(count)), count, is_first)
    return TemplateResponse(request, "orders/live/news.html", {"news": found, "first_page": first_page(request)})


def first_page(request: HttpRequest) -> str:
    """The address's query without what only the script says: the list's first page under the same filters."""
    query = request.GET.copy()
    for name in (NAME, "told", "said", "before", "after"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


def is_moving(jobs: Iterable[SyncJob]) -> bool:
    """Whether one of the jobs is worked on now or within a minute."""
    until = timezone.now() + SOON
    return any(job.not_before is not None and job.not_before <= until for job in jobs)


def is_at_work(door: Door) -> bool:
    """Whether an order of the shop is worked on now or within a minute. One query."""
    until = timezone.now() + SOON
    return SyncJob.objects.filter(shop=door.shop, state=State.WAITING, not_before__lte=until).exists()


def has_keys(door: Door) -> bool:
    """Whether single keys act in the lists: everybody's choice in the account."""
    return bool(door.user.has_shortcuts)
