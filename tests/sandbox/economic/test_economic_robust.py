"""Whatever is sent, the stand-in answers, and with nothing worse than a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.economic import totals
from tests.sandbox.economic.economic_calls import World, customer_body, draft_body, line, payment_body, product_body

pytestmark = pytest.mark.tools

WORDS = st.sampled_from(
    ["name", "lines", "customer", "customerNumber", "product", "quantity", "date", "entries", "self"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2026-09-01", "DKK"])
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))

WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/rest/customers", customer_body()),
    ("PUT", "/rest/products/KOP-1", product_body()),
    ("POST", "/rest/invoices/drafts", draft_body(lines=[line(1.0)], references={"other": "x"}, notes={"heading": "x"})),
    ("POST", "/rest/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": 1}}),
    ("POST", "/rest/journals/4/vouchers", {"accountingYear": {"year": "2026"}, "entries": {"customerPayments": [{}]}}),
    ("POST", "/api/journalsapi/v15.0.0/draft-entries", payment_body(1, -1.0)),
    ("POST", "/api/journalsapi/v15.0.0/draft-entries/bulk", {"entries": [payment_body(1, -1.0)]}),
    ("POST", "/api/journalsapi/v15.0.0/journals/4/bookdraftentries", {"entryNumbers": [1]}),
    ("POST", "/api/bookedEntriesapi/v4.0.0/booked-entries/match", {"entryIds": [1]}),
]

quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body, the body itself first."""
    if isinstance(node, dict):
        return [at, *(path for key, value in node.items() for path in paths(value, (*at, key)))]
    if isinstance(node, list):
        return [at, *(path for index, value in enumerate(node) for path in paths(value, (*at, index)))]
    return [at]


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """`body` with `value` at `path`."""
    if not path:
        return value
    copied = json.loads(json.dumps(body))
    place = copied
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copied


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@quick
@given(data=st.data())
def test_any_body_is_answered(method, path, body, data):
    economic = World()
    place = data.draw(st.sampled_from(paths(body)))
    reply = economic.call(method, path, put(body, place, data.draw(BODIES)))
    assert reply.status in (200, 201, 204, 400, 404), reply.body
    assert economic.call("GET", "/rest/customers").status == 200
    economic.agreement.ledger()


@quick
@given(text=st.text(alphabet="namecity$eq:lik()[]*,and.or1-%æ ", max_size=40), sort=st.text(max_size=8))
def test_any_filter_is_answered(text, sort):
    economic = World()
    for path in ("/rest/customers", "/rest/invoices/booked", "/api/bookedEntriesapi/v4.0.0/booked-entries/paged"):
        assert economic.call("GET", path, filter=text, sort=sort).status in (200, 400)
        assert economic.call("GET", path, filter=f"name$like:{text}", skippages=sort).status in (200, 400)


@quick
@given(st.lists(st.sampled_from(["rest", "api", "customers", "1", "invoices", "drafts", "journals", "%2F", "", "x"])))
def test_any_address_is_answered(segments):
    economic = World()
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        assert economic.call(method, "/" + "/".join(segments)).status < 500


LINES = st.lists(
    st.tuples(
        st.integers(-10_000, 10_000),
        st.integers(0, 1_000_000),
        st.sampled_from([0, 1000, 333]),
        st.sampled_from([0, 2500, 2550, 1200]),
    ),
    max_size=6,
)


@quick
@given(lines=LINES, level=st.sampled_from(totals.LEVELS), mode=st.sampled_from(totals.MODES))
def test_totals_hold_together(lines, level, mode):
    summed = totals.document(lines, rounding_level=level, rounding_mode=mode)
    assert summed.gross == summed.net + summed.vat
    assert summed.net == sum(summed.line_nets) == sum(part.net for part in summed.by_rate.values())
    assert summed.vat == sum(part.vat for part in summed.by_rate.values())
    exact = sum(net * line[3] for net, line in zip(summed.line_nets, lines, strict=True))
    assert abs(summed.vat * 10_000 - exact) <= 5_000 * max(1, len(lines))
