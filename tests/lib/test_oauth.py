"""The sign-in by OAuth: what is sent, what every answer means, and that no token is told to anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.core.errors import OutcomeUnknown, Stop, Temporary
from connector.lib import oauth
from connector.lib.http import Answer
from connector.lib.oauth import GrantRefused, Tokens

pytestmark = pytest.mark.unit

TOKEN_URL = "https://connect.example/connect/token"
GIVEN = {"access_token": "canary-access", "refresh_token": "canary-refresh", "expires_in": 3600, "token_type": "Bearer"}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
"""With its challenge below from RFC 7636, appendix B."""
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class Endpoint:
    """A token endpoint that answers in one way, and keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.asked.append((method, url, headers, body))
        return self.answer

    @property
    def form(self) -> dict[str, str]:
        ((_method, _url, _headers, body),) = self.asked
        assert body is not None
        return {name: value for name, (value,) in parse_qs(body.decode(), strict_parsing=True).items()}


def says(status: int = 200, told: Any = GIVEN, **headers: str) -> Endpoint:
    return Endpoint(Answer(status, headers, told if isinstance(told, bytes) else json.dumps(told).encode()))


def redeemed(endpoint: Endpoint) -> Tokens:
    return oauth.exchange(endpoint, TOKEN_URL, "isv_us", "s3cret", "a-code", VERIFIER, "https://us.example/back/")


def refreshed(endpoint: Endpoint, token: str = "canary-old") -> Tokens:
    return oauth.refresh(endpoint, TOKEN_URL, "isv_us", "s3cret", token)


WAYS = {"exchange": redeemed, "refresh": refreshed}
both = pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)


# --- what is sent -----------------------------------------------------------------------------------------------------
def test_the_way_there_carries_the_challenge_and_never_the_verifier() -> None:
    url = oauth.authorize_url(
        "https://connect.example/connect/authorize",
        "isv_us",
        redirect_uri="https://us.example/back/?a=1&b=2",
        state="a state",
        verifier=VERIFIER,
        scopes=("dineropublicapi:read", "offline_access"),
        ui_locales="da-DK",
    )
    assert VERIFIER not in url
    assert {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()} == {
        "response_type": "code",
        "client_id": "isv_us",
        "redirect_uri": "https://us.example/back/?a=1&b=2",
        "scope": "dineropublicapi:read offline_access",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "ui_locales": "da-DK",
    }


def test_a_code_is_redeemed_with_its_verifier_and_return_address() -> None:
    endpoint = says()
    redeemed(endpoint)
    assert endpoint.form == {
        "grant_type": "authorization_code",
        "code": "a-code",
        "code_verifier": VERIFIER,
        "redirect_uri": "https://us.example/back/",
        "client_id": "isv_us",
        "client_secret": "s3cret",
    }
    method, url, headers, _body = endpoint.asked[0]
    assert (method, url) == ("POST", TOKEN_URL)
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_refresh_names_the_app_and_the_token() -> None:
    endpoint = says()
    refreshed(endpoint)
    assert endpoint.form == {
        "grant_type": "refresh_token",
        "refresh_token": "canary-old",
        "client_id": "isv_us",
        "client_secret": "s3cret",
    }


# --- what comes back --------------------------------------------------------------------------------------------------
@both
def test_the_tokens_and_until_when(ask: Any) -> None:
    before = datetime.now(UTC)
    tokens = ask(says())
    assert (tokens.access, tokens.refresh) == ("canary-access", "canary-refresh")
    assert before + timedelta(hours=1) <= tokens.expires_at <= datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(("said", "hours"), [(None, 1), (10**12, 7 * 24), (-5, 0)], ids=["nothing", "too much", "less"])
def test_a_time_that_cannot_be_is_not_believed(said: int | None, hours: int) -> None:
    tokens = redeemed(says(told={**GIVEN, "expires_in": said}))
    assert abs(tokens.expires_at - datetime.now(UTC) - timedelta(hours=hours)) < timedelta(minutes=1)


def test_a_refresh_token_that_may_be_used_again_is_kept() -> None:
    tokens = refreshed(says(told={"access_token": "new", "expires_in": 60}))
    assert (tokens.access, tokens.refresh) == ("new", "canary-old")


def test_a_code_may_bring_no_refresh_token_and_then_nothing_is_asked() -> None:
    assert redeemed(says(told={"access_token": "new"})).refresh == ""
    endpoint = says()
    with pytest.raises(GrantRefused):
        refreshed(endpoint, "")
    assert endpoint.asked == []


# --- what goes wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [400, 401])
def test_only_a_plain_refusal_ends_a_connection(status: int) -> None:
    told = {"error": "invalid_grant", "error_description": "canary-description"}
    with pytest.raises(GrantRefused, match="connection-expired"):
        refreshed(says(status, told))
    with pytest.raises(GrantRefused, match="connection-declined"):
        redeemed(says(status, told))


REFUSED = {
    "not our app": (401, {"error": "invalid_client"}),
    "not this scope": (400, {"error": "invalid_scope"}),
    "no words of the standard": (400, {"error": "canary of theirs"}),
    "an error that is no text": (400, {"error": ["invalid_grant"]}),
    "wrapped in a message": (400, {"message": "invalid_grant"}),
    "empty": (400, b""),
    "a page": (403, b"<html>canary</html>"),
    "a token all the same": (404, GIVEN),
    "a refusal with an odd status": (403, {"error": "invalid_grant"}),
    "sent elsewhere": (302, b""),
    "too many": (429, {"error": "invalid_grant"}),
}
LOST = {
    "broken": (500, {"error": "invalid_grant"}),
    "away": (503, b""),
    "a page": (200, b"<html>canary</html>"),
    "empty": (200, b""),
    "a list": (200, []),
    "nothing": (200, None),
    "no access token": (200, {"refresh_token": "canary"}),
    "a number": (200, {**GIVEN, "access_token": 7}),
    "not for a header": (200, {**GIVEN, "access_token": "canary\r\nX: y"}),
    "a refresh token that is none": (200, {**GIVEN, "refresh_token": ["canary"]}),
    "no time": (200, {**GIVEN, "expires_in": "canary"}),
    "for ever": (200, b'{"access_token": "canary", "expires_in": 1e999}'),
    "an error with success": (200, {"error": "invalid_grant"}),
}


@both
@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_what_concerns_our_app_passes_and_ends_nothing(ask: Any, said: tuple[int, Any]) -> None:
    with pytest.raises(Temporary) as stopped:
        ask(says(*said))
    assert_tells_nothing(stopped.value)


@both
@pytest.mark.parametrize("said", LOST.values(), ids=LOST)
def test_an_answer_that_cannot_be_read_may_have_given_tokens(ask: Any, said: tuple[int, Any]) -> None:
    with pytest.raises(OutcomeUnknown) as stopped:
        ask(says(*said))
    assert_tells_nothing(stopped.value)


def test_tokens_do_not_tell_themselves() -> None:
    assert "canary" not in f"{redeemed(says())!r} {redeemed(says())}"


def assert_tells_nothing(error: Stop) -> None:
    for secret in ("canary", "s3cret", "a-code", VERIFIER):
        assert secret not in f"{error} {error!r} {dict(error.facts)}"
