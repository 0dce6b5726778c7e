"""Whom an invoice is for: the buyer by e-mail, made the first time only, or the collective customer."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import Binding
from tests.sync.faults import Wire
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

BIRGIT = 2
"""She is in the books already, as Birgit.Holm@example.dk."""


def rests(world: World, order: Any) -> tuple[str, str]:
    job = world.job(order)
    return job.state, job.reason


def customers(world: World, email: str) -> list[dict[str, Any]]:
    return [one for one in world.agreement.ledger()["customers"] if one.get("email", "").casefold() == email]


def another(world: World, email: str, **more: Any) -> int:
    """Somebody types a customer into the books by hand."""
    books = world.agreement.books
    like = books.customers[BIRGIT]
    made = type(like)(0.0, 0.0, number=books.customer_numbers.take(), data={**like.data, "email": email, **more})
    books.put_customer(made)
    return int(made.number)


@pytest.mark.parametrize("email", ["birgit.holm@example.dk", " BIRGIT.HOLM@EXAMPLE.DK ", "Birgit.Holm@example.dk"])
def test_a_customer_is_known_whatever_the_letters_case(world: World, email: str) -> None:
    order = world.sold(email=email, name="Birgit H.", address="Et nyt sted 9")
    world.drain()
    assert [row["customer"] for row in world.booked(order)] == [BIRGIT]
    [birgit] = customers(world, "birgit.holm@example.dk")
    # Never overwritten: what the owner wrote there counts.
    assert (birgit["name"], birgit["address"]) == ("Birgit Holm", "Åboulevarden 12")
    assert rests(world, order) == ("done", "")


def test_a_new_customer_is_made_once_and_never_asked_for_again(world: World) -> None:
    first = world.sold(email="Ny@example.dk", name="Ny Kunde")
    world.drain()
    wire = Wire.of(world)
    orders = [first, world.sold(email="ny@EXAMPLE.dk", name="Nu Gift"), world.sold(email="ny@example.dk")]
    world.drain()
    assert [rests(world, order) for order in orders] == [("done", "")] * 3
    [made] = customers(world, "ny@example.dk")
    assert made["name"] == "Ny Kunde"
    assert wire.sent("GET /rest/customers") == wire.sent("POST /rest/customers") == []


def test_four_writes_an_order_at_a_known_customer(world: World) -> None:
    world.sold(email="ny@example.dk", products=[{"own_id": "KOP-1", "unit_price": "100.00"}])
    world.drain()
    wire = Wire.of(world)
    world.sold(email="ny@example.dk", products=[{"own_id": "KOP-1", "unit_price": "100.00"}])
    world.drain()
    books = [call for call in wire.calls if "books.example" in call.url]
    assert [call.method for call in books] == ["POST", "POST", "POST", "POST", "GET"]


def test_of_a_turns_two_orders_of_one_new_customer_the_second_finds_the_first_ones(world: World) -> None:
    orders = [world.sold(email="ny@example.dk") for _ in range(2)]
    world.drain()
    assert len(customers(world, "ny@example.dk")) == 1
    assert len({row["customer"] for order in orders for row in world.booked(order)}) == 1


def test_several_customers_with_one_address_are_for_the_owner_to_tell_apart(world: World) -> None:
    other = another(world, "birgit.holm@example.dk")
    order = world.sold(email="birgit.holm@example.dk")
    world.drain()
    assert rests(world, order) == ("needs_you", "customer-ambiguous")
    assert (world.job(order).facts["n"], world.job(order).facts["email"]) == ("2", "birgit.holm@example.dk")
    assert world.agreement.ledger()["drafts"] == []
    world.agreement.bar_customer(other)
    world.act(acts.transfer_now, order)
    world.drain()
    # A barred one cannot be invoiced, so there is only one left to mean.
    assert [row["customer"] for row in world.booked(order)] == [BIRGIT]


def test_a_choice_between_customers_that_was_made_once_is_remembered(world: World) -> None:
    other = another(world, "birgit.holm@example.dk")
    with world.scope():
        Binding.objects.create(
            tenant_id=world.tenant.pk,
            connection=world.connection,
            kind="customer",
            ours="birgit.holm@example.dk",
            theirs=str(other),
        )
    order = world.sold(email="Birgit.Holm@example.dk")
    world.drain()
    assert [row["customer"] for row in world.booked(order)] == [other]


def test_an_order_without_an_address_goes_to_the_collective_customer(db_clean: None, settings: Any) -> None:
    with a_world(settings, collective="1") as world:
        order = world.sold(email="")
        world.drain()
        assert [(row["customer"], row["recipient"]) for row in world.booked(order)] == [(1, "Test Kunde")]
        named = world.sold(email="ny@example.dk")
        world.drain()
        assert [row["customer"] for row in world.booked(named)] != [1]


def test_without_a_collective_customer_it_stops_until_one_is_chosen(world: World) -> None:
    order = world.sold(email="")
    world.drain()
    assert (rests(world, order), world.job(order).facts["fact"]) == (("needs_you", "fact-missing"), "email")
    world.save(collective="1")
    world.drain()
    assert (rests(world, order), [row["customer"] for row in world.booked(order)]) == (("done", ""), [1])


def test_with_customers_off_everything_goes_to_the_collective_one(db_clean: None, settings: Any) -> None:
    with a_world(settings, customers="off", collective="1") as world:
        orders = [world.sold(email="birgit.holm@example.dk"), world.sold(email="ny@example.dk")]
        world.drain()
        assert [row["customer"] for order in orders for row in world.booked(order)] == [1, 1]
        assert customers(world, "ny@example.dk") == []


@pytest.mark.parametrize(
    ("wish", "field", "value"),
    [
        ({"name": "Jørgen &amp; Søn 🎁"}, "name", "Jørgen & Søn 🎁"),
        ({"company": "Æbler ApS", "name": "Ib"}, "name", "Æbler ApS"),
        ({"name": "N" * 400}, "name", "N" * 255),
        ({"address": "V" * 600}, "address", "V" * 510),
    ],
)
def test_odd_and_long_names_are_written_as_far_as_they_go(world: World, wish: Any, field: str, value: str) -> None:
    order = world.sold(email="ny@example.dk", **wish)
    world.drain()
    assert rests(world, order) == ("done", "")
    assert [one[field] for one in customers(world, "ny@example.dk")] == [value]
