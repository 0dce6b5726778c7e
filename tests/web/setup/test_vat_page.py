"""Momszoner: what misses a zone first, both sides' rates, and saving lets the orders go that waited for it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from connector.core import vat_rates
from connector.core.order import Party
from connector.core.states import State
from connector.core.territory import PARTS
from connector.core.vat_rates import Kind as RateKind
from connector.core.vat_rates import Rate
from connector.sync.models import SettingsVersion, SyncJob
from connector.tenancy.scope import scope
from connector.web.setup import situations
from shops.models import Shop
from tests.core.orders import a_line
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job, a_shop_order
from tests.web.setup.fields import filled, options
from tests.web.setup.outside import Browser, text_of

pytestmark = pytest.mark.engine

PAGE = "finance/vat/"
OPTIONS = {
    "zones": ["1 Indland", "2 EU", "3 Udland", "5 OSS Finland"],
    "groups": ["1 Varer", "2 Momsfrit"],
    "items": ["FRAGT Fragt", "FRAGT-0 Fragt"],
}
HINTS = {"FRAGT": "1", "FRAGT-0": "2"}
CHOICES = {
    "lists": {
        name: [{"value": text.split()[0], "label": text, "hint": HINTS.get(text.split()[0], "")} for text in texts]
        for name, texts in OPTIONS.items()
    },
    "rates": {"1": {"1": "25", "2": "0", "3": "0", "5": "25.5"}, "2": {"1": "0", "2": "0", "3": "0", "5": "0"}},
}
CHOSEN = {
    "zone_domestic": "1",
    "zone_eu_business": "",
    "zone_abroad": "3",
    "oss_from": "2021-07-01",
    "product_group@25": "1",
    "product_group@0": "2",
    "shipping@25": "FRAGT",
    "shipping@0": "FRAGT-0",
    "missing_product": "stop",
    "gift_card": "payment",
}
FINN = Party(name="Aino", email="aino@example.fi", postcode="00100", country="FI")


@pytest.fixture
def shop(nordlys: Setup) -> Setup:
    """Sells at home, and under the One Stop Shop to Finland, for which no zone is chosen: two orders wait for it."""
    with scope(nordlys.shop.tenant_id):
        nordlys.connection.choices, nordlys.connection.choices_at = CHOICES, timezone.now()
        nordlys.connection.save()
        change(nordlys, **CHOSEN)
        a_job(nordlys, "1")
        for number in ("2", "3"):
            facts = {"situation": "eu_consumer", "country": "FI", "order": number}
            order = replace(a_shop_order(number), buyer=FINN, lines=(a_line("125.50", "25.5"),))
            a_job(nordlys, number, State.NEEDS_YOU, "vat-zone-missing", facts=facts, order=order)
        a_job(nordlys, "4", State.NEEDS_YOU, "customer-barred", facts={"order": "4"})
        a_job(nordlys, "5", State.NEEDS_YOU, "vat-mismatch", facts={"order": "5", "item": "KOP"})
        a_job(nordlys, "6", State.NEEDS_YOU, "choice-gone", facts={"order": "6", "field": "zone"})
        a_job(nordlys, "7", State.NEEDS_YOU, "choice-gone", facts={"order": "7", "field": "layout"})
    return nordlys


@pytest.fixture
def page(people: People, shop: Setup) -> Browser:
    return Browser(signed_in(people.anna))


def change(setup: Setup, **values: str) -> None:
    """Change the saved settings, as they stand. Call inside the scope."""
    setup.settings.values = {**setup.settings.values, **values}
    setup.settings.save()


def changed(setup: Setup, books_rates: dict[str, Any] | None = None, country: str = "DK", **values: str) -> None:
    """The same from outside, with other rates of the books or another home of the shop."""
    with scope(setup.shop.tenant_id):
        change(setup, **values)
        if books_rates is not None:
            setup.connection.choices = {**CHOICES, "rates": books_rates}
            setup.connection.save()
        Shop.objects.filter(pk=setup.shop.pk).update(country=country)


def saved(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return dict(SettingsVersion.objects.order_by("-number")[0].values)


def states(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return dict(SyncJob.objects.values_list("order_number", "state"))


def rows(answer: Any) -> dict[str, str]:
    """Each row's words by its id, in the page's order."""
    html = re.sub(r'<span class="number">([^<]*)</span>', r"\1", answer.content.decode())
    found = re.findall(r'<tr id="([^"]+)">(.*?)</tr>', html, re.DOTALL)
    return {name: text_of(_Answer(re.sub(r"<select.*?</select>", "", part, flags=re.DOTALL))) for name, part in found}


class _Answer:
    """A piece of a page, for the functions that read whole ones."""

    def __init__(self, html: str) -> None:
        self.content = html.encode()


# --- the rows -------------------------------------------------------------------------------------------------------
def test_what_lacks_a_zone_stands_first_with_the_orders_that_wait(page: Browser) -> None:
    answer = page.page(PAGE)
    found = rows(answer)
    assert list(found) == [
        "eu_consumer-FI",
        "domestic",
        "eu_business",
        "home_vat",
        "abroad",
        "greenland",
        "exceptions",
    ]
    assert "EU, privat (OSS): Finland" in found["eu_consumer-FI"]
    assert found["eu_consumer-FI"].count("mangler en zone: 2 ordrer venter") == 1
    assert "25,5 %" in found["eu_consumer-FI"]
    assert "1 række mangler et valg; de øvrige virker." in text_of(answer)
    assert options(answer, "zone_eu_consumer@FI") == ["", "1", "2", "3", "5"]


def test_rows_show_both_rates_and_that_they_agree(page: Browser) -> None:
    found = rows(page.page(PAGE))
    assert found["domestic"].endswith("Momszone til indenlandsk salg 25 % · 0 % 25 % · 0 % passer")
    assert found["abroad"].endswith("0 % 0 % passer")
    assert '3 Udland som for "Uden for EU" 0 % 0 % passer' in found["greenland"]
    assert "postnumrene" in found["greenland"]
    assert "Åland" in found["exceptions"]
    assert found["eu_business"].endswith("Ikke brugt endnu. En ordre af den slags venter, til zonen er valgt.")


def test_a_country_whose_zone_is_chosen_agrees_and_says_which_rate_the_settings_lack(
    page: Browser, shop: Setup
) -> None:
    changed(shop, **{"zone_eu_consumer@FI": "5"})
    found = rows(page.page(PAGE))["eu_consumer-FI"]
    assert "25,5 % 25,5 % passer Fragt og gebyrer mangler varer med 25,5 %: Momssatser i shoppen" in found
    changed(shop, rates="25.5,25,0")
    assert rows(page.page(PAGE))["eu_consumer-FI"].endswith("25,5 % 25,5 % passer")


def test_a_group_that_gives_another_rate_is_named(page: Browser, shop: Setup) -> None:
    changed(shop, books_rates={"1": {"1": "0", "3": "25"}, "2": {"1": "0", "3": "0"}})
    found = rows(page.page(PAGE))
    assert list(found)[:3] == ["eu_consumer-FI", "domestic", "home_vat"], "after what lacks a zone"
    assert "1 Varer giver 0 %; shoppen opkræver 25 %." in found["domestic"]
    assert "1 Varer giver 25 %; shoppen opkræver 0 %." in found["abroad"]


def test_a_group_without_an_account_in_the_zone_is_named(page: Browser, shop: Setup) -> None:
    changed(shop, books_rates={"1": {"1": "25"}, "2": {"1": "0", "3": "0"}})
    assert "1 Varer har ingen salgskonto i denne zone." in rows(page.page(PAGE))["abroad"]


def test_books_that_cannot_tell_are_compared_on_every_draft(page: Browser, shop: Setup) -> None:
    changed(shop, books_rates={})
    assert rows(page.page(PAGE))["domestic"].endswith("Sammenlignes på hver kladde.")


def test_a_zone_that_is_gone_is_missing(page: Browser, shop: Setup) -> None:
    changed(shop, zone_domestic="77")
    answer = page.page(PAGE)
    assert "mangler en zone" in rows(answer)["domestic"]
    assert "77 (findes ikke længere)" in text_of(answer)


def test_without_one_stop_shop_private_persons_pay_as_at_home(page: Browser, shop: Setup) -> None:
    changed(shop, oss_from="2099-01-01")
    title = "EU, privat, under grænsen for One Stop Shop"
    assert title in rows(page.page(PAGE))["home_vat"]
    changed(shop, oss_from="2021-07-01")
    assert title not in rows(page.page(PAGE))["home_vat"]


def test_a_shop_outside_the_eu_has_no_rows_of_the_eu(page: Browser, shop: Setup) -> None:
    changed(shop, country="NO")
    with scope(shop.shop.tenant_id):
        SyncJob.objects.update(state=State.DONE)
    assert set(rows(page.page(PAGE))) == {"domestic", "home_vat", "abroad", "svalbard"}


def test_a_new_rate_on_its_way_is_told(page: Browser, shop: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    later = Rate("FI", RateKind.STANDARD, Decimal("26.5"), date(today.year + 1, today.month, 1))
    monkeypatch.setattr(vat_rates, "RATES", (*vat_rates.RATES, later))
    assert "Ny sats på vej: 26,5 % fra 1. " in rows(page.page(PAGE))["eu_consumer-FI"]


def test_every_part_of_a_country_that_vat_treats_apart_has_its_words() -> None:
    assert {part.code for part in PARTS} == set().union(*situations.PARTS_OF.values())


# --- saving ---------------------------------------------------------------------------------------------------------
def test_saving_lets_go_what_waited_for_a_zone_and_nothing_else(page: Browser, shop: Setup) -> None:
    form = filled(page.page(PAGE))
    answer = page.send(PAGE, **{**form, "zone_eu_consumer@FI": "5", "then": "edit"})
    assert answer["Location"] == "/s/nordlys/finance/vat/"
    assert "Gemt. 4 ordrer er på vej." in text_of(page.page(PAGE))
    kept = saved(shop)
    assert (kept["zone_eu_consumer@FI"], kept["zone_domestic"], kept["shipping@25"]) == ("5", "1", "FRAGT")
    assert kept["oss_from"] == "2021-07-01"
    found = states(shop)
    assert [found[number] for number in "234567"] == [*["waiting"] * 2, "needs_you", *["waiting"] * 2, "needs_you"]


def test_the_second_button_leaves_for_the_settings(page: Browser) -> None:
    form = filled(page.page(PAGE))
    assert page.send(PAGE, **form, then="done")["Location"] == "/s/nordlys/finance/"


def test_the_day_of_the_one_stop_shop_is_saved(page: Browser, shop: Setup) -> None:
    form = filled(page.page(PAGE))
    page.send(PAGE, **{**form, "oss_from": "2026-07-01", "then": "edit"})
    assert saved(shop)["oss_from"] == "2026-07-01"
    assert filled(page.page(PAGE))["oss_from"] == "2026-07-01"


@pytest.mark.parametrize(
    "change",
    [
        {"zone_domestic": ""},
        {"zone_domestic": "99"},
        {"zone_eu_consumer@FI": "99"},
        {"oss_from": "i morgen"},
    ],
    ids=["empty", "unknown", "unknown of a country", "no date"],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(page: Browser, shop: Setup, change: dict[str, str]) -> None:
    [name] = change
    answer = page.send(PAGE, **{**filled(page.page(PAGE)), **change})
    assert answer.status_code == 422
    assert "Fejl: Momszoner" in text_of(answer)
    assert f'href="#id_{name}"' in answer.content.decode()
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert saved(shop)["zone_domestic"] == "1"
    assert states(shop)["2"] == "needs_you"


def test_of_two_who_save_the_second_is_told_and_keeps_what_was_typed(page: Browser, shop: Setup) -> None:
    form = filled(page.page(PAGE))
    page.send(PAGE, **{**form, "zone_eu_business": "2"})
    answer = page.send(PAGE, **{**form, "zone_eu_consumer@FI": "5"})
    assert answer.status_code == 409
    assert "En anden gemte indstillinger" in text_of(answer)
    assert saved(shop)["zone_eu_business"] == "2"
    assert filled(answer)["zone_eu_consumer@FI"] == "5"


def test_a_country_is_put_on_the_page_and_saved_with_its_zone(page: Browser, shop: Setup) -> None:
    form = filled(page.page(PAGE))
    answer = page.send(PAGE, **{**form, "add_country": "SE", "add": "country", "zone_eu_business": "2"})
    assert "Det er ikke gemt endnu." in text_of(answer)
    assert "EU, privat (OSS): Sverige" in rows(answer)["eu_consumer-SE"]
    assert "zone_eu_consumer@SE" not in saved(shop)
    again = filled(answer)
    assert again["zone_eu_business"] == "2", "what was typed is kept"
    page.send(PAGE, **{**again, "zone_eu_consumer@SE": "5", "then": "edit"})
    assert saved(shop)["zone_eu_consumer@SE"] == "5"
    assert "eu_consumer-SE" in rows(page.page(PAGE))


@pytest.mark.parametrize("code", ["DK", "NO", "XX", ""])
def test_a_country_that_has_no_vat_of_its_own_here_is_not_put_on_the_page(page: Browser, code: str) -> None:
    before = set(rows(page.page(PAGE)))
    answer = page.send(PAGE, **{**filled(page.page(PAGE)), "add_country": code, "add": "country"})
    assert set(rows(answer)) == before


# --- who ------------------------------------------------------------------------------------------------------------
def test_a_reader_sees_it_and_may_not_save(people: People, shop: Setup) -> None:
    reader = Browser(signed_in(people.lis))
    answer = reader.page(PAGE)
    assert "fieldset" in answer.content.decode()
    assert "Gem og rediger videre" not in text_of(answer)
    assert reader.send(PAGE, **filled(answer)).status_code == 403
    assert saved(shop).get("zone_eu_consumer@FI") is None


def test_a_stranger_finds_nothing(people: People, shop: Setup) -> None:
    assert Browser(signed_in(people.mallory)).page(PAGE).status_code == 404


def test_without_settings_the_settings_come_first(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        shop.integration.settings = None
        shop.integration.save()
    assert page.page(PAGE)["Location"] == "/s/nordlys/finance/"


def test_books_without_zones_say_what_to_do(page: Browser, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        shop.connection.choices = {}
        shop.connection.save()
    assert "e-conomic har ingen momszoner endnu" in text_of(page.page(PAGE))


# --- the settings page ----------------------------------------------------------------------------------------------
def test_the_settings_tell_the_zones_in_short_and_keep_them_when_saved(page: Browser, shop: Setup) -> None:
    changed(shop, **{"zone_eu_consumer@FI": "5"})
    answer = page.page("finance/")
    told = text_of(answer)
    assert "Salg i Danmark 1 Indland" in told
    assert "Salg til private i EU (OSS): Finland 5 OSS Finland" in told
    assert 'href="/s/nordlys/finance/vat/">Ret momszonerne' in answer.content.decode()
    assert options(answer, "zone_domestic") == [], "it is chosen on the other page"
    assert filled(answer)["zone_domestic"] == "1"


def test_a_zone_that_is_gone_can_be_chosen_where_the_save_is_refused(page: Browser, shop: Setup) -> None:
    changed(shop, zone_abroad="77")
    answer = page.send("finance/", **filled(page.page("finance/")))
    assert answer.status_code == 422
    assert "3" in options(answer, "zone_abroad")
    assert 'href="#id_zone_abroad"' in answer.content.decode()
