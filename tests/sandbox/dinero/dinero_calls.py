"""A client that calls Dinero's stand-in without a network, a clock that tests move, and complete bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sandbox.dinero import Dinero, Organization
from sandbox.visma import Access
from sandbox.wire import Reply, Request

NOON = 1_788_343_200.0
"""2026-09-02 10:00 UTC."""
TOKEN = "token"
SCOPES = frozenset({"dineropublicapi:read", "dineropublicapi:write"})


class World:
    """One service, one organisation, one client whose token opens it."""

    def __init__(self) -> None:
        self.now = NOON
        self.scopes = SCOPES
        self.service = Dinero(lambda: self.now, self.access)
        self.connect()

    def access(self, token: str) -> Access | None:
        """What the token opens: the organisation that is talked to."""
        known = frozenset({self.organization.number})
        return Access("ejer@example.dk", known, self.scopes) if token == TOKEN else None

    def connect(self, **options: Any) -> Organization:
        """A new organisation to talk to."""
        self.organization = self.service.open(**options)
        return self.organization

    def switch(self, name: str, value: object) -> None:
        """Set a switch for all."""
        self.service.set_switch(name, value)

    def call(self, method: str, path: str, body: Any = None, accept: str = "application/json", **query: str) -> Reply:
        """One request; in `path` the organisation's number is left out: "v1/contacts"."""
        headers = {"authorization": f"Bearer {TOKEN}", "accept": accept}
        if body is not None:
            headers["content-type"] = "application/json"
        encoded = b"" if body is None else self.encoded(body)
        version, _, rest = path.partition("/")
        address = f"/{version}/{self.organization.number}/{rest}"
        return self.service.handle(Request(method, address, query, headers, encoded))

    @staticmethod
    def encoded(body: Any) -> bytes:
        """A body as it is sent."""
        return json.dumps(body).encode()

    def get(self, path: str, **query: str) -> Any:
        """A GET that must succeed, its JSON with fractions as Decimal."""
        reply = self.call("GET", path, **query)
        assert reply.status == 200, reply.body
        return decoded(reply)

    def for_user(self, path: str, **query: str) -> Any:
        """A GET of what belongs to the user and not to one organisation."""
        return decoded(self.service.handle(Request("GET", path, query, {"authorization": f"Bearer {TOKEN}"})))

    def rows(self, path: str, **query: str) -> list[dict[str, Any]]:
        """The rows of a list's page."""
        found: list[dict[str, Any]] = self.get(path, **query)["Collection"]
        return found

    def post(self, path: str, body: Any, method: str = "POST") -> Any:
        """A write that must succeed; None for an empty answer."""
        reply = self.call(method, path, body)
        assert reply.status == 200, reply.body
        return decoded(reply) if reply.body else None

    def refused(self, method: str, path: str, body: Any = None, status: int = 400) -> tuple[int, dict[str, str]]:
        """A call that must be refused: its code, and the fields that were wrong."""
        reply = self.call(method, path, body)
        assert reply.status == status, (reply.status, reply.body)
        answer = decoded(reply)
        return answer["code"], answer["validationErrors"] or {}

    def contact(self, **changes: Any) -> str:
        """A new contact's Guid."""
        guid: str = self.post("v1/contacts", contact_body(**changes))["ContactGuid"]
        return guid

    def draft(self, **changes: Any) -> dict[str, Any]:
        """A new draft for a new contact, as it is read."""
        body = invoice_body(**{"ContactGuid": self.contact(), **changes})
        made = self.post("v1/invoices", body)
        read: dict[str, Any] = self.get(f"v1/invoices/{made['Guid']}")
        return read

    def booked(self, **changes: Any) -> dict[str, Any]:
        """A new booked invoice, as it is read."""
        made = self.draft(**changes)
        booked: dict[str, Any] = self.post(f"v1/invoices/{made['Guid']}/book", {"Timestamp": made["TimeStamp"]})
        return booked


def decoded(reply: Reply) -> Any:
    """A reply's JSON, fractions as Decimal."""
    return json.loads(reply.body, parse_float=Decimal)


def contact_body(**changes: Any) -> dict[str, Any]:
    """A complete contact; `changes` replace properties."""
    needed = {"Name": "Birgit Holm", "CountryKey": "DK", "IsPerson": True, "IsMember": False, "UseCvr": False}
    return {**needed, "Email": "birgit@example.dk", **changes}


def line(price: float = 125.0, quantity: float = 1, account: int = 1000, **changes: Any) -> dict[str, Any]:
    """One invoice line."""
    return {
        "Description": "Kop, blå",
        "Quantity": quantity,
        "BaseAmountValue": price,
        "Discount": 0,
        "AccountNumber": account,
        "Unit": "parts",
        **changes,
    }


def invoice_body(**changes: Any) -> dict[str, Any]:
    """An invoice of one line of 125 kr. with its VAT; `changes` replace properties."""
    return {
        "ShowLinesInclVat": True,
        "ExternalReference": "shop:1001",
        "Date": "2026-09-01",
        "ProductLines": [line()],
        **changes,
    }


def payment_body(invoice: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A payment of 125 kr. on what was read."""
    return {
        "Timestamp": invoice["TimeStamp"],
        "DepositAccountNumber": 55000,
        "Description": "Ordre 1001",
        "Amount": 125.0,
        "RemainderIsFee": False,
        **changes,
    }
