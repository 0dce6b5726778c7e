"""The tests' test: each planted defect must make the simulator see wrong books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from accounting.base import Call
from connector.core import plan
from connector.sync import clock, intake, transitions
from connector.sync.leases import Lease
from connector.sync.models import InboxEvent, SyncJob, SyncStep
from connector.tenancy.scope import scope
from shops.base import Event
from shops.models import Shop
from tests.sync.planting import is_noticed
from tests.sync.sim import Cell, simulate
from tests.sync.world import World

pytestmark = pytest.mark.engine

Plant = Callable[[pytest.MonkeyPatch, Any], None]


def intent_not_committed(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    """The intent exists only in the worker's memory until its result is known."""
    commit, write = transitions.record_intent, transitions.record_result
    held: dict[int, tuple[Any, ...]] = {}

    def forget(lease: Lease, job: SyncJob, name: str, call: Call, old: SyncStep | None) -> SyncStep:
        step = commit(lease, job, name, call, old)
        with scope(lease.tenant_id):
            SyncStep.objects.filter(pk=step.pk).delete()
        held[id(step)] = (job, name, call, old)
        return step

    def remember(lease: Lease, job: SyncJob, step: SyncStep, *more: Any) -> None:
        if id(step) in held:
            step.pk = commit(lease, *held.pop(id(step))).pk
        write(lease, job, step, *more)

    patch.setattr(transitions, "record_intent", forget)
    patch.setattr(transitions, "record_result", remember)


def no_quiet_period(_patch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.QUIET_SECONDS = 0


def epoch_check_off(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    @contextmanager
    def open_to_all(lease: Lease) -> Iterator[datetime]:
        now = clock.now()
        with scope(lease.tenant_id):
            yield now

    patch.setattr(transitions, "fenced", open_to_all)


def comparison_off(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    patch.setattr(plan, "compare", lambda *_args, **_named: [])


def check_then_insert(patch: pytest.MonkeyPatch, _settings: Any) -> None:
    """Look whether the event is known, then insert; another delivery of it arrives in between."""
    real = intake._hear

    def racing(shop: Shop, event: Event, dedupe: str, has_id: bool, now: datetime, body: str = "") -> intake.Heard:
        if InboxEvent.objects.filter(shop=shop, dedupe_key=dedupe).exists():
            return intake.Heard(is_new=False, channel_id=None)
        real(shop, event, dedupe, has_id, now, body)
        InboxEvent.objects.create(
            tenant_id=shop.tenant_id, shop=shop, dedupe_key=dedupe, has_delivery_id=has_id, received_at=now
        )
        return intake.Heard(is_new=True, channel_id=None)

    patch.setattr(intake, "_hear", racing)


def lost(world: World) -> list[str]:
    return simulate(world, Cell("none", "draft", "after-send", "draft", with_keys=False), 1)


def late(world: World) -> list[str]:
    return simulate(world, Cell("late", "draft", with_keys=False), 1)


def paused(world: World) -> list[str]:
    return simulate(world, Cell("paused", "draft", "before-intent", "draft", with_keys=False), 1)


def rounded_otherwise(world: World) -> list[str]:
    world.switch(rounding_mode="half-even")
    world.sold(products=[{"own_id": "KOP-7", "name": "Kop", "amount": 1, "unit_price": "0.53"}])
    world.settle()
    return [f"booked {row['gross']}" for row in world.booked() if row["gross"] != "0.53"]


def delivered_twice(world: World) -> list[str]:
    try:
        return simulate(world, Cell("none", "draft"), 1)
    except Exception as error:  # noqa: BLE001 - a delivery that fails is what is looked for
        return [type(error).__name__]


DEFECTS: dict[str, tuple[Plant, Callable[[World], list[str]]]] = {
    "intent not committed": (intent_not_committed, lost),
    "quiet period 0": (no_quiet_period, late),
    "epoch check off": (epoch_check_off, paused),
    "comparison off": (comparison_off, rounded_otherwise),
    "check-then-insert": (check_then_insert, delivered_twice),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_seen(db_clean: None, settings: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant, play = DEFECTS[name]
    assert is_noticed(lambda patch: plant(patch, settings), play, settings, monkeypatch), f"nobody noticed: {name}"
