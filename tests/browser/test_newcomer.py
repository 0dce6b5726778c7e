"""A newcomer: signs up, opens the mail in the mailbox, and stands before the first page of a business of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Window
from tests.browser.inspector import Inspector, Photo
from tests.browser.running import Product
from tests.browser.steps import Hand

pytestmark = pytest.mark.browser


EMAIL, PASSWORD = "nina.newcomer@example.dk", "fire-helt-skæve-ord"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_newcomer_signs_up_and_comes_in_by_the_mail(
    product: Product, window: Window, photo: Photo, script: bool
) -> None:
    email = f"{script}-{EMAIL}".lower()
    browser = window(script=script)
    page = browser.new_page()
    hand = Hand(page)
    page.goto(product.home)
    hand.follow("Opret en bruger")
    hand.write("Dit navn", "Nina Newcomer")
    hand.write("E-mail", email)
    hand.write("Adgangskode", PASSWORD)
    hand.write("Virksomhedens navn", "Newcomer ApS")
    photo(page, "sign-up")
    hand.press("Opret bruger")
    expect(page.get_by_role("heading", name="Se i din mail")).to_be_visible()
    _follow_the_mail(hand, product, email)
    hand.press("Bekræft")
    expect(page.get_by_text("Din e-mail er bekræftet.")).to_be_visible()
    expect(page.get_by_role("button", name="Log ud")).to_be_visible()
    photo(page, "newcomer")
    assert hand.clicks <= 10


def _follow_the_mail(hand: Hand, product: Product, email: str) -> None:
    hand.page.goto(f"{product.outside}/mail")
    row = hand.page.get_by_role("row").filter(has_text=email)
    hand.follow("Bekræft din e-mail", row.first)
    link = hand.page.get_by_role("link").filter(has_text="/account/email/")
    link.click()
    hand.clicks += 1


def test_the_accounts_pages(product: Product, window: Window, inspector: Inspector) -> None:
    login = product.demo["lis"]
    page = window().new_page()
    hand = Hand(page)
    for address, name in (("sign-up/", "sign-up"), ("account/password/forgotten/", "forgotten")):
        page.goto(product.home + address)
        inspector.look(page, name)
        page.locator("main form button").first.click()
        expect(page.locator("#errors")).to_be_visible()
        inspector.look(page, f"{name}-wrong")
    for address in ("account/email/sent/", "account/password/sent/", "account/password/new/", "account/email/none/"):
        page.goto(product.home + address)
        inspector.look(page, address.replace("/", "-"))
    page.goto(f"{product.home}sign-in/?next=/account/")
    hand.write("E-mail", login.email)
    hand.write("Adgangskode", login.password)
    hand.press("Log ind")
    for address in ("account/", "account/password/", "account/email/", "account/two-step/on/"):
        page.goto(product.home + address)
        inspector.look(page, address.replace("/", "-"))
    hand.write("Adgangskode", login.password)
    hand.press("Bekræft")
    inspector.look(page, "two-step-on")
