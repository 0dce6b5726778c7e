"""Two-step sign-in: switched on, asked for, required over https."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.people import People, signed_in

pytestmark = pytest.mark.engine

PASSWORD = "et-langt-kodeord"


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser(people: People) -> Client:
    """Anna has signed in with her password."""
    people.anna.set_password(PASSWORD)
    people.anna.save()
    return sign_in()


def sign_in() -> Client:
    browser = Client()
    browser.post("/sign-in/", {"email": "anna@example.dk", "password": PASSWORD})
    return browser


def code(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def switch_on(browser: Client) -> str:
    """Switch it on; answers the key."""
    asked = browser.get("/account/two-step/on/")["Location"]
    assert browser.post(asked, {"password": "et-andet-kodeord"}).status_code == 422
    assert browser.post(asked, {"password": PASSWORD})["Location"] == "/account/two-step/on/"
    page = browser.get("/account/two-step/on/")
    found = re.search(r'class="key">([\w ]+)<', page.text)
    assert found, page.text
    assert "<svg" in page.text
    assert "data:" not in page.text
    secret = found[1].replace(" ", "")
    answer = browser.post("/account/two-step/on/", {"code": code(secret)})
    assert answer["Location"] == "/account/two-step/codes/"
    return secret


def test_the_second_step_is_asked_for(browser: Client) -> None:
    secret = switch_on(browser)
    cache.clear()
    again = Client()
    answer = again.post("/sign-in/", {"email": "anna@example.dk", "password": PASSWORD, "next": "/s/nordlys/orders/"})
    assert answer["Location"].startswith("/sign-in/two-step/")
    assert again.get("/")["Location"].startswith("/sign-in/")
    wrong = again.post("/sign-in/two-step/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "Koden passer ikke" in wrong.text
    assert again.post("/sign-in/two-step/", {"code": code(secret)})["Location"] == "/s/nordlys/orders/"


def test_a_code_counts_once(browser: Client) -> None:
    secret = switch_on(browser)
    cache.clear()
    one, two = sign_in(), sign_in()
    used = code(secret)
    assert one.post("/sign-in/two-step/", {"code": used}).status_code == 302
    assert two.post("/sign-in/two-step/", {"code": used}).status_code == 422


def test_a_recovery_code_lets_in_once(browser: Client) -> None:
    switch_on(browser)
    shown = browser.get("/account/two-step/codes/").text
    codes = browser.get("/account/two-step/codes/download/").text.split()
    assert len(codes) == 10
    assert all(code in shown for code in codes)
    assert sign_in().post("/sign-in/two-step/", {"code": codes[0]})["Location"] == "/"
    assert sign_in().post("/sign-in/two-step/", {"code": codes[0]}).status_code == 422


def test_the_key_is_sealed_in_the_database(browser: Client, people: People) -> None:
    secret = switch_on(browser)
    kept = [row.data for row in Authenticator.objects.filter(user=people.anna)]
    assert len(kept) == 2
    assert secret not in str(kept)


@pytest.mark.parametrize("who", ["anna", "bo", "staff"])
def test_over_https_owners_and_staff_need_it(people: People, settings, who: str) -> None:
    settings.TWO_STEP_REQUIRED = True
    user = people.bo if who == "staff" else getattr(people, who)
    user.is_staff = who == "staff"
    user.save()
    browser = signed_in(user)
    answer = browser.get("/s/nordlys/orders/")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (200, None) if who == "bo" else (302, "/account/two-step/on/")
    )
    assert browser.get("/account/").status_code == 200


def test_with_it_an_owner_works_on(browser: Client, settings) -> None:
    settings.TWO_STEP_REQUIRED = True
    assert browser.get("/s/nordlys/orders/")["Location"] == "/account/two-step/on/"
    switch_on(browser)
    assert browser.get("/s/nordlys/orders/").status_code == 200
    assert "Flyt til en ny telefon" in browser.get("/account/").text
    assert browser.post("/account/two-step/off/")["Location"] == "/account/two-step/"
    assert browser.get("/s/nordlys/orders/")["Location"] == "/account/two-step/on/"
