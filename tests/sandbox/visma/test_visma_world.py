"""Dinero and Visma Connect in the sandbox's world: control, faults, counters, ledger, pages, state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from sandbox import site, state
from sandbox.wire import Reply, Request
from sandbox.world import Target, target
from tests.sandbox.visma.visma_calls import FORM, USER

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools
KEY = "invoice:shoporama:4001:912345"
FIRST = 200001


def control(world: World, method: str, path: str, body: Any = None, status: int | None = None, **query: str) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    reply = site.dispatch(world, Request(method, f"/control{path}", query, {}, content))
    assert reply.status == status if status else reply.status < 300, reply.body
    return reply.json()


def where(path: str) -> Target:
    found = target(path)
    assert found is not None
    return found


class Client:
    """A client with the tokens of an organisation's user."""

    def __init__(self, world: World, organization: int = FIRST) -> None:
        self.world = world
        self.number = organization
        self.tokens = control(world, "POST", f"/organizations/{organization}/tokens")

    def call(self, method: str, path: str, body: Any = None) -> Reply:
        headers = {"authorization": f"Bearer {self.tokens['access_token']}", "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        address = f"/dinero/v1/{self.number}{path}"
        return self.world.execute(where(address), Request(method, address, {}, headers, content))

    def draft(self, key: str = KEY) -> str:
        line = {"Description": "Kop", "Quantity": 1, "BaseAmountValue": 125, "Discount": 0, "AccountNumber": 1000}
        body = {"ExternalReference": key, "ShowLinesInclVat": True, "ProductLines": [line | {"Unit": "parts"}]}
        contact = (
            next(iter(self.world.organization(self.number).books.contacts), None)
            or control(self.world, "POST", f"/organizations/{self.number}/make_contact", {"name": "Ida"})["result"]
        )
        reply = self.call("POST", "/invoices", body | {"ContactGuid": contact})
        assert reply.status in (200, 201), reply.body
        return str(reply.json()["Guid"])


def begun(world: World, path: str, method: str = "GET", body: str = "", token: str = "") -> Any:
    headers = FORM | ({"authorization": f"Bearer {token}"} if token else {})
    return world.begin(where(path), Request(method, path, {}, headers, body.encode()), None)


# --- control ----------------------------------------------------------------------------------------------------------
def test_an_organisation_is_opened_for_a_new_user_a_known_one_or_its_own(world: World) -> None:
    own = control(world, "POST", "/organizations", {"name": "Havblik I/S", "pro": False, "cvr": "87654321"})
    assert (own["name"], own["pro"], own["users"]) == ("Havblik I/S", False, [own["user"]])
    assert world.organization(own["organization"]).cvr == "87654321"
    second = control(world, "POST", "/organizations", {"user": own["user"]})
    assert control(world, "GET", f"/users/{own['user']}")["organizations"] == sorted(
        [own["organization"], second["organization"]]
    )
    assert control(world, "POST", "/organizations", {"user": "ny@example.dk"})["user"] == "ny@example.dk"
    control(world, "POST", "/organizations", {"colour": "red"}, 400)
    assert len(control(world, "GET", "/organizations")["organizations"]) == 4


def test_a_user_is_made_with_organisations_and_loses_them(world: World) -> None:
    made = control(world, "POST", "/users", {"user": "bo@example.dk", "name": "Bo", "organizations": [FIRST]})
    assert (made["organizations"], made["refreshes"]) == ([FIRST], 0)
    assert control(world, "POST", "/users/bo%40example.dk/organizations", {})["organizations"] == []
    control(world, "POST", "/users", {"user": "bo@example.dk"}, 400)
    control(world, "POST", "/users", {"user": "bo"}, 400)
    control(world, "POST", "/users", {"user": "ib@example.dk", "organizations": [7]}, 404)
    control(world, "POST", "/users", {"user": "ib@example.dk", "organizations": 7}, 400)
    control(world, "GET", "/users/ib@example.dk", status=404)
    assert [row["user"] for row in control(world, "GET", "/users")["users"]] == [USER, "bo@example.dk"]


def test_tokens_expire_and_are_revoked_by_control(world: World) -> None:
    client = Client(world)
    assert client.call("GET", "/accounts/entry").status == 200
    told = control(world, "POST", f"/users/{USER}/expire")
    assert (told["expired"], told["access_tokens"], told["refresh_tokens"]) == (1, 0, 1)
    assert client.call("GET", "/accounts/entry").status == 401
    again = Client(world)
    assert control(world, "POST", f"/organizations/{FIRST}/revoke")["revoked"] == 2
    assert again.call("GET", "/accounts/entry").status == 401
    assert control(world, "POST", f"/users/{USER}/revoke")["revoked"] == 0


def test_tokens_for_reading_alone_do_not_write(world: World) -> None:
    client = Client(world)
    client.tokens = control(world, "POST", f"/users/{USER}/tokens", {"scope": "dineropublicapi:read"})
    assert client.call("GET", "/accounts/entry").status == 200
    assert client.call("POST", "/contacts", {}).status == 403
    control(world, "POST", f"/users/{USER}/tokens", {"scope": "everything"}, 400)


def test_a_return_address_is_registered(world: World) -> None:
    address = "https://connector.example/connect/books/dinero/"
    assert control(world, "POST", "/redirects", {"redirect_uri": address})["redirect_uris"] == [address]
    control(world, "POST", "/redirects", {"redirect_uri": "/relative"}, 400)


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("dinero.retry_after", True, {"organization": FIRST}),
        ("visma.refresh", "reuse", {"user": USER}),
        ("visma.grace_seconds", 60, {}),
        ("dinero.pro_code", 48, {}),
    ],
)
def test_a_switch_is_set_for_all_or_for_one(world: World, name: str, value: Any, limit: dict[str, Any]) -> None:
    control(world, "POST", "/switch", {"name": name, "value": value, **limit})
    system, _, own = name.partition(".")
    stand_in: Any = getattr(world, system)
    one = world.organization(FIRST).switch(own) if system == "dinero" else world.visma.switch(own, USER)
    assert one == value
    assert (stand_in.switches[own] == value) is (not limit)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"name": "visma.refresh", "value": "both"}, 400),
        ({"name": "visma.colour", "value": 1}, 404),
        ({"name": "visma.refresh", "value": "reuse", "user": "x@example.dk"}, 404),
        ({"name": "dinero.pro_code", "value": 48, "organization": 7}, 404),
        ({"name": "dinero.pro_code", "value": 48, "agreement": 1000001}, 400),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(world: World, wish: dict[str, Any], status: int) -> None:
    control(world, "POST", "/switch", wish, status)


