"""Asking a shop what changed: events get lost, so every shop is asked, and asked more often while it is silent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from connector.core.errors import Stop
from connector.lib.http import Transport
from connector.sync import build, clock, intake, methods, shop_calls
from connector.sync.models import InboxEvent
from connector.tenancy.scope import scope
from shops.base import JSON, ChangedPart, ShopAdapter
from shops.models import Shop

log = logging.getLogger(__name__)

OVERLAP = timedelta(hours=24)
"""How far back every poll looks again: changes may show late, and clocks differ."""
SILENT_SECONDS = 300.0
"""How often a shop is asked whose events have been silent for longer than is usual for it."""
UNUSUAL = 3
USUAL_OVER = 20
"""So many of the latest events tell a shop's usual gap."""
MOST_AT_ONCE = 2000
"""Changed orders that one poll takes about; a longer list is gone on with a moment later, where it stopped."""
GO_ON_SECONDS = 60.0
UNPROVEN_SECONDS = 60.0


@dataclass
class Listing:
    """One listing of a shop's changes, over as many polls as it takes: always of the same `since`."""

    since: datetime
    began: datetime
    place: JSON
    orders: list[tuple[str, str]] = field(default_factory=list)
    is_cut_off: bool = False
    """The shop stopped answering in the middle."""

    @classmethod
    def of(cls, shop: Shop, now: datetime) -> Listing:
        """The one that an earlier poll did not finish, else a new one."""
        if kept := shop.unfinished_poll:
            since, began = (datetime.fromisoformat(kept[name]) for name in ("since", "began"))
            return cls(since, began, kept["place"])
        return cls((shop.polled_at or shop.connected_at or now) - OVERLAP, now, {})

    def read(self, parts: Iterable[ChangedPart]) -> None:
        """Take parts until the list ends or this poll has enough."""
        for part in parts:
            self.orders += part.orders
            self.place = part.place
            if self.place and len(self.orders) >= MOST_AT_ONCE:
                return
        self.place = {}

    def to_keep(self, now: datetime) -> dict[str, Any]:
        """What the shop's row keeps of it."""
        if not self.place:
            return {} if self.is_cut_off else {"polled_at": self.began, "unfinished_poll": {}}
        kept = {"since": self.since.isoformat(), "began": self.began.isoformat(), "place": self.place}
        soon = {"next_poll_at": now + timedelta(seconds=GO_ON_SECONDS), "is_poll_wanted": True}
        return {"unfinished_poll": kept, **({} if self.is_cut_off else soon)}


def poll(tenant_id: int, shop_id: int, transport: Transport | None = None) -> list[int]:
    """Ask a shop for changes if it is due, and note them. Returns the lanes that now have work."""
    now = clock.now()
    with scope(tenant_id):
        shop = _claim(shop_id, now)
        if shop is None:
            return []
        adapter = build.adapter_for(shop, transport)
    listing = _listed(shop, adapter, now)
    if listing.is_cut_off and not listing.orders:
        return []
    methods.refresh(tenant_id, shop_id, transport)
    with scope(tenant_id):
        lanes = intake.noticed(shop, listing.orders, now)
        Shop.objects.filter(pk=shop_id).update(**listing.to_keep(now))
    return lanes


def _listed(shop: Shop, adapter: ShopAdapter, now: datetime) -> Listing:
    """Ask the shop; what it told before it stopped answering counts."""
    listing = Listing.of(shop, now)
    try:
        with shop_calls.asking(shop.tenant_id, shop, adapter):
            listing.read(adapter.changed_parts(listing.since, listing.place or None))
    except Stop as error:
        log.info("poll of shop %s: %s", shop.pk, error.code)
        listing.is_cut_off = True
    return listing


def _claim(shop_id: int, now: datetime) -> Shop | None:
    """Take the poll that is due, so that one worker does it; the next one is set before the call is made.

    Whether a shop has fallen silent is looked at every few minutes; asked it is only when it has, or when its hour is
    over.
    """
    due = Shop.objects.filter(pk=shop_id, is_connected=True, next_poll_at__lte=now)
    shop = due.first()
    if shop is None:
        return None
    asks = shop.is_poll_wanted or _is_due(shop, now)
    taken = {"asked_at": now, "is_poll_wanted": False} if asks else {}
    following = now + timedelta(seconds=min(SILENT_SECONDS, settings.POLL_SECONDS))
    mine = due.filter(next_poll_at=shop.next_poll_at).update(next_poll_at=following, **taken)
    return shop if mine and asks else None


def _is_due(shop: Shop, now: datetime) -> bool:
    if shop.asked_at is None or (now - shop.asked_at).total_seconds() >= settings.POLL_SECONDS:
        return True
    usual = usual_gap(shop)
    if usual is None or shop.last_event_at is None:
        return False
    return (now - shop.last_event_at).total_seconds() > UNUSUAL * usual


def usual_gap(shop: Shop) -> float | None:
    """Seconds between the shop's latest events on average; None while there are too few to tell."""
    events = InboxEvent.objects.filter(~Q(topic="poll"), shop=shop).order_by("-received_at")
    times = list(events.values_list("received_at", flat=True)[:USUAL_OVER])
    if len(times) < USUAL_OVER:
        return None
    return max((times[0] - times[-1]).total_seconds() / (len(times) - 1), 1.0)


def bring_forward(shop: Shop, now: datetime) -> None:
    """An unproven delivery may only make us ask: at most once a minute, whatever is sent."""
    earliest = max(now, (shop.asked_at or now - timedelta(days=1)) + timedelta(seconds=UNPROVEN_SECONDS))
    shops = Shop.objects.filter(pk=shop.pk)
    shops.update(is_poll_wanted=True)
    shops.filter(Q(next_poll_at__isnull=True) | Q(next_poll_at__gt=earliest)).update(next_poll_at=earliest)
