"""A clearing account is made in real books once: looked for before and afterwards, whatever became of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounting.base import Choices
from connector.core.errors import NeedsSetup, OutcomeUnknown
from connector.sync import acts, clearing, creating
from connector.sync.build import provider_classes
from connector.sync.models import Integration
from sandbox.dinero.model import DepositAccount
from tests.sync.faults import Wire, lost_after, lost_before
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

FIRST = 55020


@pytest.fixture
def world(db_clean: None, settings: Any) -> Iterator[World]:
    """A shop whose books have no clearing account."""
    with a_world(settings, provider="dinero") as made:
        made.agreement.books.deposit_accounts.pop(FIRST)
        choices = creating.opened(integration(made), made.transport).choices()
        with made.scope():
            acts.keep_choices(integration(made).connection, choices, [])
        yield made


def integration(world: World) -> Integration:
    with world.scope():
        return Integration.objects.select_related("connection").get()


def kept(world: World) -> dict[int, str]:
    """The books' deposit accounts."""
    return {number: account.name for number, account in world.agreement.books.deposit_accounts.items()}


def offered(world: World) -> str:
    """What would be offered if the books were read now."""
    choices: Choices = creating.opened(integration(world), world.transport).choices()
    found = clearing.offer(provider_classes()["dinero"], choices)
    return found.label if found else ""


def test_it_is_offered_and_made_once(world: World) -> None:
    assert offered(world) == "55020 Webshopsalg"
    first = clearing.make(integration(world), world.transport)
    again = clearing.make(integration(world), world.transport)
    assert [(made.number, made.was_there) for made in (first, again)] == [("55020", False), ("55020", True)]
    assert list(kept(world).values()).count(clearing.NAME) == 1
    assert offered(world) == "", "it is there"


@pytest.mark.parametrize("lose", [lost_before, lost_after], ids=["before", "after"])
def test_a_lost_answer_makes_no_second_one(world: World, lose: Callable[..., Any]) -> None:
    wire = Wire(world.transport)
    wire.meets("POST /accounts/deposit", lose)
    if lose is lost_before:
        with pytest.raises(OutcomeUnknown):
            clearing.make(integration(world), wire)
        assert clearing.NAME not in kept(world).values()
    assert clearing.make(integration(world), wire).number == "55020"
    assert list(kept(world).values()).count(clearing.NAME) == 1


def test_a_number_that_is_taken_is_left_alone(world: World) -> None:
    accounts = world.agreement.books.deposit_accounts
    accounts[FIRST] = DepositAccount(FIRST, "Kantinen")
    assert clearing.make(integration(world), world.transport).number == "55021"
    assert kept(world)[FIRST] == "Kantinen"
    assert kept(world)[FIRST + 1] == clearing.NAME


def test_books_that_are_not_connected_are_not_asked(world: World) -> None:
    with world.scope():
        connection = integration(world).connection
        connection.status = "revoked"
        connection.save(update_fields=["status"])
    world.sent.clear()
    with pytest.raises(NeedsSetup):
        clearing.make(integration(world), world.transport)
    assert world.sent == []


def test_books_whose_accounts_we_cannot_make_are_offered_nothing(world: World) -> None:
    choices = creating.opened(integration(world), world.transport).choices()
    assert clearing.offer(provider_classes()["economic"], choices) is None
