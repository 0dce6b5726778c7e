"""Every page speaks one language, the user's; and whoever is not signed in may choose it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from connector.core.states import State
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from tests.people import make_people, signed_in
from tests.tenancy.test_every_url import ALL
from tests.web.factories import Setup, a_booked_job, a_first_job, a_job, a_parked_job, connect

LANGUAGES = ("da", "nb", "en")
ORDERS = {"booked": "10017", "parked": "9987", "first": "10001", "waiting": "10021", "early": "10011"}
REASONS = ("product-missing", "total-off", "rate-limit", "connection-expired", "not-triggered")

TELLING: Mapping[str, str] = {
    "da": r"ikke endnu|efter|hvad|vælg|gem|gemt|nogen|noget|igen|af|mellem|gør|bogført|ændret",
    "nb": r"ennå|etter|hva|velg|lagre|lagret|noen|noe|igjen|av|mellom|gjør|bokført|endret",
    "en": r"the|and|is|are|not|your|you|with|this|that|was|were|has|order|orders|choose|saved|from",
}
"""Small words by which a text of the language is known among texts of the others."""

QUIET = {"script", "style", "svg"}
SAID = ("aria-label", "title", "alt", "placeholder", "value", "content")
"""Attributes that people read or hear."""


class Words(HTMLParser):
    """Collects what a page says: its texts, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet += tag in QUIET
        known = dict(attrs)
        # What a form sends and what the head tells the browser is for no one to read.
        names = SAID if tag in ("button", "input") and known.get("type") == "submit" else SAID[:4]
        self.said += [known[name] or "" for name in names if name in known]

    def handle_endtag(self, tag: str) -> None:
        self.quiet -= tag in QUIET

    def handle_data(self, data: str) -> None:
        if not self.quiet and data.strip():
            self.said.append(" ".join(data.split()))


def foreign(html: str, language: str) -> list[str]:
    """What the page says that holds a telling word of another language and none of its own."""
    words = Words()
    words.feed(html)
    return [text for text in words.said if not _has(text, language) and any(_has(text, o) for o in LANGUAGES)]


def _has(text: str, language: str) -> bool:
    return bool(re.search(rf"(?<![\w/.@-])(?:{TELLING[language]})(?![\w/@-])", text, re.IGNORECASE))


@dataclass(frozen=True)
class Town:
    """A shop with an order of each kind, and its owner, who is of the staff too."""

    owner: User
    captures: Mapping[str, str]


@pytest.fixture(scope="module")
def town(db_of_module: None) -> Town:
    people = make_people()
    User.objects.filter(pk=people.anna.pk).update(is_staff=True)
    with scope(people.nordlys.tenant.pk):
        job = some_orders(connect(people.nordlys.shop))
    captures = {"slug": "nordlys", "no": ORDERS["parked"], "cause": "total-off", "pk": job, "job_id": job}
    captures |= {"tenant_id": str(people.nordlys.tenant.pk), "code": "product-missing"}
    return Town(people.anna, captures)


def some_orders(setup: Setup) -> str:
    a_first_job(setup, ORDERS["first"])
    a_booked_job(setup, ORDERS["booked"])
    a_job(setup, ORDERS["waiting"], State.WAITING, "rate-limit", facts={"provider": "e-conomic"})
    a_job(setup, ORDERS["early"], State.NOT_MEANT, "not-triggered", facts={"trigger": "shipment"})
    return str(a_parked_job(setup, ORDERS["parked"]).pk)


def paths(captures: Mapping[str, str]) -> Iterator[str]:
    for address in ALL:
        yield from [address.path(**{name: captures.get(name, "1") for name in address.captures})]
    for number in ORDERS.values():
        yield _path("order", slug="nordlys", no=number)
    for code in REASONS:
        yield f"/help/errors/{code}/"


def _path(name: str, **values: str) -> str:
    return reverse(name, kwargs=values)


def pages(browser: Client, captures: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Address and HTML of every page that can be opened; the session's own end is left alone."""
    for path in dict.fromkeys(paths(captures)):
        answer = browser.get(path)
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            yield path, answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(town: Town, language: str) -> None:
    User.objects.filter(pk=town.owner.pk).update(language=language)
    found = dict(pages(signed_in(User.objects.get(pk=town.owner.pk)), town.captures))
    wrong = [f"{path}: {text}" for path, html in found.items() for text in foreign(html, language)]
    whole = {path: html for path, html in found.items() if "<html" in html}
    assert len(whole) >= 25
    wrong += [f"{path}: not lang={language}" for path, html in whole.items() if f'<html lang="{language}"' not in html]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_for_whoever_is_not_signed_in_speaks_the_chosen_language(town: Town, language: str) -> None:
    browser = Client()
    browser.post("/language/", {"language": language})
    found = dict(pages(browser, town.captures))
    assert "/sign-in/" in found
    assert [f"{path}: {text}" for path, html in found.items() for text in foreign(html, language)] == []
    # What says that something went wrong is made without the request, and offers nothing.
    offering = {path for path, html in found.items() if 'class="languages"' in html}
    assert {reverse("sign-in"), reverse("account_signup"), reverse("help")} <= offering


@pytest.mark.parametrize(
    ("html", "language", "found"),
    [
        ("<p>Nothing was saved</p>", "da", ["Nothing was saved"]),
        ('<a aria-label="the menu">Menu</a>', "nb", ["the menu"]),
        ("<p>Vælg en konto</p>", "nb", ["Vælg en konto"]),
        ("<p>Intet er gemt</p>", "en", ["Intet er gemt"]),
        ("<p>Vælg en konto</p><script>the</script>", "da", []),
    ],
    ids=["english", "attribute", "danish in norwegian", "danish in english", "script"],
)
def test_a_text_in_another_language_is_seen(html: str, language: str, found: list[str]) -> None:
    assert foreign(html, language) == found


def test_the_browsers_language_counts_until_one_is_chosen(town: Town) -> None:
    browser = Client(headers={"accept-language": "nb-NO,nb;q=0.9"})
    assert '<html lang="nb"' in browser.get("/sign-in/").content.decode()
    browser.post("/language/", {"language": "en"})
    assert '<html lang="en"' in browser.get("/sign-in/").content.decode()


def test_choosing_leads_back_to_the_page_and_to_no_strangers(town: Town) -> None:
    browser = Client()
    assert browser.post("/language/", {"language": "nb", "next": "/sign-in/?next=/"}).headers["Location"] == (
        "/sign-in/?next=/"
    )
    assert browser.post("/language/", {"language": "nb", "next": "https://evil.example/"}).headers["Location"] == (
        reverse("sign-in")
    )


def test_a_language_that_is_not_ours_changes_nothing(town: Town) -> None:
    browser = Client()
    browser.post("/language/", {"language": "sv"})
    assert settings.LANGUAGE_COOKIE_NAME not in browser.cookies
    assert browser.get("/language/").status_code == 405
