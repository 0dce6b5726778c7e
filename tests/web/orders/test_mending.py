"""Mending a cause where it is shown: the setting is saved, exactly its orders try again, the page says how far."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import Binding, SettingsVersion, ShopMethod, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup, a_booked_job, a_first_job, a_job
from tests.web.reading import joined

ADDRESS = "/s/nordlys/needs-you/"
MEND = f"{ADDRESS}mend/"
ACCOUNTS = [{"value": "5820", "label": "5820 Bank"}, {"value": "5825", "label": "5825 Webshopsalg"}]
CHOICES = {
    "lists": {
        "accounts": ACCOUNTS,
        "terms": [
            {"value": "1", "label": "Netto 8", "hint": "net"},
            {"value": "4", "label": "Kontant", "hint": "paidInCash"},
        ],
        "groups": [{"value": "1", "label": "1 Varer"}],
        "items": [
            {"value": "FRAGT", "label": "FRAGT Fragt", "hint": "1"},
            {"value": "WEB", "label": "WEB Web", "hint": "1"},
        ],
        "zones": [{"value": "3", "label": "Udland"}],
    },
    "rates": {"1": {"1": "25"}},
}
METHOD = {"method": "Klarna", "method_key": "60"}


@pytest.fixture
def shop(nordlys: Setup) -> Setup:
    """Books with something to choose from, and a new payment method."""
    with scope(nordlys.shop.tenant_id):
        nordlys.connection.choices = CHOICES
        nordlys.connection.save()
        nordlys.settings.values |= {"account": "5825", "missing_product": "stop", "pay:2": "5820"}
        nordlys.settings.save()
        a_method(nordlys, "60", "Klarna", is_new=True)
    return nordlys


def a_method(setup: Setup, key: str, name: str, **more: object) -> ShopMethod:
    known = {"platform_id": key, "name": name, "first_seen": timezone.now(), "kind": "payment"}
    return ShopMethod.objects.create(tenant_id=setup.shop.tenant_id, shop=setup.shop, key=key, **(known | more))


def stopped(setup: Setup, reason: str, *numbers: str, **facts: str) -> list[SyncJob]:
    with scope(setup.shop.tenant_id):
        return [
            a_job(setup, number, State.NEEDS_YOU, reason, facts={**facts, "order": number}, closed_at=timezone.now())
            for number in numbers
        ]


def cause(people: People, which: int = 0) -> str:
    return re.findall(r'name="cause" value="([0-9a-f]+)"', signed_in(people.anna).get(ADDRESS).text)[which]


def post(people: People, **data: str) -> HttpResponse:
    return signed_in(people.anna).post(MEND, {"cause": cause(people), "act": "save", **data})


def states(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return dict(SyncJob.objects.order_by("pk").values_list("order_number", "state"))


def saved(setup: Setup) -> dict[str, str]:
    with scope(setup.shop.tenant_id):
        return SettingsVersion.objects.order_by("-number")[0].values


def versions(setup: Setup) -> int:
    with scope(setup.shop.tenant_id):
        return SettingsVersion.objects.count()


# --- the form is the setting ----------------------------------------------------------------------------------------
def test_a_payment_method_is_mapped_and_exactly_its_orders_go(people: People, shop: Setup) -> None:
    stopped(shop, "payment-method-unmapped", "1", "2", **METHOD)
    stopped(shop, "product-missing", "3", sku="KOP-7")
    html = signed_in(people.anna).get(ADDRESS).text
    assert "Gem, og overfør 2 ordrer" in html
    assert '<option value="5820">5820 Bank</option>' in html
    assert '<option value="term:4">Betalingsbetingelse: Kontant</option>' in html
    assert "term:1" not in html
    data = {"pay:60": "5820", "trigger:60": "payment"}
    assert post(people, **data).status_code == 302
    assert states(shop) == {"1": "waiting", "2": "waiting", "3": "needs_you"}
    assert (saved(shop)["pay:60"], saved(shop)["trigger:60"], saved(shop)["pay:2"]) == ("5820", "payment", "5820")


@pytest.mark.parametrize(("name", "chosen"), [("Klarna", ["default", ""]), ("EAN-faktura", ["open", "shipment"])])
def test_a_likely_place_is_proposed(people: People, shop: Setup, name: str, chosen: list[str]) -> None:
    with scope(shop.shop.tenant_id):
        ShopMethod.objects.filter(key="60").update(name=name)
    stopped(shop, "payment-method-unmapped", "1", **METHOD)
    html = signed_in(people.anna).get(ADDRESS).text
    assert re.findall(r'<option value="(\w*)" selected', html) == chosen


def test_one_may_be_tried_first(people: People, shop: Setup) -> None:
    stopped(shop, "payment-method-unmapped", "1", "2", "3", **METHOD)
    post(people, act="one", **{"pay:60": "open"})
    assert states(shop) == {"1": "waiting", "2": "needs_you", "3": "needs_you"}
    assert saved(shop)["pay:60"] == "open"


@pytest.mark.parametrize("account", ["", "9999", "term:1", "<script>"])
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(people: People, shop: Setup, account: str) -> None:
    stopped(shop, "payment-method-unmapped", "1", **METHOD)
    response = post(people, **{"pay:60": account})
    assert response.status_code == 422
    assert "<script>" not in response.content.decode().split("<main")[1]
    assert states(shop) == {"1": "needs_you"}
    assert versions(shop) == 1


def test_a_renumbered_method_is_one_click(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        a_method(shop, "2", "Klarna")
    stopped(shop, "payment-terms-changed", "1", term="Klarna", old="2", new="60", **METHOD)
    html = signed_in(people.anna).get(ADDRESS).text
    assert "Nummeret i shoppen er skiftet fra 2 til 60, navnet er det samme." in html
    post(people, act="same")
    assert saved(shop)["pay:60"] == "5820"
    assert states(shop) == {"1": "waiting"}


def test_a_missing_product_is_made_in_the_group_of_its_rate(people: People, shop: Setup) -> None:
    stopped(shop, "product-missing", "1", "2", sku="KOP-7", name="Kop", rate="25")
    html = joined(signed_in(people.anna).get(ADDRESS).text)
    assert '<option value="1" selected>1 Varer</option>' in html
    assert "Jeg opretter den selv i e-conomic" in html
    data = {"missing_product": "create", "product_group@25": "1", "default@25": ""}
    assert post(people, **data).status_code == 302
    assert (saved(shop)["missing_product"], saved(shop)["product_group@25"]) == ("create", "1")
    assert states(shop) == {"1": "waiting", "2": "waiting"}


def test_the_default_product_must_be_named_to_be_used(people: People, shop: Setup) -> None:
    stopped(shop, "product-missing", "1", sku="KOP-7", rate="25")
    data = {"missing_product": "default", "product_group@25": "", "default@25": ""}
    assert post(people, **data).status_code == 422
    assert post(people, **(data | {"default@25": "WEB"})).status_code == 302


def test_a_product_that_the_owner_made_is_tried_again_without_a_new_version(people: People, shop: Setup) -> None:
    stopped(shop, "product-missing", "1", sku="KOP-7")
    post(people, missing_product="stop")
    assert states(shop) == {"1": "waiting"}
    assert versions(shop) == 1


@pytest.mark.parametrize(
    ("reason", "facts", "name", "value"),
    [
        ("fee-unknown", {"fee": "GLS", "field": "shipping", "rate": "25"}, "shipping@25", "FRAGT"),
        ("vat-zone-missing", {"situation": "abroad"}, "zone_abroad", "3"),
        ("account-closed", {"account": "5825"}, "account", "5820"),
        ("vat-free-group-missing", {}, "rounding", "WEB"),
        ("choice-missing", {"field": "default", "rate": "25"}, "default@25", "WEB"),
    ],
)
def test_each_reason_shows_its_own_setting(
    people: People, shop: Setup, reason: str, facts: dict[str, str], name: str, value: str
) -> None:
    stopped(shop, reason, "1", **facts)
    assert f'name="{name}"' in signed_in(people.anna).get(ADDRESS).text
    assert post(people, **{name: ""}).status_code == 422
    assert post(people, **{name: value}).status_code == 302
    assert saved(shop)[name] == value
    assert states(shop) == {"1": "waiting"}


# --- a choice made once -----------------------------------------------------------------------------------------------
AMONG = {"n": "2", "email": "kunde@example.dk", "customers": "501 Kunde ApS\n502 Test Kunde"}


def test_the_customer_is_chosen_once_and_remembered(people: People, shop: Setup) -> None:
    stopped(shop, "customer-ambiguous", "1", "2", **AMONG)
    with scope(shop.shop.tenant_id):
        shop.settings.values |= {"customers": "on"}
        shop.settings.save()
    html = signed_in(people.anna).get(ADDRESS).text
    assert html.count('name="cause"') == 1
    assert '<option value="502">502 Test Kunde</option>' in html
    post(people, customer="502")
    with scope(shop.shop.tenant_id):
        [bound] = Binding.objects.filter(kind="customer")
    assert (bound.ours, bound.theirs, bound.made_by_us) == ("kunde@example.dk", "502", False)
    assert states(shop) == {"1": "waiting", "2": "waiting"}


@pytest.mark.parametrize("customer", ["", "503"])
def test_a_customer_that_was_not_offered_is_not_taken(people: People, shop: Setup, customer: str) -> None:
    stopped(shop, "customer-ambiguous", "1", **AMONG)
    post(people, customer=customer)
    with scope(shop.shop.tenant_id):
        assert not Binding.objects.exists()
    assert states(shop) == {"1": "needs_you"}


def test_the_first_order_can_be_confirmed_here(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        a_first_job(shop)
    assert 'action="/s/nordlys/orders/10001/confirm/"' in signed_in(people.anna).get(ADDRESS).text


# --- how far it is ----------------------------------------------------------------------------------------------------
def test_the_page_says_how_far_the_orders_are(people: People, shop: Setup) -> None:
    jobs = stopped(shop, "payment-method-unmapped", "1", "2", "3", **METHOD)
    post(people, **{"pay:60": "open"})
    with scope(shop.shop.tenant_id):
        SyncJob.objects.filter(pk=jobs[0].pk).update(state="done", detail="booked")
        other = {"state": "needs_you", "reason": "product-barred", "facts": {"sku": "KOP-9"}}
        SyncJob.objects.filter(pk=jobs[1].pk).update(**other)
    html = signed_in(people.anna).get(ADDRESS).text
    assert "1 af 3 overført" in html
    assert '<progress max="3" value="2"' in html
    assert "Stoppet af en anden årsag:" in html


def test_a_new_method_is_told_before_any_order_stops(people: People, shop: Setup) -> None:
    html = signed_in(people.anna).get(ADDRESS).text
    assert '"Klarna" er ny i shoppen' in html
    assert 'href="/s/nordlys/finance/mapping/#payments"' in html


# --- who may, and when ------------------------------------------------------------------------------------------------
def test_a_reader_sees_no_form_and_may_not_post(people: People, shop: Setup) -> None:
    stopped(shop, "payment-method-unmapped", "1", **METHOD)
    browser = signed_in(people.lis)
    assert MEND not in browser.get(ADDRESS).text
    assert browser.post(MEND, {"cause": cause(people), "pay:60": "open"}).status_code == 403
    assert states(shop) == {"1": "needs_you"}


def test_a_stranger_finds_nothing(people: People, shop: Setup) -> None:
    stopped(shop, "payment-method-unmapped", "1", **METHOD)
    data = {"cause": cause(people), "pay:60": "open"}
    assert signed_in(people.mallory).post(MEND, data).status_code == 404
    assert states(shop) == {"1": "needs_you"}


def test_a_cause_that_is_gone_says_so(people: People, shop: Setup) -> None:
    with scope(shop.shop.tenant_id):
        a_booked_job(shop, "1")
    response = signed_in(people.anna).post(MEND, {"cause": "000000000000", "act": "save"}, follow=True)
    assert "Der er ikke længere noget, der venter på det." in response.content.decode()
    assert versions(shop) == 1
