"""Every limit of the transcribed OpenAPI file for what a client sends, one at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.dinero import transcribed
from tests.sandbox.dinero.dinero_calls import World, contact_body, invoice_body, payment_body

pytestmark = [pytest.mark.tools, transcribed.needed]

Path = tuple[str | int, ...]

WRONG = {
    "string": (7, True, [], {}),
    "integer": ("7", 2.5, True, 2**63),
    "number": ("7", True, []),
    "boolean": ("true", 1),
    "array": ({}, "x"),
}
ONE = "8b1c0000-0000-4000-8000-00000000000"
NEW, BOOKED = f"{ONE}1", f"{ONE}2"

# schema → method, address
ENDPOINTS = {
    "ContactCreateModel": ("POST", "v1/contacts"),
    "ContactUpdateModel": ("PUT", "v2/contacts/5c0d0000-0000-4000-8000-000000000001"),
    "InvoiceCreateModel": ("POST", "v1/invoices"),
    "InvoiceCreateFetchModel": ("POST", "v1/invoices/fetch"),
    "InvoiceUpdateModel": ("PUT", f"v1.2/invoices/{NEW}"),
    "BookModel": ("POST", f"v1/invoices/{NEW}/book"),
    "TimestampObject": ("DELETE", f"v1/invoices/{NEW}"),
    "PaymentCreateModel": ("POST", f"v1/invoices/{BOOKED}/payments"),
    "RequiredTimestampObject": ("DELETE", f"v1/invoices/{BOOKED}/payments/{ONE}9"),
    "ApiMailoutModel": ("POST", f"v1/invoices/{BOOKED}/email"),
    "AccountCreateModel": ("POST", "v1/accounts/entry"),
    "DepositCreateModel": ("POST", "v1/accounts/deposit"),
}
OPTIONAL_HERE = {"TimestampObject"}


@pytest.fixture
def started(dinero: World) -> World:
    """A contact, a draft and a booked invoice to send things to."""
    dinero.switch("rate_limit", 0)
    contact = dinero.contact(ContactGuid="5c0d0000-0000-4000-8000-000000000001")
    dinero.draft(Guid=NEW, ContactGuid=contact)
    dinero.booked(Guid=BOOKED, ContactGuid=contact)
    return dinero


def fitting(dinero: World, name: str) -> dict[str, Any]:
    """A body of that schema that is taken."""
    stamp = {"Timestamp": dinero.organization.invoice(NEW).timestamp}
    booked = dinero.organization.invoice(BOOKED).timestamp
    bodies: dict[str, dict[str, Any]] = {
        "ContactCreateModel": contact_body(),
        "ContactUpdateModel": contact_body(),
        "InvoiceCreateModel": invoice_body(),
        "InvoiceCreateFetchModel": invoice_body(),
        "InvoiceUpdateModel": invoice_body(**stamp),
        "BookModel": stamp,
        "TimestampObject": stamp,
        "PaymentCreateModel": payment_body({"TimeStamp": booked}),
        "RequiredTimestampObject": {"Timestamp": booked},
        "ApiMailoutModel": {"ShouldAddTrustPilotEmailAsBcc": False},
        "AccountCreateModel": {"Number": 1020, "Name": "Salg", "VatCode": "U25"},
        "DepositCreateModel": {"Number": 55020, "Name": "Webshopsalg"},
    }
    return bodies[name]


def bad_values(rule: dict[str, Any], *, required: bool) -> Iterator[Any]:
    """Values that break a rule."""
    types = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    yield from WRONG[types[0]]
    if required and "null" not in types:
        yield None
    if rule.get("format") == "int32":
        yield 2**31
    if "maxLength" in rule:
        yield "x" * (rule["maxLength"] + 1)
    if rule.get("minLength") or rule.get("minItems"):
        yield "" if types[0] == "string" else []
    if "enum" in rule:
        yield "NoSuchWord"
    if rule.get("format") == "uuid":
        yield "8b1c"


def with_value(body: Any, path: Path, value: Any) -> Any:
    """A copy of `body` with `value` at `path`."""
    changed = place = copy.deepcopy(body)
    for step, following in pairwise(path):
        if isinstance(step, str) and step not in place:
            place[step] = [{}] if isinstance(following, int) else {}
        place = place[step]
    place[path[-1]] = value
    return changed


def without(body: Any, path: Path) -> Any:
    """A copy of `body` without what is at `path`."""
    changed = place = copy.deepcopy(body)
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return changed


def spelled(path: Path) -> str:
    """`path` as a refusal names the field."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def complaint(dinero: World, name: str, body: Any, path: Path) -> str | None:
    """What is wrong with the refusal of `body`, None when it names the field."""
    method, address = ENDPOINTS[name]
    reply = dinero.call(method, address, body)
    if reply.status != 400:
        return f"{spelled(path)}: {reply.status} {reply.body!r}"
    answer = reply.json()
    named = [field for field in answer["validationErrors"] or () if field.startswith(spelled(path))]
    return None if answer["code"] == 42 and named else f"{spelled(path)}: {answer}"


@pytest.mark.parametrize("name", ENDPOINTS)
def test_body_that_fits_the_file_is_taken(started, name):
    body = fitting(started, name)
    assert transcribed.errors(transcribed.schema(name), body) == []
    method, address = ENDPOINTS[name]
    reply = started.call(method, address, body)
    # A payment that is not there: the body was right, what it asks for is not.
    assert reply.status == (400 if name == "RequiredTimestampObject" else 200), reply.body


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_required_property_is_required(started, name):
    body = fitting(started, name)
    required = [path for path, _, needed in transcribed.written(transcribed.schema(name)) if needed]
    wrong = [complaint(started, name, without(body, path), path) for path in required]
    assert [text for text in wrong if text] == []
    assert required or name in OPTIONAL_HERE


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_property_is_checked(started, name):
    body = fitting(started, name)
    wrong = [
        complaint(started, name, with_value(body, path, value), path)
        for path, rule, needed in transcribed.written(transcribed.schema(name))
        for value in bad_values(rule, required=needed)
    ]
    assert wrong
    assert [text for text in wrong if text] == []


@pytest.mark.parametrize("name", ENDPOINTS)
def test_unknown_property_is_refused(started, name):
    body = fitting(started, name)
    assert complaint(started, name, body | {"NoSuchField": 1}, ("NoSuchField",)) is None
