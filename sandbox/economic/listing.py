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
from .matching import matches, sort_views
from .wirejson import Json

LEGACY_PAGE, LEGACY_LARGEST = 20, 1000
OPEN_PAGE, OPEN_LARGEST, OPEN_LAST_ROW = 20, 100, 10_000
CURSOR_PAGE = 1000

Render = Callable[[Any], Json]
Find = Callable[[Mapping[str, str]], Sequence[Any] | None]


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


def legacy_list(
    call: Call, collection: Collection, rows: Sequence[Any], render: Render, find: Find | None = None
) -> Reply:
    """One page. `rows` are in the collection's order; `find` may narrow them by what the filter pins down."""
    skip, size = _paging(call)
    total = len(rows)
    views = None
    if call.query.get("filter"):
        views = _filtered(call, collection, rows, render, find)
    if call.query.get("sort"):
        views = _sorted(call, collection, [render(row) for row in rows] if views is None else views)
    results = total if views is None else len(views)
    window = slice(skip * size, (skip + 1) * size)
    page = [render(row) for row in rows[window]] if views is None else views[window]
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
    if not size.isdigit() or not 1 <= int(size) <= LEGACY_LARGEST:
        raise Refusal(400, f"Page size must be between 1 and {LEGACY_LARGEST}.", PAGE_SIZE)
    if not skip.isdigit():
        raise Refusal(400, "The number of pages to skip must be a whole number.", PAGE_SIZE)
    return int(skip), int(size)


def _filtered(call: Call, collection: Collection, rows: Sequence[Any], render: Render, find: Find | None) -> list[Json]:
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
    narrowed = find(filters.pinned(node)) if find else None
    candidates = rows if narrowed is None else narrowed
    views = (render(row) for row in candidates)
    return [view for view in views if matches(node, view, collection.types)]


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


def cursor_list(call: Call, collection: OpenCollection, rows: Sequence[Any], render: Render) -> Reply:
    """{"items", "cursor"}; the cursor is absent at the end and `sort` is silently ignored (section 15)."""
    views = _open_filtered(call, collection, rows, render)
    start = call.query.get("cursor") or "0"
    if not start.isdigit():
        raise Refusal(400, "The cursor is not valid.", openapi_code="InvalidInput")
    end = int(start) + CURSOR_PAGE
    answer: Json = {"items": views[int(start) : end]}
    if end < len(views):
        answer["cursor"] = str(end)
    return call.reply(200, answer)


def paged_list(call: Call, collection: OpenCollection, rows: Sequence[Any], render: Render) -> Reply:
    """A bare array; at most 100 a page and only the first 10,000 rows."""
    views = _open_filtered(call, collection, rows, render)
    if call.query.get("sort"):
        types = {name: collection.properties[name][0] for name in collection.sortable}
        try:
            views = sort_views(views, call.query["sort"], types)
        except KeyError as error:
            raise Refusal(400, f"Sorting by {error} is not allowed.", openapi_code="BadSortRequest") from None
    skip, size = call.query.get("skippages", "0"), call.query.get("pagesize", str(OPEN_PAGE))
    if not (skip.isdigit() and size.isdigit()) or not 1 <= int(size) <= OPEN_LARGEST:
        raise Refusal(400, f"Page size must be between 1 and {OPEN_LARGEST}.", openapi_code="InvalidInput")
    start = int(skip) * int(size)
    return call.reply(200, views[:OPEN_LAST_ROW][start : start + int(size)])


def count(call: Call, collection: OpenCollection, rows: Sequence[Any], render: Render) -> Reply:
    """A bare integer that respects the filter."""
    return call.reply(200, len(_open_filtered(call, collection, rows, render)))


def _open_filtered(call: Call, collection: OpenCollection, rows: Sequence[Any], render: Render) -> list[Json]:
    views = [render(row) for row in rows]
    text = call.query.get("filter")
    if not text:
        return views
    types = {name: kind for name, (kind, _) in collection.properties.items()}
    try:
        node = filters.parse(text, types, bracket_quirk=False)
        _check_operators(node, collection)
    except filters.FilterError as error:
        raise Refusal(400, str(error), openapi_code="BadFilterRequest") from None
    return [view for view in views if matches(node, view, types)]


def _check_operators(node: filters.Node, collection: OpenCollection) -> None:
    if not isinstance(node, filters.Compare):
        for part in node.parts:
            _check_operators(part, collection)
    elif node.operator not in collection.properties[node.path][1].split():
        raise filters.FilterError(f"Operator '{node.operator}' is not allowed on property '{node.path}'.")
