"""Which service message a shop's users see now."""

from __future__ import annotations

from django.db.models import QuerySet

from connector.core.states import State
from connector.staff.models import ServiceMessage
from connector.sync import clock
from connector.sync.models import SyncJob
from shops.models import Shop

MOST_AT_ONCE = 20
HELD = (State.WAITING, State.NEEDS_YOU, State.NEEDS_US)
"""An order in one of these rests for its reason."""


def running() -> QuerySet[ServiceMessage]:
    """The messages that are shown now, the newest first."""
    now = clock.now()
    return ServiceMessage.objects.filter(starts_at__lte=now, ends_at__gt=now).order_by("-pk")


def message_for(shop: Shop, provider: str, language: str) -> str:
    """The newest message that concerns the shop; empty when there is none. Needs the scope.

    Whom a reason concerns is asked anew each time: who is hit later sees the message, who has mended it does not.
    """
    for message in running()[:MOST_AT_ONCE]:
        if _concerns(message, shop, provider):
            return message.text(language)
    return ""


def _concerns(message: ServiceMessage, shop: Shop, provider: str) -> bool:
    if message.audience == ServiceMessage.Audience.PROVIDER:
        return message.about == provider
    if message.audience == ServiceMessage.Audience.SHOP:
        return message.about == shop.kind
    if message.audience == ServiceMessage.Audience.REASON:
        return SyncJob.objects.filter(shop=shop, state__in=HELD, reason=message.about).exists()
    return True
