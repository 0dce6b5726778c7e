"""What support may ask of all businesses at once. Every answer is ids, counts or times; rows are read in their scope.

Each question names who asks: the database itself answers nobody who is not staff. The caller writes a `StaffEntry`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Query:
    """What the staff log is searched for; empty texts ask for nothing.

    `number`: of an order, as the shop writes or knows it, or of its document. `code`: a reason. `ref`: a reference
    that a message showed. `words`: part of the name of a shop or business.
    """

    since: datetime
    number: str = ""
    code: str = ""
    ref: str = ""
    words: str = ""


@dataclass(frozen=True)
class Line:
    """A try that was found; `attempt_id` is None for an order that was never tried."""

    tenant_id: int
    job_id: int
    attempt_id: int | None


@dataclass(frozen=True)
class Hits:
    """How often a reason stopped something, at how many businesses, and since when."""

    times: int
    businesses: int
    first_at: datetime | None


@dataclass(frozen=True)
class Late:
    """A lane ("channel") or a shop to poll ("shop") that is due and that nobody works."""

    what: str
    tenant_id: int
    id: int


def log(staff_id: int, query: Query, before: int | None, most: int) -> list[Line]:
    """The tries that fit, newest first, those before the try `before`."""
    asked = [query.number, query.code, query.ref, query.words, query.since, before, most]
    found = _rows("SELECT * FROM connector_staff_log(%s, %s, %s, %s, %s, %s, %s, %s)", staff_id, *asked)
    return [Line(*row) for row in found]


def untried(staff_id: int, number: str, most: int) -> list[Line]:
    """The orders of this number that were never tried."""
    found = _rows("SELECT * FROM connector_staff_untried(%s, %s, %s)", staff_id, number, most)
    return [Line(tenant_id, job_id, None) for tenant_id, job_id in found]


def hits(staff_id: int, code: str, since: datetime, most: int) -> Hits:
    """How often this reason was given since then; of more than `most`, the newest are counted."""
    [row] = _rows("SELECT * FROM connector_staff_hits(%s, %s, %s, %s)", staff_id, code, since, most)
    return Hits(*row)


def ours(staff_id: int, most: int) -> list[tuple[int, int]]:
    """(tenant id, job id) of the orders that need us, the oldest first."""
    return [(row[0], row[1]) for row in _rows("SELECT * FROM connector_staff_ours(%s, %s)", staff_id, most)]


def stuck(staff_id: int, late: datetime, most: int) -> list[Late]:
    """What has been due since `late` or longer, the longest first."""
    return [Late(*row) for row in _rows("SELECT * FROM connector_staff_stuck(%s, %s, %s)", staff_id, late, most)]


def businesses(staff_id: int, words: str, most: int) -> list[int]:
    """The tenants of which a shop's or the business's own name holds these words."""
    return [row[0] for row in _rows("SELECT * FROM connector_staff_businesses(%s, %s, %s)", staff_id, words, most)]


def look_at(staff_id: int, slug: str, now: datetime) -> tuple[int, int, int] | None:
    """(tenant id, shop id, visit id) of a shop whose business this person visits now."""
    found = _rows("SELECT * FROM connector_staff_look(%s, %s, %s)", staff_id, slug, now)
    return (found[0][0], found[0][1], found[0][2]) if found else None


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
