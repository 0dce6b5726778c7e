"""One authenticated call, as handlers see it: whose books, when, what was sent, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.economic.wirejson import encode, parse
from sandbox.wire import Reply, Request

from .company import Company
from .errors import BODY, Refusal, invalid, method_not_allowed
from .model import Json
from .rules import DROP, KEEP, REFUSE, Reader
from .shapes import POLICIES, SHAPES

JSON_TYPE = {"content-type": "application/json; charset=utf-8"}
SETTABLE = ("kept", "writable", "settable")
LOG = b"[2026-01-01 00:00:00] production.NOTICE: slow query\n"
NOISE = Decimal("0.00000000000003")
NO_OBJECT = "The request body is not an object with the record in it."


@dataclass(frozen=True)
class Call:
    """A request to a company's books."""

    company: Company
    request: Request
    now: float

    @property
    def query(self) -> Mapping[str, str]:
        """The query's parameters, in the letters that they were sent with."""
        return self.request.query

    @property
    def locale(self) -> str:
        """The language that is asked for."""
        return self.request.headers.get("accept-language", "en_US")

    def switch(self, name: str) -> Any:
        """The value of a switch for this company."""
        return self.company.switch(name)

    def record(self, resource: str, id_: str = "", stored: Json | None = None) -> Json:
        """The record in the body: a new one complete, or the changes to a `stored` one with that id.

        Raises Refusal for what is wrong.
        """
        root = SHAPES[resource].root
        sent = self._sent(root)
        if stored is not None and sent.get("id") not in (None, id_):
            raise invalid(root, id="The id is another one than the address has.")
        if stored is None and "organizationId" in SHAPES[resource].properties:
            self._check_company(root, sent)
        cleaned = self.reader().record(resource, sent, stored=stored)
        if stored is None and "organizationId" in cleaned:
            cleaned["organizationId"] = self.company.id
        return cleaned

    def reader(self) -> Reader:
        """What reads records here."""
        return Reader(
            SHAPES,
            self.company.books.known,
            self._policy,
            self.switch("unknown_fields"),
            self.switch("readonly_fields"),
        )

    def _sent(self, root: str) -> Json:
        try:
            document = parse(self.request.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict) or document.keys() != {root} or not isinstance(document[root], dict):
            raise Refusal(None, BODY, NO_OBJECT)
        return document[root]  # type: ignore[no-any-return]

    def _check_company(self, root: str, sent: Json) -> None:
        wanted = self.switch("organization_id")
        if wanted == "refused" and "organizationId" in sent:
            raise invalid(root, organizationId="The attribute does not exist.")
        if wanted == "wanted" and "organizationId" not in sent:
            raise invalid(root, organizationId="The attribute is required.")

    def _policy(self, resource: str, name: str) -> str:
        switch = POLICIES.get((resource, name))
        if switch is None or self.switch(switch) in SETTABLE:
            return KEEP
        return DROP if self.switch(switch) == DROP else REFUSE

    def answer(self, document: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        """A JSON answer with its `meta`."""
        meta = {"statusCode": status, "success": status < 400, "time": Decimal("0.02"), **document.pop("meta", {})}
        return packed(self.switch, status, {"meta": meta, **document}, headers)

    def written(self, resource: str, rows: Mapping[str, list[Json]], deleted: Mapping[str, list[str]]) -> Reply:
        """The answer to POST or PUT: every changed record; `deleted` are children that were replaced."""
        document: Json = {"meta": {"deletedRecords": dict(deleted)} if deleted else {}, **rows}
        if self.request.method == "PUT" and self.switch("put_answer") == "singular":
            document[SHAPES[resource].root] = document.pop(resource)[0]
        return self.answer(document)


def packed(
    switch: Callable[[str], Any], status: int, document: Json, headers: Mapping[str, str] | None = None
) -> Reply:
    """A JSON answer, with what the switches put around and into it."""
    body = encode(_noisy(document) if switch("float_noise") else document)
    return Reply(status, LOG + body if switch("log_prefix") else body, {**JSON_TYPE, **(headers or {})})


def _noisy(value: Any) -> Any:
    """Fractions as a sum of binary floats shows them."""
    if isinstance(value, dict):
        return {name: part if name == "meta" else _noisy(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_noisy(part) for part in value]
    return value + NOISE if isinstance(value, Decimal) and value != value.to_integral_value() else value


def refuse_method(call: Call, *ids: str) -> Reply:
    """405 for what a resource cannot."""
    raise method_not_allowed()


Handler = Callable[..., Reply]
"""A function of a Call and the id in its address, if there is one."""

Routes = Mapping[tuple[str, str], Handler]
"""(method, address with {} for an id) → handler."""
