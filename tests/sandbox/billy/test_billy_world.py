"""Billy in the sandbox's world: control, switches, faults, counters, ledger, pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import site
from sandbox.state import load, save
from sandbox.wire import Reply, Request
from tests.sandbox.visma.world_calls import control, where

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools

FIRST = 300_001
KEY = "invoice:shoporama:4001:912345"


@pytest.fixture
def world() -> World:
    """A new sandbox."""
    from sandbox.world import new_world

    return new_world("http://127.0.0.1:1")


class Client:
    """A client with an access token of a company that has service products."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made = control(world, "POST", "/companies", {"with_products": True, "with_clearing": True})
        self.number, self.token = self.made["company"], self.made["token"]

    def begun(self, method: str, path: str) -> Any:
        """The call as it is counted."""
        return self.world.begin(where(f"/billy{path}"), self._request(method, path, b""), None)

    def call(self, method: str, path: str, body: Any) -> Any:
        """A write that must succeed."""
        reply = self.world.execute(where(f"/billy{path}"), self._request(method, path, json.dumps(body).encode()))
        assert reply.status == 200, reply.body
        return reply.json()

    def _request(self, method: str, path: str, body: bytes) -> Request:
        return Request(method, f"/billy{path}", {}, {"x-access-token": self.token}, body)

    def draft(self) -> str:
        """A draft's id."""
        contact = self.act("make_contact", name="Ida", email="ida@example.dk")
        line = {"productId": self.made["products"]["Vare"], "unitPrice": 125}
        body = {"contactId": contact, "entryDate": "2026-11-20", "taxMode": "incl", "orderNo": KEY, "lines": [line]}
        return str(self.call("POST", "/v2/invoices", {"invoice": body})["invoices"][0]["id"])

    def act(self, act: str, /, **given: Any) -> Any:
        """What the owner does by hand: its result."""
        return control(self.world, "POST", f"/companies/{self.number}/{act}", given)["result"]


def shown(world: World, path: str, **query: str) -> Reply:
    return site.dispatch(world, Request("GET", path, query, {"accept": "text/html"}))


def posted(world: World, path: str, body: bytes = b"") -> Reply:
    return site.dispatch(world, Request("POST", path, {}, {}, body))


# --- control ----------------------------------------------------------------------------------------------------------
def test_a_company_is_opened_with_a_token(world: World) -> None:
    made = control(world, "POST", "/companies", {"name": "Havblik I/S", "cvr": "87654321", "with_products": True})
    assert (made["name"], made["tokens"], made["calls"]) == ("Havblik I/S", 1, 0)
    assert world.company(made["company"]).cvr == "87654321"
    assert {"Vare", "Fragt"} < set(made["products"])
    assert "5710" in made["accounts"]
    control(world, "POST", "/companies", {"colour": "red"}, 400)
    control(world, "GET", "/companies/7", status=404)
    assert [row["company"] for row in control(world, "GET", "/companies")["companies"]] == [FIRST, made["company"]]
    assert control(world, "GET", f"/companies/{FIRST}")["name"] == "Nordlys ApS"


def test_tokens_are_made_and_deleted(world: World) -> None:
    client = Client(world)
    second = control(world, "POST", f"/companies/{client.number}/token")["token"]
    gone = control(world, "POST", f"/companies/{client.number}/revoke", {"token": client.token})
    assert gone["revoked"] == 1
    assert control(world, "GET", f"/companies/{client.number}")["tokens"] == 1
    assert world.execute(where("/billy/v2/organization"), client._request("GET", "/v2/organization", b"")).status == 401
    client.token = second
    assert control(world, "POST", f"/companies/{client.number}/revoke")["revoked"] == 1


