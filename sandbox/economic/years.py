"""Accounting years, their months, and whether a day can be booked on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .model import AccountingYear

MISSING, CLOSED, BARRED = "missing", "closed", "barred"


@dataclass(frozen=True)
class Period:
    """One calendar month of an accounting year."""

    number: int
    year: str
    start: date
    end: date
    closed: bool
    barred: bool


def calendar_year(year: int) -> AccountingYear:
    """The accounting year that is the calendar year."""
    return AccountingYear(str(year), date(year, 1, 1), date(year, 12, 31))


class Calendar:
    """The years of an agreement and the stretches its owner has barred."""

    def __init__(self, years: Sequence[AccountingYear]) -> None:
        self.years = {year.name: year for year in years}
        self.barred: list[tuple[date, date]] = []

    def year_of(self, day: date) -> AccountingYear | None:
        """The year that holds `day`."""
        return next((year for year in self.years.values() if year.start <= day <= year.end), None)

    def obstacle(self, day: date) -> str | None:
        """Why nothing can be booked on `day`: MISSING, CLOSED or BARRED, else None."""
        year = self.year_of(day)
        if year is None:
            return MISSING
        if year.closed:
            return CLOSED
        return BARRED if any(start <= day <= end for start, end in self.barred) else None

    def periods(self, year: AccountingYear) -> Iterator[Period]:
        """The months of `year`; a month is barred when any day of it is."""
        start, number = year.start, 0
        while start <= year.end:
            number += 1
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            end = min(following - timedelta(days=1), year.end)
            barred = any(first <= end and start <= last for first, last in self.barred)
            yield Period(number, year.name, start, end, year.closed, barred)
            start = following
