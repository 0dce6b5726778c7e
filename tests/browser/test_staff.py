"""Support finds an order by its number, its reason and its reference, and looks in as the customer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from script.lib.scenarios.ordinary import CUP
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector, view
from tests.browser.running import LANGUAGES, Product
from tests.browser.steps import Hand

pytestmark = pytest.mark.browser

SANDBOX = {"control": "control/", "mailbox": "mail", "mail": "mail/1"}


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
    row = page.get_by_role("article").filter(has_text=f"ordre {ours.name}").first
    expect(row).to_be_visible()
    inspector.look(page, "staff-us")
    _find_by_reference(page, product, row.locator(".known a").first.inner_text(), ours.name)
    page.goto(f"{product.home}staff/messages/")
    inspector.look(page, "staff-messages")
    _look_in(page, product, inspector, stopped.name)
    _see_in_the_other_languages(page, product, inspector, stopped.name)


def _find_by_reference(page: Page, product: Product, reference: str, number: str) -> None:
    """By what stands in the order's message and in the customer's mail to us, the order is found and nothing else."""
    assert reference
    _search(page, product, f"ref:{reference}")
    orders = page.get_by_role("article").get_by_role("link", name="ordre ")
    expect(orders).not_to_have_count(0)
    assert set(orders.all_inner_texts()) == {f"ordre {number}"}


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


def _see_in_the_other_languages(page: Page, product: Product, inspector: Inspector, number: str) -> None:
    page.goto(f"{product.home}staff/log/?q=ordre:{number}")
    business = page.get_by_role("article").first.get_by_role("link").first.get_attribute("href") or ""
    addresses = {
        "log": f"/staff/log/?q=ordre:{number}",
        "us": "/staff/us/",
        "messages": "/staff/messages/",
        "business": business,
    }
    # In Danish they have been inspected from every side.
    for visit, language in enumerate(LANGUAGES[1:]):
        product.speak(language, product.demo["stine"])
        for place, (name, address) in enumerate(addresses.items()):
            page.goto(product.home + address.removeprefix("/"))
            expect(page.locator("html")).to_have_attribute("lang", language)
            inspector.glance(page, f"staff-{name}-{language}", view(place, visit))


def test_the_sandboxs_pages_can_be_read_by_everybody(product: Product, window: Window, inspector: Inspector) -> None:
    page = window().new_page()
    for place, (name, address) in enumerate(SANDBOX.items()):
        page.goto(f"{product.outside}/{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for visit in range(2):
            inspector.glance(page, f"sandbox-{name}-{visit}", view(place, visit))
