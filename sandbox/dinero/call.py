"""One authenticated call, as handlers see it: whose books, when, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.economic.wirejson import encode, parse
from sandbox.wire import Reply, Request

from .errors import FORMAT, Refusal
from .model import Json
from .organization import Organization
from .rules import Shape, clean

JSON_TYPE = {"content-type": "application/json; charset=utf-8"}
READABLE = ("application/json", "text/json")


@dataclass(frozen=True)
class Call:
    """A request to an organisation's books; the names of `query` are in small letters."""

    organization: Organization
    request: Request
    query: Mapping[str, str]
    now: float

    def switch(self, name: str) -> Any:
        """The value of a switch for this organisation."""
        return self.organization.switch(name)

    def body(self, shape: Shape, *, optional: bool = False) -> Json:
        """The request's JSON by `shape`, None for what is absent; an `optional` body may be missing.

        Raises Refusal 415 for another content type, 400 for what is wrong.
        """
        if optional and not self.request.body:
            return dict.fromkeys(shape.properties)
        sent = self.request.headers.get("content-type", "").split(";")[0].strip().lower()
        if sent not in READABLE:
            raise Refusal(415, FORMAT, "The content type is not supported.")
        try:
            document = parse(self.request.body)
        except (ValueError, RecursionError):
            raise Refusal(400, FORMAT, "The request body is not valid JSON.") from None
        return clean(shape, document, drop_unknown=self.switch("unknown_fields") == "drop")

    def created(self, document: object) -> Reply:
        """The answer to what has made something."""
        answer = self.switch("create_answer")
        if answer == "201_empty":
            return Reply(201)
        return reply(document, 201 if answer == "201" else 200)


def reply(document: object, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, encode(document), JSON_TYPE)


def done() -> Reply:
    """The empty answer of what has nothing to say."""
    return Reply(200)


Handler = Callable[..., Reply]
"""A function of a Call and the Guids in its address."""

Routes = Mapping[tuple[str, str], Handler]
"""(method, address with {} for a Guid and without the organisation) → handler."""
