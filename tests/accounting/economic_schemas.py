"""The vendor's own schemas, held against every request that the tests make our client send.

The files are no part of this project; where they are not at hand nothing is checked, and one test says so loudly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft3Validator, Draft4Validator

from tests.accounting.wire import Sent

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "schemas"
LEGACY = {
    "/economic/rest/customers": "customers.post",
    "/economic/rest/products": "products.post",
    "/economic/rest/invoices/drafts": "invoices.drafts.post",
    "/economic/rest/invoices/booked": "invoices.booked.post",
}
OPEN = {"draft-entries": "DraftEntry", "bookdraftentries": "BookEntriesParameters"}
MATCHING = {"match": "MatchBookedEntries"}
"""What is only sent about credit notes."""
PROBE = b"{}"
"""The self-check's body, wrong on purpose."""
checked: list[str] = []
"""The schemas that requests were held against."""


def at_hand() -> bool:
    return SCHEMAS.is_dir()


def check(sent: Sent) -> None:
    """Raise AssertionError when a write's body does not fit its schema."""
    if sent.method not in ("POST", "PUT") or sent.body == PROBE or not at_hand():
        return
    errors = list(_errors(sent))
    assert not errors, f"{sent.path}: {errors}"


def _errors(sent: Sent) -> Iterator[str]:
    body = json.loads(sent.body)
    if sent.path.startswith("/economic/rest"):
        name = "invoices.drafts.draftInvoiceNumber.put" if sent.method == "PUT" else LEGACY[sent.path]
        schema = _legacy(name)
        checked.append(name)
        yield from (error.message for error in Draft3Validator(schema).iter_errors(body))
        yield from _too_fine(schema, json.loads(sent.body, parse_float=Decimal))
        return
    last = sent.path.rpartition("/")[2]
    name = OPEN.get(last) or MATCHING[last]
    checked.append(name)
    yield from (error.message for error in Draft4Validator(_open(name)).iter_errors(body))


def _too_fine(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """`maxDecimal` is the vendor's own word; no validator knows it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _too_fine(schema.get("properties", {}).get(name, {}), part)
    elif isinstance(value, list):
        for part in value:
            yield from _too_fine(schema.get("items", {}), part)
    elif isinstance(value, Decimal) and value != round(value, int(schema.get("maxDecimal", 2))):
        yield f"{value} has too many decimals"


@cache
def _legacy(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((SCHEMAS / "economic-legacy" / f"{name}.schema.json").read_text())
    return read


@cache
def _open(name: str) -> dict[str, Any]:
    service = "BookedEntries" if name in MATCHING.values() else "Journals"
    read = json.loads((SCHEMAS / "economic-openapi" / f"openapi-{service}.json").read_text())
    schema: dict[str, Any] = read["components"]["schemas"][name]
    return schema
