"""A sign-in at an outside system counts once, in time, and only for who began it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from connector.tenancy import handshake
from connector.tenancy.handshake import Asker
from connector.tenancy.models import Handshake
from connector.tenancy.scope import scope
from tests.people import People, make_people

PURPOSE = "accounting:economic"
TARGET = 17


@pytest.fixture
def people(db_clean: None) -> People:
    return make_people()


@pytest.fixture
def anna(people: People) -> Asker:
    return Asker(people.nordlys.tenant.pk, people.anna.pk, "annas browser")


def begun(asker: Asker, purpose: str = PURPOSE, target: int = TARGET) -> str:
    with scope(asker.tenant_id):
        return handshake.hashed(handshake.begin(asker, purpose, target))


def taken(asker: Asker, state_hash: str, purpose: str = PURPOSE) -> bool:
    with scope(asker.tenant_id):
        return handshake.take(asker, purpose, state_hash) is not None


def test_the_one_who_asked_takes_it_with_its_target(anna: Asker) -> None:
    state = begun(anna)
    with scope(anna.tenant_id):
        found = handshake.take(anna, PURPOSE, state)
        assert found is not None
        assert found.target == TARGET


def test_a_state_has_256_bits_and_only_hashes_are_kept(anna: Asker) -> None:
    with scope(anna.tenant_id):
        state = handshake.begin(anna, PURPOSE, TARGET)
        row = Handshake.objects.values().get()
    assert len(state) == 43  # 256 bits in base64
    kept = " ".join(str(value) for value in row.values())
    assert state not in kept
    assert anna.browser not in kept


def test_a_replay_finds_nothing(anna: Asker) -> None:
    state = begun(anna)
    assert taken(anna, state)
    assert not taken(anna, state)


def test_after_ten_minutes_it_is_over(anna: Asker) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        early, late = begun(anna), begun(anna)
        clock.shift(timedelta(minutes=10, seconds=-1))
        assert taken(anna, early)
        clock.shift(timedelta(seconds=1))
        assert not taken(anna, late)


def test_another_browser_user_or_provider_finds_nothing(anna: Asker, people: People) -> None:
    state = begun(anna)
    assert not taken(replace(anna, browser="another browser"), state)
    assert not taken(replace(anna, user_id=people.bo.pk), state)
    assert not taken(anna, state, "accounting:dinero")
    assert not taken(anna, handshake.hashed("another state"))
    assert taken(anna, state), "the wrong ones must not use it up"


def test_another_tenant_finds_nothing(anna: Asker, people: People) -> None:
    state = begun(anna)
    elsewhere = replace(anna, tenant_id=people.elsewhere.tenant.pk)
    assert not taken(elsewhere, state)
    with scope(people.elsewhere.tenant.pk):
        assert handshake.pending(elsewhere, PURPOSE, [state]) == []
        assert not handshake.was_taken(elsewhere, PURPOSE, state)


def test_of_two_at_once_one_gets_it(anna: Asker) -> None:
    state = begun(anna)
    together = Barrier(2)

    def come_back() -> bool:
        together.wait()
        try:
            return taken(anna, state)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: come_back(), range(2)))
    assert sorted(results) == [False, True]


def test_a_second_visit_is_told_from_a_strange_one(anna: Asker) -> None:
    state = begun(anna)
    with scope(anna.tenant_id):
        assert not handshake.was_taken(anna, PURPOSE, state)
        handshake.take(anna, PURPOSE, state)
        assert handshake.was_taken(anna, PURPOSE, state)
        assert not handshake.was_taken(replace(anna, browser="another browser"), PURPOSE, state)


def test_only_what_can_still_be_answered_is_pending(anna: Asker) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        old = begun(anna)
        clock.shift(handshake.LASTS)
        used, new = begun(anna), begun(anna, target=18)
        taken(anna, used)
        with scope(anna.tenant_id):
            found = handshake.pending(anna, PURPOSE, [old, used, new])
            assert [row.target for row in found] == [18]
            assert handshake.pending(anna, PURPOSE, [old, used]) == []
