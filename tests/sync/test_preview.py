"""The preview says what the orders of a period would become, and changes nothing in the books."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from connector.core.errors import Temporary
from connector.core.store import document_from_json
from connector.sync import clock, earlier, preview
from connector.sync.models import Integration, Preview, PreviewOrder, SyncJob
from shops.models import Shop
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine

CUP = {"own_id": "NY-KOP", "name": "Kop", "amount": 2, "unit_price": "125.00"}
ROUNDS = 100


def integration_of(world: World) -> Integration:
    return Integration.objects.select_related("connection", "settings", "shop").get(pk=world.integration.pk)


def begun(world: World, **values: str) -> Preview:
    """A preview of the last 30 days, nothing of it looked at yet; with `values` under settings that nobody saved."""
    with world.scope():
        integration = integration_of(world)
        assert integration.settings is not None
        first, last = preview.usual_period(clock.now().date())
        chosen = {**integration.settings.values, **values}
        return preview.begin(integration, first, last, chosen, None if values else integration.settings, "Anna")


def made(world: World, **values: str) -> Preview:
    """The same, finished."""
    look = begun(world, **values)
    for _ in range(ROUNDS):
        preview.step(look, transport=world.transport, seconds=600)
        with world.scope():
            if look.trouble or preview.is_ready(look):
                return look
    raise AssertionError("the preview does not end")


def rows(world: World, look: Preview) -> dict[str, PreviewOrder]:
    with world.scope():
        return {row.order_id: row for row in look.orders.order_by("pk")}


def row_of(world: World, look: Preview, order: Any) -> PreviewOrder:
    return rows(world, look)[str(order.order_id)]


def books_calls(world: World, since: int) -> list[tuple[str, str]]:
    return [call for call in world.sent[since:] if call[0] != "GET"]


# --- what it says ----------------------------------------------------------------------------------------------------
def test_an_order_before_the_start_is_shown_as_its_document(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    since = len(world.sent)
    look = made(world)
    row = row_of(world, look, order)
    assert (row.outcome, row.reason, row.missing) == ("becomes", "", ["NY-KOP"])
    assert row.rates == {"25": ["200.00", "50.00"]}
    assert row.document is not None
    assert document_from_json(row.document).gross == row.total
    assert books_calls(world, since) == []
    with world.scope():
        assert not SyncJob.objects.exists()
    started(world)
    world.settle()
    assert world.job(order).document == row.document


def test_what_would_stop_says_why(world: World) -> None:
    order = world.order(products=[CUP])
    row = row_of(world, made(world, missing_product="stop"), order)
    assert (row.outcome, row.reason) == ("stops", "product-missing")
    assert row.facts["sku"] == "NY-KOP"


def test_what_only_a_write_would_refuse_stops_here_already(world: World) -> None:
    order = world.order(products=[CUP], ean="123", company="Skolen", name="Per")
    row = row_of(world, made(world), order)
    assert (row.outcome, row.reason, row.facts["fact"]) == ("stops", "fact-missing", "ean")


def test_an_order_without_its_trigger_is_not_meant_to_go(world: World) -> None:
    order = world.order(products=[CUP], paid=False)
    row = row_of(world, made(world), order)
    assert (row.outcome, row.reason) == ("not_meant", "not-triggered")


def test_orders_of_another_time_are_left_out(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-01T10:00:00")
    assert row_of(world, made(world), order).outcome == "outside"


def test_what_is_in_the_books_is_marked(world: World) -> None:
    order = world.sold(products=[CUP])
    world.settle()
    row = row_of(world, made(world), order)
    assert row.is_there
    with world.scope():
        assert not earlier.chosen(row.preview).exists()


def test_a_shop_that_does_not_answer_is_said_and_gone_on_with(world: World) -> None:
    world.order(products=[CUP])

    def down(*_call: Any) -> Any:
        raise Temporary("provider-down")

    look = begun(world)
    preview.step(look, transport=down)
    assert look.trouble["code"]
    preview.step(look, transport=world.transport)
    assert look.trouble == {}
    with world.scope():
        assert preview.is_ready(look)


def test_every_call_to_the_shop_is_metered(world: World) -> None:
    world.order(products=[CUP])
    before = len(world.sent)
    made(world)
    asked = [path for _method, path in world.sent[before:] if path.startswith("/order")]
    with world.scope():
        world.shop.refresh_from_db()
    assert world.shop.budget_used >= len(asked) >= 2


# --- it is what the job makes ----------------------------------------------------------------------------------------
def seeded_wish(chance: Random) -> dict[str, Any]:
    """An order of a Danish shop: goods of any price, shipping, a fee, a discount, a company now and then."""
    goods = [
        {
            "own_id": f"VARE-{chance.randint(1, 9)}",
            "name": "Vare",
            "amount": chance.randint(1, 4),
            "unit_price": f"{chance.randint(100, 99_999) / 100:.2f}",
        }
        for _ in range(chance.randint(1, 4))
    ]
    wish: dict[str, Any] = {"products": goods, "email": f"kunde{chance.randint(1, 40)}@example.dk"}
    if chance.random() < 0.6:
        wish["shipping_price"] = chance.choice(["39.00", "49.50", "0.00"])
    if chance.random() < 0.3:
        wish["voucher_percent"] = chance.choice([10, 15])
    if chance.random() < 0.2:
        wish |= {"company": "Nordlys ApS", "name": "Bo Lund", "cvr": f"1234567{chance.randint(0, 9)}"}
    if chance.random() < 0.2:
        wish |= {"email": "", "phone": str(chance.randint(20_000_000, 99_999_999))}
    if chance.random() < 0.1:
        wish["country"] = "NO"
    return wish


def test_the_dry_run_equals_the_booking(db_clean: None, settings: Any) -> None:
    """200 seeded orders: every document that was shown is the one that is booked, every stop the one that comes."""
    chance = Random(15)
    with a_world(settings, no_email="key") as world:
        world.sold(products=[{**CUP, "own_id": f"VARE-{number}"} for number in range(1, 10)])
        world.settle()
        orders = [world.order(**seeded_wish(chance)) for _ in range(200)]
        look = made(world)
        for order in orders:
            world.tell(order)
        world.settle(hours=12)
        shown = rows(world, look)
        for order in orders:
            job, row = world.job(order), shown[str(order.order_id)]
            if row.outcome == "becomes":
                assert row.document == job.document, row.order_number
                assert job.state == "done", (job.reason, job.facts)
                assert [amount(booked["gross"]) for booked in world.booked(order)] == [job.total]
            else:
                assert (row.reason, row.facts) == (job.reason, {k: v for k, v in job.facts.items() if k in row.facts})
        outcomes = [row.outcome for row in shown.values()]
        assert outcomes.count("becomes") > 150


# --- earlier orders --------------------------------------------------------------------------------------------------
def thirty_days(world: World, *, poison: int = -1) -> list[Any]:
    """An order for each of thirty days, all before the start; one of them a shop's answer that makes no sense."""
    first = date(2026, 10, 23)
    wrong = {"raw": {"total": "1.00", "order_total": "1.00"}}
    return [
        world.order(products=[CUP], time=f"{first + timedelta(days=day)}T09:00:00", **(wrong if day == poison else {}))
        for day in range(29)
    ]


