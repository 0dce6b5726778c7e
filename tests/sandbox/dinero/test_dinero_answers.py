"""Every answer fits the transcribed OpenAPI file, whatever the switches; and every switch is tried somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.dinero import SWITCHES
from sandbox.dinero.service import ROUTES
from sandbox.wire import Reply, Request
from tests.sandbox.dinero import transcribed
from tests.sandbox.dinero.dinero_calls import TOKEN, World, contact_body, decoded, invoice_body, line, payment_body

pytestmark = pytest.mark.tools

# A value under which every call of the walk still succeeds.
OTHER: dict[str, object] = {
    "error_body": "json",
    "list_lag_seconds": 0,
    "contacts_v1": "works",
    "zero_total": "refuse",
    "rate_limit": 0,
    "decimals": 6,
    "credit_signs": "shown_negative",
    "credit_payment": "negative",
}


class Walk:
    """Calls every address once and holds each answer against the file."""

    def __init__(self, dinero: World) -> None:
        self.dinero, self.wrong, self.seen = dinero, list[str](), set[str]()

    def __call__(self, method: str, pattern: str, body: Any = None, **guids: str) -> Any:
        """The decoded answer of one call to an address as the file writes it."""
        path = pattern.replace("{organizationId}", str(self.dinero.organization.number))
        for name, guid in guids.items():
            path = path.replace(f"{{{name}}}", guid)
        query = {"fields": FIELDS[pattern]} if method == "GET" and pattern in FIELDS else {}
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        encoded = b"" if body is None else World.encoded(body)
        reply = self.dinero.service.handle(Request(method, path, query, headers, encoded))
        assert reply.status in (200, 201), (method, path, reply.body)
        self.seen.add(f"{method} {pattern}")
        return self._held(method, pattern, reply)

    def _held(self, method: str, pattern: str, reply: Reply) -> Any:
        answer = decoded(reply) if reply.body and not reply.body.startswith(b"%PDF") else None
        expected = transcribed.answer_schema(method, pattern)
        if expected is not None and answer is not None:
            plain = reply.json()
            self.wrong += [f"{method} {pattern} {text}" for text in transcribed.errors(expected, plain)]
        return answer


def every_field(name: str) -> str:
    """All properties of a schema, as a list asks for them."""
    return ",".join(transcribed.schema(name)["properties"]) if transcribed.SCHEMAS.is_dir() else ""


VOUCHERS = every_field("SalesVoucherReadListModel")
FIELDS = {
    "/v1/organizations": every_field("OrganizationReadModel"),
    "/v1/{organizationId}/contacts": every_field("ContactReadModel"),
    "/v2/{organizationId}/contacts": every_field("ContactReadModel"),
    "/v1/{organizationId}/invoices": ",".join(name for name in VOUCHERS.split(",") if name != "Type"),
    "/v1/{organizationId}/sales/creditnotes": ",".join(name for name in VOUCHERS.split(",") if name != "Type"),
    "/v1/{organizationId}/sales": VOUCHERS,
    "/v1/{organizationId}/accounts/entry": every_field("EntryAccountReadModel"),
    "/v1/{organizationId}/accounts/deposit": every_field("DepositAccountReadModel"),
}
ONE = "/v1/{organizationId}/invoices/{guid}"
NOTES = "/v1/{organizationId}/sales/creditnotes"


def walk(dinero: World) -> Walk:
    """One life: a contact, an invoice drafted, changed, booked, mailed, paid, credited; every list and setting read."""
    call = Walk(dinero)
    contact = "5c0d0000-0000-4000-8000-000000000001"
    guid = "8b1c0000-0000-4000-8000-000000000001"
    of_contact, of_invoice = {"guid": contact}, {"guid": guid}
    call("POST", "/v1/{organizationId}/contacts", contact_body(ContactGuid=contact))
    call("PUT", "/v2/{organizationId}/contacts/{guid}", contact_body(), **of_contact)
    call("DELETE", "/v1/{organizationId}/contacts/{guid}", **of_contact)
    call("POST", "/v1/{organizationId}/contacts/{guid}/restore", **of_contact)
    call("GET", "/v1/{organizationId}/contacts/{guid}", **of_contact)
    body = invoice_body(ContactGuid=contact, ProductLines=[line(), line(80.0, account=1010)])
    call("POST", "/v1/{organizationId}/invoices/fetch", body)
    call("POST", "/v1/{organizationId}/invoices", body | {"Guid": "8b1c0000-0000-4000-8000-000000000002"})
    call("DELETE", ONE, {}, guid="8b1c0000-0000-4000-8000-000000000002")
    call("POST", "/v1/{organizationId}/invoices", body | {"Guid": guid})
    stamp = {"Timestamp": call("GET", ONE, **of_invoice)["TimeStamp"]}
    for path in ("/v1/{organizationId}/invoices", "/v1/{organizationId}/sales"):
        call("GET", path)
    changed = call("PUT", "/v1.2/{organizationId}/invoices/{guid}", body | stamp, **of_invoice)
    call("POST", f"{ONE}/book", {"Timestamp": changed["TimeStamp"]}, **of_invoice)
    call("POST", f"{ONE}/email", {"ShouldAddTrustPilotEmailAsBcc": False}, **of_invoice)
    booked = call("GET", ONE, **of_invoice)
    call("POST", f"{ONE}/payments", payment_body(booked, Amount=205.0), **of_invoice)
    listed = call("GET", "/v2/{organizationId}/invoices/{guid}/payments", **of_invoice)
    paid = {"paymentGuid": listed["Payments"][0]["Guid"]}
    newest = {"Timestamp": call("GET", ONE, **of_invoice)["TimeStamp"]}
    call("DELETE", f"{ONE}/payments/{{paymentGuid}}", newest, **of_invoice, **paid)
    credit(call, {"ContactGuid": contact, "CreditNoteFor": guid})
    account = {"Number": 1020, "Name": "Salg", "VatCode": "U25"}
    call("POST", "/v1/{organizationId}/accounts/entry", account)
    call("POST", "/v1/{organizationId}/accounts/deposit", {"Number": 55020, "Name": "Webshopsalg"})
    for path in (*FIELDS, "/v1.1/organizations", "/v1/countries"):
        call("GET", path)
    for path in ("vatTypes", "accountingyears", "sales/settings"):
        call("GET", f"/v1/{{organizationId}}/{path}")
    return call


def credit(call: Walk, who: dict[str, str]) -> None:
    """A credit note drafted, changed, booked, refunded; another one deleted."""
    note = {"guid": "c4ed0000-0000-4000-8000-000000000001"}
    body = {"ExternalReference": "shop:1001-1", "Date": "2026-09-02", "ProductLines": [line(80.0)], **who}
    call("POST", f"{NOTES}/fetch", body)
    call("POST", NOTES, body | {"Guid": "c4ed0000-0000-4000-8000-000000000002"})
    call("DELETE", f"{NOTES}/{{guid}}", {}, guid="c4ed0000-0000-4000-8000-000000000002")
    call("POST", NOTES, body | {"Guid": note["guid"]})
    stamp = {"Timestamp": call("GET", f"{NOTES}/{{guid}}", **note)["TimeStamp"]}
    changed = call("PUT", NOTES.replace("v1", "v1.2") + "/{guid}", body | stamp, **note)
    booked = call("POST", f"{NOTES}/{{guid}}/book", {"Timestamp": changed["TimeStamp"]}, **note)
    call("GET", f"{NOTES}/{{guid}}/pdf", **note)
    paid = call("POST", f"{NOTES}/{{guid}}/payments", payment_body(booked, Amount=80.0), **note)
    listed = call("GET", f"{NOTES}/{{guid}}/payments", **note)
    mine = {"paymentGuid": paid["Guid"] if paid else listed["Payments"][-1]["Guid"]}
    newest = {"Timestamp": call("GET", f"{NOTES}/{{guid}}", **note)["TimeStamp"]}
    call("DELETE", f"{NOTES}/{{guid}}/payments/{{paymentGuid}}", newest, **note, **mine)


@transcribed.needed
def test_every_answer_fits_the_file(dinero):
    call = walk(dinero)
    assert call.wrong == []
    known = {f"{method.upper()} {path}" for path, ways in transcribed.openapi()["paths"].items() for method in ways}
    assert call.seen <= known
    ours = {f"{method} {address}" for address, ways in ROUTES.items() for method in ways}
    seen = {re.sub(r"{\w+}", "{}", text).replace("/{}/", "/", 1).replace(" /", " ").lower() for text in call.seen}
    # The file has no first version of the payments' list; old clients use it.
    assert {address for address in ours if address.lower() not in seen} == {"GET v1/invoices/{}/payments"}


@transcribed.needed
@pytest.mark.parametrize("name", [switch.name for switch in SWITCHES])
def test_every_answer_fits_under_every_switch(dinero, name):
    switch = next(switch for switch in SWITCHES if switch.name == name)
    others = [OTHER[name]] if name in OTHER else [value for value in switch.values or () if value != switch.default]
    assert others
    for value in others:
        dinero.connect(switches={name: value})
        assert walk(dinero).wrong == []


@transcribed.needed
def test_refusals_have_the_seen_shape(dinero):
    missing = dinero.call("GET", "v1/invoices/8b1c0000-0000-4000-8000-000000000001")
    invalid = dinero.call("POST", "v1/contacts", {})
    for reply in (missing, invalid):
        assert transcribed.errors(transcribed.schema("ObservedErrorBody"), reply.json()) == []


def test_every_switch_is_tried_by_name():
    others = [path for path in Path(__file__).parent.glob("test_dinero_*.py") if path != Path(__file__)]
    tried = re.findall(r'switch\("(\w+)"', "".join(path.read_text() for path in others))
    untried = [row.name for row in SWITCHES if row.name not in tried]
    assert untried == []
