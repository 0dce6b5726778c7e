"""Which zone or account each kind of sale gets, and whether the books charge there what the shop does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounting.models import Connection
from connector.core.document import Situation
from connector.core.states import State
from connector.core.territory import EU
from connector.core.treatment import zones_needed
from connector.sync import acts, rules
from connector.sync.acts import Person
from connector.sync.models import Integration, SyncJob
from connector.web.frame.countries import country
from connector.web.orders.snapshots import order_of
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from connector.web.setup.finance import Books, books_of
from connector.web.setup.mapping import saved_words
from connector.web.setup.vat_form import ADD, VatForm, countries_in
from connector.web.setup.vat_lines import Line, Look, Seen, lines
from connector.web.setup.vat_way import BY_ZONE

LACKING = ("vat-zone-missing", "choice-missing")
MENDED = ("vat-zone-missing", "vat-mismatch", "vat-rate-missing")
"""The reasons that this page mends: saving tries their orders again."""
MOST_COUNTED = 1_000
MOST_READ = 200
"""So many of the latest orders tell where the shop sells."""


@shop_page(change=True)
@require_http_methods(["GET", "HEAD", "POST"])
def vat(request: HttpRequest, door: Door) -> HttpResponse:
    """Show what is chosen, or save them as a new version and try the orders that waited for it."""
    integration = integration_of(door)
    if integration is None or integration.settings is None:
        return redirect("finance", door.shop.slug)
    books = books_of(integration)
    if not books.vat_way.settings(books.provider):
        return redirect("finance", door.shop.slug)
    if request.method != "POST":
        return _page(request, door, books, _form(door, books))
    # Of two who save at once, the second waits here and then sees the first one's version.
    Integration.objects.select_for_update().get(pk=integration.pk)
    return _posted(request, door, books_of(integration_of(door) or integration))


def _posted(request: HttpRequest, door: Door, books: Books) -> HttpResponse:
    form = _form(door, books, request.POST)
    if "add" in request.POST:
        form.full_clean()
        form.errors.clear()
        return _page(request, door, books, form, is_draft=True)
    if not form.is_valid():
        return _page(request, door, books, form, status=422)
    if request.POST.get("version") != str(books.number):
        return _page(request, door, books, form, status=409)
    waiting = _waiting(books)
    released = SyncJob.objects.filter(waiting, integration=books.integration).count()
    acts.save_settings(books.integration, form.values, Person(door.user, door.who), only=waiting)
    messages.success(request, saved_words(released))
    return redirect("finance-vat" if request.POST.get("then") == "edit" else "finance", door.shop.slug)


def _waiting(books: Books) -> Q:
    """The orders that another zone or account may let go."""
    chosen = Q(reason__in=("choice-gone", "choice-missing"), facts__field__startswith=books.vat_way.beginning)
    # What the books lost is named `zone` there, whatever the situation.
    gone = Q(reason="choice-gone", facts__field=books.vat_way.beginning.rstrip("_"))
    return Q(state=State.NEEDS_YOU) & (Q(reason__in=MENDED) | chosen | gone)


# --- what is known ----------------------------------------------------------------------------------------------------
def _form(door: Door, books: Books, data: Mapping[str, Any] | None = None) -> VatForm:
    """With the countries that have something chosen, were sold to, wait for it, or were put on the page by hand."""
    names = {name for name, chosen in books.saved.items() if chosen} | set(_sold_to(door, books))
    codes = {str(job.facts.get("country", "")) for job in _stopped(books) if job.reason in LACKING}
    if data is not None:
        names |= set(data)
        codes.add(str(data.get(ADD, "")))
    prefix = books.vat_way.field(Situation.EU_CONSUMER)
    names |= {books.vat_way.field(Situation.EU_CONSUMER, code) for code in codes}
    return VatForm(books, countries_in((name for name in names if name.startswith(prefix)), door.shop.country), data)


def _sold_to(door: Door, books: Books) -> Seen:
    """Where the shop's latest orders went, and at which rates."""
    jobs = SyncJob.objects.filter(shop=door.shop, order__isnull=False).only("order").order_by("-pk")[:MOST_READ]
    orders = [order for order in map(order_of, jobs) if order]
    found = zones_needed(orders, rules.mapping_rules(books.saved, door.shop.country, provider=books.provider))
    return {f"{books.vat_way.beginning}{name.removeprefix(BY_ZONE.beginning)}": seen for name, seen in found.items()}


def _stopped(books: Books) -> list[SyncJob]:
    """The orders that this page can let go, at most so many."""
    rows = SyncJob.objects.filter(_waiting(books), integration=books.integration)
    return list(rows.only("reason", "facts").order_by("pk")[:MOST_COUNTED])


def _kind_of(job: SyncJob) -> str:
    """The situation that a stopped order belongs to; empty where its facts do not tell."""
    land, rate = str(job.facts.get("country", "")), str(job.facts.get("rate", ""))
    if land in EU:
        return f"{Situation.EU_CONSUMER}-{land}"
    situation = str(job.facts.get("situation", "")) or str(job.facts.get("field", "")).partition("_")[2]
    return f"{situation}-{rate}" if rate else situation


# --- showing ----------------------------------------------------------------------------------------------------------
def _page(
    request: HttpRequest, door: Door, books: Books, form: VatForm, *, status: int = 200, is_draft: bool = False
) -> HttpResponse:
    stopped = _stopped(books)
    waiting = Counter(map(_kind_of, stopped))
    values = form.values or books.saved
    shop = door.shop
    found = lines(Look(books, form, values, shop.country, timezone.localdate(), _sold_to(door, books), waiting))
    about: dict[str, Any] = {
        "form": form,
        "provider": books.provider.label,
        "way": books.vat_way,
        "has_options": bool(books.choices.lists.get(books.vat_way.options)),
        "lines": found,
        "missing": sum(line.is_missing for line in found),
        "addable": _addable(shop.country, form),
        "checked_at": books.connection.choices_at,
        "is_connected": books.connection.status == Connection.Status.CONNECTED,
        "number": books.number,
        "version": books.version,
        "waiting": len(stopped),
        "may_change": door.may_change,
        "is_late": status == 409,
        "is_draft": is_draft,
    }
    return render(request, "setup/vat.html", about, status=status)


def _addable(home: str, form: VatForm) -> list[tuple[str, str]]:
    """The countries that can be put on the page: (ISO code, name)."""
    if home not in EU:
        return []
    left = EU - countries_in(form.fields, home) - {home}
    return sorted(((code, country(code)) for code in left), key=lambda row: row[1])


def saved_lines(door: Door, books: Books) -> list[Line]:
    """The situations under the saved settings, for the page that checks them. Needs the scope."""
    day = timezone.localdate()
    return lines(Look(books, _form(door, books), books.saved, door.shop.country, day, _sold_to(door, books), {}))
