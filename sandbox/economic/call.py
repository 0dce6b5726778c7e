"""One authenticated call, as handlers see it: whose books, when, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.wire import Reply, Request

from .agreement import Agreement
from .books import Books
from .errors import Refusal
from .wirejson import Json, encode, parse


def moment(seconds: float) -> str:
    """`seconds` since the epoch as lastUpdated is written: 2026-01-02T03:04:05Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Call:
    """A request to an agreement's books; `base` is the address of the host it came to, without a slash."""

    agreement: Agreement
    request: Request
    query: Mapping[str, str]
    now: float
    base: str

    @property
    def books(self) -> Books:
        """The agreement's books."""
        return self.agreement.books

    def switch(self, name: str) -> Any:
        """The value of a switch for this agreement."""
        return self.agreement.switch(name)

    def body(self) -> Any:
        """The request's JSON. Raises Refusal 400 when it is none."""
        try:
            return parse(self.request.body)
        except (ValueError, RecursionError):
            raise Refusal(400, "The request body is not valid JSON.", openapi_code="InvalidInput") from None

    def at(self, path: str) -> str:
        """The full address of `path` on this host."""
        return f"{self.base}/{path}"

    def visible(self, created: float) -> bool:
        """Whether a list shows what was made at `created` (switch stale_list_seconds)."""
        stale: int = self.switch("stale_list_seconds")
        return not stale or created <= self.now - stale

    def reply(self, status: int, document: object, **headers: str) -> Reply:
        """A JSON answer; header names with underscores for dashes."""
        if self.switch("false_booleans") == "omitted":
            document = without_false(document)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(status, encode(document), {"content-type": "application/json; charset=utf-8", **named})


def without_false(node: Any) -> Any:
    """`node` with every false property left out (section 4.4)."""
    if isinstance(node, dict):
        return {key: without_false(value) for key, value in node.items() if value is not False}
    if isinstance(node, list):
        return [without_false(item) for item in node]
    return node


Handler = Callable[..., Reply]
"""A function of a Call and the address's variable segments."""

Routes = Mapping[tuple[str, str], Handler]
"""(method, address pattern with {} for a variable segment) → handler."""


class Router:
    """Finds a handler by method and address, one dictionary step per segment."""

    def __init__(self, *tables: Routes) -> None:
        self._root: Json = {}
        for table in tables:
            for (method, pattern), handler in table.items():
                place = self._root
                for segment in pattern.split("/"):
                    place = place.setdefault(segment.lower() if segment != "{}" else segment, {})
                place.setdefault("", {})[method] = handler

    def find(self, method: str, segments: list[str]) -> tuple[Handler, list[str]]:
        """The handler and the variable segments. Raises Refusal 404 or 405."""
        place, variables = self._root, []
        for segment in segments:
            known = place.get(segment.lower()) if segment else None
            if known is None:
                known = place.get("{}") if segment else None
                variables.append(segment)
            if known is None:
                raise Refusal(404, "Resource not found.", openapi_code="ResourceNotFound")
            place = known
        handlers = place.get("")
        if not handlers:
            raise Refusal(404, "Resource not found.", openapi_code="ResourceNotFound")
        if method not in handlers:
            raise Refusal(405, "Method not allowed.", openapi_code="MethodNotAllowed")
        return handlers[method], variables
