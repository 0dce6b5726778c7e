"""The one banner of a shop's page: the worst truth now. Connection, provider down, standstill, service message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounting.models import Connection
from connector.staff.messages import message_for
from connector.sync.models import Channel
from connector.web.frame.reasons import explain_code
from connector.web.pages import Door

STANDS_STILL = timedelta(minutes=10)
"""Work that was due so long ago and that nobody is at: our loops have stopped."""


@dataclass(frozen=True)
class Banner:
    """The worst truth now, and where it is mended."""

    title: str
    text: str
    url: str
    is_danger: bool = False
    is_notice: bool = False


def banner_for(door: Door, connection: Connection | None) -> Banner | None:
    """The shop's banner. Needs the scope; one query at most, where nothing is wrong."""
    if connection and connection.status == Connection.Status.REVOKED:
        code = connection.trouble or "connection-revoked"
        return _told(code, door, connection.provider, is_danger=True)
    if door.shop.is_connected and door.shop.trouble:
        return _told(door.shop.trouble, door, "")
    lane: Channel | None = getattr(connection, "channel", None)
    now = timezone.now()
    if connection and lane and lane.pause_reason == "provider-down" and lane.paused_until and lane.paused_until > now:
        return _told(lane.pause_reason, door, connection.provider)
    if _stands_still(door, lane, now):
        text = _("Orders wait here and nothing is lost. We know of it and are at work; you need not do anything.")
        return Banner(_("The transfers stand still"), text, "")
    provider = connection.provider if connection else ""
    said = message_for(door.shop, provider, translation.get_language() or "")
    return Banner(_("Message from Connector"), said, "", is_notice=True) if said else None


def _stands_still(door: Door, lane: Channel | None, now: datetime) -> bool:
    late = now - STANDS_STILL
    is_free = lane is not None and all(held is None or held <= late for held in (lane.paused_until, lane.lease_until))
    is_lane_late = lane is not None and is_free and lane.next_at is not None and lane.next_at <= late
    next_poll = door.shop.next_poll_at
    return is_lane_late or (door.shop.is_connected and next_poll is not None and next_poll <= late)


def _told(code: str, door: Door, provider: str, *, is_danger: bool = False) -> Banner:
    told = explain_code(code, shop=door.shop, provider=provider)
    text = f"{told.cause} {told.fix}".strip() or told.then
    return Banner(told.title, text, told.url if door.may_change else "", is_danger)
