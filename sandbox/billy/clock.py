"""Dates and times as Billy writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DANISH = ZoneInfo("Europe/Copenhagen")


def danish_day(seconds: float) -> date:
    """The date in Denmark."""
    return datetime.fromtimestamp(seconds, DANISH).date()


def moment(seconds: float | None) -> str | None:
    """createdTime and the like: no zone (fact sheet, section 2)."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
