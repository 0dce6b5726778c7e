"""The owner's path once more with JavaScript off: every control is a link or a form that works without it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.running import Product
from tests.browser.steps import BuyerAtWork, OwnerAtWork

pytestmark = pytest.mark.browser


def test_the_owners_path_needs_no_javascript(product: Product, window: Window) -> None:
    business = product.business("Uden Script ApS")
    stage = product.stage(business)
    browser = window(script=False)
    owner = OwnerAtWork(browser.new_page(), business, product.home)
    owner.sign_in()
    owner.connect_shop()
    owner.choose_system()
    owner.connect_books()
    owner.hand.follow("Fortsæt")
    _take_the_clearing_account(owner)
    owner.save_settings()

    number = BuyerAtWork(browser.new_page(), business.shop, product.outside).place(paid=True)
    owner.find_order(stage, number)
    owner.look_until(stage, owner.page.get_by_text("Kode first-order-check", exact=True), "the first order to check")
    owner.hand.press("Det ser rigtigt ud, overfør")
    expect(owner.page.get_by_text("Tak. Ordren er på vej")).to_be_visible()
    owner.look_until(stage, owner.page.get_by_text("Restbeløb på fakturaen 0,00"), "the invoice settled")
    (invoice,) = business.books.all()["booked"]
    assert (invoice["gross"], invoice["remainder"]) == ("238.00", "0.00")


def _take_the_clearing_account(owner: OwnerAtWork) -> None:
    """What the script shows at once, a button shows; the rest of the form stays as it was typed."""
    owner.hand.choose("Bogføringskonto", "5820 Bank")
    owner.hand.tick("totallinjer, én for hver momssats")
    owner.hand.press("Vis, hvad det betyder")
    expect(owner.heading("5820 Bank ser ud til at være en bankkonto")).to_be_visible()
    owner.hand.press("Brug 5825 Webshopsalg (mellemregning)")
    expect(owner.page.get_by_label("Bogføringskonto")).to_have_value("5825")
    expect(owner.page.get_by_label("totallinjer, én for hver momssats")).to_be_checked()
