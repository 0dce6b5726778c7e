"""A credit of the shop's before it has a number here: it waits, or somebody says which order it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.core.states import State
from connector.sync import note_acts
from connector.sync.acts import Person
from connector.sync.models import SyncJob
from connector.web.credits.note import UNKNOWN, followed, values
from connector.web.orders import live, queries
from connector.web.orders.queries import CREDIT, KIND
from connector.web.orders.snapshots import order_of
from connector.web.pages import Door, shop_page

MOST_FOUND = 20


def credit_page(request: HttpRequest, door: Door, job: SyncJob) -> HttpResponse:
    """The page of a credit job; of one that has a number, that note's."""
    row = getattr(job, "note_row", None)
    if row is not None:
        return redirect("credit-note", door.shop.slug, row.number)
    name = "credits/live_note.html" if live.is_asked(request) else "credits/note.html"
    return TemplateResponse(request, name, {**values(job, None, door), **_choice(request, door, job)})


def _choice(request: HttpRequest, door: Door, job: SyncJob) -> dict[str, Any]:
    """The orders to choose from: those of the number that was searched for, else of the same customer."""
    may_choose = door.may_change and job.state == State.NEEDS_YOU and job.reason == UNKNOWN
    query = queries.typed(request.GET.get("q", ""))
    order = order_of(job)
    return {
        "order": order,
        "may_choose": may_choose,
        "q": query,
        "found": _booked(door, job, query) if may_choose else [],
        **followed(request, job),
    }


def _booked(door: Door, job: SyncJob, query: str) -> Sequence[SyncJob]:
    """The shop's booked orders to choose from, the newest first."""
    jobs = queries.jobs_of(door.shop).filter(channel=job.channel_id).exclude(document_number="")
    jobs = queries.searched(jobs, query) if query else jobs.filter(customer_name=job.customer_name)
    return list(jobs.defer("order", "document").order_by("-pk")[:MOST_FOUND])


@require_POST
@shop_page(change=True)
def choose(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """Say which order a credit is for: `original` is that order's job; `act=alone` says that it is for none here."""
    job = next((one for one in queries.found_by(door.shop, no) if one.kind == CREDIT), None)
    if job is None:
        raise Http404
    person = Person(door.user, door.who)
    if job.state != State.NEEDS_YOU or job.reason != UNKNOWN:
        messages.warning(request, _("This credit note no longer waits for that."))
    elif request.POST.get("act") == "alone":
        note_acts.stand_alone(job, person)
        messages.success(request, _("The credit note is on its way, without an original."))
    elif (original := _original(door, job, request.POST.get("original", ""))) is not None:
        note_acts.choose_original(job, original, person)
        said = {"order": original.order_number}
        messages.success(request, _("The credit note is on its way, as a credit of order %(order)s.") % said)
    else:
        messages.warning(request, _("Choose the order first."))
    return redirect("order", door.shop.slug, no)


def _original(door: Door, job: SyncJob, text: str) -> SyncJob | None:
    """The chosen order: one of the shop's, in the same books."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    jobs = queries.everything_of(door.shop).filter(kind=KIND, channel=job.channel_id)
    return jobs.exclude(document_number="").filter(pk=int(text)).first()
