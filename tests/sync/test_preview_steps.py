"""A preview is made in steps, each with a bounded number of questions to the shop, however many orders it has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.sync import earlier, looking, preview
from connector.sync.models import Preview, SyncJob
from shops.models import Shop
from tests.sync.test_preview import CUP, begun, rows
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine

LENGTH_CALLS = 13
"""What it costs to find the end of a list that does not say how long it is."""


def test_a_step_ends_and_the_next_goes_on(world: World) -> None:
    for _ in range(3):
        world.order(products=[CUP])
    look = begun(world)
    listing = 1
    preview.step(look, transport=world.transport, calls=listing + 2)
    assert [row.outcome for row in rows(world, look).values()].count("unread") == 1
    preview.step(look, transport=world.transport)
    assert {row.outcome for row in rows(world, look).values()} == {"becomes"}


@pytest.mark.parametrize("calls", [1, 6])
@pytest.mark.parametrize("newest_first", [True, False], ids=["newest-first", "oldest-first"])
@pytest.mark.parametrize("counted", ["documented", "bare"])
def test_a_shop_of_3000_orders_is_listed_in_bounded_steps(
    world: World, calls: int, newest_first: bool, counted: str
) -> None:
    placed = many(world, 3000, newest_first=newest_first, counted=counted)
    look, counts = begun(world), []
    while not look.is_listed:
        before, known = shop_calls(world), len(rows(world, look))
        preview.step(look, transport=world.transport, seconds=600, calls=calls)
        counts.append(shop_calls(world) - before)
        assert len(rows(world, look)) > known or look.is_listed
        assert len(counts) < 40, "it does not end"
    assert max(counts) <= calls + (0 if newest_first or counted == "documented" else LENGTH_CALLS)
    found = rows(world, look).keys()
    assert (len(found), look.is_cut) == (looking.MOST_ORDERS, True)
    assert found <= {str(order.order_id) for order in placed}


def test_a_listing_that_breaks_off_goes_on_behind_what_it_has(world: World) -> None:
    placed = many(world, 250)
    look = begun(world)
    preview.step(look, transport=world.transport, calls=1)
    assert (len(rows(world, look)), look.is_listed) == (100, False)
    since = len(world.sent)
    for _ in range(2):
        preview.step(look, transport=world.transport, calls=1)
    assert look.is_listed
    assert [path for _method, path in world.sent[since:]] == ["/order", "/order"]
    assert (rows(world, look).keys(), look.is_cut) == ({str(order.order_id) for order in placed}, False)


def test_a_look_that_is_stopped_goes_no_further_and_cannot_be_transferred(world: World) -> None:
    many(world, 3)
    look = begun(world)
    preview.step(look, transport=world.transport, calls=3)
    with world.scope():
        assert preview.cancel(look)
        look = Preview.objects.select_related("integration__connection", "shop").get(pk=look.pk)
        assert not preview.may_go_on(look)
        assert not preview.cancel(look)
        assert earlier.chosen(look).count() == 2
        assert earlier.start(look, ANNA) == 0
        assert not SyncJob.objects.exists()


def test_a_look_that_was_begun_anew_meanwhile_ends(world: World) -> None:
    many(world, 3)
    old = begun(world)
    new = begun(world)
    preview.step(old, transport=world.transport)
    assert rows(world, old) == {}
    preview.step(new, transport=world.transport)
    assert len(rows(world, new)) == 3


def test_the_last_of_the_day_s_calls_are_left_to_orders_that_come_in(world: World) -> None:
    many(world, 3)
    with world.scope():
        Shop.objects.update(budget_day=date(2026, 11, 20), budget_used=750)
    look = begun(world)
    since = len(world.sent)
    preview.step(look, transport=world.transport)
    assert look.trouble["code"] == "shop-budget-used"
    assert len(world.sent) == since
    live = world.sold(products=[CUP])
    world.settle()
    assert world.job(live).state == "done"
    world.now.move(86_400)
    preview.step(look, transport=world.transport)
    assert look.trouble == {}
    with world.scope():
        assert preview.is_ready(look)


def shop_calls(world: World) -> int:
    return sum(not path.startswith(("/rest", "/api")) for _method, path in world.sent)


def many(world: World, count: int, *, newest_first: bool = False, counted: str = "documented") -> list[Any]:
    """A shop with so many paid orders, and the way it lists them: honouring no filter, so that every page is read."""
    switches = {"orders_last_modified": False, "thin_order_lists": True, "lists": counted}
    world.stand_in.switches.update(switches, order_lists="newest-first" if newest_first else "oldest-first")
    return [world.order(products=[CUP]) for _ in range(count)]
