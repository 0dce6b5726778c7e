"""Collections as the two hosts list them: legacy pages with links, OpenAPI cursors, pages and counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sandbox.wire import Reply

from . import filters
from .call import Call
from .errors import PAGE_SIZE, Refusal
from .ids import NOT_WHOLE, whole
from .matching import matches, sort_views
from .wirejson import Json

LEGACY_PAGE, LEGACY_LARGEST = 20, 1000
OPEN_PAGE, OPEN_LARGEST, OPEN_LAST_ROW = 20, 100, 10_000
CURSOR_PAGE = 1000

Render = Callable[[Any], Json]
Find = Callable[[filters.Pins], Sequence[Any] | None]


@dataclass(frozen=True)
class Source:
    """Where a collection's things come from.

    `rows` are all of them in the collection's order, `size` how many there are, `find` those that can be
    what a filter pins down (None when no index helps), `render` how one is shown.
    """

    rows: Callable[[], Sequence[Any]]
    render: Render
    size: Callable[[], int]
    find: Find = lambda pins: None


def fixed(rows: Sequence[Any], render: Render) -> Source:
    """A source that is a list."""
    return Source(lambda: rows, render, lambda: len(rows))


def kept(call: Call, things: Mapping[Any, Any], render: Render, find: Find = lambda pins: None) -> Source:
    """A source that is a table of records by number; a stale list omits the young ones."""

    def rows() -> list[Any]:
        return [things[key] for key in sorted(things) if call.visible(things[key].created)]

    def found(pins: filters.Pins) -> Sequence[Any] | None:
        records = find(pins)
        return None if records is None else [record for record in records if call.visible(record.created)]

    stale = call.switch("stale_list_seconds")
    return Source(rows, render, lambda: len(rows()) if stale else len(things), found)


@dataclass(frozen=True)
class Collection:
    """What may be asked of a collection. `types` maps filterable properties to how they compare.

    `crashes` lists the (property, operator) pairs that make the real server answer 500 (section 4.2).
    """

    path: str
    types: Mapping[str, str] = field(default_factory=dict)
    more_sortable: Mapping[str, str] = field(default_factory=dict)
    writable: bool = False
    key_path: str = ""
    crashes: tuple[tuple[str, str], ...] = ()

    @property
    def sortable(self) -> Mapping[str, str]:
        """Properties that may be sorted by."""
        return {**self.types, **self.more_sortable}


def legacy_list(call: Call, collection: Collection, source: Source) -> Reply:
    """One page with its links."""
    skip, size = _paging(call)
    total = source.size()
    views = _filtered(call, collection, source) if call.query.get("filter") else None
    if call.query.get("sort"):
        views = _sorted(call, collection, [source.render(row) for row in source.rows()] if views is None else views)
    results = total if views is None else len(views)
    window = slice(skip * size, (skip + 1) * size)
    page = [source.render(row) for row in source.rows()[window]] if views is None else views[window]
    listed = [_listed(call, collection, view) for view in page]
    address = call.at(collection.path)
    answer: Json = {
        "collection": listed,
        "pagination": _pagination(call, address, skip, size, results, total),
        "self": _page_address(call, address, skip, size),
    }
    if collection.writable:
        create = {"description": "Create a new item.", "href": address, "httpMethod": "post"}
        answer["metaData"] = {"create": create}
    return call.reply(200, answer)


def _listed(call: Call, collection: Collection, view: Json) -> Json:
    """A listed item is thinner than a single GET (4.1); whether lines are there is disputed (19.19)."""
    if "lines" in view and not call.switch("lists_with_lines"):
        view = {key: value for key, value in view.items() if key != "lines"}
    if not collection.writable:
        return view
    links = {"replace": {"href": view["self"], "httpMethod": "put"}}
    return {**view, "metaData": {**links, "delete": {"href": view["self"], "httpMethod": "delete"}}}


def _paging(call: Call) -> tuple[int, int]:
    skip, size = call.query.get("skippages", "0"), call.query.get("pagesize", str(LEGACY_PAGE))
    if not 1 <= whole(size) <= LEGACY_LARGEST:
        raise Refusal(400, f"Page size must be between 1 and {LEGACY_LARGEST}.", PAGE_SIZE)
    if whole(skip) == NOT_WHOLE:
        raise Refusal(400, "The number of pages to skip must be a whole number.", PAGE_SIZE)
    return int(skip), int(size)


def _filtered(call: Call, collection: Collection, source: Source) -> list[Json]:
    text = call.query["filter"]
    if any(f"{path}${operator}:" in text for path, operator in collection.crashes):
        raise Refusal(500, "An internal error occurred.", openapi_code="InternalServerError")
    try:
        node = filters.parse(text, collection.types)
    except filters.FilterError as error:
        raise Refusal(
            400,
            "Could not parse query string filter.",
            errors=[str(error)],
            allowedFilteringFields=list(collection.types),
        ) from None
    return _matching(source, node, collection.types)


def _matching(source: Source, node: filters.Node, types: Mapping[str, str]) -> list[Json]:
    candidates = source.find(filters.pinned(node))
    if candidates is None:
        candidates = source.rows()
    views = (source.render(row) for row in candidates)
    return [view for view in views if matches(node, view, types)]


def _sorted(call: Call, collection: Collection, views: list[Json]) -> list[Json]:
    try:
        return sort_views(views, call.query["sort"], collection.sortable)
    except KeyError:
        raise Refusal(400, "Could not parse query string sort parameter.") from None


def _pagination(call: Call, address: str, skip: int, size: int, results: int, total: int) -> Json:
    pages: Json = {
        "maxPageSizeAllowed": LEGACY_LARGEST,
        "skipPages": skip,
        "pageSize": size,
        "results": results,
        "resultsWithoutFilter": total,
    }
    if not results:
        return pages | {"developerHint": "There are no results, so links to pages are suppressed."}
    last = (results - 1) // size
    pages["firstPage"] = _page_address(call, address, 0, size)
    if 0 < skip <= last:
        pages["previousPage"] = _page_address(call, address, skip - 1, size)
    if skip < last:
        pages["nextPage"] = _page_address(call, address, skip + 1, size)
    return pages | {"lastPage": _page_address(call, address, last, size)}


def _page_address(call: Call, address: str, skip: int, size: int) -> str:
    text = f"{address}?skippages={skip}&pagesize={size}"
    for name in ("filter", "sort"):
        if call.query.get(name):
            text += f"&{name}={quote(call.query[name], safe='')}"
    return text


@dataclass(frozen=True)
class OpenCollection:
    """A collection of the newer host: property → (how it compares, operators allowed), and what sorts.

    The operators are the vendor's `x-filterable`, sorting its `x-sortable`.
    """

    properties: Mapping[str, tuple[str, str]]
    sortable: tuple[str, ...]


def cursor_list(call: Call, collection: OpenCollection, source: Source) -> Reply:
    """{"items", "cursor"}; the cursor is absent at the end and `sort` is silently ignored (section 15)."""
    views = _open_filtered(call, collection, source)
    start = whole(call.query.get("cursor") or "0")
    if start == NOT_WHOLE:
        raise Refusal(400, "The cursor is not valid.", openapi_code="InvalidInput")
    end = start + CURSOR_PAGE
    answer: Json = {"items": views[start:end]}
    if end < len(views):
        answer["cursor"] = str(end)
    return call.reply(200, answer)


def paged_list(call: Call, collection: OpenCollection, source: Source) -> Reply:
    """A bare array; at most 100 a page and only the first 10,000 rows."""
    views = _open_filtered(call, collection, source)
    if call.query.get("sort"):
        types = {name: collection.properties[name][0] for name in collection.sortable}
        try:
            views = sort_views(views, call.query["sort"], types)
        except KeyError as error:
            raise Refusal(400, f"Sorting by {error} is not allowed.", openapi_code="BadSortRequest") from None
    skip, size = call.query.get("skippages", "0"), call.query.get("pagesize", str(OPEN_PAGE))
    if whole(skip) == NOT_WHOLE or not 1 <= whole(size) <= OPEN_LARGEST:
        raise Refusal(400, f"Page size must be between 1 and {OPEN_LARGEST}.", openapi_code="InvalidInput")
    start = int(skip) * int(size)
    return call.reply(200, views[:OPEN_LAST_ROW][start : start + int(size)])


def count(call: Call, collection: OpenCollection, source: Source) -> Reply:
    """A bare integer that respects the filter."""
    return call.reply(200, len(_open_filtered(call, collection, source)))


def _open_filtered(call: Call, collection: OpenCollection, source: Source) -> list[Json]:
    text = call.query.get("filter")
    if not text:
        return [source.render(row) for row in source.rows()]
    types = {name: kind for name, (kind, _) in collection.properties.items()}
    try:
        node = filters.parse(text, types, bracket_quirk=False)
        _check_operators(node, collection)
    except filters.FilterError as error:
        raise Refusal(400, str(error), openapi_code="BadFilterRequest") from None
    return _matching(source, node, types)


def _check_operators(node: filters.Node, collection: OpenCollection) -> None:
    if not isinstance(node, filters.Compare):
        for part in node.parts:
            _check_operators(part, collection)
    elif node.operator not in collection.properties[node.path][1].split():
        raise filters.FilterError(f"Operator '{node.operator}' is not allowed on property '{node.path}'.")
