"""The sandbox's own addresses without a server: control, sign-in pages, ledger, pages for a person."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools
BACK = "http://localhost:8000/back"


def ask(world: World, method: str, path: str, body: Any = None, form: Any = None, **query: str) -> Reply:
    from sandbox import site

    content = urlencode(form).encode() if form else b"" if body is None else json.dumps(body).encode()
    return site.dispatch(world, Request(method, path, query, {"accept": "text/html"}, content))


def control(world: World, method: str, path: str, body: Any = None, **query: str) -> Any:
    reply = ask(world, method, f"/control{path}", body, **query)
    assert reply.status < 300, reply.body
    return reply.json()


def grant(world: World, answer: str, redirect: str = BACK) -> Reply:
    asked = ask(world, "GET", "/economic/grant", appPublicToken=world.app_public, redirectUrl=redirect)
    assert asked.status == 200
    number = str(next(iter(world.economic.agreements)))
    return ask(world, "POST", "/economic/grant", form={"redirectUrl": redirect, "agreement": number, "answer": answer})


def test_an_approved_grant_comes_back_as_token_and_opens_the_agreement(world: World):
    address = urlsplit(grant(world, "approve").headers["location"])
    token = parse_qs(address.query)["token"][0]
    assert f"{address.scheme}://{address.netloc}{address.path}" == BACK
    headers = {"x-appsecrettoken": world.app_secret, "x-agreementgranttoken": token}
    reply = world.economic.handle(Request("GET", "/rest/self", {}, headers))
    assert reply.json()["agreementNumber"] == next(iter(world.economic.agreements))


@pytest.mark.parametrize(("join", "between"), [("right", "?a=b&token="), ("question", "?a=b?token=")])
def test_how_the_token_joins_an_existing_query_is_a_switch(world: World, join: str, between: str):
    control(world, "POST", "/switch", {"name": "economic.grant_join", "value": join})
    assert grant(world, "approve", BACK + "?a=b").headers["location"].startswith(BACK + between)


def test_declining_a_grant_stays_or_goes_back_bare(world: World):
    assert grant(world, "decline").status == 200
    control(world, "POST", "/switch", {"name": "economic.grant_decline", "value": "back"})
    assert grant(world, "decline").headers["location"] == BACK


def test_a_registered_redirect_wins_over_the_one_that_is_asked_for(world: World):
    fixed = "http://localhost:8000/fixed"
    control(world, "POST", "/switch", {"name": "economic.grant_registered_redirect", "value": fixed})
    assert grant(world, "approve").headers["location"].startswith(fixed + "?token=")


def test_without_a_redirect_the_token_is_shown(world: World):
    reply = grant(world, "approve", "")
    assert reply.status == 200
    assert any(token.encode() in reply.body for token in world.grants)


def test_an_unknown_app_gets_no_grant(world: World):
    assert ask(world, "GET", "/economic/grant", appPublicToken="someone", redirectUrl=BACK).status == 400


def sign_in(world: World, answer: str, access: str = "all") -> Reply:
    asked = {"client_id": "Connector", "redirect_uri": BACK + "?x=1", "state": "s/t&u"}
    assert ask(world, "GET", "/shoporama/admin/oauth/login", **asked).status == 200
    shop = str(next(iter(world.shoporama.shops)))
    form = asked | {"shop": shop, "access_level": access, "answer": answer}
    return ask(world, "POST", "/shoporama/admin/oauth/login", form=form)


def test_an_approved_sign_in_brings_a_key_that_works(world: World):
    reply = sign_in(world, "approve")
    answer = {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}
    expected = ["x", "token", "shop_url", "shop_name", "api_endpoint", "webshop_id", "access_level", "state"]
    assert list(answer) == expected
    assert (answer["state"], answer["access_level"]) == ("s/t&u", "all")
    headers = {"authorization": f"Bearer {answer['token']}"}
    assert world.shoporama.handle(Request("GET", "/order", {}, headers)).status == 200
    keys = control(world, "GET", f"/shops/{answer['webshop_id']}")["keys"]
    assert keys[-1]["name"] == "OAuth: Connector"


def test_a_sign_in_for_reading_may_not_write(world: World):
    answer = parse_qs(urlsplit(sign_in(world, "approve", "read").headers["location"]).query)
    headers = {"authorization": answer["token"][0]}
    assert world.shoporama.handle(Request("POST", "/webhook", {}, headers, b"{}")).status == 403


def test_refusing_a_sign_in_goes_back_without_a_key_or_stays(world: World):
    assert sign_in(world, "refuse").headers["location"] == BACK + "?x=1&state=s%2Ft%26u"
    control(world, "POST", "/switch", {"name": "shoporama.sign_in_refusal", "value": "stay"})
    assert sign_in(world, "refuse").status == 200


@pytest.mark.parametrize("asked", [{}, {"client_id": "x"}, {"client_id": "x", "redirect_uri": "javascript:alert(1)"}])
def test_a_sign_in_without_an_address_to_return_to_is_refused(world: World, asked: dict[str, str]):
    assert ask(world, "GET", "/shoporama/admin/oauth/login", **asked).status == 400


def test_shops_and_orders_by_control(world: World):
    made = control(world, "POST", "/shops", {"name": "a.dk", "currency": "SEK", "daily_limit": 50})
    base = f"/shops/{made['shop']}"
    control(world, "POST", f"{base}/products", {"own_id": "NY-1", "name": "Ny", "price": "80,00", "vat": 0})
    order = control(
        world, "POST", f"{base}/orders", {"products": [{"own_id": "NY-1", "amount": 2}], "shipping_price": 20}
    )
    assert (order["total"], order["vat"], order["currency"]) == ("180.00", "0.00", "SEK")
    assert order["document"]["products"][0]["vat"] == 0
    paid = control(world, "POST", f"{base}/orders/{order['order']}/pay")
    assert (paid["paid"], paid["status"]) == (True, "new")
    assert control(world, "POST", f"{base}/orders/{order['number']}/ship")["status"] == "sent"
    refused = ask(world, "POST", f"/control{base}/orders/{order['order']}/cancel")
    assert (refused.status, refused.json()) == (409, {"error": "an order that is sent cannot become cancelled"})
    changed = control(world, "POST", f"{base}/orders/{order['order']}/change", {"raw": {"total_price": 1.5}})
    assert changed["document"]["total_price"] == 1.5
    assert changed["total"] == "180.00"
    line = order["document"]["products"][0]["order_product_id"]
    back = {"products": [{"order_product_id": line, "amount": 1}], "approve": True}
    assert control(world, "POST", f"{base}/orders/{order['order']}/returns", back)["credit"]["total"] == "-80.00"
    control(world, "POST", "/reset", {"shop": made["shop"]})
    assert control(world, "GET", f"{base}/orders") == {"orders": []}


def test_a_switch_for_one_shop_or_agreement_leaves_the_others(world: World):
    one, other = (control(world, "POST", "/shops", {})["shop"] for _ in range(2))
    control(world, "POST", "/switch", {"name": "shoporama.numbers", "value": "comma", "shop": one})
    assert world.shop(one).switches["numbers"] == "comma"
    assert world.shop(other).switches["numbers"] == "number"
    made = control(world, "POST", "/agreements", {"name": "B ApS"})["agreement"]
    control(world, "POST", "/switch", {"name": "economic.retry_after", "value": True, "agreement": made})
    assert world.agreement(made).switch("retry_after") is True
    assert world.economic.switches["retry_after"] is False


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"name": "shoporama.nothing", "value": 1}, 404),
        ({"name": "economic.nothing", "value": 1}, 404),
        ({"name": "dinero.x", "value": 1}, 404),
        ({"name": "shoporama.numbers", "value": "roman"}, 400),
        ({"name": "shoporama.webhook_copies", "value": "many"}, 400),
        ({"name": "economic.retry_after", "value": "perhaps"}, 400),
        ({"name": "economic.grant_join", "value": "perhaps"}, 400),
        ({"name": "shoporama.numbers", "value": "comma", "shop": 1}, 404),
    ],
)
def test_a_switch_that_does_not_exist_or_cannot_take_the_value(world: World, order: dict[str, Any], status: int):
    assert ask(world, "POST", "/control/switch", order).status == status


def test_every_switch_is_listed_with_its_meaning(world: World):
    rows = control(world, "GET", "/switch")["switches"]
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names)) > 60
    assert all(row["meaning"] for row in rows)
    for row in rows:
        control(world, "POST", "/switch", {"name": row["name"], "value": row["value"]})


def test_faults_and_chaos_by_control(world: World):
    wish = {"system": "economic", "path": "POST *", "kind": "late", "seconds": 1.5, "agreement": 1_000_001}
    made = control(world, "POST", "/fault", wish)
    assert (made["account"], made["seconds"], made["hits"]) == (1_000_001, 1.5, 0)
    assert control(world, "GET", "/fault")["faults"] == [made]
    assert control(world, "DELETE", "/fault", agreement="1000002") == {"cleared": 0}
    assert control(world, "DELETE", "/fault", fault=str(made["number"])) == {"cleared": 1}
    assert ask(world, "POST", "/control/fault", {"system": "economic", "kind": "late"}).status == 400
    assert ask(world, "POST", "/control/fault", wish | {"colour": "red"}).status == 400
    chaos = control(world, "POST", "/chaos", {"drop_pct": 5.5, "seed": 7})
    assert (chaos["drop_pct"], chaos["seed"], chaos["dropped"], chaos["late"]) == (5.5, "7", 0, 0)
    control(world, "DELETE", "/chaos")
    assert control(world, "GET", "/chaos")["drop_pct"] == 0
    assert ask(world, "POST", "/control/chaos", {"dorp_pct": 5}).status == 400


def test_agreements_by_control(world: World):
    made = control(world, "POST", "/agreements", {"name": "B ApS", "plan": "Basis"})
    assert world.agreement(made["agreement"]).plan == "Basis"
    base = f"/agreements/{made['agreement']}"
    headers = {"x-appsecrettoken": world.app_secret, "x-agreementgranttoken": made["grant"]}
    assert world.economic.handle(Request("GET", "/rest/self", {}, headers)).status == 200
    control(world, "POST", f"{base}/revoke")
    assert world.economic.handle(Request("GET", "/rest/self", {}, headers)).status == 401
    headers["x-agreementgranttoken"] = control(world, "POST", f"{base}/grant")["grant"]
    assert world.economic.handle(Request("GET", "/rest/self", {}, headers)).status == 200
    control(world, "POST", f"{base}/close_year", {"year": "2026"})
    control(world, "POST", f"{base}/bar_period", {"from": "2025-01-01", "to": "2025-01-31"})
    assert ask(world, "POST", f"/control{base}/close_year", {}).status == 400
    assert ask(world, "POST", f"/control{base}/dance", {}).status == 404
    assert ask(world, "POST", "/control/agreements", {"plan": "Golden"}).status == 400
    control(world, "POST", "/reset", {"agreement": made["agreement"]})
    assert world.economic.handle(Request("GET", "/rest/self", {}, headers)).status == 200
    assert world.agreement(made["agreement"]).calls == 1


PAGES = ["/", "/ledger", "/mail", "/agreement/1000001", "/shop/4001", "/shop/4001/orders/912345"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_and_shows_hostile_names_as_text(world: World, path: str):
    world.shop(4001).place({"name": "<script>alert(1)</script>", "paid": True})
    control(world, "POST", "/agreements", {"name": "<script>"})
    reply = ask(world, "GET", path)
    assert reply.status == 200
    assert b"<script" not in reply.body
    assert re.search(rb"<h1>.+</h1>", reply.body)


def test_a_page_names_its_style_and_its_sign_and_both_are_there(world: World):
    named = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', ask(world, "GET", "/").body.decode())
    assert named == ["/sandbox.css", "/sandbox.svg"]
    assert [ask(world, "GET", path).status for path in named] == [200, 200]


@pytest.mark.parametrize("path", ["/shop/1", "/shop/x", "/agreement/1", "/shop/4001/orders/1", "/nothing"])
def test_a_page_that_is_not_there(world: World, path: str):
    assert ask(world, "GET", path).status in (400, 404)


def test_an_order_by_the_pages(world: World):
    form = {
        "own_id": "SKU-1-M",
        "amount": "2",
        "shipping_price": "39,00",
        "name": "Ida",
        "email": "i@x.dk",
        "paid": "yes",
    }
    there = ask(world, "POST", "/shop/4001/orders", form=form).headers["location"]
    order = world.shop(4001).order(912345)
    assert (str(order.total), order.paid_at is not None) == ("437.00", True)
    assert "437,00" in ask(world, "GET", there).body.decode()
    ask(world, "POST", f"{there}/ship")
    assert order.status == "sent"


def test_shops_and_agreements_by_the_pages(world: World):
    shop = ask(world, "POST", "/shops", form={"name": "ny.dk"}).headers["location"]
    assert "ny.dk" in ask(world, "GET", shop).body.decode()
    books = ask(world, "POST", "/agreements", form={"name": "Ny ApS"}).headers["location"]
    assert "Ny ApS" in ask(world, "GET", books).body.decode()


def test_a_posted_mail_lands_in_the_mailbox(world: World):
    from sandbox import site

    message = b"From: a@x.dk\r\nTo: b@x.dk\r\nSubject: =?utf-8?q?Fors=C3=B8g?=\r\n\r\nHej"
    assert site.dispatch(world, Request("POST", "/mail", {}, {}, message)).status == 201
    mails = site.dispatch(world, Request("GET", "/mail")).json()["mails"]
    assert [(mail["to"], mail["subject"], mail["text"]) for mail in mails] == [("b@x.dk", "Forsøg", "Hej")]


def test_a_mails_links_can_be_followed_and_its_words_are_no_html(world: World):
    from sandbox import site

    message = b"From: a@x.dk\r\nTo: b@x.dk\r\nSubject: <b>Hej</b>\r\n\r\n<i>Se</i> http://x.dk/a?b=1&c=2.\r\n"
    site.dispatch(world, Request("POST", "/mail", {}, {}, message))
    text = ask(world, "GET", "/mail/1").body.decode()
    assert '<a href="http://x.dk/a?b=1&amp;c=2">' in text
    assert "&lt;i&gt;Se" in text
    assert "<b>Hej" not in text
    assert ask(world, "GET", "/mail/2").status == 404
