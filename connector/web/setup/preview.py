"""The preview: choose a period, see the documents that its orders would become, then transfer them or one as a draft.

Looking takes long, so it is done in steps: the page leads to the step, the step leads back, without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounting.models import Connection
from connector.sync import earlier, preview, rules
from connector.sync.acts import Person
from connector.sync.models import Integration, Preview, PreviewOrder, SettingsVersion
from connector.web.frame.reasons import provider_label
from connector.web.orders.snapshots import UNREADABLE
from connector.web.pages import Door, shop_page
from connector.web.setup import preview_sums, previews
from connector.web.setup.books import integration_of
from connector.web.setup.finance import books_of
from connector.web.setup.form import SettingsForm
from connector.web.setup.way import TRY, way

LONGEST_DAYS = 366
REFRESH_SECONDS = 3
"""How often the page asks anew while earlier orders are on their way."""


@shop_page(change=True)
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The preview as far as it has come; a POST begins one, transfers its orders, or cancels that."""
    integration = integration_of(door)
    if integration is None:
        return render(request, "setup/no_system.html", {"may_change": door.may_change})
    if request.method == "POST":
        return _posted(request, door, integration)
    return render(request, "setup/preview.html", _values(door, integration))


@shop_page(change=True, network=True)
@require_safe
def step(request: HttpRequest, door: Door) -> HttpResponse:
    """Look at the next orders, then back to the page. Doing it again does no harm."""
    previews.go_on(door, is_trial=False)
    return redirect("finance-preview", door.shop.slug)


# --- showing ---------------------------------------------------------------------------------------------------------
def _values(door: Door, integration: Integration) -> dict[str, Any]:
    first, last = preview.usual_period(timezone.localdate())
    found = previews.latest(door, is_trial=False)
    common = {
        "way": way(door.shop, integration, TRY),
        "provider": provider_label(integration.connection.provider),
        "may_begin": door.may_change and _is_connected(integration),
        "may_change": door.may_change,
        "first": found.first_day if found else first,
        "last": found.last_day if found else last,
        "today": timezone.localdate(),
        "found": found,
    }
    return common if found is None else common | _looked(found, door)


def _looked(found: Preview, door: Door) -> dict[str, Any]:
    counts = preview_sums.counts(found)
    is_ready = preview.is_ready(found)
    listed = sum(count.count for count in counts.values())
    running = earlier.progress(found) if found.started_at else None
    chosen = earlier.chosen(found)
    may_go_on = preview.may_go_on(found)
    is_going = may_go_on and not found.trouble
    is_running = bool(running and running.waiting)
    return {
        "is_ready": is_ready,
        "is_going": is_going,
        "is_stopped": found.cancelled_at is not None and found.started_at is None,
        "may_go_on": door.may_change and may_go_on,
        "refresh": REFRESH_SECONDS if is_running else None,
        "listed": listed,
        "looked_at": listed - counts["unread"].count,
        "trouble": preview_sums.trouble(found),
        "counts": counts,
        "stops": preview_sums.groups(found, PreviewOrder.Outcome.STOPS),
        "not_meant": preview_sums.groups(found, PreviewOrder.Outcome.NOT_MEANT),
        "sums": preview_sums.rate_sums(found),
        "missing": preview_sums.missing(found),
        "rows": preview_sums.table(found),
        "most": preview_sums.MOST_SHOWN,
        "is_saved": previews.is_current(found),
        "earlier": chosen.count(),
        "may_start": door.may_change and earlier.may_start(found) and chosen.exists(),
        "running": running,
        "may_cancel": door.may_change and is_running and found.cancelled_at is None,
    }


def _is_connected(integration: Integration) -> bool:
    return integration.connection.status == Connection.Status.CONNECTED


# --- doing -----------------------------------------------------------------------------------------------------------
def _posted(request: HttpRequest, door: Door, integration: Integration) -> HttpResponse:
    act = request.POST.get("act", "")
    if act in ("begin", "unsaved"):
        return _begin(request, door, integration, is_unsaved=act == "unsaved")
    found = previews.latest(door, is_trial=False)
    if found is not None and act in ACTS:
        ACTS[act](request, found, Person(door.user, door.who))
    return redirect("finance-preview", door.shop.slug)


def _begin(request: HttpRequest, door: Door, integration: Integration, *, is_unsaved: bool) -> HttpResponse:
    period = _period(request.POST)
    if not _is_connected(integration) or not door.shop.is_connected:
        messages.warning(request, _("Connect the shop and the financial system first."))
    elif period is None:
        messages.warning(request, _("Choose a first and a last day, at most a year apart and not after today."))
    else:
        values, version = _settings(request, integration, is_unsaved=is_unsaved)
        preview.begin(integration, *period, values, version, door.who)
        return redirect("finance-preview-step", door.shop.slug)
    return redirect("finance-preview", door.shop.slug)


def _period(data: Mapping[str, str]) -> tuple[date, date] | None:
    """The days that were chosen, the usual ones where none were; None for those that make no sense."""
    today = timezone.localdate()
    usual = preview.usual_period(today)
    if not data.get("first") and not data.get("last"):
        return usual
    first, last = _day(data.get("first", "")), _day(data.get("last", "")) or today
    is_period = first is not None and first <= last <= today and last - first <= timedelta(days=LONGEST_DAYS)
    return (first, last) if first is not None and is_period else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except UNREADABLE:
        return None


def _settings(
    request: HttpRequest, integration: Integration, *, is_unsaved: bool
) -> tuple[dict[str, str], SettingsVersion | None]:
    """The settings to look under, and the saved version that they are; None for what nobody saved."""
    books = books_of(integration)
    saved = dict(books.saved)
    if not is_unsaved:
        return saved, integration.settings
    form = SettingsForm(books.provider, books.choices, books.saved, request.POST)
    form.full_clean()
    typed = {name: value for name, value in form.values.items() if value or name not in rules.NEUTRAL}
    values = {**rules.NEUTRAL, **saved, **typed, "rates": form.shown["rates"]}
    return values, integration.settings if values == saved else None


def _start(request: HttpRequest, found: Preview, person: Person) -> None:
    if count := earlier.start(found, person):
        words = ngettext("%(n)d earlier order is on its way.", "%(n)d earlier orders are on their way.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("Nothing was sent. Look again: the settings or the orders have changed."))


def _cancel(request: HttpRequest, found: Preview, person: Person) -> None:
    count = earlier.cancel(found, person)
    words = ngettext("%(n)d order is left as it was.", "%(n)d orders are left as they were.", count)
    messages.success(request, words % {"n": count})


def _draft(request: HttpRequest, found: Preview, person: Person) -> None:
    row = previews.row_of(found, request.POST.get("order", ""))
    if row is not None and earlier.draft(row, person):
        words = _("Order %(order)s is being made a draft. It is not booked by us.")
        messages.success(request, words % {"order": row.order_number})
    else:
        messages.warning(request, _("Nothing was sent. Look again: the settings or the orders have changed."))


def _stop(request: HttpRequest, found: Preview, person: Person) -> None:
    preview.cancel(found)


ACTS = {"stop": _stop, "start": _start, "cancel": _cancel, "draft": _draft}
