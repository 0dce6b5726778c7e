"""Dinero and Visma Connect in the sandbox's world: control, switches, faults, counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from sandbox.wire import Request
from tests.sandbox.visma.visma_calls import FORM, USER
from tests.sandbox.visma.world_calls import FIRST, Client, control, where

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools


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
        {"system": "nordbook"},
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
