"""The little language of queryFilter: `Field eq 'value'` and `Field contains 'value'`, joined by `;` (section 2).

How a quote or a semicolon inside a value is escaped is not documented; here neither can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .errors import FILTER, Refusal

CLAUSE = re.compile(r"\s*(\w+)\s+(eq|contains)\s+'([^']*)'\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """One comparison; `wanted` has small letters."""

    field: str
    contains: bool
    wanted: str

    def holds(self, value: Any) -> bool:
        """Whether a field's value fits, whatever its letters' case."""
        text = ("true" if value else "false") if isinstance(value, bool) else str(value or "").casefold()
        return self.wanted in text if self.contains else self.wanted == text


def parse(text: str, fields: Iterable[str]) -> list[Clause]:
    """The clauses of a filter, all of which must hold. Raises Refusal 400 (code 46) for what is malformed."""
    if not text.strip():
        return []
    known = {name.lower(): name for name in fields}
    return [_clause(part, known) for part in text.split(";")]


def _clause(text: str, known: dict[str, str]) -> Clause:
    found = CLAUSE.fullmatch(text)
    if found is None or found[1].lower() not in known:
        raise Refusal(400, FILTER, f"The filter is not valid: {text}")
    return Clause(known[found[1].lower()], found[2].lower() == "contains", found[3].casefold())


def every(clauses: list[Clause], value_of: Callable[[str], Any]) -> bool:
    """Whether all clauses hold; `value_of` gives a field's value."""
    return all(clause.holds(value_of(clause.field)) for clause in clauses)
