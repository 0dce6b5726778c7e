"""The ledger sees everything that is there twice, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools
KEY = "invoice:shoporama:4001:912345"


class Books:
    """Writes to an agreement as a client does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number = next(iter(world.economic.agreements))
        secrets = {"x-appsecrettoken": world.app_secret, "x-agreementgranttoken": world.grant(self.number)}
        self.headers = secrets | {"content-type": "application/json"}

    def post(self, path: str, body: Any) -> Any:
        reply = self.world.economic.handle(Request("POST", path, {}, self.headers, json.dumps(body).encode()))
        assert reply.status == 201, reply.body
        return reply.json()

    def draft(self, key: str = KEY) -> int:
        body = {
            "date": "2026-11-18",
            "currency": "DKK",
            "customer": {"customerNumber": 1},
            "recipient": {"name": "Ida", "vatZone": {"vatZoneNumber": 1}},
            "paymentTerms": {"paymentTermsNumber": 1},
            "layout": {"layoutNumber": 19},
            "references": {"other": key},
            "lines": [{"product": {"productNumber": "WEB"}, "quantity": 2, "unitNetPrice": 159.2, "description": "x"}],
        }
        number: int = self.post("/rest/invoices/drafts", body)["draftInvoiceNumber"]
        return number

    def book(self, key: str = KEY) -> int:
        answer = self.post("/rest/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": self.draft(key)}})
        number: int = answer["bookedInvoiceNumber"]
        return number


def held(world: World, **query: str) -> Any:
    from sandbox import site

    reply = site.dispatch(world, Request("GET", "/ledger", query))
    assert reply.status == 200
    return reply.json()


def test_a_booked_and_paid_invoice_is_one_of_each(world: World):
    books = Books(world)
    number = books.book()
    world.agreement(books.number).pay_by_hand(number)
    books.draft("invoice:shoporama:4001:2")
    ledger = held(world)
    assert ledger["duplicates"] == 0
    assert ledger["agreements"][0]["references"] == {
        KEY: {"drafts": 0, "booked": 1, "payments": 1},
        "invoice:shoporama:4001:2": {"drafts": 1, "booked": 0, "payments": 0},
    }
    found = held(world, key=KEY)
    assert [(row["gross"], row["remainder"], row["agreement"]) for row in found["booked"]] == [
        ("398.00", "0.00", books.number)
    ]
    assert len(found["payments"]) == 1
    assert found["duplicates"] == 0


def test_a_second_booked_document_with_the_key_is_a_duplicate(world: World):
    books = Books(world)
    books.book()
    books.book("invoice:shoporama:4001:2")
    assert held(world)["duplicates"] == 0
    books.book()
    assert held(world)["duplicates"] == 1
    assert held(world, agreement=str(books.number))["duplicates"] == 1
    assert held(world, key=KEY)["duplicates"] == 1
    assert held(world, key="invoice:shoporama:4001:2")["duplicates"] == 0


def test_a_second_payment_of_the_invoice_is_a_duplicate(world: World):
    books = Books(world)
    number = books.book()
    agreement = world.agreement(books.number)
    agreement.pay_by_hand(number)
    assert held(world)["duplicates"] == 0
    agreement.pay_by_hand(number)
    assert held(world)["duplicates"] == 1
    assert held(world, key=KEY)["duplicates"] == 1


def test_two_drafts_are_no_duplicate_yet(world: World):
    books = Books(world)
    books.draft()
    books.draft()
    assert held(world)["duplicates"] == 0
    assert held(world)["agreements"][0]["references"][KEY]["drafts"] == 2


def test_the_owner_books_and_deletes_drafts_by_control_and_by_the_page(world: World):
    from sandbox import site

    books = Books(world)
    first, second, third = (books.draft(f"invoice:shoporama:4001:{number}") for number in (1, 2, 3))
    base = f"/control/agreements/{books.number}"
    act = json.dumps({"draft": first}).encode()
    assert site.dispatch(world, Request("POST", f"{base}/book_by_hand", {}, {}, act)).status == 200
    assert site.dispatch(world, Request("POST", f"{base}/book_by_hand", {}, {}, act)).status == 400
    act = json.dumps({"draft": second}).encode()
    assert site.dispatch(world, Request("POST", f"{base}/delete_draft_by_hand", {}, {}, act)).status == 200
    page = f"/agreement/{books.number}/drafts/{third}/book"
    assert site.dispatch(world, Request("POST", page)).status == 303
    assert site.dispatch(world, Request("POST", page)).status == 404
    references = held(world)["agreements"][0]["references"]
    assert {key[-1]: row["booked"] for key, row in references.items()} == {"1": 1, "3": 1}


@pytest.mark.parametrize(
    ("act", "wish", "status"),
    [
        ("make_customer", {"name": "Ida Holm", "email": "ida@example.dk"}, 200),
        ("make_customer", {"email": "ida@example.dk"}, 400),
        ("use_currency", {"currency": "SEK", "used": False}, 200),
        ("use_currency", {"currency": "XXX"}, 400),
        ("use_currency", {"currency": "DKK", "used": False}, 400),
    ],
)
def test_the_owner_makes_a_customer_and_switches_a_currency_by_control(world: World, act: str, wish: Any, status: int):
    from sandbox import site

    address = f"/control/agreements/{Books(world).number}/{act}"
    assert site.dispatch(world, Request("POST", address, {}, {}, json.dumps(wish).encode())).status == status


def test_one_agreements_books_do_not_hold_anothers(world: World):
    Books(world).book()
    other = world.economic.new_agreement()
    assert held(world, agreement=str(other.number))["agreements"][0]["references"] == {}
    assert held(world, agreement=str(other.number), key=KEY)["booked"] == []


def test_reset_empties_the_books_and_keeps_the_grants(world: World):
    from sandbox import site

    books = Books(world)
    books.book()
    order = json.dumps({"agreement": books.number}).encode()
    assert site.dispatch(world, Request("POST", "/control/reset", {}, {}, order)).status == 200
    assert held(world)["agreements"][0]["references"] == {}
    assert books.book() > 0
