"""The page on which the owner chooses an organisation, one of which is barred, looked at as several people would."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from script.lib.books import Dinero
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector
from tests.browser.running import Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser


def test_choosing_an_organisation(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Havblik ApS", kind=Dinero)
    books = business.books
    assert isinstance(books, Dinero)
    Dinero(product.control, name="Havblik Holding ApS", user=books.user, pro=False)
    Dinero(product.control, name="Havblik Ejendomme ApS", user=books.user)
    business.owner.sign_in()
    business.owner.connect_shop(business.shop)
    business.owner.choose_system("dinero")
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    owner.page.goto(f"{product.home}s/{business.owner.login.shop}/finance/connect/")
    owner.hand.press("Opret forbindelse til Dinero")
    owner.page.get_by_label(re.compile(re.escape(books.user))).check()
    owner.hand.press("Godkend")
    expect(owner.heading("Vælg din organisation i Dinero")).to_be_visible()
    inspector.look(owner.page, "organisation")
    owner.hand.press("Gem og rediger videre")
    expect(owner.heading("Ret 1 ting, før du kan gå videre")).to_be_visible()
    inspector.look(owner.page, "organisation-failed")
    owner.page.goto(f"{product.home}s/{business.owner.login.shop}/finance/connect/")
    inspector.look(owner.page, "organisation-waits")
