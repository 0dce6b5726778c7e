"""Reading whose books the new keys open: redeem what was granted, let the owner choose among several, connect.

Each step is kept before the next one is made. Doing it again does no harm, however far it got.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounting.access import Company, FixedKeys
from accounting.base import AccountingProvider, Choices, Finding
from accounting.models import Connection
from accounting.registry import provider_class
from connector.core.errors import OutcomeUnknown, Stop, Temporary
from connector.lib.http import within
from connector.sync import acts, build
from connector.sync.acts import Person
from connector.tenancy.scope import wait_for_locks
from connector.web.pages import Door, shop_page
from connector.web.setup import candidates
from connector.web.setup.books import connection_of, integration_of, look, tell_stop
from connector.web.setup.candidates import Candidate

REDEEM_SECONDS = 10.0
"""Less than the 15 seconds after which PostgreSQL ends a transaction in which nothing is said."""


@shop_page(change=True, network=True)
@require_safe
def read(request: HttpRequest, door: Door) -> HttpResponse:
    """Read whose books the new keys open, and connect when they are those of before."""
    return redirect(_went_on(request, door, is_chosen=False), door.shop.slug)


@shop_page(change=True, network=True)
@require_POST
def choose(request: HttpRequest, door: Door) -> HttpResponse:
    """The owner has chosen: go on with the other books, or forget their keys."""
    if request.POST.get("books") == "new":
        return redirect(_went_on(request, door, is_chosen=True), door.shop.slug)
    candidates.forget(request)
    messages.success(request, _("Nothing was changed."))
    return redirect("finance-connect", door.shop.slug)


def _went_on(request: HttpRequest, door: Door, *, is_chosen: bool) -> str:
    """Go as far as it goes without the owner; the name of the page that shows how far that was."""
    with door.scope():
        connection = connection_of(door)
    candidate = candidates.waiting(request, connection.pk) if connection and door.may_change else None
    if connection is None or candidate is None:
        return "finance-connect"
    try:
        candidate = _with_companies(request, connection, _redeemed(request, door, connection, candidate))
        if candidate is None or not candidate.has_to_choose:
            return _connect(request, door, connection, candidate, is_chosen=is_chosen)
    except Stop as stop:
        _could_not_read(request, door, connection, stop)
        return "finance-connect"
    return "finance-organisation"


# --- the keys ---------------------------------------------------------------------------------------------------------
def _redeemed(request: HttpRequest, door: Door, connection: Connection, candidate: Candidate) -> Candidate | None:
    """The candidate with its keys; None when another request has finished with it.

    What was granted is redeemed once: who redeems it again ends the keys that it gave (RFC 6749, section 4.1.2). A page
    that is loaded twice at the same moment queues at the connection's row, and the second finds what the first got.
    """
    if candidate.is_redeemed:
        return candidate
    made, config = provider_class(connection.provider), settings.ACCOUNTING[connection.provider]
    with door.scope():
        wait_for_locks(REDEEM_SECONDS)
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        latest = candidates.latest(request, connection.pk)
        if latest is None or latest.is_redeemed:
            return latest
        secrets = made.redeem(config, latest.secrets(), within(build.network(), REDEEM_SECONDS))
        return candidates.redeemed(request, latest, secrets)


def _opened(connection: Connection, candidate: Candidate) -> AccountingProvider:
    """The provider with keys that are not the connection's yet."""
    name = connection.provider
    return provider_class(name).build(settings.ACCOUNTING[name], FixedKeys(candidate.secrets()), {}, build.network())


# --- which books ------------------------------------------------------------------------------------------------------
def _with_companies(request: HttpRequest, connection: Connection, candidate: Candidate | None) -> Candidate | None:
    """The candidate with the sets of books that its keys open."""
    if candidate is None or candidate.companies is not None:
        return candidate
    found = _opened(connection, candidate).companies()
    known = {"companies": [asdict(company) for company in found], "company": _same_as_before(connection, found)}
    return candidates.mark(request, candidate, **known, is_unread=False)


def _same_as_before(connection: Connection, found: Sequence[Company]) -> str:
    """The number of the books that a lost connection was to, if they can be chosen: nothing needs to be asked then."""
    if connection.status != Connection.Status.REVOKED:
        return ""
    usable = [company.number for company in found if not company.trouble]
    return connection.company_number if connection.company_number in usable else ""


def _connect(
    request: HttpRequest, door: Door, connection: Connection, candidate: Candidate | None, *, is_chosen: bool
) -> str:
    if candidate is None:
        return "finance-connect"
    choices, findings = look(_opened(connection, candidate))
    if not is_chosen and connection.company_number not in ("", choices.company_number):
        candidates.mark(request, candidate, name=choices.company_name, number=choices.company_number, is_unread=False)
        return "finance-connect"
    with door.scope():
        _connected(door, connection, candidate.secrets(), choices, findings)
        integration = integration_of(door)
    candidates.forget(request)
    # Who has chosen among several was told what is being read, and goes on to the settings made of it.
    is_first = integration is not None and integration.settings_id is None
    return "finance" if candidate.companies and is_first else "finance-connect"


def _connected(
    door: Door, connection: Connection, secrets: dict[str, str], choices: Choices, findings: list[Finding]
) -> None:
    person = Person(door.user, door.who)
    if connection.company_number not in ("", choices.company_number):
        integration = integration_of(door)
        assert integration is not None, "a shop that connects has chosen its financial system"
        # A connection of its own: customers and numbers that we know belong to the old books.
        connection = acts.choose_other_books(integration, person)
    acts.books_connected(connection, secrets, choices, person)
    acts.keep_choices(connection, choices, findings)


def _could_not_read(request: HttpRequest, door: Door, connection: Connection, stop: Stop) -> None:
    """The keys are kept only where trying again may help."""
    candidate = candidates.waiting(request, connection.pk)
    if isinstance(stop, OutcomeUnknown):
        # An answer to our sign-in that was lost; the catalogue's own words for that are about an order.
        stop = Temporary("provider-down")
    if candidate and isinstance(stop, Temporary):
        candidates.mark(request, candidate, is_unread=True)
    else:
        candidates.forget(request)
    tell_stop(request, door, connection, stop)