# --- faults and counters ----------------------------------------------------------------------------------------------
def test_calls_are_counted_for_the_organisation_in_the_address_and_for_the_user_of_the_token(world: World) -> None:
    tokens = Client(world).tokens
    guid = "8b1c0000-0000-4000-8000-00000000000a"
    begun(world, f"/dinero/v1/{FIRST}/invoices/{guid}/book", "POST", token=tokens["access_token"])
    begun(world, "/dinero/v1/organizations", token=tokens["access_token"])
    begun(world, "/visma/connect/token", "POST", urlencode({"refresh_token": tokens["refresh_token"]}))
    begun(world, "/visma/connect/token", "POST", "refresh_token=unknown")
    counts = control(world, "GET", "/counts")
    assert counts["dinero"][str(FIRST)]["by_address"] == {"POST /v1/*/invoices/*/book": 1}
    assert counts["dinero"]["unknown"]["by_address"] == {"GET /v1/organizations": 1}
    assert counts["visma"][USER]["by_address"] == {"POST /connect/token": 1}
    assert counts["visma"]["unknown"]["calls"] == 1
    assert (counts["in_flight"]["dinero"], counts["in_flight"]["visma"]) == (2, 2)


@pytest.mark.parametrize("limit", [{"organization": FIRST}, {"user": USER}], ids=["organization", "user"])
@pytest.mark.parametrize(
    ("system", "path"),
    [("visma", "POST /connect/token"), ("dinero", "GET /v1/organizations")],
    ids=["visma", "dinero"],
)
def test_a_fault_meets_only_the_calls_of_its_organisation_or_user(
    world: World, limit: dict[str, Any], system: str, path: str
) -> None:
    mine = Client(world).tokens
    other = Client(world, control(world, "POST", "/organizations", {})["organization"]).tokens
    wish = {"system": system, "path": path, "kind": "drop_after", "times": 2}
    control(world, "POST", "/fault", wish | limit)

    def cut(tokens: dict[str, str]) -> str | None:
        method, _, address = path.partition(" ")
        body = urlencode({"refresh_token": tokens["refresh_token"]})
        return world.plan(begun(world, f"/{system}{address}", method, body, tokens["access_token"])).cut

    assert [cut(other), cut(mine)] == [None, "reset"]
    assert control(world, "DELETE", "/fault", **{name: str(value) for name, value in limit.items()})["cleared"] == 1
    assert cut(mine) is None


