"""What would stop an order is known before one comes, and forgotten as soon as it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import ahead, books_look, methods, rules
from connector.sync.ahead import Why
from connector.sync.build import provider_classes
from connector.sync.models import Channel, Integration
from tests.sync.world import World

pytestmark = pytest.mark.engine

ECONOMIC = provider_classes()["economic"]


def a_day(world: World) -> None:
    """The shop lists its methods, and the books are read at night."""
    world.now.move(26 * 3600)
    methods.refresh(world.tenant.pk, world.shop.pk, world.transport)
    with world.scope():
        Channel.objects.update(next_look_at=world.now())
    assert books_look.look(world.tenant.pk, world.connection.pk, world.now(), world.transport)


def now(world: World) -> tuple[Integration, dict[str, str], Any]:
    integration = Integration.objects.select_related("connection", "settings", "shop").get()
    assert integration.settings is not None
    return integration, integration.settings.values, rules.kept_choices(integration.connection)


def coming(world: World) -> list[tuple[str, str, str]]:
    with world.scope():
        integration, values, choices = now(world)
        found = ahead.coming(integration.shop, values, ECONOMIC, choices)
        return [(one.method.name, one.why, one.former) for one in found]


def findings(world: World) -> list[tuple[str, dict[str, str]]]:
    with world.scope():
        integration, values, _ = now(world)
        found = ahead.findings(integration.connection, ECONOMIC, values)
        return [(finding.code, dict(finding.facts)) for finding in found]


# --- methods ----------------------------------------------------------------------------------------------------------
def test_nothing_is_ahead_of_a_shop_whose_settings_fit(world: World) -> None:
    a_day(world)
    assert (coming(world), findings(world)) == ([], [])


def test_a_number_that_changed_is_known_before_an_order_stops(world: World) -> None:
    a_day(world)
    world.stand_in.set_gateway("MobilePay", 60)
    a_day(world)
    assert coming(world) == [("MobilePay", Why.RENUMBERED, "2")]
    world.save(**{"pay:60": "default"})
    assert coming(world) == []


def test_a_method_that_is_new_is_known_before_an_order_stops(world: World) -> None:
    a_day(world)
    world.stand_in.set_gateway("Klarna", 60)
    a_day(world)
    assert coming(world) == [("Klarna", Why.NEW, "")]
    with world.scope():
        integration, values, choices = now(world)
        assert ahead.coming(integration.shop, values, ECONOMIC, choices, stopped={"60"}) == []
        assert ahead.coming(integration.shop, {**values, "settle": "open"}, ECONOMIC, choices) == []


@pytest.mark.parametrize(
    ("name", "chosen", "method"),
    [("pay:2", "1234567", "MobilePay"), ("pay:2", "term:99", "MobilePay"), ("ship:7@25", "GONE", "GLS")],
    ids=["account", "term", "item"],
)
def test_what_was_chosen_for_a_method_and_vanished_is_known(world: World, name: str, chosen: str, method: str) -> None:
    a_day(world)
    world.save(**{name: chosen})
    assert coming(world) == [(method, Why.LOST, "")]
    world.save(**{name: ""})
    assert coming(world) == []


@pytest.mark.parametrize("chosen", ["default", "open", "5820", "term:4"])
def test_what_is_still_there_is_no_news(world: World, chosen: str) -> None:
    a_day(world)
    world.save(**{"pay:2": chosen})
    assert coming(world) == []


def test_a_method_that_the_shop_no_longer_offers_is_no_news(world: World) -> None:
    a_day(world)
    world.save(**{"pay:2": "1234567"})
    world.stand_in.set_gateway("MobilePay", 60)
    a_day(world)
    assert [name for name, why, _ in coming(world) if why is Why.LOST] == []


# --- the settings' own choices --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "chosen", "code", "facts"),
    [
        ("layout", "99", "choice-gone", {"field": "layout", "name": "99"}),
        ("terms", "99", "choice-gone", {"field": "terms", "name": "99"}),
        ("shipping@25", "GONE", "choice-gone", {"field": "shipping", "name": "GONE"}),
        ("product_group@25", "9", "choice-gone", {"field": "product_group", "name": "9"}),
        ("zone_eu_consumer@FI", "99", "choice-gone", {"field": "zone_eu_consumer", "name": "99"}),
        ("account", "1234567", "account-closed", {"account": "1234567"}),
    ],
    ids=["layout", "term", "item", "group", "zone", "account"],
)
def test_a_choice_that_vanished_is_said_until_something_else_is_chosen(
    world: World, name: str, chosen: str, code: str, facts: dict[str, str]
) -> None:
    with world.scope():
        before = now(world)[1].get(name, "")
    world.save(**{name: chosen})
    assert findings(world) == [(code, facts)]
    a_day(world)
    assert findings(world) == [(code, facts)], "the self-check says no more than that"
    world.save(**{name: before})
    assert findings(world) == []


def test_an_account_that_is_barred_in_the_books_is_said_the_next_morning(world: World) -> None:
    world.save(account="5820")
    assert findings(world) == []
    world.agreement.books.master.accounts[5820].barred = True
    a_day(world)
    assert findings(world) == [("account-closed", {"account": "5820"})]
    world.agreement.books.master.accounts[5820].barred = False
    a_day(world)
    assert findings(world) == []


def test_a_customer_who_is_gone_is_said_until_another_is_chosen(world: World) -> None:
    world.save(collective="999")
    a_day(world)
    assert findings(world) == [("choice-gone", {"field": "collective", "name": "999"})]
    world.save(collective="")
    assert findings(world) == []


def test_what_no_choice_can_mend_is_said_until_the_books_are_read_again(world: World) -> None:
    world.agreement.close_year(2026)
    a_day(world)
    assert findings(world)
    world.save(account="5820")
    assert findings(world)
    world.agreement.close_year(2026, closed=False)
    a_day(world)
    assert findings(world) == []
