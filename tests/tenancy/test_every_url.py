"""Every address of the product, taken from the resolver, with every method and for every kind of person.

A stranger and another tenant's objects are 404 everywhere, a reader changes nothing, and only owners enter what is
theirs alone. Whoever adds an address need not think of this test: it finds the address. What it leaves out stands in
`NOT_A_SHOPS`, with the reason.

The tests share one town: that nothing in it changes is what they ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from accounting.models import Connection
from connector.core.states import State
from connector.sync.models import CreditNote, SyncJob
from connector.tenancy import people as belonging
from connector.tenancy.models import Membership, Role, TenantModel, User
from connector.tenancy.scope import scope
from tests.people import People, make_people, signed_in
from tests.web.factories import Setup, connect

NOT_A_SHOPS = {
    "home": "leads to what the user belongs to",
    "clients": "lists only what the user belongs to, see test_clients",
    "invitation": "is for whoever holds the link, which is bound to an address, see test_joining",
    "sign-in": "is for everybody",
    "sign-out": "ends the user's own session",
    "language": "chooses for the browser alone",
    "account*": "is about the user's own account",
    "mfa_*": "is about the user's own account",
    "notices-*": "is for whoever holds the link in a mail, which names one reader and one shop",
    "help*": "is the same for everybody",
    "staff*": "is for our own support alone, tested below",
    "help": "is for everybody",
    "help-how": "is for everybody",
    "help-errors": "is for everybody",
    "help-error": "tells an example of a reason",
    "help-article": "is for everybody",
    "help-vote": "counts a reader's answer about an article",
    "help-write": "sends us a mail and shows nothing",
    "help-call": "sends us a mail and shows nothing",
    "help-standstill": "sends us a mail and shows nothing",
    "shop-create": "makes something new in the user's own business",
    "shop-return": "finds its shop by the sign-in under way, see test_connect_shop",
    "books-return": "finds its connection by the sign-in under way, see test_connect_books",
    "books-return-fixed": "finds its connection by the sign-in under way, see test_connect_books",
}
"""Addresses without a shop in them: pattern of the URL's name → why it cannot show anything of another tenant."""
SHOWS_THE_BUSINESS = {"invitation"}
"""What tells the business's name to whoever holds its link; `test_joining` asks for it."""

OWNERS_ONLY = "settings-people*"
"""What a bookkeeper may not even see."""
READERS_FORMS = {"sign-out": "ends the reader's own session", "help*": "says whether an article helped"}
"""Where a reader's page may have a form that posts: pattern of the name of the form's address → why."""

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
CHANGING = METHODS[3:]
NO_SUCH_METHOD = 405
"""The address does not know the method; it looked at nothing before it said so."""
SLUG = "slug"
TELLING = ("Nordlys ApS", "anna@example.dk", "/s/nordlys/", "10017")
"""What no page shows to a stranger. The shop's own name is an example in our texts."""
SUBMITS = re.compile(r'<button(?![^>]*type="button")|<input[^>]*type="submit"')


@dataclass(frozen=True)
class Address:
    """A pattern of the resolver: its name and what it captures."""

    name: str
    captures: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    def path(self, **values: str) -> str:
        return reverse(self.name, kwargs={name: values.get(name, "1") for name in self.captures})


def addresses() -> list[Address]:
    return sorted(set(_found(get_resolver().url_patterns, ())), key=lambda address: address.name)


