"""Choosing the financial system: what each needs, where they differ, and what a change does to what is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from connector.sync import build
from connector.web.help import how
from tests.people import People, signed_in
from tests.web.factories import Setup
from tests.web.setup.outside import Browser, text_of

pytestmark = pytest.mark.engine

PAGE = "settings/systems/"


@pytest.fixture
def anna(people: People) -> Browser:
    return Browser(signed_in(people.anna))


def test_each_system_says_what_it_needs(anna: Browser) -> None:
    told = text_of(anna.page(PAGE))
    assert "e-conomic kræver en aktiv shop · abonnementet Plus, Smart eller Komplet · du er administrator" in told
    assert "Dinero kræver en aktiv shop · abonnementet Pro · du kan logge ind i økonomisystemet som ejer" in told
    assert 'href="/help/how/?from=/s/nordlys/settings/systems/"' in anna.page(PAGE).content.decode()


def test_only_what_tells_them_apart_is_listed(anna: Browser) -> None:
    table = anna.page(PAGE).content.decode().partition("<caption>Her er de forskellige")[2].partition("</table>")[0]
    answers = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in table.split("<tr>")[2:]]
    assert len(answers) > 2
    assert all(len(set(row)) > 1 for row in answers)
    assert "ekskl. moms" in table
    assert "inkl. moms" in table


def test_a_change_says_what_becomes_of_what_is_there(anna: Browser, nordlys: Setup) -> None:
    told = text_of(anna.page(PAGE))
    assert "Skifter du til et andet system, bliver det, der er i e-conomic, stående dér" in told
    assert "Ingen ordre sendes to gange" in told


def test_before_anything_is_chosen_there_is_nothing_to_change(anna: Browser) -> None:
    assert "Skifter du til et andet system" not in text_of(anna.page(PAGE))


def test_what_is_transferred_is_told_of_every_system(people: People) -> None:
    told: Any = text_of(Client().get("/help/how/", headers={"accept-language": "da"}))
    assert all(made.label in told for made in build.provider_classes().values())
    assert "En linje på fakturaen står på" in told


def test_every_capability_is_told_as_it_is_declared() -> None:
    told = {row.words: dict(row.answers) for row in how.books_table().rows}
    for name, words in how.OF_BOOKS.items():
        for made in build.provider_classes().values():
            is_told = told[words][made.label] in ("Yes", "Ja")
            assert is_told is getattr(made.capabilities, name), (name, made.label)
