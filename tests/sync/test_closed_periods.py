"""The document's day: that of the trigger in Copenhagen, else the first open day after it, with the true date said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.sync import acts
from sandbox.economic.ledger import of_reference
from tests.sync.test_pausing import CUP
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

TODAY, OPENING = "2026-11-20", "2026-12-01"


@pytest.fixture
def here(db_clean: None, settings: Any) -> Iterator[World]:
    with a_world(settings) as world:
        yield world


def asked(world: World) -> int:
    """How often the periods of the years were asked for since the world began to send."""
    return len([path for _method, path in world.sent if path.endswith("/accountingYears/periods")])


def dates(world: World) -> list[tuple[str, str]]:
    """The day of each booked document, and what its text says of it."""
    return [(row["date"], row["notes"].get("textLine1", "")) for row in world.booked()]


def test_the_ordinary_order_has_the_day_of_its_trigger_and_asks_for_no_period(here: World) -> None:
    here.sold(products=[CUP])
    here.settle()
    assert [day for day, _note in dates(here)] == [TODAY]
    assert asked(here) == 0


def test_the_day_is_that_of_copenhagen(here: World) -> None:
    here.now.at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    here.sold(products=[CUP])
    here.settle()
    assert [day for day, _note in dates(here)] == ["2026-11-21"]


@pytest.mark.parametrize("how", ["E04041", "plain"])
def test_a_closed_period_moves_the_document_and_says_the_true_date(here: World, how: str) -> None:
    here.switch(closed_period=how)
    here.agreement.bar_period("2026-11-01", "2026-11-30")
    order = here.sold(products=[CUP])
    here.settle()
    job = here.job(order)
    assert (job.state, job.detail, job.reason) == ("done", "booked", "")
    assert job.document["date"] == OPENING
    assert job.document["true_date"] == TODAY
    assert dates(here) == [(OPENING, "Dato for salget: 20.11.2026")]
    assert here.agreement.ledger()["drafts"] == []
    assert amount(here.booked(order)[0]["remainder"]) == 0


def test_a_year_that_was_closed_when_last_read_costs_no_refused_booking(here: World) -> None:
    here.agreement.close_year(2026)
    with here.scope():
        choices = here.connection.choices
        for year in choices["lists"]["years"]:
            year["hint"] = "closed" if year["value"] == "2026" else year["hint"]
        here.connection.save(update_fields=["choices"])
    here.sold(products=[CUP])
    here.settle()
    assert [day for day, _note in dates(here)] == ["2027-01-01"]
    assert [path for method, path in here.sent if method == "POST" and path.endswith("/invoices/booked")] == [
        "/rest/invoices/booked"
    ]


def test_a_year_that_was_opened_again_is_used(here: World) -> None:
    with here.scope():
        for year in here.connection.choices["lists"]["years"]:
            year["hint"] = "closed"
        here.connection.save(update_fields=["choices"])
    here.sold(products=[CUP])
    here.settle()
    assert dates(here) == [(TODAY, "")]


def test_no_open_day_stops_and_goes_on_when_one_is_opened(here: World) -> None:
    years = here.agreement.books.master.calendar.years
    for year in years:
        here.agreement.close_year(year)
    order = here.sold(products=[CUP])
    here.settle()
    assert (here.job(order).state, here.job(order).reason) == ("needs_you", "period-closed")
    assert here.booked() == []
    here.agreement.close_year(2026, closed=False)
    here.act(acts.transfer_now, order)
    here.settle()
    assert dates(here) == [(TODAY, "")]


def test_a_missing_year_stops_and_goes_on_when_it_is_made(here: World) -> None:
    years = here.agreement.books.master.calendar.years
    taken = years.pop("2026")
    order = here.sold(products=[CUP])
    here.settle()
    job = here.job(order)
    assert (job.state, job.reason, job.facts["year"]) == ("needs_you", "year-missing", "2026")
    years["2026"] = taken
    here.act(acts.transfer_now, order)
    here.settle()
    assert len(here.booked(order)) == 1


def test_a_period_that_is_closed_between_booking_and_payment_moves_the_payment(here: World) -> None:
    order = here.sold(products=[CUP])

    def probe(where: str, name: str) -> None:
        if (where, name) == ("after-result", "book"):
            here.agreement.bar_period("2026-11-01", "2026-11-30")

    here.drain(probe)
    here.settle()
    assert here.job(order).balance == 0
    assert [day for day, _note in dates(here)] == [TODAY]
    [paid] = of_reference(here.agreement, here.booked(order)[0]["reference"])["payments"]
    assert str(paid["date"])[:10] == OPENING
