"""Items that we create because somebody asked for it: once, never over somebody else's, and chosen once there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Choices
from connector.core.states import State
from connector.core.store import order_from_json
from connector.sync import build, creating, wishes
from connector.sync.creating import Chosen, Outcome
from connector.sync.models import Channel, Integration, SyncJob
from connector.sync.wishes import Wish
from tests.sync.faults import Wire, away, lost_after, lost_before, says
from tests.sync.world import ANNA, World, a_world

pytestmark = pytest.mark.engine

NEW = {"own_id": "NY-1", "name": "Ny vare", "unit_price": "125.00", "amount": "2"}
KNOWN = {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"}
NOTHING = {"shipping@25": "", "shipping@0": "", "fee@25": "", "fee@0": "", "rounding": ""}


@pytest.fixture
def bare(db_clean: None, settings: Any) -> Iterator[World]:
    """A business that has chosen no item for shipping, fees and rounding."""
    with a_world(settings, **NOTHING) as made:
        yield made


def wished(world: World) -> dict[str, Wish]:
    """What could be made for the settings, by what it is for."""
    with world.scope():
        integration = Integration.objects.select_related("settings", "connection").get(pk=world.integration.pk)
        choices = Choices.from_json(integration.connection.choices)
    provider = build.provider_classes()["economic"]
    found = wishes.for_settings(integration.settings.values, provider, choices)
    return {wish.key: wish for wish in found}


def create(world: World, *keys: str, group: str = "") -> Outcome:
    """What the page does: make these, choose them, let the orders go."""
    found = wished(world)
    chosen = [Chosen(found[key], found[key].chosen_group(group)) for key in keys]
    return done(world, chosen)


def done(world: World, chosen: list[Chosen]) -> Outcome:
    outcome = creating.make(world.integration, chosen, world.transport)
    with world.scope():
        waiting = list(SyncJob.objects.filter(state=State.NEEDS_YOU).values_list("pk", flat=True))
        creating.keep(world.integration, outcome.made, ANNA, waiting)
    return outcome


def saved(world: World) -> dict[str, str]:
    with world.scope():
        return dict(Integration.objects.get(pk=world.integration.pk).settings.values)


def ours(world: World, prefix: str) -> dict[str, tuple[str, int]]:
    """Number → name and group of the items that begin so."""
    rows = world.agreement.books.products.items()
    return {number: (row.data["name"], row.data["productGroup"]) for number, row in rows if number.startswith(prefix)}


def put(world: World, number: str, name: str, group: int) -> None:
    """Somebody makes an item in the books' own pages."""
    books = world.agreement.books
    like = books.products["RABAT"]
    data = {**like.data, "productNumber": number, "name": name, "productGroup": group}
    books.products[number] = type(like)(0.0, 0.0, number=number, data=data)


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason


# --- what is offered --------------------------------------------------------------------------------------------------
def test_what_the_settings_lack_is_offered_in_the_groups_whose_vat_fits(bare: World) -> None:
    found = wished(bare)
    assert {key: (wish.number, wish.name) for key, wish in found.items()} == {
        "shipping@25": ("FRAGT-25", "Fragt, 25 % moms"),
        "shipping@0": ("FRAGT-0", "Fragt uden moms"),
        "fee@25": ("GEBYR-25", "Gebyr, 25 % moms"),
        "fee@0": ("GEBYR-0", "Gebyr uden moms"),
        "rounding": ("ORE", "Øreafrunding"),
    }
    groups = {key: [group.value for group in wish.groups] for key, wish in found.items()}
    # The group named after shipping and fees comes first, then the one that new products go to.
    assert (groups["shipping@25"], groups["fee@25"]) == (["3", "1", "5"], ["3", "1", "5"])
    assert (groups["shipping@0"], groups["rounding"]) == (["2", "4"], ["4", "2"])


def test_nothing_that_is_chosen_is_offered(world: World) -> None:
    assert [key for key in wished(world) if key.startswith(("shipping", "rounding"))] == []