def started(world: World) -> tuple[Preview, int]:
    look = made(world)
    with world.scope():
        look = Preview.objects.select_related("integration__connection", "shop").get(pk=look.pk)
        return look, earlier.start(look, ANNA)


def test_thirty_days_with_one_poison_order(db_clean: None, settings: Any) -> None:
    with a_world(settings, start_at="2026-11-20T12:00:00+01:00") as world:
        orders = thirty_days(world, poison=3)
        look, count = started(world)
        assert count == 29
        world.settle(hours=12)
        jobs = [world.job(order) for order in orders]
        assert jobs[3].state == "needs_you"
        assert {job.state for number, job in enumerate(jobs) if number != 3} == {"done"}
        assert {job.lane for job in jobs} == {SyncJob.Lane.EARLIER}
        with world.scope():
            found = earlier.progress(look)
        assert (found.count, found.done, found.stopped, found.waiting) == (29, 28, 1, 0)
        assert row_of(world, look, orders[3]).reason == jobs[3].reason


def test_live_orders_go_before_earlier_ones(db_clean: None, settings: Any) -> None:
    with a_world(settings, start_at="2026-11-20T12:00:00+01:00") as world:
        thirty_days(world)
        started(world)
        live = world.sold(products=[CUP])
        world.settle(hours=12)
        invoices = sorted(world.booked(), key=lambda row: int(row["number"]))
        assert invoices[0]["reference"].endswith(f":{live.order_id}")
        assert len(invoices) == 30


