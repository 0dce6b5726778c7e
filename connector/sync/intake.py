"""How the engine hears of an order: one statement, one commit, however often it is said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from connector.core.order import document_key
from connector.core.states import Detail, State
from connector.sync import transitions
from connector.sync.models import Integration, SyncJob
from connector.tenancy.secrets import vault
from shops.base import Event
from shops.models import Shop

LONGEST_ID, LONGEST_NUMBER = 40, 60
ODD = "odd-"
"""How the stand-in for an id begins that can be no order's."""

# Never "look, then insert": simultaneous repeats would meet between the two. The lane's row is taken before the job's,
# as a worker does; the other way round the two would lock each other up.
HEAR = """
WITH event AS (
    INSERT INTO sync_inboxevent (tenant_id, shop_id, dedupe_key, has_delivery_id, topic, order_id, received_at)
    VALUES (%(tenant)s, %(shop)s, %(dedupe)s, %(has_id)s, %(topic)s, %(order)s, %(now)s)
    ON CONFLICT DO NOTHING RETURNING id
), body AS (
    INSERT INTO sync_inboxbody (tenant_id, event_id, sealed, received_at)
    SELECT %(tenant)s, id, %(body)s, %(now)s FROM event WHERE %(body)s <> ''
), lane AS (
    UPDATE sync_channel SET next_at = least(next_at, %(now)s)
    WHERE %(order)s <> '' AND EXISTS (SELECT FROM event)
        AND id = coalesce(
            (SELECT channel_id FROM sync_syncjob WHERE tenant_id = %(tenant)s AND key = %(key)s), %(channel)s)
    RETURNING id
), job AS (
    INSERT INTO sync_syncjob (tenant_id, shop_id, integration_id, channel_id, kind, key, order_id, lane, state, detail,
        reason, facts, not_before, tries, heard, read, is_forced, order_number, customer_name, currency,
        customer_number, document_number, note, created_at)
    SELECT %(tenant)s, %(shop)s, %(integration)s, %(channel)s, %(kind)s, %(key)s, %(order)s, %(lane)s, 'waiting', '',
        '', '{}', %(now)s, 0, 1, 0, false, '', '', '', '', '', '', %(now)s
    FROM event, (SELECT count(*) FROM lane) AS locked WHERE %(order)s <> ''
    ON CONFLICT (tenant_id, key) DO UPDATE SET heard = sync_syncjob.heard + 1,
        not_before = least(sync_syncjob.not_before, %(now)s)
), heard AS (
    UPDATE shops_shop SET last_event_at = %(now)s WHERE id = %(shop)s AND %(body)s <> ''
)
SELECT (SELECT id FROM event), (SELECT id FROM lane)
"""


@dataclass(frozen=True)
class Heard:
    """What hearing of an order led to. `channel_id` is the lane that now has work; None where there is none yet."""

    is_new: bool
    channel_id: int | None


@dataclass(frozen=True)
class _Where:
    integration_id: int | None
    channel_id: int | None


def receive(shop: Shop, event: Event, body: bytes, now: datetime) -> Heard:
    """Take a proven delivery. A repeat changes nothing and is answered like the first. Needs the shop's scope."""
    has_id = bool(event.delivery_id)
    dedupe = f"id:{event.delivery_id}" if has_id else f"{event.topic}:{event.order_id}"
    sealed = vault().seal(body.decode("utf-8", "replace"), body_place(shop, dedupe))
    return _hear(shop, event, dedupe, has_id, now, sealed)


def body_place(shop: Shop, dedupe: str) -> str:
    """Where a delivery's sealed body belongs: known before its row is."""
    return f"sync_inboxbody:sealed:{shop.pk}:{dedupe}"


def noticed(shop: Shop, orders: Iterable[tuple[str, str]], now: datetime) -> list[int]:
    """Take what a poll found: (order id, version) pairs. Returns the lanes that now have work.

    An id that can be no order's keeps none of the others back: it rests under a number of ours, for a person to see.
    """
    lanes = set()
    for order_id, version in orders:
        known = _storable(version)
        if not _is_id(shop, order_id):
            _report(shop, order_id, known, now)
            continue
        heard = _hear(shop, Event("poll", order_id), f"poll:{order_id}:{known}", bool(known), now)
        if heard.channel_id:
            lanes.add(heard.channel_id)
    return sorted(lanes)


def _is_id(shop: Shop, said: object) -> bool:
    if not isinstance(said, str) or not 0 < len(said) <= LONGEST_ID:
        return False
    try:
        document_key("invoice", shop.kind, shop.platform_id, said)
    except ValueError:
        return False
    return True


def _report(shop: Shop, said: object, version: str, now: datetime) -> None:
    """Nothing is lost: the order is there, under what the shop called it, and says that it cannot be read."""
    shown = _storable(said)
    # Orders without any id are told apart by what else is known of them.
    telling = hashlib.sha256((shown or f":{version}").encode()).hexdigest()[:16]
    order_id = f"{ODD}{telling}"
    heard = _hear(shop, Event("poll", order_id), f"poll:{order_id}:{version}", True, now)
    if heard.is_new:
        rows = SyncJob.objects.filter(shop=shop, order_id=order_id)
        named = {"order_number": shown[:LONGEST_NUMBER]}
        transitions.lay_to_rest(rows, now, State.NEEDS_YOU, Detail.NONE, "order-unreadable", **named)


def _storable(said: object) -> str:
    """A text that PostgreSQL takes, whatever a shop says."""
    return str(said if said is not None else "").replace("\0", "").encode("utf-8", "replace").decode()


def _hear(shop: Shop, event: Event, dedupe: str, has_id: bool, now: datetime, body: str = "") -> Heard:
    where = _where(shop)
    with connection.cursor() as cursor:
        cursor.execute(
            HEAR,
            {
                "tenant": shop.tenant_id,
                "shop": shop.pk,
                "integration": where.integration_id,
                "channel": where.channel_id,
                "dedupe": dedupe[:200],
                "has_id": has_id,
                "topic": event.topic[:60],
                "order": event.order_id,
                "kind": "invoice",
                "key": document_key("invoice", shop.kind, shop.platform_id, event.order_id or "none"),
                "body": body,
                "lane": SyncJob.Lane.LIVE,
                "now": now,
            },
        )
        event_id, channel_id = cursor.fetchone()
    return Heard(is_new=event_id is not None, channel_id=channel_id)


def _where(shop: Shop) -> _Where:
    found = (
        Integration.objects.filter(shop=shop, is_active=True, settings__isnull=False)
        .values_list("pk", "connection__channel__pk")
        .first()
    )
    return _Where(*found) if found else _Where(None, None)
