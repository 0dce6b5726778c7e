"""Older and newer: pages that stay where they are while new rows come. No page numbers, nothing is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)

SIZE = 50


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """A page of rows, newest first; `older` and `newer` are the addresses' queries, empty where there is no more."""

    rows: Sequence[Row]
    older: str = ""
    newer: str = ""


def paged(rows: QuerySet[Row], query: QueryDict, size: int = SIZE) -> Paged[Row]:
    """The page that `?before=<id>` or `?after=<id>` asks for. One query."""
    after = _id(query, "after")
    before = _id(query, "before")
    if after:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        return _page(shown, query, has_older=True, has_newer=len(found) > size)
    found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: size + 1])
    return _page(found[:size], query, has_older=len(found) > size, has_newer=bool(before))


def _page(rows: Sequence[Row], query: QueryDict, *, has_older: bool, has_newer: bool) -> Paged[Row]:
    if not rows:
        return Paged(rows)
    older = changed(query, {"before": str(rows[-1].pk)}) if has_older else ""
    newer = changed(query, {"after": str(rows[0].pk)}) if has_newer else ""
    return Paged(rows, older, newer)


def changed(query: QueryDict, values: Mapping[str, str]) -> str:
    """The address's query with these values, and on the first page unless they say otherwise."""
    copy = query.copy()
    for name in ("before", "after"):
        copy.pop(name, None)
    for name, value in values.items():
        copy[name] = value
    return f"?{copy.urlencode()}"


def _id(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    # A longer one is no id of ours, and too large for the column.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
