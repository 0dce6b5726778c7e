"""The VAT rates of the EU's members and Norway, each with the day from which it holds.

The table begins with 2021, the year of the One Stop Shop: what was in force already carries that day. Source: the
European Commission's Taxes in Europe database (https://ec.europa.eu/taxation_customs/tedb/), for Norway
skatteetaten.no/satser; a change since then names the authority that announced it. Zero rates and the rates of single
regions (Azores, Madeira, Corsica, Aegean islands) are not here: what nobody knows is asked, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """Whether a rate is a country's standard one or one for certain goods."""

    STANDARD = "standard"
    REDUCED = "reduced"


@dataclass(frozen=True)
class Rate:
    """One rate of a country (ISO 3166 alpha-2; XI is Northern Ireland).

    `percent` holds from `since` until the day before `until`, None while no end is known.
    """

    country: str
    kind: Kind
    percent: Decimal
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on this day."""
        return self.since <= day and (self.until is None or day < self.until)


BEGINNING = date(2021, 1, 1)
STANDARD, REDUCED = Kind.STANDARD, Kind.REDUCED

_STEADY: dict[str, tuple[str, str]] = {
    "AT": ("20", "13 10"),
    "BE": ("21", "12 6"),
    "BG": ("20", "9"),
    "CY": ("19", "9 5"),
    "CZ": ("21", ""),
    "DE": ("19", "7"),
    "DK": ("25", ""),
    "EE": ("", "9"),
    "ES": ("21", "10 4"),
    "FI": ("", "10"),
    "FR": ("20", "10 5.5 2.1"),
    "GR": ("24", "13 6"),
    "HR": ("25", "13 5"),
    "HU": ("27", "18 5"),
    "IE": ("", "13.5 9 4.8"),
    "IT": ("22", "10 5 4"),
    "LT": ("21", "5"),
    "LV": ("21", "12 5"),
    "MT": ("18", "7 5"),
    "NL": ("21", "9"),
    "NO": ("25", "15 11.11"),
    "PL": ("23", "8 5"),
    "PT": ("23", "13 6"),
    "SE": ("25", "12 6"),
    "SI": ("22", "9.5 5"),
    "XI": ("20", "5"),
}
"""Standard and reduced rates that have not changed since the beginning."""

_CHANGED: tuple[tuple[str, Kind, str, str, str], ...] = (
    # bmf.gv.at: the reduced rate of the pandemic
    ("AT", REDUCED, "5", "2021-01-01", "2022-01-01"),
    # mof.gov.cy: a third reduced rate (books, waste)
    ("CY", REDUCED, "3", "2023-07-21", ""),
    # financnisprava.cz: consolidation package, two reduced rates became one
    ("CZ", REDUCED, "15", "2021-01-01", "2024-01-01"),
    ("CZ", REDUCED, "10", "2021-01-01", "2024-01-01"),
    ("CZ", REDUCED, "12", "2024-01-01", ""),
    # emta.ee: 20 → 22 → 24 %; the press 5 → 9 %, accommodation 9 → 13 %
    ("EE", STANDARD, "20", "2021-01-01", "2024-01-01"),
    ("EE", STANDARD, "22", "2024-01-01", "2025-07-01"),
    ("EE", STANDARD, "24", "2025-07-01", ""),
    ("EE", REDUCED, "5", "2022-08-01", "2025-01-01"),
    ("EE", REDUCED, "13", "2025-01-01", ""),
    # agenciatributaria.es: energy and food against inflation
    ("ES", REDUCED, "5", "2022-07-01", "2024-10-01"),
    ("ES", REDUCED, "7.5", "2024-10-01", "2025-01-01"),
    ("ES", REDUCED, "2", "2024-10-01", "2025-01-01"),
    # vero.fi: 24 → 25.5 %, and 14 → 13.5 %
    ("FI", STANDARD, "24", "2021-01-01", "2024-09-01"),
    ("FI", STANDARD, "25.5", "2024-09-01", ""),
    ("FI", REDUCED, "14", "2021-01-01", "2026-01-01"),
    ("FI", REDUCED, "13.5", "2026-01-01", ""),
    # revenue.ie: the standard rate of the pandemic ended
    ("IE", STANDARD, "21", "2021-01-01", "2021-03-01"),
    ("IE", STANDARD, "23", "2021-03-01", ""),
    # vmi.lt: 9 → 12 %
    ("LT", REDUCED, "9", "2021-01-01", "2026-01-01"),
    ("LT", REDUCED, "12", "2026-01-01", ""),
    # pfi.public.lu: one point less throughout 2023
    ("LU", STANDARD, "17", "2021-01-01", "2023-01-01"),
    ("LU", STANDARD, "16", "2023-01-01", "2024-01-01"),
    ("LU", STANDARD, "17", "2024-01-01", ""),
    ("LU", REDUCED, "14", "2021-01-01", "2023-01-01"),
    ("LU", REDUCED, "13", "2023-01-01", "2024-01-01"),
    ("LU", REDUCED, "14", "2024-01-01", ""),
    ("LU", REDUCED, "8", "2021-01-01", "2023-01-01"),
    ("LU", REDUCED, "7", "2023-01-01", "2024-01-01"),
    ("LU", REDUCED, "8", "2024-01-01", ""),
    ("LU", REDUCED, "3", "2021-01-01", ""),
    # mtca.gov.mt: a third reduced rate
    ("MT", REDUCED, "12", "2024-01-01", ""),
    # skatteetaten.no: the low rate of the pandemic ended
    ("NO", REDUCED, "6", "2021-01-01", "2021-10-01"),
    ("NO", REDUCED, "12", "2021-10-01", ""),
    # anaf.ro: 19 → 21 %, 9 and 5 → 11 %
    ("RO", STANDARD, "19", "2021-01-01", "2025-08-01"),
    ("RO", STANDARD, "21", "2025-08-01", ""),
    ("RO", REDUCED, "9", "2021-01-01", "2025-08-01"),
    ("RO", REDUCED, "5", "2021-01-01", "2025-08-01"),
    ("RO", REDUCED, "11", "2025-08-01", ""),
    # financnasprava.sk: consolidation package, 20 → 23 %, 10 → 19 %
    ("SK", STANDARD, "20", "2021-01-01", "2025-01-01"),
    ("SK", STANDARD, "23", "2025-01-01", ""),
    ("SK", REDUCED, "10", "2021-01-01", "2025-01-01"),
    ("SK", REDUCED, "19", "2025-01-01", ""),
    ("SK", REDUCED, "5", "2023-01-01", ""),
)
"""Country, kind, percent, from, until: the first day on which it no longer holds, empty while no end is known."""


def _steady() -> Iterator[Rate]:
    for country, (standard, reduced) in _STEADY.items():
        for kind, percents in ((STANDARD, standard), (REDUCED, reduced)):
            yield from (Rate(country, kind, Decimal(percent), BEGINNING) for percent in percents.split())


def _changed() -> Iterator[Rate]:
    for country, kind, percent, since, until in _CHANGED:
        end = date.fromisoformat(until) if until else None
        yield Rate(country, kind, Decimal(percent), date.fromisoformat(since), end)


RATES: tuple[Rate, ...] = (*_steady(), *_changed())


def in_force(country: str, day: date) -> Iterator[Rate]:
    """The country's rates on this day."""
    return (rate for rate in RATES if rate.country == country and rate.holds(day))


def standard_rate(country: str, day: date) -> Decimal | None:
    """The country's standard rate in percent; None for a country or a day that the table does not know."""
    return next((rate.percent for rate in in_force(country, day) if rate.kind is STANDARD), None)


def rates(country: str, day: date) -> frozenset[Decimal]:
    """All the country's rates in percent, empty for a country or a day that the table does not know."""
    return frozenset(rate.percent for rate in in_force(country, day))


def coming_changes(country: str, day: date, within_days: int) -> list[Rate]:
    """The country's rates that begin after `day`, at most `within_days` days later, the next first."""
    last = day + timedelta(days=within_days)
    coming = (rate for rate in RATES if rate.country == country and day < rate.since <= last)
    return sorted(coming, key=lambda rate: (rate.since, rate.kind != STANDARD, -rate.percent))