def test_an_item_that_only_some_settings_need_is_offered_when_they_do(db_clean: None, settings: Any) -> None:
    chosen = {"default@25": "", "default@0": "", "total@25": "", "total@0": "", "missing_product": "default"}
    with a_world(settings, **chosen) as world:
        assert {key for key in wished(world) if key.startswith(("default", "total"))} == {"default@25", "default@0"}
        assert wished(world)["default@25"].name == "Vare, 25 % moms"
        world.save(product_layout="total")
        assert "total@25" in wished(world)


def test_a_chosen_item_that_is_gone_is_offered_anew(bare: World) -> None:
    bare.save(**{"shipping@25": "FORSVUNDET"})
    assert "shipping@25" in wished(bare)
    create(bare, "shipping@25")
    assert saved(bare)["shipping@25"] == "FRAGT-25"


def test_a_rate_that_no_group_gives_has_no_group(bare: World) -> None:
    bare.save(rates="25,12,0")
    wish = wished(bare)["shipping@12"]
    assert (wish.groups, wish.chosen_group("1"), wish.chosen_group("")) == ((), "", "")
    assert list(wishes.without_group(wished(bare).values())) == [Decimal(12)]


def test_the_vat_of_another_country_is_looked_for_in_its_zone(bare: World) -> None:
    bare.save(rates="25,25.5,0")
    assert wished(bare)["shipping@25.5"].groups == ()
    bare.save(**{"zone_eu_consumer@FI": "5"})
    wish = wished(bare)["shipping@25.5"]
    assert (wish.number, wish.name, wish.groups[0].value) == ("FRAGT-25.5", "Fragt, 25,5 % moms", "3")


# --- making -----------------------------------------------------------------------------------------------------------
def test_orders_that_waited_go_on_with_what_was_made(bare: World) -> None:
    fee = bare.sold(products=[KNOWN], fee="10.00")
    odd = bare.sold(products=[{**KNOWN, "unit_price": "99.97"}], shipping_price="39.00")
    bare.drain()
    assert {rests(bare, fee), rests(bare, odd)} == {("needs_you", "fee-unknown")}
    outcome = create(bare, "shipping@25", "fee@25", "rounding")
    assert (outcome.trouble, list(outcome.left), len(outcome.made)) == (None, [], 3)
    assert ours(bare, "FRAGT-25") == {"FRAGT-25": ("Fragt, 25 % moms", 3)}
    assert ours(bare, "ORE") == {"ORE": ("Øreafrunding", 4)}
    assert [saved(bare)[name] for name in ("shipping@25", "fee@25", "rounding")] == ["FRAGT-25", "GEBYR-25", "ORE"]
    bare.drain()
    assert [rests(bare, order) for order in (fee, odd)] == [("done", ""), ("done", "")]
    assert [line["product"] for line in bare.booked(odd)[0]["lines"]] == ["KOP-1", "FRAGT-25", "ORE"]


def test_it_is_made_in_the_group_that_was_chosen(bare: World) -> None:
    create(bare, "shipping@25", group="1")
    assert ours(bare, "FRAGT-25") == {"FRAGT-25": ("Fragt, 25 % moms", 1)}


@pytest.mark.parametrize("loss", [lost_after, lost_before], ids=["was made", "was not made"])
@pytest.mark.parametrize("group", ["3", "1"])
def test_an_answer_that_is_lost_does_not_make_two(bare: World, loss: Any, group: str) -> None:
    wire = Wire.of(bare)
    wire.meets("POST /products", loss)
    wire.meets("GET /products/", lost_before)
    first = create(bare, "shipping@25", "fee@25")
    assert ([made.item.number for made in first.made], len(first.left)) == ([], 2)
    assert (first.trouble is not None, saved(bare)["shipping@25"]) == (True, "")
    again = create(bare, "shipping@25", "fee@25", group=group)
    assert [made.item.number for made in again.made] == ["FRAGT-25", "GEBYR-25"]
    assert [made.was_there for made in again.made] == [loss is lost_after, False]
    assert set(ours(bare, "FRAGT-25")) == {"FRAGT-25"}
    assert saved(bare)["shipping@25"] == "FRAGT-25"


