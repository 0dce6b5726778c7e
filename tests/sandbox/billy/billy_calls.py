"""A client that calls Billy's stand-in without a network, a clock that tests move, and complete bodies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sandbox.billy import Billy, Company
from sandbox.wire import Reply, Request

NOON = 1_788_343_200.0
"""2026-09-02 10:00 UTC."""
KEY = "invoice:shoporama:1:1001"


class World:
    """One service, one company, one client whose token opens it."""

    def __init__(self) -> None:
        self.now = NOON
        self.service = Billy(lambda: self.now)
        self.connect(with_products=True, with_clearing=True)

    def connect(self, **options: Any) -> Company:
        """A new company to talk to."""
        self.company = self.service.open(**options)
        self.token = self.service.token(self.company.number)
        return self.company

    def switch(self, name: str, value: object) -> None:
        """Set a switch for all."""
        self.service.set_switch(name, value)

    def call(self, method: str, path: str, body: Any = None, *, locale: str = "en_US", **query: str) -> Reply:
        """One request; in `path` the version is left out: "contacts"."""
        headers = {"x-access-token": self.token, "accept-language": locale}
        encoded = b"" if body is None else json.dumps(body).encode()
        return self.service.handle(Request(method, f"/v2/{path}", query, headers, encoded))

    def get(self, path: str, **query: str) -> Any:
        """A GET that must succeed."""
        reply = self.call("GET", path, **query)
        assert reply.status == 200, reply.body
        return decoded(reply)

    def rows(self, resource: str, **query: str) -> list[dict[str, Any]]:
        """The rows of a list's page."""
        found: list[dict[str, Any]] = self.get(resource, **query)[resource]
        return found

    def write(self, method: str, path: str, root: str, record: Any) -> Any:
        """A write that must succeed: the whole answer."""
        reply = self.call(method, path, {root: record})
        assert reply.status == 200, reply.body
        return decoded(reply)

    def refused(self, method: str, path: str, body: Any = None, status: int = 422) -> dict[str, set[str]]:
        """A call that must be refused: record root → the attributes that were wrong."""
        reply = self.call(method, path, body)
        assert reply.status == status, (reply.status, reply.body)
        told = decoded(reply).get("validationErrors", {})
        return {root: set(about["attributes"]) for root, about in told.items()}

    # --- what most tests need -----------------------------------------------------------------------------------------
    def product(self, name: str = "Vare") -> str:
        """The id of a service product."""
        products = self.company.books.tables["products"]
        return next(id_ for id_, record in products.items() if record["name"] == name)

    def account(self, number: int) -> str:
        """The id of an account."""
        return str(self.company.books.account_number(number)["id"])

    def contact(self, **changes: Any) -> str:
        """A new contact's id."""
        return str(self.write("POST", "contacts", "contact", contact_body(**changes))["contacts"][0]["id"])

    def line(self, price: float = 125.0, quantity: float = 1, **changes: Any) -> dict[str, Any]:
        """One invoice line."""
        return {"productId": self.product(), "description": "Kop", "quantity": quantity, "unitPrice": price, **changes}

    def invoice_body(self, **changes: Any) -> dict[str, Any]:
        """An invoice of one line of 125 kr. with its VAT, for a new contact unless one is named."""
        return {
            "contactId": changes.get("contactId") or self.contact(),
            "entryDate": "2026-09-01",
            "paymentTermsMode": "net",
            "paymentTermsDays": 8,
            "currencyId": "DKK",
            "taxMode": "incl",
            "orderNo": KEY,
            "lines": [self.line()],
            **changes,
        }

    def draft(self, **changes: Any) -> dict[str, Any]:
        """A new draft, as the answer shows it."""
        made: dict[str, Any] = self.write("POST", "invoices", "invoice", self.invoice_body(**changes))["invoices"][0]
        return made

    def change(self, invoice: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The whole answer to a PUT of an invoice."""
        answer: dict[str, Any] = self.write("PUT", f"invoices/{invoice['id']}", "invoice", changes)
        return answer

    def approved(self, **changes: Any) -> dict[str, Any]:
        """A new approved invoice."""
        made: dict[str, Any] = self.change(self.draft(**changes), state="approved")["invoices"][0]
        return made

    def payment_body(self, invoice: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A payment of 125 kr. on an invoice."""
        return {
            "entryDate": "2026-09-02",
            "cashAmount": 125,
            "cashSide": "debit",
            "cashAccountId": self.account(5720),
            "associations": [{"subjectReference": f"invoice:{invoice['id']}"}],
            **changes,
        }

    def pay(self, invoice: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A payment that must succeed: the whole answer."""
        body = self.payment_body(invoice, **changes)
        answer: dict[str, Any] = self.write("POST", "bankPayments", "bankPayment", body)
        return answer

    def balance(self, invoice: dict[str, Any]) -> tuple[Decimal, bool]:
        """What is open on an invoice, and whether it counts as paid."""
        read = self.get(f"invoices/{invoice['id']}")["invoice"]
        return Decimal(read["balance"]), read["isPaid"]


def decoded(reply: Reply) -> Any:
    """A reply's JSON, fractions as Decimal."""
    return json.loads(reply.body, parse_float=Decimal)


def contact_body(**changes: Any) -> dict[str, Any]:
    """A person in Denmark; `changes` replace attributes."""
    person = {"name": "Birgit Holm", "email": "birgit@example.dk", "isPrimary": True}
    needed = {"name": "Birgit Holm", "countryId": "DK", "type": "person", "isCustomer": True}
    return {**needed, "contactPersons": [person], **changes}
