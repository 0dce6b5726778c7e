"""Signing in and out, and the first page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from connector.tenancy.models import Membership, Role, Tenant
from connector.tenancy.scope import scope
from connector.web.frame.signin import WRONG_TRIES
from shops.models import Shop
from tests.people import People, signed_in

PASSWORD = "et-langt-kodeord"
WRONG = "E-mail og adgangskode passer ikke sammen."


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def anna(people: People) -> People:
    """Anna has a password."""
    people.anna.set_password(PASSWORD)
    people.anna.save()
    return people


def sign_in(browser: Client, email: str = "anna@example.dk", password: str = PASSWORD, **more: str) -> HttpResponse:
    return browser.post("/sign-in/", {"email": email, "password": password, **more})


def test_a_stranger_is_led_to_sign_in_and_back(anna: People) -> None:
    browser = Client()
    answer = browser.get("/s/nordlys/orders/?q=1")
    assert answer["Location"] == "/sign-in/?next=/s/nordlys/orders/%3Fq%3D1"
    page = browser.get(answer["Location"])
    assert 'name="next" value="/s/nordlys/orders/?q=1"' in page.text
    assert sign_in(browser, next="/s/nordlys/orders/?q=1")["Location"] == "/s/nordlys/orders/?q=1"
    assert browser.get("/s/nordlys/orders/").status_code == 200


def test_the_address_is_written_in_any_case(anna: People) -> None:
    assert sign_in(Client(), " Anna@Example.DK")["Location"] == "/"


@pytest.mark.parametrize("going_to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_only_our_own_addresses_are_gone_to(anna: People, going_to: str) -> None:
    assert sign_in(Client(), next=going_to)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(anna: People) -> None:
    wrong = sign_in(Client(), password="et-andet-kodeord")
    unknown = sign_in(Client(), email="nobody@example.dk")
    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text
    assert _without_token(wrong).replace("anna@", "nobody@") == _without_token(unknown)
    assert PASSWORD not in wrong.text
    assert wrong.text.count("<title>Fejl: Log ind") == 1


def _without_token(answer: HttpResponse) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_many_wrong_tries_are_slowed_down(anna: People) -> None:
    for _ in range(WRONG_TRIES):
        assert sign_in(Client(), password="forkert").status_code == 422
    slowed = sign_in(Client())
    assert slowed.status_code == 429
    assert "Vent et minut" in slowed.text
    # Another account, and the same from elsewhere, are not held up.
    assert sign_in(Client(), email="bo@example.dk").status_code == 422
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"))["Location"] == "/"


def test_fields_left_empty_are_named(people: People) -> None:
    page = sign_in(Client(), email="", password="")
    assert "Ret 2 ting, før du kan gå videre" in page.text
    assert 'href="#id_email"' in page.text


def test_signing_out_needs_a_post(anna: People) -> None:
    browser = signed_in(anna.anna)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/", follow=True).status_code == 200
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.get("/")["Location"].startswith("/sign-in/")


def test_who_is_signed_in_is_not_asked_again(people: People) -> None:
    assert signed_in(people.anna).get("/sign-in/?next=/s/nordlys/")["Location"] == "/s/nordlys/"


def test_a_form_without_its_token_changes_nothing(anna: People) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "anna@example.dk", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Intet er ændret" in answer.text


def test_the_only_shop_is_the_first_page(people: People) -> None:
    assert signed_in(people.anna).get("/")["Location"] == "/s/nordlys/"


def test_several_shops_are_listed_and_nobody_elses(people: People) -> None:
    with scope(people.nordlys.tenant.pk):
        Shop.objects.create(tenant=people.nordlys.tenant, slug="nord-b", name="nord-b.dk")
    page = signed_in(people.anna).get("/", follow=True).text
    assert "/s/nordlys/" in page
    assert "/s/nord-b/" in page
    assert "andetsteds" not in page.lower()


def test_who_has_no_business_is_told_whom_to_ask(people: People) -> None:
    with scope(people.nordlys.tenant.pk):
        Membership.objects.filter(user=people.lis).delete()
    assert "Bed din kunde om at invitere lis@example.dk" in signed_in(people.lis).get("/", follow=True).text


def test_an_owner_without_a_shop_is_led_to_create_one(people: People) -> None:
    empty = Tenant.objects.create(name="Tomt ApS")
    with scope(people.nordlys.tenant.pk):
        Membership.objects.filter(user=people.lis).delete()
    with scope(empty.pk):
        Membership.objects.create(tenant=empty, user=people.lis, role=Role.OWNER)
    browser = signed_in(people.lis)
    assert browser.get("/")["Location"] == "/connect/shop/new/"
    assert "/connect/shop/new/" in browser.get("/clients/").text


def test_a_reader_of_a_business_without_a_shop_creates_none(people: People) -> None:
    with scope(people.nordlys.tenant.pk):
        Shop.objects.all().delete()
    assert signed_in(people.lis).get("/")["Location"] == "/clients/"
