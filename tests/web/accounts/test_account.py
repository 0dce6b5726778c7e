"""The account's page, a new password, and that every mail of allauth's has our words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from connector.web.accounts.mails import MAILS
from tests.people import People, signed_in

pytestmark = pytest.mark.engine

PASSWORD, BETTER = "et-langt-kodeord", "fire-helt-skæve-ord"
CODES = ("login_code", "password_reset_code", "webauthn")
"""Mails of functions that are not switched on."""


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


# --- what a person chooses --------------------------------------------------------------------------------------------
def test_choices_hold_everywhere_and_after_signing_out(people: People) -> None:
    browser = signed_in(people.anna)
    assert "data-theme" not in browser.get("/account/").text
    chosen = {"name": "Anna B.", "language": "nb", "theme": "dark"}
    page = browser.post("/account/", chosen, follow=True).text
    assert "Lagret." in page
    overview = browser.get("/s/nordlys/").text
    assert '<html lang="nb" data-theme="dark" data-shortcuts="off">' in overview
    assert ">Anna B.</span>" in overview
    browser.post("/sign-out/")
    signed_out = browser.get("/sign-in/").text
    assert '<html lang="nb" data-theme="dark">' in signed_out


def test_only_our_languages_and_colours_can_be_chosen(people: People) -> None:
    answer = signed_in(people.anna).post("/account/", {"name": "Anna", "language": "tlh", "theme": "pink"})
    assert answer.status_code == 422
    people.anna.refresh_from_db()
    assert (people.anna.language, people.anna.theme, people.anna.name) == ("da", "system", "Anna Berg")


@pytest.mark.parametrize("theme", ["dark", "light", '"><script>'], ids=["dark", "light", "nonsense"])
def test_a_visitors_colours_come_from_a_cookie_that_is_ours(people: People, theme: str) -> None:
    browser = Client()
    browser.cookies["theme"] = theme
    assert (f'data-theme="{theme}"' in browser.get("/sign-in/").text) is theme.isalpha()


def test_the_browsers_language_counts_until_one_is_chosen(people: People) -> None:
    assert '<html lang="en">' in Client(headers={"accept-language": "en-GB"}).get("/sign-in/").text
    assert '<html lang="da">' in Client(headers={"accept-language": "fr"}).get("/sign-in/").text


# --- passwords and addresses ------------------------------------------------------------------------------------------
def link() -> str:
    found = re.search(r"^http://localhost:\d+(/\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def test_a_forgotten_password_is_chosen_anew_by_mail(anna: People) -> None:
    elsewhere = signed_in(anna.anna)
    browser = Client()
    assert browser.post("/account/password/forgotten/", {"email": "anna@example.dk"})["Location"].endswith("/sent/")
    form = browser.get(link(), follow=True)
    path = form.request["PATH_INFO"]
    weak = browser.post(path, {"password1": "password2026!", "password2": "password2026!"})
    assert weak.status_code == 422
    answer = browser.post(path, {"password1": BETTER, "password2": BETTER})
    assert answer["Location"] == "/account/password/new/"
    assert mail.outbox[-1].subject == "Din adgangskode er ændret"
    assert elsewhere.get("/")["Location"].startswith("/sign-in/")
    assert Client().post("/sign-in/", {"email": "anna@example.dk", "password": BETTER})["Location"] == "/"


def test_an_unknown_address_is_answered_alike(anna: People) -> None:
    known, unknown = (
        Client().post("/account/password/forgotten/", {"email": email})
        for email in ("anna@example.dk", "nobody@example.dk")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_wrong_link_says_what_to_do(anna: People) -> None:
    assert "for gammelt" in Client().get("/account/password/new/1-abc-def/", follow=True).text


def test_changing_the_password_needs_the_present_one(anna: People) -> None:
    browser = signed_in(anna.anna)
    new = {"password1": BETTER, "password2": BETTER}
    assert browser.post("/account/password/", {"oldpassword": "noget-andet-her"} | new).status_code == 422
    assert browser.post("/account/password/", {"oldpassword": PASSWORD} | new)["Location"] == "/account/"
    assert browser.get("/account/").status_code == 200


def test_a_new_address_holds_when_it_is_confirmed(anna: People) -> None:
    browser = Client()
    browser.post("/sign-in/", {"email": "anna@example.dk", "password": PASSWORD})
    browser.post("/account/email/", {"email": "anna.ny@example.dk", "action_add": ""})
    anna.anna.refresh_from_db()
    assert anna.anna.email == "anna@example.dk"
    browser.post(link())
    anna.anna.refresh_from_db()
    assert anna.anna.email == "anna.ny@example.dk"


def test_every_mail_has_our_words() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    known = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for folder in ("account", "mfa")
        for path in (templates / folder / "email").glob("*_subject.txt")
    }
    assert len(known) > 10
    assert {name for name in known if not any(code in name for code in CODES)} == set(MAILS)
