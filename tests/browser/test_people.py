"""A bookkeeper with three clients, an owner who invites somebody, and the one who follows the link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from script.lib.owner import Login
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector
from tests.browser.running import Product
from tests.browser.steps import Hand

pytestmark = pytest.mark.browser


def sign_in(page: Page, product: Product, login: Login) -> Hand:
    hand = Hand(page)
    page.goto(product.home)
    hand.write("E-mail", login.email)
    hand.write("Adgangskode", login.password)
    hand.press("Log ind")
    return hand


def test_a_bookkeeper_goes_from_client_to_client(product: Product, window: Window, inspector: Inspector) -> None:
    page = window().new_page()
    hand = sign_in(page, product, product.demo["kim"])
    expect(page.get_by_role("heading", name="Dine virksomheder")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(3)
    inspector.look(page, "clients")
    hand.follow("winther.dk")
    expect(page).to_have_url(f"{product.home}s/winther/")
    page.locator(".switch summary").click()
    inspector.look(page, "switch")
    hand.follow("Søgaard ApS · soegaard.dk")
    expect(page).to_have_url(f"{product.home}s/soegaard/")
    page.goto(f"{product.home}s/soegaard/settings/")
    expect(page.get_by_role("link", name="Brugere", exact=True)).to_have_count(0)


def test_an_invitation_leads_to_the_sign_in_and_into_the_business(
    product: Product, window: Window, inspector: Inspector
) -> None:
    page, vera, mads = window().new_page(), product.demo["vera"], product.demo["mads"]
    hand = sign_in(page, product, vera)
    page.goto(f"{product.home}s/winther/settings/people/")
    hand.write("E-mail", mads.email)
    hand.tick("Læser: ser alt, ændrer intet")
    hand.press("Send invitationen")
    expect(page.get_by_text(f"Invitationen er på vej til {mads.email}.")).to_be_visible()
    inspector.look(page, "users")
    link = the_link(page, product, mads.email)
    page.goto(link)
    expect(page.get_by_text(f"Du er logget ind som {vera.email}")).to_be_visible()
    inspector.look(page, "invitation-of-another")
    page = window().new_page()
    page.goto(link)
    inspector.look(page, "invitation")
    hand = Hand(page)
    hand.follow("Log ind, og tag imod")
    hand.write("E-mail", mads.email)
    hand.write("Adgangskode", mads.password)
    hand.press("Log ind")
    hand.press("Tag imod invitationen")
    expect(page.get_by_text("Velkommen til Winther ApS.")).to_be_visible()
    expect(page).to_have_url(f"{product.home}s/winther/")
    expect(page.get_by_role("link", name="Indstillinger")).to_have_count(0)


def the_link(page: Page, product: Product, email: str) -> str:
    """What stands in the newest mail to the address."""
    page.goto(f"{product.outside}/mail")
    page.get_by_role("row").filter(has_text=email).first.get_by_role("link").first.click()
    found = re.search(r"https?://\S+/invitation/[\w-]+/", page.locator("body").inner_text())
    assert found
    return found[0]
