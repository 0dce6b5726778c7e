"""A shop's silence is told from its messages, not from what our own questions brought."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.core.rhythm import Silence
from connector.sync import silence
from connector.sync.models import InboxEvent
from shops.models import Shop
from tests.sync.world import World

pytestmark = pytest.mark.engine


def hear(world: World, *, days: int, topic: str = "order.created", until_hours_ago: int = 0) -> None:
    """A message every ten minutes for so many days."""
    now = world.now()
    gap, end = timedelta(minutes=10), now - timedelta(hours=until_hours_ago)
    moments = (end - gap * number for number in range(days * 144))
    with world.scope():
        InboxEvent.objects.bulk_create(
            InboxEvent(
                tenant_id=world.shop.tenant_id,
                shop_id=world.shop.pk,
                dedupe_key=f"{topic} {moment.isoformat()}",
                topic=topic,
                received_at=moment,
                processed_at=moment,
            )
            for moment in moments
        )


def found(world: World) -> Silence | None:
    with world.scope():
        return silence.of_shop(Shop.objects.get(pk=world.shop.pk), world.now())


def test_messages_that_stop_are_a_silence_though_our_own_questions_go_on(world: World) -> None:
    hear(world, days=8, until_hours_ago=3)
    hear(world, days=1, topic=silence.POLL)
    told = found(world)
    assert told
    assert told.since.replace(second=0, microsecond=0) == told.since
    assert told.usual_minutes == 10
    assert silence.facts(told) == {"since": told.since.isoformat(), "usual": "10"}


def test_a_shop_that_is_heard_is_not_silent(world: World) -> None:
    hear(world, days=8)
    assert found(world) is None


def test_a_shop_that_is_not_connected_is_not_silent(world: World) -> None:
    hear(world, days=8, until_hours_ago=3)
    with world.scope():
        Shop.objects.filter(pk=world.shop.pk).update(is_connected=False)
    assert found(world) is None
