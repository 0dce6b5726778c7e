"""Whom an order's invoice is for, in the books as they really are: several customers, none, or one without e-mail."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync.models import Binding
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": "125.00"}
IDA = {"name": "Ida Holm", "zipcode": "8000", "phone": "12 34 56 78", "email": ""}


def customer_of(world: World, order: Any) -> int:
    [document] = world.booked(order)
    return int(document["customer"])


def customers(world: World) -> int:
    return len(world.agreement.books.customers)


def test_without_an_email_the_same_person_is_one_customer(db_clean: None, settings: Any) -> None:
    with a_world(settings, no_email="key") as world:
        before = customers(world)
        first = world.sold(products=[CUP], **IDA)
        world.settle()
        again = world.sold(products=[CUP], **{**IDA, "name": "IDA  holm", "phone": "+45 12345678"})
        other = world.sold(products=[CUP], **{**IDA, "zipcode": "9000"})
        world.settle()
        assert customer_of(world, first) == customer_of(world, again) != customer_of(world, other)
        assert customers(world) == before + 2


def test_a_person_without_email_is_found_in_the_books_again(db_clean: None, settings: Any) -> None:
    """The link is gone, as after a reconnect: name, postcode and phone in the books still tell who it is."""
    with a_world(settings, no_email="key") as world:
        first = world.sold(products=[CUP], **IDA)
        world.settle()
        with world.scope():
            Binding.objects.filter(kind="customer").delete()
        again = world.sold(products=[CUP], **IDA)
        world.settle()
        assert customer_of(world, first) == customer_of(world, again)


def test_without_an_email_the_collective_customer_is_usual(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        number = customer_number(world)
        world.save(collective=number)
        order = world.sold(products=[CUP], **IDA)
        world.settle()
        assert str(customer_of(world, order)) == number


def customer_number(world: World) -> str:
    """Somebody whom the books have already."""
    known = world.sold(products=[CUP], email="kunde@example.dk")
    world.settle()
    return str(customer_of(world, known))


def twins(world: World) -> list[str]:
    """Two customers with one e-mail: the second one got it by hand."""
    numbers = []
    for email in ("ida@example.dk", "bo@example.dk"):
        order = world.sold(products=[CUP], email=email)
        world.settle()
        numbers.append(customer_of(world, order))
    customer = world.agreement.books.customers[numbers[1]]
    customer.data["email"] = "ida@example.dk"
    world.agreement.books.customer_emails.add("ida@example.dk", numbers[1])
    with world.scope():
        Binding.objects.filter(kind="customer").delete()
    return [str(number) for number in numbers]


def test_two_customers_with_one_email_are_asked_about_once(world: World) -> None:
    numbers = twins(world)
    order = world.sold(products=[CUP], email="ida@example.dk")
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_you", "customer-ambiguous")
    assert [line.split()[0] for line in job.facts["customers"].splitlines()] == numbers
    with world.scope():
        Binding.objects.create(
            tenant=world.tenant, connection=world.connection, kind="customer", ours="ida@example.dk", theirs=numbers[1]
        )
    world.save()
    world.settle()
    assert str(customer_of(world, order)) == numbers[1]
    again = world.sold(products=[CUP], email="Ida@example.dk")
    world.settle()
    assert str(customer_of(world, again)) == numbers[1], "asked once, remembered"


def test_a_barred_one_is_not_asked_about(world: World) -> None:
    numbers = twins(world)
    world.agreement.bar_customer(int(numbers[0]))
    order = world.sold(products=[CUP], email="ida@example.dk")
    world.settle()
    assert str(customer_of(world, order)) == numbers[1]


def test_two_companies_with_one_email_stay_two(world: World) -> None:
    """A bookkeeper's address serves both: the company number tells them apart."""
    shared = {"products": [CUP], "email": "bog@example.dk", "name": "Per Krog"}
    first = world.sold(company="Nordlys ApS", cvr="12345678", **shared)
    second = world.sold(company="Sydlys ApS", cvr="87654321", **shared)
    world.settle()
    again = world.sold(company="Nordlys ApS", cvr="DK 12 34 56 78", **shared)
    world.settle()
    assert customer_of(world, first) == customer_of(world, again) != customer_of(world, second)


def test_a_company_is_found_by_its_number_whatever_its_email(world: World) -> None:
    first = world.sold(products=[CUP], company="Nordlys ApS", name="Per", cvr="12345678", email="old@example.dk")
    world.settle()
    with world.scope():
        Binding.objects.filter(kind="customer").delete()
    again = world.sold(products=[CUP], company="Nordlys ApS", name="Per", cvr="12345678", email="new@example.dk")
    world.settle()
    assert customer_of(world, first) == customer_of(world, again)


def test_a_company_that_never_told_its_number_is_found_by_email(world: World) -> None:
    first = world.sold(products=[CUP], company="Nordlys ApS", name="Per", email="per@example.dk")
    world.settle()
    with world.scope():
        Binding.objects.filter(kind="customer").delete()
    again = world.sold(products=[CUP], company="Nordlys ApS", name="Per", cvr="12345678", email="per@example.dk")
    world.settle()
    assert customer_of(world, first) == customer_of(world, again)


def test_a_public_body_gets_its_contact_person(world: World) -> None:
    order = world.sold(products=[CUP], company="Skolen", name="Per Krog", ean="5790001234567")
    world.settle()
    [document] = world.booked(order)
    assert "Per Krog" in document["notes"]["textLine2"]
