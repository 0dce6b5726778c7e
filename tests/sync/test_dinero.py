"""A shop whose books are in Dinero: the same promises on another API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from accounting.models import Connection
from connector.lib.http import Answer, Transport
from connector.sync import acts, rules
from connector.sync.models import Integration, SyncJob, SyncStep
from tests.sync.faults import Wire, lost_after, lost_before
from tests.sync.world import ANNA, OUTSIDE, World, a_world, amount, connect, save, transport_to

pytestmark = pytest.mark.engine

WRITES = {
    "customer": "POST /contacts",
    "draft": "POST /invoices",
    "book": "POST /book",
    "payment": "POST /payments",
}
CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}


@pytest.fixture
def world(db_clean: None, settings: Any) -> Iterator[World]:
    with a_world(settings, provider="dinero") as made:
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
    assert len([entry for entry in ledger["entries"] if entry["invoice"] == document["number"]]) == 1
    assert len([one for one in ledger["customers"] if one["Email"] == "ny@example.dk"]) == 1
    return document


def writes(world: World) -> list[tuple[str, str]]:
    """What was sent to the books since the world was made: method and the address's last word that is no Guid."""
    return [(method, [part for part in path.split("/") if len(part) < 30][-1]) for method, path in world.sent]


# --- exact, once, with few calls ----------------------------------------------------------------------------------
@pytest.mark.parametrize("price", ["199.00", "4.42", "0.07", "1234.57"])
def test_a_paid_order_is_booked_and_settled(world: World, price: str) -> None:
    order = sold(world, products=[{**CUP, "amount": 1, "unit_price": price}], shipping_price="39.00")
    world.drain()
    document = require_one_of_everything(world, order)
    job = world.job(order)
    assert amount(document["gross"]) == job.total == job.document_total
    assert [line["product"] for line in document["lines"]] == [1000, 1350]
    assert document["prices"] == "gross"


def test_four_calls_at_a_known_customer(world: World) -> None:
    sold(world)
    world.drain()
    world.sent.clear()
    order = sold(world)
    world.drain()
    require_one_of_everything(world, order)
    books = [call for call in writes(world) if call[1] in ("contacts", "invoices", "book", "payments")]
    assert books[:4] == [("POST", "invoices"), ("GET", "invoices"), ("POST", "book"), ("POST", "payments")]
    # What is open is read by one call for the whole drain.
    assert len(books) <= 5


@pytest.mark.parametrize("rounding", ["total", "line"])
def test_vat_that_is_rounded_otherwise_is_learnt_and_nothing_is_corrected(world: World, rounding: str) -> None:
    world.switch(vat_rounding=rounding)
    lines = [{"own_id": f"KOP-{n}", "name": "Kop", "amount": 1, "unit_price": "0.03"} for n in range(3)]
    for order in [sold(world, products=lines), sold(world, products=lines)]:
        world.settle()
        assert world.job(order).state == "done", world.job(order).facts
        assert [row["gross"] for row in world.booked(order)] == ["0.09"]
    assert not [call for call in writes(world) if call[0] == "PUT"]


@pytest.mark.parametrize("taken", ["refuse", "accept"])
def test_a_discount_needs_no_negative_line(world: World, taken: str) -> None:
    world.switch(negative_lines=taken)
    order = sold(world, shipping_price="39.00", voucher_percent=10)
    world.drain()
    document = require_one_of_everything(world, order)
    assert all(amount(line["unit_price"]) >= 0 for line in document["lines"])
    assert [line["description"].count("−") for line in document["lines"]] == [1] * len(document["lines"])


def test_a_gift_card_without_an_account_is_asked_about_before_anything_is_sent(world: World) -> None:
    world.save(gift_card_account="")
    order = sold(world, gift_card="100")
    world.settle()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "choice-missing")
    assert world.job(order).facts["field"] == "gift_card_account"
    assert world.agreement.ledger()["drafts"] == []
    world.save(gift_card_account="55010")
    world.settle()
    assert world.job(order).state == "done", world.job(order).facts
    [document] = world.booked(order)
    paid = {entry["account"]: entry["amount"] for entry in world.agreement.ledger()["entries"]}
    assert document["remainder"] == "0.00"
    assert paid == {55010: "100.00", 55020: str(amount(document["gross"]) - 100)}


# --- answers that are lost ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", WRITES)
def test_what_was_made_is_found_and_not_made_again(world: World, name: str) -> None:
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


# --- somebody works in the books too --------------------------------------------------------------------------------
def _draft(world: World) -> str:
    [draft] = world.agreement.ledger()["drafts"]
    return str(draft["guid"])


