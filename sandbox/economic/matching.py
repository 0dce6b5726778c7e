"""Whether a rendered thing fits a filter, and how things are sorted (fact sheet, section 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from .filters import Compare, Every, Node, Some
from .wirejson import Json


def at_path(view: Json, path: str) -> Any:
    """The value at a dotted path, None when any step is absent."""
    value: Any = view
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def matches(node: Node, view: Json, types: Mapping[str, str]) -> bool:
    """Whether `view` fits; texts compare without letter case."""
    if isinstance(node, Every):
        return all(matches(part, view, types) for part in node.parts)
    if isinstance(node, Some):
        return any(matches(part, view, types) for part in node.parts)
    return _holds(node, at_path(view, node.path), types[node.path])


def _holds(node: Compare, actual: Any, kind: str) -> bool:
    if node.never:
        return False
    if node.pattern is not None:
        return actual is not None and node.pattern.fullmatch(str(actual)) is not None
    key = _key(actual, kind)
    wanted = [_key(value, kind) for value in node.values]
    if node.operator in ("eq", "in"):
        return key in wanted
    if node.operator in ("ne", "nin"):
        return key not in wanted
    return key is not None and wanted[0] is not None and COMPARISONS[node.operator](key, wanted[0])


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}


def _key(value: Any, kind: str) -> Any:
    """What `value` is compared by."""
    if kind == "flag":
        return value is True or (isinstance(value, str) and value.lower() == "true")
    if value is None:
        return None
    return Decimal(value) if kind == "number" else str(value).casefold()


def sort_views(views: Sequence[Json], sort: str, types: Mapping[str, str]) -> list[Json]:
    """`views` by a sort parameter such as `-name,~number`. Raises KeyError for a property not in `types`."""
    result = list(views)
    for term in reversed([part.strip() for part in sort.split(",") if part.strip()]):
        descending = term.startswith("-")
        bare = term.lstrip("-")
        alphabetic = bare.startswith("~")
        path = bare.lstrip("~")
        kind = "text" if alphabetic else types[path] if path in types else _unknown(path)
        result.sort(key=cmp_to_key(_order(path, kind)), reverse=descending)
    return result


def _unknown(path: str) -> str:
    raise KeyError(path)


def _order(path: str, kind: str) -> Callable[[Json, Json], int]:
    def compare(left: Json, right: Json) -> int:
        first, second = _key(at_path(left, path), kind), _key(at_path(right, path), kind)
        if first is None or second is None:
            return (first is not None) - (second is not None)
        return 1 if first > second else -1 if first < second else 0

    return compare
