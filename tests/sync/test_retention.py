"""What is over is forgotten in every business: in its time, by one worker, whoever dies at it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

from connector.sync import clock, lookups, retention
from connector.sync.models import Chore, InboxBody, InboxEvent
from connector.tenancy.models import Handshake, User
from connector.tenancy.scope import scope
from tests.people import Business, People, make_people
from tests.sync.side_by_side import at_once
from tests.sync.world import Now

pytestmark = pytest.mark.engine

DAY = timedelta(days=1)


@pytest.fixture
def people(db_clean: None) -> People:
    return make_people()


def a_body(business: Business, days: float, delivery: str) -> None:
    """A delivery so many days ago, with its body."""
    at = timezone.now() - DAY * days
    with scope(business.tenant.pk):
        about = {"tenant": business.tenant, "received_at": at}
        event = InboxEvent.objects.create(shop=business.shop, dedupe_key=delivery, has_delivery_id=True, **about)
        InboxBody.objects.create(event=event, sealed="sealed", **about)


def a_sign_in(business: Business, user: User, name: str, over_for: timedelta, *, used: bool = False) -> None:
    """A sign-in that ran out so long ago."""
    expires = timezone.now() - over_for
    with scope(business.tenant.pk):
        Handshake.objects.create(
            tenant=business.tenant,
            user=user,
            purpose="shop:shoporama",
            target=1,
            state_hash=name,
            session_hash="",
            expires_at=expires,
            used_at=expires if used else None,
        )


def left(business: Business) -> list[str]:
    """The deliveries that still have their body, and the sign-ins that are still there."""
    with scope(business.tenant.pk):
        bodies = InboxBody.objects.order_by("event__dedupe_key").values_list("event__dedupe_key", flat=True)
        return [*bodies, *Handshake.objects.order_by("state_hash").values_list("state_hash", flat=True)]


def due() -> None:
    """It is time to forget, and nobody is at it."""
    Chore.objects.update_or_create(
        name=retention.NAME, defaults={"next_at": clock.now() - timedelta(seconds=1), "held_until": None}
    )


def tomorrow() -> datetime:
    return clock.now() + DAY


def test_what_is_over_is_forgotten_in_every_business(people: People) -> None:
    for business in (people.nordlys, people.elsewhere):
        a_body(business, 31, "old")
        a_body(business, 29, "young")
        a_sign_in(business, people.anna, f"over-{business.shop.slug}", DAY * 1.1)
        a_sign_in(business, people.anna, f"recent-{business.shop.slug}", DAY * 0.9)
        a_sign_in(business, people.anna, f"used-{business.shop.slug}", timedelta(minutes=1), used=True)
        a_sign_in(business, people.anna, f"used-just-now-{business.shop.slug}", -timedelta(minutes=5), used=True)
    due()
    assert retention.forget(tomorrow()) == 6
    for business in (people.nordlys, people.elsewhere):
        slug = business.shop.slug
        assert left(business) == ["young", f"recent-{slug}", f"used-just-now-{slug}"]
        with scope(business.tenant.pk):
            # What was delivered stays known for ever; only what it said is gone.
            assert InboxEvent.objects.count() == 2


def test_sessions_that_ran_out_are_forgotten(db_clean: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(minutes=1))
    due()
    assert retention.forget(tomorrow()) == 1
    assert [session.pk for session in Session.objects.all()] == ["open"]


def test_the_application_cannot_delete_anothers_rows_otherwise(people: People) -> None:
    a_body(people.elsewhere, 31, "old")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sync_inboxbody")
        assert cursor.rowcount == 0
    with scope(people.nordlys.tenant.pk), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sync_inboxbody")
        assert cursor.rowcount == 0
    assert left(people.elsewhere) == ["old"]


def test_nothing_is_forgotten_before_its_time_whoever_asks(people: People) -> None:
    """The period is the database's own: no argument of ours can make it shorter."""
    a_body(people.nordlys, 29.9, "young")
    assert lookups.forget_bodies(1_000_000) == 0
    assert left(people.nordlys) == ["young"]


def test_a_part_is_never_larger_than_asked(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        a_body(people.nordlys, 40, f"old-{number}")
    assert lookups.forget_bodies(2) == 2
    assert len(left(people.nordlys)) == 3
    monkeypatch.setattr(retention, "AT_A_TIME", 2)
    due()
    assert retention.forget(tomorrow()) == 3


def test_it_is_done_once_a_night(people: People) -> None:
    assert retention.forget(tomorrow()) is None, "the first time is the first night"
    due()
    assert retention.forget(tomorrow()) == 0
    a_body(people.nordlys, 31, "old")
    assert retention.forget(tomorrow()) is None
    Chore.objects.update(next_at=clock.now() - 10 * DAY)
    assert retention.forget(tomorrow()) == 1, "what a downtime missed is done at once"


def test_of_many_workers_one_forgets(people: People) -> None:
    a_body(people.nordlys, 31, "old")
    due()
    done = at_once([lambda: retention.forget(tomorrow())] * 6)
    assert sorted(done, key=str) == [1, None, None, None, None, None]


def test_a_worker_that_dies_half_way_is_followed_by_another(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        a_body(people.nordlys, 40, f"old-{number}")
    monkeypatch.setattr(retention, "AT_A_TIME", 2)
    inner, parts = lookups.forget_bodies, []

    def dying(most: int) -> int:
        if parts:
            raise OperationalError
        parts.append(inner(most))
        return parts[0]

    due()
    monkeypatch.setattr(lookups, "forget_bodies", dying)
    with pytest.raises(OperationalError):
        retention.forget(tomorrow())
    assert len(left(people.nordlys)) == 2, "what was done is done"
    monkeypatch.setattr(lookups, "forget_bodies", inner)
    assert retention.forget(tomorrow()) is None, "it may still be at it"
    later = Now(clock.now() + retention.HELD)
    with clock.moved(later):
        assert retention.forget(later() + DAY) == 2
    assert left(people.nordlys) == []
    assert Chore.objects.get().held_until is None


def test_a_worker_that_was_taken_for_dead_stops(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        a_body(people.nordlys, 40, f"old-{number}")
    monkeypatch.setattr(retention, "AT_A_TIME", 2)
    inner, taken = lookups.forget_bodies, clock.now() + DAY

    def slow(most: int) -> int:
        Chore.objects.update(held_until=taken)
        return inner(most)

    due()
    monkeypatch.setattr(lookups, "forget_bodies", slow)
    assert retention.forget(tomorrow()) == 2
    assert Chore.objects.get().held_until == taken, "what another holds is left to it"
