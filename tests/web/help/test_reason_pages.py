"""A page for every reason, in three languages, for the signed out too."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.reasons import UNKNOWN
from connector.web.help.library import ARTICLES, OF_REASON
from connector.web.help.samples import example
from tests.web.reading import joined

LANGUAGES = ("da", "nb", "en")


def page(code: str, language: str) -> str:
    answer = Client().get(f"/help/errors/{code}/", headers={"accept-language": language})
    assert answer.status_code == 200
    return joined(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CATALOGUE)
def test_every_reason_has_an_example_without_gaps(code: str, language: str) -> None:
    with translation.override(language):
        told = example(code)
    text = f"{told.title} {told.cause} {told.fix}"
    assert told.title
    assert UNKNOWN not in text
    assert "%(" not in text
    assert told.code == code


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_example_is_of_that_very_reason(code: str) -> None:
    with translation.override("en"):
        title = re.split(r"%\(\w+\)s", str(CATALOGUE[code].title))
        told = example(code).title
    assert all(part.strip() in told for part in title), told


@pytest.mark.parametrize(("language", "who"), [("da", "Hvem handler"), ("nb", "Hvem handler"), ("en", "Who acts")])
def test_a_page_says_who_acts(db_clean: None, language: str, who: str) -> None:
    text = page("product-missing", language)
    assert f"<dt>{who}</dt>" in text
    assert "KOP-7" in text
    assert f'<html lang="{language}"' in text


def test_every_page_of_a_reason_opens(db_clean: None) -> None:
    for code in CATALOGUE:
        assert f'<p class="code">Kode {code}</p>' in page(code, "da")


def test_the_list_leads_to_every_page(db_clean: None) -> None:
    listed = re.findall(r'href="/help/errors/([a-z-]+)/"', Client().get("/help/errors/").text)
    assert sorted(listed) == sorted(CATALOGUE)


def test_an_unknown_code_is_no_page(db_clean: None) -> None:
    assert Client().get("/help/errors/no-such-reason/").status_code == 404


def test_the_articles_to_read_on_exist() -> None:
    assert set(OF_REASON.values()) <= set(ARTICLES)
    assert set(OF_REASON) <= set(CATALOGUE)
