"""The smallest router: a method and an address pattern lead to one function."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sandbox.wire import Reply, Request

Context = TypeVar("Context")
Handler = Callable[..., Reply]
_DECODER = json.JSONDecoder(parse_float=Decimal)


class Refused(Exception):
    """A request that the stand-in turns down: an HTTP status and a sentence for the sender."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Router(Generic[Context]):
    """Routes in the order they were added; `<name>` in a pattern is one path segment, given as a keyword."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def on(self, method: str, pattern: str) -> Callable[[Handler], Handler]:
        """Register the decorated function: `handler(context, request, **segments) -> Reply`."""
        expression = re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", pattern) + "/?")

        def register(handler: Handler) -> Handler:
            self._routes.append((method, expression, handler))
            return handler

        return register

    def include(self, other: Router[Context]) -> None:
        """Add another router's routes after the ones there are."""
        self._routes += other._routes

    def dispatch(self, context: Context, request: Request) -> Reply:
        """Call the matching handler. Raises Refused 404 for an unknown address, 405 for a wrong method."""
        known = False
        for method, expression, handler in self._routes:
            match = expression.fullmatch(request.path)
            if match and method == request.method:
                return handler(context, request, **match.groupdict())
            known = known or match is not None
        raise Refused(405 if known else 404, f"{request.method} {request.path}: " + ("method" if known else "address"))


def document(request: Request) -> dict[str, Any]:
    """The request's JSON object with every fraction as Decimal; an empty body is an empty object.

    Raises Refused 400 when the body is something else.
    """
    try:
        # json is read here and not by Request.json, since amounts must never pass through a float.
        read = _DECODER.decode(request.body.decode() or "{}")
    except ValueError as error:
        raise Refused(400, f"not JSON: {error}") from error
    if not isinstance(read, dict):
        raise Refused(400, "the body must be a JSON object")
    return read


def plain(value: Any) -> Any:
    """A JSON value with every Decimal as float: for settings that are no money, and for what is shown as it came."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


def whole(text: object, name: str = "number") -> int:
    """`text` as an integer. Raises Refused 400 when it is none."""
    try:
        return int(str(text))
    except ValueError as error:
        raise Refused(400, f"{name} must be a whole number, not {text!r}") from error
