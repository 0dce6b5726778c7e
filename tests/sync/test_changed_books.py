"""The agreement is changed while orders are under way: what has begun ends in the old books, the rest in the new."""

from __future__ import annotations

from typing import Any

import pytest

from accounting.base import FixedKeys
from accounting.models import Connection
from connector.sync import acts, build, proposals, rules
from connector.sync.models import Integration
from sandbox.economic import Agreement
from tests.sync.sim import Crash
from tests.sync.test_pausing import CUP, crash
from tests.sync.world import ACCOUNTING, ANNA, CHOSEN, World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture
def here(db_clean: None, settings: Any) -> Any:
    with a_world(settings) as world:
        yield world


def change_agreement(world: World, *, is_checked: bool = True) -> Agreement:
    """The owner connects another agreement of theirs, as the pages do; the settings are not saved yet."""
    other = world.books.new_agreement("Nordlys Nord ApS")
    grant = {"grant": world.books.grant(other.number)}
    provider = build.provider_classes()["economic"].build(ACCOUNTING["economic"], FixedKeys(grant), {}, world.transport)
    with world.scope():
        connection = acts.choose_other_books(active(world), ANNA)
        acts.books_connected(connection, grant, provider.choices(), ANNA)
    return other


def save_settings(world: World) -> None:
    """The owner saves the settings of the new books, whose first order somebody has checked."""
    with world.scope():
        integration = active(world)
        classes = build.provider_classes()
        fields = classes["economic"].setting_fields
        likely = proposals.defaults(rules.kept_choices(integration.connection), fields)
        acts.save_settings(integration, {**likely, **CHOSEN}, ANNA)
        Integration.objects.filter(pk=integration.pk).update(first_checked_at=world.now())
    world.integration = integration
    world.connection = integration.connection


def active(world: World) -> Integration:
    return Integration.objects.select_related("connection", "shop").get(shop=world.shop, is_active=True)


def old_books(world: World) -> Connection:
    with world.scope():
        return Connection.objects.order_by("pk")[0]


def go_on(world: World) -> None:
    """Hours in which both lanes do what they have to."""
    for _ in range(60):
        world.now.move(60)
        world.drain()


def held(agreement: Agreement, order: Any) -> list[dict[str, Any]]:
    return [row for row in agreement.ledger()["booked"] if row["reference"].endswith(f":{order.order_id}")]


def test_an_order_that_has_begun_nowhere_goes_to_the_new_books(here: World) -> None:
    order = here.sold(products=[CUP])
    other = change_agreement(here)
    assert (old_books(here).status, old_books(here).secret) == ("disconnected", "")
    go_on(here)
    assert (here.booked(), other.ledger()["booked"]) == ([], [])
    save_settings(here)
    go_on(here)
    assert here.booked() == []
    assert [amount(row["remainder"]) for row in held(other, order)] == [0]


@pytest.mark.parametrize("point", ["after-intent", "after-answer"])
@pytest.mark.parametrize("step", ["customer", "draft", "book", "payment:1", "payment-book:1"])
def test_an_order_with_an_intent_is_finished_in_the_old_books(here: World, step: str, point: str) -> None:
    begun = here.sold(products=[CUP])
    crash(here, step, point)
    fresh = here.sold(products=[CUP])
    other = change_agreement(here)
    assert (old_books(here).status, bool(old_books(here).secret)) == ("closing", True)
    save_settings(here)
    go_on(here)
    assert [amount(row["remainder"]) for row in here.booked(begun)] == [0]
    assert [amount(row["remainder"]) for row in held(other, fresh)] == [0]
    assert (held(other, begun), here.booked(fresh)) == ([], [])
    assert (old_books(here).status, old_books(here).secret) == ("disconnected", "")


def test_the_old_books_are_asked_for_a_begun_order_before_the_new_settings_are_saved(here: World) -> None:
    begun, fresh = here.sold(products=[CUP]), None
    crash(here, "draft")
    fresh = here.sold(products=[CUP])
    change_agreement(here)
    go_on(here)
    assert len(here.booked(begun)) == 1
    assert (here.job(fresh).state, here.job(fresh).reason, here.booked(fresh)) == ("waiting", "settings-missing", [])


def test_a_draft_that_was_refused_and_left_nothing_goes_to_the_new_books(here: World) -> None:
    here.agreement.bar_product("KOP-1")
    order = here.sold(products=[CUP])
    go_on(here)
    assert (here.job(order).state, here.job(order).reason) == ("needs_you", "product-barred")
    other = change_agreement(here)
    save_settings(here)
    go_on(here)
    assert len(held(other, order)) == 1
    assert here.booked() == []


def test_changing_in_the_middle_of_a_try_sends_nothing_more_to_neither_by_mistake(here: World) -> None:
    """The change commits between the plan and the first call: the call is not made, the order goes to the new books."""
    order = here.sold(products=[CUP])
    others: list[Agreement] = []

    def probe(where: str, name: str) -> None:
        if where == "before-intent" and not others:
            others.append(change_agreement(here))
            save_settings(here)

    here.drain(probe)
    go_on(here)
    assert [len(held(others[0], order)), len(here.booked())] == [1, 0]


def test_a_crash_around_the_change_doubles_nothing(here: World) -> None:
    """The worker dies in the old books' answer just as the owner has saved the new ones."""
    order = here.sold(products=[CUP])
    others: list[Agreement] = []

    def probe(where: str, name: str) -> None:
        if (where, name) == ("after-answer", "draft") and not others:
            others.append(change_agreement(here))
            save_settings(here)
            raise Crash

    with pytest.raises(Crash):
        here.drain(probe)
    go_on(here)
    assert [len(here.booked(order)), len(held(others[0], order))] == [1, 0]
    assert others[0].ledger()["drafts"] == here.agreement.ledger()["drafts"] == []


def test_a_pause_stays_when_the_agreement_is_changed(here: World) -> None:
    from tests.sync.test_pausing import pause, resume

    order = here.sold(products=[CUP])
    pause(here)
    other = change_agreement(here)
    save_settings(here)
    go_on(here)
    assert (here.job(order).reason, held(other, order)) == ("paused", [])
    resume(here)
    go_on(here)
    assert len(held(other, order)) == 1
