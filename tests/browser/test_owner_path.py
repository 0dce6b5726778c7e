"""The owner's path: from a first sign-in with nothing connected to orders that go into the books by themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from script.lib.books import Books
from tests.browser.conftest import Window
from tests.browser.inspector import Photo
from tests.browser.running import Product
from tests.browser.steps import BuyerAtWork, OwnerAtWork, on_account

pytestmark = pytest.mark.browser

BANK, CLEARING = 5820, 5825
MOST_CLICKS = 35
"""More than the path needs today by a handful; a page more on the way should be somebody's decision."""


def test_an_owner_goes_from_nothing_to_booked_orders(
    product: Product, window: Window, photo: Photo, pytestconfig: pytest.Config
) -> None:
    business = product.business("Søgaard ApS", product.demo["mads"])
    stage = product.stage(business)
    browser = window()
    owner = OwnerAtWork(browser.new_page(), business, product.home)
    owner.sign_in()
    owner.connect_shop()
    owner.choose_system()
    owner.connect_books()
    owner.hand.follow("Fortsæt")
    _take_the_clearing_account(owner, photo)
    owner.save_settings()
    set_up = owner.hand.clicks

    buyer = BuyerAtWork(browser.new_page(), business.shop, product.outside)
    first = buyer.place(paid=False)
    buyer.pay()
    owner.find_order(stage, first)
    owner.look_until(stage, owner.page.get_by_text("Kode first-order-check", exact=True), "the first order to check")
    _check_the_first_order(owner, business.books, first, photo)
    owner.look_until(stage, owner.page.get_by_text("Restbeløb på fakturaen 0,00"), "the invoice settled")
    _see_it_booked(owner.page, business.books, photo)

    second = buyer.place(paid=True)
    owner.find_order(stage, second)
    owner.look_until(stage, owner.heading("Faktura 1002 i e-conomic"), "the second order booked by itself")
    _see_both_in_the_books(business.books)
    told = (
        f"clicks: {set_up} to be set up, {owner.hand.clicks} with two orders booked; the buyer's: {buyer.hand.clicks}"
    )
    pytestconfig.get_terminal_writer().line(f"\n{told}")
    assert owner.hand.clicks <= MOST_CLICKS


def _take_the_clearing_account(owner: OwnerAtWork, photo: Photo) -> None:
    """Choose the bank account, read the warning, take the account that it suggests."""
    owner.hand.choose("Bogføringskonto", "5820 Bank")
    warning = owner.page.get_by_role("heading", name="5820 Bank ser ud til at være en bankkonto")
    expect(warning).to_be_visible()
    example = owner.page.get_by_role("table")
    for words in ("249,00", "241,00", "8,00"):
        expect(example.get_by_text(words).first).to_be_visible()
    photo(owner.page, "bank-warning")
    owner.hand.press("Brug 5825 Webshopsalg (mellemregning)")
    expect(owner.page.get_by_label("Bogføringskonto")).to_have_value(str(CLEARING))
    expect(warning).to_be_hidden()


def _check_the_first_order(owner: OwnerAtWork, books: Books, number: str, photo: Photo) -> None:
    """It waits as a draft, with its document on the page, until somebody says that it is right."""
    page = owner.page
    expect(owner.heading(f"Ordre {number}")).to_contain_text("238,00")
    expect(page.get_by_text("Kode first-order-check", exact=True)).to_be_visible()
    document = page.get_by_role("region", name="Fakturalinjer")
    for words in ("T-shirt", "GLS", "238,00"):
        expect(document.get_by_text(words).first).to_be_visible()
    held = books.all()
    assert [len(held["drafts"]), len(held["booked"])] == [1, 0]
    photo(page, "order-first-check")
    owner.hand.press("Det ser rigtigt ud, overfør")
    expect(page.get_by_text("Tak. Ordren er på vej")).to_be_visible()


def _see_it_booked(page: Page, books: Books, photo: Photo) -> None:
    """On the page and in the sandbox's ledger: one invoice, the shop's total, settled over the clearing account."""
    expect(page.get_by_role("heading", name="Faktura 1001 i e-conomic")).to_be_visible()
    expect(page.get_by_text("Alt stemmer")).to_be_visible()
    photo(page, "order-booked")
    (invoice,) = books.all()["booked"]
    assert (invoice["gross"], invoice["vat"], invoice["remainder"]) == ("238.00", "47.60", "0.00")
    assert on_account(books, CLEARING) == Decimal("238.00")
    assert on_account(books, BANK) == 0


def _see_both_in_the_books(books: Books) -> None:
    held = books.all()
    assert [(row["gross"], row["lines"][0]["product"]) for row in held["booked"]] == [("238.00", "SKU-1")] * 2
    assert (held["drafts"], held["duplicates"]) == ([], 0)
