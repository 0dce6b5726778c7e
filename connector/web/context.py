"""What every page of a shop has around it: name, menu, banner, and how many orders need somebody."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django_scopes import get_scope

from accounting.models import Connection
from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.tenancy.access import shops_of_user
from connector.web.banner import Banner, banner_for
from connector.web.pages import Door

MOST_COUNTED = 100
"""The number beside the menu is not counted further: beyond it reads "99+"."""
MOST_SWITCHED = 10
"""So many other shops stand in the header; the list has them all."""


@dataclass(frozen=True)
class MenuItem:
    """A line of the grey menu. `count` stands beside the word where it is not empty."""

    words: str
    url: str
    is_here: bool
    count: str = ""


@dataclass(frozen=True)
class Switch:
    """The way to the user's other shops: the business that the page belongs to, and some of the others.

    `clients` is the address of the list of all of them.
    """

    business: str
    others: Sequence[MenuItem]
    clients: str


@dataclass(frozen=True)
class Frame:
    """Around a shop's page."""

    shop: Any
    switch: Switch | None
    may_change: bool
    is_owner: bool
    menu: Sequence[MenuItem]
    banner: Banner | None
    needs_you: str
    url: str
    orders_url: str
    settings_url: str
    is_settings: bool
    """Whether the page is one of the settings, behind the gear."""


def frame(request: HttpRequest) -> dict[str, Frame | None]:
    """`frame` for templates; None on pages without a shop."""
    door = getattr(request, "door", None)
    if door is None:
        return {"frame": None}
    with _inside(door):
        return {"frame": _frame(request, door)}


def _inside(door: Door) -> AbstractContextManager[None]:
    """The door's scope, entered only where the page has not entered it already."""
    is_inside = get_scope().get("tenant") == door.entry.tenant_id
    return nullcontext() if is_inside else door.scope()


def _frame(request: HttpRequest, door: Door) -> Frame:
    connection = _connection(door)
    needs_you = _how_many(door)
    settings_url = address("settings", door.shop.slug)
    return Frame(
        shop=door.shop,
        switch=_switch(door),
        may_change=door.may_change,
        is_owner=door.entry.is_owner,
        menu=_menu(request, door, connection, needs_you),
        banner=banner_for(door, connection),
        needs_you=needs_you,
        url=address("overview", door.shop.slug),
        orders_url=address("orders", door.shop.slug),
        settings_url=settings_url,
        is_settings=request.path.startswith(settings_url),
    )


def address(name: str, *parts: str) -> str:
    """The address of a page; empty while the page does not exist."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def _connection(door: Door) -> Connection | None:
    tied = Integration.objects.select_related("connection__channel")
    integration = tied.filter(shop=door.shop, is_active=True).first()
    return integration.connection if integration else None


def _how_many(door: Door) -> str:
    found = SyncJob.objects.filter(shop=door.shop, state=State.NEEDS_YOU)[:MOST_COUNTED].count()
    return f"{MOST_COUNTED - 1}+" if found == MOST_COUNTED else str(found or "")


def _switch(door: Door) -> Switch | None:
    """None for whoever has this shop alone. One query."""
    shops = shops_of_user(door.user.pk)
    if len(shops) < 2:
        return None
    here = next((shop.business for shop in shops if shop.tenant_id == door.entry.tenant_id), "")
    others = [shop for shop in shops if shop.slug != door.shop.slug][:MOST_SWITCHED]
    lines = [MenuItem(f"{one.business} · {one.shop}", address("overview", one.slug), False) for one in others]
    return Switch(here, lines, address("clients"))


def _menu(request: HttpRequest, door: Door, connection: Connection | None, needs_you: str) -> list[MenuItem]:
    rows = [
        ("overview", _("Overview"), ""),
        ("orders", _("Orders"), ""),
        ("credit-notes", _("Credit notes"), ""),
        ("needs-you", _("Needs you"), needs_you),
        ("log", _("Log"), ""),
        ("health", _("Troubleshooting"), ""),
        *([("finance", _("Financial system"), "")] if connection else []),
    ]
    found = [(words, address(name, door.shop.slug), count) for name, words, count in rows]
    home = address("overview", door.shop.slug)
    return [MenuItem(words, url, _is_here(request, url, home), count) for words, url, count in found if url]


def _is_here(request: HttpRequest, url: str, home: str) -> bool:
    """Whether the page belongs to this line. Every address begins with the overview's, so that one must be whole."""
    return request.path == url if url == home else request.path.startswith(url)
