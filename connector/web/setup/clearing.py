"""Creating a clearing account in the books with one button: it is then chosen in the settings as they were typed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounting.base import Choices, Finding
from connector.core.errors import Stop
from connector.sync import acts, clearing
from connector.sync.acts import Person
from connector.sync.clearing import Account
from connector.web.pages import Door, shop_page
from connector.web.setup import finance
from connector.web.setup.books import integration_of, look_again, tell_stop
from connector.web.setup.finance import Books, books_of


@shop_page(change=True, network=True)
@require_POST
def create_account(request: HttpRequest, door: Door) -> HttpResponse:
    """Create it, read again what the books offer, and show the settings as typed, with the account chosen."""
    with door.scope():
        integration = integration_of(door)
        books = books_of(integration) if integration else None
    if books is None or clearing.offer(books.provider, books.choices) is None:
        return redirect("finance", door.shop.slug)
    try:
        account = clearing.make(books.integration)
    except Stop as stop:
        tell_stop(request, door, books.connection, stop)
        account = None
    saved = books.saved if books.version else {}
    found = look_again(request, door, books.connection, saved) if account else None
    with door.scope():
        if account:
            _keep(request, door, books, account, found)
        return finance.as_typed(request, door, {"account": account.number} if account else {})


def _keep(
    request: HttpRequest, door: Door, books: Books, account: Account, found: tuple[Choices, list[Finding]] | None
) -> None:
    if found:
        acts.fetched_again(books.connection, *found)
    acts.note(Person(door.user, door.who), door.shop, "account-created", account=account.label)
    said = {"account": account.label, "provider": books.provider.label}
    words = (
        _("%(account)s was in %(provider)s already.")
        if account.was_there
        else _("%(account)s is created in %(provider)s.")
    )
    messages.success(
        request, f"{words % said} {_('It is chosen as posting account below. Save the settings to use it.')}"
    )