def test_a_draft_that_was_touched_is_read_compared_and_booked(world: World) -> None:
    wire = Wire.of(world)
    wire.meets("POST /book", lambda send: (world.agreement.touch_by_hand(_draft(world)), send())[1])
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)


def test_a_draft_that_was_changed_is_not_booked(world: World) -> None:
    wire = Wire.of(world)
    wire.meets("POST /book", lambda send: (world.agreement.edit_draft_by_hand(_draft(world), amount=100), send())[1])
    order = sold(world)
    world.settle()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "draft-differs")
    assert world.booked() == []


def test_a_draft_booked_by_hand_is_settled(world: World) -> None:
    world.save(booking="off")
    order = sold(world)
    world.drain()
    assert (world.job(order).state, world.job(order).detail) == ("done", "draft")
    world.agreement.book_by_hand(_draft(world))
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


# --- keys and Pro -----------------------------------------------------------------------------------------------------
def test_keys_that_expired_are_renewed_once(world: World) -> None:
    world.books.expire(world.agreement.email)
    orders = [sold(world), sold(world)]
    world.settle()
    assert [world.job(order).state for order in orders] == ["done", "done"]
    assert [path for _, path in world.sent].count("/connect/token") == 2, "the sign-in, and one renewal"


def test_consent_that_is_withdrawn_stops_the_lane_until_somebody_connects_again(world: World) -> None:
    world.books.revoke(world.agreement.email)
    order = sold(world)
    world.settle()
    with world.scope():
        assert Connection.objects.get(pk=world.connection.pk).status == "revoked"
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "connection-expired")
    asked = [path for _, path in world.sent].count("/connect/token")
    world.settle(hours=30)
    assert [path for _, path in world.sent].count("/connect/token") == asked, "no storm of renewals"
    secrets = world.sign_in(world.transport)
    with world.scope():
        connection = Connection.objects.get(pk=world.connection.pk)
        acts.books_connected(connection, secrets, rules.kept_choices(connection), ANNA)
    world.settle()
    require_one_of_everything(world, order)


def test_pro_that_lapses_is_told_and_the_orders_go_when_it_is_back(world: World) -> None:
    world.agreement.set_pro(False)
    order = sold(world)
    world.settle()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "dinero-pro-missing")
    world.agreement.set_pro(True)
    with world.scope():
        acts.transfer_now(world.job(order), ANNA)
    world.settle()
    require_one_of_everything(world, order)


# --- currencies -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("shown", ["invoice", "dkk"])
def test_a_foreign_currency_is_paid_at_the_books_own_rate(world: World, shown: str) -> None:
    world.switch(payment_currency=shown)
    order = sold(world, currency="EUR", country="NO")
    world.settle()
    job = world.job(order)
    assert (job.state, job.detail, job.balance) == ("done", "booked", 0), (job.reason, job.facts)
    [document] = world.booked(order)
    assert (document["currency"], document["gross"], document["remainder"]) == ("EUR", str(order.sold), "0.00")


# --- changing the system ----------------------------------------------------------------------------------------------
def test_a_change_of_system_sends_nothing_again(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        done = sold(world)
        world.drain()
        begun = sold(world)
        Wire.of(world).meets("POST /rest/invoices/booked", lost_before)
        world.drain()
        outside = OUTSIDE["dinero"](world.now)
        both = _beside(world, outside)
        with world.scope():
            shop = Integration.objects.get(pk=world.integration.pk).shop
            integration = connect(shop, "dinero", outside, both)
            save(integration)
            integration.first_checked_at = world.now()
            integration.save(update_fields=["first_checked_at"])
        world.transport = both
        fresh = sold(world)
        world.settle()
        with world.scope():
            rows = {row.order_id: row for row in SyncJob.objects.select_related("integration__connection")}
        assert [len(world.booked(order)) for order in (done, begun, fresh)] == [1, 1, 0]
        assert [row["reference"] for row in outside.account.ledger()["booked"]] == [rows[str(fresh.order_id)].key]
        systems = [rows[str(order.order_id)].integration.connection.provider for order in (done, begun, fresh)]
        assert systems == ["economic", "economic", "dinero"]
        assert {row.state for row in rows.values()} == {"done"}


def _beside(world: World, outside: Any) -> Transport:
    """Both systems on one wire."""
    before, after = world.transport, transport_to(outside.routes, world.now, world.sent)

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        is_new = any(url.startswith(base) for base in outside.routes)
        return (after if is_new else before)(method, url, headers, body)

    return send


def test_every_step_of_a_done_order_is_kept(world: World) -> None:
    sold(world)
    world.drain()
    with world.scope():
        names = list(SyncStep.objects.order_by("pk").values_list("name", flat=True))
    assert names == ["customer", "draft", "book", "payment:1"]
