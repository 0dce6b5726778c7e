"""Shoporama keeps the shops' contract, and its own open points are survived on both sides."""

from __future__ import annotations

import json
import re

import pytest

from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Temporary
from connector.lib.http import Answer
from shops import registry
from tests.shops.contract import HTML, ShopContract, Stage
from tests.shops.stand_in import CONFIG, HOOK, NOON, Says, World, counting, in_turn

pytestmark = pytest.mark.contract

TOPICS = {"order_created", "paid", "new_status", "new_return"}
BACK = {
    "token": "0123456789abcdef0123456789abcdef",
    "shop_url": "https://nordlys.example",
    "shop_name": "Nordlys &amp; S&oslash;n",
    "api_endpoint": "https://evil.example/REST",
    "webshop_id": "4001",
    "access_level": "all",
}


@pytest.fixture
def world() -> World:
    return World()


class TestShoporama(ShopContract):
    @pytest.fixture
    def stage(self, world: World) -> Stage:
        def deliver() -> tuple[dict[str, str], bytes, str]:
            headers, body = world.deliver()
            return headers, body, str(max(world.shop.orders))

        return Stage(
            kind="shoporama",
            token=world.token,
            build=world.adapter,
            place=lambda: str(world.place().order_id),
            place_many=world.place_many,
            since=NOON,
            host=re.compile("https://shop.example/.*"),
            hook=HOOK,
            secrets=lambda: world.secrets,
            deliver=deliver,
            config=CONFIG,
            query=BACK,
            page=100,
        )


# --- Authorization (section 1) ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("forms", "taken"), [("bearer", "Bearer"), ("shoporama", "Shoporama"), ("bare", "bare")])
def test_the_form_of_authorization_is_found_and_remembered(forms: str, taken: str):
    world = World(auth_forms=forms)
    order_id = str(world.place().order_id)
    adapter = world.adapter()
    assert adapter.auth_form == ""
    adapter.order(order_id)
    assert adapter.auth_form == taken

    sent: list[str] = []
    world.adapter(counting(world.transport, sent), auth_form=taken).order(order_id)
    assert sent == [world.token if taken == "bare" else f"{taken} {world.token}"]


def test_a_remembered_form_is_not_searched_anew():
    world = World(auth_forms="bare")
    sent: list[str] = []
    adapter = world.adapter(counting(world.transport, sent), auth_form="Bearer")
    with pytest.raises(NeedsSetup, match="shop-key-refused"):
        adapter.order(str(world.place().order_id))
    assert len(sent) == 1


def test_a_wrong_key_is_tried_once_in_each_form(world: World):
    sent: list[str] = []
    adapter = world.adapter(counting(world.transport, sent), token="f" * 32)
    with pytest.raises(NeedsSetup) as caught:
        adapter.order("912345")
    assert caught.value.facts == {"shop": "Shoporama"}
    assert [value.split()[0] for value in sent] == ["Bearer", "Shoporama", "f" * 32]
    assert adapter.auth_form == ""


def test_the_key_is_not_shown_where_its_holder_is(world: World):
    key = world.adapter().client.key
    assert key.token == world.token
    assert world.token not in repr(key)


def test_an_answer_of_trouble_pins_no_form(world: World):
    adapter = world.adapter(in_turn(Answer(502, {}, HTML)))
    with pytest.raises(Temporary):
        adapter.order("912345")
    assert adapter.auth_form == ""


def test_a_key_that_may_only_read_cannot_subscribe(world: World):
    token = world.shop.new_key("Connector", "read").token
    with pytest.raises(NeedsSetup, match="shop-right-missing"):
        world.adapter(token=token).subscribe(HOOK)