def test_an_answer_that_is_lost_is_found_in_the_same_request(bare: World) -> None:
    Wire.of(bare).meets("POST /products", lost_after)
    outcome = create(bare, "shipping@25")
    assert (outcome.trouble, [made.item.number for made in outcome.made]) == (None, ["FRAGT-25"])


def test_a_number_that_somebody_elses_item_has_is_passed_over(bare: World) -> None:
    put(bare, "FRAGT-25", "Leje af lager", 3)
    put(bare, "FRAGT-25-2", "Fragt, 25 % moms", 2)
    outcome = create(bare, "shipping@25")
    assert [made.item.number for made in outcome.made] == ["FRAGT-25-3"]
    assert ours(bare, "FRAGT-25") == {
        "FRAGT-25": ("Leje af lager", 3),
        "FRAGT-25-2": ("Fragt, 25 % moms", 2),
        "FRAGT-25-3": ("Fragt, 25 % moms", 3),
    }


def test_a_number_that_was_taken_since_the_list_is_passed_over(bare: World) -> None:
    bare.switch(stale_list_seconds=3600)
    put(bare, "FRAGT-25", "Fragt til udlandet", 2)
    bare.agreement.books.products["FRAGT-25"].created = bare.now.seconds()
    outcome = create(bare, "shipping@25")
    assert [made.item.number for made in outcome.made] == ["FRAGT-25-2"]
    assert ours(bare, "FRAGT-25")["FRAGT-25"] == ("Fragt til udlandet", 2)


def test_a_barred_item_of_ours_is_passed_over(bare: World) -> None:
    put(bare, "ORE", "Øreafrunding", 4)
    bare.agreement.bar_product("ORE")
    assert [made.item.number for made in create(bare, "rounding").made] == ["ORE-2"]


def test_when_every_number_is_taken_nothing_is_made(bare: World) -> None:
    for number in wished(bare)["rounding"].numbers:
        put(bare, number, "Noget andet", 1)
    before = len(bare.agreement.books.products)
    outcome = create(bare, "rounding")
    assert (outcome.made, len(outcome.left), len(bare.agreement.books.products)) == ([], 1, before)
    assert outcome.trouble is not None


def test_what_was_made_before_the_books_fell_silent_is_used(bare: World) -> None:
    Wire.of(bare).meets("POST /products", away, times=9, skip=1)
    outcome = create(bare, "shipping@25", "fee@25", "rounding")
    assert ([made.item.number for made in outcome.made], len(outcome.left)) == (["FRAGT-25"], 2)
    assert (saved(bare)["shipping@25"], saved(bare)["fee@25"]) == ("FRAGT-25", "")


def test_at_most_so_many_are_made_at_once(bare: World) -> None:
    bare.save(rates="25,0", **{"discount@25": "", "discount@0": "", "missing_product": "default"})
    bare.save(**{"default@25": "", "default@0": ""})
    keys = list(wished(bare))
    assert len(keys) == 9
    outcome = create(bare, *keys)
    assert (len(outcome.made), len(outcome.left)) == (8, 1)


# --- the limits that orders have --------------------------------------------------------------------------------------
def test_nothing_is_sent_while_the_books_asked_for_a_pause(bare: World) -> None:
    with bare.scope():
        lane = Channel.objects.filter(connection=bare.connection)
        lane.update(paused_until=bare.now() + timedelta(minutes=1), pause_reason="rate-limit")
    wire = Wire.of(bare)
    outcome = create(bare, "shipping@25")
    assert (outcome.trouble.code if outcome.trouble else "", wire.calls) == ("rate-limit", [])


def test_a_pause_that_is_asked_for_holds_for_the_orders_too(bare: World) -> None:
    Wire.of(bare).meets("POST /products", says(429, b"{}", retry_after="30"))
    create(bare, "shipping@25", "fee@25")
    with bare.scope():
        lane = Channel.objects.get(connection=bare.connection)
    assert lane.pause_reason == "rate-limit"
    assert lane.paused_until is not None
    assert timedelta(seconds=29) < lane.paused_until - bare.now() <= timedelta(seconds=30)


