"""Contacts: made once per Guid, replaced as a whole, deleted softly."""

from __future__ import annotations

import pytest

from tests.sandbox.dinero.dinero_calls import contact_body, decoded, invoice_body

pytestmark = pytest.mark.tools

GUID = "5C0D1234-0000-4000-8000-00000000000A"
MISSING = "00000000-0000-4000-8000-000000000000"


def test_contact_is_read_as_sent(dinero):
    guid = dinero.contact(ContactGuid=GUID, Street="Gade 1", ZipCode="8000", City="Aarhus C")
    read = dinero.get(f"v1/contacts/{GUID}")
    assert guid == GUID.lower() == read["ContactGuid"]
    assert read | contact_body(Street="Gade 1", ZipCode="8000", City="Aarhus C") == read
    assert (read["VatRegionKey"], read["CreatedAt"], read["DeletedAt"]) == ("DK", "2026-09-02T10:00:00", None)


def test_guid_is_taken_once_whatever_its_letters(dinero):
    dinero.contact(ContactGuid=GUID)
    for guid in (GUID, GUID.lower()):
        code, wrong = dinero.refused("POST", "v1/contacts", contact_body(ContactGuid=guid, Name="Another"))
        assert (code, list(wrong)) == (42, ["guidMustBeUnique"])
    dinero.call("DELETE", f"v1/contacts/{GUID}")
    assert dinero.refused("POST", "v1/contacts", contact_body(ContactGuid=GUID))[1].keys() == {"guidMustBeUnique"}
    assert len(dinero.organization.books.contacts) == 1


def test_missing_contact_is_404(dinero):
    for method in ("GET", "DELETE"):
        assert dinero.refused(method, f"v1/contacts/{MISSING}", status=404)[0] == 40
    assert dinero.refused("POST", f"v1/contacts/{MISSING}/restore", status=404)[0] == 40


def test_put_replaces_everything(dinero):
    guid = dinero.contact(Street="Gade 1", ExternalReference="shop:1")
    reply = dinero.call("PUT", f"v2/contacts/{guid}", contact_body(Name="Birgit Lund"))
    assert (reply.status, reply.body) == (200, b"")
    read = dinero.get(f"v1/contacts/{guid}")
    assert (read["Name"], read["Street"], read["ExternalReference"]) == ("Birgit Lund", None, None)


@pytest.mark.parametrize(
    ("kind", "answer"), [("refuse", (400, 65)), ("show", (200, None)), ("missing", (404, 40))], ids=str
)
def test_deleted_contact(dinero, kind, answer):
    dinero.switch("get_deleted", kind)
    guid = dinero.contact()
    assert dinero.call("DELETE", f"v1/contacts/{guid}").body == b""
    assert dinero.rows("v1/contacts") == []
    assert [row["ContactGuid"] for row in dinero.rows("v2/contacts", deletedOnly="true")] == [guid]
    reply = dinero.call("GET", f"v1/contacts/{guid}")
    assert (reply.status, decoded(reply).get("code")) == answer
    assert kind != "show" or decoded(reply)["DeletedAt"]
    assert dinero.refused("PUT", f"v2/contacts/{guid}", contact_body())[0] == 65
    assert dinero.refused("POST", "v1/invoices", invoice_body(ContactGuid=guid))[0] == 65
    assert dinero.call("POST", f"v1/contacts/{guid}/restore").status == 200
    assert len(dinero.rows("v1/contacts")) == 1


@pytest.mark.parametrize("name", ["AttPerson", "VatNumber", "SENumber", "PNumber"])
def test_person_has_nothing_of_a_company(dinero, name):
    assert dinero.refused("POST", "v1/contacts", contact_body(**{name: "12345678"}))[1].keys() == {name}
    assert dinero.contact(IsPerson=False, **{name: "12345678"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CountryKey": "XX"}, 42),
        ({"CountryKey": "dk"}, 42),
        ({"Email": "no address"}, 49),
        ({"IsPerson": False, "EanNumber": "123"}, 57),
        ({"PaymentConditionType": "NettoCash", "PaymentConditionNumberOfDays": 8}, 42),
        ({"PreferredInvoiceCurrencyKey": "XXX"}, 42),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(dinero, changes, code):
    assert dinero.refused("POST", "v1/contacts", contact_body(**changes))[0] == code
    assert dinero.organization.books.contacts == {}


def test_flags_by_switch(dinero):
    body = contact_body()
    del body["IsMember"], body["UseCvr"]
    assert dinero.refused("POST", "v1/contacts", body)[1].keys() == {"IsMember", "UseCvr"}
    dinero.switch("contact_flags", "optional")
    guid = dinero.post("v1/contacts", body)["ContactGuid"]
    assert dinero.get(f"v1/contacts/{guid}")["UseCvr"] is False


def test_register_wins_over_the_shop_when_it_is_asked(dinero):
    sent = {"IsPerson": False, "VatNumber": "87654321", "Name": "Havblik I/S"}
    assert dinero.get(f"v1/contacts/{dinero.contact(**sent)}")["Name"] == "Havblik I/S"
    assert dinero.get(f"v1/contacts/{dinero.contact(**sent, UseCvr=True)}")["Name"] == "CVR 87654321"


@pytest.mark.parametrize(("country", "region"), [("DK", "DK"), ("FI", "EU"), ("NO", "World"), ("FO", "World")])
def test_region_follows_the_country(dinero, country, region):
    assert dinero.get(f"v1/contacts/{dinero.contact(CountryKey=country)}")["VatRegionKey"] == region


@pytest.mark.parametrize(("kind", "shown"), [("null", None), ("empty", "")])
def test_texts_without_value(dinero, kind, shown):
    dinero.switch("blank_texts", kind)
    read = dinero.get(f"v1/contacts/{dinero.contact()}")
    assert (read["Phone"], read["Email"], read["PaymentConditionType"]) == (shown, "birgit@example.dk", None)


@pytest.mark.parametrize(("kind", "answer"), [("200", (200, True)), ("201", (201, True)), ("201_empty", (201, False))])
def test_creating_answers_in_three_ways(dinero, kind, answer):
    dinero.switch("create_answer", kind)
    for path, body in (("v1/contacts", contact_body()), ("v1/invoices", invoice_body())):
        reply = dinero.call("POST", path, body)
        assert (reply.status, bool(reply.body)) == answer
    assert len(dinero.organization.books.contacts) == len(dinero.organization.books.invoices) == 1


def test_first_version_of_the_list_by_switch(dinero):
    dinero.contact()
    assert len(dinero.rows("v1/contacts")) == 1
    dinero.switch("contacts_v1", "401")
    assert dinero.refused("GET", "v1/contacts", status=401)[0] == 41
    assert len(dinero.rows("v2/contacts")) == 1


def test_owner_makes_changes_and_deletes_contacts(dinero):
    made = dinero.organization.make_contact("Karl Lund", Email="karl@example.dk")
    dinero.organization.change_contact(made, Name="Karl Holm")
    assert dinero.get(f"v1/contacts/{made}")["Name"] == "Karl Holm"
    dinero.organization.delete_contact_by_hand(made)
    assert dinero.refused("GET", f"v1/contacts/{made}")[0] == 65
    with pytest.raises(KeyError, match="mail"):
        dinero.organization.make_contact("Karl Lund", mail="karl@example.dk")
