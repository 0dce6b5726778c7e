"""What a person does: settings in versions, other books, disconnecting, and who did what."""

from __future__ import annotations

import pytest

from accounting.base import FixedKeys
from connector.sync import acts, build
from connector.sync.models import ActivityEntry, Channel, Integration, SettingsVersion, SyncJob
from sandbox.economic import Agreement
from shops.models import Shop
from tests.sync.faults import Wire, lost_after
from tests.sync.side_by_side import at_once
from tests.sync.world import ACCOUNTING, ANNA, World

pytestmark = pytest.mark.engine

ADDED = {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}


def versions(world: World) -> list[SettingsVersion]:
    with world.scope():
        return list(SettingsVersion.objects.order_by("number"))


def activity(world: World) -> list[tuple[str, str]]:
    with world.scope():
        return list(ActivityEntry.objects.order_by("pk").values_list("who", "what"))


# --- settings ---------------------------------------------------------------------------------------------------------
def test_every_save_is_a_new_version_and_the_old_ones_stay(world: World) -> None:
    before = versions(world)[0].values
    world.save(layout="20")
    world.save(terms="2")
    assert [version.number for version in versions(world)] == [1, 2, 3]
    assert versions(world)[0].values == before
    assert [(one.values["layout"], one.values["terms"]) for one in versions(world)] == [
        ("19", "1"),
        ("20", "1"),
        ("20", "2"),
    ]
    assert {version.saved_by for version in versions(world)} == {"Anna Berg"}


def test_every_order_says_which_settings_it_went_by(world: World) -> None:
    first = world.sold()
    world.drain()
    world.save(layout="20")
    second = world.sold()
    world.drain()
    kept = {}
    for order in (first, second):
        job = world.job(order)
        assert job.settings is not None
        kept[job.settings.number] = [row["layout"] for row in world.booked(order)]
    assert kept == {1: [19], 2: [20]}


def test_two_who_save_at_once_make_two_versions(world: World) -> None:
    at_once([lambda: world.save(layout="20"), lambda: world.save(terms="2"), lambda: world.save(terms="3")])
    assert [version.number for version in versions(world)] == [1, 2, 3, 4]
    with world.scope():
        chosen = Integration.objects.get().settings
    assert chosen == versions(world)[-1]


@pytest.mark.parametrize("reason", ["vat-rate-missing", "fee-unknown", "product-missing"])
def test_what_needed_the_owner_goes_on_by_itself_once_it_is_mended(world: World, reason: str) -> None:
    broken: dict[str, dict[str, str]] = {
        "vat-rate-missing": {"rates": "0"},
        "fee-unknown": {"shipping@25": ""},
        "product-missing": {"missing_product": "stop"},
    }
    mended = dict(versions(world)[0].values)
    world.save(**broken[reason])
    orders = [world.sold(products=[{**ADDED, "own_id": "NY-1"}], shipping_price="39.00") for _ in range(2)]
    world.drain()
    assert [(world.job(order).state, world.job(order).reason) for order in orders] == [("needs_you", reason)] * 2
    world.save(**mended)
    world.drain()
    assert [(world.job(order).state, world.job(order).reason) for order in orders] == [("done", "")] * 2


def test_what_needs_us_is_not_touched_by_settings(world: World) -> None:
    order = world.sold()
    with world.scope():
        SyncJob.objects.update(state="needs_us", reason="two-found", not_before=None)
    world.save(layout="20")
    world.drain()
    assert (world.job(order).state, world.job(order).reason) == ("needs_us", "two-found")


def test_what_is_in_the_books_is_not_read_again_for_new_settings(world: World) -> None:
    world.sold()
    world.drain()
    wire = Wire.of(world)
    world.save(layout="20", booking="off", settle="open")
    world.drain()
    assert wire.calls == []


