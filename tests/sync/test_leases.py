"""One worker at a lane: taken in one statement, run out after a death, fenced against a worker that comes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from connector.core.errors import Rejected
from connector.core.plan import Close, Wait
from connector.core.states import State
from connector.sync import acts, bindings, leases, lookups, runner, transitions
from connector.sync.leases import LEASE, Lease, LeaseLost
from connector.sync.models import Binding, Channel, SyncAttempt, SyncJob, SyncStep
from tests.sync.side_by_side import Aside, at_once, until_somebody_waits
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine


def lane(world: World) -> Channel:
    with world.scope():
        return Channel.objects.get()


def take(world: World, holder: str = "one") -> Lease | None:
    return leases.take_lease(world.tenant.pk, lane(world).pk, holder)


def taken(world: World, holder: str = "one") -> Lease:
    lease = take(world, holder)
    assert lease is not None
    return lease


# --- taking -----------------------------------------------------------------------------------------------------------
def test_of_many_workers_one_gets_the_lane(world: World) -> None:
    world.sold()
    channel = lane(world).pk
    taken = at_once([lambda: leases.take_lease(world.tenant.pk, channel, "any")] * 8)
    assert sum(lease is not None for lease in taken) == 1
    assert lane(world).epoch == 1


def test_a_lane_without_work_is_not_taken(world: World) -> None:
    world.drain()
    assert lane(world).next_at is None
    assert take(world) is None


@pytest.mark.parametrize("field", ["paused_until", "lease_until"])
def test_a_lane_that_rests_or_is_held_is_not_taken_until_then(world: World, field: str) -> None:
    world.sold()
    with world.scope():
        Channel.objects.update(**{field: world.now.at + LEASE})
    assert take(world) is None
    assert not lookups.due(world.now(), 10)
    world.now.move(LEASE.total_seconds() + 1)
    assert lookups.due(world.now(), 10)
    assert take(world) is not None


def test_a_second_worker_finds_nothing_to_do(world: World) -> None:
    order = world.sold()
    seen: list[bool] = []

    def probe(point: str, _: str) -> None:
        if point == "after-intent":
            seen.append(runner.drain(world.tenant.pk, lane(world).pk, transport=world.transport))

    world.drain(probe)
    assert seen
    assert not any(seen)
    assert len(world.booked(order)) == 1


def test_a_lane_of_another_tenant_cannot_be_taken(world: World) -> None:
    world.sold()
    assert leases.take_lease(world.tenant.pk + 1, lane(world).pk, "one") is None


# --- a worker that lost its lane --------------------------------------------------------------------------------------
def writes(lease: Lease, job: SyncJob, step: SyncStep, call: Any, order: Any, document: Any) -> dict[str, Any]:
    """Everything that a worker can write."""
    now = step.intent_at
    receipt = transitions.Receipt("7")
    tried = transitions.Tried(now, [], has_sent=False)
    return {
        "release": lambda: leases.release(lease),
        "next job": lambda: transitions.next_job(lease, set()),
        "order": lambda: transitions.keep_order(lease, job, order),
        "document": lambda: transitions.keep_document(lease, job, document, job.settings),
        "first": lambda: transitions.claim_first(lease, job),
        "intent": lambda: transitions.record_intent(lease, job, "book", call, None),
        "again": lambda: transitions.record_resend(lease, job, step),
        "result": lambda: transitions.record_result(lease, job, step, receipt, {}),
        "lost": lambda: transitions.record_lost(lease, step),
        "not made": lambda: transitions.record_not_made(lease, step, refused=True),
        "look": lambda: transitions.record_look(lease, step),
        "anew": lambda: transitions.begin_anew(lease, job, step),
        "binding": lambda: bindings.keep_binding(lease, job, "customer", "x@example.dk", "9"),
        "forget": lambda: bindings.forget_binding(lease, "customer", "x@example.dk"),
        "put off": lambda: transitions.put_off(lease, job, Wait(now, "outcome-unknown"), tried),
        "close": lambda: transitions.close(lease, job, Close(State.DONE), tried, None),
        "stop": lambda: transitions.stop_connection(lease, Rejected("connection-revoked")),
    }


def rows(world: World) -> list[Any]:
    with world.scope():
        models = (Channel, SyncJob, SyncStep, SyncAttempt, Binding)
        return [list(model.objects.order_by("pk").values()) for model in models]


def test_whatever_a_stale_worker_writes_is_refused(world: World) -> None:
    works: list[runner.Try] = []

    class Stop(BaseException):
        pass

    def probe(point: str, name: str) -> None:
        if (point, name) == ("after-intent", "draft"):
            raise Stop

    world.sold()
    original = runner.Try
    try:
        runner.Try = lambda *parts: works.append(original(*parts)) or works[-1]  # type: ignore[misc,assignment]
        with pytest.raises(Stop):
            world.drain(probe)
    finally:
        runner.Try = original  # type: ignore[misc]
    work = works[0]
    world.now.move(LEASE.total_seconds() + 1)
    newer = taken(world, "two")
    assert newer.epoch == work.lease.epoch + 1
    step = work.steps["draft"]
    before = rows(world)
    call = work.provider.draft_call(work.document, "1") if work.document else None
    for name, write in writes(work.lease, work.job, step, call, work.order, work.document).items():
        with pytest.raises(LeaseLost):
            write()
        assert rows(world) == before, name


def test_a_worker_that_was_overtaken_sends_nothing_more(world: World) -> None:
    order = world.sold()
    sent: list[int] = []

    def probe(point: str, name: str) -> None:
        if (point, name) == ("before-intent", "book"):
            # The machine slept: its lease ran out and another worker has the lane.
            world.now.move(LEASE.total_seconds() + 1)
            taken(world, "two")
            sent.append(len(world.sent))

    world.drain(probe)
    assert sent == [len(world.sent)]
    assert world.booked(order) == []


def test_a_lane_whose_lease_ran_out_untaken_is_still_the_workers_own(world: World) -> None:
    order = world.sold()

    def probe(point: str, name: str) -> None:
        if (point, name) == ("before-intent", "book"):
            world.now.move(LEASE.total_seconds() + 1)

    world.drain(probe)
    assert len(world.booked(order)) == 1


# --- giving back ------------------------------------------------------------------------------------------------------
def test_a_starting_worker_frees_what_its_predecessor_held_and_nothing_else(world: World) -> None:
    world.sold()
    old = taken(world, "worker-1")
    assert (lookups.free_leases("worker-2"), lookups.free_leases("worker-1"), lookups.free_leases("worker-1")) == (
        0,
        1,
        0,
    )
    new = taken(world, "worker-1")
    assert new.epoch == old.epoch + 1
    with pytest.raises(LeaseLost):
        leases.release(old)


def test_a_lane_is_due_again_when_its_next_order_is(world: World) -> None:
    order = world.sold()
    lease = taken(world)
    later = world.now.at + LEASE
    with world.scope():
        SyncJob.objects.update(not_before=later)
    leases.release(lease)
    assert (lane(world).next_at, lane(world).lease_until) == (later, None)
    assert world.drain() == 0
    world.now.move(LEASE.total_seconds() + 1)
    world.drain()
    assert world.job(order).state == "done"


def test_a_lane_given_back_with_work_goes_behind_the_others(world: World) -> None:
    world.sold()
    world.now.move(3600)
    leases.release(taken(world))
    # Its work is an hour old, but it has just had its turn.
    assert lane(world).next_at > world.now.at - LEASE


# --- beside a person --------------------------------------------------------------------------------------------------
ACTS = {
    "transfer now": lambda world, job: acts.transfer_now(job, ANNA),
    "transfer anyway": lambda world, job: acts.transfer_anyway(job, ANNA),
    "first order": lambda world, job: acts.confirm_first_order(job, ANNA),
    "settings": lambda world, job: acts.save_settings(job.integration, job.integration.settings.values, ANNA),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_person_and_a_worker_on_the_same_order_lock_nothing_up(world: World, act: str) -> None:
    order = world.sold()
    lease = taken(world)
    job = transitions.next_job(lease, set())
    assert job is not None
    with world.scope():
        SyncJob.objects.update(
            state=State.NEEDS_YOU, reason="first-order-check" if act == "first order" else "total-off"
        )
    with leases.fenced(lease):
        person = Aside(lambda: world.act(lambda one, _: ACTS[act](world, one), order))
        until_somebody_waits()
        transitions.set_customer(job, "7")
    person.end()
    assert (world.job(order).customer_number, world.job(order).state) == ("7", "waiting")


@pytest.mark.parametrize("act", ACTS)
def test_a_lane_that_is_given_back_while_a_person_acts_has_work(world: World, act: str) -> None:
    order = world.sold()
    lease = taken(world)
    with world.scope():
        reason = "first-order-check" if act == "first order" else "total-off"
        SyncJob.objects.update(not_before=None, state=State.NEEDS_YOU, reason=reason)
    with world.scope(), transaction.atomic():
        ACTS[act](world, world.job(order))
        worker = Aside(lambda: leases.release(replace(lease)))
        until_somebody_waits()
    worker.end()
    assert lane(world).next_at is not None
    world.drain()
    assert world.job(order).state == "done"
