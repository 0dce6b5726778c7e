"""Ledgerly's stand-in: one set of books in memory, stricter than any real one, and a stage for the contract's tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote, unquote

from accounting.base import AccountingProvider, FixedKeys
from accounting.providers.ledgerly.provider import Ledgerly
from connector.lib.http import Answer, Transport
from tests.accounting.contract import Held, Stage
from tests.accounting.economic import a_document, a_document_line
from tests.accounting.wire import Sent, Wire

CONFIG = {"api_url": "https://books.example/v1", "pages_url": "https://ledgerly.example"}
TOKEN = "ledgerly0token"
ORE = Decimal("0.01")
EMPTY = Answer(404, {}, b'{"error": "nothing-here"}')
LINES = (
    a_document_line("KOP-1", "2", "100.00", description="Kop, blå"),
    a_document_line("FRAGT", "1", "49.00", description="GLS"),
)
JSON = dict[str, Any]


class Refused(Exception):
    """422: the books do not take it."""


def need(is_so: bool) -> None:
    if not is_so:
        raise Refused


@dataclass
class Books:
    """Address → record. PUT makes what is not there yet and never changes what is."""

    kept: dict[str, JSON] = field(default_factory=dict)
    closed_until: str = ""

    def __post_init__(self) -> None:
        self.kept |= {address(number): item(number, number, "25") for number in ("KOP-1", "FRAGT")}

    def serve(self, sent: Sent) -> Answer:
        if sent.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer(401, {}, b"{}")
        path = sent.path.removeprefix("/v1/")
        try:
            row = {"GET": self.shown, "PUT": self.made, "DELETE": self.deleted}[sent.method](path, sent)
        except Refused:
            return Answer(422, {}, b'{"error": "refused"}')
        return Answer(200, {}, json.dumps(row).encode()) if row else EMPTY

    def shown(self, path: str, sent: Sent) -> JSON | None:
        if path == "book":
            return self.book()
        if path == "balances":
            asked = [ref for ref in sent.query["invoices"].split(",") if f"invoices/{ref}" in self.kept]
            return {"ref": "balances", "open": {ref: str(self.open_on(ref)) for ref in asked}}
        return self.kept.get(path)

    def book(self) -> JSON:
        named = {"accounts": [("1010", "Salg"), ("5825", "Webshopsalg")], "groups": [("25", "Vare 25 %")]}
        lists = {kind: [{"number": number, "name": name} for number, name in rows] for kind, rows in named.items()}
        items = [row for path, row in self.kept.items() if path.startswith("items/")]
        about = {"name": "Nordlys ApS", "number": "12345678", "closed_until": self.closed_until}
        return {"ref": "book", **about, **lists, "items": items}

    def made(self, path: str, sent: Sent) -> JSON:
        if path not in self.kept:
            kind, ref, *act = (unquote(part) for part in path.split("/"))
            makers: dict[str, Callable[[str, JSON], JSON]] = {
                "customers": customer,
                "items": lambda ref, body: item(ref, body.pop("name"), **body),
                "invoices": self.invoice,
                "invoices/booking": self.booking,
                "invoices/versions": self.version,
                "payments": self.payment,
            }
            body = json.loads(sent.body, parse_float=Decimal)
            self.kept[path] = makers["/".join([kind, *act[:1]])](ref, body)
        return self.kept[path]

    def deleted(self, path: str, sent: Sent) -> JSON:
        row = self.kept[path]
        need(not row["number"])
        self.kept = {name: kept for name, kept in self.kept.items() if not name.startswith(path)}
        return row

    # --- what PUT makes -------------------------------------------------------------------------------------------
    def invoice(self, ref: str, body: JSON) -> JSON:
        need(set(body) == {"reference", "customer", "date", "currency", "text", "lines"} and body["currency"] == "DKK")
        need(f"customers/{body['customer']}" in self.kept and body["date"] > self.closed_until)
        need(all(address(line["item"]) in self.kept for line in body["lines"]))
        gross = sum(((line["quantity"] * line["price"]).quantize(ORE) for line in body["lines"]), Decimal(0))
        vat = self.vat_of(body["lines"])
        told = {name: body[name] for name in ("reference", "customer", "currency")}
        return {"ref": ref, **told, "gross": str(gross), "vat": str(vat), "number": ""}

    def vat_of(self, lines: list[JSON]) -> Decimal:
        """Taken out of the total of each item group, half up."""
        groups = {self.kept[address(line["item"])]["group"] for line in lines}
        sums = {group: sum(self.amounts(lines, group), Decimal(0)) for group in groups}
        parts = (amount * int(group) / (100 + int(group)) for group, amount in sums.items())
        return sum((part.quantize(ORE, ROUND_HALF_UP) for part in parts), Decimal("0.00"))

    def amounts(self, lines: list[JSON], group: str) -> list[Decimal]:
        ours = [line for line in lines if self.kept[address(line["item"])]["group"] == group]
        return [(line["quantity"] * line["price"]).quantize(ORE) for line in ours]

    def booking(self, ref: str, body: JSON) -> JSON:
        row = self.draft(ref)
        need(body == {})
        row["number"] = str(1000 + sum(path.endswith("/booking") for path in self.kept))
        return row

    def version(self, ref: str, body: JSON) -> JSON:
        row = self.draft(ref)
        row |= self.invoice(ref, body)
        return row

    def draft(self, ref: str) -> JSON:
        row = self.kept.get(f"invoices/{ref}", {"number": "gone"})
        need(not row["number"])
        return row

    def payment(self, ref: str, body: JSON) -> JSON:
        need(set(body) == {"invoice", "date", "amount", "account"} and body["account"] == "5825")
        need(
            bool(self.kept[f"invoices/{body['invoice']}"]["number"]) and body["amount"] <= self.open_on(body["invoice"])
        )
        return {"ref": ref, **body, "amount": str(body["amount"])}

    # --- what they hold -------------------------------------------------------------------------------------------
    def open_on(self, invoice: str) -> Decimal:
        return Decimal(self.kept[f"invoices/{invoice}"]["gross"]) - sum(self.payments(invoice), Decimal(0))

    def payments(self, invoice: str) -> list[Decimal]:
        rows = [row for path, row in self.kept.items() if path.startswith("payments/")]
        return [Decimal(row["amount"]) for row in rows if row["invoice"] == invoice]

    def held(self, key: str) -> Held:
        """What they hold under a document's key."""
        invoices = {row["ref"]: row for row in self.kept.values() if row.get("reference") == key}
        booked = [ref for ref, row in invoices.items() if row["number"]]
        paid = sum(len(self.payments(ref)) for ref in booked)
        gross = sum((Decimal(invoices[ref]["gross"]) for ref in booked), Decimal(0))
        still_open = sum((self.open_on(ref) for ref in booked), Decimal(0))
        return Held(len(invoices) - len(booked), len(booked), paid, gross, still_open)


def address(item: str) -> str:
    return f"items/{quote(item, safe='')}"


def customer(ref: str, body: JSON) -> JSON:
    need(set(body) == {"name", "email", "company_number"})
    return {"ref": ref, **body}


def item(ref: str, name: str, group: str) -> JSON:
    need(group == "25")
    return {"ref": ref, "name": name, "group": group}


def stage() -> Stage:
    """Everything a contract test needs."""
    books = Books()
    wire = Wire(books.serve)

    def connect(transport: Transport) -> AccountingProvider:
        return Ledgerly.build(CONFIG, FixedKeys({"token": TOKEN}), {}, transport)

    document = a_document(*LINES, choices={"account": "5825"}, rounding=Ledgerly.readings[0].name)
    new = a_document_line("KOP_7.5/B", "1", "80.00", description="Kop 7,5", group="25")
    return Stage(wire, connect(wire), document, new, (TOKEN,), books.held, connect)
