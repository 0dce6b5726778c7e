"""VAT rates by country and day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.core.territory import EU
from connector.core.vat_rates import BEGINNING, RATES, Kind, coming_changes, rates, standard_rate

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("country", "first_day", "before", "after"),
    [
        ("FI", date(2024, 9, 1), "24", "25.5"),
        ("EE", date(2024, 1, 1), "20", "22"),
        ("EE", date(2025, 7, 1), "22", "24"),
        ("SK", date(2025, 1, 1), "20", "23"),
        ("RO", date(2025, 8, 1), "19", "21"),
        ("LU", date(2023, 1, 1), "17", "16"),
        ("LU", date(2024, 1, 1), "16", "17"),
        ("IE", date(2021, 3, 1), "21", "23"),
    ],
)
def test_a_standard_rate_changes_on_its_day(country, first_day, before, after):
    assert standard_rate(country, first_day - timedelta(days=1)) == Decimal(before)
    assert standard_rate(country, first_day) == Decimal(after)
    assert Decimal(before) not in rates(country, first_day)


@pytest.mark.parametrize(
    ("country", "percents"),
    [
        ("DK", "25"),
        ("SE", "25 12 6"),
        ("NO", "25 15 12 11.11"),
        ("DE", "19 7"),
        ("FI", "25.5 13.5 10"),
        ("CZ", "21 12"),
        ("LT", "21 12 5"),
        ("FR", "20 10 5.5 2.1"),
    ],
)
def test_all_rates_of_a_day(country, percents):
    assert rates(country, TODAY) == {Decimal(percent) for percent in percents.split()}


def test_a_reduced_rate_changes_on_its_day():
    assert Decimal(14) in rates("FI", date(2025, 12, 31))
    assert Decimal(14) not in rates("FI", date(2026, 1, 1))


@pytest.mark.parametrize(("country", "day"), [("US", TODAY), ("", TODAY), ("DK", date(2020, 12, 31))])
def test_what_the_table_does_not_know_it_does_not_guess(country, day):
    assert standard_rate(country, day) is None
    assert rates(country, day) == frozenset()


@pytest.mark.parametrize("country", sorted(EU | {"NO"}))
def test_every_country_has_exactly_one_standard_rate_on_every_day(country):
    ends = {rate.since for rate in RATES if rate.country == country} | {BEGINNING, TODAY}
    for day in ends:
        held = [rate for rate in RATES if rate.country == country and rate.holds(day)]
        assert [rate.kind for rate in held].count(Kind.STANDARD) == 1, day
        assert max(Counter(rate.percent for rate in held).values()) == 1, day
        assert max(held, key=lambda rate: rate.percent).kind is Kind.STANDARD, day


def test_nothing_ends_before_it_begins():
    assert [rate for rate in RATES if rate.until is not None and rate.until <= rate.since] == []


def test_a_coming_change_is_told_weeks_before_and_not_once_it_is_there():
    def told(day: date, within: int = 60) -> list[tuple[str, str]]:
        return [(str(rate.percent), rate.since.isoformat()) for rate in coming_changes("FI", day, within)]

    assert told(date(2024, 7, 2)) == []
    assert told(date(2024, 7, 3)) == [("25.5", "2024-09-01")]
    assert told(date(2024, 8, 31)) == [("25.5", "2024-09-01")]
    assert told(date(2024, 9, 1)) == []
    assert told(date(2024, 8, 31), within=500) == [("25.5", "2024-09-01"), ("13.5", "2026-01-01")]


def test_of_changes_on_one_day_the_standard_rate_is_told_first():
    coming = coming_changes("SK", date(2024, 12, 1), 31)
    assert [(rate.percent, rate.kind) for rate in coming] == [(23, Kind.STANDARD), (19, Kind.REDUCED)]
