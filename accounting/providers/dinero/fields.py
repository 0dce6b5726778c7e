"""Reads the fields of Dinero's answers, bodies of every shape. Pure.

Properties come in PascalCase, but `fields=` are echoed in the case they were asked in and refusals are in camelCase
(fact sheet, section 2): names are read without their case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from connector.core.money import rounded

GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def read(body: bytes) -> Any:
    """JSON with every fraction as Decimal, names in small letters; None for what is none: a page, half an answer."""
    try:
        return _small(json.loads(body, parse_float=Decimal, parse_constant=_refuse))
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _small(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name).lower(): _small(part) for name, part in value.items()}
    return [_small(part) for part in value] if isinstance(value, list) else value


def amount(value: Any) -> Decimal | None:
    """An amount of an answer, a double, to two decimals; None for anything else."""
    if isinstance(value, Decimal):
        return rounded(value)
    return rounded(Decimal(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def text(row: Mapping[str, Any], name: str) -> str:
    """A text of an answer; what is not known comes as null or as an empty text."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def number_of(row: Mapping[str, Any], name: str) -> str:
    """A whole number of an answer as text; empty when it is not there."""
    value = row.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def guid_of(row: Any, name: str = "guid") -> str:
    """A Guid of an answer in small letters; empty when it is not there."""
    return text(row, name).lower() if isinstance(row, Mapping) else ""


def is_deleted(row: Mapping[str, Any]) -> bool:
    """Whether it was deleted; such a thing may still be shown when it is asked for by its Guid."""
    return bool(row.get("deletedat"))