@pytest.mark.parametrize("answer", ["429", "429-retry-after", "403"])
@pytest.mark.parametrize("shape", ["error", "message", "text"])
def test_a_used_up_day_is_temporary_however_it_is_said(answer: str, shape: str):
    world = World(limit_answer=answer, error_shape=shape)
    world.shop.daily_limit = 0
    with pytest.raises(Temporary) as caught:
        world.adapter().order("912345")
    assert caught.value.code == "shop-budget-used"
    assert caught.value.retry_after == (60 if answer == "429-retry-after" else None)


# --- sign-in (section 1) ----------------------------------------------------------------------------------------------
def test_the_sign_in_brings_the_shop_and_ignores_the_endpoint():
    found = registry.adapter_class("shoporama").signed_in(BACK)
    assert found is not None
    assert (found.platform_id, found.name, found.url) == ("4001", "Nordlys & Søn", "https://nordlys.example")
    assert found.can_write
    assert "evil" not in repr(found)


@pytest.mark.parametrize(("level", "can_write"), [("read", False), ("write", True), ("all", True), ("", False)])
def test_the_access_level_decides_about_writing(level: str, can_write: bool):
    found = registry.adapter_class("shoporama").signed_in(BACK | {"access_level": level})
    assert found is not None
    assert found.can_write is can_write


@pytest.mark.parametrize("webshop_id", ["", "x1", "1:2", "4001; drop", "9" * 13])
def test_a_shop_without_a_usable_id_is_declined(webshop_id: str):
    assert registry.adapter_class("shoporama").signed_in(BACK | {"webshop_id": webshop_id}) is None


def test_a_shop_address_that_is_none_is_left_out():
    found = registry.adapter_class("shoporama").signed_in(BACK | {"shop_url": "javascript:alert(1)"})
    assert found is not None
    assert found.url == ""


def test_an_unknown_kind_has_no_adapter():
    with pytest.raises(LookupError):
        registry.adapter_class("nosuchshop")


# --- webhooks (section 5) ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fields", ["both", "event", "events"])
@pytest.mark.parametrize("lists", ["documented", "bare", "wrapped"])
def test_every_topic_is_registered_with_its_secret(fields: str, lists: str):
    world = World(webhook_fields=fields, lists=lists)
    made = world.adapter().subscribe(HOOK)
    assert {row.topic for row in made} == TOPICS
    assert {row.secret for row in made} == set(world.secrets)
    assert {hook.url for hook in world.shop.hooks.values()} == {HOOK}


def test_only_the_missing_topics_are_registered():
    world = World(webhook_secret="always")
    first = world.adapter().subscribe(HOOK)
    del world.shop.hooks[int(first[0].id)]
    again = world.adapter(secrets=world.secrets).subscribe(HOOK)
    assert {row.topic for row in again} == TOPICS
    assert {row.id for row in first[1:]} < {row.id for row in again}


def test_webhooks_whose_secret_is_shown_only_once_are_made_anew(world: World):
    lost = {row.id for row in world.adapter().subscribe(HOOK)}
    made = world.adapter(secrets=world.secrets[:2]).subscribe(HOOK)
    assert {row.secret for row in made} == set(world.secrets)
    assert not lost & {row.id for row in made}
    assert len(world.shop.hooks) == len(TOPICS)


def test_webhooks_whose_secret_is_always_shown_are_kept():
    world = World(webhook_secret="always")
    first = world.adapter().subscribe(HOOK)
    assert world.adapter().subscribe(HOOK) == first


def test_a_platform_that_never_shows_a_secret_is_subscribed_all_the_same():
    world = World(webhook_secret="never")
    assert {row.secret for row in world.adapter().subscribe(HOOK)} == {""}
    world.adapter().subscribe(HOOK)
    assert len(world.shop.hooks) == len(TOPICS)


def test_other_peoples_webhooks_are_left_alone(world: World):
    world.shop.add_hook("https://connector.example/hooks/another/", "paid")
    world.shop.add_hook("https://elsewhere.example/", "order_created")
    world.adapter().subscribe(HOOK)
    world.adapter().subscribe(HOOK)
    urls = [hook.url for hook in world.shop.hooks.values()]
    assert len(urls) == len(TOPICS) + 2
    assert urls[:2] == ["https://connector.example/hooks/another/", "https://elsewhere.example/"]


