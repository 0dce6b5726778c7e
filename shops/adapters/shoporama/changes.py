"""Which orders changed since a moment, by as few calls as possible.

Whether `/order` honours `last_modified`, in which order it lists, and whether it counts, is open (section 2). So the
rows' own times decide, and where the filter is ignored only the newest end of the list is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shops.adapters.shoporama import fields
from shops.adapters.shoporama.client import PAGE, Page
from shops.adapters.shoporama.values import COPENHAGEN, first, moment, number, text, whole_id
from shops.base import JSON, ChangedPart

Row = Mapping[str, Any]
Rows = Sequence[Row]
Fetch = Callable[[int], Page]
"""The page that begins at an offset."""

ZONE_DOUBT = timedelta(hours=2)
"""That the times are Copenhagen's is inferred (section 2), and in autumn an hour comes twice."""

LONGEST_SAID = 40
"""Signs that are kept of an id that is none."""

UNKNOWN = -1
"""The offset of the end of a list that does not say how long it is."""


def asked_from(since: datetime) -> str:
    """The `last_modified` to ask for: local time, early enough to be right should the platform mean UTC."""
    return (since - ZONE_DOUBT).astimezone(COPENHAGEN).strftime("%Y-%m-%dT%H:%M:%S")


def changed(fetch: Fetch, since: datetime, place: JSON | None = None) -> Iterator[ChangedPart]:
    """(id, version) of every order whose last change is not surely before `since`, each once, page by page.

    `place` is where an earlier listing of the same `since` came to. Orders that it met may come again.
    """
    oldest = since - ZONE_DOUBT
    seen: set[str] = set()
    for rows, following in _pages(fetch, oldest, place):
        yield ChangedPart(list(_new(rows, oldest, seen)), following)


def _new(rows: Rows, oldest: datetime, seen: set[str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        said = first(row, fields.ID)
        # An id that is none of the platform's is told as it is: whoever asks for its order finds out.
        order_id = whole_id(said) or text(said)[:LONGEST_SAID]
        if order_id and order_id not in seen and not _is_old(row, oldest):
            seen.add(order_id)
            yield order_id, version(row)


def version(row: Row) -> str:
    """What changes whenever the order does. State and payment besides the time: two changes may share a second."""
    parts = (first(row, names) for names in (fields.CHANGED_AT, fields.STATUS, fields.PAID))
    return " ".join(filter(None, ("" if part is None else text(str(part)) for part in parts)))


def _pages(fetch: Fetch, oldest: datetime, place: JSON | None) -> Iterator[tuple[Rows, JSON]]:
    """Pages of rows, each with where the next one begins: empty when there is none."""
    if not place:
        page = fetch(0)
        place = {} if _is_last(page, len(page.rows)) else _second(page, oldest)
        yield page.rows, place
    if place:
        way = _backwards if place["is_backwards"] else _forwards
        yield from way(fetch, place, oldest)


def _second(page: Page, oldest: datetime) -> JSON:
    """Where to go on after the first page of several."""
    is_filtered = not any(_is_old(row, oldest) for row in page.rows)
    if not is_filtered and _is_ascending(page.rows):
        return _place(page, page.total or UNKNOWN, len(page.rows), is_backwards=True)
    return {} if _all_old(page.rows, oldest) else _place(page, len(page.rows), len(page.rows))


def _place(page: Page, offset: int, step: int, *, is_backwards: bool = False) -> JSON:
    """A place in a list, as plain as it must be to be stored. `known` tells a page that is sent once more."""
    return {"offset": offset, "step": step, "known": sorted(_ids(page.rows)), "is_backwards": is_backwards}


def _forwards(fetch: Fetch, place: JSON, oldest: datetime) -> Iterator[tuple[Rows, JSON]]:
    """From the second page on, until the list ends or, newest first without a filter, a page holds only old ones."""
    known = set(place["known"])
    while place:
        page = fetch(place["offset"])
        if not _brings_more(page, known):
            return
        known |= _ids(page.rows)
        end = place["offset"] + len(page.rows)
        is_over = _is_last(page, end) or _all_old(page.rows, oldest)
        place = {} if is_over else _place(page, end, place["step"])
        yield page.rows, place


def _backwards(fetch: Fetch, place: JSON, oldest: datetime) -> Iterator[tuple[Rows, JSON]]:
    """From the last page towards the second, until a page holds only old ones."""
    step = place["step"]
    offset = _length(fetch, place) if place["offset"] == UNKNOWN else place["offset"]
    while offset > step:
        offset = max(offset - step, step)
        rows = fetch(offset).rows
        if _all_old(rows, oldest):
            return
        yield rows[::-1], place | {"offset": offset} if offset > step else {}


def _length(fetch: Fetch, place: JSON) -> int:
    """How many rows a list has that does not say so, found by doubling and halving: 13 calls for 5,000 orders."""
    step, known = int(place["step"]), set(place["known"])
    low, high = 0, step
    while _brings_more(fetch(high), known):
        low, high = high, high * 2
    while high - low > step:
        middle = (low + high) // 2 // step * step
        low, high = (middle, high) if _brings_more(fetch(middle), known) else (low, middle)
    return low + step


def _is_last(page: Page, end: int) -> bool:
    """Whether a page that ends at row `end` ends the list: by its count, else by being short."""
    return end >= page.total if page.total is not None else len(page.rows) < PAGE


def _brings_more(page: Page, known: set[str]) -> bool:
    """Whether a page has new rows; a platform that ignores the offset would send the same page for ever."""
    return bool(_ids(page.rows) - known)


def _is_old(row: Row, oldest: datetime) -> bool:
    at = moment(first(row, fields.CHANGED_AT))
    return at is not None and at < oldest


def _all_old(rows: Sequence[Row], oldest: datetime) -> bool:
    return all(_is_old(row, oldest) for row in rows)


def _is_ascending(rows: Sequence[Row]) -> bool:
    ends = [number(first(row, fields.ID)) for row in (rows[0], rows[-1])]
    return ends[0] is not None and ends[1] is not None and ends[0] < ends[1]


def _ids(rows: Sequence[Row]) -> set[str]:
    return {text(first(row, fields.ID)) for row in rows}
