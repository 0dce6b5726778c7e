"""Support finds an order by its number and its reason, and looks in as the customer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from script.lib.scenarios.ordinary import CUP
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector
from tests.browser.running import Product
from tests.browser.steps import Hand

pytestmark = pytest.mark.browser


def test_support_finds_an_order_and_looks_in(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Hjulspor ApS")
    stage = product.stage(business)
    business.set_up(missing_product="stop")
    stopped = stage.shop.place([{"own_id": "LYS-2"}], paid=True)
    stage.wait_state(stopped, "needs_you", "product-missing")
    # A refusal that nobody has seen before; it stays, since an order that is heard of again is tried again.
    stage.books.fault("POST /invoices/drafts", "5xx_before", times=1000, status=422, body="json")
    ours = stage.shop.place([CUP], paid=True)
    stage.wait_state(ours, "needs_us", "unexpected")

    page = window().new_page()
    hand = Hand(page)
    page.goto(product.home)
    hand.write("E-mail", product.demo["stine"].email)
    hand.write("Adgangskode", product.demo["stine"].password)
    hand.press("Log ind")
    for words in (f"kode:product-missing shop:{business.owner.login.shop}", f"ordre:{stopped.name}"):
        _search(page, product, words)
        expect(page.get_by_role("link", name=f"ordre {stopped.name}").first).to_be_visible()
    inspector.look(page, "staff-log")
    page.goto(f"{product.home}staff/us/")
    expect(page.get_by_role("link", name=f"ordre {ours.name}").first).to_be_visible()
    inspector.look(page, "staff-us")
    page.goto(f"{product.home}staff/messages/")
    inspector.look(page, "staff-messages")
    _look_in(page, product, inspector, stopped.name)


def _search(page: Page, product: Product, words: str) -> None:
    page.goto(f"{product.home}staff/log/")
    page.get_by_label("Søg", exact=True).fill(words)
    page.get_by_label("Søg", exact=True).press("Enter")


def _look_in(page: Page, product: Product, inspector: Inspector, number: str) -> None:
    """As the customer sees it, with a reason, and without a single thing to press."""
    _search(page, product, f"ordre:{number}")
    page.get_by_role("link", name="Se som kunden").first.click()
    page.get_by_label("Hvorfor ser du med?").fill("Kunden spurgte til en ordre.")
    inspector.look(page, "staff-business")
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main form[method=post]")).to_have_count(0)
