"""The page where a person lets our app in: who may open what, back by query or by a posted form."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.wire import Reply, Request
from tests.sandbox.visma.visma_calls import BACK, SCOPE, USER, VERIFIER, asking

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools
PAGE = "/visma/connect/authorize"


def show(world: World, **more: str) -> Reply:
    from sandbox import site

    return site.dispatch(world, Request("GET", PAGE, asking(**more)))


def answer(world: World, how: str, user: str = USER, **more: str) -> Reply:
    from sandbox import site

    form = asking(**more) | {"user": user, "answer": how}
    return site.dispatch(world, Request("POST", PAGE, {}, {}, urlencode(form).encode()))


def sent_back(reply: Reply) -> dict[str, str]:
    """What the return address gets by its query."""
    assert reply.status == 303
    assert reply.headers["location"].startswith(BACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def test_the_page_lists_every_user_with_the_organisations_and_what_is_asked(world: World) -> None:
    world.open_organization("anden@example.dk", name="Havblik <I/S>")
    world.visma.new_user("ingen@example.dk")
    body = show(world).body.decode()
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
    assert f"{USER}: Nordlys ApS (200001)" in text
    assert "anden@example.dk: Havblik <I/S> (200002)" in text
    assert "ingen@example.dk: ingen virksomheder" in text
    assert "læse i Dinero skrive i Dinero gøre det, også når du ikke er logget ind" in text
    assert "Havblik &lt;I/S&gt;" in body
    assert "skrive" not in show(world, scope="dineropublicapi:read").body.decode()


def test_what_the_page_shows_can_be_posted_as_it_is(world: World) -> None:
    asked = asking(state='s"&<>', ui_locales="da-DK")
    body = show(world, **asked).body.decode()
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body)
    assert {name: html.unescape(value) for name, value in fields} == asked | {"response_mode": "query"}


def test_approving_brings_a_code_that_the_token_address_takes(world: World) -> None:
    from sandbox.world import target

    given = sent_back(answer(world, "approve", state="s/t&u"))
    assert (given["state"], given["scope"], given["iss"]) == ("s/t&u", SCOPE, "http://127.0.0.1:1/visma")
    form = {"grant_type": "authorization_code", "code": given["code"], "redirect_uri": BACK}
    form |= {"code_verifier": VERIFIER, "client_id": "isv_connector", "client_secret": world.visma.app.client_secret}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    asked = Request("POST", "/visma/connect/token", {}, headers, urlencode(form).encode())
    where = target(asked.path)
    assert where is not None
    assert where.path == "/connect/token"
    tokens = world.execute(where, asked).json()
    listed = Request("GET", "/dinero/v1/organizations", {}, {"authorization": f"Bearer {tokens['access_token']}"})
    reached = target(listed.path)
    assert reached is not None
    assert [row["id"] for row in _lowered(world.execute(reached, listed).json())] == [200001]


def _lowered(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name.lower(): value for name, value in row.items()} for row in rows]


def test_form_post_comes_back_as_a_page_that_posts_by_script_and_by_a_button(world: World) -> None:
    reply = answer(world, "approve", response_mode="form_post", state='"><script>')
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    body = reply.body.decode()
    assert f'<form action="{BACK}" method="post">' in body
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', body)}
    assert set(fields) == {"code", "scope", "state", "iss"}
    assert fields["state"] == '"><script>'
    assert body.count("<script>") == 1
    assert re.search(r'<button type="submit">', body)
    assert fields["code"] in world.visma.codes


@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_declining_says_access_denied_in_both_ways(world: World, mode: str) -> None:
    reply = answer(world, "decline", response_mode=mode)
    if mode == "query":
        assert sent_back(reply)["error"] == "access_denied"
    else:
        assert 'name="error" value="access_denied"' in reply.body.decode()
    assert world.visma.codes == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_return_address_is_an_error_on_the_page(world: World, method: str) -> None:
    wrong = {"redirect_uri": "https://attacker.example/"}
    world.visma.set_switch("authorize_errors", "redirect")
    reply = show(world, **wrong) if method == "GET" else answer(world, "approve", **wrong)
    assert (reply.status, "location" in reply.headers) == (400, False)


def test_a_scope_that_was_not_granted_fails_on_the_page_or_at_the_return_address(world: World) -> None:
    wrong = {"scope": SCOPE + " openid"}
    assert show(world, **wrong).status == answer(world, "approve", **wrong).status == 400
    world.visma.set_switch("authorize_errors", "redirect")
    assert sent_back(show(world, **wrong)) | {"error": "invalid_scope", "state": "s1"} == sent_back(
        show(world, **wrong)
    )


def test_nobody_approves_for_a_user_who_is_not_there(world: World) -> None:
    assert answer(world, "approve", user="ukendt@example.dk").status == 400
    assert world.visma.codes == {}
