"""A shop's silence, by its own rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.core.rhythm import is_silent, silence

pytestmark = pytest.mark.unit

DAY = timedelta(days=1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def by_day(every_minutes: int, *, days: int = 28, opens: int = 8, closes: int = 22, until: datetime = NOON):
    """Signs at regular minutes between two hours of each of the days before `until`."""
    first = (until - days * DAY).replace(hour=0, minute=0)
    moments = (first + timedelta(minutes=minute) for minute in range(0, (days + 1) * 24 * 60, every_minutes))
    return [moment for moment in moments if moment <= until and opens <= moment.hour < closes]


def test_a_shop_that_is_heard_every_eight_minutes_falls_silent():
    times = by_day(8)
    found = silence(times, NOON + timedelta(hours=2))
    assert found
    assert found.since == times[-1]
    assert found.usual_minutes == 8


@pytest.mark.parametrize("minutes", [0, 8, 40, 70])
def test_a_pause_that_may_be_chance_is_none(minutes):
    assert not is_silent(by_day(8), NOON + timedelta(minutes=minutes))


def test_a_night_is_no_alarm_by_itself():
    evening = NOON.replace(hour=21, minute=56)
    times = by_day(8, until=evening)
    for hours in range(10):
        assert not is_silent(times, evening + timedelta(hours=hours)), hours
    assert is_silent(times, evening + timedelta(hours=13))


def test_the_usual_is_that_of_the_hour():
    calm = by_day(60)
    busy_evenings = by_day(4, opens=18, closes=21)
    times = sorted({*calm, *busy_evenings})
    assert not is_silent(times, NOON + timedelta(hours=3))
    evening = NOON.replace(hour=20)
    told = silence([moment for moment in times if moment <= NOON + timedelta(hours=5)], evening)
    assert told
    assert told.usual_minutes < 20


def test_a_shop_with_two_orders_a_day_is_silent_after_days():
    times = by_day(300, opens=8, closes=18)
    assert not is_silent(times, NOON + 3 * DAY)
    assert is_silent(times, NOON + 7 * DAY)


def test_days_that_were_often_silent_in_these_hours_tell_nothing():
    everyday = [moment for moment in by_day(4) if moment <= NOON - timedelta(hours=3)]
    assert is_silent(everyday, NOON)
    assert not is_silent([moment for moment in everyday if moment.day % 3], NOON)


@pytest.mark.parametrize("days", [0, 1, 4])
def test_a_new_shop_is_not_judged(days):
    assert not is_silent(by_day(4, days=days, opens=0, closes=24), NOON + timedelta(hours=6))


def test_nothing_is_known_of_a_shop_that_was_never_heard():
    assert silence([], NOON) is None
    assert silence([NOON + DAY], NOON) is None


def test_the_order_of_the_times_does_not_matter():
    times = by_day(8)
    assert silence(times[::-1], NOON + timedelta(hours=2)) == silence(times, NOON + timedelta(hours=2))