def test_a_fault_at_an_organisations_address_leaves_the_others_alone(world: World) -> None:
    wish = {"system": "dinero", "path": "POST /v1/*/invoices", "kind": "drop_after", "times": 9}
    control(world, "POST", "/fault", wish | {"organization": FIRST})
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices", "POST")).cut == "reset"
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices/x/book", "POST")).cut is None
    assert world.plan(begun(world, f"/dinero/v1/{FIRST + 1}/invoices", "POST")).cut is None
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices")).cut is None


@pytest.mark.parametrize(
    ("system", "fault", "status", "body"),
    [
        ("dinero", {"kind": "5xx_before", "status": 480, "body": "json"}, 480, {"code": 50}),
        ("dinero", {"kind": "429", "retry_after": 7}, 429, {"code": 43}),
        ("dinero", {"kind": "401"}, 401, {"code": 41}),
        ("visma", {"kind": "5xx_after", "body": "json"}, 500, {"error": "server_error"}),
        ("visma", {"kind": "429"}, 429, {"error": "temporarily_unavailable"}),
        ("visma", {"kind": "401"}, 401, {"error": "invalid_client"}),
    ],
)
def test_a_fault_answers_in_its_systems_own_words(
    world: World, system: str, fault: dict[str, Any], status: int, body: dict[str, Any]
) -> None:
    control(world, "POST", "/fault", {"system": system, "path": "*"} | fault)
    plan = world.plan(begun(world, f"/{system}/v1/organizations", "POST"))
    assert plan.answer is not None
    reply = plan.answer(None)
    assert reply.status == status
    assert reply.json() | body == reply.json()


def test_a_fault_may_have_an_empty_body(world: World) -> None:
    control(world, "POST", "/fault", {"system": "dinero", "path": "*", "kind": "5xx_before", "body": "empty"})
    answer = world.plan(begun(world, "/dinero/v1/organizations")).answer
    assert answer is not None
    assert (answer(None).status, answer(None).body) == (500, b"")


@pytest.mark.parametrize(
    "wish",
    [
        {"system": "dinero", "agreement": 1000001},
        {"system": "economic", "organization": FIRST},
        {"system": "billy"},
    ],
    ids=["agreement", "organization", "system"],
)
def test_a_fault_that_could_never_strike_is_refused(world: World, wish: dict[str, Any]) -> None:
    control(world, "POST", "/fault", {"path": "*", "kind": "slow"} | wish, 400)


def test_chaos_cuts_answers_to_writes_in_both_books_and_never_at_visma(world: World) -> None:
    control(world, "POST", "/chaos", {"drop_pct": 100})
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices", "POST")).cut is not None
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices/x", "DELETE")).cut is not None
    assert world.plan(begun(world, f"/dinero/v1/{FIRST}/invoices")).cut is None
    assert world.plan(begun(world, "/visma/connect/token", "POST")).cut is None


# --- what the owner does, and the ledger ------------------------------------------------------------------------------
def ledger(world: World, **query: str) -> Any:
    reply = site.dispatch(world, Request("GET", "/ledger", query))
    assert reply.status == 200, reply.body
    return reply.json()