def test_what_the_owner_does_by_hand(world: World) -> None:
    client = Client(world)
    draft = client.draft()
    client.act("edit_draft_by_hand", draft=draft, amount=10000, message="Rettet")
    assert client.act("book_by_hand", draft=draft) == "1"
    paid = client.act("pay_by_hand", booked="1", account=5710, amount=2500)
    client.act("void_payment_by_hand", payment=paid)
    client.act("pay_by_hand", booked=draft)
    client.act("delete_draft_by_hand", draft=client.draft())
    product = client.act("make_product", name="Gave", account=1115, ruleset="Momsfrit salg")
    client.act("change_product", product=product, isArchived=True)
    client.act("delete_product_by_hand", product=product)
    contact = client.act("make_contact", name="Bo", cvr="87654321", country="SE")
    client.act("change_contact", contact=contact, isArchived=True)
    client.act("delete_contact_by_hand", contact=contact)
    client.act("change_account", account=5720, name="Webshop")
    client.act("delete_account", account=7130)
    client.act("lock_period", until="2026-10-31")
    client.act("bar_period", **{"from": "2026-11-01", "to": "2026-11-30"})
    client.act("lock", locked=False)
    client.act("set_rate", currency="EUR", rate="7.5")
    books = world.company(client.number)
    assert str(books.locking_date) == "2026-11-30"
    held = books.ledger()
    assert [row["remainder"] for row in held["booked"]] == ["0.00"]
    assert (held["drafts"], held["booked"][0]["notes"]) == ([], {"heading": "Rettet"})


@pytest.mark.parametrize(
    ("act", "given", "status"),
    [
        ("dance", {}, 404),
        ("book_by_hand", {}, 400),
        ("book_by_hand", {"draft": "9"}, 400),
        ("make_contact", {"name": "Ida", "colour": "red"}, 400),
        ("make_product", {"name": "Gave", "ruleset": "Ingen"}, 400),
        ("lock_period", {"until": "soon"}, 400),
        ("change_account", {"account": "x"}, 400),
    ],
)
def test_an_act_that_makes_no_sense_is_refused(world: World, act: str, given: dict[str, Any], status: int) -> None:
    control(world, "POST", f"/companies/{FIRST}/{act}", given, status)


def test_a_switch_is_set_for_all_or_for_one(world: World) -> None:
    client = Client(world)
    control(world, "POST", "/switch", {"name": "billy.put_answer", "value": "singular", "company": client.number})
    assert world.company(client.number).switch("put_answer") == "singular"
    assert world.company(FIRST).switch("put_answer") == "plural"
    control(world, "POST", "/switch", {"name": "billy.log_prefix", "value": True})
    assert world.company(FIRST).switch("log_prefix") is True
    control(world, "POST", "/switch", {"name": "billy.colour", "value": 1}, 404)
    control(world, "POST", "/switch", {"name": "billy.log_prefix", "value": 3}, 400)
    control(world, "POST", "/switch", {"name": "billy.log_prefix", "value": True, "organization": 200001}, 400)
    known = {row["name"] for row in control(world, "GET", "/switch")["switches"]}
    assert {"billy.put_answer", "billy.filter_contacts_q"} < known


def test_a_reset_keeps_number_id_and_tokens(world: World) -> None:
    client = Client(world)
    old, before = client.draft(), control(world, "GET", f"/companies/{client.number}")
    control(world, "POST", "/switch", {"name": "billy.log_prefix", "value": True, "company": client.number})
    control(world, "POST", "/reset", {"company": client.number})
    after = control(world, "GET", f"/companies/{client.number}")
    assert (after["id"], after["tokens"], after["calls"]) == (before["id"], 1, 0)
    assert after["products"].keys() == before["products"].keys()
    client.made = after
    assert client.draft() != old
    assert len(world.company(client.number).ledger()["drafts"]) == 1


# --- faults, counters, ledger -----------------------------------------------------------------------------------------
def test_calls_are_counted_for_the_company_of_the_token(world: World) -> None:
    client = Client(world)
    draft = client.draft()
    for method, path in (("PUT", f"/v2/invoices/{draft}"), ("POST", "/v2/contactBalancePayments")):
        client.begun(method, path)
    world.billy.revoke(client.number)
    client.begun("GET", "/v2/organization")
    client.token = "unknown"
    client.begun("GET", "/v2/organization")
    counts = control(world, "GET", "/counts")["billy"]
    assert counts[str(client.number)]["by_address"] == {
        "PUT /v2/invoices/*": 1,
        "POST /v2/contactBalancePayments": 1,
        "GET /v2/organization": 1,
    }
    assert counts["unknown"]["calls"] == 1