def _found(patterns: list[Any], above: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        captures = (*above, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _found(pattern.url_patterns, captures)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield Address(pattern.name, captures)


ALL = addresses()
TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
OF_A_SHOP = [address for address in ALL if SLUG in address.captures]
OF_STAFF = [address for address in ALL if fnmatch(address.name, "staff*")]
OF_NO_SHOP = [address for address in ALL if address not in OF_A_SHOP and address not in OF_STAFF]
OF_AN_OBJECT = [address for address in OF_A_SHOP if set(address.captures) - {SLUG, "cause"}]

every = pytest.mark.parametrize("address", OF_A_SHOP, ids=str)


@dataclass(frozen=True)
class Town:
    """Both businesses, each with a connected shop and one order of the same number; `objects` are Nordlys' own ids."""

    people: People
    nordlys: Setup
    objects: dict[str, str]


@pytest.fixture(scope="module")
def town(db_of_module: None) -> Town:
    people = make_people()
    with scope(people.elsewhere.tenant.pk):
        setup = connect(people.elsewhere.shop)
        Connection.objects.filter(pk=setup.connection.pk).update(company_name="Andetsteds ApS")
    tenant = people.nordlys.tenant
    with scope(tenant.pk):
        nordlys = connect(people.nordlys.shop)
        job = an_order(nordlys)
        note = a_note(nordlys)
        invited, _token = belonging.invite(tenant.pk, "ny@example.dk", Role.READER, people.anna)
        member = Membership.objects.get(user=people.lis)
    objects = {"no": job.order_number, "job_id": job.pk, "cause": "total-off", "pk": job.pk}
    objects |= {"number": note.number, "member": member.pk, "invitation": invited.pk, "tenant_id": tenant.pk}
    return Town(people, nordlys, {name: str(value) for name, value in objects.items()})


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


def a_note(setup: Setup) -> CreditNote:
    """A credit note of the shop's that stands by itself."""
    known = {"tenant_id": setup.shop.tenant_id, "shop": setup.shop}
    where = {"integration": setup.integration, "channel": setup.channel}
    job = SyncJob.objects.create(**known, **where, kind="credit", key="invoice:shoporama:1:10018", order_id="10018")
    about = {"origin": CreditNote.Origin.SHOP, "total": 100, "currency": "DKK", "made_by": "Nordlys", "made_at": now()}
    return CreditNote.objects.create(**known, job=job, number=7, **about)


def everything(town: Town) -> dict[str, list[dict[str, Any]]]:
    """Every row of Nordlys, whole."""
    with scope(town.nordlys.shop.tenant_id):
        return {model.__name__: list(model.objects.order_by("pk").values()) for model in TENANT_MODELS}


def shown_of_nordlys(text: str) -> list[str]:
    """What a page gives away."""
    return [telling for telling in TELLING if telling in text]


def status(browser: Client, method: str, path: str) -> int:
    return int(getattr(browser, method)(path).status_code)


def statuses(user: User, path: str, methods: tuple[str, ...] = METHODS) -> dict[str, int]:
    """What each method answers to the user."""
    browser = signed_in(user)
    return {method: status(browser, method, path) for method in methods}


# --- the list itself ------------------------------------------------------------------------------------------------
def test_every_address_has_a_shop_or_a_reason() -> None:
    without = {address.name for address in ALL if address not in OF_A_SHOP}
    assert {name for name in without if not any(fnmatch(name, pattern) for pattern in NOT_A_SHOPS)} == set()
    assert len(OF_A_SHOP) >= 30


def test_no_reason_is_left_over() -> None:
    patterns = [*NOT_A_SHOPS, *SHOWS_THE_BUSINESS, OWNERS_ONLY]
    assert [pattern for pattern in patterns if not any(fnmatch(address.name, pattern) for address in ALL)] == []


def test_the_test_knows_what_every_address_captures(town: Town) -> None:
    known = {SLUG, *town.objects}
    assert {name for address in OF_A_SHOP for name in address.captures} - known == set()


# --- strangers ------------------------------------------------------------------------------------------------------
@every
def test_a_stranger_finds_nothing(town: Town, address: Address) -> None:
    """Somebody else's shop answers every method exactly as a shop that does not exist."""
    theirs, nobodys = (
        statuses(town.people.mallory, address.path(slug=slug, **town.objects)) for slug in ("nordlys", "no-such-shop")
    )
    assert theirs == nobodys
    assert 404 in theirs.values()
    assert set(theirs.values()) <= {404, NO_SUCH_METHOD}


@every
def test_whoever_is_not_signed_in_sees_and_changes_nothing(town: Town, address: Address) -> None:
    path = address.path(slug="nordlys", **town.objects)
    before = everything(town)
    for method in METHODS:
        answer = getattr(Client(), method)(path)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/")
        else:
            assert answer.status_code in (403, NO_SUCH_METHOD)
        assert b"nordlys.dk" not in answer.content
    assert everything(town) == before


@pytest.mark.parametrize("address", [each for each in OF_NO_SHOP if each.name not in SHOWS_THE_BUSINESS], ids=str)
def test_no_other_page_shows_a_stranger_anything(town: Town, address: Address) -> None:
    before = everything(town)
    browser = signed_in(town.people.mallory)
    for method in ("get", "post"):
        answer = getattr(browser, method)(address.path(**town.objects))
        assert answer.status_code < 500
        assert shown_of_nordlys(answer.text) == []
    assert everything(town) == before


@pytest.mark.parametrize("address", OF_STAFF, ids=str)
@pytest.mark.parametrize("name", ["anna", "mallory"])
def test_what_is_supports_does_not_exist_for_others(town: Town, address: Address, name: str) -> None:
    before = everything(town)
    found = statuses(getattr(town.people, name), address.path(**town.objects))
    assert 404 in found.values()
    assert set(found.values()) <= {404, NO_SUCH_METHOD}
    assert everything(town) == before


# --- another tenant's objects under one's own shop ------------------------------------------------------------------
@pytest.mark.parametrize("address", OF_AN_OBJECT, ids=str)
def test_anothers_object_is_not_found_under_ones_own_shop(town: Town, address: Address) -> None:
    before = everything(town)
    for names in (town.objects, {**town.objects, "no": f"id-{town.objects['job_id']}"}):
        found = statuses(town.people.mallory, address.path(slug="andetsteds", **names))
        assert 404 in found.values()
        assert set(found.values()) <= {404, NO_SUCH_METHOD}
    assert everything(town) == before


@every
def test_anothers_object_cannot_be_named_in_a_query(town: Town, address: Address) -> None:
    """By whatever name a page may take an id, that of another tenant's shows nothing."""
    path = address.path(slug="andetsteds", **{**town.objects, "no": "1"})
    ids = ("id", "job", "jobs", "order", "preview", "member", "shop", "before", "after", "q", "version")
    answer = signed_in(town.people.mallory).get(path, dict.fromkeys(ids, town.objects["job_id"]))
    assert answer.status_code in (200, 302, 404, NO_SUCH_METHOD)
    assert shown_of_nordlys(answer.text) == []


# --- those who belong there -----------------------------------------------------------------------------------------
@every
def test_the_owner_gets_in(town: Town, address: Address) -> None:
    """Without this the tests above would be content with addresses that are broken for everybody."""
    path = address.path(slug="nordlys", **town.objects)
    assert status(signed_in(town.people.anna), "get", path) in (200, 302, NO_SUCH_METHOD)


@every
def test_the_bookkeeper_gets_in_everywhere_but_where_owners_alone_do(town: Town, address: Address) -> None:
    path = address.path(slug="nordlys", **town.objects)
    if fnmatch(address.name, OWNERS_ONLY):
        before = everything(town)
        assert set(statuses(town.people.bo, path).values()) <= {403, NO_SUCH_METHOD}
        assert everything(town) == before
    else:
        bookkeepers, owners = (status(signed_in(user), "get", path) for user in (town.people.bo, town.people.anna))
        assert bookkeepers == owners


@every
def test_a_reader_changes_nothing(town: Town, address: Address) -> None:
    path = address.path(slug="nordlys", **town.objects)
    before = everything(town)
    found = statuses(town.people.lis, path)
    if fnmatch(address.name, OWNERS_ONLY):
        assert set(found.values()) <= {403, NO_SUCH_METHOD}
    assert {found[method] for method in CHANGING} <= {200, 403, NO_SUCH_METHOD}
    assert everything(town) == before


@every
def test_a_reader_sees_no_button_that_changes_something(town: Town, address: Address) -> None:
    answer = signed_in(town.people.lis).get(address.path(slug="nordlys", **town.objects))
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return
    for action, form in posting_forms(answer.text):
        is_meant = any(fnmatch(name, pattern) for name in names_of(action) for pattern in READERS_FORMS)
        assert is_meant or not SUBMITS.search(form), form


def posting_forms(html: str) -> Iterator[tuple[str, str]]:
    """The address and the inside of every form that posts."""
    for attributes, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", html, re.DOTALL):
        if re.search(r'method="?post', attributes, re.IGNORECASE):
            action = re.search(r'action="([^"]*)"', attributes)
            yield (action[1] if action else ""), inside


def names_of(action: str) -> set[str]:
    """Every name under which the resolver knows an address."""
    return {address.name for address in OF_NO_SHOP if not address.captures and address.path() == action}
