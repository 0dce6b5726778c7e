"""The way there, in four steps: choose, connect, set up, try. It stands on every page until it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _

from accounting.models import Connection
from connector.sync.models import Integration
from shops.models import Shop

CHOOSE, CONNECT, SET_UP, TRY = "choose", "connect", "set-up", "try"
STEPS = (CHOOSE, CONNECT, SET_UP, TRY)


@dataclass(frozen=True)
class Step:
    """One step. `url` is empty while the steps before it keep its page from being of use."""

    words: str
    url: str
    is_here: bool
    is_done: bool


def way(shop: Shop, integration: Integration | None, here: str) -> list[Step]:
    """The four steps as they stand; none once somebody has said that the first order is right."""
    if integration is not None and integration.first_checked_at:
        return []
    words = {CHOOSE: _("Choose"), CONNECT: _("Connect"), SET_UP: _("Set up"), TRY: _("Try")}
    pages = {CHOOSE: "settings-systems", CONNECT: "finance-connect", SET_UP: "finance", TRY: "finance-try"}
    done = _done(shop, integration)
    reached = {CHOOSE} | {step for before, step in pairwise(STEPS) if before in done}
    return [
        Step(words[step], reverse(pages[step], args=[shop.slug]) if step in reached else "", step == here, step in done)
        for step in STEPS
    ]


def _done(shop: Shop, integration: Integration | None) -> set[str]:
    if integration is None:
        return set()
    is_connected = integration.connection.status == Connection.Status.CONNECTED
    steps = {CHOOSE: True, CONNECT: is_connected and shop.is_connected, SET_UP: integration.settings_id is not None}
    return {step for step, is_done in steps.items() if is_done}


def next_page(shop: Shop, integration: Integration | None) -> tuple[str, str]:
    """Where the owner goes on from a page that is done with: the address and its words; empty at the end of the way."""
    if integration is None:
        return reverse("settings-systems", args=[shop.slug]), _("Continue: choose the financial system")
    if not shop.is_connected:
        return reverse("settings-shop", args=[shop.slug]), _("Continue: connect the shop")
    if integration.connection.status != Connection.Status.CONNECTED and integration.settings_id is None:
        return reverse("finance-connect", args=[shop.slug]), _("Continue: connect the financial system")
    if integration.settings_id is None:
        return reverse("finance", args=[shop.slug]), _("Continue: set up")
    if not integration.first_checked_at:
        return reverse("finance-try", args=[shop.slug]), _("Continue: try with an order")
    return "", ""
