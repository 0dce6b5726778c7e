"""Asking and codes: only the registered app, only its scopes, once, within a minute, with address and verifier."""

from __future__ import annotations

import base64

import pytest

from sandbox.visma.asking import Untrusted, Wrong
from sandbox.wire import Request
from tests.sandbox.conftest import MovedClock
from tests.sandbox.visma.visma_calls import BACK, ID, SCOPE, SECRET, USER, App, asking, challenge, error

pytestmark = pytest.mark.tools

INVALID = (400, "invalid_grant")


def test_an_approval_is_exchanged_for_tokens_that_open_the_users_organisations(app: App) -> None:
    answer = app.visma.answer(app.visma.look(asking()), USER)
    assert (answer["scope"], answer["state"], answer["iss"]) == (SCOPE, "s1", "http://h/visma")
    tokens = app.exchange(answer["code"]).json()
    assert (tokens["token_type"], tokens["expires_in"], len(tokens["refresh_token"])) == ("Bearer", 3600, 64)
    assert set(tokens["scope"].split()) == set(SCOPE.split())
    opened = app.visma.access(tokens["access_token"])
    assert opened is not None
    assert (opened.user, opened.organizations, opened.scopes) == (USER, {250001}, set(SCOPE.split()))
    app.visma.users[USER].organizations.add(250002)
    later = app.visma.access(tokens["access_token"])
    assert later is not None
    assert later.organizations == {250001, 250002}


def test_declining_says_so_and_gives_no_code(app: App) -> None:
    answer = app.visma.answer(app.visma.look(asking()), None)
    assert (answer["error"], answer["state"]) == ("access_denied", "s1")
    assert "code" not in answer
    assert app.visma.codes == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "isv_other"},
        {"client_id": ""},
        {"redirect_uri": BACK + "?x=1"},
        {"redirect_uri": BACK.rstrip("/")},
        {"redirect_uri": "http://localhost.evil.dk/connect/books/dinero/"},
        {"redirect_uri": "https://localhost:8000/connect/books/dinero/"},
        {"redirect_uri": ""},
    ],
    ids=lambda wrong: "&".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_an_unknown_app_or_address_is_sent_nowhere(app: App, wrong: dict[str, str]) -> None:
    with pytest.raises(Untrusted):
        app.visma.look(asking(**wrong))


def test_another_address_is_known_once_it_is_registered(app: App) -> None:
    address = "https://connector.example/connect/books/dinero/"
    with pytest.raises(Untrusted):
        app.visma.look(asking(redirect_uri=address))
    app.visma.register(address)
    assert app.visma.look(asking(redirect_uri=address)).redirect_uri == address
    with pytest.raises(Untrusted):
        app.visma.look(asking(redirect_uri=address + "more"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": SCOPE + " openid"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
    ],
)
def test_what_the_app_may_not_ask_is_wrong(app: App, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(Wrong) as caught:
        app.visma.look(asking(**wrong))
    assert caught.value.code == code


def test_without_proof_only_where_the_portal_says_so(app: App) -> None:
    bare = {"code_challenge": "", "code_challenge_method": ""}
    app.visma.set_switch("pkce", "optional")
    assert error(app.exchange(app.code(**bare))) == INVALID, "a verifier that nothing asked for"
    assert app.exchange(app.code(**bare), code_verifier="").status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": ""},
        {"code_verifier": "w" * 43},
        {"redirect_uri": BACK.replace("8000", "8001")},
    ],
    ids=["no-verifier", "other-verifier", "other-address"],
)
def test_a_code_for_another_address_or_verifier_is_spent(app: App, wrong: dict[str, str]) -> None:
    code = app.code()
    assert error(app.exchange(code, **wrong)) == INVALID
    assert error(app.exchange(code)) == INVALID


def test_a_verifier_shorter_than_the_standards_proves_nothing(app: App) -> None:
    code = app.code(code_challenge=challenge("v" * 42))
    assert error(app.exchange(code, code_verifier="v" * 42)) == INVALID


def test_a_code_lives_a_minute(app: App, clock: MovedClock) -> None:
    young, old = app.code(), app.code()
    clock.move(59.9)
    assert app.exchange(young).status == 200
    clock.move(0.1)
    assert error(app.exchange(old)) == INVALID


@pytest.mark.parametrize("ends", [True, False], ids=["ends", "stays"])
def test_a_code_that_comes_twice_ends_what_it_gave_where_that_is_so(app: App, ends: bool) -> None:
    app.visma.set_switch("code_reuse_revokes", ends, USER)
    code = app.code()
    tokens = app.exchange(code).json()
    assert error(app.exchange(code)) == INVALID
    assert (app.visma.access(tokens["access_token"]) is None) is ends
    assert app.refresh(tokens["refresh_token"]).status == (400 if ends else 200)


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"client_secret": "wrong"}, (400, "invalid_client")),
        ({"client_id": "isv_other"}, (400, "invalid_client")),
        ({"client_secret": ""}, (400, "invalid_client")),
        ({"redirect_uri": ""}, (400, "invalid_request")),
        ({"code": ""}, (400, "invalid_request")),
        ({"code": "unknown"}, INVALID),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "client_credentials"}, (400, "unauthorized_client")),
    ],
)
def test_a_wrong_exchange_is_refused_by_its_code(app: App, more: dict[str, str], answer: tuple[int, str]) -> None:
    assert error(app.exchange(**{"code": app.code()} | more)) == answer


def test_the_secret_may_come_by_basic_but_in_one_way_only(app: App) -> None:
    fields = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": "v" * 43}
    right = {"authorization": "Basic " + base64.b64encode(f"{ID}:{SECRET}".encode()).decode()}
    wrong = {"authorization": "Basic " + base64.b64encode(f"{ID}:no".encode()).decode()}
    assert app.post(fields | {"code": app.code()}, **right).status == 200
    reply = app.post(fields | {"code": app.code()}, **wrong)
    assert error(reply) == (401, "invalid_client")
    assert reply.headers["www-authenticate"].startswith("Basic")
    twice = fields | {"code": app.code(), "client_secret": SECRET}
    assert error(app.post(twice, **right)) == (400, "invalid_request")


def test_the_body_is_a_form_and_says_everything_once(app: App) -> None:
    asked = Request("POST", "/connect/token", {}, {"content-type": "application/json"}, b"{}")
    assert error(app.visma.handle(asked)) == (400, "invalid_request")
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    twice = Request("POST", "/connect/token", {}, headers, b"grant_type=refresh_token&grant_type=refresh_token")
    assert error(app.visma.handle(twice)) == (400, "invalid_request")
    assert app.visma.handle(Request("GET", "/connect/token")).status == 405
    assert app.visma.handle(Request("POST", "/connect/other")).status == 404


def test_a_refusal_gives_its_reason_only_where_the_switch_says_so(app: App) -> None:
    assert app.exchange("unknown").json() == {"error": "invalid_grant"}
    app.visma.set_switch("error_description", True)
    assert app.exchange("unknown").json()["error_description"]


def test_the_discovery_document_names_what_is_served(app: App) -> None:
    reply = app.visma.handle(Request("GET", "/.well-known/openid-configuration"))
    told = reply.json()
    assert (told["issuer"], told["token_endpoint"]) == ("http://h/visma", "http://h/visma/connect/token")
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_the_issuer_is_named_unless_the_switch_says_otherwise(app: App) -> None:
    app.visma.set_switch("iss", False)
    assert "iss" not in app.visma.answer(app.visma.look(asking()), USER)
