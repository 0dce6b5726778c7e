"""One credit note: documented, refunded, how it went, and the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.core.states import State
from connector.sync import note_acts, note_rows
from connector.sync.acts import Person
from connector.sync.models import ActivityEntry, CreditNote, SyncAttempt, SyncJob, SyncStep
from connector.web.credits import rows
from connector.web.credits.paper import note_paper
from connector.web.credits.timeline import note_timeline
from connector.web.frame.reasons import Explanation, explain, order_address, provider_label
from connector.web.orders import live, queries
from connector.web.orders.paper import paper
from connector.web.orders.queries import MOST_ACTS, MOST_ATTEMPTS, MOST_STEPS
from connector.web.orders.snapshots import document_of
from connector.web.pages import Door, shop_page

UNKNOWN = "credit-original-unknown"
"""The reason that only the choice of an order, or of none, mends."""


@shop_page()
def page(request: HttpRequest, door: Door, number: int) -> HttpResponse:
    """The note's page; for the script that follows the work, its parts that change, until the note rests."""
    row = _note(door, number)
    name = "credits/live_note.html" if live.is_asked(request) else "credits/note.html"
    return TemplateResponse(request, name, {**values(row.job, row, door), **followed(request, row.job)})


def _note(door: Door, number: int) -> CreditNote:
    related = ("job__shop", "job__settings", "job__integration__connection", "job__integration__settings", "original")
    found = CreditNote.objects.filter(shop=door.shop, number=number) if number < 2**31 else CreditNote.objects.none()
    row = found.select_related(*related).first()
    if row is None:
        raise Http404
    return row


def followed(request: HttpRequest, job: SyncJob) -> dict[str, Any]:
    """When to look again, and whether the state is another than the one that the page has told."""
    seconds = live.AT_WORK if live.is_moving([job]) else live.AT_REST if job.state == State.WAITING else 0
    state = f"{job.state}.{job.detail}"
    return {
        "poll": live.poll(request, seconds, told=state),
        "is_news": request.GET.get("told", state) != state,
    }


def values(job: SyncJob, row: CreditNote | None, door: Door) -> dict[str, Any]:
    """What the page of a credit shows; `row` is None for one of the shop's that has no number yet."""
    steps = list(SyncStep.objects.filter(job=job).order_by("intent_at", "pk")[:MOST_STEPS])
    people = list(ActivityEntry.objects.filter(job=job).order_by("-pk")[:MOST_ACTS])
    document, original = document_of(job), row.original if row else job.original
    facts = paper(job, document, steps)
    may_by_hand = door.may_change and queries.may_mark_by_hand(job, steps)
    return {
        "job": job,
        "row": row,
        "name": queries.credit_name(job, row.number if row else None),
        "no": f"id-{job.pk}",
        "amount": -row.total if row else job.total,
        "original": original,
        "original_link": queries.named(door.shop, original) if original else None,
        "told": _told(job),
        "timeline": note_timeline(job, row, document, steps, people),
        "paper": note_paper(document) if document else None,
        "facts": facts,
        "theirs": -facts.books_gross if facts and facts.books_gross is not None else None,
        "attempts": SyncAttempt.objects.filter(job=job).order_by("-pk")[:MOST_ATTEMPTS],
        "books": provider_label(job.integration.connection.provider) if job.integration else "",
        "settings": job.settings,
        "may_change": door.may_change,
        "may_now": door.may_change and queries.may_transfer_now(job) and job.reason != UNKNOWN,
        "may_anyway": door.may_change and queries.may_transfer_anyway(job),
        "may_by_hand": may_by_hand,
        "is_documented": rows.is_documented(job),
        "sees_refunds": rows.sees_refunds(door.shop),
        **_money(job, row, door, steps),
    }


def _told(job: SyncJob) -> Explanation | None:
    """Why the note rests; without a link where that would lead to its own page."""
    told = explain(job)
    is_here = told is not None and f"/{order_address(job)}/" in told.url
    return replace(told, url="") if told and is_here else told


def _money(job: SyncJob, row: CreditNote | None, door: Door, steps: list[SyncStep]) -> dict[str, Any]:
    """The money: what is open on the note in the books, whether it is registered there, and what can be said of it."""
    done = {step.name.partition(":")[0] for step in steps if step.status == SyncStep.Status.DONE}
    is_open = rows.is_documented(job) and bool(job.balance)
    settles = note_rows.usual_refund(job) == CreditNote.Refund.REGISTER
    is_left_open = row is not None and is_open and settles and row.refund == CreditNote.Refund.OPEN
    return {
        "is_registered": "payment" in done,
        "is_set_off": "match" in done,
        "is_open": is_open,
        "may_tell": door.may_change and row is not None and row.refunded_at is None and job.state != State.NOT_MEANT,
        "may_register": door.may_change and is_left_open,
    }


@require_POST
@shop_page(change=True)
def money(request: HttpRequest, door: Door, number: int) -> HttpResponse:
    """`act=refunded`: somebody says that the money went back; `register`: it is registered in the books too."""
    row = _note(door, number)
    person = Person(door.user, door.who)
    known = values(row.job, row, door)
    if request.POST.get("act") == "register" and known["may_register"]:
        note_acts.register_refund(row, person)
        messages.success(request, _("The refund is on its way to %(provider)s.") % {"provider": known["books"]})
    elif request.POST.get("act") == "refunded" and note_acts.mark_refunded(row, person):
        messages.success(request, _("Noted: the money was sent back."))
    else:
        messages.warning(request, _("That was said already. Nothing was changed."))
    return redirect("credit-note", door.shop.slug, number)
