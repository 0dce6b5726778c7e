"""Asking a shop what changed: events get lost, so every shop is asked, and asked more often while it is silent."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import Q

from connector.core.errors import Stop
from connector.lib.http import Transport
from connector.sync import build, clock, intake, methods, shop_calls
from connector.sync.models import InboxEvent
from connector.tenancy.scope import scope
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
UNPROVEN_SECONDS = 60.0


def poll(tenant_id: int, shop_id: int, transport: Transport | None = None) -> list[int]:
    """Ask a shop for changes if it is due, and note them. Returns the lanes that now have work."""
    now = clock.now()
    with scope(tenant_id):
        shop = _claim(shop_id, now)
        if shop is None:
            return []
        adapter = build.adapter_for(shop, transport)
    since = (shop.polled_at or shop.connected_at or now) - OVERLAP
    try:
        with shop_calls.asking(tenant_id, shop, adapter):
            changed = list(islice(adapter.changed_since(since), MOST_AT_ONCE))
    except Stop as error:
        log.info("poll of shop %s: %s", shop_id, error.code)
        return []
    methods.refresh(tenant_id, shop_id, transport)
    with scope(tenant_id):
        lanes = intake.noticed(shop, changed, now)
        if len(changed) < MOST_AT_ONCE:
            # A list that was cut may have been oldest first: the next poll begins where this one did.
            Shop.objects.filter(pk=shop_id).update(polled_at=now)
    return lanes


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
