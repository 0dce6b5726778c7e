"""Paging, sorting, links, staleness: how both hosts list things."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import World, customer_body, decoded, draft_body, payment_body

pytestmark = pytest.mark.tools

ENTRIES = "/api/journalsapi/v15.0.0/draft-entries"


@pytest.fixture
def crowd(economic: World) -> World:
    """41 customers more, so 43 in all."""
    economic.service.set_switch("budget_size", 0)
    for number in range(41):
        economic.post("/rest/customers", customer_body(name=f"Kunde {number:02}", city=["Aarhus", "Vejle"][number % 2]))
    return economic


def test_page_has_its_links(crowd):
    page = crowd.get("/rest/customers", filter="name$like:Kunde*", skippages="1")
    assert len(page["collection"]) == 20
    assert page["pagination"] | {"results": 41, "resultsWithoutFilter": 43, "pageSize": 20} == page["pagination"]
    ends = {
        name: page["pagination"][name].split("?")[1].split("&")[0]
        for name in page["pagination"]
        if "Page" in name[1:] and name.endswith("Page")
    }
    assert ends == {
        "firstPage": "skippages=0",
        "previousPage": "skippages=0",
        "nextPage": "skippages=2",
        "lastPage": "skippages=2",
    }
    assert "filter=name%24like%3AKunde%2A" in page["self"]
    last = crowd.get("/rest/customers", filter="name$like:Kunde*", skippages="2")
    assert len(last["collection"]) == 1
    assert "nextPage" not in last["pagination"]


def test_past_the_end_is_empty_with_the_true_count(crowd):
    page = crowd.get("/rest/customers", skippages="9")
    assert page["collection"] == []
    assert page["pagination"]["results"] == 43


def test_no_results_suppress_links(economic):
    page = economic.get("/rest/customers", filter="name$eq:nobody")
    assert page["collection"] == []
    assert page["pagination"]["results"] == 0
    assert "suppressed" in page["pagination"]["developerHint"]
    assert "firstPage" not in page["pagination"]


@pytest.mark.parametrize("size", ["0", "1001", "x", "-1"])
def test_page_size_has_limits(economic, size):
    reply = economic.call("GET", "/rest/customers", pagesize=size)
    assert (reply.status, reply.json()["errorCode"]) == (400, "E04810")


def test_thousand_is_the_largest_page(economic):
    assert economic.get("/rest/customers", pagesize="1000")["pagination"]["pageSize"] == 1000


def test_sort(crowd):
    page = crowd.get("/rest/customers", sort="-city,name", filter="city$ne:$null:", pagesize="3")
    assert [row["name"] for row in page["collection"]] == ["Kunde 01", "Kunde 03", "Kunde 05"]
    alphabetic = crowd.get("/rest/customers", sort="~customerNumber", pagesize="4")
    assert [row["customerNumber"] for row in alphabetic["collection"]] == [1, 10, 11, 12]
    refused = crowd.call("GET", "/rest/customers", sort="dueAmount")
    assert (refused.status, refused.json()["message"]) == (400, "Could not parse query string sort parameter.")


def test_listed_items_are_thin_unless_the_switch_says_otherwise(economic):
    economic.post("/rest/invoices/drafts", draft_body())
    economic.book()
    for path in ("drafts", "booked"):
        (row,) = economic.get(f"/rest/invoices/{path}")["collection"]
        assert "lines" not in row
    economic.service.set_switch("lists_with_lines", True)
    for path in ("drafts", "booked"):
        (row,) = economic.get(f"/rest/invoices/{path}")["collection"]
        assert len(row["lines"]) == 1


def test_stale_lists_omit_the_young_and_single_gets_do_not(economic):
    economic.service.set_switch("stale_list_seconds", 30)
    reference = {"references": {"other": "invoice:shoporama:1:7"}}
    economic.post("/rest/invoices/drafts", draft_body(**reference))
    economic.book(**reference)
    economic.post("/rest/customers", customer_body(email="new@example.dk"))
    economic.post(ENTRIES, payment_body(1001, -1.0))

    def listed() -> list[int]:
        by_key = {"filter": "references.other$eq:invoice:shoporama:1:7"}
        return [
            len(economic.get("/rest/invoices/drafts")["collection"]),
            len(economic.get("/rest/invoices/drafts", **by_key)["collection"]),
            len(economic.get("/rest/invoices/booked", **by_key)["collection"]),
            len(economic.get("/rest/invoices/unpaid")["collection"]),
            len(economic.get("/rest/customers", filter="email$eq:new@example.dk")["collection"]),
            len(economic.get(ENTRIES)["items"]),
            len(economic.get("/rest/journals/4/entries")["collection"]),
        ]

    assert listed() == [0] * 7
    assert economic.call("GET", "/rest/invoices/drafts/1").status == 200
    assert economic.call("GET", "/rest/invoices/booked/1001").status == 200
    assert economic.call("GET", f"{ENTRIES}/1").status == 200
    economic.now += 30
    assert listed() == [1] * 7
    economic.call("PUT", "/rest/invoices/drafts/1", draft_body(**reference))
    assert listed() == [1] * 7, "a replaced draft is not a young one"


def test_cursor_runs_to_the_end(economic):
    economic.service.set_switch("budget_size", 0)
    for _ in range(3):
        rows = [payment_body(1001, -1.0) for _ in range(400)]
        economic.post(f"{ENTRIES}/bulk", {"entries": rows})
    first = economic.get(ENTRIES, sort="-nothing")
    assert len(first["items"]) == 1000
    rest = economic.get(ENTRIES, cursor=first["cursor"])
    assert len(rest["items"]) == 200
    assert "cursor" not in rest
    assert economic.get(f"{ENTRIES}/count", filter="entryNumber$lte:7") == 7
    assert len(economic.get(f"{ENTRIES}/paged", pagesize="100", skipPages="11")) == 100
    assert economic.call("GET", f"{ENTRIES}/paged", pageSize="101").status == 400


def test_newer_host_filters_only_what_its_file_says(economic):
    economic.post(ENTRIES, payment_body(1001, -1.0))
    assert len(economic.get(ENTRIES, filter="journalNumber$eq:4$and:customerNumber$eq:2")["items"]) == 1
    for text in ("text$eq:x", "customerInvoiceNumber$eq:1", "date$in:[2026-09-01]", "nonsense"):
        reply = economic.call("GET", ENTRIES, filter=text)
        assert (reply.status, reply.json()["errorCode"]) == (400, "BadFilterRequest"), text
    assert economic.call("GET", "/api/journalsapi/v15.0.0/journals", filter="number$eq:4").status == 500


def test_lists_of_values_come_from_the_index_and_from_the_rows_alike(economic):
    for number in range(3):
        economic.book(references={"other": f"Key-{number}"})

    def found(text: str) -> list[int]:
        return [row["bookedInvoiceNumber"] for row in economic.get("/rest/invoices/booked", filter=text)["collection"]]

    assert found("bookedInvoiceNumber$in:[1003,1001,7]") == [1001, 1003]
    assert found("bookedInvoiceNumber$in:[1003.0,1001]") == [1001, 1003]
    assert found("references.other$in:[key-2,KEY-0]") == [1001, 1003]
    assert found("bookedInvoiceNumber$in:[1001,1002]$and:references.other$eq:key-1") == [1002]
    entries = "/api/bookedEntriesapi/v4.0.0/booked-entries"
    rows = economic.get(entries, filter="customerInvoiceNumber$in:[1001,1003]$and:customerNumber$eq:2")["items"]
    assert [row["customerInvoiceNumber"] for row in rows] == [1001, 1003]


def test_false_may_be_left_out(economic):
    assert decoded(economic.call("GET", "/rest/customers/2"))["barred"] is False
    economic.service.set_switch("false_booleans", "omitted")
    assert "barred" not in economic.get("/rest/customers/2")
    assert "closed" not in economic.get("/rest/accounting-years/2026")


def test_numbers_keep_their_decimals_on_the_wire(economic):
    reply = economic.call("POST", "/rest/invoices/drafts", draft_body())
    assert b'"vatAmount": 20.000000' in reply.body
    assert b'"grossAmount": 100.00' in reply.body
    booked = economic.call("POST", "/rest/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": 1}})
    assert b'"vatRate": 25.00000000, "vatAmount": 20.0000' in booked.body
