"""Who is let in, and what every answer has in common."""

from __future__ import annotations

import json

import pytest

from sandbox.wire import Request
from tests.sandbox.billy.billy_calls import World, decoded

pytestmark = pytest.mark.tools


def code(reply) -> tuple[int, str]:
    return reply.status, decoded(reply)["errorCode"]


def test_a_token_opens_its_company_alone(billy):
    first, token = billy.company, billy.token
    second = billy.connect(name="Havblik I/S", cvr="87654321")
    told = billy.get("organization")["organization"]
    assert (told["name"], told["registrationNo"], told["id"]) == ("Havblik I/S", "87654321", second.id)
    assert [row["id"] for row in billy.rows("organizations")] == [second.id]
    assert billy.call("GET", f"organizations/{first.id}").status == 404
    billy.token = token
    assert billy.get(f"organizations/{first.id}")["organization"]["name"] == first.name


def test_without_a_token_and_with_a_wrong_one(billy):
    nobody = billy.service.handle(Request("GET", "/v2/organization"))
    assert code(nobody) == (401, "AUTHENTICATION_REQUIRED")
    billy.token = "x" * 40
    assert code(billy.call("GET", "organization")) == (401, "OAUTH_INVALID_ACCESS_TOKEN")


def test_a_deleted_token_is_dead_and_the_others_go_on(billy):
    first, second = billy.token, billy.service.token(billy.company.number)
    assert billy.service.revoke(billy.company.number, first) == 1
    assert billy.call("GET", "organization").status == 401
    billy.token = second
    assert billy.get("organization")
    assert billy.service.revoke(billy.company.number) == 1
    assert code(billy.call("POST", "contacts", {})) == (401, "OAUTH_INVALID_ACCESS_TOKEN")


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("PUT", "organization", (405, "METHOD_NOT_ALLOWED")),
        ("DELETE", "organizations/DpPq1234567890abcdefgh", (405, "METHOD_NOT_ALLOWED")),
        ("DELETE", "bankPayments/DpPq1234567890abcdefgh", (405, "METHOD_NOT_ALLOWED")),
        ("POST", "countries", (405, "METHOD_NOT_ALLOWED")),
        ("PATCH", "invoices", (405, "METHOD_NOT_ALLOWED")),
        ("GET", "webhooks", (404, "RECORD_NOT_FOUND")),
        ("GET", "invoices/DpPq1234567890abcdefgh", (404, "RECORD_NOT_FOUND")),
        ("GET", "invoices/12", (404, "RECORD_NOT_FOUND")),
        ("GET", "", (404, "RECORD_NOT_FOUND")),
    ],
)
def test_what_is_not_there(billy, method, path, wanted):
    assert code(billy.call(method, path)) == wanted


def test_another_version_is_not_there(billy):
    reply = billy.service.handle(Request("GET", "/v1/organization", {}, {"x-access-token": billy.token}))
    assert reply.status == 404


def test_messages_speak_the_language_that_is_asked_for(billy):
    english, danish = (
        decoded(billy.call("POST", "contacts", {}, locale=locale))["errorMessage"] for locale in ("en_US", "da_DK")
    )
    assert english != danish
    assert "objekt" in danish


@pytest.mark.parametrize("body", [None, {}, [], {"contact": []}, {"contact": {}, "organizationId": "x"}, "{"], ids=str)
def test_the_body_is_an_object_with_the_record_in_it(billy, body):
    assert code(billy.call("POST", "contacts", body)) == (422, "INVALID_REQUEST_BODY")


@pytest.mark.parametrize("status", [422, 400])
def test_status_of_refusals(billy, status):
    billy.switch("validation_status", status)
    assert billy.refused("POST", "contacts", {"contact": {"name": "Ida"}}, status) == {"contact": {"countryId"}}


def test_errors_are_named_by_the_clients_own_id_where_it_sends_one(billy):
    sent = {"contact": {"_clientId": "mine", "name": "Ida"}}
    assert billy.refused("POST", "contacts", sent) == {"mine": {"countryId"}}


def test_log_text_stands_before_the_json_of_every_answer(billy):
    billy.switch("log_prefix", True)
    for reply in (billy.call("GET", "organization"), billy.call("GET", "webhooks")):
        before, _, after = reply.body.partition(b"\n")
        assert b"NOTICE" in before
        assert json.loads(after)["meta"]["statusCode"] == reply.status


def test_amounts_may_have_the_noise_of_floats(billy):
    made = billy.draft(lines=[billy.line(39.0)])
    billy.switch("float_noise", True)
    read = billy.get(f"invoices/{made['id']}")["invoice"]
    assert read["tax"] != made["tax"]
    assert round(read["tax"], 2) == made["tax"]
    assert read["balance"] == 39


@pytest.mark.parametrize("status", [403, 422])
def test_a_locked_company_can_be_read_alone(billy, status):
    billy.switch("locked_status", status)
    billy.company.lock()
    told = billy.get("organization")["organization"]
    assert (told["isLocked"], bool(told["lockedReason"])) == (True, True)
    assert billy.call("POST", "contacts", {"contact": {"name": "Ida", "countryId": "DK"}}).status == status
    billy.company.lock(False)
    assert billy.contact()


@pytest.mark.parametrize(("told", "wait"), [(True, "30"), (False, None)])
def test_too_many_calls(billy, told, wait):
    billy.switch("rate_limit", 2)
    billy.switch("retry_after", told)
    replies = [billy.call("GET", "organization") for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].headers.get("retry-after") == wait
    billy.now += 60
    assert billy.get("organization")


@pytest.mark.parametrize(
    ("wanted", "sent", "status"),
    [
        ("either", True, 200),
        ("either", False, 200),
        ("wanted", True, 200),
        ("wanted", False, 422),
        ("refused", True, 422),
        ("refused", False, 200),
    ],
)
def test_the_companys_id_in_what_is_created(billy, wanted, sent, status):
    billy.switch("organization_id", wanted)
    more = {"organizationId": billy.company.id} if sent else {}
    assert billy.call("POST", "contacts", {"contact": {"name": "Ida", "countryId": "DK", **more}}).status == status


def test_the_id_of_another_company_is_refused(billy):
    sent = {"contact": {"name": "Ida", "countryId": "DK", "organizationId": "DpPq1234567890abcdefgh"}}
    assert billy.refused("POST", "contacts", sent) == {"contact": {"organizationId"}}


def test_unknown_and_read_only_attributes(billy):
    sent = {"contact": {"name": "Ida", "countryId": "DK", "colour": "red", "createdTime": "2026-01-01T00:00:00"}}
    assert billy.refused("POST", "contacts", sent) == {"contact": {"colour", "createdTime"}}
    billy.switch("unknown_fields", "drop")
    assert billy.refused("POST", "contacts", sent) == {"contact": {"createdTime"}}
    billy.switch("readonly_fields", "drop")
    assert billy.call("POST", "contacts", sent).status == 200
    assert billy.rows("contacts")[0]["createdTime"] == "2026-09-02T10:00:00"


def test_a_company_is_opened_as_wanted():
    world = World()
    made = world.connect(has_vat=False, with_oss=True, without=("accounts",), switches={"validation_status": 400})
    assert world.get("organization")["organization"]["hasVat"] is False
    assert (made.switch("validation_status"), world.rows("accounts")) == (400, [])
    assert "OSS" in {row["name"] for row in world.rows("salesTaxRulesets")}
    with pytest.raises(ValueError, match="validation_status"):
        world.service.open(switches={"validation_status": 418})
    with pytest.raises(KeyError):
        world.service.open(without=("colours",))
