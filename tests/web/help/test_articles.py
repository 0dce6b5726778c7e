"""The articles: complete in three languages, in the glossary's words, and asked whether they helped."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from connector.web.help.library import ARTICLES
from connector.web.help.models import Vote
from tests.people import People, signed_in
from tests.web.frame.test_wording import MEANT, forbidden
from tests.web.reading import joined

FOLDER = settings.BASE_DIR / "templates" / "help" / "articles"
LANGUAGES = ("da", "nb", "en")
EXPLAINED_ONCE = "(also called a suspense account)"
"""The published English guide's own word for the clearing account."""
WORDS_A_MINUTE = 130
"""Slow enough for a text with figures and steps to follow."""


def words(slug: str, language: str) -> str:
    text = re.sub(r"<[^>]+>", " ", (FOLDER / language / f"{slug}.html").read_text())
    for meant in (*MEANT, EXPLAINED_ONCE):
        text = text.replace(meant, "")
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_article_and_no_other(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.html")} == set(ARTICLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_keeps_the_glossary(slug: str, language: str) -> None:
    assert forbidden(language, words(slug, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_takes_as_long_as_it_says(slug: str, language: str) -> None:
    assert len(words(slug, language).split()) <= WORDS_A_MINUTE * ARTICLES[slug].minutes


@pytest.mark.parametrize("slug", ARTICLES)
def test_the_languages_have_the_same_parts(slug: str) -> None:
    parts = [re.findall(r"<(h2|ol|ul|li|table|tr)\b", (FOLDER / one / f"{slug}.html").read_text()) for one in LANGUAGES]
    assert parts[0] == parts[1] == parts[2]


@pytest.mark.parametrize(
    ("language", "audience"),
    [("da", "Shopejer · 2 min."), ("nb", "Nettbutikkeier · 2 min"), ("en", "Shop owner · 2 min")],
)
def test_an_article_opens_signed_out_in_the_readers_language(db_clean: None, language: str, audience: str) -> None:
    answer = Client().get("/help/trigger/", headers={"accept-language": language})
    assert answer.status_code == 200
    assert audience in joined(answer.text)
    assert answer.text.count("<h1>") == 1


def test_the_posting_accounts_example_is_the_guides(db_clean: None) -> None:
    text = Client().get("/help/posting-account/", headers={"accept-language": "da"}).text
    assert "249,00 kr." in text
    assert "241,00 kr." in text


def test_an_unknown_article_is_no_page(db_clean: None) -> None:
    assert Client().get("/help/no-such-article/").status_code == 404


# --- was it useful? -------------------------------------------------------------------------------------------------
def test_a_reader_counts_once_and_may_change_their_mind(people: People) -> None:
    anna, bo = signed_in(people.anna), signed_in(people.bo)
    for browser, said in ((anna, "no"), (bo, "yes"), (anna, "yes"), (anna, "perhaps")):
        answer = browser.post("/help/trigger/vote/", {"useful": said, "from": "/s/nordlys/orders/"})
        assert answer["Location"] == "/help/trigger/?from=%2Fs%2Fnordlys%2Forders%2F"
    assert sorted(Vote.objects.values_list("article", "is_useful")) == [("trigger", True), ("trigger", True)]
    assert "2 af 2 læsere fandt den nyttig." in anna.get("/help/trigger/").text


def test_a_reader_who_is_not_signed_in_counts_once(db_clean: None) -> None:
    browser = Client()
    for _ in range(3):
        browser.post("/help/vat/vote/", {"useful": "yes"})
    Client().post("/help/vat/vote/", {"useful": "no"})
    assert Vote.objects.count() == 2
    assert "1 af 2 læsere" in browser.get("/help/vat/", headers={"accept-language": "da"}).text
    assert browser.get("/help/vat/vote/").status_code == 405


def test_how_it_works_tells_what_each_system_can(db_clean: None) -> None:
    text = joined(Client().get("/help/how/", headers={"accept-language": "en"}).text)
    assert re.search(r'<th scope="row">Orders in foreign currencies</th><td data-label="e-conomic">Yes</td>', text)
    assert re.search(r'<th scope="row">Stock levels are changed</th><td data-label="e-conomic">No</td>', text)
    assert "<caption>What the shop can do</caption>" in text
