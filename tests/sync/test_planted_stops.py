"""The tests' test for switches, stops and dates: each planted defect must show in the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Q

from accounting.models import Connection
from connector.core import dating, plan
from connector.core.document import InvoiceDocument
from connector.sync import acts, holds
from tests.sync.planting import is_noticed
from tests.sync.test_by_hand import by_hand
from tests.sync.test_changed_books import change_agreement, go_on, save_settings
from tests.sync.test_pausing import CUP, crash, disconnect, pause, writes
from tests.sync.world import World

pytestmark = pytest.mark.engine

Play = Callable[[World], list[str]]


# --- defects ---------------------------------------------------------------------------------------------------------
def pause_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(holds, "why", lambda *_args, **_named: "")


def stop_unseen_in_a_try(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(holds, "is_overtaken", lambda _job: False)


def key_forgotten_at_once(patch: pytest.MonkeyPatch) -> None:
    def leave(connection: Connection) -> None:
        connection.status, connection.secret = Connection.Status.DISCONNECTED, ""
        connection.save(update_fields=["status", "secret"])

    patch.setattr(acts, "_leave", leave)


def everything_begun_moves(patch: pytest.MonkeyPatch) -> None:
    """What has begun in the old books is sent to the new ones too."""
    patch.setattr(holds, "begun", lambda: Q(pk__in=[]))


def switches_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan, "not_meant", lambda *_args, **_named: None)


def by_hand_ignored(patch: pytest.MonkeyPatch) -> None:
    real = plan.next_action
    patch.setattr(plan, "next_action", lambda facts: real(replace(facts, in_books=None)))
    patch.setattr(holds, "is_stopped", lambda _job: False)
    patch.setattr(holds, "is_by_hand", lambda _job: False)


def true_date_lost(patch: pytest.MonkeyPatch) -> None:
    def dated_on(document: InvoiceDocument, opening: Any, _rules: Any) -> InvoiceDocument:
        return replace(document, date=opening)

    patch.setattr(dating, "dated_on", dated_on)


# --- what must not happen --------------------------------------------------------------------------------------------
def sold_during_a_pause(world: World) -> list[str]:
    pause(world)
    world.sold(products=[CUP])
    world.settle()
    return [f"sent {path}" for _method, path in writes(world)]


def paused_in_the_middle(world: World) -> list[str]:
    world.sold(products=[CUP])

    def probe(where: str, name: str) -> None:
        if (where, name) == ("before-intent", "book"):
            pause(world)

    world.drain(probe)
    return [f"booked {row['number']}" for row in world.booked()]


def disconnected_with_an_unknown(world: World) -> list[str]:
    order = world.sold(products=[CUP])
    crash(world, "book")
    disconnect(world)
    world.settle()
    with world.scope():
        status = world.job(order).steps.get(name="book").status
    return [] if status == "done" else [f"the booking is {status}"]


def changed_with_a_draft(world: World) -> list[str]:
    order = world.sold(products=[CUP])
    crash(world, "draft")
    other = change_agreement(world)
    save_settings(world)
    go_on(world)
    wrong = [f"booked {row['number']} in the new books" for row in other.ledger()["booked"]]
    return wrong + ([] if len(world.booked(order)) == 1 else ["not booked where it began"])


def sold_while_off(world: World) -> list[str]:
    world.save(orders="off")
    world.sold(products=[CUP])
    world.settle()
    return [f"sent {path}" for _method, path in writes(world)]


def heard_of_after_by_hand(world: World) -> list[str]:
    world.save(missing_product="stop")
    order = world.sold(products=[{"own_id": "UKENDT-1", "name": "Ukendt", "amount": 1, "unit_price": "50.00"}])
    world.settle()
    by_hand(world, order)
    world.save(missing_product="create")
    world.tell(order, "paid", "d-2")
    world.settle()
    return [f"booked {row['number']}" for row in world.booked(order)]


def sold_in_a_closed_period(world: World) -> list[str]:
    world.agreement.bar_period("2026-11-01", "2026-11-30")
    world.sold(products=[CUP])
    world.settle()
    return [f"says {row['notes']}" for row in world.booked() if "20.11.2026" not in str(row["notes"])]


DEFECTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Play]] = {
    "a pause is forgotten": (pause_forgotten, sold_during_a_pause),
    "a stop is not seen in the middle of a try": (stop_unseen_in_a_try, paused_in_the_middle),
    "the key is forgotten at once": (key_forgotten_at_once, disconnected_with_an_unknown),
    "the old key is forgotten at once": (key_forgotten_at_once, changed_with_a_draft),
    "what has begun goes to the new books": (everything_begun_moves, changed_with_a_draft),
    "the switches are ignored": (switches_ignored, sold_while_off),
    "an order done by hand is sent": (by_hand_ignored, heard_of_after_by_hand),
    "the true date is lost": (true_date_lost, sold_in_a_closed_period),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_seen(db_clean: None, settings: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant, play = DEFECTS[name]
    assert is_noticed(plant, play, settings, monkeypatch), f"nobody noticed: {name}"
