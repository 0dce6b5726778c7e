"""e-conomic for tests: the sandbox's own books behind a wire, one agreement connected, one document to book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from accounting.base import AccountingProvider, FixedKeys
from accounting.providers.economic.provider import Economic
from connector.core.document import Customer, DocumentLine, InvoiceDocument, Situation
from connector.core.money import Money
from connector.core.order import Party, Payment, PaymentKind
from connector.lib.http import Answer, Transport
from sandbox.economic import Agreement
from sandbox.economic import Economic as Books
from sandbox.wire import Request
from tests.accounting import economic_schemas
from tests.accounting.contract import Held, Stage
from tests.accounting.wire import Sent, Wire

SECRET = "app-secret-5bd1e995"
PUBLIC = "https://books.example/economic"
CONFIG = {
    "rest_url": f"{PUBLIC}/rest",
    "openapi_url": f"{PUBLIC}/api",
    "grant_url": "https://grant.example/requestaccess.aspx",
    "app_secret": SECRET,
    "app_public": "app-public",
}
NOON = 1_795_000_000.0
TODAY = date(2026, 11, 18)
CHOICES = {
    "layout": "19",
    "terms": "1",
    "customer_group": "1",
    "zone": "1",
    "journal": "4",
    "account": "5825",
    "gift_card_account": "6850",
}
IDA = Party(
    name="Ida Holm",
    email="Ida.Holm+shop@Example.dk",
    phone="+45 12345678",
    address="Vej 1",
    postcode="8000",
    city="Aarhus C",
    country="DK",
)


class Clock:
    """Seconds since the epoch; stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def a_payment(amount: str = "249.00", kind: PaymentKind = PaymentKind.CARD) -> Payment:
    return Payment(kind, Decimal(amount), "Dankort")


def a_document_line(item: str, quantity: str, unit_price: str, rate: str = "25", **more: str) -> DocumentLine:
    return DocumentLine(
        item,
        more.get("description", item),
        Decimal(quantity),
        Decimal(unit_price),
        Decimal(rate),
        more.get("group", ""),
    )


LINES = (
    a_document_line("KOP-1", "2", "80.00", description="Kop, blå"),
    a_document_line("FRAGT", "1", "39.20", description="GLS"),
)


def a_document(*lines: DocumentLine, **more: Any) -> InvoiceDocument:
    """Order 10045: two cups and shipping, 249.00 DKK, paid by card."""
    buyer = more.pop("buyer", IDA)
    facts: dict[str, Any] = {
        "key": "invoice:shoporama:7:10045",
        "number": "10045",
        "date": TODAY,
        "customer": Customer(buyer.email_key, buyer),
        "situation": Situation.DOMESTIC,
        "total": Money(Decimal("249.00"), "DKK"),
        "order_total": Money(Decimal("249.00"), "DKK"),
        "lines": lines or LINES,
        "heading": "Ordre 10045",
        "payments": (a_payment(),),
        "choices": CHOICES,
    }
    return InvoiceDocument(**(facts | more))


class World:
    """The service with one agreement."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.books = Books(self.clock, app_secret=SECRET, app_public="app-public", public_url=PUBLIC)
        self.agreement: Agreement = self.books.new_agreement(**options)
        self.grant = self.books.grant(self.agreement.number)
        self.wire = Wire(self.serve, economic_schemas.check)

    def serve(self, sent: Sent) -> Answer:
        path = sent.path.removeprefix("/economic")
        reply = self.books.handle(Request(sent.method, path, sent.query, sent.headers, sent.body))
        return Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def connect(self, kept: Mapping[str, Any] | None = None, transport: Transport | None = None) -> Economic:
        remembered = usual_choices() if kept is None else kept
        return Economic.build(CONFIG, FixedKeys({"grant": self.grant}), remembered, transport or self.wire)

    def held(self, key: str) -> Held:
        """What the books hold under a key, in the sandbox's own words."""
        found = self.agreement.documents_with(key)
        booked = found["booked"]
        gross = sum((Decimal(document["gross"]) for document in booked), Decimal(0))
        still_open = sum((Decimal(document["remainder"]) for document in booked), Decimal(0))
        return Held(len(found["drafts"]), len(booked), len(found["payments"]), gross, still_open)

    def stage(self, document: InvoiceDocument | None = None, **kept: Any) -> Stage:
        """Everything a contract test needs."""
        remembered = usual_choices() | kept

        def connect(transport: Transport) -> AccountingProvider:
            return self.connect(remembered, transport)

        return Stage(
            wire=self.wire,
            provider=self.connect(remembered),
            document=document or a_document(),
            new_line=a_document_line("KOP_7.5/B", "1", "80.00", description="Kop 7,5", group="1"),
            secrets=(SECRET, self.grant),
            held=self.held,
            connect=connect,
        )


@cache
def usual_choices() -> dict[str, Any]:
    """What a connection to a fresh agreement keeps."""
    kept: dict[str, Any] = json.loads(json.dumps(World().connect({}).choices().to_json()))
    return kept
