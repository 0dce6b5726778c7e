"""Billy's own table of properties, held against every request of our client and every record that it is given.

The file is no part of this project; where it is not at hand nothing is checked, and one test says so loudly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from connector.lib.http import Answer
from tests.accounting.wire import Sent

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "schemas" / "billy"
NAME = "billy-v2-properties.derived.json"
PREFIX = "/v2/"
PAGING = {"page", "pageSize", "include", "sortProperty", "sortDirection"}
UNLISTED_FILTERS = {
    "contacts": {"q", "contactNo"},
    "contactPersons": {"contactId"},
    "balanceModifiers": {"subjectReference"},
}
"""Filters that clients use and the table does not have (fact sheet, section 2)."""
IN_THE_DATA = {
    "invoices": {"orderNo", "externalId", "organizationId"},
    "organizations": {"fiscalLockingDate", "defaultBillBankAccountId"},
}
"""What records have and the table does not (fact sheet, sections 1 and 6)."""
CHILDREN = {"contactPersons", "lines", "associations", "prices"}
ROWS_OF = {"lines": "invoiceLines", "associations": "balanceModifiers", "prices": "productPrices"}
checked: list[str] = []
"""The operations that requests were held against."""


def at_hand() -> bool:
    return (FILE / NAME).is_file()


def check(sent: Sent) -> None:
    """Raise AssertionError for a resource, a query or a property that the table does not have."""
    if not at_hand():
        return
    resource, *rest = sent.path.removeprefix(PREFIX).split("/")
    checked.append(f"{sent.method} {resource}")
    if resource == "organization":
        assert (sent.method, sent.query) == ("GET", {})
        return
    table = _table()[resource]
    known = {*table["listFilters"], *PAGING, *UNLISTED_FILTERS.get(resource, ())}
    assert set(sent.query) <= known, f"{resource}: {sorted(set(sent.query) - known)}"
    wants_body = sent.method in ("POST", "PUT")
    assert bool(sent.body) == wants_body, (
        f"{sent.method} {resource}: a body is {'wanted' if wants_body else 'not taken'}"
    )
    assert bool(rest) == (sent.method in ("PUT", "DELETE")) or sent.method == "GET"
    if wants_body:
        [(root, record)] = sent.json().items()
        assert root == resource.removesuffix("s")
        _fits(resource, record)


def check_answer(sent: Sent, answer: Answer) -> None:
    """Raise AssertionError for a record that the table does not have: then our client would be tried on a fiction."""
    if not at_hand() or not answer.ok or not answer.body.startswith(b"{"):
        return
    for resource, record in _records(answer.json()):
        _fits(resource, record)


def _records(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, value in told.items():
        for resource, found in ((name, value), (f"{name}s", [value])):
            if resource in _table() and isinstance(found, list):
                yield from ((resource, record) for record in found)


def _fits(resource: str, record: dict[str, Any]) -> None:
    known = {*_table()[resource]["properties"], *IN_THE_DATA.get(resource, ()), "id"}
    assert record.keys() <= known, f"{resource}: {sorted(record.keys() - known)}"
    for name in CHILDREN & record.keys():
        for row in record[name]:
            _fits(ROWS_OF.get(name, name), row)


@cache
def _table() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FILE / NAME).read_text())
    return read
