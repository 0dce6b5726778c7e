"""A shop whose books are in Billy: the same promises without an idempotency key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounting.models import Connection
from connector.sync import acts, build, rules
from connector.sync.models import SyncStep
from tests.sync.faults import Wire, lost_after, lost_before
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine

WRITES = {
    "contact": "POST /contacts",
    "draft": "POST /invoices",
    "approval": "PUT /invoices",
    "payment": "POST /bankPayments",
}
CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}


@pytest.fixture
def world(db_clean: None, settings: Any) -> Iterator[World]:
    with a_world(settings, provider="billy") as made:
        yield made


def sold(world: World, **wish: Any) -> Any:
    return world.sold(**{"email": "ny@example.dk", "products": [CUP], **wish})


def require_one_of_everything(world: World, order: Any) -> dict[str, Any]:
    """The books hold what the shop charged, once."""
    job, ledger = world.job(order), world.agreement.ledger()
    assert (job.state, job.detail, job.reason) == ("done", "booked", ""), job.facts
    [document] = world.booked(order)
    assert (document["gross"], document["remainder"]) == (str(order.sold), "0.00")
    assert ledger["drafts"] == []
    assert len(world.agreement.documents_with(document["reference"])["payments"]) == 1
    assert len([row for row in world.agreement.books.tables["contactPersons"].values() if _is_ny(row)]) == 1
    return document


def _is_ny(person: dict[str, Any]) -> bool:
    return str(person["email"]) == "ny@example.dk"


def writes(world: World) -> list[tuple[str, str]]:
    """What was sent to the books since the world was made: method and resource."""
    return [(method, path.split("/")[2]) for method, path in world.sent if path.startswith("/v2/")]


def archive(world: World, name: str, resource: str = "products") -> None:
    for row in world.agreement.books.tables[resource].values():
        if row["name"] == name:
            row["isArchived"] = True


# --- exact, once, with few calls ----------------------------------------------------------------------------------
@pytest.mark.parametrize("price", ["4.42", "1234.57"])
def test_a_paid_order_is_booked_and_settled(world: World, price: str) -> None:
    order = sold(world, products=[{**CUP, "amount": 1, "unit_price": price}], shipping_price="39.00")
    world.drain()
    document = require_one_of_everything(world, order)
    job = world.job(order)
    assert amount(document["gross"]) == job.total == job.document_total


def test_three_calls_at_a_known_customer(world: World) -> None:
    sold(world)
    world.drain()
    world.sent.clear()
    order = sold(world)
    world.drain()
    require_one_of_everything(world, order)
    # What is open is read by one call for the whole drain.
    assert writes(world)[:3] == [("POST", "invoices"), ("PUT", "invoices"), ("POST", "bankPayments")]
    assert writes(world)[3:] in ([], [("GET", "invoices")])


def test_several_rates_are_rounded_once(world: World) -> None:
    # 0.03 hold 0.006 at 25 %, and 0.005 at 20 %: together one øre, and two when each is rounded.
    _rate_of_twenty(world)
    cups = [{**CUP, "own_id": f"KOP-{vat}", "amount": 1, "unit_price": "0.03", "vat": vat} for vat in ("25", "20")]
    order = sold(world, products=cups)
    world.settle()
    assert require_one_of_everything(world, order)["vat"] == "0.01"


def _rate_of_twenty(world: World) -> None:
    """Something is sold at 20 %, as was once the case."""
    tables = world.agreement.books.tables
    rate = next(row for row in tables["taxRates"].values() if row["name"] == "25 % moms")
    ruleset = next(row for row in tables["salesTaxRulesets"].values() if row["name"] == "Momsfrit salg")
    twenty = world.agreement.books.add(
        "taxRates", {**rate, "id": world.agreement.books.new_id(), "name": "20 %", "rate": 2000}, 0.0
    )
    ruleset["fallbackTaxRateId"] = twenty["id"]
    product = next(row for row in tables["products"].values() if row["name"] == "Vare uden moms")
    with world.scope():
        connection = Connection.objects.get(pk=world.connection.pk)
        acts.fetched_again(connection, build.provider_for(connection, world.transport).choices(), [])
    world.save(rates="25,20", **{"sales_domestic@20": product["id"]})


@pytest.mark.parametrize("rounding", ["rate", "line"])
def test_vat_that_is_rounded_otherwise_is_learnt(world: World, rounding: str) -> None:
    world.switch(vat_rounding=rounding)
    lines = [{"own_id": f"KOP-{n}", "name": "Kop", "amount": 1, "unit_price": "0.03"} for n in range(3)]
    for order in [sold(world, products=lines), sold(world, products=lines)]:
        world.settle()
        assert world.job(order).state == "done", world.job(order).facts
        assert [row["gross"] for row in world.booked(order)] == ["0.09"]


# --- answers that are lost ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("contact", "filter_contacts_contactNo"),
        ("draft", "filter_invoices_contactId"),
        ("approval", ""),
        ("payment", "filter_balanceModifiers_subjectReference"),
    ],
)
def test_what_was_made_is_found_and_not_made_again(world: World, name: str, ignored: str) -> None:
    if ignored:
        world.switch(**{ignored: "ignored"})
    sold(world, email="anden@example.dk")
    world.drain()
    wire = Wire.of(world)
    wire.meets(WRITES[name], lost_after)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)


@pytest.mark.parametrize("name", WRITES)
def test_what_was_not_made_is_made_once(world: World, name: str) -> None:
    wire = Wire.of(world)
    wire.meets(WRITES[name], lost_before, times=2)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)


@pytest.mark.parametrize("name", ["draft", "payment"])
def test_lists_that_lag_make_nothing_twice(world: World, name: str) -> None:
    world.switch(list_lag_seconds=20, paid_lag_seconds=20)
    wire = Wire.of(world)
    wire.meets(WRITES[name], lost_after)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)


# --- somebody works in the books too --------------------------------------------------------------------------------
def _draft(world: World) -> str:
    [draft] = world.agreement.ledger()["drafts"]
    return str(draft["id"])


def test_a_draft_approved_by_hand_is_settled(world: World) -> None:
    world.save(booking="off")
    order = sold(world)
    world.drain()
    assert (world.job(order).state, world.job(order).detail) == ("done", "draft")
    world.agreement.book_by_hand(_draft(world))
    world.settle(hours=30)
    require_one_of_everything(world, order)


def test_a_draft_approved_and_paid_by_hand_is_not_paid_again(world: World) -> None:
    world.save(booking="off")
    order = sold(world)
    world.drain()
    world.agreement.pay_by_hand(world.agreement.book_by_hand(_draft(world)))
    world.settle(hours=30)
    require_one_of_everything(world, order)


def test_a_draft_deleted_by_hand_is_asked_about_and_sent_again(world: World) -> None:
    world.save(booking="off")
    order = sold(world)
    world.drain()
    world.agreement.delete_draft_by_hand(_draft(world))
    world.settle(hours=30)
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "draft-deleted")
    with world.scope():
        acts.transfer_now(world.job(order), ANNA)
    world.settle()
    assert world.job(order).state == "done", (world.job(order).reason, world.job(order).facts)
    assert len(world.agreement.ledger()["drafts"]) == 1


# --- VAT, products, periods ---------------------------------------------------------------------------------------
def test_a_ruleset_that_gives_another_rate_is_not_approved(world: World) -> None:
    tables = world.agreement.books.tables
    free = next(row for row in tables["salesTaxRulesets"].values() if row["name"] == "Momsfrit salg")
    for row in tables["products"].values():
        row["salesTaxRulesetId"] = free["id"]
    order = sold(world)
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "draft-differs"), job.facts
    assert (job.facts["fact"], job.facts["books_value"]) == ("vat", "0.00")
    assert world.booked() == []


def test_a_product_that_is_archived_is_named(world: World) -> None:
    archive(world, "Vare")
    order = sold(world)
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "choice-gone")
    assert job.facts["name"] == "1110 Salg · Vare 25 % i Danmark"


@pytest.mark.parametrize("taken", ["accept", "refuse"])
def test_a_locked_period_is_left_for_the_first_open_day(world: World, taken: str) -> None:
    world.switch(locked_draft=taken)
    world.agreement.lock_period("2026-11-24")
    order = sold(world)
    world.settle()
    document = require_one_of_everything(world, order)
    assert document["date"] == "2026-11-25"


@pytest.mark.parametrize(("country", "rate"), [("FI", "25.5"), ("DE", "19")])
def test_private_persons_abroad_pay_their_own_vat(world: World, country: str, rate: str) -> None:
    oss = next(row for row in world.agreement.books.tables["products"].values() if row["name"] == "Vare, OSS")
    world.save(oss_from="2026-01-01", **{f"sales_eu_consumer@{country}": oss["id"]})
    cup = {**CUP, "vat": rate}
    order = sold(world, country=country, products=[cup], shipping_price="25.10", shipping_vat=rate)
    world.settle()
    require_one_of_everything(world, order)


def test_a_foreign_currency_is_paid_at_the_books_own_rate(world: World) -> None:
    order = sold(world, currency="EUR", country="NO", products=[{**CUP, "vat": "0"}])
    world.settle()
    job = world.job(order)
    assert (job.state, job.detail, job.balance) == ("done", "booked", 0), (job.reason, job.facts)
    [document] = world.booked(order)
    assert (document["currency"], document["gross"], document["remainder"]) == ("EUR", str(order.sold), "0.00")


# --- the token --------------------------------------------------------------------------------------------------------
def test_a_token_that_is_revoked_stops_the_lane_until_another_is_pasted(world: World) -> None:
    world.books.revoke(world.agreement.number)
    order = sold(world)
    world.settle()
    with world.scope():
        assert Connection.objects.get(pk=world.connection.pk).status == "revoked"
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "billy-key-refused")
    asked = len(writes(world))
    world.settle(hours=30)
    assert len(writes(world)) == asked
    with world.scope():
        connection = Connection.objects.get(pk=world.connection.pk)
        acts.books_connected(connection, world.sign_in(world.transport), rules.kept_choices(connection), ANNA)
    world.settle()
    require_one_of_everything(world, order)


def test_every_step_of_a_done_order_is_kept(world: World) -> None:
    sold(world)
    world.drain()
    with world.scope():
        names = list(SyncStep.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["customer", "draft", "book", "payment:1"]
