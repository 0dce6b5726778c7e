"""Long lists on the settings page: narrowed by what is typed, and the choice stays whatever is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window
from tests.browser.inspector import Photo
from tests.browser.running import Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser


@pytest.fixture
def page(product: Product, window: Window) -> Page:
    """The settings page of a business whose books are connected."""
    business = product.business("Lange Lister ApS")
    business.connect()
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    owner.hand.follow("Økonomisystem", owner.menu)
    return owner.page


def entries(accounts: Locator) -> list[str]:
    return [text for text in accounts.locator("option").all_inner_texts() if text[:1].isdigit()]


def test_accounts_are_narrowed_and_the_choice_stays(page: Page, photo: Photo) -> None:
    accounts = page.get_by_label("Bogføringskonto")
    everything = entries(accounts)
    assert len(everything) >= 12
    assert everything == sorted(everything, key=lambda text: int(text.split()[0])), "number first, in their order"
    chosen = accounts.input_value()
    search = page.get_by_label("Søg i listen").first
    search.fill("5820")
    assert set(entries(accounts)) == {"5820 Bank", next(text for text in everything if text.startswith(chosen))}
    expect(accounts).to_have_value(chosen)
    photo(page, "finance-search")
    search.press("Enter")
    expect(accounts).to_be_focused()
    accounts.select_option(label="5820 Bank")
    search.fill("")
    assert entries(accounts) == everything
    expect(accounts).to_have_value("5820")
    page.set_viewport_size({"width": 360, "height": 900})
    photo(page, "finance-phone")
