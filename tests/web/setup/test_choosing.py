"""Settings: the shop's name and home, the choice of the financial system, and a new shop."""

from __future__ import annotations

import pytest

from accounting.models import Connection
from connector.sync.models import Integration
from connector.tenancy.access import entries
from connector.tenancy.models import Role, User
from connector.tenancy.scope import scope
from shops.models import Shop
from tests.people import People, signed_in
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, Outside, link_in, query_of, text_of


# --- the financial system -------------------------------------------------------------------------------------------
def test_saving_the_choice_puts_the_page_into_the_grey_menu(anna: Browser, people: People) -> None:
    assert "/s/nordlys/finance/" not in anna.page("settings/systems/").content.decode()
    answer = anna.send("settings/systems/", provider="economic", then="edit")
    assert answer["Location"] == "/s/nordlys/settings/systems/"
    page = anna.page("settings/systems/")
    assert 'Gemt. Siden "Økonomisystem" ligger nu i den grå menu.' in text_of(page)
    assert "Gå til Økonomisystem" in text_of(page)
    assert "/s/nordlys/finance/" in page.content.decode()


def test_save_alone_leaves_for_the_overview(anna: Browser, people: People) -> None:
    answer = anna.send("settings/systems/", provider="economic", then="done")
    assert answer["Location"] == "/s/nordlys/"


def test_choosing_the_same_again_changes_nothing(anna: Browser, people: People) -> None:
    anna.choose_system()
    anna.choose_system()
    with scope(people.nordlys.tenant.pk):
        assert Connection.objects.count() == 1
        assert Integration.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize("provider", ["", "no-such"])
def test_a_choice_that_is_none_is_told(anna: Browser, people: People, provider: str) -> None:
    answer = anna.send("settings/systems/", provider=provider, then="edit")
    assert answer.status_code == 422
    assert text_of(answer).startswith("Fejl: ")
    with scope(people.nordlys.tenant.pk):
        assert not Connection.objects.exists()


def test_a_reader_chooses_nothing(lis: Browser, people: People) -> None:
    page = lis.page("settings/systems/")
    assert page.status_code == 200
    assert "Gem og rediger videre" not in text_of(page)
    assert lis.send("settings/systems/", provider="economic").status_code == 403


def test_the_tabs_are_the_guides_own_words(anna: Browser, people: People) -> None:
    page = text_of(anna.page("settings/"))
    assert "Generelt Økonomi- og lagersystem Shop Brugere Beskeder" in page


# --- the shop's name and home ---------------------------------------------------------------------------------------
def test_name_country_and_currency_are_saved(anna: Browser, people: People) -> None:
    shown = filled(anna.page("settings/"))
    assert (shown["name"], shown["country"], shown["currency"]) == ("nordlys.dk", "DK", "DKK")
    anna.send("settings/", name="Nordlys webshop", country="NO", currency="NOK", then="edit")
    with scope(people.nordlys.tenant.pk):
        shop = Shop.objects.get()
    assert (shop.name, shop.country, shop.currency) == ("Nordlys webshop", "NO", "NOK")
    assert shop.slug == "nordlys", "the address stays"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"country": "XX"}, {"currency": "KR"}])
def test_what_is_wrong_is_told_and_nothing_saved(anna: Browser, people: People, wrong: dict[str, str]) -> None:
    typed = {"name": "Nyt navn", "country": "DK", "currency": "DKK", **wrong}
    answer = anna.send("settings/", **typed, then="edit")
    assert answer.status_code == 422
    assert filled(answer)["name"] == typed["name"]
    with scope(people.nordlys.tenant.pk):
        assert Shop.objects.get().name == "nordlys.dk"


def test_a_form_cannot_reach_other_columns(anna: Browser, people: People) -> None:
    more = {"is_connected": "on", "platform_id": "4001", "code": "0" * 32, "tenant": str(people.elsewhere.tenant.pk)}
    anna.send("settings/", name="nordlys.dk", country="DK", currency="DKK", then="edit", **more)
    with scope(people.nordlys.tenant.pk):
        shop = Shop.objects.get()
    assert not shop.is_connected
    assert shop.platform_id == ""
    assert shop.code != "0" * 32


