"""Refusals as answers: which shape, which body, which content type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.wire import Reply

from . import errors
from .errors import Invalid, Refusal, Stamp
from .place import Place
from .wirejson import encode

# Statuses whose legacy body nobody has seen, and the switch that decides it (19.2, 19.3).
BODY_SWITCHES = {401: "unauthorized_body", 403: "forbidden_body", 429: "too_many_body"}


def internal_error(status: int = 500) -> Refusal:
    """A failure inside the system."""
    return Refusal(status, "An internal error occurred.", openapi_code="InternalServerError")


def error_reply(
    place: Place, serial: int, now: float, switch: Callable[[str], Any], refusal: Refusal | Invalid
) -> Reply:
    """The answer for a refusal on the host it came to."""
    stamp = Stamp(
        serial,
        datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        switch("error_shape"),
        None if switch("schema_leaf_code") == "absent" else errors.VALIDATION,
    )
    if place.legacy:
        return _legacy(stamp, switch, refusal)
    headers = {"content-type": "application/problem+json; charset=utf-8"}
    if isinstance(refusal, Invalid):
        body = errors.problem_validation(stamp, refusal, code_place=switch("openapi_code_place"))
        return Reply(400, encode(body), headers)
    return Reply(refusal.status, encode(errors.problem_json(stamp, refusal)), {**headers, **refusal.headers})


def _legacy(stamp: Stamp, switch: Callable[[str], Any], refusal: Refusal | Invalid) -> Reply:
    headers = {"content-type": "application/json; charset=utf-8"}
    if isinstance(refusal, Invalid):
        return Reply(400, encode(errors.legacy_validation(stamp, refusal)), headers)
    kind = switch(BODY_SWITCHES[refusal.status]) if refusal.status in BODY_SWITCHES else "json"
    if kind == "empty":
        return Reply(refusal.status, b"", refusal.headers)
    if kind == "html":
        page = f"<html><body><h1>{refusal.status}</h1><p>{refusal.message}</p></body></html>"
        return Reply(refusal.status, page.encode(), {"content-type": "text/html; charset=utf-8", **refusal.headers})
    return Reply(refusal.status, encode(errors.legacy(stamp, refusal)), {**headers, **refusal.headers})
