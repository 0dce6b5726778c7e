"""What stands around every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from accounting.models import Connection
from connector.core.states import State
from connector.tenancy.models import Membership, Role
from connector.tenancy.scope import scope
from connector.web.frame import views
from shops.models import Shop
from tests.people import People, signed_in
from tests.sync.world import SHOPS
from tests.web.factories import Setup, a_job
from tests.web.reading import joined

PAGES = ["", "orders/", "needs-you/", "log/"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_found_ones_way_in(people: People, nordlys: Setup, page: str) -> None:
    text = signed_in(people.anna).get(f"/s/nordlys/{page}").text
    assert '<html lang="da">' in text
    assert text.count("<h1") == 1
    assert '<a class="skip" href="#content">Gå til indholdet</a>' in text
    assert text.count('id="content"') == text.count('role="status"') == text.count('role="alert"') == 1
    assert text.count('aria-current="page"') == 1
    assert " style=" not in text
    assert "<script" not in text.replace("<script src=", "")


def test_the_menu_has_what_exists(people: People) -> None:
    text = signed_in(people.anna).get("/s/nordlys/").text
    menu = re.findall(r'<li><a href="([^"]*)"', text.split('aria-label="Hovedmenu"')[1].split("</nav>")[0])
    assert menu == [f"/s/nordlys/{part}" for part in ("", "orders/", "credit-notes/", "needs-you/", "log/", "health/")]


def current(html: str) -> list[str]:
    """The words of the links that are marked as the page that is open."""
    return re.findall(r'aria-current="page">(?:<svg.*?</svg>)?([^<]+)', html)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("", ["Overblik"]),
        ("orders/", ["Ordrer"]),
        ("finance/connect/", ["Økonomisystem"]),
        ("settings/", ["Indstillinger", "Generelt"]),
        ("settings/shop/", ["Indstillinger", "Shop"]),
    ],
)
def test_the_page_that_is_open_is_marked_and_no_other(
    people: People, nordlys: Setup, page: str, words: list[str]
) -> None:
    assert current(signed_in(people.anna).get(f"/s/nordlys/{page}").text) == words


def test_on_the_way_to_the_shop_the_gear_is_marked(people: People, settings: Any) -> None:
    settings.SHOPS = SHOPS
    answer = signed_in(people.anna).post("/s/nordlys/settings/shop/connect/", {"kind": "shoporama"})
    assert "Videre til Shoporama" in answer.text
    assert current(answer.text) == ["Indstillinger"]


def test_the_first_page_lets_an_owner_create_a_shop(people: People) -> None:
    browser = signed_in(people.anna)
    with scope(people.nordlys.tenant.pk):
        Shop.objects.create(tenant=people.nordlys.tenant, slug="to", name="to.dk")
    assert 'href="/connect/shop/new/">Opret shop</a>' in browser.get("/", follow=True).text
    with scope(people.nordlys.tenant.pk):
        Membership.objects.filter(user=people.anna).update(role=Role.BOOKKEEPER)
    assert "Opret shop" not in browser.get("/", follow=True).text


def test_the_financial_system_appears_once_one_is_chosen(people: People, nordlys: Setup) -> None:
    text = signed_in(people.anna).get("/s/nordlys/").text
    assert '<a href="/s/nordlys/finance/">Økonomisystem</a>' in text


def test_the_title_counts_what_needs_somebody(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    assert "<title>Har brug for dig · nordlys.dk · Connector</title>" in browser.get("/s/nordlys/needs-you/").text
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "1", State.NEEDS_YOU, "product-missing")
        a_job(nordlys, "2", State.NEEDS_YOU, "product-missing")
        a_job(nordlys, "3", State.NEEDS_US, "unexpected")
    assert "<title>(2) Har brug for dig · nordlys.dk · Connector</title>" in browser.get("/s/nordlys/needs-you/").text


def test_a_revoked_connection_is_the_worst_truth(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    with scope(nordlys.shop.tenant_id):
        Shop.objects.update(trouble="shop-key-refused")
    assert "nordlys.dk afviste vores nøgle" in browser.get("/s/nordlys/").text
    with scope(nordlys.shop.tenant_id):
        Connection.objects.update(status=Connection.Status.REVOKED, trouble="connection-revoked")
    text = joined(browser.get("/s/nordlys/").text)
    assert "Adgangen til e-conomic er fjernet" in text
    assert "afviste vores nøgle" not in text
    assert text.count('<aside class="box banner') == 1
    assert 'href="/s/nordlys/finance/connect/">Ret det' in text


def test_a_reader_sees_the_banner_but_no_way_to_change(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        Connection.objects.update(status=Connection.Status.REVOKED)
    text = joined(signed_in(people.lis).get("/s/nordlys/").text)
    assert "Adgangen til e-conomic er fjernet" in text
    assert "Ret det" not in text
    assert "Indstillinger" not in text


def test_the_business_is_named_for_those_with_more_than_one(people: People) -> None:
    assert "Nordlys ApS" not in signed_in(people.anna).get("/s/nordlys/").text
    with scope(people.elsewhere.tenant.pk):
        Membership.objects.create(tenant=people.elsewhere.tenant, user=people.anna, role=Role.READER)
    assert "Nordlys ApS" in signed_in(people.anna).get("/s/nordlys/").text


def test_what_is_not_there_and_what_is_somebody_elses_look_the_same(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.mallory)
    strange, nowhere = browser.get("/s/nordlys/orders/"), browser.get("/s/no-such-shop/orders/")
    assert strange.status_code == nowhere.status_code == 404
    assert strange.content == nowhere.content
    assert "Den side findes ikke, eller du har ikke adgang til den." in strange.text
    assert "nordlys" not in strange.text


def test_a_reader_may_not_change(people: People, nordlys: Setup) -> None:
    answer = signed_in(people.lis).post("/s/nordlys/orders/", {"act": "transfer-now", "job": "1"})
    assert answer.status_code == 403
    assert "Kun ejeren og bogholderen kan ændre dette." in answer.text


def test_our_own_fault_has_a_case_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().get("/s/nordlys/orders/", {"token": "hemmelig"})
    answer = views.broken(request)
    assert answer.status_code == 500
    case = re.search(r"(?:Sag|Case) ([0-9a-f]{8})", answer.text)
    assert case
    assert f"case {case[1]}" in caplog.text
    assert "hemmelig" not in caplog.text


def test_the_user_reads_their_own_language(people: People) -> None:
    people.anna.language = "en"
    people.anna.save()
    text = signed_in(people.anna).get("/s/nordlys/").text
    assert '<html lang="en">' in text
    assert "Overview" in text


@pytest.mark.unit
def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    root = Path(settings.BASE_DIR)
    there = set(re.findall(r'<symbol id="(\w+)"', (root / "static/icons.svg").read_text()))
    named = {
        name
        for path in (root / "templates").rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)"', path.read_text())
    }
    assert named <= there
    assert {state.value for state in State} <= there


@pytest.mark.unit
def test_pages_carry_no_inline_styles_or_scripts() -> None:
    folder = Path(settings.BASE_DIR) / "templates"
    # A mail cannot fetch a stylesheet, and no policy of ours holds where it is read.
    for path in set(folder.rglob("*.html")) - set((folder / "mails").rglob("*.html")):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src)", text), path


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TINTS = ("waiting", "done", "not-meant", "needs-you", "needs-us")
TEXT_ON = [
    *((name, ground) for name in ("text", "muted", "link", "danger") for ground in ("ground", "surface", "menu")),
    *((name, f"{name}-tint") for name in TINTS),
    *((name, f"{tint}-tint") for tint in TINTS for name in ("text", "muted", "link")),
    ("on-link", "link"),
    ("danger-text", "danger-tint"),
]


@pytest.mark.unit
@pytest.mark.parametrize("theme", [1, 2], ids=["light", "dark"])
def test_words_can_be_read_on_their_ground(theme: int) -> None:
    css = (Path(settings.BASE_DIR) / "static/connector.css").read_text()
    colours = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", css)
    tokens = {found[0]: found[theme] for found in colours}
    too_weak = {pair for pair in TEXT_ON if _contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5}
    assert too_weak == set()
    assert min(_contrast(tokens["edge"], tokens[ground]) for ground in ("ground", "surface", "menu")) >= 3


def test_no_page_is_stored_where_another_may_find_it(people: People) -> None:
    assert "no-store" in Client().get("/sign-in/")["Cache-Control"]