# --- other books ------------------------------------------------------------------------------------------------------
def other_books(world: World) -> tuple[Integration, Agreement]:
    """The owner chooses another set of books for the shop, connects them and saves the same settings."""
    other = world.books.new_agreement("Andre bøger ApS")
    grant = {"grant": world.books.grant(other.number)}
    made = build.provider_classes()["economic"].build(ACCOUNTING["economic"], FixedKeys(grant), {}, world.transport)
    choices = made.choices()
    with world.scope():
        Integration.objects.filter(is_active=True).update(is_active=False)
        connection = acts.choose_provider(Shop.objects.get(pk=world.shop.pk), "economic", ANNA)
        acts.books_connected(connection, grant, choices, ANNA)
        integration = Integration.objects.select_related("connection", "shop").get(connection=connection)
        integration.first_checked_at = world.now()
        integration.save(update_fields=["first_checked_at"])
        acts.save_settings(integration, versions(world)[0].values, ANNA)
    return integration, other


def test_what_was_not_begun_goes_to_the_books_that_are_chosen_now(world: World) -> None:
    with world.scope():
        acts.disconnect(world.connection, ANNA)
    order = world.sold()
    world.drain()
    integration, other = other_books(world)
    world.drain()
    job = world.job(order)
    assert (job.state, job.integration_id) == ("done", integration.pk)
    assert world.booked(order) == []
    assert [row["gross"] for row in other.ledger()["booked"]] == [str(order.sold)]


def test_what_was_begun_is_finished_where_it_was_begun(world: World) -> None:
    wire = Wire.of(world)
    wire.meets("POST /invoices/drafts", lost_after)
    order = world.sold()
    world.drain()
    _, other = other_books(world)
    world.settle()
    assert len(world.booked(order)) == 1
    assert other.ledger()["booked"] == []


def test_choosing_the_same_provider_again_changes_nothing(world: World) -> None:
    with world.scope():
        again = acts.choose_provider(Shop.objects.get(pk=world.shop.pk), "economic", ANNA)
        assert (again, Channel.objects.count(), Integration.objects.count()) == (world.connection, 1, 1)


# --- disconnecting ----------------------------------------------------------------------------------------------------
def test_disconnected_books_are_sent_nothing_and_their_key_is_forgotten(world: World) -> None:
    with world.scope():
        acts.disconnect(world.connection, ANNA)
    wire = Wire.of(world)
    order = world.sold()
    world.settle()
    assert (wire.calls, world.job(order).state) == ([], "waiting")
    with world.scope():
        world.connection.refresh_from_db()
    assert (world.connection.status, world.connection.secret) == ("disconnected", "")


# --- who did what -----------------------------------------------------------------------------------------------------
def test_everything_that_a_person_does_is_written_down(world: World) -> None:
    order = world.sold()
    world.act(acts.transfer_now, order)
    world.act(acts.transfer_anyway, order)
    world.act(acts.confirm_first_order, order)
    world.save(layout="20")
    with world.scope():
        acts.disconnect(world.connection, ANNA)
    assert activity(world) == [
        ("Anna Berg", what)
        for what in (
            "shop-connected",
            "provider-chosen",
            "books-connected",
            "settings-saved",
            "transfer-now",
            "transfer-anyway",
            "first-order-checked",
            "settings-saved",
            "books-disconnected",
        )
    ]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-20", "2026-11-19T23:00:00+00:00"),
        ("2026-07-01", "2026-06-30T22:00:00+00:00"),
        ("2026-11-20T08:30", "2026-11-20T07:30:00+00:00"),
        ("2026-11-20T08:30:00+00:00", "2026-11-20T08:30:00+00:00"),
    ],
)
def test_a_start_is_typed_in_copenhagens_time(typed: str, moment: str) -> None:
    assert acts.start_of(typed).astimezone(acts.datetime.fromisoformat(moment).tzinfo).isoformat() == moment


@pytest.mark.parametrize("typed", ["", "i morgen", "2026-13-01", "20/11/2026"])
def test_a_start_that_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        acts.start_of(typed)
