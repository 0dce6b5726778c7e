"""A client that calls the stand-in without a network, a clock that tests move, and complete bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sandbox.economic import Agreement, Economic
from sandbox.wire import Reply, Request

SECRET = "app-secret"
NOON = 1_788_343_200.0
"""2026-09-02 10:00 UTC."""


class World:
    """One service, one agreement, one client."""

    def __init__(self) -> None:
        self.now = NOON
        self.service = Economic(lambda: self.now, app_secret=SECRET, app_public="app-public", public_url="http://e")
        self.connect()

    def connect(self, **options: Any) -> Agreement:
        """A new agreement to talk to."""
        self.agreement = self.service.new_agreement(**options)
        self.grant = self.service.grant(self.agreement.number)
        return self.agreement

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **query: str) -> Reply:
        """One request; a key travels as Idempotency-Key."""
        headers = {"x-appsecrettoken": SECRET, "x-agreementgranttoken": self.grant}
        if body is not None:
            headers["content-type"] = "application/json"
        if key is not None:
            headers["idempotency-key"] = key
        encoded = b"" if body is None else json.dumps(body).encode()
        return self.service.handle(Request(method, path, query, headers, encoded))

    def get(self, path: str, **query: str) -> Any:
        """A GET that must succeed, its JSON with fractions as Decimal."""
        reply = self.call("GET", path, **query)
        assert reply.status == 200, reply.body
        return decoded(reply)

    def post(self, path: str, body: Any, status: int = 201) -> Any:
        """A POST that must answer `status`."""
        reply = self.call("POST", path, body)
        assert reply.status == status, reply.body
        return decoded(reply) if reply.body else None

    def refused(self, method: str, path: str, body: Any, status: int = 400) -> list[dict[str, Any]]:
        """A call that must be refused: every error leaf of its answer."""
        reply = self.call(method, path, body)
        assert reply.status == status, reply.body
        return leaves(decoded(reply).get("errors", []))

    def book(self, **changes: Any) -> Any:
        """A draft made and booked: the booked document."""
        draft = self.post("/rest/invoices/drafts", draft_body(**changes))
        number = draft["draftInvoiceNumber"]
        return self.post("/rest/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": number}})

    def pay(self, invoice: int, amount: float, **changes: Any) -> int:
        """A customer payment booked by the newer host: its draft entry's number."""
        entry = self.post("/api/journalsapi/v15.0.0/draft-entries", payment_body(invoice, amount, **changes))
        number: int = entry["entryNumber"]
        path = f"/api/journalsapi/v15.0.0/journals/{changes.get('journalNumber', 4)}/bookdraftentries"
        self.post(path, {"entryNumbers": [number]}, status=204)
        return number


def decoded(reply: Reply) -> Any:
    """A reply's JSON, fractions as Decimal."""
    return json.loads(reply.body, parse_float=Decimal)


def leaves(node: Any) -> list[dict[str, Any]]:
    """Every error leaf below `node`, whatever the shape."""
    if isinstance(node, list):
        return [leaf for item in node for leaf in leaves(item)]
    if not isinstance(node, dict):
        return []
    if "propertyName" in node or "property" in node:
        return [node]
    return [leaf for value in node.values() for leaf in leaves(value)]


def line(price: float, quantity: float = 1, product: str = "KOP-1", **more: Any) -> dict[str, Any]:
    """One document line."""
    return {
        "description": "Kop",
        "product": {"productNumber": product},
        "quantity": quantity,
        "unitNetPrice": price,
        **more,
    }


def draft_body(**changes: Any) -> dict[str, Any]:
    """A complete draft; `changes` replace properties."""
    return {
        "date": "2026-09-01",
        "currency": "DKK",
        "layout": {"layoutNumber": 19},
        "paymentTerms": {"paymentTermsNumber": 1},
        "customer": {"customerNumber": 2},
        "recipient": {"name": "Birgit Holm", "vatZone": {"vatZoneNumber": 1}},
        "lines": [line(80.0)],
        **changes,
    }


def customer_body(**changes: Any) -> dict[str, Any]:
    """A complete customer; `changes` replace properties."""
    return {
        "name": "Karl Lund",
        "currency": "DKK",
        "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1},
        "vatZone": {"vatZoneNumber": 1},
        **changes,
    }


def product_body(**changes: Any) -> dict[str, Any]:
    """A complete product; `changes` replace properties."""
    return {"productNumber": "AB_1.5", "name": "Skål", "productGroup": {"productGroupNumber": 1}, **changes}


def payment_body(invoice: int, amount: float, **changes: Any) -> dict[str, Any]:
    """A customer payment as the newer host takes it."""
    return {
        "entryTypeNumber": 2,
        "journalNumber": 4,
        "date": "2026-09-02T00:00:00Z",
        "amount": amount,
        "currency": "DKK",
        "customerNumber": 2,
        "customerInvoiceNumber": str(invoice),
        "contraAccountNumber": 5825,
        "text": "Ordre 10045",
        **changes,
    }
