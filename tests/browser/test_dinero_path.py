"""The guide to Dinero, step by step: from the gear to an organisation, and on to an invoice that is settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from script.lib.books import Dinero
from script.lib.business import Business
from tests.browser.conftest import Window
from tests.browser.inspector import Photo
from tests.browser.running import Product
from tests.browser.steps import BuyerAtWork, Hand, OwnerAtWork, on_account

pytestmark = pytest.mark.browser

DANISH = {
    "gear": "Indstillinger",
    "tab": "Økonomi- og lagersystem",
    "system": "Økonomisystem",
    "needs": "Dinero kræver",
    "save": "Gem og rediger videre",
    "menu": "Hovedmenu",
    "connect": "Opret forbindelse til Dinero",
    "organisation": "Vælg din organisation i Dinero",
    "posting account": "Bogføringskonto",
    "bank": "55000 Bank er en bankkonto",
    "make": "Opret 55020 Webshopsalg i Dinero",
    "on payment": "ved betaling",
    "single": "enkeltprodukter",
    "posting": "Bogføring",
    "saved": "Gemt som version 1.",
    "right": "Det ser rigtigt ud, overfør",
    "booked": "Faktura 1001 i Dinero",
    "settled": "Restbeløb på fakturaen 0,00",
}
ENGLISH = {
    "gear": "Settings",
    "tab": "Financial and inventory system",
    "system": "Financial system",
    "needs": "Dinero requires",
    "save": "Save and edit further",
    "menu": "Main menu",
    "connect": "Connect to Dinero",
    "organisation": "Choose your organisation in Dinero",
    "posting account": "Posting account",
    "bank": "55000 Bank is a bank account",
    "make": "Create 55020 Webshopsalg in Dinero",
    "on payment": "on payment",
    "single": "single products",
    "posting": "Posting",
    "saved": "Saved as version 1.",
    "right": "This looks right, transfer",
    "booked": "Invoice 1001 in Dinero",
    "settled": "Remainder on the invoice DKK 0.00",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"da": DANISH, "en": ENGLISH}
CLEARING = 55020


class DineroOwner(OwnerAtWork):
    """An owner who reads the guide to Dinero in a language of the product."""

    def __init__(self, page: Page, business: Business, home: str, words: Mapping[str, str]) -> None:
        super().__init__(page, business, home)
        self.words = words

    def begin(self) -> None:
        """Signed in, with the shop connected: where the guide begins."""
        self.page.goto(self.home)
        hand = Hand(self.page)
        hand.write("E-mail", self.business.owner.login.email)
        hand.write("Adgangskode", self.business.owner.login.password)
        hand.press("Log ind")
        expect(self.page.get_by_role("link", name=self.words["gear"]).first).to_be_visible()

    def choose_dinero(self) -> None:
        """1-3: the gear, the tab, the system with what it needs, the first save; then the page in the grey menu."""
        words = self.words
        self.page.get_by_role("link", name=words["gear"]).first.click()
        self.hand.follow(words["tab"])
        self.hand.choose(words["system"], "Dinero")
        expect(self.page.get_by_text(words["needs"]).first).to_be_visible()
        self.hand.press(words["save"])
        self.hand.follow(words["system"], self.page.get_by_role("navigation", name=words["menu"]))

    def approve(self) -> None:
        """4-6: the button, Visma Connect's page, and back by itself."""
        self.hand.press(self.words["connect"])
        expect(self.heading("Visma Connect: log ind")).to_be_visible()
        books = self.business.books
        assert isinstance(books, Dinero)
        self.page.get_by_label(re.compile(re.escape(books.user))).check()
        self.hand.press("Godkend")

    def choose_organisation(self) -> None:
        """7-8: the organisation, the second save; the chart is fetched."""
        books = self.business.books
        expect(self.heading(self.words["organisation"])).to_be_visible()
        expect(self.page.get_by_label(re.compile(re.escape(str(books.made["name"]))))).to_be_checked()
        self.hand.press(self.words["save"])
        expect(self.heading(f"{self.words['system']}: Dinero")).to_be_visible()
        expect(self.page.get_by_text(str(books.made["name"])).first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_to_dinero(product: Product, window: Window, photo: Photo, language: str) -> None:
    words = LANGUAGES[language]
    business = product.business(f"Havblik {language} ApS", kind=Dinero, with_clearing=False)
    business.owner.sign_in()
    business.owner.connect_shop(business.shop)
    product.speak(language, business.owner.login)
    stage = product.stage(business)
    browser = window()
    owner = DineroOwner(browser.new_page(), business, product.home, words)
    owner.begin()
    owner.choose_dinero()
    photo(owner.page, f"dinero-connect-{language}")
    owner.approve()
    photo(owner.page, f"dinero-organisation-{language}")
    owner.choose_organisation()
    _set_up(owner, photo, language)

    buyer = BuyerAtWork(browser.new_page(), business.shop, product.outside)
    number = buyer.place(paid=True)
    owner.page.goto(f"{product.home}s/{business.owner.login.shop}/orders/")
    owner.look_until(stage, owner.page.get_by_role("link", name=number, exact=True), f"order {number} in the list")
    owner.hand.follow(number)
    owner.look_until(stage, owner.page.get_by_role("button", name=words["right"]), "the first order to check")
    photo(owner.page, f"dinero-first-{language}")
    owner.hand.press(words["right"])
    # The answer first: a page that is loaded again while a form is on its way is detached.
    expect(owner.page.get_by_role("button", name=words["right"])).to_be_hidden()
    owner.look_until(stage, owner.page.get_by_text(words["settled"]), "the invoice settled")
    expect(owner.heading(words["booked"])).to_be_visible()
    photo(owner.page, f"dinero-booked-{language}")
    (invoice,) = business.books.all()["booked"]
    assert (invoice["gross"], invoice["vat"], invoice["remainder"]) == ("238.00", "47.60", "0.00")
    assert on_account(business.books, CLEARING) == Decimal("238.00")


def _set_up(owner: DineroOwner, photo: Photo, language: str) -> None:
    """The second five: trigger, posting account with its warning, a clearing account, product layout, switches."""
    words = owner.words
    owner.hand.tick(words["on payment"])
    owner.hand.choose(words["posting account"], "55000 Bank")
    expect(owner.page.get_by_role("heading", name=words["bank"])).to_be_visible()
    photo(owner.page, f"dinero-bank-{language}")
    owner.hand.press(words["make"])
    expect(owner.page.get_by_label(words["posting account"])).to_have_value(str(CLEARING))
    owner.hand.tick(words["on payment"])
    owner.hand.tick(words["single"])
    owner.hand.tick(words["posting"])
    owner.hand.press(words["save"])
    expect(owner.page.get_by_text(words["saved"])).to_be_visible()