def test_the_owner_acts_by_control_and_the_ledger_tells(world: World) -> None:
    client = Client(world)
    first, second, third = (client.draft(f"invoice:shoporama:4001:{number}") for number in (1, 2, 3))
    base = f"/organizations/{FIRST}"
    number = control(world, "POST", f"{base}/book_by_hand", {"draft": first})["result"]
    control(world, "POST", f"{base}/book_by_hand", {"draft": first}, 400)
    control(world, "POST", f"{base}/delete_draft_by_hand", {"draft": second})
    before = world.organization(FIRST).invoice(third).timestamp
    assert control(world, "POST", f"{base}/edit_draft_by_hand", {"draft": third, "amount": 100})["result"] > before
    control(world, "POST", f"{base}/pay_by_hand", {"booked": number})
    held = ledger(world, organization=str(FIRST))
    assert (held["agreements"], held["duplicates"]) == ([], 0)
    assert held["organizations"][0]["references"] == {
        "invoice:shoporama:4001:3": {"drafts": 1, "booked": 0, "payments": 0},
        "invoice:shoporama:4001:1": {"drafts": 0, "booked": 1, "payments": 1},
    }
    [booked] = ledger(world, key="invoice:shoporama:4001:1")["booked"]
    assert (booked["organization"], booked["gross"], booked["vat"], booked["remainder"]) == (
        FIRST,
        "125.00",
        "25.00",
        "0.00",
    )
    assert ledger(world, key="invoice:shoporama:4001:1", agreement="1000001")["booked"] == []


def test_a_second_document_or_payment_of_a_key_is_a_duplicate(world: World) -> None:
    client = Client(world)
    books = world.organization(FIRST)
    number = books.book_by_hand(client.draft())
    books.pay_by_hand(number)
    assert ledger(world)["duplicates"] == 0
    books.pay_by_hand(number, amount=100)
    assert (ledger(world)["duplicates"], ledger(world, key=KEY)["duplicates"]) == (1, 1)
    books.book_by_hand(client.draft("other"))
    books.book_by_hand(client.draft("other"))
    assert ledger(world)["duplicates"] == 2


def test_one_key_booked_in_two_systems_is_a_duplicate(world: World) -> None:
    second = control(world, "POST", "/organizations", {})["organization"]
    for number in (FIRST, second):
        world.organization(number).book_by_hand(Client(world, number).draft())
    assert ledger(world)["duplicates"] == 0
    assert ledger(world, key=KEY)["duplicates"] == 1
    assert [row["organization"] for row in ledger(world, key=KEY)["booked"]] == [FIRST, second]


@pytest.mark.parametrize(
    ("act", "wish", "status"),
    [
        ("set_pro", {"pro": False}, 200),
        ("make_contact", {"name": "Ida", "email": "ida@example.dk"}, 200),
        ("make_contact", {"email": "ida@example.dk"}, 400),
        ("rename_account", {"account": 1000, "name": "Salg"}, 200),
        ("hide_account", {"account": 55000}, 200),
        ("delete_account", {"account": 1010}, 200),
        ("delete_account", {"account": 1}, 400),
        ("set_vat_code", {"account": 1010, "code": "U25"}, 200),
        ("set_vat_code", {"account": 1010, "code": "U99"}, 400),
        ("close_year", {"year": "2026"}, 200),
        ("close_year", {"year": "1999"}, 400),
        ("delete_year", {"year": "2026"}, 200),
        ("set_rate", {"currency": "EUR", "rate": 7460000}, 200),
        ("book_by_hand", {"draft": "unknown"}, 400),
        ("book_by_hand", {}, 400),
        ("pay_by_hand", {"booked": 1}, 400),
        ("dance", {}, 404),
    ],
)
def test_the_owner_changes_an_organisation_by_control(
    world: World, act: str, wish: dict[str, Any], status: int
) -> None:
    control(world, "POST", f"/organizations/{FIRST}/{act}", wish, status)


