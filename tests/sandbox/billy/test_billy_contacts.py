"""Contacts, whose e-mail is on their persons."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.billy.billy_calls import contact_body

pytestmark = pytest.mark.tools
EMBED = {"include": "contact.contactPersons:embed"}


def persons(billy, contact: str) -> list[dict[str, Any]]:
    return billy.rows("contactPersons", contactId=contact)


def test_a_contact_comes_back_with_its_persons(billy):
    answer = billy.write("POST", "contacts", "contact", contact_body(contactNo="k-1", street="Havnegade 3"))
    made = answer["contacts"][0]
    assert (made["contactNo"], made["street"], made["type"]) == ("k-1", "Havnegade 3", "person")
    assert answer["contactPersons"][0]["email"] == "birgit@example.dk"
    assert answer["contactPersons"] == persons(billy, made["id"])
    assert billy.get(f"contacts/{made['id']}")["contact"] == made
    assert "contactPersons" not in made


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, {"contact": {"name"}}),
        ({"countryId": None}, {"contact": {"countryId"}}),
        ({"countryId": "XX"}, {"contact": {"countryId"}}),
        ({"type": "firm"}, {"contact": {"type"}}),
        ({"name": 7}, {"contact": {"name"}}),
        ({"isCustomer": "yes"}, {"contact": {"isCustomer"}}),
        ({"email": "ida@example.dk"}, {"contact": {"email"}}),
        ({"contactPersons": [{"phone": "1", "name": "Ida"}]}, {"contactPerson": {"phone"}}),
        ({"contactPersons": [{}]}, {"contactPerson": {"name"}}),
        ({"contactPersons": [{"email": "ida"}]}, {"contactPerson": {"email"}}),
        ({"contactPersons": {}}, {"contact": {"contactPersons"}}),
    ],
    ids=str,
)
def test_contact_that_does_not_fit(billy, changes, wrong):
    assert billy.refused("POST", "contacts", {"contact": contact_body(**changes)}) == wrong
    assert billy.rows("contacts") == []


def test_nothing_about_a_contact_is_unique(billy):
    assert billy.contact(contactNo="k-1") != billy.contact(contactNo="k-1")


def test_a_put_changes_only_what_is_sent_and_replaces_all_persons(billy):
    made = billy.contact(phone="70101010")
    old = persons(billy, made)
    changed = billy.write("PUT", f"contacts/{made}", "contact", {"name": "Birgit Lund"})
    assert (changed["contacts"][0]["phone"], persons(billy, made)) == ("70101010", old)
    answer = billy.write("PUT", f"contacts/{made}", "contact", {"contactPersons": [{"email": "ny@example.dk"}]})
    assert answer["meta"]["deletedRecords"] == {"contactPersons": [old[0]["id"]]}
    assert [person["email"] for person in persons(billy, made)] == ["ny@example.dk"]
    assert persons(billy, made)[0]["isPrimary"] is True


def test_an_id_in_the_body_is_the_address_s_own(billy):
    made = billy.contact()
    assert billy.write("PUT", f"contacts/{made}", "contact", {"id": made, "phone": "1"})
    assert billy.refused("PUT", f"contacts/{made}", {"contact": {"id": "other"}}) == {"contact": {"id"}}


@pytest.mark.parametrize(("answer", "root"), [("plural", "contacts"), ("singular", "contact")])
def test_the_answer_to_a_put_is_plural_or_not(billy, answer, root):
    billy.switch("put_answer", answer)
    made = billy.contact()
    changed = billy.write("PUT", f"contacts/{made}", "contact", {"phone": "1"})[root]
    assert (changed if answer == "singular" else changed[0])["phone"] == "1"


@pytest.mark.parametrize("fate", ["refuse", "drop"])
def test_persons_may_not_be_writable_with_their_contact(billy, fate):
    billy.switch("contact_persons", fate)
    if fate == "refuse":
        assert billy.refused("POST", "contacts", {"contact": contact_body()}) == {"contact": {"contactPersons"}}
        made = str(billy.company.make_contact("Birgit Holm"))
    else:
        made = billy.contact()
    assert persons(billy, made) == []
    person = {"contactId": made, "email": "birgit@example.dk"}
    billy.write("POST", "contactPersons", "contactPerson", person)
    assert [row["email"] for row in persons(billy, made)] == ["birgit@example.dk"]


def test_a_person_stays_with_its_contact(billy):
    first, second = billy.contact(), billy.contact()
    person = persons(billy, first)[0]
    moved = {"contactPerson": {"contactId": second}}
    assert billy.refused("PUT", f"contactPersons/{person['id']}", moved) == {"contactPerson": {"contactId"}}
    assert billy.refused("POST", "contactPersons", {"contactPerson": {"name": "Ida"}}) == {
        "contactPerson": {"contactId"}
    }


def test_persons_are_listed_for_one_contact(billy):
    billy.contact()
    second = billy.contact()
    assert billy.call("GET", "contactPersons").status == 400
    billy.switch("contact_persons_list", "all")
    assert len(billy.rows("contactPersons")) == 2
    assert len(billy.rows("contactPersons", contactId=second)) == 1
    billy.switch("filter_contactPersons_contactId", "ignored")
    assert len(billy.rows("contactPersons", contactId=second)) == 2


def test_contacts_are_searched(billy):
    ida = billy.contact(name="Ida Lund", contactNo="k-7", contactPersons=[{"email": "Ida@Example.dk"}])
    billy.contact()
    for query in ({"q": "ida l"}, {"q": "IDA@example.dk"}, {"contactNo": "k-7"}):
        assert [row["id"] for row in billy.rows("contacts", **query)] == [ida], query
    billy.switch("contact_q", "name")
    assert billy.rows("contacts", q="ida@example.dk") == []
    assert len(billy.rows("contacts", colour="red")) == 2
    billy.switch("filter_contacts_contactNo", "ignored")
    assert len(billy.rows("contacts", contactNo="k-7")) == 2


def test_persons_are_embedded_or_stand_beside(billy):
    made = billy.contact()
    embedded = billy.get(f"contacts/{made}", **EMBED)["contact"]["contactPersons"]
    assert embedded == persons(billy, made)
    beside = billy.get(f"contacts/{made}", include="contact.contactPersons,contact.colour,invoice.lines")
    assert beside["contact"]["contactPersonIds"] == [embedded[0]["id"]]
    assert beside["contactPersons"] == embedded


def test_deleting(billy):
    made, used = billy.contact(), billy.contact()
    person = persons(billy, made)[0]["id"]
    billy.draft(contactId=used)
    assert billy.refused("DELETE", f"contacts/{used}") == {"contact": {"id"}}
    for _ in range(2):
        told = decoded_meta(billy, f"contacts/{made}")
        assert made in told["contacts"]
    assert billy.call("GET", f"contacts/{made}").status == 404
    assert billy.call("GET", f"contactPersons/{person}").status == 404


def decoded_meta(billy, path: str) -> dict[str, list[str]]:
    reply = billy.call("DELETE", path)
    assert reply.status == 200
    told: dict[str, list[str]] = reply.json()["meta"]["deletedRecords"]
    return told
