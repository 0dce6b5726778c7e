"""Orders that change, and people who work in the books by hand while we do."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import SyncJob
from sandbox.economic.model import PAYMENT
from tests.sync.faults import Wire, away
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine


def rests(world: World, order: Any) -> tuple[str, str, str]:
    job = world.job(order)
    return job.state, job.detail, job.reason


def drafts(world: World) -> list[dict[str, Any]]:
    return list(world.agreement.ledger()["drafts"])


def payments(world: World) -> list[dict[str, Any]]:
    """What customers have paid, each payment once."""
    return [row for row in world.agreement.ledger()["entries"] if row["customer"] and row["type"] == PAYMENT]


def again(world: World, order: Any) -> None:
    """Somebody presses transfer now, some time later."""
    world.now.move(60)
    world.act(acts.transfer_now, order)
    world.drain()


def a_draft(world: World, order: Any) -> int:
    """An order whose draft is made and whose booking has not begun: the books went away between. The draft's number."""
    Wire.of(world).meets("POST /invoices/booked", away)
    world.tell(order)
    world.drain()
    [draft] = drafts(world)
    return int(draft["draft_number"])


def costs(order: Any, amount: str) -> None:
    """The shop's owner changes what the order costs."""
    order.charges.__dict__["fee"] += type(order.charges.fee)(amount)


# --- after booking ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("booked_by", ["us", "hand"])
def test_an_order_that_changed_after_booking_is_for_the_owner_and_nothing_is_sent(world: World, booked_by: str) -> None:
    order = world.order()
    number = a_draft(world, order)
    if booked_by == "hand":
        world.agreement.book_by_hand(number)
    world.settle()
    assert rests(world, order) == ("done", "booked", "")
    costs(order, "10.00")
    world.tell(order, "new_status")
    world.drain()
    assert rests(world, order) == ("needs_you", "", "order-changed")
    assert world.job(order).facts == {"order": str(order.number), "booked": "199.00 DKK", "now": "209.00 DKK"}
    again(world, order)
    assert rests(world, order)[2] == "order-changed"
    assert [row["gross"] for row in world.booked(order)] == ["199.00"]
    assert drafts(world) == []


def test_an_order_that_changed_back_is_in_the_books_again(world: World) -> None:
    order = world.sold()
    world.drain()
    for amount, expected in (("10.00", "needs_you"), ("-10.00", "done")):
        costs(order, amount)
        world.tell(order, "new_status")
        world.drain()
        assert rests(world, order)[0] == expected


def test_an_order_cancelled_after_booking_is_for_the_owner(world: World) -> None:
    order = world.sold()
    world.drain()
    world.stand_in.move(order, "cancelled", tell=False)
    world.tell(order, "new_status")
    world.drain()
    assert (rests(world, order)[2], world.job(order).facts["now"]) == ("order-changed", "cancelled")


# --- before booking -----------------------------------------------------------------------------------------------
def test_an_order_that_changed_while_it_was_a_draft_is_booked_as_it_is_now(world: World) -> None:
    order = world.order()
    a_draft(world, order)
    costs(order, "10.00")
    world.tell(order, "new_status")
    world.settle()
    assert rests(world, order) == ("done", "booked", "")
    assert [row["gross"] for row in world.booked(order)] == ["209.00"]
    assert drafts(world) == []


def test_an_order_cancelled_while_it_was_a_draft_takes_the_draft_with_it(world: World) -> None:
    order = world.order()
    a_draft(world, order)
    world.stand_in.move(order, "cancelled", tell=False)
    world.tell(order, "new_status")
    world.settle()
    assert rests(world, order) == ("not_meant", "", "nothing-to-book")
    assert (drafts(world), world.booked()) == ([], [])


# --- a draft that differs -----------------------------------------------------------------------------------------
@pytest.fixture
def differing(db_clean: None, settings: Any) -> Any:
    """An order whose draft differs: VAT is on, and the product's group gives none, which nobody can know beforehand."""
    with a_world(settings, **{"product_group@25": "2"}) as world:
        with world.scope():
            world.connection.choices["rates"] = {}
            world.connection.save()
        order = world.sold(products=[{"own_id": "NY-1", "name": "Ny", "unit_price": "125.00"}])
        world.drain()
        assert rests(world, order) == ("needs_you", "", "draft-differs")
        yield world, order


def test_a_draft_that_differs_is_left_and_explained(differing: Any) -> None:
    world, order = differing
    facts = world.job(order).facts
    assert (facts["fact"], facts["shop_value"], facts["books_value"]) == ("gross", "125.00", "100.00")
    assert (len(drafts(world)), world.booked()) == (1, [])
    world.tell(order, "new_status")
    world.settle(hours=100)
    assert (rests(world, order)[2], len(drafts(world)), world.booked()) == ("draft-differs", 1, [])


def test_when_the_settings_are_mended_the_draft_is_made_anew(differing: Any) -> None:
    world, order = differing
    world.agreement.books.products["NY-1"].data["productGroup"] = 1
    world.save(**{"product_group@25": "1"})
    world.drain()
    assert rests(world, order) == ("done", "booked", "")
    assert ([row["vat"] for row in world.booked(order)], drafts(world)) == (["25.00"], [])
    with world.scope():
        assert SyncJob.objects.get().settings.number == 2


