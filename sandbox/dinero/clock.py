"""Dates and times as Dinero writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DANISH = ZoneInfo("Europe/Copenhagen")


def danish_day(seconds: float) -> date:
    """The date in Denmark: Dinero's today (fact sheet, section 2)."""
    return datetime.fromtimestamp(seconds, DANISH).date()


def moment(seconds: float | None) -> str | None:
    """CreatedAt and the like: no zone, up to three decimals of a second without the last zeros."""
    if seconds is None:
        return None
    written = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return written.rstrip("0").rstrip(".")
