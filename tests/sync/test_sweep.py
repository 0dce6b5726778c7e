"""What keeps the work going: the sweep with and without a broker, and hints that never make anybody wait."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from connector.sync import bootstep, build, hints, lookups, nightly, runner, sweep, tasks
from connector.sync.models import Channel
from shops.models import Shop
from tests.sync.side_by_side import wait_until
from tests.sync.world import World, build_world

SECONDS = 10.0
GIVE = hints.give


class Broker:
    """In place of Celery: keeps what is published, or is away."""

    def __init__(self, patch: pytest.MonkeyPatch, *, is_away: bool = False) -> None:
        self.is_away, self.asked, self.published = is_away, 0, []
        for task in (tasks.drain, tasks.poll):
            patch.setattr(task, "apply_async", self._taking(task.name.rpartition(".")[2]))

    def _taking(self, name: str) -> Callable[..., None]:
        def publish(arguments: tuple[int, ...], **options: Any) -> None:
            self.asked += 1
            # Celery's own retries would block whoever publishes.
            assert options == {"retry": False}
            if self.is_away:
                raise ConnectionError
            self.published.append((name, *arguments))

        return publish


@pytest.fixture
def through(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Tasks and the sweep reach the outside by the world's own wire."""
    monkeypatch.setattr(build, "network", lambda: world.transport)
    return world


