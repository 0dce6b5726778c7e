"""Whatever is sent, the stand-in answers, and with nothing worse than a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.wire import Request
from tests.sandbox.dinero.dinero_calls import TOKEN, World, contact_body, invoice_body, line, payment_body

pytestmark = pytest.mark.tools

WORDS = st.sampled_from(["Name", "ProductLines", "Guid", "Quantity", "BaseAmountValue", "Date", "Timestamp", "guid"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2026-09-01", "DKK"])
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))
GUID = "8b1c0000-0000-4000-8000-000000000001"
STAMP = {"TimeStamp": "000000009DF2A001"}

WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "v1/contacts", contact_body(ContactGuid=None)),
    ("POST", "v1/invoices", invoice_body(ProductLines=[line()], Currency="EUR", PaymentConditionNumberOfDays=8)),
    ("PUT", f"v1.2/invoices/{GUID}", invoice_body(Timestamp="000000009DF2A001")),
    ("POST", f"v1/invoices/{GUID}/book", {"Timestamp": "000000009DF2A001", "Number": 7}),
    ("POST", f"v1/invoices/{GUID}/payments", payment_body(STAMP, AmountInForeignCurrency=1)),
    ("DELETE", f"v1/invoices/{GUID}", {"Timestamp": "000000009DF2A001"}),
    ("POST", "v1/accounts/deposit", {"Number": 55020, "Name": "Webshopsalg"}),
]
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body, the body itself first."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(path for key, value in children for path in paths(value, (*at, key)))]


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """`body` with `value` at `path`."""
    if not path:
        return value
    copied = place = json.loads(json.dumps(body))
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copied


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
@quick
@given(data=st.data())
def test_any_body_is_answered(method, path, body, data):
    dinero = World()
    dinero.draft(Guid=GUID)
    place = data.draw(st.sampled_from(paths(body)))
    reply = dinero.call(method, path, put(body, place, data.draw(BODIES)))
    assert reply.status in (200, 400, 409, 415), reply.body
    assert dinero.call("GET", "v1/invoices", fields="Number,PaymentDate,TotalInclVatInDkk").status == 200
    json.dumps(dinero.organization.ledger(), default=str)


@quick
@given(text=st.text(alphabet="NameExtrlRfc eqcontais';, æ", max_size=40), value=st.text(max_size=8))
def test_any_query_is_answered(text, value):
    dinero = World()
    for name in ("queryFilter", "fields", "page", "changesSince", "sort", "statusFilter", "startDate"):
        for path in ("v1/contacts", "v1/invoices"):
            assert dinero.call("GET", path, **{name: text}).status in (200, 400)
            assert dinero.call("GET", path, **{name: value}).status in (200, 400)


@quick
@given(st.lists(st.sampled_from(["v1", "v2", "v1.2", "200001", "contacts", "invoices", GUID, "book", "%2F", "", "x"])))
def test_any_address_is_answered(segments):
    dinero = World()
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        request = Request(method, "/" + "/".join(segments), {}, {"authorization": f"Bearer {TOKEN}"})
        assert dinero.service.handle(request).status < 500