def test_earlier_orders_leave_calls_of_the_day_to_live_ones(db_clean: None, settings: Any) -> None:
    with a_world(settings, start_at="2026-11-20T12:00:00+01:00") as world:
        orders = thirty_days(world)
        started(world)
        with world.scope():
            Shop.objects.update(budget_day=world.now().date(), budget_used=750)
        live = world.sold(products=[CUP])
        world.settle(hours=1)
        assert world.job(live).state == "done"
        assert {(world.job(order).state, world.job(order).reason) for order in orders} == {
            ("waiting", "shop-budget-used")
        }
        world.now.move(86_400)
        world.settle(hours=12)
        assert {world.job(order).state for order in orders} == {"done"}


def test_pressed_twice_makes_one_job_each(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    look, first = started(world)
    with world.scope():
        assert (first, earlier.start(look, ANNA)) == (1, 0)
    world.settle()
    assert len(world.booked(order)) == 1


def test_an_order_that_rested_before_the_start_goes_too(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    world.tell(order)
    world.drain()
    assert world.job(order).reason == "before-start"
    _look, count = started(world)
    world.settle()
    assert count == 1
    assert len(world.booked(order)) == 1


def test_an_order_that_was_just_noticed_and_is_about_to_rest_goes_too(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    world.tell(order)
    assert world.job(order).state == "waiting"
    _look, count = started(world)
    world.settle()
    assert count == 1
    assert len(world.booked(order)) == 1


def test_a_live_order_that_was_just_noticed_is_on_its_way(world: World) -> None:
    order = world.sold(products=[CUP])
    assert row_of(world, made(world), order).is_there
    assert started(world)[1] == 0
    assert world.job(order).lane == SyncJob.Lane.LIVE


def test_cancelled_orders_are_left_also_when_something_is_heard_of_them(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    look, _count = started(world)
    with world.scope():
        assert earlier.cancel(look, ANNA) == 1
    job = world.job(order)
    assert (job.state, job.reason) == ("not_meant", "backfill-cancelled")
    world.tell(order)
    world.settle()
    assert world.booked() == []
    assert world.job(order).state == "not_meant"


def test_what_has_begun_is_finished_when_the_rest_is_cancelled(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    look, _count = started(world)

    def cancelling(point: str, step: str) -> None:
        if (point, step) == ("after-answer", "draft"):
            with world.scope():
                assert earlier.not_begun(look).count() == 0

    world.settle(probe=cancelling)
    assert len(world.booked(order)) == 1


def test_a_worker_that_holds_the_order_sends_nothing_after_the_cancelling(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    look, _count = started(world)
    left: list[int] = []

    def cancelling(point: str, _step: str) -> None:
        if point == "before-intent" and not left:
            with world.scope():
                left.append(earlier.cancel(look, ANNA))

    world.settle(probe=cancelling)
    assert left == [1]
    assert world.agreement.ledger()["booked"] == world.agreement.ledger()["drafts"] == []
    assert world.job(order).reason == "backfill-cancelled"


def test_orders_are_not_fetched_while_they_are_switched_off(db_clean: None, settings: Any) -> None:
    with a_world(settings, orders="off") as world:
        world.order(products=[CUP], time="2026-10-25T10:00:00")
        assert started(world)[1] == 0


# --- one order as a draft --------------------------------------------------------------------------------------------
def drafted(world: World, order: Any) -> SyncJob | None:
    row = row_of(world, made(world), order)
    with world.scope():
        full = PreviewOrder.objects.select_related("preview__integration__connection", "preview__shop").get(pk=row.pk)
        return earlier.draft(full, ANNA)


def test_one_order_is_made_a_draft_and_stays_one(world: World) -> None:
    order = world.order(products=[CUP], time="2026-10-25T10:00:00")
    assert drafted(world, order) is not None
    world.settle()
    job = world.job(order)
    assert (job.state, job.detail) == ("done", "draft")
    assert len(world.agreement.ledger()["drafts"]) == 1
    assert world.booked() == []


def test_what_is_in_the_books_is_not_made_a_draft(world: World) -> None:
    order = world.sold(products=[CUP])
    world.settle()
    assert drafted(world, order) is None
    assert len(world.booked(order)) == 1
