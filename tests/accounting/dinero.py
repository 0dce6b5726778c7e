"""Dinero for tests: the sandbox's own books behind a wire, one organisation connected, one document to book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from accounting.base import AccountingProvider, FixedKeys, Keys, Receipt
from accounting.providers.dinero.provider import Dinero
from connector.core.document import Customer, DocumentLine, InvoiceDocument, Original
from connector.core.order import Party
from connector.core.readings import GROSS_READINGS
from connector.lib.http import Answer, Transport
from sandbox.dinero import Dinero as Books
from sandbox.dinero import Organization
from sandbox.visma import Access
from sandbox.wire import Request
from tests.accounting import dinero_schemas
from tests.accounting.contract import Held, Stage
from tests.accounting.economic import TODAY, Clock, a_document_line
from tests.accounting.economic import a_document as a_net_document
from tests.accounting.wire import Sent, Wire

TOKEN = "at.4c1d77f0-access"
REFRESH = "5f2c9e61-refresh"
SECRET = "client-secret-77e1"
SCOPES = frozenset({"dineropublicapi:read", "dineropublicapi:write", "offline_access"})
CONFIG = {
    "api_url": "https://books.example/dinero",
    "connect_url": "https://connect.example/visma",
    "client_id": "isv_connector",
    "client_secret": SECRET,
}
WORLDS = count(1)
CHOICES = {"terms": "Netto-8", "account": "55020", "gift_card_account": "55010"}

LINES = (
    a_document_line("1000", "2", "100.00", description="Kop, blå"),
    a_document_line("1350", "1", "49.00", description="GLS"),
)


def a_document(*lines: DocumentLine, **more: Any) -> InvoiceDocument:
    """Order 10045: two cups and shipping, 249.00 DKK with VAT in its prices, paid by card."""
    facts = {"lines": lines or LINES, "choices": CHOICES, "rounding": GROSS_READINGS[0].name}
    return a_net_document(**(facts | more))


def a_note(original: Receipt, document: InvoiceDocument | None = None) -> InvoiceDocument:
    """Note 88: all of an order is credited, and refunded."""
    credited = Original("invoice:shoporama:7:10045", original.id, original.number, TODAY)
    told = f"Krediterer faktura {original.number} af 18.11.2026"
    return replace(
        document or a_document(),
        key="credit:shoporama:7:10045:88",
        number="88",
        heading="Kreditnota 88",
        reference=told,
        credits=credited,
    )


REFUNDED = Held(drafts=0, booked=1, payments=1, gross=Decimal("249.00"), open=Decimal("0.00"))
"""What the books hold at the end of a note, every amount above zero."""


class World:
    """The service with one organisation, and a token that opens it."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.reached: set[int] = set()
        self.books = Books(self.clock, self.access)
        self.organization: Organization = self.books.open(**({"with_clearing": True} | options))
        self.reached.add(self.organization.number)
        self.wire = Wire(self.serve, dinero_schemas.check)
        # Calls are counted for each organisation in the whole process: every world's is another's.
        self.config = CONFIG | {"api_url": f"https://books{next(WORLDS)}.example/dinero"}

    def access(self, token: str) -> Access | None:
        return Access("ejer@example.dk", frozenset(self.reached), SCOPES) if token == TOKEN else None

    def serve(self, sent: Sent) -> Answer:
        path = sent.path.removeprefix("/dinero")
        reply = self.books.handle(Request(sent.method, path, sent.query, sent.headers, sent.body))
        answer = Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)
        dinero_schemas.check_answer(sent, answer)
        return answer

    @property
    def keys(self) -> FixedKeys:
        return FixedKeys({"access": TOKEN, "refresh": REFRESH, "company": str(self.organization.number)})

    def connect(
        self, kept: Mapping[str, Any] | None = None, transport: Transport | None = None, keys: Keys | None = None
    ) -> Dinero:
        remembered = usual_choices() if kept is None else kept
        return Dinero.build(self.config, keys or self.keys, remembered, transport or self.wire)

    def held(self, key: str) -> Held:
        """What the books hold under a key, in the sandbox's own words."""
        found = self.organization.documents_with(key)
        booked = found["booked"]
        gross = sum((Decimal(document["gross"]) for document in booked), Decimal(0))
        still_open = sum((Decimal(document["remainder"]) for document in booked), Decimal(0))
        return Held(len(found["drafts"]), len(booked), len(found["payments"]), gross, still_open)

    def invoiced(self, document: InvoiceDocument | None = None, *, is_paid: bool = True) -> Receipt:
        """A booked invoice of another buyer's."""
        other = Party(name="Bo Lund", email="bo@example.dk", country="DK")
        stage = self.stage(replace(document or a_document(), customer=Customer("bo@example.dk", other)))
        booked = stage.the_booked()
        if is_paid:
            stage.settle()
        return booked

    def crediting(self, note: InvoiceDocument, **kept: Any) -> Stage:
        """A stage on which everything is above zero, as the contract has it."""

        def held(key: str) -> Held:
            found = self.held(key)
            return replace(found, gross=abs(found.gross), open=abs(found.open))

        return replace(self.stage(note, **kept), held=held)

    def stage(self, document: InvoiceDocument | None = None, **kept: Any) -> Stage:
        """Everything a contract test needs."""
        remembered = usual_choices() | kept

        def connect(transport: Transport) -> AccountingProvider:
            return self.connect(remembered, transport)

        return Stage(
            wire=self.wire,
            provider=self.connect(remembered),
            document=document or a_document(),
            new_line=a_document_line("1010", "1", "80.00", description="Kop 7,5"),
            secrets=(TOKEN, REFRESH, SECRET),
            held=self.held,
            connect=connect,
        )


def crediting(note: InvoiceDocument | None = None, *, is_paid: bool = True, **switches: Any) -> tuple[World, Stage]:
    """An invoice that was paid, and a note of all of it that is not made yet."""
    world = World(switches=switches)
    original = world.invoiced(is_paid=is_paid)
    return world, world.crediting(a_note(original, note))


@cache
def usual_choices() -> dict[str, Any]:
    """What a connection to a fresh organisation keeps."""
    kept: dict[str, Any] = json.loads(json.dumps(World().connect({}).choices().to_json()))
    return kept
