"""Tokens, plans, roles, modules, and the bodies of refusals that nobody has seen."""

from __future__ import annotations

import pytest

from sandbox.wire import Request
from tests.sandbox.economic.economic_calls import SECRET, World, customer_body, decoded, payment_body

pytestmark = pytest.mark.tools

ENTRIES = "/api/journalsapi/v15.0.0/draft-entries"


def knock(economic: World, secret: str, grant: str, method: str = "GET", path: str = "/rest/self") -> int:
    headers = {"x-appsecrettoken": secret, "x-agreementgranttoken": grant, "content-type": "application/json"}
    return economic.service.handle(Request(method, path, {}, headers, b"{}")).status


def test_self_names_the_agreement(economic):
    economic.connect(name="Havblik I/S", cvr="87654321", modules=(15,), base_currency="EUR")
    answer = economic.get("/rest/self")
    assert answer["agreementNumber"] == economic.agreement.number
    assert answer["company"] | {"name": "Havblik I/S", "companyIdentificationNumber": "87654321"} == answer["company"]
    assert answer["settings"] == {"baseCurrency": "EUR"}
    assert [module["moduleNumber"] for module in answer["modules"]] == [15]


@pytest.mark.parametrize(("secret", "grant"), [("", ""), (SECRET, ""), (SECRET, "unknown"), ("other", "unknown")])
def test_wrong_tokens_are_401_on_both_hosts(economic, secret, grant):
    assert knock(economic, secret, grant) == 401
    assert knock(economic, secret, grant, path=ENTRIES) == 401


def test_grant_with_another_apps_secret_is_e02250(economic):
    headers = {"x-appsecrettoken": "other", "x-agreementgranttoken": economic.grant}
    reply = economic.service.handle(Request("GET", "/rest/self", {}, headers))
    assert (reply.status, reply.json()["errorCode"]) == (401, "E02250")


def test_revoked_grant_is_401_until_a_new_one(economic):
    economic.service.revoke(economic.agreement.number)
    assert economic.call("GET", "/rest/self").status == 401
    assert economic.agreement.calls == 0
    economic.grant = economic.service.grant(economic.agreement.number)
    assert economic.call("GET", "/rest/self").status == 200


def test_demo_pair_reads_only(economic):
    assert knock(economic, "demo", "demo") == 200
    assert knock(economic, "demo", "demo", "POST", "/rest/customers") == 403
    assert knock(economic, "demo", "demo", "DELETE", "/rest/invoices/drafts") == 403


def test_basis_plan_reads_but_does_not_write(economic):
    economic.connect(plan="Basis")
    assert economic.call("GET", "/rest/customers").status == 200
    assert economic.call("POST", "/rest/customers", customer_body()).status == 403
    assert economic.call("POST", ENTRIES, payment_body(1, -1)).status == 403
    assert len(economic.agreement.books.customers) == 2


@pytest.mark.parametrize(
    ("role", "customers", "journals"), [("SuperUser", 201, 201), ("Sales", 201, 403), ("Bookkeeping", 403, 201)]
)
def test_roles_open_different_doors(economic, role, customers, journals):
    economic.connect(role=role)
    assert economic.call("POST", "/rest/customers", customer_body()).status == customers
    assert economic.call("POST", ENTRIES, payment_body(1, -1)).status == journals


def test_missing_module_has_its_own_code(economic):
    reply = economic.call("GET", "/api/projectsapi/v1.1.0/projects")
    assert (reply.status, reply.json()["errorCode"]) == (403, "AccessDeniedAgreementMissingModules")


def test_retired_version_is_not_there(economic):
    reply = economic.call("GET", ENTRIES.replace("v15.0.0", "v14.0.0"))
    assert (reply.status, reply.json()["errorCode"]) == (404, "ResourceNotFound")


@pytest.mark.parametrize(
    ("kind", "beginning", "content_type"),
    [("json", b"{", "application/json; charset=utf-8"), ("html", b"<html>", "text/html; charset=utf-8")],
)
def test_bodies_of_401_and_403_by_switch(economic, kind, beginning, content_type):
    economic.service.set_switch("unauthorized_body", kind)
    economic.service.set_switch("forbidden_body", kind)
    economic.connect(role="Bookkeeping")
    forbidden = economic.call("POST", "/rest/customers", customer_body())
    economic.grant = "unknown"
    for reply, status in ((economic.call("GET", "/rest/self"), 401), (forbidden, 403)):
        assert (reply.status, reply.headers["content-type"]) == (status, content_type)
        assert reply.body.startswith(beginning)


def test_empty_401(economic):
    economic.service.set_switch("unauthorized_body", "empty")
    economic.grant = "unknown"
    assert economic.call("GET", "/rest/self").body == b""


def test_wrong_content_type_is_415(economic):
    headers = {"x-appsecrettoken": SECRET, "x-agreementgranttoken": economic.grant, "content-type": "text/plain"}
    for path in ("/rest/customers", ENTRIES):
        assert economic.service.handle(Request("POST", path, {}, headers, b"{}")).status == 415


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b'{"a": NaN}', b"\xff"])
def test_body_that_is_no_json_is_400(economic, body):
    headers = {"x-appsecrettoken": SECRET, "x-agreementgranttoken": economic.grant, "content-type": "application/json"}
    for path in ("/rest/customers", ENTRIES):
        assert economic.service.handle(Request("POST", path, {}, headers, body)).status == 400


def test_unknown_address_and_method(economic):
    missing = economic.call("GET", "/rest/nothing")
    assert missing.status == 404
    assert decoded(missing)["message"] == "Resource not found."
    assert set(decoded(missing)) == {"message", "developerHint", "logId", "httpStatusCode", "logTime"}
    assert economic.call("POST", "/rest/layouts", {}).status == 405
    assert economic.call("GET", "/rest").status == 404


def test_every_answer_is_traced(economic):
    first, second = (economic.call("GET", "/rest/self").headers["x-requestid"] for _ in range(2))
    assert first != second
