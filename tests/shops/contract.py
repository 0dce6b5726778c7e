"""What every shop platform's adapter must keep. A subclass brings a stage: an adapter on a stand-in, and data."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses

from connector.core.errors import NeedsSetup, Rejected, Stop, Temporary
from connector.lib.http import Network
from shops import registry
from shops.base import ShopAdapter, Verdict
from tests.shops.stand_in import Says

HTML = b"<html>maintenance</html>"


@dataclass(frozen=True)
class Stage:
    """One adapter on a stand-in.

    `build(transport, **settings)` makes it anew, on the stand-in where `transport` is None. `place()` gives a new
    order's id, `place_many` several; `since` is a moment before all of them. `host` matches every address that it
    calls. `deliver()` gives the headers and the body of a signed delivery about the order that it returns.
    `query` is what the sign-in brings back.
    """

    kind: str
    token: str
    build: Callable[..., ShopAdapter]
    place: Callable[[], str]
    place_many: Callable[[int], list[str]]
    since: datetime
    host: Any
    hook: str
    secrets: Callable[[], tuple[str, ...]]
    deliver: Callable[[], tuple[dict[str, str], bytes, str]]
    config: dict[str, str]
    query: dict[str, str]
    page: int
    """Rows a list gives at most."""


class ShopContract:
    """Subclass it, give a `stage` fixture, and add what is the platform's own."""

    def test_it_does_not_promise_part_shipments(self, stage: Stage):
        # The whole order is invoiced at its first shipment: docs/part-shipments.md lists what must be there first.
        assert not registry.adapter_class(stage.kind).capabilities.partial_shipments

    # --- reading an order ---------------------------------------------------------------------------------------------
    def test_the_registry_knows_it(self, stage: Stage):
        made = registry.adapter_class(stage.kind)
        assert isinstance(stage.build(), made)
        assert (made.kind, bool(made.label)) == (stage.kind, True)

    def test_the_same_order_has_the_same_key(self, stage: Stage):
        first, again = (stage.build().order(order_id).readings[0] for order_id in [stage.place()] * 2)
        assert first.key("invoice") == again.key("invoice")
        assert first.key("invoice").startswith(f"invoice:{stage.kind}:{first.shop_id}:")
        assert first == again

    def test_another_order_has_another_key(self, stage: Stage):
        keys = {stage.build().order(stage.place()).readings[0].key("invoice") for _ in range(3)}
        assert len(keys) == 3

    def test_no_amount_was_ever_a_float(self, stage: Stage):
        fetched = stage.build().order(stage.place())
        assert {type(leaf) for leaf in leaves(fetched.raw)} & {Decimal, int}
        assert float not in {type(leaf) for leaf in [*leaves(fetched.raw), *leaves(fetched.readings)]}

    def test_every_reading_adds_up(self, stage: Stage):
        for reading in stage.build().order(stage.place()).readings:
            assert reading.lines_total == reading.total.amount
            assert reading.reading

    def test_times_are_aware(self, stage: Stage):
        order = stage.build().order(stage.place()).readings[0]
        assert order.placed_at.tzinfo
        assert order.paid_at
        assert order.paid_at.tzinfo

    # --- refusals -----------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            (Says(401), NeedsSetup, "shop-key-refused"),
            (Says(403), NeedsSetup, "shop-right-missing"),
            (Says(404), Rejected, "order-gone"),
            (Says(410, b"410 Gone"), Rejected, "order-gone"),
            (Says(429, retry_after="120"), Temporary, "shop-budget-used"),
            (Says(400, b'{"error": "no"}'), Rejected, "unexpected"),
            (Says(302, location="https://elsewhere.example"), Rejected, "unexpected"),
            (Says(500, HTML), Temporary, "provider-down"),
            (Says(503, HTML), Temporary, "provider-down"),
            (Says(200, HTML), Temporary, "provider-down"),
            (Says(200, b'{"order_id": 1, "tot'), Temporary, "provider-down"),
            (Says(200, b""), Temporary, "provider-down"),
            (Says(200, b"[1]"), Rejected, "order-unreadable"),
            (Says(200, b'"words"'), Rejected, "order-unreadable"),
            (Says(200, b"null"), Rejected, "order-unreadable"),
            (Says(200, b"{}"), Rejected, "order-unreadable"),
        ],
        ids=lambda value: f"{value.answer.status}-{value.answer.body[:12]!r}" if isinstance(value, Says) else "",
    )
    def test_refusals_have_their_names(self, stage: Stage, answer: Says, kind: type[Stop], code: str):
        with pytest.raises(kind) as caught:
            stage.build(answer).order("912345")
        assert caught.value.code == code

    def test_a_used_up_day_says_how_long(self, stage: Stage):
        with pytest.raises(Temporary) as caught:
            stage.build(Says(429, retry_after="120")).order("912345")
        assert caught.value.retry_after == 120

    @pytest.mark.parametrize("loss", [requests.ConnectionError("reset"), requests.ReadTimeout("slow")], ids=repr)
    def test_a_lost_answer_is_temporary(self, stage: Stage, loss: Exception):
        with responses.RequestsMock() as server:
            server.get(stage.host, body=loss)
            with pytest.raises(Temporary):
                stage.build(Network()).order("912345")

    # --- changes ------------------------------------------------------------------------------------------------------
    def test_changes_over_two_pages_come_once_each(self, stage: Stage):
        placed = stage.place_many(stage.page + 20)
        adapter = stage.build()
        found = [order_id for order_id, _ in adapter.changed_since(stage.since)]
        assert sorted(found) == sorted(placed)
        assert len(adapter.calls) == 2

    def test_an_unchanged_order_keeps_its_version(self, stage: Stage):
        stage.place_many(3)
        before, after = (dict(stage.build().changed_since(stage.since)) for _ in range(2))
        assert before == after
        assert all(before.values())

    # --- methods ------------------------------------------------------------------------------------------------------
    def test_the_ways_to_pay_and_to_send_are_those_that_orders_name(self, stage: Stage):
        offered = stage.build().methods()
        order = stage.build().order(stage.place()).readings[0]
        assert order.method in offered.payment
        assert order.carrier in offered.shipping
        assert {payment.method_key for payment in order.payments} <= {method.key for method in offered.payment}
        for listed in (offered.payment, offered.shipping):
            assert all(method.id and method.name for method in listed)
            assert len({method.key for method in listed}) == len(listed)

    @pytest.mark.parametrize(
        ("answer", "kind", "code"),
        [
            (Says(401), NeedsSetup, "shop-key-refused"),
            (Says(500, HTML), Temporary, "provider-down"),
            (Says(200, HTML), Temporary, "provider-down"),
        ],
        ids=["refused", "down", "a page"],
    )
    def test_a_list_of_methods_that_does_not_come_is_no_empty_one(
        self, stage: Stage, answer: Says, kind: type[Stop], code: str
    ):
        with pytest.raises(kind) as caught:
            stage.build(answer).methods()
        assert caught.value.code == code

    # --- deliveries ---------------------------------------------------------------------------------------------------
    def test_a_genuine_delivery_pins_its_form(self, stage: Stage):
        stage.build().subscribe(stage.hook)
        headers, body, order_id = stage.deliver()
        proof = stage.build(secrets=stage.secrets()).verify(headers, body)
        assert proof.verdict is Verdict.GENUINE
        pinned = stage.build(secrets=stage.secrets(), signing_form=proof.form)
        assert pinned.verify(headers, body) == proof
        assert pinned.read(headers, body).order_id == order_id

    def test_what_does_not_fit_is_unproven_until_a_form_is_pinned_then_forged(self, stage: Stage):
        stage.build().subscribe(stage.hook)
        headers, body, _ = stage.deliver()
        form = stage.build(secrets=stage.secrets()).verify(headers, body).form
        forged = body.replace(b"2", b"3") + b" "
        assert stage.build(secrets=stage.secrets()).verify(headers, forged).verdict is Verdict.UNPROVEN
        assert stage.build().verify(headers, body).verdict is Verdict.UNPROVEN
        for settings in ({"secrets": stage.secrets()}, {"secrets": ("another",)}, {}):
            pinned = stage.build(signing_form=form, **settings)
            assert pinned.verify(headers, forged).verdict is Verdict.FORGED
            assert pinned.verify({}, body).verdict is Verdict.FORGED

    @pytest.mark.parametrize("body", [b"not json", b"\xff\xfe\xfa", b"[" * 200_000, b'"' + b"x" * 1024 * 1024 + b'"'])
    def test_an_unreadable_delivery_is_a_value_error(self, stage: Stage, body: bytes):
        with pytest.raises(ValueError):
            stage.build().read({}, body)

    def test_an_empty_delivery_names_no_order(self, stage: Stage):
        assert stage.build().read({}, b"").order_id == ""

    def test_subscribing_again_leaves_as_many_and_every_secret_known(self, stage: Stage):
        first = stage.build().subscribe(stage.hook)
        again = stage.build(secrets=stage.secrets()).subscribe(stage.hook)
        assert sorted(row.topic for row in again) == sorted(row.topic for row in first)
        assert len({row.topic for row in again}) == len(again) > 0
        assert sorted(row.secret for row in again) == sorted(stage.secrets())

    # --- sign-in ------------------------------------------------------------------------------------------------------
    def test_signing_in_carries_the_state_and_brings_the_key(self, stage: Stage):
        adapter = registry.adapter_class(stage.kind)
        address = adapter.sign_in_url(stage.config, "https://connector.example/back/?a=b", "st&te")
        assert "st%26te" in address
        assert "connector.example%2Fback" in address
        found = adapter.signed_in(stage.query)
        assert found is not None
        assert found.token == stage.query["token"]
        assert found.token not in address

    @pytest.mark.parametrize("damage", [{"token": ""}, {"token": "a b\r\nX: y"}, {"token": "ø" * 32}])
    def test_a_sign_in_without_a_usable_key_is_declined(self, stage: Stage, damage: dict[str, str]):
        adapter = registry.adapter_class(stage.kind)
        assert adapter.signed_in(stage.query | damage) is None
        assert adapter.signed_in({}) is None

    # --- secrets ------------------------------------------------------------------------------------------------------
    @pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 302])
    def test_the_key_is_in_no_error_and_no_log(self, stage: Stage, status: int):
        echo = Says(status, b'{"error": "bad key ' + stage.token.encode() + b'"}')
        adapter = stage.build(echo)
        with pytest.raises(Stop) as caught:
            adapter.order("912345")
        with pytest.raises(Stop) as listed:
            adapter.subscribe(stage.hook)
        words = "".join(traceback.format_exception(caught.value) + traceback.format_exception(listed.value))
        assert stage.token not in words + repr(adapter) + repr(vars(adapter)) + repr(adapter.calls)
        assert not [url for _, url in echo.asked if stage.token in url]


def leaves(value: Any) -> Iterator[Any]:
    """Everything that is in a structure of dicts, lists and dataclasses."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value
