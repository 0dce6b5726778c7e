"""The pages in each language, on a desktop and a phone: nothing is cut. Axe sees all in Danish, the longest in all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from script.lib.scenarios.ordinary import CUP
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector, View, view
from tests.browser.running import LANGUAGES, Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser

UNKNOWN = {"own_id": "LYS-2"}
"""What the shop sells and the books have not got."""

OF_THE_SHOP = (
    "",
    "orders/",
    "orders/{first}/",
    "orders/{stopped}/",
    "needs-you/",
    "log/",
    "health/",
    "finance/",
    "finance/connect/",
    "finance/vat/",
    "finance/mapping/",
    "finance/preview/",
    "finance/try/",
    "finance/history/",
    "settings/",
    "settings/systems/",
    "settings/shop/",
    "settings/people/",
    "settings/messages/",
    "support-visits/",
    "credit-notes/",
    "orders/{first}/credit/",
)
OF_A_PERSON = (
    "account/",
    "clients/",
    "help/",
    "help/how/",
    "help/errors/product-missing/",
    "help/vat/",
)
LONG = {
    "",
    "orders/{stopped}/",
    "needs-you/",
    "health/",
    "finance/",
    "finance/vat/",
    "finance/mapping/",
    "settings/messages/",
    "support-visits/",
    *OF_A_PERSON[3:],
}
"""Where the words are many or stand in tables: axe sees them in every language, each in another theme and width."""

FOR_EVERYBODY = ("sign-in/", "sign-up/", "help/")


def test_the_pages_in_every_language(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Tresproget ApS")
    stage = product.stage(business)
    business.set_up(missing_product="stop")
    first = stage.shop.place([CUP], paid=True)
    stage.wait_state(first, "needs_you", "first-order-check")
    stage.owner.confirm(first)
    stopped = stage.shop.place([UNKNOWN], paid=True)
    stage.wait_state(stopped, "needs_you", "product-missing")
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    shop = business.owner.address("").removeprefix("/")
    orders = {"first": first.name, "stopped": stopped.name}
    pages = {part: f"{product.home}{shop}{part.format(**orders)}" for part in OF_THE_SHOP}
    pages |= {part: f"{product.home}{part}" for part in OF_A_PERSON}
    for visit, language in enumerate(LANGUAGES):
        product.speak(language, business.owner.login)
        for place, (part, url) in enumerate(pages.items()):
            is_seen = language == "da" or part in LONG
            _look(owner.page, url, language, inspector, part, view(place, visit) if is_seen else None)


def test_whoever_is_not_signed_in_chooses_the_language(product: Product, window: Window, inspector: Inspector) -> None:
    page = window().new_page()
    page.goto(f"{product.home}sign-in/")
    expect(page.get_by_role("heading", name="Log ind")).to_be_visible()
    for language, button, heading in (("en", "English", "Sign in"), ("nb", "Norsk (bokmål)", "Logg inn")):
        page.goto(f"{product.home}sign-in/")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        for part in FOR_EVERYBODY:
            _look(page, f"{product.home}{part}", language, inspector, f"visitor-{part}", None)


def _look(page: Page, url: str, language: str, inspector: Inspector, part: str, axe: View | None) -> None:
    answer = page.goto(url)
    assert answer
    assert answer.ok, f"{answer.status} at {url}"
    expect(page.locator("html")).to_have_attribute("lang", language)
    name = part.replace("/", "-").replace("{", "").replace("}", "").strip("-") or "overview"
    inspector.glance(page, f"{name}-{language}", axe)
