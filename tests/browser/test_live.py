"""What the pages do by themselves while work goes on, and by single keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector
from tests.browser.running import Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser

LOOK = """() => new Promise((done) => {
  const asking = setInterval(() => htmx.trigger("#poll", "wake"), 200);
  document.body.addEventListener("htmx:afterRequest", () => { clearInterval(asking); setTimeout(done, 100); },
    { once: true });
})"""
"""As if a hidden tab had come into sight: the page looks at once."""

SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 100);
})"""


def test_pages_follow_the_work_and_lists_go_by_key(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Levende ApS")
    stage = product.stage(business)
    business.set_up(missing_product="stop")
    browser = window()
    owner = OwnerAtWork(browser.new_page(), business, product.home)
    first = stage.shop.place([CUP], paid=True)
    stage.wait_state(first, "needs_you", "first-order-check")
    owner.sign_in()
    _the_order_arrives_by_itself(owner, str(first.name))
    _the_front_page_counts_by_itself(owner, stage)
    inspector.look(owner.page, "live-overview")
    _the_list_goes_by_key(owner)
    inspector.look(owner.page, "live-orders")
    _a_failure_is_said(owner, browser)


def _the_order_arrives_by_itself(owner: OwnerAtWork, number: str) -> None:
    page = owner.page
    page.goto(f"{owner.home}s/{owner.business.owner.login.shop}/orders/{number}/")
    owner.hand.press("Det ser rigtigt ud, overfør")
    page.evaluate("window.isSamePage = true")
    expect(page.get_by_text("Restbeløb på fakturaen 0,00")).to_be_visible(timeout=60_000)
    expect(page.locator("#poll[hx-get]")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("I regnskabet · bogført")
    assert page.evaluate("window.isSamePage")
    _it_prints_without_the_frame(owner)


def _it_prints_without_the_frame(owner: OwnerAtWork) -> None:
    page = owner.page
    page.emulate_media(media="print")
    for part in (owner.menu, page.locator("#order-more"), page.get_by_role("link", name="Indstillinger")):
        expect(part).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Restbeløb på fakturaen 0,00")).to_be_visible()
    page.emulate_media(media="screen")


def _the_front_page_counts_by_itself(owner: OwnerAtWork, stage: Stage) -> None:
    """All but what holds the focus, which follows once it is let go."""
    page = owner.page
    page.goto(f"{owner.home}s/{owner.business.owner.login.shop}/")
    counted, sold = page.locator("#counts .state-done .figure"), page.locator("#money tr").first
    expect(counted).to_have_text("1")
    before = sold.inner_text()
    page.locator("#counts .state-done").focus()
    stage.wait_state(stage.shop.place([CUP], paid=True), "done")
    page.evaluate(LOOK)
    expect(sold).not_to_have_text(before)
    expect(counted).to_have_text("1")
    expect(page.locator("#counts .state-done")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.evaluate(LOOK)
    expect(counted).to_have_text("2")
    assert page.evaluate(SHIFTED) < 0.01
    for part in ("#counts", "#money", "#chart"):
        page.evaluate("part => { document.querySelector(part).isSame = true }", part)
    page.evaluate(LOOK)
    for part in ("#counts", "#money", "#chart"):
        assert page.evaluate("part => document.querySelector(part).isSame", part), part


def _the_list_goes_by_key(owner: OwnerAtWork) -> None:
    page = owner.page
    page.goto(f"{owner.home}s/{owner.business.owner.login.shop}/orders/")
    rows = page.locator("tbody a.number")
    expect(rows).to_have_count(2)
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(place)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#chosen")).to_have_text("1")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.locator("#q")).to_have_value("jx?")
    page.keyboard.press("Escape")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator("#state")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Taster")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ordre ")
    page.go_back()


def _a_failure_is_said(owner: OwnerAtWork, browser: BrowserContext) -> None:
    """The page stays as it was, and asks no more once nobody is signed in."""
    page = owner.page
    page.goto(f"{owner.home}s/{owner.business.owner.login.shop}/orders/")
    browser.set_offline(True)
    page.evaluate(LOOK)
    expect(page.get_by_role("alert")).to_contain_text("Intet svar lige nu")
    expect(page.locator("tbody tr")).to_have_count(2)
    browser.set_offline(False)
    page.evaluate(LOOK)
    expect(page.get_by_role("alert")).to_have_text("")
    browser.clear_cookies()
    page.evaluate(LOOK)
    expect(page.get_by_role("alert")).to_contain_text("Du er logget ud")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("#poll[hx-get]")).to_have_count(0)
