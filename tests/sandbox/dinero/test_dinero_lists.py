"""Lists: few fields unless asked, pages from 0, the little filter language, and what a list does not show yet."""

from __future__ import annotations

import pytest

from tests.sandbox.dinero.dinero_calls import World, contact_body, invoice_body, line

pytestmark = pytest.mark.tools


def names(dinero: World, **query: str) -> list[str]:
    return [row["Name"] for row in dinero.rows("v2/contacts", **query)]


def references(dinero: World, **query: str) -> list[str | None]:
    return [row["ExternalReference"] for row in dinero.rows("v1/invoices", fields="ExternalReference", **query)]


def test_few_fields_unless_asked(dinero):
    dinero.draft()
    assert dinero.rows("v1/contacts")[0].keys() == {"Name", "ContactGuid"}
    for path in ("v1/invoices", "v1/sales"):
        assert dinero.rows(path)[0].keys() == {"Guid", "ContactName", "Date", "Description"}
    assert dinero.rows("v1/sales", fields="Type") == [{"Type": "Invoice"}]


def test_fields_are_echoed_as_asked(dinero):
    dinero.contact()
    assert dinero.rows("v1/contacts", fields="name, EMAIL") == [{"name": "Birgit Holm", "EMAIL": "birgit@example.dk"}]
    assert dinero.refused("GET", "v1/contacts?", status=404)[0] == 40
    assert dinero.call("GET", "v1/contacts", fields="Name,Shoe").status == 400


def test_pages_begin_at_zero_and_tell_no_total(dinero):
    for number in range(5):
        dinero.contact(Name=f"Kunde {number}")
    pages = [dinero.get("v1/contacts", pageSize="2", page=str(page)) for page in range(4)]
    assert [len(page["Collection"]) for page in pages] == [2, 2, 1, 0]
    found = {"MaxPageSizeAllowed": 1000, "PageSize": 2, "Result": 1, "ResultWithoutFilter": 5, "Page": 2}
    assert pages[2]["Pagination"] == found
    assert [row["Name"] for page in pages for row in page["Collection"]] == [f"Kunde {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"pageSize": "1001"}, 43),
        ({"pageSize": "0"}, 43),
        ({"page": "-1"}, 44),
        ({"page": "x"}, 44),
        ({"changesSince": "2026-09-02"}, 44),
        ({"changesSince": "2026-13-02T10:00:00Z"}, 44),
        ({"deletedOnly": "yes"}, 44),
        ({"fields": "Shoe"}, 45),
        ({"sort": "Shoe"}, 45),
        ({"sortOrder": "up"}, 45),
        ({"statusFilter": "Sent"}, 45),
        ({"startDate": "2026-09-01"}, 44),
        ({"startDate": "2026-09-01", "endDate": "1/9"}, 44),
    ],
    ids=str,
)
def test_parameters_that_are_wrong(dinero, query, code):
    assert dinero.call("GET", "v1/invoices", **query).json()["code"] == code


@pytest.mark.parametrize(
    "text",
    [
        "ExternalReference eq shop:1",
        "ExternalReference = 'shop:1'",
        "ExternalReference eq 'it's'",
        "ExternalReference eq 'a;b'",
        "ExternalReference eq 'a';",
        "Number eq '1'",
        "ExternalReference",
        "ExternalReference eq ''a''",
    ],
)
def test_malformed_filter_is_code_46(dinero, text):
    assert dinero.call("GET", "v1/invoices", queryFilter=text).json()["code"] == 46


def test_filters_look_past_letters_and_join_with_and(dinero):
    dinero.contact(Name="Anna", Email="a@example.dk", ExternalReference="shop:1")
    dinero.contact(Name="Bo", Email="b@example.dk", ExternalReference="shop:1", IsPerson=False, VatNumber="12345678")
    assert names(dinero, queryFilter="email EQ 'A@EXAMPLE.DK'") == ["Anna"]
    assert names(dinero, queryFilter="Email contains 'example'") == ["Anna", "Bo"]
    assert names(dinero, queryFilter="Email eq 'example'") == []
    assert names(dinero, queryFilter="ExternalReference eq 'shop:1'; VatNumber eq '12345678'") == ["Bo"]
    assert names(dinero, queryFilter="IsPerson eq 'true'") == ["Anna"]
    assert dinero.get("v1/contacts", queryFilter="Name eq 'Bo'")["Pagination"]["ResultWithoutFilter"] == 2


