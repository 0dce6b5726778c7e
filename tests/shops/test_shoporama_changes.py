"""Which orders changed: found whole and by few calls in every kind of list that Shoporama may have (section 2)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shops.adapters.shoporama import changes
from shops.adapters.shoporama.client import PAGE, Page
from shops.adapters.shoporama.values import COPENHAGEN
from shops.base import ChangedPart
from tests.shops.stand_in import NOON, World

pytestmark = pytest.mark.contract

OLD = 1000
"""Orders placed long before the moment that is asked from."""


def a_row(number: int, at: datetime, **more: Any) -> dict[str, Any]:
    local = at.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S")
    return {"order_id": number, "status": "new", "paid": 1, "last_modified": local} | more


def a_history(new: int, old: int = OLD) -> list[dict[str, Any]]:
    """Orders by id: `old` ones until a day before noon, `new` ones after it."""
    before = [a_row(number, NOON - timedelta(days=1, minutes=old - number)) for number in range(1, old + 1)]
    return before + [a_row(old + number, NOON + timedelta(minutes=number)) for number in range(1, new + 1)]


class Listed:
    """A list as a platform may give it: filtered or not, either way round, counted or not, in pages."""

    def __init__(
        self, rows: list[dict[str, Any]], *, honours: bool, newest_first: bool, counts: bool, offsets: bool = True
    ) -> None:
        limit = changes.asked_from(NOON).replace("T", " ")
        found = [row for row in rows if not honours or row["last_modified"] >= limit]
        self.rows = found[::-1] if newest_first else found
        self.counts = counts
        self.offsets = offsets
        self.calls = 0

    def __call__(self, offset: int) -> Page:
        self.calls += 1
        assert self.calls < 60, "it goes on for ever"
        start = offset if self.offsets else 0
        return Page(self.rows[start : start + PAGE], len(self.rows) if self.counts else None)


def ids(fetch: Callable[[int], Page], since: datetime = NOON) -> list[int]:
    return [int(order_id) for part in changes.changed(fetch, since) for order_id, _ in part.orders]


def found_in_steps(fetch: Callable[[int], Page]) -> Iterator[list[int]]:
    """The same, every part asked for anew with nothing kept but the place, as it is stored."""
    place: Any = None
    while place != {}:
        part = next(changes.changed(fetch, NOON, place), ChangedPart([], {}))
        place = json.loads(json.dumps(part.place))
        yield [int(order_id) for order_id, _ in part.orders]


@pytest.mark.parametrize("new", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize(("honours", "newest_first", "counts"), list(itertools.product([True, False], repeat=3)))
def test_every_change_is_found_once(new: int, honours: bool, newest_first: bool, counts: bool):
    listed = Listed(a_history(new), honours=honours, newest_first=newest_first, counts=counts)
    found = ids(listed)
    assert sorted(found) == [OLD + number for number in range(1, new + 1)]
    if honours or newest_first:
        assert listed.calls <= new // PAGE + 2
    elif counts:
        assert listed.calls <= new // PAGE + 3


@pytest.mark.parametrize("new", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize(("honours", "newest_first", "counts"), list(itertools.product([True, False], repeat=3)))
def test_a_listing_goes_on_where_it_stopped(new: int, honours: bool, newest_first: bool, counts: bool):
    listed = Listed(a_history(new), honours=honours, newest_first=newest_first, counts=counts)
    whole = Listed(a_history(new), honours=honours, newest_first=newest_first, counts=counts)
    parts = list(found_in_steps(listed))
    assert [order_id for part in parts for order_id in part] == ids(whole)
    assert max(len(part) for part in parts) <= PAGE
    assert listed.calls == whole.calls


@pytest.mark.parametrize("new", [0, 150])
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_listing_that_is_gone_on_with_ends_where_the_offset_is_ignored(newest_first: bool, new: int):
    listed = Listed(a_history(new), honours=False, newest_first=newest_first, counts=False, offsets=False)
    assert len(list(found_in_steps(listed))) <= 3
    assert listed.calls <= 5


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_small_shop_is_one_call(counts: bool, newest_first: bool):
    listed = Listed(a_history(5, old=20), honours=False, newest_first=newest_first, counts=counts)
    assert len(ids(listed)) == 5
    assert listed.calls == 1


@pytest.mark.parametrize("new", [0, 150])
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_platform_that_ignores_the_offset_ends(newest_first: bool, new: int):
    rows = a_history(new)
    listed = Listed(rows, honours=False, newest_first=newest_first, counts=False, offsets=False)
    ids(listed)
    assert listed.calls <= 5


def test_an_order_that_slides_onto_the_next_page_comes_once():
    """Newest first, a new order while we read pushes the last row of one page to the top of the next."""
    rows = a_history(150, old=0)[::-1]
    pages = {0: rows[:PAGE], PAGE: rows[PAGE - 1 :]}
    found = ids(lambda offset: Page(pages[offset], 150))
    assert len(found) == len(set(found)) == 150


def test_an_empty_list_is_one_call():
    listed = Listed([], honours=True, newest_first=False, counts=True)
    assert ids(listed) == []
    assert listed.calls == 1


def test_a_row_that_says_no_time_counts_as_changed():
    rows = [{"order_id": 1}, {"id": "2", "last_modified": "0000-00-00 00:00:00"}, {"name": "no order"}]
    assert ids(lambda offset: Page(rows, 3)) == [1, 2]


def test_pages_are_fetched_only_as_they_are_needed():
    listed = Listed(a_history(250), honours=True, newest_first=False, counts=True)
    part = next(changes.changed(listed, NOON))
    assert (part.orders[0][0], listed.calls) == (str(OLD + 1), 1)


def test_the_version_changes_with_time_state_and_payment():
    rows = [
        a_row(1, NOON),
        a_row(1, NOON + timedelta(seconds=1)),
        a_row(1, NOON, status="sent"),
        a_row(1, NOON, paid=0),
        a_row(1, NOON, paid=None),
    ]
    assert len({changes.version(row) for row in rows}) == len(rows)
    assert changes.version(a_row(1, NOON)) == changes.version(a_row(1, NOON))


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        ("2026-03-02T11:00:00+00:00", "2026-03-02T10:00:00"),
        ("2026-07-02T10:00:00+00:00", "2026-07-02T10:00:00"),
        # Half past two comes twice on this night; the first of them is meant by nobody who asks from one o'clock.
        ("2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00"),
        ("2026-10-25T00:30:00+00:00", "2026-10-25T00:30:00"),
    ],
)
def test_the_time_asked_from_is_early_enough_in_any_zone(since: str, asked: str):
    moment = datetime.fromisoformat(since)
    assert changes.asked_from(moment) == asked
    utc = moment.replace(tzinfo=None)
    assert datetime.fromisoformat(asked) <= utc


@pytest.mark.parametrize(
    ("said", "told"),
    [("A-17", "A-17"), (-3, "-3"), ("x" * 99, "x" * 40), (" 0012 ", "12"), ("", ""), (None, ""), ({}, "")],
    ids=["letters", "negative", "long", "padded", "empty", "none", "object"],
)
def test_an_id_that_is_none_of_the_platforms_is_told_as_it_is(said: object, told: str):
    rows = [a_row(1, NOON), a_row(2, NOON, order_id=said), a_row(3, NOON)]
    [part] = changes.changed(lambda _: Page(rows, 3), NOON)
    assert [order_id for order_id, _ in part.orders] == ["1", *([told] if told else []), "3"]


# --- on the stand-in --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("honours", [True, False])
@pytest.mark.parametrize("order", ["oldest-first", "newest-first"])
@pytest.mark.parametrize("lists", ["documented", "bare"])
def test_the_poll_finds_new_orders_among_many(honours: bool, order: str, lists: str):
    world = World(orders_last_modified=honours, order_lists=order, lists=lists, thin_order_lists=True)
    world.place_many(220, seconds=1)
    world.now += 86_400
    since = NOON + timedelta(seconds=world.now - NOON.timestamp())
    new = world.place_many(3)
    adapter = world.adapter()
    assert sorted(order_id for order_id, _ in adapter.changed_since(since)) == new
    assert len(adapter.calls) <= (1 if honours else 7)


def test_a_payment_gives_the_order_a_new_version():
    world = World()
    placed = world.place(paid=False)
    ((order_id, before),) = world.adapter().changed_since(NOON)
    world.shop.pay(placed)
    assert [row for row in world.adapter().changed_since(NOON) if row != (order_id, before)]
