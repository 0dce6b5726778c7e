"""Every limit of the vendor's own schemas for what a client sends, one at a time, on the legacy host."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.economic import vendor_schemas
from tests.sandbox.economic.economic_calls import World, customer_body, decoded, draft_body, leaves, line, product_body

pytestmark = [pytest.mark.tools, vendor_schemas.needed]

Path = tuple[str | int, ...]

FINANCE = {"amount": 10.0, "date": "2026-09-01", "account": {"accountNumber": 3600}}
PAYMENT = {"amount": -10.0, "date": "2026-09-01", "customer": {"customerNumber": 2}}
OTHER_SIDE = {"contraAccount": {"accountNumber": 5820}}
SUPPLIER = {"amount": 10.0, "date": "2026-09-01", "supplier": {"supplierNumber": 1}}
VOUCHER = {
    "accountingYear": {"year": "2026"},
    "entries": {
        "financeVouchers": [FINANCE | OTHER_SIDE],
        "customerPayments": [PAYMENT | OTHER_SIDE],
        "supplierInvoices": [SUPPLIER],
        "supplierPayments": [SUPPLIER],
        "manualCustomerInvoices": [PAYMENT | OTHER_SIDE],
    },
}

# schema → method, address, a body that fits
ENDPOINTS: dict[str, tuple[str, str, Any]] = {
    "customers.post": ("POST", "customers", customer_body()),
    "customers.customerNo.put": ("PUT", "customers/2", customer_body()),
    "products.post": ("POST", "products", product_body()),
    "products.productNumber.put": ("PUT", "products/KOP-1", product_body()),
    "invoices.drafts.post": ("POST", "invoices/drafts", draft_body()),
    "invoices.drafts.draftInvoiceNumber.lines.post": ("POST", "invoices/drafts/1/lines", {"lines": [line(8.0)]}),
    "invoices.booked.post": ("POST", "invoices/booked", {"draftInvoice": {"draftInvoiceNumber": 1}}),
    "invoices.booked.bookWithNumber.put": ("PUT", "invoices/booked/7", {"draftInvoice": {"draftInvoiceNumber": 1}}),
    "journals.journalNumber.vouchers.post": ("POST", "journals/4/vouchers", VOUCHER),
}

# Not looked at here: addresses (the key beside them wins), what only means something with a module
# these books do not have, and a property whose rules the schema does not state.
UNCHECKED = {"self", "distributionType", "paymentDetails", "priceGroup"}
# A number in the address wins over the one in the body.
UNCHECKED_AT = {"invoices.booked.bookWithNumber.put": {"bookWithNumber"}}

WRONG_TYPE = {"string": 7, "integer": "7", "number": "7", "boolean": "true", "object": [], "array": {}}


def written(schema: dict[str, Any], at: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every property a client may send, with its path; arrays by their first item."""
    for name, rule in schema.get("properties", {}).items():
        if name in UNCHECKED or rule.get("readOnly") or rule.get("readonly"):
            continue
        yield (*at, name), rule
        yield from written(rule, (*at, name))
        items = rule.get("items", {})
        yield from written(items[0] if isinstance(items, list) else items, (*at, name, 0))


def bad_values(rule: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """(what is broken, a value that breaks it, a word of the recorded message)."""
    kind = rule.get("type")
    if kind in WRONG_TYPE:
        yield "type", WRONG_TYPE[kind], "Expected"
        yield "null", None, "but got Null"
    if "maxLength" in rule:
        yield "maxLength", "x" * (rule["maxLength"] + 1), "maximum length"
    if "minLength" in rule:
        yield "minLength", "x" * (rule["minLength"] - 1), "minimum length"
    if "minimum" in rule:
        low = rule["minimum"] - 1
        yield "minimum", low, f"{low} is less than minimum value of {rule['minimum']}"
    if "maximum" in rule:
        yield "maximum", rule["maximum"] + 1, "exceeds maximum value"
    if "enum" in rule:
        yield "enum", "NoSuchWord", "not defined in enum"
    if "pattern" in rule:
        yield "pattern", "x", "regex"
    decimals = rule.get("maxDecimal", rule.get("maxDecimals"))
    if decimals is not None:
        yield "decimals", float(f"0.{'0' * decimals}1"), "decimals"


def with_value(body: Any, path: Path, value: Any) -> Any:
    """A copy of `body` with `value` at `path`; parents that are missing are made."""
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


def complaint(economic: World, name: str, body: Any, path: Path, wanted: str, code: str | None) -> str | None:
    """What is wrong with the refusal of `body`, None when it is as documented."""
    method, address, _ = ENDPOINTS[name]
    reply = economic.call(method, f"/rest/{address}", body)
    if reply.status != 400:
        return f"{path}: {reply.status} {wanted}"
    answer = decoded(reply)
    found = [leaf for leaf in leaves(answer["errors"]) if leaf["propertyName"] == path[-1]]
    fits = [
        leaf for leaf in found if wanted in leaf["errorMessage"] and (code is None or leaf.get("errorCode") == code)
    ]
    return None if answer["errorCode"] == "E04300" and fits else f"{path}: {wanted} {found}"


@pytest.fixture
def economic_with_draft(economic: World) -> World:
    """A world whose draft 1 is there to be booked or added to; its budget is not what is tested."""
    economic.service.set_switch("budget_size", 0)
    economic.post("/rest/invoices/drafts", draft_body())
    return economic


@pytest.mark.parametrize("name", ENDPOINTS)
def test_body_that_fits_is_taken(economic_with_draft, name):
    method, address, body = ENDPOINTS[name]
    if "entries" in body:
        body = {**body, "entries": {part: rows for part, rows in body["entries"].items() if "supplier" not in part}}
    reply = economic_with_draft.call(method, f"/rest/{address}", body)
    assert reply.status in (200, 201), reply.body


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_required_property_is_required(economic_with_draft, name):
    body = ENDPOINTS[name][2]
    required = [path for path, rule in written(vendor_schemas.legacy(name)) if rule.get("required")]
    wrong = [
        complaint(economic_with_draft, name, without(body, path), path, "is missing", "E04042") for path in required
    ]
    assert [text for text in wrong if text] == []
    assert required or name.startswith("invoices.booked")


@pytest.mark.parametrize("name", ENDPOINTS)
def test_each_limit_is_a_limit(economic_with_draft, name):
    body = ENDPOINTS[name][2]
    wrong = []
    tried = 0
    for path, rule in written(vendor_schemas.legacy(name)):
        if path[-1] in UNCHECKED_AT.get(name, ()):
            continue
        for kind, value, wanted in bad_values(rule):
            tried += 1
            code = "E04740" if kind == "decimals" and rule["type"] == "number" else None
            wrong.append(complaint(economic_with_draft, name, with_value(body, path, value), path, wanted, code))
    assert [text for text in wrong if text] == []
    assert tried >= 5
    assert len(economic_with_draft.agreement.books.drafts) == 1
    assert not economic_with_draft.agreement.books.booked
