"""Whatever is sent, the stand-in answers, and with nothing worse than a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.wire import Request
from tests.sandbox.billy.billy_calls import World, contact_body

pytestmark = pytest.mark.tools

WORDS = st.sampled_from(["name", "lines", "id", "_clientId", "quantity", "unitPrice", "entryDate", "contactPersons"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2026-09-01", "DKK"])
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def writes(billy: World) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Complete calls, by name."""
    draft, owed = billy.draft(), billy.approved()
    line = billy.line(125.0, discountMode="cash", discountValue=1)
    terms = {"paymentTermsMode": "date", "dueDate": "2026-10-01", "exchangeRate": 7.5}
    invoice = billy.invoice_body(lines=[line], currencyId="EUR", **terms)
    payment = billy.payment_body(owed, feeAmount=5, feeAccountId=billy.account(3610), cashExchangeRate=1)
    product = {"name": "Vare", "prices": [{"unitPrice": 1, "currencyId": "DKK"}]}
    return {
        "contact": ("POST", "contacts", {"contact": contact_body()}),
        "invoice": ("POST", "invoices", {"invoice": invoice}),
        "change": ("PUT", f"invoices/{draft['id']}", {"invoice": {"state": "approved", "lines": [line]}}),
        "payment": ("POST", "bankPayments", {"bankPayment": payment}),
        "product": ("POST", "products", {"product": product}),
    }


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


@pytest.mark.parametrize("name", ["contact", "invoice", "change", "payment", "product"])
@quick
@given(data=st.data())
def test_any_body_is_answered(name, data):
    billy = World()
    billy.switch("due_date", "settable")
    method, path, body = writes(billy)[name]
    place = data.draw(st.sampled_from(paths(body)))
    reply = billy.call(method, path, put(body, place, data.draw(BODIES)))
    assert reply.status in (200, 422), reply.body
    assert billy.get("invoices", include="invoice.lines:embed,invoice.balanceModifiers:embed,invoice.contact")
    json.dumps(billy.company.ledger(), default=str)


@quick
@given(text=st.text(alphabet="invoice.lns:embd,tac æ-0123456789", max_size=40))
def test_any_query_is_answered(text):
    billy = World()
    billy.draft()
    for name in ("include", "q", "page", "pageSize", "state", "minEntryDate", "amount", "sortProperty", "contactNo"):
        for path in ("contacts", "invoices", "products"):
            assert billy.call("GET", path, **{name: text}).status in (200, 404)


@quick
@given(st.lists(st.sampled_from(["v2", "v1", "contacts", "invoices", "DpPq1234567890abcdefgh", "emails", "%2F", ""])))
def test_any_address_is_answered(segments):
    billy = World()
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        request = Request(method, "/" + "/".join(segments), {}, {"x-access-token": billy.token})
        assert billy.service.handle(request).status < 500
