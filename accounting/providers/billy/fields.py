"""Reads the fields of Billy's answers. Pure.

Docs: https://www.billy.dk/api/. Amounts come as binary floats, answers to writes in plural or singular, and log text
may stand in front of the JSON (fact sheet, sections 2 and 3).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from connector.core.money import rounded

JSON = dict[str, Any]

MOST_STARTS = 200
"""So many braces of what stands in front of an answer are tried as its beginning."""
META = "meta"
"""What every answer of Billy's own has, so that none is mistaken in the text before it."""


def read(body: bytes) -> Any:
    """The JSON with every fraction as Decimal; None for what is none: a page, half an answer."""
    text = body.decode("utf-8", "replace").strip()
    whole = _loaded(text)
    return whole if whole is not None else _behind_a_prefix(text)


def _behind_a_prefix(text: str) -> Any:
    start = text.find("{")
    for _ in range(MOST_STARTS):
        if start < 0:
            return None
        found = _loaded(text[start:])
        if isinstance(found, dict) and META in found:
            return found
        start = text.find("{", start + 1)
    return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def records(answer: Any, resource: str) -> list[JSON] | None:
    """The records of a resource in an answer, plural or singular; None where it carries none of either."""
    if not isinstance(answer, Mapping):
        return None
    found = answer.get(resource)
    if isinstance(found, list):
        return [row for row in found if isinstance(row, dict)]
    one = answer.get(singular(resource))
    return [one] if isinstance(one, dict) else None


def singular(resource: str) -> str:
    """What one record of a resource is called."""
    return resource.removesuffix("s")


def with_id(rows: Iterable[JSON] | None, identity: str) -> JSON | None:
    """The record with this id."""
    return next((row for row in rows or () if text(row, "id") == identity), None)


def amount(value: Any) -> Decimal | None:
    """An amount of an answer, to two decimals; None for anything else."""
    found = number(value)
    return None if found is None else rounded(found)


def number(value: Any) -> Decimal | None:
    """A number of an answer as it came; None for anything else."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def text(row: Mapping[str, Any], name: str) -> str:
    """A text of an answer; what is not known comes as null or as an empty text."""
    value = row.get(name)
    return value if isinstance(value, str) else ""
