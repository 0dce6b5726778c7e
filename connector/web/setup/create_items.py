"""Creating in the books what the owner asked for; the orders that waited for it go on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from connector.core.states import State
from connector.sync import acts, creating
from connector.sync.acts import Person
from connector.sync.creating import MOST, Chosen, Made, Outcome
from connector.sync.models import SyncJob
from connector.web.orders.mends import FIELDS_OF
from connector.web.orders.needs_you import RELEASED
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of, tell_stop
from connector.web.setup.creating import MISSING, MOST_ORDERS, all_wishes
from connector.web.setup.finance import Books, books_of
from connector.web.setup.mapping import saved_words

BACK = frozenset({"finance-mapping", "needs-you"})
"""The pages, by name, that offer it."""
MOST_READ = 1_000
PK = re.compile(r"[0-9]{1,18}")


@shop_page(change=True, network=True)
@require_POST
def create_items(request: HttpRequest, door: Door) -> HttpResponse:
    """Create the chosen items, choose them in the settings, and try the orders that waited for them."""
    came_from = request.POST.get("back", "")
    back = redirect(came_from if came_from in BACK else "finance-mapping", door.shop.slug)
    with door.scope():
        integration = integration_of(door)
        if integration is None or integration.settings is None:
            return back
        books = books_of(integration)
        chosen = _chosen(request, books)
    if not chosen:
        messages.warning(request, _("Nothing was created. Look again: what is missing may have changed."))
        return back
    outcome = creating.make(integration, chosen)
    with door.scope():
        _kept(request, door, books, outcome)
        _tell(request, door, books, outcome)
    return back


def _chosen(request: HttpRequest, books: Books) -> list[Chosen]:
    """What was ticked of what is still missing, each in a group of its own."""
    ticked = request.POST.getlist("item")[:MOST]
    jobs = [int(job) for job in request.POST.getlist("job")[:MOST_ORDERS] if PK.fullmatch(job)]
    chosen = [
        Chosen(wish, wish.chosen_group(request.POST.get(f"group:{wish.key}", "")))
        for wish in all_wishes(books, jobs)
        if wish.key in ticked
    ]
    return [each for each in chosen if each.group]


def _stopped(books: Books) -> list[SyncJob]:
    """The orders that wait for an item."""
    rows = SyncJob.objects.filter(integration=books.integration, state=State.NEEDS_YOU, reason__in=list(FIELDS_OF))
    return list(rows.only("reason", "facts").order_by("pk")[:MOST_READ])


def _kept(request: HttpRequest, door: Door, books: Books, outcome: Outcome) -> None:
    if not outcome.made:
        return
    person = Person(door.user, door.who)
    waiting = _waiting_for(outcome.made, books)
    creating.keep(books.integration, outcome.made, person, waiting)
    if waiting:
        acts.note(person, door.shop, RELEASED, jobs=",".join(str(pk) for pk in waiting))
    messages.success(request, f"{made_words(outcome.made, books)} {saved_words(len(waiting))}")


def _waiting_for(made: Collection[Made], books: Books) -> list[int]:
    """The orders that stopped for want of what there is now."""
    fields, numbers = {each.wish.field for each in made} - {""}, {each.item.number for each in made}
    return [job.pk for job in _stopped(books) if _lacks(job, fields, numbers, books)]


def _lacks(job: SyncJob, fields: Collection[str], numbers: Collection[str], books: Books) -> bool:
    facts = job.facts or {}
    if job.reason == MISSING:
        return str(facts.get("sku", "")) in numbers
    return not set(FIELDS_OF[job.reason](facts, books).names).isdisjoint(fields)


def made_words(made: Sequence[Made], books: Books) -> str:
    """What was created, and what was there already."""
    new = [each.item.number for each in made if not each.was_there]
    old = [each.item.number for each in made if each.was_there]
    created = ngettext("%(numbers)s is created in %(provider)s.", "%(numbers)s are created in %(provider)s.", len(new))
    there = ngettext("%(numbers)s was in %(provider)s already.", "%(numbers)s were in %(provider)s already.", len(old))
    told = ((created, new), (there, old))
    name = books.provider.label
    return " ".join(words % {"numbers": ", ".join(found), "provider": name} for words, found in told if found)


def _tell(request: HttpRequest, door: Door, books: Books, outcome: Outcome) -> None:
    """Say what was not created, and why."""
    if outcome.trouble is not None:
        tell_stop(request, door, books.connection, outcome.trouble)
    if outcome.left:
        left = ", ".join(each.wish.number for each in outcome.left)
        words = _("Not created yet: %(numbers)s. Press again in a minute; nothing is created twice.")
        messages.warning(request, words % {"numbers": left})
