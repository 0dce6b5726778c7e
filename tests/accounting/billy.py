"""Billy for tests: the sandbox's own books behind a wire, one company connected, one document to book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from accounting.base import AccountingProvider, FixedKeys, Receipt
from accounting.providers.billy.provider import Billy
from connector.core.document import DocumentLine, InvoiceDocument, Original
from connector.core.money import Money
from connector.lib.http import Answer, Transport
from sandbox.billy import Billy as Books
from sandbox.billy import Company
from sandbox.wire import Request
from tests.accounting import billy_schemas
from tests.accounting.contract import Held, Stage
from tests.accounting.economic import Clock, a_document_line, a_payment
from tests.accounting.economic import a_document as a_net_document
from tests.accounting.wire import Sent, Wire

CONFIG = {"api_url": "https://books.example/v2"}
ACCOUNTS, ITEMS, GROUPS = "accounts", "revenue_accounts", "groups"


def value(name: str, listed: str) -> str:
    """The id of what a list of the usual company calls so, by the beginning of its label."""
    rows = usual_choices()["lists"][listed]
    return str(next(row["value"] for row in rows if row["label"].startswith(name)))


def choices() -> dict[str, str]:
    """What the settings of the usual company chose."""
    account = value("5720", ACCOUNTS)
    return {"terms": "net-8", "account": account, "gift_card_account": value("7130", ACCOUNTS)}


def lines() -> tuple[DocumentLine, ...]:
    return (
        a_document_line(value("1110 Salg · Vare 25", ITEMS), "2", "100.00", description="Kop, blå"),
        a_document_line(value("1115", ITEMS), "1", "49.00", description="GLS"),
    )


def a_document(*own: DocumentLine, **more: Any) -> InvoiceDocument:
    """Order 10045: two cups and shipping, 249.00 DKK with VAT in its prices, paid by card."""
    facts = {"lines": own or lines(), "choices": choices(), "rounding": Billy.readings[0].name}
    return a_net_document(**(facts | more))


def a_note(invoice: InvoiceDocument, booked: Receipt, *own: DocumentLine, number: str = "88") -> InvoiceDocument:
    """Credit note 88 of a booked invoice: all of it, or lines of one's own; paid back as the invoice was paid."""
    credited = own or invoice.lines
    total = Money(sum((line.amount for line in credited), Decimal(0)), invoice.currency)
    return replace(
        invoice,
        key=f"credit:shoporama:7:{invoice.number}:{number}",
        number=number,
        heading=f"Kreditnota {number}",
        reference=f"Krediterer faktura {booked.number} af 18.11.2026",
        note="",
        lines=credited,
        total=total,
        payments=(a_payment(str(total.amount)),),
        credits=Original(invoice.key, booked.id, booked.number, invoice.date),
    )


class World:
    """The service with one company, and a token that opens it."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.books = Books(self.clock)
        self.company: Company = self.books.open(**({"with_clearing": True, "with_products": True} | options))
        self.token = self.books.token(self.company.number)
        self.wire = Wire(self.serve, billy_schemas.check)

    def serve(self, sent: Sent) -> Answer:
        reply = self.books.handle(Request(sent.method, sent.path, sent.query, sent.headers, sent.body))
        answer = Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)
        billy_schemas.check_answer(sent, answer)
        return answer

    @property
    def keys(self) -> FixedKeys:
        return FixedKeys({"token": self.token})

    def connect(self, kept: Mapping[str, Any] | None = None, transport: Transport | None = None) -> Billy:
        remembered = usual_choices() if kept is None else kept
        return Billy.build(CONFIG, self.keys, remembered, transport or self.wire)

    def held(self, key: str) -> Held:
        """What the books hold under a key, in the sandbox's own words."""
        ours = [one for one in self.company.books.invoices.values() if key in str(one.data["contactMessage"])]
        booked = [one for one in ours if one.approved is not None]
        payments = {row.by for one in booked for row in one.modifiers if not row.voided}
        gross = sum(one.totals.gross for one in booked)
        still_open = sum(one.balance() for one in booked)
        return Held(len(ours) - len(booked), len(booked), len(payments), _kroner(gross), _kroner(still_open))

    def stage(self, document: InvoiceDocument | None = None, **kept: Any) -> Stage:
        """Everything a contract test needs."""
        remembered = usual_choices() | kept

        def connect(transport: Transport) -> AccountingProvider:
            return self.connect(remembered, transport)

        new = a_document_line("VARE-25", "1", "80.00", description="Kop 7,5", group=value("1110 Salg · Varer", GROUPS))
        return Stage(
            wire=self.wire,
            provider=self.connect(remembered),
            document=document or a_document(),
            new_line=new,
            secrets=(self.token,),
            held=self.held,
            connect=connect,
        )


def _kroner(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


@cache
def usual_choices() -> dict[str, Any]:
    """What a connection to a fresh company keeps. Its ids are those of every fresh company."""
    kept: dict[str, Any] = json.loads(json.dumps(World().connect({}).choices().to_json()))
    return kept
