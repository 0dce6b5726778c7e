"""What needs the owner, grouped by cause, each with the form that mends it; and how far the mended orders are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.core.states import State
from connector.sync import acts, methods
from connector.sync.acts import Person
from connector.sync.models import ActivityEntry, Integration, ShopMethod, SyncJob
from connector.web.frame.reasons import Explanation, explain
from connector.web.orders import live, periods
from connector.web.orders.ahead import ahead_of, saved_books
from connector.web.orders.causes import Cause, needs_you
from connector.web.orders.mends import Mend, mend_of
from connector.web.orders.queries import counted, jobs_of
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from connector.web.setup.finance import Books, books_of
from connector.web.setup.mapping import saved_words
from shops.models import Shop

MOST_SHOWN = 100
RELEASED = "orders-released"
SHOWN_FOR = timedelta(hours=1)
"""How long the page says how far the orders of the last mend are."""


@dataclass(frozen=True)
class Shown:
    """A cause and what mends it here."""

    cause: Cause
    mend: Mend


@dataclass(frozen=True)
class Progress:
    """How far the orders of the last mend are. `others` are what some of them stopped for instead."""

    total: int
    done: int
    waiting: int
    others: Sequence[Explanation]

    @property
    def rested(self) -> int:
        """Those that wait no more."""
        return self.total - self.waiting

    @property
    def quarter(self) -> int:
        """How many of four quarters are over: each is spoken once."""
        return 4 * self.rested // self.total if self.total else 4


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The causes, those with most money first; for the script that follows the work, how far the last mend is."""
    if live.is_asked(request):
        return TemplateResponse(request, "orders/progress/live.html", {"shop": door.shop, **_followed(request, door)})
    return _page(request, door)


def _page(
    request: HttpRequest, door: Door, wrong: tuple[str, Mend] | None = None, *, status: int = 200
) -> HttpResponse:
    """`wrong`: the cause whose form was posted, and the form with what is wrong."""
    needs = needs_you(door.shop)
    books = saved_books(door)
    shown = [Shown(cause, mend_of(cause, books, door.shop)) for cause in needs.causes[:MOST_SHOWN]]
    if wrong:
        shown = [Shown(each.cause, wrong[1]) if each.cause.id == wrong[0] else each for each in shown]
    done = next(count for count in counted(door.shop, periods.TODAY) if count.state == State.DONE)
    values = {
        "shop": door.shop,
        "needs": needs,
        "shown": shown,
        "form": wrong[1].form if wrong else None,
        "done_today": done.count,
        "may_change": door.may_change,
        **_followed(request, door),
        "number": books.number if books else 0,
        "ahead": ahead_of(door, books, needs.causes),
    }
    return TemplateResponse(request, "orders/needs_you.html", values, status=status)


# --- mending ----------------------------------------------------------------------------------------------------------
@require_POST
@shop_page(change=True)
def mend(request: HttpRequest, door: Door) -> HttpResponse:
    """Save what mends a cause, and try its orders again: all of them, or one first."""
    cause = next((one for one in needs_you(door.shop).causes if one.id == request.POST.get("cause")), None)
    if cause is None:
        messages.warning(request, _("Nothing waits for that any more."))
        return redirect("needs-you", door.shop.slug)
    jobs = cause.jobs[:1] if request.POST.get("act") == "one" else cause.jobs
    if cause.reason == "customer-ambiguous":
        return _customer_chosen(request, door, cause, jobs)
    integration = integration_of(door)
    if integration is None or integration.settings is None:
        return redirect("finance", door.shop.slug)
    # Of two who save at once, the second waits here and builds on the first one's version.
    Integration.objects.select_for_update().get(pk=integration.pk)
    books = books_of(integration_of(door) or integration)
    mended = mend_of(cause, books, door.shop, _with_same(request.POST, cause, books, door.shop))
    if mended.form is None:
        return redirect("needs-you", door.shop.slug)
    if not mended.form.is_valid():
        return _page(request, door, (cause.id, mended), status=422)
    _release(request, door, jobs, books, mended.form.values)
    return redirect("needs-you", door.shop.slug)


