"""Every address of the product, taken from the resolver: a stranger and another tenant's objects are 404 everywhere.

Whoever adds an address need not think of this test; it finds the address. What it leaves out stands in `NOT_A_SHOPS`,
with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.models import TenantModel
from connector.tenancy.scope import scope
from tests.people import People, make_people, signed_in
from tests.web.factories import Setup, connect

NOT_A_SHOPS = {
    "home": "lists only what the user belongs to",
    "sign-in": "is for everybody",
    "sign-out": "ends the user's own session",
    "shop-create": "makes something new in the user's own business",
    "shop-return": "finds its shop by the sign-in under way, see test_connect_shop",
    "books-return": "finds its connection by the sign-in under way, see test_connect_books",
    "books-return-fixed": "finds its connection by the sign-in under way, see test_connect_books",
}
"""Addresses without a shop in them: URL name → why it cannot show anything of another tenant."""

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
NO_SUCH_METHOD = 405
"""The address does not know the method; it looked at nothing before it said so."""
SLUG = "slug"


@dataclass(frozen=True)
class Address:
    """A pattern of the resolver: its name and what it captures."""

    name: str
    captures: tuple[str, ...]

    def path(self, **values: str) -> str:
        return reverse(self.name, kwargs={name: values[name] for name in self.captures})


def addresses() -> list[Address]:
    return sorted(set(_found(get_resolver().url_patterns, ())), key=lambda address: address.name)


def _found(patterns: list[Any], above: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        captures = (*above, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            yield from _found(pattern.url_patterns, captures)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield Address(pattern.name, captures)


ALL = addresses()
TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
OF_A_SHOP = [address for address in ALL if SLUG in address.captures]


@dataclass(frozen=True)
class Town:
    """Both businesses, each with a connected shop and one order of the same number; `objects` are Nordlys' own ids."""

    people: People
    nordlys: Setup
    objects: dict[str, str]


@pytest.fixture
def town(db_clean: None) -> Town:
    people = make_people()
    with scope(people.nordlys.tenant.pk):
        nordlys = connect(people.nordlys.shop)
        job = an_order(nordlys)
    return Town(
        people, nordlys, {"no": job.order_number, "job_id": str(job.pk), "cause": "total-off", "pk": str(job.pk)}
    )


def an_order(setup: Setup) -> SyncJob:
    return SyncJob.objects.create(
        tenant_id=setup.shop.tenant_id,
        shop=setup.shop,
        integration=setup.integration,
        channel=setup.channel,
        key="invoice:shoporama:1:10017",
        order_id="10017",
        order_number="10017",
        state=State.NEEDS_YOU,
        reason="total-off",
    )


def status(browser: Client, method: str, path: str) -> int:
    return int(getattr(browser, method)(path).status_code)


# --- the list itself ------------------------------------------------------------------------------------------------
def test_every_address_has_a_shop_or_a_reason() -> None:
    without = {address.name for address in ALL if SLUG not in address.captures}
    assert without == set(NOT_A_SHOPS)
    assert len(OF_A_SHOP) >= 20


def test_the_test_knows_what_every_address_captures(town: Town) -> None:
    known = {SLUG, *town.objects}
    assert {name for address in OF_A_SHOP for name in address.captures} <= known


# --- strangers ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", OF_A_SHOP, ids=lambda address: address.name)
def test_a_stranger_finds_nothing(town: Town, address: Address) -> None:
    """Somebody else's shop answers every method exactly as a shop that does not exist."""
    mallory = signed_in(town.people.mallory)
    theirs, nobodys = (
        {method: status(mallory, method, address.path(slug=slug, **town.objects)) for method in METHODS}
        for slug in ("nordlys", "no-such-shop")
    )
    assert theirs == nobodys
    assert 404 in theirs.values()
    assert set(theirs.values()) <= {404, NO_SUCH_METHOD}


@pytest.mark.parametrize("address", OF_A_SHOP, ids=lambda address: address.name)
def test_whoever_is_not_signed_in_sees_nothing(town: Town, address: Address) -> None:
    path = address.path(slug="nordlys", **town.objects)
    answer = Client().get(path)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/sign-in/")
    else:
        assert answer.status_code in (403, NO_SUCH_METHOD)
    assert b"nordlys.dk" not in answer.content


# --- another tenant's objects under one's own shop ------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", [address for address in OF_A_SHOP if len(address.captures) > 1], ids=lambda address: address.name
)
def test_anothers_object_is_not_found_under_ones_own_shop(town: Town, address: Address) -> None:
    mallory = signed_in(town.people.mallory)
    if "cause" in address.captures:
        pytest.skip("a cause is no object")
    for names in (town.objects, {**town.objects, "no": f"id-{town.objects['job_id']}"}):
        path = address.path(slug="andetsteds", **names)
        found = {method: status(mallory, method, path) for method in ("get", "post")}
        assert 404 in found.values()
        assert set(found.values()) <= {404, NO_SUCH_METHOD}
    with scope(town.nordlys.shop.tenant_id):
        assert SyncJob.objects.get().state == State.NEEDS_YOU


# --- those who belong there -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", OF_A_SHOP, ids=lambda address: address.name)
def test_the_members_get_in(town: Town, address: Address) -> None:
    """Without this the tests above would be content with addresses that are broken for everybody."""
    path = address.path(slug="nordlys", **town.objects)
    found = status(signed_in(town.people.anna), "get", path)
    assert found in (200, 302, 405), found


@pytest.mark.parametrize("address", OF_A_SHOP, ids=lambda address: address.name)
def test_a_reader_changes_nothing(town: Town, address: Address) -> None:
    path = address.path(slug="nordlys", **town.objects)
    before = everything(town)
    assert status(signed_in(town.people.lis), "post", path) in (200, 403, NO_SUCH_METHOD)
    assert everything(town) == before


def everything(town: Town) -> dict[str, list[dict[str, Any]]]:
    """Every row of Nordlys, whole."""
    with scope(town.nordlys.shop.tenant_id):
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in TENANT_MODELS}
