"""Tokens, organisations, the subscription and the calls of a minute."""

from __future__ import annotations

import pytest

from sandbox.dinero import organization_of
from sandbox.wire import Request
from tests.sandbox.dinero.dinero_calls import TOKEN, World, contact_body

pytestmark = pytest.mark.tools


def knock(dinero: World, authorization: str, path: str = "/v1/organizations") -> int:
    return dinero.service.handle(Request("GET", path, {}, {"authorization": authorization})).status


def listed(dinero: World, version: str = "v1", **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = dinero.for_user(f"/{version}/organizations", **query)
    return found


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer unknown", f"Basic {TOKEN}"])
def test_only_a_living_token_opens(dinero, authorization):
    assert knock(dinero, authorization) == 401
    assert knock(dinero, authorization, f"/v1/{dinero.organization.number}/contacts") == 401
    assert dinero.organization.calls == 0


@pytest.mark.parametrize("status", [403, 404])
def test_another_users_organisation_is_closed(dinero, status):
    dinero.switch("foreign_organization", status)
    other = dinero.service.open(name="Havblik I/S")
    for number in (other.number, 999_999):
        assert knock(dinero, f"Bearer {TOKEN}", f"/v1/{number}/contacts") == status
    assert other.calls == 0


def test_organisations_of_the_user_are_listed(dinero):
    mine = dinero.organization
    dinero.service.open(name="Havblik I/S")
    assert listed(dinero) == [{"Id": mine.number, "Name": "Nordlys ApS", "IsPro": True}]
    assert listed(dinero, fields="name,VatNumber") == [{"name": "Nordlys ApS", "VatNumber": "12345678"}]
    assert listed(dinero, "v1.1")[0]["Subscription"]["HasPro"] is True


@pytest.mark.parametrize("code", [90, 48])
def test_without_pro_only_the_list_answers(dinero, code):
    dinero.switch("pro_code", code)
    dinero.organization.set_pro(False)
    assert dinero.refused("GET", "v1/contacts", status=403)[0] == code
    assert dinero.refused("POST", "v1/contacts", contact_body(), status=403)[0] == code
    assert listed(dinero)[0]["IsPro"] is False
    dinero.organization.set_pro()
    assert dinero.rows("v1/contacts") == []


def test_scopes_are_kept(dinero):
    dinero.scopes = frozenset({"dineropublicapi:read"})
    assert dinero.get("v1/accountingyears")
    assert dinero.refused("POST", "v1/contacts", contact_body(), status=403)[0] == 41
    dinero.scopes = frozenset({"dineropublicapi:write"})
    assert dinero.refused("GET", "v1/contacts", status=403)[0] == 41


def used(dinero: World, calls: int) -> list[int]:
    return [dinero.call("GET", "v1/accountingyears").status for _ in range(calls)]


def test_hundred_calls_and_then_429_until_the_bucket_has_room(dinero):
    assert used(dinero, 101) == [200] * 100 + [429]
    dinero.now += 0.5
    assert used(dinero, 1) == [429]
    dinero.now += 0.2
    assert used(dinero, 2) == [200, 429]
    dinero.now += 60
    assert used(dinero, 101) == [200] * 100 + [429]
    assert dinero.organization.ledger()["calls_too_many"] == 4


def test_window_never_lets_more_through_in_any_minute(dinero):
    dinero.switch("rate_model", "window")
    used(dinero, 40)
    dinero.now += 30
    assert used(dinero, 61) == [200] * 60 + [429]
    dinero.now += 29.9
    assert used(dinero, 1) == [429]
    dinero.now += 0.1
    assert used(dinero, 41) == [200] * 40 + [429]


def test_each_organisation_has_its_own_minute_and_the_list_costs_nothing(dinero):
    used(dinero, 100)
    assert len(listed(dinero)) == 1
    dinero.connect()
    assert used(dinero, 1) == [200]
    dinero.switch("rate_limit", 0)
    assert set(used(dinero, 150)) == {200}


@pytest.mark.parametrize(("model", "seconds"), [("bucket", "30"), ("window", "60")])
def test_retry_after_by_switch(dinero, model, seconds):
    dinero.switch("rate_model", model)
    dinero.switch("rate_limit", 2)
    used(dinero, 2)
    assert "retry-after" not in dinero.call("GET", "v1/contacts").headers
    dinero.switch("retry_after", True)
    reply = dinero.call("GET", "v1/contacts")
    assert (reply.status, reply.headers["retry-after"]) == (429, seconds)
    dinero.now += float(seconds)
    assert used(dinero, 1) == [200]


@pytest.mark.parametrize(("kind", "begins"), [("json", b"{"), ("empty", b""), ("html", b"<html>")])
def test_refusals_have_any_body(dinero, kind, begins):
    dinero.switch("error_body", kind)
    reply = dinero.call("GET", "v1/contacts/unknown")
    assert reply.status == 404
    assert reply.body[: len(begins)] == begins
    assert (reply.body == b"") == (kind == "empty")


def test_unknown_addresses_and_methods(dinero):
    assert dinero.call("GET", "v9/contacts").status == 404
    assert dinero.call("GET", "v1/invoices/not-a-guid").status == 404
    assert dinero.call("PATCH", "v1/contacts").status == 405
    assert dinero.call("PUT", "v1/contacts/5c0d0000-0000-0000-0000-000000000000", contact_body()).status == 405
    assert dinero.call("GET", "v1/VATTYPES").status == 200


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/v1/200001/contacts", 200001),
        ("/v1/organizations", None),
        ("/", None),
        ("/v1/²", None),
        ("/v1/" + "9" * 99, None),
    ],
)
def test_address_names_its_organisation(path, number):
    assert organization_of(path) == number
