"""Refresh tokens in both of the portal's modes, expiry, revocation, and sixteen threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.wire import Reply
from tests.sandbox.conftest import MovedClock
from tests.sandbox.visma.visma_calls import USER, App, error

pytestmark = pytest.mark.tools

INVALID = (400, "invalid_grant")
YEAR = 365 * 86_400


def test_a_one_time_token_is_good_once_and_its_successor_after_it(app: App) -> None:
    first = app.signed_in()
    second = app.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert error(app.refresh(first["refresh_token"])) == INVALID
    assert app.refresh(second["refresh_token"]).status == 200
    assert app.visma.access(first["access_token"]) is not None, "an older access token lives out its time"


def test_a_one_time_token_can_be_used_again_within_its_grace(app: App, clock: MovedClock) -> None:
    app.visma.set_switch("grace_seconds", 60)
    token = app.signed_in()["refresh_token"]
    first = app.refresh(token).json()["refresh_token"]
    clock.move(59)
    second = app.refresh(token).json()["refresh_token"]
    assert len({token, first, second}) == 3
    clock.move(1)
    assert error(app.refresh(token)) == INVALID
    assert app.refresh(first).status == app.refresh(second).status == 200


@pytest.mark.parametrize("ends", [True, False], ids=["ends", "stays"])
def test_a_one_time_token_that_comes_too_late_ends_the_consent_where_that_is_so(app: App, ends: bool) -> None:
    app.visma.set_switch("refresh_reuse_revokes", ends)
    token = app.signed_in()["refresh_token"]
    new = app.refresh(token).json()
    app.refresh(token)
    assert (app.visma.access(new["access_token"]) is None) is ends
    assert app.refresh(new["refresh_token"]).status == (400 if ends else 200)


@pytest.mark.parametrize(("answer", "repeated"), [("same", True), ("absent", False)])
def test_a_re_used_token_stays_for_a_year(app: App, clock: MovedClock, answer: str, repeated: bool) -> None:
    app.visma.set_switch("refresh", "reuse")
    app.visma.set_switch("reuse_answer", answer)
    token = app.signed_in()["refresh_token"]
    for _ in range(3):
        again = app.refresh(token).json()
        assert again.get("refresh_token") == (token if repeated else None)
        assert app.visma.access(again["access_token"]) is not None
    clock.move(YEAR)
    assert error(app.refresh(token)) == INVALID


def test_the_mode_is_that_of_the_approval(app: App) -> None:
    before = app.signed_in()["refresh_token"]
    app.visma.set_switch("refresh", "reuse")
    after = app.signed_in()["refresh_token"]
    assert app.refresh(before).json()["refresh_token"] != before
    assert app.refresh(after).json()["refresh_token"] == after


def test_an_access_token_ends_after_its_seconds(app: App, clock: MovedClock) -> None:
    app.visma.set_switch("expires_in", 10, USER)
    tokens = app.signed_in()
    assert tokens["expires_in"] == 10
    clock.move(9.9)
    assert app.visma.access(tokens["access_token"]) is not None
    clock.move(0.1)
    assert app.visma.access(tokens["access_token"]) is None


def test_access_tokens_end_at_once_and_can_be_refreshed(app: App) -> None:
    tokens = app.signed_in()
    assert app.visma.expire(USER) == 1
    assert app.visma.access(tokens["access_token"]) is None
    new = app.refresh(tokens["refresh_token"]).json()
    assert app.visma.access(new["access_token"]) is not None


def test_a_withdrawn_consent_leaves_nothing_living_and_a_new_one_is_whole(app: App) -> None:
    tokens, code = app.signed_in(), app.code()
    assert app.visma.revoke(USER) == 2
    assert app.visma.access(tokens["access_token"]) is None
    assert error(app.refresh(tokens["refresh_token"])) == INVALID
    assert error(app.exchange(code)) == INVALID
    again = app.signed_in()
    assert app.visma.access(again["access_token"]) is not None
    assert app.visma.access(tokens["access_token"]) is None


def test_without_offline_access_there_is_nothing_to_refresh(app: App) -> None:
    tokens = app.signed_in(scope="dineropublicapi:read")
    assert "refresh_token" not in tokens
    opened = app.visma.access(tokens["access_token"])
    assert opened is not None
    assert opened.scopes == {"dineropublicapi:read"}


def test_a_refresh_may_ask_for_less_and_not_for_more(app: App) -> None:
    token = app.signed_in(scope="dineropublicapi:read offline_access")["refresh_token"]
    assert error(app.refresh(token, scope="dineropublicapi:write")) == (400, "invalid_scope")
    less = app.refresh(token, scope="dineropublicapi:read").json()
    assert less["scope"] == "dineropublicapi:read"
    assert app.refresh(less["refresh_token"]).status == 200


def test_the_counters_tell_what_happened(app: App) -> None:
    tokens = app.signed_in()
    app.refresh(tokens["refresh_token"])
    app.refresh(tokens["refresh_token"])
    told = app.visma.report(USER)
    counted = {name: told[name] for name in ("consents", "exchanges", "refreshes", "refused")}
    assert counted == {"consents": 1, "exchanges": 1, "refreshes": 1, "refused": 1}
    assert (told["access_tokens"], told["refresh_tokens"]) == (2, 1)


def sixteen(app: App, token: str) -> list[Reply]:
    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(lambda _: app.refresh(token), range(16)))


@pytest.mark.parametrize(
    ("switches", "good", "different"),
    [({}, 1, 1), ({"grace_seconds": 60}, 16, 16), ({"refresh": "reuse"}, 16, 1)],
    ids=["one-time", "one-time-with-grace", "re-use"],
)
def test_sixteen_threads_with_one_token(app: App, switches: dict[str, Any], good: int, different: int) -> None:
    for name, value in switches.items():
        app.visma.set_switch(name, value)
    answers = sixteen(app, app.signed_in()["refresh_token"])
    taken = [reply.json() for reply in answers if reply.status == 200]
    assert [error(reply) for reply in answers if reply.status != 200] == [INVALID] * (16 - good)
    assert len(taken) == good
    assert len({answer["refresh_token"] for answer in taken}) == different
    assert app.visma.report(USER)["refreshes"] == good
    assert all(app.visma.access(answer["access_token"]) for answer in taken)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [("refresh", "both", ValueError), ("expires_in", -1, ValueError), ("pkce", True, ValueError), ("no", 1, KeyError)],
)
def test_a_switch_takes_only_its_values(app: App, name: str, value: object, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        app.visma.set_switch(name, value)
