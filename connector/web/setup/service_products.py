"""Creating the service products that lines are sold as, with one button: they are chosen in the settings as typed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.sync import acts, creating, selling
from connector.sync.acts import Person
from connector.sync.creating import MOST, Chosen, Outcome
from connector.web.pages import Door, shop_page
from connector.web.setup import finance
from connector.web.setup.books import integration_of, look_again, tell_stop
from connector.web.setup.create_items import made_words
from connector.web.setup.finance import Books, books_of, typed_values


@shop_page(change=True, network=True)
@require_POST
def create(request: HttpRequest, door: Door) -> HttpResponse:
    """Create what was ticked, read again what the books offer, and show the settings as typed, with it chosen."""
    with door.scope():
        integration = integration_of(door)
        books = books_of(integration) if integration else None
        wanted = _wanted(request, books) if books else []
    if integration is None or books is None:
        return redirect("finance", door.shop.slug)
    outcome = creating.make(integration, wanted)
    saved = books.saved if books.version else {}
    found = look_again(request, door, books.connection, saved) if outcome.made else None
    with door.scope():
        _tell(request, door, books, outcome)
        if found:
            acts.fetched_again(books.connection, selling.with_made(found[0], outcome.made), found[1])
        return finance.as_typed(request, door, dict(selling.chosen(outcome.made)) if found else {})


def _wanted(request: HttpRequest, books: Books) -> list[Chosen]:
    """What was ticked of what is still missing, each made of a pair of its own."""
    ticked = request.POST.getlist("item")[:MOST]
    wishes = selling.missing(typed_values(request, books), books.provider, books.choices)
    found = [Chosen(wish, wish.chosen_group(request.POST.get(f"group:{wish.key}", ""))) for wish in wishes]
    return [each for each in found if each.wish.key in ticked and each.group]


def _tell(request: HttpRequest, door: Door, books: Books, outcome: Outcome) -> None:
    if outcome.made:
        numbers = ", ".join(each.item.number for each in outcome.made)
        acts.note(Person(door.user, door.who), door.shop, "items-created", items=numbers)
        words = _("They are chosen below. Save the settings to use them.")
        messages.success(request, f"{made_words(outcome.made, books)} {words}")
    if outcome.trouble is not None:
        tell_stop(request, door, books.connection, outcome.trouble)
    elif not outcome.made:
        messages.warning(request, _("Nothing was created. Look again: what is missing may have changed."))
