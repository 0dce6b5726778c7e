"""Orders in another currency than the books': used where the agreement has it, else it is said what to switch on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.core.store import document_from_json
from connector.sync import acts, build
from tests.sync.world import World, amount

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": "125.00"}
POINTS = ("before-intent", "after-intent", "after-answer", "after-result")


def rate_of(world: World, order: Any) -> str:
    kept = world.job(order).document
    assert kept is not None
    return document_from_json(kept).rate_note


def test_an_order_in_euro_is_booked_in_euro_with_its_rate(world: World) -> None:
    order = world.sold(products=[CUP], currency="EUR")
    world.settle()
    job = world.job(order)
    assert (job.state, job.detail, job.balance) == ("done", "booked", Decimal(0)), (job.reason, job.facts)
    [document] = world.booked(order)
    assert (document["currency"], amount(document["gross"]), amount(document["remainder"])) == ("EUR", job.total, 0)
    assert rate_of(world, order) == "746 e-conomic 2026-11-20"


def test_an_order_in_the_books_own_currency_has_no_rate(world: World) -> None:
    order = world.sold(products=[CUP])
    world.settle()
    assert rate_of(world, order) == ""


class Crash(BaseException):
    """The worker dies."""


@pytest.mark.parametrize("where", POINTS)
def test_the_rate_survives_a_crash_around_the_draft(world: World, where: str) -> None:
    order = world.sold(products=[CUP], currency="EUR")

    def crash(point: str, step: str) -> None:
        if (point, step) == (where, "draft"):
            raise Crash

    with pytest.raises(Crash):
        world.settle(probe=crash)
    world.settle()
    assert len(world.booked(order)) == 1
    assert rate_of(world, order) == "746 e-conomic 2026-11-20"


def test_a_currency_that_the_books_lack_stops_before_any_write(world: World) -> None:
    order = world.sold(products=[{**CUP, "own_id": "NY-KOP"}], currency="CHF")
    since = len(world.sent)
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "currency-missing")
    assert job.facts["currency"] == "CHF"
    assert [call for call in world.sent[since:] if call[0] == "POST"] == []


def test_a_currency_that_was_switched_on_lets_the_order_go(world: World) -> None:
    order = world.sold(products=[CUP], currency="CHF")
    world.settle()
    currencies = world.agreement.books.master.currencies
    euro = currencies["EUR"]
    currencies["CHF"] = type(euro)("CHF", "756", "Schweizerfranc", 790_000_000)
    fetch_again(world)
    world.settle()
    assert world.job(order).state == "done"
    assert rate_of(world, order).startswith("790 e-conomic")


def fetch_again(world: World) -> None:
    """What the button "Fetch again" does, then the settings are saved."""
    with world.scope():
        world.connection.refresh_from_db()
        provider = build.provider_for(world.connection, world.transport)
        acts.keep_choices(world.connection, provider.choices(), [])
    world.save()
