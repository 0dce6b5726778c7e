"""Varer, gebyrer og betalingsmåder: what lacks something first, saving lets the orders go that waited for it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import SettingsVersion, ShopMethod, SyncJob
from connector.tenancy.scope import scope
from connector.web.setup.finance import books_of
from connector.web.setup.form import SettingsForm
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job
from tests.web.reading import joined

ADDRESS = "/s/nordlys/finance/mapping/"
CHOICES = {
    "lists": {
        "accounts": [{"value": "5820", "label": "5820 Bank"}, {"value": "5825", "label": "5825 Webshopsalg"}],
        "terms": [{"value": "4", "label": "Kontant", "hint": "paidInCash"}],
        "groups": [{"value": "1", "label": "1 Varer"}],
        "items": [{"value": "FRAGT", "label": "FRAGT Fragt"}, {"value": "WEB", "label": "WEB Web"}],
    }
}
CHOSEN = {"account": "5825", "missing_product": "stop", "gift_card": "payment", "gift_card_account": "5820"}


@pytest.fixture
def shop(nordlys: Setup) -> Setup:
    """Three payment methods, of which Klarna is new, and one way of sending; two orders wait for Klarna."""
    with scope(nordlys.shop.tenant_id):
        nordlys.connection.choices = CHOICES
        nordlys.connection.save()
        nordlys.settings.values |= CHOSEN
        nordlys.settings.save()
        a_method(nordlys, "1", "Dankort", used=0)
        a_method(nordlys, "2", "MobilePay", used=2)
        a_method(nordlys, "60", "Klarna", is_new=True, used=5)
        a_method(nordlys, "7", "GLS", kind="shipping", used=0)
        for number in ("1", "2"):
            facts = {"method": "Klarna", "method_key": "60", "order": number}
            a_job(nordlys, number, State.NEEDS_YOU, "payment-method-unmapped", facts=facts)
        a_job(nordlys, "3", State.NEEDS_YOU, "customer-barred", facts={"order": "3"})
        a_job(nordlys, "4", State.NOT_MEANT, "not-triggered")
        a_job(nordlys, "5", State.NOT_MEANT, "before-start")
    return nordlys


def a_method(setup: Setup, key: str, name: str, *, used: int, kind: str = "payment", is_new: bool = False) -> None:
    """A method that was last used so many days ago."""
    now = timezone.now()
    about = {"key": key, "platform_id": key, "name": name, "kind": kind, "is_new": is_new}
    times = {"first_seen": now - timedelta(days=30), "last_used": now - timedelta(days=used)}
    ShopMethod.objects.create(tenant_id=setup.shop.tenant_id, shop=setup.shop, **about, **times)


def fields(html: str) -> dict[str, str]:
    """What a browser would post of the page as it is: selects and radio buttons."""
    found = {"version": re.search(r'name="version" value="(\d+)"', html)[1]}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        values = re.findall(r'<option value="([^"]*)"( selected)?', options)
        found[name] = next((value for value, chosen in values if chosen), values[0][0])
    return found | dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"[^>]* checked', html))


def saved(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return SettingsVersion.objects.order_by("-number")[0].values


def states(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return dict(SyncJob.objects.values_list("order_number", "state"))


def test_what_lacks_something_stands_first_then_the_latest_used(people: People, shop: Setup) -> None:
    html = signed_in(people.anna).get(ADDRESS).text
    methods = html.split('id="payments"')[1]
    assert re.findall(r'<th scope="row">(\w+)', methods) == ["Klarna", "Dankort", "MobilePay"]
    assert "2 ordrer</td>" in methods
    assert methods.count("ny ") == 1
    assert "Gem, og overfør 2 ordrer" in html


def test_saving_places_the_new_method_and_lets_its_orders_go(people: People, shop: Setup) -> None:
    browser = signed_in(people.anna)
    data = fields(browser.get(ADDRESS).text)
    assert (data["pay:60"], data["pay:1"]) == ("", "default")
    response = browser.post(ADDRESS, data | {"pay:60": "open", "trigger:60": "shipment"}, follow=True)
    assert "Gemt. 2 ordrer er på vej." in response.content.decode()
    kept = saved(shop)
    assert (kept["pay:60"], kept["trigger:60"], kept["pay:1"], kept["account"]) == (
        "open",
        "shipment",
        "default",
        "5825",
    )
    assert states(shop) == {"1": "waiting", "2": "waiting", "3": "needs_you", "4": "waiting", "5": "not_meant"}


def test_a_way_of_sending_gets_its_own_item(people: People, shop: Setup) -> None:
    browser = signed_in(people.anna)
    browser.post(ADDRESS, fields(browser.get(ADDRESS).text) | {"ship:7@25": "WEB"})
    assert saved(shop)["ship:7@25"] == "WEB"


def test_a_methods_own_settings_outlive_a_save_of_the_settings_page(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        shop.settings.values |= {"pay:60": "open", "ship:7@25": "WEB", "shipping@12": "FRAGT"}
        shop.settings.save()
        books = books_of(shop.integration)
        form = SettingsForm(books.provider, books.choices, books.saved, {})
        form.full_clean()
    assert (form.values["pay:60"], form.values["ship:7@25"]) == ("open", "WEB")
    assert "shipping@12" not in form.values


def test_a_number_that_changed_is_offered_as_one_click(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        a_method(shop, "61", "MobilePay", used=0, is_new=True)
        shop.settings.values |= {"pay:2": "5820", "trigger:2": "payment"}
        shop.settings.save()
    browser = signed_in(people.anna)
    html = browser.get(ADDRESS).text
    assert "Nummeret i shoppen er skiftet fra 2 til 61, navnet er det samme." in html
    browser.post(ADDRESS, fields(html) | {"same": "61"})
    assert (saved(shop)["pay:61"], saved(shop)["trigger:61"]) == ("5820", "payment")


@pytest.mark.parametrize("change", [{"pay:60": "9999"}, {"trigger:60": "never"}, {"missing_product": "default"}])
def test_what_cannot_be_is_told_and_nothing_is_saved(people: People, shop: Setup, change: dict[str, str]) -> None:
    browser = signed_in(people.anna)
    response = browser.post(ADDRESS, fields(browser.get(ADDRESS).text) | change)
    assert response.status_code == 422
    assert saved(shop).get("pay:60") is None
    assert states(shop)["1"] == "needs_you"


def test_of_two_who_save_the_second_is_told(people: People, shop: Setup) -> None:
    browser = signed_in(people.anna)
    data = fields(browser.get(ADDRESS).text)
    browser.post(ADDRESS, data | {"pay:60": "open"})
    response = browser.post(ADDRESS, data | {"pay:60": "5820"})
    assert response.status_code == 409
    assert "En anden gemte indstillinger" in response.content.decode()
    assert saved(shop)["pay:60"] == "open"


def test_missing_products_are_named(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        for number in ("6", "7"):
            a_job(shop, number, State.NEEDS_YOU, "product-missing", facts={"sku": "KOP-7", "name": "Kop"})
    html = joined(signed_in(people.anna).get(ADDRESS).text)
    assert "KOP-7 Kop findes ikke i e-conomic: 2 ordrer venter" in " ".join(html.split())


def test_a_reader_sees_it_and_may_not_save(people: People, shop: Setup) -> None:
    browser = signed_in(people.lis)
    html = browser.get(ADDRESS).text
    assert "<fieldset" in html
    assert "disabled" in html
    assert browser.post(ADDRESS, fields(html) | {"pay:60": "open"}).status_code == 403
    assert saved(shop).get("pay:60") is None


def test_a_stranger_finds_nothing(people: People, shop: Setup) -> None:
    browser = signed_in(people.mallory)
    assert browser.get(ADDRESS).status_code == 404
    assert browser.post(ADDRESS, {"version": "14"}).status_code == 404


def test_without_settings_the_settings_come_first(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        shop.integration.settings = None
        shop.integration.save()
    assert signed_in(people.anna).get(ADDRESS).headers["Location"] == "/s/nordlys/finance/"


def test_an_order_that_is_paid_later_must_not_wait_for_its_payment(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        a_method(shop, "3", "EAN-faktura", used=1)
        shop.settings.values |= {"trigger": "payment"}
        shop.settings.save()
    browser = signed_in(people.anna)
    html = browser.get(ADDRESS).text
    assert html.count("Sådan en ordre er aldrig betalt på forhånd.") == 1
    browser.post(ADDRESS, fields(html) | {"pay:3": "open", "trigger:3": "shipment"})
    assert "aldrig betalt på forhånd" not in browser.get(ADDRESS).text