def test_a_fault_meets_only_the_calls_of_its_company(world: World) -> None:
    mine, other = Client(world), Client(world)
    wish = {"system": "billy", "path": "POST /v2/invoices", "kind": "drop_after", "company": mine.number}
    control(world, "POST", "/fault", wish)
    assert world.plan(other.begun("POST", "/v2/invoices")).cut is None
    assert world.plan(mine.begun("POST", "/v2/invoices")).cut == "reset"
    control(world, "POST", "/fault", wish | {"kind": "401"})
    assert control(world, "DELETE", "/fault", company=str(mine.number))["cleared"] == 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [("5xx_before", "INTERNAL_ERROR"), ("429", "OTHER"), ("401", "OAUTH_INVALID_ACCESS_TOKEN")],
)
def test_a_fault_speaks_as_billy_does(world: World, kind: str, code: str) -> None:
    client = Client(world)
    control(world, "POST", "/fault", {"system": "billy", "path": "*", "kind": kind, "body": "json"})
    answer = world.plan(client.begun("GET", "/v2/organization")).answer
    assert answer is not None
    told = answer(None).json()
    assert (told["errorCode"], told["meta"]["success"]) == (code, False)


def test_chaos_meets_billy_by_default(world: World) -> None:
    assert "billy" in control(world, "GET", "/chaos")["systems"]


def test_the_ledger_counts_what_is_there_twice(world: World) -> None:
    client = Client(world)
    first = client.draft()
    client.act("book_by_hand", draft=first)
    client.act("pay_by_hand", booked=first)
    asked = {"company": str(client.number)}
    held = site.dispatch(world, Request("GET", "/ledger", asked)).json()
    assert (held["agreements"], held["organizations"], held["duplicates"]) == ([], [], 0)
    assert held["companies"][0]["references"] == {KEY: {"drafts": 0, "booked": 1, "payments": 1}}
    client.act("pay_by_hand", booked=first, amount=12500)
    one = site.dispatch(world, Request("GET", "/ledger", asked | {"key": KEY})).json()
    assert (len(one["booked"]), len(one["payments"]), one["duplicates"]) == (1, 2, 1)
    assert one["booked"][0]["company"] == client.number
    assert site.dispatch(world, Request("GET", "/ledger")).json()["duplicates"] == 1
    other = site.dispatch(world, Request("GET", "/ledger", {"agreement": "1000001"})).json()
    assert (other["companies"], other["duplicates"]) == ([], 0)


# --- pages ------------------------------------------------------------------------------------------------------------
def test_a_person_copies_a_token_and_approves_a_draft(world: World) -> None:
    client = Client(world)
    here, draft = f"/company/{client.number}", client.draft()
    page = shown(world, here).body.decode()
    assert client.token in page
    assert f"{here}/drafts/{draft}/book" in page
    assert posted(world, f"{here}/drafts/{draft}/book").status == 303
    assert f"{here}/booked/1/pay" in shown(world, here).body.decode()
    assert posted(world, f"{here}/booked/1/pay").status == 303
    assert posted(world, f"{here}/drafts/9/book").status == 404
    posted(world, f"{here}/revoke", f"token={client.token}".encode())
    posted(world, f"{here}/token")
    [token] = world.company(client.number).tokens
    assert token != client.token


def test_a_person_opens_a_company(world: World) -> None:
    reply = posted(world, "/companies", b"name=Havblik")
    number = int(reply.headers["location"].rpartition("/")[2])
    assert (world.company(number).name, len(world.company(number).tokens)) == ("Havblik", 1)
    for path in ("/", "/ledger", "/control/"):
        assert "Billy" in shown(world, path).body.decode() or f"regnskab {number}" in shown(world, path).body.decode()
    assert shown(world, "/company/7").status == 404


def test_a_restart_keeps_the_books(world: World, tmp_path: Any) -> None:
    client = Client(world)
    draft = client.draft()
    save(world, tmp_path / "state")
    kept = load(tmp_path / "state", "http://127.0.0.1:2")
    assert kept is not None
    client.world = kept
    assert client.call("PUT", f"/v2/invoices/{draft}", {"invoice": {"state": "approved"}})["invoices"][0]["invoiceNo"]
    assert client.draft() != draft
