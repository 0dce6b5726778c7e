"""Deliveries over HTTP: what is proven is stored, what is not leaves no trace, and every status says which."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from connector.lib import http
from connector.sync import acts, hints, intake, lookups
from connector.sync.models import InboxBody, InboxEvent, SyncJob
from connector.tenancy.models import Tenant
from connector.tenancy.scope import scope
from shops.base import Subscription
from shops.models import Shop
from tests.sync.side_by_side import at_once
from tests.sync.world import World

pytestmark = pytest.mark.engine

SECRET = "w3bh00k-s3cret"
OTHER = "another-topics-secret"


@pytest.fixture(autouse=True)
def hinted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The hints that were given; none is published."""
    given: list[Any] = []
    monkeypatch.setattr(hints, "give", lambda *hint: given.append(hint))
    return given


@pytest.fixture(autouse=True)
def no_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A delivery is taken without asking anybody anything."""

    def calls(*_: Any) -> Any:
        raise AssertionError("a call while a shop waits for its answer")

    monkeypatch.setattr(http.Network, "__call__", calls)
    return


@pytest.fixture
def hook(world: World, hinted: list[Any]) -> Hook:
    with world.scope():
        shop = Shop.objects.get(pk=world.shop.pk)
        acts.shop_subscribed(
            shop, [Subscription("1", "paid", SECRET), Subscription("2", "new_status", OTHER)], "Bearer"
        )
    hinted.clear()
    return Hook(world, f"/hooks/{shop.code}/")


class Hook:
    """The shop's address, and what its deliveries look like."""

    def __init__(self, world: World, path: str) -> None:
        self.world, self.path, self.client = world, path, Client(enforce_csrf_checks=True)

    def send(self, content: Any, *, secret: str | None = SECRET, signature: str = "", **headers: str) -> Any:
        """Deliver, signed with `secret` in the platform's likeliest form unless a signature is given."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        if secret and not signature:
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        sent = {"X-Shoporama-Signature": signature, **headers} if signature else headers
        return self.client.generic("POST", self.path, body, "application/json", headers=sent)

    def stored(self) -> tuple[int, int, int]:
        """How many events, bodies and orders there are."""
        with self.world.scope():
            return InboxEvent.objects.count(), InboxBody.objects.count(), SyncJob.objects.count()

    @property
    def shop(self) -> Shop:
        with self.world.scope():
            return Shop.objects.get(pk=self.world.shop.pk)


PAID = {"event": "paid", "order_id": 77}


# --- what is stored ---------------------------------------------------------------------------------------------------
def test_a_proven_delivery_is_stored_and_hinted_at(hook: Hook, hinted: list[Any]) -> None:
    answer = hook.send(PAID)
    assert (answer.status_code, answer.json()) == (202, {"status": "stored"})
    assert hook.stored() == (1, 1, 1)
    assert hinted == [(hook.world.tenant.pk, hook.world.connection.channel.pk)]


def test_a_repeat_is_thanked_for_and_not_stored(hook: Hook) -> None:
    hook.send(PAID)
    answer = hook.send(PAID)
    assert (answer.status_code, answer.json()) == (200, {"status": "known"})
    assert hook.stored() == (1, 1, 1)


def test_twenty_at_once_are_all_taken_and_stored_once(hook: Hook) -> None:
    answers = at_once([lambda: hook.send(PAID)] * 20)
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]
    assert hook.stored() == (1, 1, 1)


def test_nothing_of_a_session_is_made(hook: Hook) -> None:
    answer = hook.send(PAID)
    assert not answer.cookies
    assert "Location" not in answer.headers


def test_a_delivery_that_names_no_order_makes_us_ask(hook: Hook) -> None:
    assert hook.send({"event": "new_status"}).status_code == 202
    assert hook.shop.next_poll_at is not None
    assert hook.stored() == (1, 1, 0)


@pytest.mark.parametrize(
    "content",
    [
        {"event": "pa\x00id", "order_id": 77},
        {"event": "paid", "order_id": "77", "delivery_id": "d\ud83d"},
        {"event": "p" * 500, "order_id": 77, "delivery_id": "d" * 500},
        {"event": {"name": "paid"}, "data": {"order": {"id": 77}}},
        [{"event": "paid", "order_id": 77}],
    ],
)
def test_odd_deliveries_are_stored_all_the_same(hook: Hook, content: Any) -> None:
    assert hook.send(content).status_code == 202
    assert hook.stored()[0] == 1


# --- what is not ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/hooks/", "/hooks/x/", f"/hooks/{'0' * 32}/", f"/hooks/{'0' * 32}/more/", "/hooks/%00/"]
)
def test_an_unknown_address_is_not_found(hook: Hook, path: str) -> None:
    hook.path = path
    assert hook.send(PAID).status_code == 404
    assert hook.stored() == (0, 0, 0)


def test_the_address_is_one_shops_alone(hook: Hook) -> None:
    tenant = Tenant.objects.create(name="Andetsteds ApS")
    with scope(tenant.pk):
        other = Shop.objects.create(
            tenant=tenant, slug="andetsteds", name="andetsteds.dk", kind="shoporama", platform_id="9"
        )
        acts.shop_connected(
            other, "shoporama", acts.SignedIn("t" * 32, "9", "", "", can_write=True), acts.Person(None, "")
        )
        acts.shop_subscribed(other, [Subscription("1", "paid", "their-secret")], "Bearer")
        acts.pin_signing(other, "x-shoporama-signature:sha256:hex")
    hook.path = f"/hooks/{other.code}/"
    # Signed with our own secret, sent to their address.
    assert hook.send(PAID).status_code == 401
    with scope(tenant.pk):
        assert not InboxEvent.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_is_taken(hook: Hook, method: str) -> None:
    answer = hook.client.generic(method, hook.path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_body_that_is_announced_too_long_is_not_read(hook: Hook) -> None:
    answer = hook.client.generic("POST", hook.path, b"{}", "application/json", CONTENT_LENGTH=str(1024 * 1024 + 1))
    assert answer.status_code == 413
    assert hook.stored() == (0, 0, 0)


@pytest.mark.parametrize("announced", ["-1", "many", "1e3", "²"])
def test_a_length_that_is_no_number_is_not_read_either(hook: Hook, announced: str) -> None:
    answer = hook.client.generic("POST", hook.path, b"{}", "application/json", CONTENT_LENGTH=announced)
    assert answer.status_code == 413


def test_a_long_body_within_the_limit_is_taken(hook: Hook) -> None:
    assert hook.send({**PAID, "more": "x" * (1024 * 1024 - 100)}).status_code == 202


@pytest.mark.parametrize("body", [b"<order/>", b'{"event": "paid"', b"\xff\xfe", b"[" * 100_000, b"paid=1"])
def test_a_proven_delivery_that_is_no_json_is_refused(hook: Hook, body: bytes) -> None:
    assert hook.send(body).status_code == 400
    assert hook.stored() == (0, 0, 0)


def test_a_disconnected_shop_says_so_for_good(hook: Hook) -> None:
    with hook.world.scope():
        Shop.objects.update(is_connected=False)
    assert hook.send(PAID).status_code == 410
    assert hook.stored() == (0, 0, 0)


@pytest.mark.parametrize("where", [(lookups, "shop_by_code"), (intake, "receive")])
def test_without_a_database_the_shop_is_told_to_try_again(
    hook: Hook, where: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> Any:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(*where, down)
        assert hook.send(PAID).status_code == 500
    assert hook.stored() == (0, 0, 0)
    assert hook.send(PAID).status_code == 202


# --- proof ------------------------------------------------------------------------------------------------------------
def test_any_of_the_shops_secrets_proves(hook: Hook) -> None:
    assert hook.send(PAID, secret=OTHER).json() == {"status": "stored"}


def test_the_first_proof_pins_its_form_and_from_then_on_nothing_else_counts(hook: Hook) -> None:
    hook.send(PAID)
    assert hook.shop.signing_form == "x-shoporama-signature:sha256:hex"
    body = json.dumps({"event": "paid", "order_id": 78}).encode()
    as_sha1 = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    for signature in (as_sha1, "0" * 64, ""):
        assert hook.send(body, secret=None, signature=signature).status_code == 401
    assert hook.stored() == (1, 1, 1)
    assert hook.send(body).status_code == 202


def test_a_forged_delivery_leaves_no_trace(hook: Hook) -> None:
    hook.send(PAID)
    before = hook.shop
    forged = hook.send({"event": "paid", "order_id": 78}, secret="guessed", **{"X-Delivery-Id": "d-9"})
    assert (forged.status_code, forged.content) == (401, b"")
    assert hook.stored() == (1, 1, 1)
    told = ({name: value for name, value in vars(shop).items() if name != "_state"} for shop in (hook.shop, before))
    assert next(told) == next(told)


def test_a_changed_byte_is_not_proven(hook: Hook) -> None:
    hook.send(PAID)
    body = json.dumps({"event": "paid", "order_id": 78}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert hook.send(changed, signature=signature).status_code == 401


# --- before a form is known -------------------------------------------------------------------------------------------
def test_an_unproven_delivery_stores_nothing_and_pins_nothing(hook: Hook, hinted: list[Any]) -> None:
    for secret in (None, "guessed"):
        answer = hook.send({"event": "paid", "order_id": 78}, secret=secret)
        assert (answer.status_code, answer.json()) == (202, {"status": "asked"})
    assert (hook.stored(), hook.shop.signing_form, hook.shop.last_event_at, hinted) == ((0, 0, 0), "", None, [])


def test_unproven_deliveries_make_us_ask_at_most_once_a_minute(hook: Hook) -> None:
    world = hook.world

    def asked() -> int:
        return sum(call == ("GET", "/order") for call in world.sent)

    for _ in range(5):
        hook.send(PAID, secret=None)
        world.drain()
    assert asked() == 1
    world.now.move(58)
    hook.send(PAID, secret=None)
    world.drain()
    assert asked() == 1
    world.now.move(3)
    # The last one was not forgotten; it waited its minute.
    world.drain()
    assert asked() == 2


def test_an_unproven_delivery_never_puts_a_poll_off(hook: Hook) -> None:
    soon = hook.world.now()
    with hook.world.scope():
        Shop.objects.update(next_poll_at=soon, asked_at=soon)
    hook.send(PAID, secret=None)
    assert hook.shop.next_poll_at == soon
