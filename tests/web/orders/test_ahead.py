"""What would stop the next order is said on the pages before it comes."""

from __future__ import annotations

import html

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import ShopMethod
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_job
from tests.web.reading import joined

NEEDS, FRONT = "/s/nordlys/needs-you/", "/s/nordlys/"
CHOICES = {
    "lists": {
        "accounts": [{"value": "5825", "label": "5825 Webshopsalg"}],
        "items": [{"value": "FRAGT", "label": "FRAGT Fragt"}],
        "layouts": [{"value": "19", "label": "Dansk std."}],
    }
}
QUIET = "Intet. Du skal ikke gøre noget."


@pytest.fixture
def shop(nordlys: Setup) -> Setup:
    """Books in which everything is there that the settings chose."""
    with scope(nordlys.shop.tenant_id):
        nordlys.connection.choices = CHOICES
        nordlys.connection.save()
        nordlys.settings.values |= {"account": "5825", "layout": "19"}
        nordlys.settings.save()
    return nordlys


def chosen(shop: Setup, **values: str) -> None:
    with scope(shop.shop.tenant_id):
        shop.settings.values |= values
        shop.settings.save()


def a_method(shop: Setup, key: str, name: str, **more: object) -> None:
    known = {"platform_id": key, "name": name, "first_seen": timezone.now(), "kind": "payment", **more}
    with scope(shop.shop.tenant_id):
        ShopMethod.objects.create(tenant_id=shop.shop.tenant_id, shop=shop.shop, key=key, **known)


def page(people: People, address: str) -> str:
    return html.unescape(joined(signed_in(people.anna).get(address).text))


def test_a_shop_with_nothing_ahead_says_so(people: People, shop: Setup) -> None:
    a_method(shop, "1", "Dankort")
    assert QUIET in page(people, FRONT)
    assert "Intet har brug for dig." in page(people, NEEDS)


def test_the_front_page_counts_what_is_ahead(people: People, shop: Setup) -> None:
    a_method(shop, "60", "Klarna", is_new=True)
    text = page(people, FRONT)
    assert "1 ting vil stoppe den næste ordre, der rammer den" in text
    assert QUIET not in text
    a_method(shop, "61", "Swish", is_new=True)
    chosen(shop, layout="99")
    text = page(people, FRONT)
    assert "3 ting vil stoppe de næste ordrer, der rammer dem" in text
    assert f'href="{NEEDS}"' in text


def test_a_number_that_changed_leads_to_the_page_that_confirms_it(people: People, shop: Setup) -> None:
    a_method(shop, "2", "MobilePay", gone_at=timezone.now())
    a_method(shop, "60", "MobilePay", is_new=True)
    text = page(people, NEEDS)
    assert '"MobilePay" har fået et nyt nummer i shoppen' in text
    assert "fra 2 til 60" in text
    assert 'href="/s/nordlys/finance/mapping/#payments">Bekræft, at det er den samme' in text


@pytest.mark.parametrize(
    ("kind", "name", "value", "anchor"),
    [("payment", "pay:2", "1234", "payments"), ("shipping", "ship:2@25", "GONE", "fees")],
    ids=["account", "item"],
)
def test_what_was_chosen_for_a_method_and_is_gone(
    people: People, shop: Setup, kind: str, name: str, value: str, anchor: str
) -> None:
    a_method(shop, "2", "GLS", kind=kind)
    chosen(shop, **{name: value})
    text = page(people, NEEDS)
    assert 'Det, der var valgt for "GLS", findes ikke længere i regnskabet' in text
    assert f'href="/s/nordlys/finance/mapping/#{anchor}">Vælg igen' in text


def test_the_page_of_methods_says_at_its_head_what_is_ahead(people: People, shop: Setup) -> None:
    address = "/s/nordlys/finance/mapping/"
    assert "vil stoppe" not in page(people, address)
    a_method(shop, "2", "MobilePay", gone_at=timezone.now())
    a_method(shop, "60", "MobilePay", is_new=True)
    a_method(shop, "7", "GLS", kind="shipping")
    chosen(shop, **{"ship:7@25": "GONE"})
    text = page(people, address)
    assert "2 ting vil stoppe de næste ordrer, der rammer dem" in text
    assert '<a href="#payments">"MobilePay" har fået et nyt nummer i shoppen' in text
    assert '<a href="#fees">Det, der var valgt for "GLS"' in text


def test_a_setting_whose_choice_is_gone_leads_to_its_field(people: People, shop: Setup) -> None:
    chosen(shop, layout="99")
    text = page(people, NEEDS)
    assert '"99" findes ikke længere i e-conomic' in text
    assert 'href="/s/nordlys/finance/#invoice"' in text
    assert '"99" findes ikke længere i e-conomic' in page(people, "/s/nordlys/finance/")


def test_what_an_order_has_stopped_for_is_not_said_twice(people: People, shop: Setup) -> None:
    a_method(shop, "60", "Klarna", is_new=True)
    chosen(shop, layout="99")
    with scope(shop.shop.tenant_id):
        facts = {"method": "Klarna", "method_key": "60"}
        a_job(shop, "1", State.NEEDS_YOU, "payment-method-unmapped", facts=facts)
        a_job(shop, "2", State.NEEDS_YOU, "choice-gone", facts={"field": "layout", "name": "99"})
    assert page(people, NEEDS).count("findes ikke længere i e-conomic") == 1
    assert "er ny i shoppen" not in page(people, NEEDS)
    assert "vil stoppe" not in page(people, FRONT)


def test_before_settings_are_saved_nothing_is_ahead(people: People, shop: Setup) -> None:
    a_method(shop, "60", "Klarna", is_new=True)
    with scope(shop.shop.tenant_id):
        shop.integration.settings = None
        shop.integration.save()
    assert "vil stoppe" not in page(people, FRONT)
    assert "er ny i shoppen" not in page(people, NEEDS)


def test_many_methods_cost_no_more_queries(people: People, shop: Setup) -> None:
    browser = signed_in(people.anna)
    few = queries(browser, FRONT)
    for number in range(30):
        a_method(shop, f"9{number}", f"Ny {number}", is_new=True)
    assert queries(browser, FRONT) == few <= 28
    assert queries(browser, NEEDS) <= 24


def test_a_reader_sees_what_is_ahead_and_no_way_to_change_it(people: People, shop: Setup) -> None:
    chosen(shop, layout="99")
    text = html.unescape(joined(signed_in(people.lis).get(NEEDS).text))
    assert '"99" findes ikke længere i e-conomic' in text
    assert 'href="/s/nordlys/finance/#invoice"' not in text