def test_references_are_found_whatever_their_letters_and_are_not_unique(dinero):
    for reference in ("Shop:1", "shop:1", "shop:2", None):
        dinero.post("v1/invoices", invoice_body(ExternalReference=reference))
    assert sorted(references(dinero, queryFilter="ExternalReference eq 'SHOP:1'")) == ["Shop:1", "shop:1"]
    assert len(references(dinero, queryFilter="ExternalReference contains 'shop:'")) == 3


def test_contact_is_found_by_what_it_has_now(dinero):
    guid = dinero.contact(Email="old@example.dk", ExternalReference="shop:1")
    dinero.organization.change_contact(guid, Email="new@example.dk")
    assert names(dinero, queryFilter="Email eq 'old@example.dk'") == []
    assert names(dinero, queryFilter="Email eq 'NEW@example.dk'") == ["Birgit Holm"]
    dinero.post(f"v2/contacts/{guid}", contact_body(ExternalReference="shop:2"), "PUT")
    assert names(dinero, queryFilter="ExternalReference eq 'shop:1'") == []
    assert names(dinero, queryFilter="ExternalReference eq 'shop:2'; Email eq 'birgit@example.dk'") == ["Birgit Holm"]
    assert dinero.organization.books.contact_index["Email"].find("new@example.dk") == []


def test_changes_since_and_deleted_only(dinero):
    kept, gone = dinero.contact(Name="Anna"), dinero.contact(Name="Bo")
    dinero.now += 10
    dinero.organization.delete_contact_by_hand(gone)
    assert names(dinero, changesSince="2026-09-02T10:00:00Z") == ["Anna"]
    assert names(dinero, changesSince="2026-09-02T10:00:01Z") == []
    assert names(dinero, changesSince="2026-09-02T10:00:01Z", deletedOnly="true") == ["Bo"]
    dinero.organization.change_contact(kept, Phone="1")
    assert names(dinero, changesSince="2026-09-02T10:00:01Z") == ["Anna"]


def test_dates_do_not_hide_drafts(dinero):
    dinero.booked(Date="2026-08-01", ExternalReference="booked")
    dinero.draft(Date="2026-08-01", ExternalReference="draft")
    assert references(dinero, startDate="2026-09-01", endDate="2026-09-30") == ["draft"]
    assert sorted(references(dinero, startDate="2026-08-01", endDate="2026-08-01")) == ["booked", "draft"]


def test_status_and_free_text(dinero):
    paid = dinero.booked(ExternalReference="paid", Description="Ordre 7")
    dinero.organization.pay_by_hand(paid["Guid"])
    dinero.booked(ExternalReference="booked")
    dinero.draft(ExternalReference="draft")
    assert references(dinero, statusFilter="Paid") == ["paid"]
    assert sorted(references(dinero, statusFilter="draft,Booked")) == ["booked", "draft"]
    assert references(dinero, freeTextSearch="ORDRE 7") == ["paid"]
    assert references(dinero, freeTextSearch="1002") == ["booked"]


def test_order_of_the_list(dinero):
    for number, price in enumerate((3.0, 1.0, 2.0), 1):
        dinero.booked(ExternalReference=str(number), ProductLines=[line(price)])
    dinero.draft(ExternalReference="draft")
    assert references(dinero) == ["draft", "3", "2", "1"]
    assert references(dinero, sortOrder="Ascending") == ["1", "2", "3", "draft"]
    assert references(dinero, sort="TotalInclVat", sortOrder="ascending")[:3] == ["2", "3", "1"]


def test_lists_lag_where_single_reads_do_not(dinero):
    dinero.switch("list_lag_seconds", 5)
    made = dinero.draft()
    assert dinero.rows("v1/invoices") == dinero.rows("v2/contacts") == []
    assert references(dinero, queryFilter="ExternalReference eq 'shop:1001'") == []
    assert dinero.get(f"v1/invoices/{made['Guid']}")["Guid"] == made["Guid"]
    dinero.now += 5
    assert references(dinero) == ["shop:1001"]