def test_the_rest_of_a_limit_that_is_nearly_used_is_left_to_others(bare: World) -> None:
    bare.now.move(120)
    bare.switch(budget_size=12)
    outcome = create(bare, "shipping@25", "shipping@0", "fee@25", "fee@0", "rounding")
    assert 0 < len(outcome.made) < 5
    assert outcome.trouble is not None
    assert outcome.trouble.code == "rate-limit"


def test_nothing_is_sent_to_books_that_were_left(bare: World) -> None:
    with bare.scope():
        type(bare.connection).objects.update(status="disconnected")
    wire = Wire.of(bare)
    outcome = create(bare, "shipping@25")
    assert (outcome.made, wire.calls) == ([], [])


# --- saving -----------------------------------------------------------------------------------------------------------
def test_what_somebody_chose_meanwhile_stays(bare: World) -> None:
    found = wished(bare)["shipping@25"]
    outcome = creating.make(bare.integration, [Chosen(found, found.chosen_group(""))], bare.transport)
    bare.save(**{"shipping@25": "FRAGT"})
    with bare.scope():
        creating.keep(bare.integration, outcome.made, ANNA, [])
    assert saved(bare)["shipping@25"] == "FRAGT"


def test_what_was_made_can_be_chosen_without_reading_the_books_anew(bare: World) -> None:
    create(bare, "rounding")
    with bare.scope():
        bare.connection.refresh_from_db()
    item = next(one for one in Choices.from_json(bare.connection.choices).lists["items"] if one.value == "ORE")
    assert (item.label, item.hint) == ("ORE Øreafrunding", "4")


# --- products of the shop ---------------------------------------------------------------------------------------------
def products_of(world: World, order: Any) -> list[Wish]:
    job = world.job(order)
    with world.scope():
        world.connection.refresh_from_db()
    choices = Choices.from_json(world.connection.choices)
    known = choices.labels("items")
    provider = build.provider_classes()["economic"]
    return wishes.for_orders([order_from_json(job.order)], set(known), saved(world), provider, choices)


def test_all_products_that_an_order_lacks_are_made_at_once(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        order = world.sold(products=[NEW, KNOWN, {**NEW, "own_id": "NY-2", "name": "Nummer to"}])
        world.drain()
        assert rests(world, order) == ("needs_you", "product-missing")
        found = products_of(world, order)
        assert [(wish.number, wish.name, wish.numbers) for wish in found] == [
            ("NY-1", "Ny vare", ["NY-1"]),
            ("NY-2", "Nummer to", ["NY-2"]),
        ]
        done(world, [Chosen(wish, wish.chosen_group("")) for wish in found])
        assert ours(world, "NY-") == {"NY-1": ("Ny vare", 1), "NY-2": ("Nummer to", 1)}
        world.drain()
        assert rests(world, order) == ("done", "")
        assert saved(world)["missing_product"] == "stop"


def test_a_product_that_somebody_made_meanwhile_is_used_as_it_is(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        order = world.sold(products=[NEW])
        world.drain()
        [wish] = products_of(world, order)
        put(world, "NY-1", "Et andet navn", 5)
        outcome = done(world, [Chosen(wish, "1")])
        assert [(made.item.number, made.was_there) for made in outcome.made] == [("NY-1", True)]
        assert ours(world, "NY-1") == {"NY-1": ("Et andet navn", 5)}
        world.drain()
        assert rests(world, order) == ("done", "")


def test_a_product_that_was_sold_abroad_gets_the_vat_that_it_has_at_home(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        order = world.sold(products=[{**NEW, "vat": "0"}], country="NO")
        world.drain()
        assert [wish.rate for wish in products_of(world, order)] == [Decimal(25)]


def test_a_product_whose_number_is_too_long_is_not_offered(db_clean: None, settings: Any) -> None:
    with a_world(settings, missing_product="stop") as world:
        order = world.sold(products=[{**NEW, "own_id": "X" * 26}])
        world.drain()
        assert products_of(world, order) == []
