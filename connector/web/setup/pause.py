"""Pausing the transfers of a shop and letting them go on, and the history of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from connector.sync import stopping
from connector.sync.acts import Person
from connector.sync.models import ActivityEntry
from connector.web.frame.words import Text
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from shops.models import Shop

MOST_SHOWN = 20
WORDS: Mapping[str, Text] = {
    "paused": gettext_lazy("%(who)s paused the transfers"),
    "resumed": gettext_lazy("%(who)s resumed the transfers"),
    "books-connected": gettext_lazy("%(who)s connected %(company)s"),
    "books-disconnected": gettext_lazy("%(who)s closed the connection to %(company)s"),
}


@dataclass(frozen=True)
class Stop:
    """What somebody did, in words."""

    at: datetime
    words: str


def stops(shop: Shop) -> Sequence[Stop]:
    """Who paused, resumed, connected and disconnected, the newest first. One query."""
    rows = ActivityEntry.objects.filter(shop=shop, what__in=WORDS).order_by("-pk")[:MOST_SHOWN]
    return [Stop(row.at, _told(row)) for row in rows]


def _told(row: ActivityEntry) -> str:
    return str(WORDS[row.what]) % {"who": row.who, "company": row.facts.get("company", "")}


@require_POST
@shop_page(change=True)
def pause(request: HttpRequest, door: Door) -> HttpResponse:
    """Send nothing new for the shop."""
    if integration := integration_of(door):
        stopping.pause(integration, Person(door.user, door.who))
        messages.success(request, _("The transfers are paused. Orders wait here."))
    return redirect("finance", door.shop.slug)


@require_POST
@shop_page(change=True)
def resume(request: HttpRequest, door: Door) -> HttpResponse:
    """Go on."""
    if integration := integration_of(door):
        n = stopping.resume(integration, Person(door.user, door.who))
        words = ngettext("The transfers go on; %(n)d order waited.", "The transfers go on; %(n)d orders waited.", n)
        messages.success(request, words % {"n": n})
    return redirect("finance", door.shop.slug)