# --- the sweep --------------------------------------------------------------------------------------------------------
@pytest.mark.engine
def test_what_is_due_is_published_and_left_to_the_workers(through: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker(monkeypatch)
    order = through.sold()
    with through.scope():
        Shop.objects.update(next_poll_at=through.now())
    sweep.Sweep().once()
    channel = through.connection.channel.pk
    assert broker.published == [("drain", through.tenant.pk, channel), ("poll", through.tenant.pk, through.shop.pk)]
    assert through.job(order).state == "waiting"
    for name, *arguments in broker.published:
        getattr(tasks, name)(*arguments)
    assert through.job(order).state == "done"


@pytest.mark.engine
def test_without_a_broker_the_sweep_does_the_work_itself(through: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker(monkeypatch, is_away=True)
    told, lost = through.sold(), through.order()
    with through.scope():
        Shop.objects.update(next_poll_at=through.now())
    working = sweep.Sweep()
    working.once()
    assert [through.job(order).state for order in (told, lost)] == ["done", "done"]
    # An attempt blocks for seconds, so the broker is left alone for a while.
    assert broker.asked == 1
    through.sold()
    working.once()
    assert broker.asked == 1
    working.broker_back_at = 0.0
    through.sold()
    broker.is_away = False
    working.once()
    assert len(broker.published) == 1


@pytest.mark.engine
def test_a_lane_that_breaks_keeps_no_other_from_its_work(through: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Broker(monkeypatch, is_away=True)
    broken = through.sold()
    through.now.move(60)
    other = build_world(through.now, slug="andetsteds", number=100)
    fine = other.sold()
    inner = runner.drain

    def drain(tenant_id: int, channel_id: int, **_: Any) -> bool:
        if tenant_id == through.tenant.pk:
            raise ZeroDivisionError
        return inner(tenant_id, channel_id, transport=other.transport)

    monkeypatch.setattr(runner, "drain", drain)
    sweep.Sweep().once()
    assert (through.job(broken).state, other.job(fine).state) == ("waiting", "done")


@pytest.mark.engine
def test_a_worker_begins_without_a_broker_and_works(
    through: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    Broker(monkeypatch, is_away=True)
    settings.SWEEP_SECONDS = 0.01
    monkeypatch.setattr(runner, "holder_name", "before")
    order = through.sold()
    with through.scope():
        # What this very worker held when it died.
        Channel.objects.update(holder="worker@one", lease_until=through.now.at.replace(year=2030))
    working = sweep.begin("worker@one")
    try:
        wait_until(lambda: through.job(order).state == "done")
    finally:
        working.ending.set()
        working.join(SECONDS)
    assert not working.is_alive()
    assert runner.holder_name == "worker@one"


@pytest.mark.engine
def test_a_sweep_outlives_a_database_that_is_away(
    through: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    Broker(monkeypatch, is_away=True)
    settings.SWEEP_SECONDS = 0.01
    monkeypatch.setattr(runner, "holder_name", "before")
    failures: list[int] = []
    inner = lookups.due

    def down(*arguments: Any) -> Any:
        if len(failures) < 3:
            failures.append(1)
            raise OperationalError
        return inner(*arguments)

    def free(_: str) -> int:
        raise OperationalError

    monkeypatch.setattr(lookups, "due", down)
    monkeypatch.setattr(lookups, "free_leases", free)
    order = through.sold()
    working = sweep.begin("worker@two")
    try:
        wait_until(lambda: through.job(order).state == "done")
    finally:
        working.ending.set()
        working.join(SECONDS)
    assert len(failures) == 3


@pytest.mark.unit
def test_every_worker_starts_its_loops_under_its_own_name_and_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Worker:
        hostname = "worker@three"

    begun: list[str] = []
    working, night = sweep.Sweep(), nightly.Nightly()
    monkeypatch.setattr(sweep, "begin", lambda name: begun.append(name) or working)
    monkeypatch.setattr(nightly, "begin", lambda: begun.append("night") or night)
    step = bootstep.SweepStep(Worker())
    step.stop(Worker())
    step.start(Worker())
    assert (begun, working.ending.is_set(), night.ending.is_set()) == (["worker@three", "night"], False, False)
    step.stop(Worker())
    assert working.ending.is_set()
    assert night.ending.is_set()


# --- hints ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher of this test's own, with a short queue."""
    monkeypatch.setattr(hints, "give", GIVE)
    monkeypatch.setattr(hints, "_waiting", queue.Queue(5))
    monkeypatch.setattr(hints, "_publisher", None)


@pytest.mark.unit
@pytest.mark.usefixtures("publisher")
def test_a_broker_that_hangs_makes_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, free = threading.Event(), threading.Event()

    def hang(*_: Any, **__: Any) -> None:
        hanging.set()
        free.wait(SECONDS)

    monkeypatch.setattr(tasks.drain, "apply_async", hang)
    hints.give(1, 1)
    assert hanging.wait(SECONDS)
    started = time.monotonic()
    for number in range(1000):
        hints.give(1, number)
    assert time.monotonic() - started < 1
    # What did not fit is dropped: a lost hint costs at most one sweep.
    assert hints._waiting.full()
    free.set()
    wait_until(hints._waiting.empty)


@pytest.mark.unit
@pytest.mark.usefixtures("publisher")
def test_a_broker_that_is_away_loses_hints_and_not_the_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker(monkeypatch, is_away=True)
    hints.give(1, 1)
    wait_until(lambda: broker.asked == 1)
    broker.is_away = False
    hints.give(1, 2)
    wait_until(lambda: broker.published == [("drain", 1, 2)])


@pytest.mark.unit
@pytest.mark.usefixtures("publisher")
def test_a_delivery_without_a_lane_gives_no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    Broker(monkeypatch)
    hints.give(1, None)
    assert hints._publisher is None


@pytest.mark.unit
@pytest.mark.usefixtures("publisher")
def test_a_process_that_was_forked_starts_its_own_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    broker = Broker(monkeypatch)
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    monkeypatch.setattr(hints, "_publisher", dead)
    hints.give(1, 7)
    wait_until(lambda: broker.published == [("drain", 1, 7)])


@pytest.mark.unit
def test_tasks_take_arguments_that_a_later_version_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    monkeypatch.setattr(runner, "drain", lambda *arguments: done.append(arguments))
    tasks.drain(1, 2, because="new")
    assert done == [(1, 2)]