def test_a_webhook_whose_making_is_in_doubt_is_not_reported_as_made(world: World):
    listed = Answer(200, {}, b"[]")
    with pytest.raises(OutcomeUnknown):
        world.adapter(in_turn(listed, Answer(200, {}, HTML))).subscribe(HOOK)
    with pytest.raises(Rejected, match="no webhook was made: no such event"):
        world.adapter(in_turn(listed, Answer(200, {}, b'{"error": "no such event"}'))).subscribe(HOOK)


STYLES = ("sha256-hex", "sha256-base64", "sha256-prefixed", "sha1-hex", "sha1-base64", "sha1-prefixed")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("header", ["X-Shoporama-Signature", "X-Hub-Signature-256"])
def test_every_style_of_signing_is_found(world: World, style: str, header: str):
    world.adapter().subscribe(HOOK)
    headers, body = world.deliver(signature=style, signature_header=header)
    form = world.adapter(secrets=world.secrets).verify(headers, body).form
    algorithm, _, encoding = style.partition("-")
    assert form == f"{header.lower()}:{algorithm}:{'prefixed-hex' if encoding == 'prefixed' else encoding}"
    another = "sha1-hex" if style != "sha1-hex" else "sha256-hex"
    headers, body = world.deliver(signature=another)
    assert world.adapter(secrets=world.secrets, signing_form=form).verify(headers, body).verdict == "forged"


def test_an_unsigned_delivery_is_unproven(world: World):
    world.adapter().subscribe(HOOK)
    headers, body = world.deliver(signature="none")
    assert world.adapter(secrets=world.secrets).verify(headers, body).verdict == "unproven"


def test_an_empty_secret_proves_nothing(world: World):
    world.adapter().subscribe(HOOK)
    for hook in world.shop.hooks.values():
        hook.secret = ""
    headers, body = world.deliver()
    assert world.adapter(secrets=("",)).verify(headers, body).verdict == "unproven"


# --- countries (section 4) --------------------------------------------------------------------------------------------
def test_the_country_table_is_not_asked_for_when_the_order_says_it(world: World):
    adapter = world.adapter()
    assert adapter.order(str(world.place(country="SE").order_id)).readings[0].buyer.country == "SE"
    assert len(adapter.calls) == 1


@pytest.mark.parametrize("codes", [True, False])
def test_the_country_table_is_asked_for_once_when_only_ids_are_said(codes: bool):
    world = World(country_codes=codes)
    adapter = world.adapter()
    wish = {"country": "FO", "drop": ["order_country", "del_country"]}
    ids = [str(world.place(**wish).order_id) for _ in range(2)]
    assert [adapter.order(order_id).readings[0].buyer.country for order_id in ids] == ["FO", "FO"]
    assert world.asked.count("GET /country") == 1


def test_an_order_wrapped_in_its_name_is_read(world: World):
    placed = world.place()
    raw = world.shop.writer().order(placed)
    wrapped = Says(200, json.dumps({"order": raw}).encode())
    assert world.adapter(wrapped).order(str(placed.order_id)).readings[0].id == str(placed.order_id)


@pytest.mark.parametrize("order_id", ["", "0", "odd-1f", "1/../../product", "1234567890123"])
def test_what_is_no_id_of_an_order_is_not_asked_for(world: World, order_id: str):
    with pytest.raises(Rejected, match="order-unreadable"):
        world.adapter().order(order_id)
    assert world.asked == []


def test_an_order_id_cannot_leave_its_place_in_the_address(world: World):
    with pytest.raises(Rejected):
        world.adapter().client.order("1/../../product")
    assert world.asked == ["GET /order/1%2F..%2F..%2Fproduct"]
