"""Conditions as Dinero wants them in `queryFilter` (fact sheet, section 2).

How a quote or a semicolon is escaped inside a value is not documented: a condition holds a part without either, and
what it finds is compared again.
"""

from __future__ import annotations

import re

UNSAFE = re.compile(r"[';]")


def equal(name: str, value: str) -> str:
    """`name` is `value`, or contains as much of it as can be said. Raises ValueError where that is nothing."""
    if not UNSAFE.search(value):
        return f"{name} eq '{value}'"
    return contains(name, max(UNSAFE.split(value), key=len))


def contains(name: str, value: str) -> str:
    """`name` has `value` somewhere in it, in capital or small letters."""
    if not value.strip() or UNSAFE.search(value):
        raise ValueError("nothing to filter by")
    return f"{name} contains '{value.strip()}'"
