"""Orders and documents as JSON and back: what a job keeps of them."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from connector.core.credit import Wish
from connector.core.document import Figures, InvoiceDocument
from connector.core.entries import Credited
from connector.core.order import Order

JSON = dict[str, Any]

FORMER = {"unit_net": "unit_price"}
"""What a field was called in documents kept earlier → its name now."""


def order_to_json(order: Order) -> JSON:
    return _dump(order)  # type: ignore[no-any-return]


def order_from_json(data: JSON) -> Order:
    return _load(Order, data)  # type: ignore[no-any-return]


def document_to_json(document: InvoiceDocument) -> JSON:
    return _dump(document)  # type: ignore[no-any-return]


def document_from_json(data: JSON) -> InvoiceDocument:
    return _load(InvoiceDocument, data)  # type: ignore[no-any-return]


def wish_to_json(wish: Wish) -> JSON:
    return {**_dump(wish), **{name: _dump(_texts(getattr(wish, name))) for name in ("quantities", "amounts", "items")}}


def wish_from_json(data: JSON) -> Wish:
    quantities = {int(at): Decimal(value) for at, value in data.get("quantities", {}).items()}
    amounts = {Decimal(rate): Decimal(value) for rate, value in data.get("amounts", {}).items()}
    items = {Decimal(rate): item for rate, item in data.get("items", {}).items()}
    return Wish(quantities, amounts, items, data.get("text", ""), data.get("is_rest", False))


def _texts(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in values.items()}


def credited_to_json(parts: Iterable[Credited]) -> list[JSON]:
    return [_dump(part) for part in parts]


def credited_from_json(data: Iterable[JSON]) -> tuple[Credited, ...]:
    return tuple(_load(Credited, part) for part in data)


def figures_to_json(figures: Figures) -> JSON:
    return _dump(figures)  # type: ignore[no-any-return]


def figures_from_json(data: JSON) -> Figures:
    return _load(Figures, data)  # type: ignore[no-any-return]


def _dump(value: Any) -> Any:
    """Amounts and times become text, so that nothing passes through a float."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _dump(item) for key, item in value.items()}
    return value


def _load(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return None if data is None else _load(inner, data)
    if origin is tuple:
        return tuple(_load(get_args(kind)[0], item) for item in data)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        # Of what is no object this makes a TypeError or ValueError, as of every snapshot that cannot be read.
        data = {FORMER.get(name, name): value for name, value in dict(data).items()}
        known = {name: _load(hint, data[name]) for name, hint in hints.items() if name in data}
        return kind(**known)
    if kind is Decimal:
        return Decimal(data)
    if kind in (date, datetime):
        return kind.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    return data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}
