"""Whether a day can be booked on, from the accounting years' periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounting.base import Finding
from accounting.providers.economic.client import YEARS, Client
from connector.core.errors import NeedsSetup


def obstacle(client: Client, day: date) -> Finding | None:
    """What keeps `day` from being booked on: its year does not exist, or its period is closed or barred.

    Only the newer host says that a period is barred. Docs: https://apis.e-conomic.com/accountingyearsapi/redoc.html
    The fact `open` is the first open day after it, empty when there is none.
    """
    periods = client.items(f"{YEARS}/accountingYears/periods")
    its_own = next((period for period in periods if _first(period) <= day <= _last(period)), None)
    facts = {"date": day.isoformat()}
    if its_own is None:
        return Finding("year-missing", {"year": str(day.year), **facts})
    if _is_open(its_own):
        return None
    later = sorted(_first(period) for period in periods if _is_open(period) and _first(period) > day)
    opening = later[0].isoformat() if later else ""
    return Finding("period-closed", {"period": day.isoformat()[:7], **facts, "open": opening})


def first_open_day(client: Client, day: date) -> date:
    """The first day on or after `day` that can be booked on. Raises NeedsSetup with what keeps it from being one."""
    found = obstacle(client, day)
    if found is None:
        return day
    if not found.facts.get("open"):
        raise NeedsSetup(found.code, **found.facts)
    return date.fromisoformat(found.facts["open"])


def seems_closed(years: Iterable[Mapping[str, str]], day: date) -> bool:
    """Whether the kept list of years says that the day's year is closed. `years` are options: the label is
    `from – to`, the hint `closed` or `open`."""
    closed = (year["label"] for year in years if year.get("hint") == "closed")
    return any(first <= day.isoformat() <= last for first, _dash, last in (label.partition(" – ") for label in closed))


def _is_open(period: Mapping[str, Any]) -> bool:
    return not period.get("isClosed") and not period.get("isBarred")


def _first(period: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(period["dateFrom"])[:10])


def _last(period: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(period["dateTo"])[:10])
