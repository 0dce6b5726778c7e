"""Whether a day can be booked on: Billy closes everything up to one day (fact sheet, sections 1 and 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from accounting.providers.billy import fields
from accounting.providers.billy.client import Client

LOCKED = "locked"
"""The list of `Choices` with the day up to which everything is closed."""


def locked_until(organization: Mapping[str, Any]) -> date | None:
    """The last day that is closed; None where none is."""
    with suppress(ValueError):
        return date.fromisoformat(fields.text(organization, "fiscalLockingDate")[:10])
    return None


def first_open_day(client: Client, day: date) -> date:
    """`day`, or the first one after everything that is closed."""
    until = locked_until(client.organization())
    return day if until is None or until < day else until + timedelta(days=1)


def seems_closed(kept: Iterable[Mapping[str, str]], day: date) -> bool:
    """Whether the kept day up to which everything is closed is `day` or later."""
    return any(option["value"] >= day.isoformat() for option in kept)