def test_a_contact_is_changed_and_deleted_by_hand(world: World) -> None:
    base = f"/organizations/{FIRST}"
    guid = control(world, "POST", f"{base}/make_contact", {"name": "Ida", "email": "ida@example.dk"})["result"]
    control(world, "POST", f"{base}/change_contact", {"contact": guid, "email": "ny@example.dk"})
    control(world, "POST", f"{base}/delete_contact_by_hand", {"contact": guid})
    [row] = [row for row in ledger(world)["organizations"][0]["customers"] if row["number"] == guid]
    assert (row["Email"], row["deleted"]) == ("ny@example.dk", True)


def test_reset_empties_the_books_and_keeps_the_tokens(world: World) -> None:
    client = Client(world)
    client.draft()
    control(world, "POST", "/switch", {"name": "dinero.retry_after", "value": True, "organization": FIRST})
    assert control(world, "POST", "/reset", {"organization": FIRST}) == {"reset": FIRST}
    assert ledger(world, organization=str(FIRST))["organizations"][0]["references"] == {}
    assert world.organization(FIRST).switch("retry_after") is False
    assert client.draft()
    assert len(world.dinero.organizations) == 1


# --- pages and state --------------------------------------------------------------------------------------------------
def page(world: World, path: str) -> str:
    reply = site.dispatch(world, Request("GET", path, {}, {"accept": "text/html"}))
    assert reply.status == 200, reply.body
    return reply.body.decode()


def test_the_owner_books_pays_deletes_and_gives_up_pro_on_the_page(world: World) -> None:
    client = Client(world)
    first, second = client.draft("a"), client.draft("b")
    here = f"/organization/{FIRST}"
    assert f'action="{here}/drafts/{first}/book"' in page(world, here)
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{first}/book")).status == 303
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{first}/book")).status == 404
    assert site.dispatch(world, Request("POST", f"{here}/drafts/{second}/delete")).status == 303
    number = world.organization(FIRST).invoice(first).number
    assert f'action="{here}/booked/{number}/pay"' in page(world, here)
    assert site.dispatch(world, Request("POST", f"{here}/booked/{number}/pay")).status == 303
    assert "/pay" not in page(world, here)
    assert world.organization(FIRST).invoice(first).remaining == 0
    site.dispatch(world, Request("POST", f"{here}/pro", {}, {}, b"pro="))
    assert world.organization(FIRST).pro is False
    assert "har ikke Dinero Pro" in page(world, here)
    site.dispatch(world, Request("POST", f"{here}/pro", {}, {}, b"pro=1"))
    assert client.call("GET", "/accounts/entry").status == 200
    assert site.dispatch(world, Request("POST", f"{here}/revoke")).status == 303
    assert client.call("GET", "/accounts/entry").status == 401


def test_the_pages_lead_to_organisations_and_show_hostile_names_as_text(world: World) -> None:
    reply = site.dispatch(world, Request("POST", "/organizations", {}, {}, urlencode({"name": "<script>"}).encode()))
    made = reply.headers["location"]
    for path in ("/", "/ledger", made):
        assert "&lt;script&gt;" in page(world, path)
        assert "<script" not in page(world, path)
    assert f'href="{made}"' in page(world, "/")
    assert f'href="{made}"' in page(world, "/ledger")
    assert site.dispatch(world, Request("GET", "/organization/7")).status == 404


def test_organisations_users_and_tokens_are_kept_over_a_restart(world: World, tmp_path: Path) -> None:
    client = Client(world)
    client.draft()
    state.save(world, tmp_path / "state")
    kept = state.load(tmp_path / "state", "http://127.0.0.1:2")
    assert kept is not None
    client.world = kept
    assert client.call("GET", "/accounts/entry").status == 200
    assert ledger(kept, key=KEY)["drafts"][0]["organization"] == FIRST
    assert kept.visma.public_url == "http://127.0.0.1:2/visma"
    control(kept, "POST", f"/users/{USER}/expire")
    assert client.call("GET", "/accounts/entry").status == 401
