"""One order: how it went at the left, the document at the right."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.core.states import State
from connector.sync import acts, stopping
from connector.sync.models import ActivityEntry, SyncAttempt, SyncJob, SyncStep
from connector.web.credits.of_order import credits_of
from connector.web.credits.unknown import credit_page
from connector.web.frame.reasons import explain, explain_closed_period, provider_label
from connector.web.orders import live, queries
from connector.web.orders.listing import send, tell
from connector.web.orders.paper import open_checks, order_lines, paper, parked_sum, readings
from connector.web.orders.queries import MOST_ACTS, MOST_ATTEMPTS, MOST_STEPS
from connector.web.orders.snapshots import document_of, is_unread, order_of
from connector.web.orders.timeline import timeline
from connector.web.pages import Door, shop_page


@shop_page()
def page(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """The order's page; several orders with one number lead to the list of them.

    For the script that follows the work, its parts that change, until the order rests.
    """
    found = queries.found_by(door.shop, no)
    if len(found) > 1:
        return redirect(f"{reverse('orders', args=[door.shop.slug])}?{urlencode({'q': no, 'period': 'all'})}")
    if not found:
        raise Http404
    job = found[0]
    if job.kind == queries.CREDIT:
        return credit_page(request, door, job)
    name = "orders/order/live.html" if live.is_asked(request) else "orders/order.html"
    return TemplateResponse(request, name, {**_values(job, door, no), **_followed(request, job)})


def _followed(request: HttpRequest, job: SyncJob) -> dict[str, Any]:
    """When to look again, and whether the state is another than the one that the page has told."""
    seconds = live.AT_WORK if live.is_moving([job]) else live.AT_REST if job.state == State.WAITING else 0
    state = f"{job.state}.{job.detail}"
    return {
        "poll": live.poll(request, seconds, told=state),
        "is_news": request.GET.get("told", state) != state,
    }


def _values(job: SyncJob, door: Door, no: str) -> dict[str, Any]:
    steps = list(SyncStep.objects.filter(job=job).order_by("intent_at", "pk")[:MOST_STEPS])
    people = list(ActivityEntry.objects.filter(job=job).order_by("-pk")[:MOST_ACTS])
    order, document = order_of(job), document_of(job)
    first = queries.first_ahead(job)
    provider = job.integration.connection.provider if job.integration else ""
    return {
        "job": job,
        "no": no,
        "order": order,
        "is_unread": is_unread(job),
        "first": queries.named(door.shop, first) if first else None,
        "document": document,
        "told": explain(job),
        "timeline": timeline(job, order, document, steps, people),
        "paper": paper(job, document, steps),
        "order_lines": order_lines(order, document),
        "open_checks": open_checks(job, steps),
        "parked_sum": parked_sum(job),
        "readings": readings(job),
        "attempts": SyncAttempt.objects.filter(job=job).order_by("-pk")[:MOST_ATTEMPTS],
        "books": provider_label(provider),
        "settings": job.settings,
        "may_change": door.may_change,
        "may_confirm": door.may_change and job.reason == queries.FIRST,
        "may_now": door.may_change and queries.may_transfer_now(job) and job.reason != queries.FIRST,
        "may_anyway": door.may_change and queries.may_transfer_anyway(job),
        "may_by_hand": door.may_change and queries.may_mark_by_hand(job, steps),
        "moved": explain_closed_period(job, document) if document and document.true_date else None,
        **credits_of(job, door, steps),
    }


def _one(door: Door, no: str) -> SyncJob:
    found = queries.found_by(door.shop, no)
    if len(found) != 1:
        raise Http404
    return found[0]


@require_POST
@shop_page(change=True)
def transfer(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """Transfer now, or anyway."""
    sent = send(_one(door, no), request.POST.get("act", ""), door)
    tell(request, int(sent), int(not sent))
    return redirect("order", door.shop.slug, no)


@require_POST
@shop_page(change=True)
def by_hand(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """The order was dealt with outside, for the reason that somebody typed."""
    job = _one(door, no)
    if stopping.mark_by_hand(job, request.POST.get("note", ""), acts.Person(door.user, door.who)):
        messages.success(request, _("The order is marked as handled by hand. It is not transferred."))
    else:
        messages.warning(request, _("The order is in the books, or on its way there just now. Nothing was changed."))
    return redirect("order", door.shop.slug, no)


@require_POST
@shop_page(change=True)
def confirm(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """Somebody looked at the shop's first order and says that it is right."""
    job = _one(door, no)
    if job.reason == queries.FIRST and job.integration:
        acts.confirm_first_order(job, acts.Person(door.user, door.who))
        messages.success(request, _("Thank you. The order is on its way, and so are those behind it."))
    else:
        messages.warning(request, _("This order no longer waits for that."))
    return redirect("order", door.shop.slug, no)
