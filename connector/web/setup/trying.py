"""The last step of the set-up: one of the shop's last orders, as its invoice will be, and then made a draft.

What is shown is a preview of ten orders (`connector.sync.preview`); nothing is sent before *Create as draft*.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting.models import Connection
from connector.core.store import document_from_json
from connector.sync import earlier, preview
from connector.sync.acts import Person
from connector.sync.models import Integration, Preview, PreviewOrder, SyncJob
from connector.web.frame.reasons import provider_label
from connector.web.orders.paper import comparison, paper
from connector.web.orders.queries import named
from connector.web.pages import Door, shop_page
from connector.web.setup import preview_sums, previews
from connector.web.setup.books import integration_of
from connector.web.setup.finance import books_of
from connector.web.setup.way import TRY, way

NEWEST = 10
"""So many of the shop's last orders can be chosen from."""


@shop_page(change=True)
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The last orders and what each would become; a POST finds them, or makes one a draft."""
    integration = integration_of(door)
    if integration is None:
        return render(request, "setup/no_system.html", {"may_change": door.may_change})
    if request.method == "POST":
        return _posted(request, door, integration)
    return render(request, "setup/try.html", _values(door, integration))


@shop_page(change=True, network=True)
@require_safe
def step(request: HttpRequest, door: Door) -> HttpResponse:
    """Look at the orders, then back to the page. Doing it again does no harm."""
    previews.go_on(door, is_trial=True)
    return redirect("finance-try", door.shop.slug)


@shop_page(change=True)
@require_safe
def one(request: HttpRequest, door: Door) -> HttpResponse:
    """One order, `?order=`, as the invoice that it would become; one that cannot be shown leads back to the list."""
    integration = integration_of(door)
    found = previews.latest(door, is_trial=True)
    row = previews.row_of(found, request.GET.get("order", "")) if found is not None else None
    if integration is None or found is None or row is None:
        return redirect("finance-try", door.shop.slug)
    values = {
        **_common(door, integration),
        "row": row,
        "may_draft": door.may_change and not row.is_there and previews.is_current(found),
        **_as_paper(found, row),
    }
    return render(request, "setup/try_order.html", values)


# --- showing ---------------------------------------------------------------------------------------------------------
def _common(door: Door, integration: Integration) -> dict[str, Any]:
    return {
        "way": way(door.shop, integration, TRY),
        "provider": provider_label(integration.connection.provider),
        "may_change": door.may_change,
    }


def _values(door: Door, integration: Integration) -> dict[str, Any]:
    found = previews.latest(door, is_trial=True)
    first = integration.first_job if not integration.first_checked_at else None
    books = books_of(integration)
    common = {
        **_common(door, integration),
        "is_set_up": integration.settings_id is not None,
        "may_look": door.may_change and _may_look(door, integration),
        "trigger": books.saved["trigger"],
        "first": named(door.shop, first) if first else None,
        "found": found if found and previews.is_current(found) else None,
    }
    return common | (_looked(found, door) if found and previews.is_current(found) else {})


def _looked(found: Preview, door: Door) -> dict[str, Any]:
    may_go_on = preview.may_go_on(found)
    return {
        "trouble": preview_sums.trouble(found),
        "may_go_on": door.may_change and may_go_on,
        "is_going": may_go_on and not found.trouble,
        "rows": preview_sums.table(found),
        "becomes": PreviewOrder.Outcome.BECOMES,
    }


def _as_paper(found: Preview, row: PreviewOrder) -> dict[str, Any]:
    """What the template of an order's document needs, of an order that has no job yet."""
    assert row.document is not None, "an order that becomes a document has one"
    job = SyncJob(
        shop=found.shop,
        integration=found.integration,
        order_id=row.order_id,
        order_number=row.order_number,
        currency=row.currency,
    )
    books = provider_label(found.integration.connection.provider)
    document = document_from_json(row.document)
    return {"job": job, "paper": paper(job, document, []), "books": books, "open_checks": [comparison(job)]}


# --- doing -----------------------------------------------------------------------------------------------------------
def _posted(request: HttpRequest, door: Door, integration: Integration) -> HttpResponse:
    if request.POST.get("act") == "draft":
        return _draft(request, door)
    if not _may_look(door, integration):
        messages.warning(request, _("Connect the shop and the financial system first."))
        return redirect("finance-try", door.shop.slug)
    values = dict(books_of(integration).saved)
    period = preview.usual_period(timezone.localdate())
    preview.begin(integration, *period, values, integration.settings, door.who, newest=NEWEST)
    return redirect("finance-try-step", door.shop.slug)


def _draft(request: HttpRequest, door: Door) -> HttpResponse:
    found = previews.latest(door, is_trial=True)
    row = previews.row_of(found, request.POST.get("order", "")) if found is not None else None
    job = earlier.draft(row, Person(door.user, door.who)) if row is not None else None
    if job is None:
        messages.warning(request, _("Nothing was sent. Look again: the settings or the orders have changed."))
        return redirect("finance-try", door.shop.slug)
    words = _("Order %(order)s is being made a draft. It is not booked by us.")
    messages.success(request, words % {"order": job.order_number})
    return redirect("order", door.shop.slug, named(door.shop, job)["part"])


def _may_look(door: Door, integration: Integration) -> bool:
    is_connected = integration.connection.status == Connection.Status.CONNECTED
    return is_connected and door.shop.is_connected and integration.settings_id is not None
