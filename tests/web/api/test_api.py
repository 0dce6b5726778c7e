"""The read-only API: the owner's session, one shop, newest first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup

ORDERS = "/api/shops/nordlys/orders/"
HEALTH = "/api/shops/nordlys/health/"


def make_orders(setup: Setup, number: int) -> None:
    with scope(setup.shop.tenant_id):
        SyncJob.objects.bulk_create(
            SyncJob(
                tenant_id=setup.shop.tenant_id,
                shop=setup.shop,
                integration=setup.integration,
                channel=setup.channel,
                key=f"invoice:shoporama:1:{one}",
                order_id=str(one),
                order_number=str(10000 + one),
                total=Decimal("437.00"),
                currency="DKK",
                state=State.DONE if one % 2 else State.WAITING,
            )
            for one in range(number)
        )


def numbers(answer: dict[str, Any]) -> list[str]:
    return [row["order_number"] for row in answer["results"]]


def test_orders_come_newest_first_fifty_at_a_time(people: People, nordlys: Setup) -> None:
    make_orders(nordlys, 60)
    browser = signed_in(people.lis)
    first = browser.get(ORDERS).json()
    assert numbers(first) == [str(10000 + one) for one in range(59, 9, -1)]
    second = browser.get(first["next"]).json()
    assert numbers(second) == [str(10000 + one) for one in range(9, -1, -1)]
    assert second["next"] is None


def test_a_page_stays_right_while_orders_come_in(people: People, nordlys: Setup) -> None:
    make_orders(nordlys, 51)
    browser = signed_in(people.anna)
    following = browser.get(ORDERS).json()["next"]
    with scope(nordlys.shop.tenant_id):
        SyncJob.objects.create(
            tenant_id=nordlys.shop.tenant_id, shop=nordlys.shop, key="invoice:shoporama:1:999", order_id="999"
        )
    assert numbers(browser.get(following).json()) == ["10000"]


def test_an_order_holds_amounts_as_text_and_no_secret(people: People, nordlys: Setup) -> None:
    make_orders(nordlys, 1)
    [row] = signed_in(people.anna).get(ORDERS).json()["results"]
    assert row["total"] == "437.00"
    assert row["state"] == "waiting"
    assert {"order", "document", "tenant", "facts"} & row.keys() == set()


def test_health_tells_both_sides_and_the_counts(people: People, nordlys: Setup) -> None:
    make_orders(nordlys, 3)
    told = signed_in(people.anna).get(HEALTH).json()
    assert told["shop"]["is_connected"] is True
    assert told["books"]["status"] == "connected"
    assert told["books"]["settings_version"] == 14
    assert told["orders"] == {"waiting": 2, "done": 1, "not_meant": 0, "needs_you": 0, "needs_us": 0}
    assert told["oldest_waiting_since"]
    assert nordlys.shop.code not in str(told)


def test_health_before_a_system_is_chosen(people: People) -> None:
    assert signed_in(people.anna).get(HEALTH).json()["books"] is None


@pytest.mark.parametrize("address", [ORDERS, HEALTH])
def test_strangers_and_writers_are_refused(people: People, nordlys: Setup, address: str) -> None:
    assert signed_in(people.mallory).get(address).status_code == 404
    assert signed_in(people.anna).get(address.replace("nordlys", "no-such")).status_code == 404
    assert signed_in(people.anna).post(address).status_code == 405
    browser = signed_in(people.anna)
    browser.logout()
    assert browser.get(address).status_code == 403
