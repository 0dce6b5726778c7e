"""Connecting to the books: before, on the way, after, failed, expired."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounting.base import AccountingProvider, Choices, Finding
from accounting.models import Connection
from accounting.registry import provider_class
from connector.core.errors import Stop
from connector.core.states import State
from connector.sync import acts, build
from connector.sync.acts import Person
from connector.sync.models import Integration, SyncJob
from connector.web.pages import Door, shop_page
from connector.web.setup import candidates, handshakes, labels
from connector.web.setup.candidates import Candidate
from connector.web.setup.coming_back import purpose, sign_in
from connector.web.setup.findings import told
from connector.web.setup.leaving import forward, tell
from connector.web.setup.tokens import token_end, token_form
from connector.web.setup.way import CONNECT, next_page, way

MOST_COUNTED = 100
FETCHED_FROM = frozenset({"finance-connect", "finance-mapping", "finance-vat", "needs-you"})
"""The pages, by name, that have a button to fetch again; all others lead to the settings."""
Provider = type[AccountingProvider]


def integration_of(door: Door) -> Integration | None:
    """What ties the shop to its books, with the connection and the settings. Needs the scope."""
    rows = Integration.objects.select_related("connection", "settings")
    return rows.filter(shop=door.shop, is_active=True).first()


def connection_of(door: Door) -> Connection | None:
    """The connection that the shop's owner chose. Needs the scope."""
    integration = integration_of(door)
    return integration.connection if integration else None


# --- going ---------------------------------------------------------------------------------------------------------
@shop_page(change=True)
def connect(request: HttpRequest, door: Door) -> HttpResponse:
    """GET: where the connection stands. POST: begin the sign-in at the provider."""
    integration = integration_of(door)
    if integration is None:
        return render(request, "setup/no_system.html", {"may_change": door.may_change})
    if request.method == "POST":
        return _leave(request, door, integration.connection)
    return render(request, "setup/connect.html", connect_page(request, door, integration))


def _leave(request: HttpRequest, door: Door, connection: Connection) -> HttpResponse:
    name = connection.provider
    state = handshakes.begin(request, door, purpose(name), connection.pk)
    url = provider_class(name).connect_url(settings.ACCOUNTING[name], sign_in(name, state))
    return forward(request, url, provider_class(name).label, back="finance-connect")


def connect_page(request: HttpRequest, door: Door, integration: Integration) -> dict[str, Any]:
    """What the page says."""
    connection = integration.connection
    provider = provider_class(connection.provider)
    candidate = candidates.waiting(request, connection.pk)
    return {
        "connection": connection,
        # The label: a class in a template's context would be called.
        "provider": provider.label,
        "token_form": token_form(provider),
        "token_end": token_end(connection, provider) if door.may_change else "",
        "candidate": candidate,
        "stage": _stage(connection, candidate),
        "way": way(door.shop, integration, CONNECT),
        "next": next_page(door.shop, integration),
        "may_change": door.may_change,
        "number_word": number_word(provider),
        "prerequisites": labels.prerequisites(provider.prerequisites),
        "counts": labels.counted(Choices.from_json(connection.choices), provider),
        "findings": told(connection, door.shop),
        "waiting": SyncJob.objects.filter(shop=door.shop, state=State.WAITING)[:MOST_COUNTED].count(),
        "last": SyncJob.objects.filter(shop=door.shop, kind="invoice", state=State.DONE).order_by("-id").first(),
    }


def _stage(connection: Connection, candidate: Candidate | None) -> str:
    """Which of the page's faces is shown."""
    if candidate and candidate.number:
        return "other"
    if candidate and candidate.is_unread:
        return "unread"
    if candidate:
        return "organisation" if candidate.has_to_choose else "reading"
    return {"connected": "after", "revoked": "lost"}.get(connection.status, "before")


def number_word(provider: Provider) -> str:
    """What the number of a set of books is called there."""
    return str(labels.COMPANY_NUMBERS[provider.company_word])


def tell_stop(request: HttpRequest, door: Door, connection: Connection, stop: Stop) -> None:
    """Say why the books could not be asked."""
    tell(request, stop.code, door.shop, {"provider": provider_class(connection.provider).label, **stop.facts})


def look(provider: AccountingProvider, values: dict[str, str] | None = None) -> tuple[Choices, list[Finding]]:
    """What the books offer, and what keeps us from using them. Raises the classes of `connector.core.errors`."""
    return provider.choices(), provider.check(values or {})


def look_again(
    request: HttpRequest, door: Door, connection: Connection, values: dict[str, str]
) -> tuple[Choices, list[Finding]] | None:
    """The same of a connection, for these settings; None where it could not be asked, which is said. No scope."""
    try:
        return look(build.provider_for(connection), values)
    except Stop as stop:
        tell_stop(request, door, connection, stop)
        return None


# --- afterwards ----------------------------------------------------------------------------------------------------
@shop_page(change=True, network=True)
@require_POST
def fetch(request: HttpRequest, door: Door) -> HttpResponse:
    """Read once more what the settings choose from, and check the connection."""
    with door.scope():
        integration = integration_of(door)
        connection = integration.connection if integration else None
        if integration is None or connection is None or connection.status != Connection.Status.CONNECTED:
            return redirect("finance-connect", door.shop.slug)
        values = dict(integration.settings.values) if integration.settings else {}
    if found := look_again(request, door, connection, values):
        with door.scope():
            acts.fetched_again(connection, *found)
        label = provider_class(connection.provider).label
        messages.success(request, _("Fetched again from %(provider)s.") % {"provider": label})
    came_from = request.POST.get("from", "")
    return redirect(came_from if came_from in FETCHED_FROM else "finance", door.shop.slug)


@shop_page(change=True)
@require_POST
def disconnect(request: HttpRequest, door: Door) -> HttpResponse:
    """Send nothing more to these books."""
    connection = connection_of(door)
    if connection is not None:
        acts.disconnect(connection, Person(door.user, door.who))
        said = {"provider": provider_class(connection.provider).label}
        messages.success(request, _("The connection to %(provider)s is closed. Orders wait here.") % said)
    return redirect("finance-connect", door.shop.slug)
