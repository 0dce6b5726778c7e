"""Lists: filters that may be ignored, order, pages, lag."""

from __future__ import annotations

import pytest

from sandbox.billy.switches import FILTERS
from tests.sandbox.billy.billy_calls import KEY

pytestmark = pytest.mark.tools


@pytest.fixture
def two(billy):
    """An approved and paid invoice of September, and a draft of October in euro."""
    first = billy.approved()
    billy.pay(first)
    second = billy.draft(entryDate="2026-10-01", currencyId="EUR", orderNo="other", lines=[billy.line(80.0)])
    return billy, billy.get(f"invoices/{first['id']}")["invoice"], second


CASES = [
    ("contactId", "{contactId}"),
    ("state", "approved"),
    ("invoiceNo", "1"),
    ("maxEntryDate", "2026-09-30"),
    ("minApprovedTime", "2026-09-01 00:00:00"),
    ("maxApprovedTime", "2026-12-31 00:00:00"),
    ("maxDueDate", "2026-09-30"),
    ("isPaid", "true"),
    ("currencyId", "DKK"),
    ("amount", "100.00"),
    ("q", KEY.upper()),
    ("orderNo", KEY),
]


@pytest.mark.parametrize(("name", "value"), CASES, ids=[name for name, _ in CASES])
def test_filters_of_invoices(two, name, value):
    billy, first, second = two
    value = value.format(**first)
    billy.switch(f"filter_invoices_{name}", "works")
    assert billy.rows("invoices", **{name: value}) == [first]
    billy.switch(f"filter_invoices_{name}", "ignored")
    assert billy.rows("invoices", **{name: value}) == [first, second]


@pytest.mark.parametrize(("name", "value"), [("minEntryDate", "2026-10-01"), ("minDueDate", "2026-10-01")])
def test_filters_from_a_day(two, name, value):
    billy, _, second = two
    assert billy.rows("invoices", **{name: value}) == [second]


def test_what_nobody_documents_is_ignored(two):
    billy, first, second = two
    for query in ({"orderNo": KEY}, {"type": "creditNote"}, {"colour": "red"}, {}):
        assert billy.rows("invoices", **query) == [first, second]


@pytest.mark.parametrize("status", [404, 422])
def test_a_state_that_does_not_exist(billy, status):
    billy.switch("nonsense_filter", status)
    assert billy.call("GET", "invoices", state="paid").status == status
    billy.switch("filter_invoices_state", "ignored")
    assert billy.rows("invoices", state="paid") == []


def test_every_filter_has_a_switch(billy):
    for resource, filters in FILTERS.items():
        for name in filters:
            billy.switch(f"filter_{resource}_{name}", "ignored")
    assert billy.rows("products", productNo="x", q="x", isArchived="true", accountId="x")
    assert billy.rows("accounts", accountNo="1", natureId="x", isPaymentEnabled="x")


def test_order(two):
    billy, first, second = two
    by_day = {"sortProperty": "entryDate"}
    assert billy.rows("invoices", **by_day, sortDirection="DESC") == [second, first]
    assert billy.rows("invoices", **by_day) == [first, second]
    assert billy.rows("invoices", sortProperty="invoiceNo") == [second, first]
    billy.switch("list_order", "newest")
    assert billy.rows("invoices") == [second, first]
    assert billy.rows("invoices", sortProperty="colour") == [second, first]


def test_pages(billy):
    made = [billy.contact(name=f"Ida {number}") for number in range(5)]
    first = billy.get("contacts", page="1", pageSize="2")
    assert first["meta"]["paging"] == {
        "page": 1,
        "pageCount": 3,
        "pageSize": 2,
        "total": 5,
        "firstUrl": "/v2/contacts?page=1&pageSize=2",
        "previousUrl": None,
        "nextUrl": "/v2/contacts?page=2&pageSize=2",
        "lastUrl": "/v2/contacts?page=3&pageSize=2",
    }
    pages = [billy.rows("contacts", page=str(number), pageSize="2") for number in (1, 2, 3, 4)]
    assert [[row["id"] for row in page] for page in pages] == [made[:2], made[2:4], made[4:], []]
    whole = billy.get("contacts", pageSize="5000", page="x")
    assert whole["meta"]["paging"] == {"page": 1, "pageCount": 1, "pageSize": 1000, "total": 5}


def test_lists_lag_behind_and_single_reads_do_not(billy):
    billy.switch("list_lag_seconds", 30)
    made = billy.draft()
    assert (billy.rows("invoices"), billy.rows("contacts"), billy.rows("invoiceLines")) == ([], [], [])
    assert billy.get(f"invoices/{made['id']}")["invoice"] == made
    billy.now += 30
    assert billy.rows("invoices") == [made]


def test_a_list_includes_too(billy):
    made = billy.draft()
    answer = billy.get("invoices", include="invoice.lines:embed,invoice.contact")
    assert len(answer["invoices"][0]["lines"]) == 1
    assert [row["id"] for row in answer["contacts"]] == [made["contactId"]]