def test_when_nothing_was_mended_it_stops_again_with_one_draft(differing: Any) -> None:
    world, order = differing
    for _ in range(3):
        again(world, order)
    assert (rests(world, order)[2], len(drafts(world)), world.booked()) == ("draft-differs", 1, [])


def test_a_draft_that_the_owner_corrected_and_booked_is_not_booked_twice(differing: Any) -> None:
    world, order = differing
    [draft] = drafts(world)
    world.agreement.book_by_hand(int(draft["draft_number"]))
    again(world, order)
    world.settle()
    assert (len(world.booked(order)), drafts(world)) == (1, [])
    # It was booked as it was, so the invoice is not what the shop charged.
    assert rests(world, order) == ("needs_you", "booked", "order-changed")
    assert (world.job(order).facts["booked"], world.job(order).facts["now"]) == ("100.00 DKK", "125.00 DKK")
    assert payments(world) == []


def test_a_stranger_with_the_drafts_number_is_left_alone(differing: Any) -> None:
    world, order = differing
    [draft] = drafts(world)
    books = world.agreement.books
    # Numbers are given again: this draft is somebody else's by now.
    books.drafts[int(draft["draft_number"])].data["references"] = {"other": "theirs"}
    books.draft_references.add("theirs", int(draft["draft_number"]))
    again(world, order)
    assert int(draft["draft_number"]) in books.drafts


# --- by hand, before our booking ------------------------------------------------------------------------------------
def test_a_draft_that_was_booked_by_hand_is_settled(world: World) -> None:
    order = world.order()
    world.agreement.book_by_hand(a_draft(world, order))
    world.settle()
    assert rests(world, order) == ("done", "booked", "")
    [document] = world.booked(order)
    assert (document["remainder"], world.job(order).document_number) == ("0.00", str(document["number"]))


def test_a_draft_that_was_booked_and_paid_by_hand_is_not_paid_twice(world: World) -> None:
    order = world.order()
    number = world.agreement.book_by_hand(a_draft(world, order))
    world.agreement.pay_by_hand(number)
    world.settle()
    assert (len(world.booked(order)), len(payments(world))) == (1, 1)
    assert (rests(world, order), world.job(order).balance) == (("done", "booked", ""), 0)


@pytest.mark.parametrize("settles", [True, False])
def test_terms_that_settle_at_booking_are_not_settled_again(db_clean: None, settings: Any, settles: bool) -> None:
    with a_world(settings, terms="4") as world:
        world.switch(paid_in_cash_settles=settles)
        order = world.sold()
        world.settle()
        assert (rests(world, order), world.job(order).balance) == (("done", "booked", ""), 0)
        assert len(payments(world)) == 1
        assert [row["remainder"] for row in world.booked(order)] == ["0.00"]


@pytest.mark.parametrize("answer", [404, 400])
def test_a_draft_that_was_deleted_by_hand_is_asked_about(world: World, answer: int) -> None:
    world.switch(unknown_draft=answer)
    order = world.order()
    world.agreement.delete_draft_by_hand(a_draft(world, order))
    world.settle()
    assert rests(world, order) == ("needs_you", "", "draft-deleted")
    world.tell(order, "new_status")
    world.save(layout="20")
    world.settle(hours=100)
    # Whatever is said or saved: only a person sends it again.
    assert (rests(world, order)[2], world.booked(), drafts(world)) == ("draft-deleted", [], [])
    again(world, order)
    world.settle()
    assert (rests(world, order), len(world.booked(order))) == (("done", "booked", ""), 1)


def test_a_refused_booking_with_a_list_that_lags_deletes_nothing(world: World) -> None:
    world.switch(stale_list_seconds=3600, closed_period="plain")
    order = world.order()
    close_every_day(world, "year")
    world.tell(order)
    world.drain()
    assert rests(world, order)[2] != "draft-deleted"
    assert len(drafts(world)) == 1


# --- closed periods ---------------------------------------------------------------------------------------------------
def close_every_day(world: World, how: str) -> None:
    """No later day is left to book on: the years themselves are closed, or every day in them is barred."""
    years = world.agreement.books.master.calendar.years
    if how == "period":
        world.agreement.bar_period(f"{min(years)}-01-01", f"{max(years)}-12-31")
        return
    for year in years:
        world.agreement.close_year(year)


@pytest.mark.parametrize("says", ["E04041", "plain"])
@pytest.mark.parametrize("closed", ["year", "period"])
def test_a_day_without_an_open_one_after_it_stops_and_goes_on_when_it_is_open(
    world: World, says: str, closed: str
) -> None:
    world.switch(closed_period=says)
    calendar = world.agreement.books.master.calendar
    close_every_day(world, closed)
    order = world.sold()
    world.drain()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "period-closed")
    assert (world.booked(), len(drafts(world))) == ([], 1)
    world.agreement.close_year(2026, closed=False)
    calendar.barred.clear()
    again(world, order)
    assert (rests(world, order), len(world.booked(order))) == (("done", "booked", ""), 1)


@pytest.mark.parametrize("at", ["booking", "draft"])
def test_a_barred_customer_stops_until_the_bar_is_lifted(world: World, at: str) -> None:
    world.switch(barred_customer_at=at)
    world.agreement.bar_customer(2)
    order = world.sold(email="birgit.holm@example.dk")
    world.drain()
    assert rests(world, order) == ("needs_you", "", "customer-barred")
    world.agreement.bar_customer(2, barred=False)
    again(world, order)
    assert (rests(world, order), len(world.booked(order))) == (("done", "booked", ""), 1)
