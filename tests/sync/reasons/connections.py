"""Reasons about the connection to either side, and what somebody stopped."""

from __future__ import annotations

from typing import Any

from connector.core.errors import NeedsSetup
from connector.core.plan import COPENHAGEN
from connector.sync import acts
from shops.base import SignedIn
from shops.models import Shop
from tests.sync.faults import away, lost_after, says
from tests.sync.reasons.stage import Case, Stage
from tests.sync.test_changed_books import change_agreement, save_settings
from tests.sync.test_pausing import reconnect
from tests.sync.world import ANNA

HOUR = 3600


def _revoked(stage: Stage) -> Any:
    stage.world.books.revoke(stage.world.agreement.number)
    return stage.sold()


def _small_plan(stage: Stage) -> Any:
    stage.world.agreement.plan = "Basis"
    return stage.sold()


def _larger_plan(stage: Stage, _order: Any) -> None:
    stage.world.agreement.plan = "Plus"
    stage.fetch()


def _no_journals(stage: Stage) -> Any:
    stage.world.agreement.role = "Sales"
    return stage.sold()


def _all_rights(stage: Stage, _order: Any) -> None:
    stage.world.agreement.role = "SuperUser"
    reconnect(stage.world)


def _shop_says(status: int) -> Any:
    def provoke(stage: Stage) -> Any:
        stage.refused("GET shop.example/REST/order/", says(status), times=9)
        return stage.sold()

    return provoke


def _shop_connected_again(stage: Stage, _order: Any) -> None:
    world = stage.world
    stage.wire.rules.clear()
    with world.scope():
        token = world.stand_in.new_key("Connector").token
        signed_in = SignedIn(token, str(world.stand_in.webshop_id), "nordlys.dk", "", can_write=True)
        acts.shop_connected(Shop.objects.get(pk=world.shop.pk), "shoporama", signed_in, ANNA)


def _meets(call: str, act: Any) -> Any:
    def provoke(stage: Stage) -> Any:
        stage.refused(call, act)
        return stage.sold()

    return provoke


def _day_used(stage: Stage) -> Any:
    with stage.world.scope():
        today = stage.world.now().astimezone(COPENHAGEN).date()
        Shop.objects.update(budget_day=today, budget_used=1_000_000)
    return stage.sold()


def _wait_a_day(stage: Stage, _order: Any) -> None:
    stage.world.now.move(24 * HOUR)


def _other_books(stage: Stage) -> Any:
    stage.world.agreement = change_agreement(stage.world)
    return stage.world.sold()


def _paused(stage: Stage) -> Any:
    assert stage.browser.send("finance/pause/").status_code == 302
    return stage.sold()


def _disconnected(stage: Stage) -> Any:
    assert stage.browser.send("finance/disconnect/").status_code == 302
    return stage.sold()


def _raises(code: str, **facts: str) -> Any:
    """What only other providers raise, in the middle of a call."""

    def act(_send: Any) -> Any:
        raise NeedsSetup(code, **facts)

    return act


CASES = (
    Case("connection-revoked", _revoked, lambda stage, _order: reconnect(stage.world)),
    Case(
        "connection-expired",
        _meets("POST /rest/customers", _raises("connection-expired")),
        lambda stage, _order: reconnect(stage.world),
    ),
    Case(
        "dinero-pro-missing",
        _meets("POST /rest/customers", _raises("dinero-pro-missing", org="Nordlys ApS")),
        lambda stage, _order: stage.fetch(),
    ),
    Case("plan-too-small", _small_plan, _larger_plan),
    Case("right-missing", _no_journals, _all_rights),
    Case("shop-key-refused", _shop_says(401), _shop_connected_again),
    Case("shop-right-missing", _shop_says(403), _shop_connected_again),
    Case("rate-limit", _meets("POST /rest/customers", says(429, retry_after="7")), state="waiting"),
    Case("provider-down", _meets("POST /rest/customers", away), state="waiting"),
    Case("outcome-unknown", _meets("POST /rest/invoices/booked", lost_after), state="waiting"),
    Case("shop-budget-used", _day_used, _wait_a_day, state="waiting"),
    Case("settings-missing", _other_books, lambda stage, _order: save_settings(stage.world), state="waiting"),
    Case("paused", _paused, lambda stage, _order: stage.browser.send("finance/resume/"), state="waiting"),
    Case("disconnected", _disconnected, lambda stage, _order: reconnect(stage.world), state="waiting"),
)