# --- a new shop -----------------------------------------------------------------------------------------------------
NEW, KIND = "/connect/shop/new/", "shoporama"


@pytest.fixture
def newcomer(db_clean: None) -> User:
    return User.objects.create(email="ny@example.dk", name="Ny Ejer")


def test_somebody_without_a_business_gets_one_with_an_unconnected_shop(newcomer: User) -> None:
    answer = signed_in(newcomer).post(NEW, {"name": "Søgaard & Åse.dk", "kind": KIND})
    assert answer["Location"] == "/s/soegaard-aase-dk/settings/shop/"
    [entry] = entries(newcomer.pk)
    assert entry.role is Role.OWNER
    with scope(entry.tenant_id):
        shop = Shop.objects.get()
        assert (shop.name, shop.is_connected, shop.kind) == ("Søgaard & Åse.dk", False, "")
        assert len(shop.code) == 32


def test_an_owners_new_shop_belongs_to_the_same_business(people: People) -> None:
    signed_in(people.anna).post(NEW, {"name": "Nordlys outlet", "kind": KIND})
    with scope(people.nordlys.tenant.pk):
        assert sorted(Shop.objects.values_list("slug", flat=True)) == ["nordlys", "nordlys-outlet"]


def test_the_first_shop_is_proposed_to_be_called_as_the_business(people: People) -> None:
    browser = signed_in(people.anna)
    assert filled(browser.get(NEW))["name"] == "", "nobody knows what another shop of hers is called"
    with scope(people.nordlys.tenant.pk):
        Shop.objects.all().delete()
    assert filled(browser.get(NEW))["name"] == "Nordlys ApS"


def test_whoever_has_no_business_is_proposed_no_name(newcomer: User) -> None:
    assert filled(signed_in(newcomer).get(NEW))["name"] == ""


def test_a_new_shop_is_connected_in_the_same_step(outside: Outside, newcomer: User) -> None:
    browser = Browser(signed_in(newcomer), "ny-shop")
    page = browser.client.post(NEW, {"name": "Ny shop", "kind": KIND, "then": "connect"})
    assert "Videre til Shoporama" in text_of(page)
    assert page["Cache-Control"] == "no-store"
    browser.return_from_shop(outside.signed_in(query_of(link_in(page))["state"]))
    [entry] = entries(newcomer.pk)
    with scope(entry.tenant_id):
        shop = Shop.objects.get()
        assert (shop.name, shop.kind, shop.is_connected) == ("Ny shop", KIND, True)


def test_a_new_shop_on_an_unknown_platform_is_not_made(outside: Outside, newcomer: User) -> None:
    answer = signed_in(newcomer).post(NEW, {"name": "Ny shop", "kind": "no-such", "then": "connect"})
    assert answer.status_code == 422
    assert entries(newcomer.pk) == []


def test_an_address_that_another_tenant_has_gets_an_ending(people: People) -> None:
    answer = signed_in(people.mallory).post(NEW, {"name": "nordlys", "kind": KIND})
    assert answer["Location"].startswith("/s/nordlys-")
    with scope(people.nordlys.tenant.pk):
        assert Shop.objects.count() == 1


def test_a_bookkeeper_begins_a_business_of_their_own(people: People) -> None:
    signed_in(people.bo).post(NEW, {"name": "Bos shop", "kind": KIND})
    with scope(people.nordlys.tenant.pk):
        assert Shop.objects.count() == 1
    assert {entry.role for entry in entries(people.bo.pk)} == {Role.BOOKKEEPER, Role.OWNER}


def test_a_shop_needs_a_name(people: People) -> None:
    browser = signed_in(people.anna)
    assert "Opret shop" in text_of(browser.get(NEW))
    answer = browser.post(NEW, {"name": " ", "kind": KIND})
    assert answer.status_code == 422
    assert "Skriv shoppens navn." in text_of(answer)
