"""How the books round is learnt from the first draft that they add up otherwise, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounting.models import Connection
from connector.sync import acts
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

# (units, price) → what books of the reading make of the document that is right when rounded half up on the total.
EITHER_EVEN = (1, "0.53")
LINE_EVEN = (2, "23.62")
LINE_UP = (2, "9.03")
TOTAL_EVEN = (11, "20.93")
HALF_EVEN, PER_LINE = {"rounding_mode": "half-even"}, {"rounding_level": "line"}


def goods(*sold: tuple[int, str]) -> list[dict[str, Any]]:
    return [
        {"own_id": f"VARE-{number}", "name": f"Vare {number}", "amount": units, "unit_price": price}
        for number, (units, price) in enumerate(sold)
    ]


def buy(world: World, *sold: tuple[int, str], **wish: Any) -> Any:
    order = world.sold(products=goods(*sold), **wish)
    world.settle()
    return order


def learnt(world: World) -> dict[str, Any]:
    with world.scope():
        kept: dict[str, Any] = Connection.objects.get(pk=world.connection.pk).learnt
        return kept.get("rounding", {})


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason or job.detail


def calls(world: World, order: Any) -> list[tuple[str, str]]:
    """What the books were asked and told for an order, without numbers."""
    before = len(world.sent)
    world.tell(order)
    world.settle()
    return [(method, path.rstrip("0123456789")) for method, path in world.sent[before:] if "/REST" not in path]


@pytest.mark.parametrize(
    ("switches", "sold", "reading", "also"),
    [
        (HALF_EVEN, TOTAL_EVEN, ("total", "half-even"), []),
        (HALF_EVEN, EITHER_EVEN, ("total", "half-even"), ["line/half-even"]),
        (PER_LINE, LINE_UP, ("line", "half-up"), []),
        (PER_LINE | HALF_EVEN, LINE_EVEN, ("line", "half-even"), []),
    ],
)
def test_the_first_order_is_corrected_and_the_second_is_right_at_once(
    db_clean: None, settings: Any, switches: dict[str, str], sold: tuple[int, str], reading: Any, also: list[str]
) -> None:
    with a_world(settings) as world:
        usual = world.order(products=goods((1, "100.00")))
        calls(world, usual)
        world.switch(**switches)
        first = buy(world, sold)
        assert rests(world, first) == ("done", "booked")
        assert sum(method == "PUT" for method, _ in world.sent) == 1
        kept = learnt(world)
        assert (kept["level"], kept["mode"]) == reading
        assert kept["also"] == also
        assert kept["evidence"]["order"] == str(first.number)
        assert kept["evidence"]["ours"]["gross"] == str(first.sold) != kept["evidence"]["theirs"]["gross"]
        second = world.order(products=goods(sold))
        third = world.order(products=goods((1, "100.00")))
        assert calls(world, second) == calls(world, third)
        assert sum(method == "PUT" for method, _ in world.sent) == 1
        for order in (usual, first, second, third):
            [document] = world.booked(order)
            assert amount(document["gross"]) == order.sold
            assert amount(document["remainder"]) == 0
        assert learnt(world) == kept


def test_the_owner_sees_the_first_order_corrected(db_clean: None, settings: Any) -> None:
    with a_world(settings, checked=False) as world:
        world.switch(**HALF_EVEN)
        order = buy(world, EITHER_EVEN)
        assert rests(world, order) == ("needs_you", "first-order-check")
        [draft] = world.agreement.ledger()["drafts"]
        assert draft["gross"] == "0.53"
        world.act(acts.confirm_first_order, order)
        world.settle()
        assert rests(world, order) == ("done", "booked")


def test_a_draft_that_is_left_to_the_owner_is_corrected(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        world.switch(**HALF_EVEN)
        order = buy(world, EITHER_EVEN)
        assert rests(world, order) == ("done", "draft")
        [draft] = world.agreement.ledger()["drafts"]
        assert (draft["gross"], draft["draft_number"]) == ("0.53", 1)


def test_a_draft_that_allows_two_readings_is_followed_by_one_that_tells(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**PER_LINE | HALF_EVEN)
        buy(world, EITHER_EVEN)
        assert learnt(world)["also"] == ["line/half-even"]
        order = buy(world, (5, "24.77"))
        assert rests(world, order) == ("done", "booked")
        kept = learnt(world)
        assert (kept["level"], kept["mode"], kept["also"]) == ("line", "half-even", [])
        assert kept["evidence"]["order"] == str(order.number)
        assert {document["gross"] for document in world.booked()} == {"0.53", "123.85"}


def test_what_was_learnt_and_is_contradicted_stops(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**HALF_EVEN)
        buy(world, TOTAL_EVEN)
        kept = learnt(world)
        world.switch(rounding_mode="half-up")
        order = buy(world, (1, "15.52"))
        assert rests(world, order) == ("needs_you", "draft-differs")
        assert world.job(order).facts == {
            "order": str(order.number),
            "fact": "gross",
            "shop_value": "15.52",
            "books_value": "15.53",
        }
        world.tell(order)
        world.settle()
        assert world.booked(order) == []
        assert learnt(world) == kept


def test_a_draft_that_no_rounding_explains_is_not_booked(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        codes = world.agreement.books.master.vat_codes
        codes["U25"] = replace(codes["U25"], rate=2600)
        order = buy(world, (1, "125.00"))
        assert rests(world, order) == ("needs_you", "draft-differs")
        assert world.job(order).facts["books_value"] == "126.00"
        assert (world.booked(), learnt(world)) == ([], {})


def test_two_readings_that_ask_for_different_documents_are_not_chosen_from(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**HALF_EVEN)
        order = buy(world, (1, "0.01"), (1, "2.32"))
        assert rests(world, order) == ("needs_you", "draft-differs")
        assert (world.booked(), learnt(world)) == ([], {})
        [draft] = world.agreement.ledger()["drafts"]
        assert draft["gross"] != "2.33"


def test_an_order_that_waited_is_made_anew_when_another_told(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**HALF_EVEN)
        waiting = buy(world, (1, "0.01"), (1, "2.32"))
        buy(world, TOTAL_EVEN)
        world.act(acts.transfer_now, waiting)
        world.settle()
        assert rests(world, waiting) == ("done", "booked")
        [document] = world.booked(waiting)
        assert amount(document["gross"]) == Decimal("2.33")


def test_an_ore_without_an_item_is_asked_for_and_goes_on_when_one_is_chosen(db_clean: None, settings: Any) -> None:
    with a_world(settings, rounding="") as world:
        world.switch(**HALF_EVEN)
        order = buy(world, EITHER_EVEN)
        assert rests(world, order) == ("needs_you", "vat-free-group-missing")
        assert learnt(world) == {}
        world.save(rounding="ØRE")
        world.settle()
        assert rests(world, order) == ("done", "booked")
        assert learnt(world)["mode"] == "half-even"


def test_a_draft_that_was_deleted_before_it_was_corrected_is_asked_about(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**HALF_EVEN)
        order = world.sold(products=goods(EITHER_EVEN))
        world.settle(probe=once(lambda: world.agreement.delete_draft_by_hand(1)))
        assert rests(world, order) == ("needs_you", "draft-deleted")
        world.act(acts.transfer_now, order)
        world.settle()
        assert rests(world, order) == ("done", "booked")
        assert [document["gross"] for document in world.booked()] == ["0.53"]


def test_a_draft_that_was_booked_before_it_was_corrected_is_told(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        world.switch(**HALF_EVEN)
        order = world.sold(products=goods(EITHER_EVEN))
        world.settle(probe=once(lambda: world.agreement.book_by_hand(1)))
        job = world.job(order)
        assert (job.state, job.reason, job.facts["booked"]) == ("needs_you", "order-changed", "0.52 DKK")
        assert world.agreement.ledger()["drafts"] == []
        assert len(world.booked()) == 1


def once(act: Any) -> Any:
    """A person who does something just before the correction is sent."""
    done: list[str] = []

    def probe(point: str, step: str) -> None:
        if (point, step) == ("after-intent", "correct") and not done:
            done.append(step)
            act()

    return probe
