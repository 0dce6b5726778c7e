"""Whether a shop is silent against its own rhythm: asked by the page Fejlsøgning and by the mails. In the caller's
scope."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import TruncMinute

from connector.core import rhythm
from connector.core.rhythm import Silence
from connector.sync.models import InboxEvent
from shops.models import Shop

POLL = "poll"
"""The topic of what our own questions brought: it says nothing of the shop's messages."""
MOST_READ = 20_000


def of_shop(shop: Shop, now: datetime) -> Silence | None:
    """The silence of a connected shop's messages; None for a shop that is heard as usual, or not known long enough.

    The messages of one minute are one sign: an order sends several at once. One query.
    """
    if not shop.is_connected:
        return None
    since = now - timedelta(days=rhythm.DAYS_COMPARED + 1)
    events = InboxEvent.objects.filter(shop=shop, received_at__gt=since).exclude(topic=POLL)
    minutes = events.annotate(minute=TruncMinute("received_at")).values_list("minute", flat=True)
    return rhythm.silence(list(minutes.distinct().order_by("-minute")[:MOST_READ]), now)


def facts(found: Silence) -> dict[str, str]:
    """The facts of the reason `shop-silent`: when it began (ISO), and the usual minutes between two messages."""
    return {"since": found.since.isoformat(), "usual": str(found.usual_minutes)}
