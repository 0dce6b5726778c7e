"""Whether a day can be booked on, from the accounting years (fact sheet, section 7). Dinero tells of no closed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from accounting.providers.dinero import fields
from accounting.providers.dinero.client import Client
from connector.core.errors import NeedsSetup


def years(client: Client) -> list[tuple[str, str]]:
    """First and last day of each accounting year, as ISO dates."""
    rows = client.rows(client.path("/accountingyears"))
    return sorted((fields.text(row, "fromdate")[:10], fields.text(row, "todate")[:10]) for row in rows)


def first_open_day(client: Client, day: date) -> date:
    """`day`, when it lies in an accounting year. Raises NeedsSetup (year-missing) when it lies in none."""
    if not any(first <= day.isoformat() <= last for first, last in years(client)):
        raise NeedsSetup("year-missing", year=str(day.year), date=day.isoformat())
    return day


def seems_closed(kept: Iterable[Mapping[str, str]], day: date) -> bool:
    """Whether the kept list of years has a later one than `day`, but none that `day` lies in. A day after the last year
    is left to Dinero, which may make the year by itself (fact sheet, section 7). `kept` are options with the label
    `from – to`."""
    spans = [year["label"].partition(" – ")[::2] for year in kept]
    is_known = any(first <= day.isoformat() <= last for first, last in spans)
    return not is_known and any(day.isoformat() < first for first, _last in spans)
