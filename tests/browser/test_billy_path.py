"""Books that are connected by an access token: pasted once, read at once, and on to a first order that is settled."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from script.lib.books import Billy
from tests.browser.conftest import Window
from tests.browser.inspector import Photo
from tests.browser.running import Product
from tests.browser.steps import BuyerAtWork, Hand, OwnerAtWork

pytestmark = pytest.mark.browser

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "da": {
        "connect": "Opret forbindelse til Billy",
        "token": "Adgangsnøgle",
        "connected": "Forbundet med",
        "ends": "slutter på",
        "go on": "Fortsæt",
        "make": "Opret dem for mig i Billy",
        "on payment": "ved betaling",
        "posting": "Bogføring",
        "save": "Gem og rediger videre",
        "saved": "Gemt som version 1.",
        "right": "Det ser rigtigt ud, overfør",
        "settled": "Restbeløb på fakturaen 0,00",
    },
    "en": {
        "connect": "Connect to Billy",
        "token": "Access token",
        "connected": "Connected to",
        "ends": "ends with",
        "go on": "Continue",
        "make": "Create them for me in Billy",
        "on payment": "on payment",
        "posting": "Posting",
        "save": "Save and edit further",
        "saved": "Saved as version 1.",
        "right": "This looks right, transfer",
        "settled": "Remainder on the invoice DKK 0.00",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_billy_by_a_pasted_token(product: Product, window: Window, photo: Photo, language: str) -> None:
    words = LANGUAGES[language]
    business = product.business(f"Fjordlys {language} ApS", kind=Billy, with_products=False)
    books = business.books
    assert isinstance(books, Billy)
    business.owner.sign_in()
    business.owner.connect_shop(business.shop)
    business.owner.choose_system(books.provider)
    product.speak(language, business.owner.login)
    owner = OwnerAtWork(window().new_page(), business, product.home)
    page, shop = owner.page, f"{product.home}s/{business.owner.login.shop}"
    page.goto(product.home)
    hand = Hand(page)
    hand.write("E-mail", business.owner.login.email)
    hand.write("Adgangskode", business.owner.login.password)
    hand.press("Log ind")

    page.goto(f"{shop}/finance/connect/")
    token = books.new_token()
    hand.write(words["token"], token)
    photo(page, f"billy-token-{language}")
    hand.press(words["connect"])
    expect(page.get_by_role("heading", name=f"{words['connected']} {books.made['name']}")).to_be_visible()
    expect(page.get_by_text(re.compile(f"{words['ends']}.*{re.escape(token[-4:])}"))).to_be_visible()
    assert token not in page.content()
    photo(page, f"billy-connected-{language}")
    hand.follow(words["go on"])

    hand.press(words["make"])
    hand.tick(words["on payment"])
    hand.tick(words["posting"])
    photo(page, f"billy-settings-{language}")
    hand.press(words["save"])
    expect(page.get_by_text(words["saved"])).to_be_visible()
    _sell_the_first(product, window, owner, words, photo)


def _sell_the_first(
    product: Product, window: Window, owner: OwnerAtWork, words: Mapping[str, str], photo: Photo
) -> None:
    """An order comes, is checked as the first one, and ends as an invoice without a remainder."""
    business, page, hand = owner.business, owner.page, owner.hand
    stage = product.stage(business)
    number = BuyerAtWork(window().new_page(), business.shop, product.outside).place(paid=True)
    page.goto(f"{product.home}s/{business.owner.login.shop}/orders/")
    owner.look_until(stage, page.get_by_role("link", name=number, exact=True), f"order {number} in the list")
    hand.follow(number)
    owner.look_until(stage, page.get_by_role("button", name=words["right"]), "the first order to check")
    hand.press(words["right"])
    # The answer first: a page that is loaded again while a form is on its way is detached.
    expect(page.get_by_role("button", name=words["right"])).to_be_hidden()
    owner.look_until(stage, page.get_by_text(words["settled"]), "the invoice settled")
    photo(page, "billy-booked")
    (invoice,) = business.books.all()["booked"]
    assert (invoice["gross"], invoice["vat"], invoice["remainder"]) == ("238.00", "47.60", "0.00")