def _with_same(posted: Mapping[str, Any], cause: Cause, books: Books, shop: Shop) -> dict[str, Any]:
    """What was posted; a method that is the same as before gets what that one had."""
    data = {name: posted.get(name, "") for name in posted}
    if posted.get("act") != "same":
        return data
    key = str(cause.jobs[-1].facts.get("method_key", ""))
    row = ShopMethod.objects.filter(shop=shop, kind=ShopMethod.Kind.PAYMENT, key=key).first()
    return {**data, **methods.same_as_before(row, books.saved)} if row else data


def _release(
    request: HttpRequest, door: Door, jobs: Sequence[SyncJob], books: Books, values: Mapping[str, str]
) -> None:
    """Save a version where something changed, and let exactly these orders try again."""
    person = Person(door.user, door.who)
    mended = Q(pk__in=[job.pk for job in jobs])
    if dict(values) != dict(books.saved):
        acts.save_settings(books.integration, values, person, only=mended)
    else:
        acts.release(mended)
    _remember(request, door, jobs)


def _remember(request: HttpRequest, door: Door, jobs: Sequence[SyncJob]) -> None:
    ids = ",".join(str(job.pk) for job in jobs)
    acts.note(Person(door.user, door.who), door.shop, RELEASED, jobs=ids)
    messages.success(request, saved_words(len(jobs)))


def _customer_chosen(request: HttpRequest, door: Door, cause: Cause, jobs: Sequence[SyncJob]) -> HttpResponse:
    """Remember the customer, one of those that the stop named."""
    number = request.POST.get("customer", "")
    known = {value for value, _words in mend_of(cause, None, door.shop).customers}
    if number not in known:
        messages.warning(request, _("Choose the customer first."))
        return redirect("needs-you", door.shop.slug)
    full = jobs_of(door.shop).select_related("shop", "integration__connection", "integration__settings")
    acts.choose_customer(full.get(pk=jobs[-1].pk), number, Person(door.user, door.who))
    acts.release(Q(pk__in=[job.pk for job in jobs]))
    _remember(request, door, jobs)
    return redirect("needs-you", door.shop.slug)


# --- how far it is ----------------------------------------------------------------------------------------------------
def _followed(request: HttpRequest, door: Door) -> dict[str, Any]:
    """How far it is, when to look again, and whether that is more than what was spoken last."""
    progress = _progress(door.shop)
    if progress is None:
        return {"progress": None, "poll": live.poll(request, 0)}
    quarter, path = str(progress.quarter), reverse("needs-you", args=[door.shop.slug])
    return {
        "progress": progress,
        # The same page stands, after a mistake, at the address that its forms are sent to.
        "poll": live.poll(request, live.AT_WORK if progress.waiting else 0, path, told=quarter),
        "is_news": request.GET.get("told", quarter) != quarter,
    }


def _progress(shop: Shop) -> Progress | None:
    """How far the orders of the last mend are; None when the last one is long ago."""
    since = timezone.now() - SHOWN_FOR
    entry = ActivityEntry.objects.filter(shop=shop, what=RELEASED, at__gte=since).order_by("-pk").first()
    if entry is None:
        return None
    ids = [int(text) for text in str(entry.facts.get("jobs", "")).split(",") if text.isdigit()]
    jobs = list(jobs_of(shop).filter(pk__in=ids).defer("order", "document"))
    states = [job.state for job in jobs]
    stopped = [told for job in jobs if job.state in (State.NEEDS_YOU, State.NEEDS_US) and (told := explain(job))]
    others = {told.title: told for told in stopped}
    return Progress(len(jobs), states.count(State.DONE), states.count(State.WAITING), list(others.values()))
