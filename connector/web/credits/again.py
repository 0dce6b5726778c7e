"""An order that was changed, or cancelled, after its invoice was booked: credit it, and send it as it is now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from connector.core.credit import Wish
from connector.core.errors import NeedsSetup
from connector.core.order import Order
from connector.sync import crediting, note_acts
from connector.sync.acts import Person
from connector.sync.models import SyncJob
from connector.web.credits.paper import note_paper
from connector.web.frame.reasons import explain_code, provider_label
from connector.web.orders import queries
from connector.web.orders.queries import KIND
from connector.web.orders.snapshots import order_of
from connector.web.pages import Door, shop_page

CHANGED = "order-changed"


def may_send_again(job: SyncJob) -> bool:
    """Whether the order's invoice can be credited and the order sent again."""
    return job.kind == KIND and job.reason == CHANGED and crediting.is_booked(job) and not hasattr(job, "replaced_by")


@shop_page(change=True)
def page(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """What happens, with both amounts; a POST does it."""
    if not door.may_change:
        raise PermissionDenied
    found = queries.found_by(door.shop, no)
    if len(found) != 1:
        raise Http404
    job, order = found[0], order_of(found[0])
    if order is None or not may_send_again(job):
        messages.warning(request, _("This order no longer waits for that."))
        return redirect("order", door.shop.slug, no)
    if request.method == "POST":
        return _done(request, door, job, no)
    return TemplateResponse(request, "credits/again.html", _values(door, job, order, no))


def _values(door: Door, job: SyncJob, order: Order, no: str) -> dict[str, Any]:
    provider = job.integration.connection.provider if job.integration else ""
    known = {"job": job, "no": no, "order": order, "books": provider_label(provider)}
    try:
        made = note_acts.preview(job, Wish(is_rest=True), "")
    except NeedsSetup as stop:
        return {**known, "trouble": explain_code(stop.code, shop=door.shop, provider=provider, facts=stop.facts)}
    return {**known, "preview": note_paper(made.document)}


def _done(request: HttpRequest, door: Door, job: SyncJob, no: str) -> HttpResponse:
    try:
        with transaction.atomic():
            row, again = note_acts.credit_and_send_again(job, Person(door.user, door.who))
    except NeedsSetup:
        messages.warning(request, _("This order no longer waits for that."))
        return redirect("order", door.shop.slug, no)
    said = {"number": row.number}
    if again is None:
        messages.success(
            request, _("Credit note %(number)s is saved. The order is cancelled and not sent again.") % said
        )
        return redirect("credit-note", door.shop.slug, row.number)
    messages.success(request, _("Credit note %(number)s is saved, and the order is being sent again.") % said)
    return redirect("order", door.shop.slug, queries.addresses(door.shop, [again])[again.pk])
