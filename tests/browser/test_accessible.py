"""Every page, in every state that a person can bring about: seen by axe, in both themes, on a phone, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from script.lib.books import Economic
from script.lib.scenario import Stage
from script.lib.scenarios.ordinary import CUP
from script.lib.shop import Order
from tests.browser.conftest import Window
from tests.browser.inspector import Inspector
from tests.browser.running import Product
from tests.browser.steps import CONNECT, SAVE_AND_GO_ON, OwnerAtWork

pytestmark = pytest.mark.browser

VAT_FREE_CUP = CUP | {"unit_price": "80.00", "vat": 0}
UNKNOWN = {"own_id": "LYS-2"}
"""What the shop sells and the books have not got."""


def test_pages_for_whoever_is_not_signed_in(product: Product, window: Window, inspector: Inspector) -> None:
    browser = window()
    page = browser.new_page()
    page.goto(product.home)
    inspector.look(page, "sign-in")
    page.get_by_label("E-mail").fill("anna@example.dk")
    page.get_by_role("button", name="Log ind").click()
    expect(page).to_have_title("Fejl: Log ind · Connector")
    inspector.look(page, "sign-in-failed")
    browser.clear_cookies()
    page.get_by_role("button", name="Log ind").click()
    expect(page.get_by_role("heading", name="Siden har stået åben for længe")).to_be_visible()
    inspector.look(page, "open-too-long")
    page.goto(f"{product.home}nothing/")
    expect(page.get_by_text("Den side findes ikke, eller du har ikke adgang til den.")).to_be_visible()
    inspector.look(page, "not-found")


def test_pages_for_a_reader(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Nordlys ApS", product.demo["lis"])
    reader = OwnerAtWork(window().new_page(), business, product.home)
    reader.sign_in()
    inspector.look(reader.page, "overview-reader")
    _open(reader, "settings/")
    inspector.look(reader.page, "settings-reader")
    _post(reader.page, f"/s/{business.owner.login.shop}/settings/")
    expect(reader.heading("Du må se, men ikke ændre")).to_be_visible()
    inspector.look(reader.page, "forbidden")


def test_pages_before_anything_is_connected(product: Product, window: Window, inspector: Inspector) -> None:
    owner = OwnerAtWork(window().new_page(), product.business("Begynd ApS"), product.home)
    owner.sign_in()
    for part in ("", "orders/", "needs-you/", "log/", "settings/", "settings/systems/", "finance/"):
        _open(owner, part)
        inspector.look(owner.page, f"empty-{part.replace('/', '-')}")
    _look_at_leaving(owner, product, inspector)
    _open(owner, "settings/systems/")
    owner.hand.choose("Økonomisystem", "Vælg")
    owner.hand.press(SAVE_AND_GO_ON)
    expect(owner.heading("Ret 1 ting, før du kan gå videre")).to_be_visible()
    inspector.look(owner.page, "systems-failed")
    owner.hand.choose("Økonomisystem", "e-conomic")
    owner.hand.press(SAVE_AND_GO_ON)
    inspector.look(owner.page, "systems-saved")
    for part in ("finance/", "finance/connect/"):
        _open(owner, part)
        inspector.look(owner.page, f"chosen-{part.replace('/', '-')}")


def _look_at_leaving(owner: OwnerAtWork, product: Product, inspector: Inspector) -> None:
    """The page that leads on to the shop's platform by itself, held where it is."""
    _open(owner, "settings/shop/")
    inspector.look(owner.page, "empty-shop")
    owner.page.route(f"{product.outside}/**", _stay)
    owner.page.get_by_role("button", name="Forbind shop").click()
    expect(owner.heading("Videre til Shoporama")).to_be_visible()
    inspector.look(owner.page, "leaving")


def test_pages_of_a_business_that_runs(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Kører ApS")
    stage = product.stage(business)
    business.set_up(missing_product="stop")
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    _look_at_orders(stage, owner, inspector)
    for part in ("", "orders/", "orders/?q=ingen", "needs-you/", "log/", "log/?q=ingen", "finance/connect/"):
        _open(owner, part)
        inspector.look(owner.page, f"running-{part.replace('/', '-').replace('?', '')}")
    _open(owner, "settings/shop/")
    inspector.look(owner.page, "running-shop")
    _look_at_the_settings(owner, inspector)
    _look_at_a_second_shop(owner, product, inspector)


def _look_at_orders(stage: Stage, owner: OwnerAtWork, inspector: Inspector) -> None:
    """One order of each kind."""

    def look(name: str, order: Order, state: str, reason: str | None = None) -> None:
        row = stage.wait_state(order, state, reason)
        _open(owner, "orders/")
        # Its id where nothing more of the order could be read.
        owner.hand.follow(str(row["order_number"] or row["order_id"]))
        owner.page.get_by_text("Til support").click()
        inspector.look(owner.page, f"order-{name}")

    shop = stage.shop
    first = shop.place([CUP], shipping_price=39, voucher_percent=10, paid=True)
    look("first", first, "needs_you", "first-order-check")
    # By its reason: before it is read it has no number yet, and has one when the list is opened.
    look("waiting", shop.place([CUP], paid=True), "waiting", "first-order")
    stage.owner.confirm(first)
    look("booked", first, "done")
    look("not-meant", shop.place([CUP]), "not_meant", "not-triggered")
    look("stopped", shop.place([UNKNOWN], paid=True), "needs_you", "product-missing")
    # Last, since it changes what the shop says of every order that is read after it.
    shop.switch("total_off", "5")
    look("parked", shop.place([CUP], paid=True), "needs_you", "total-off")


def _look_at_the_settings(owner: OwnerAtWork, inspector: Inspector) -> None:
    """As they are saved, with the warning against a bank account, and with mistakes."""
    _open(owner, "finance/")
    inspector.look(owner.page, "settings-saved")
    owner.hand.choose("Bogføringskonto", "5820 Bank")
    expect(owner.heading("5820 Bank ser ud til at være en bankkonto")).to_be_visible()
    inspector.look(owner.page, "settings-bank")
    owner.hand.choose("Bogføringskonto", "Vælg")
    # What is below the warning moves up when it goes: a press before that would miss.
    expect(owner.heading("5820 Bank ser ud til at være en bankkonto")).to_be_hidden()
    owner.hand.write("Momssatser i shoppen", "mange")
    owner.hand.press(SAVE_AND_GO_ON)
    expect(owner.heading("før du kan gemme")).to_be_visible()
    inspector.look(owner.page, "settings-failed")


def _look_at_a_second_shop(owner: OwnerAtWork, product: Product, inspector: Inspector) -> None:
    owner.page.goto(f"{product.home}connect/shop/new/")
    inspector.look(owner.page, "new-shop")
    owner.page.get_by_label("Shoppens navn").fill("en-anden.dk")
    owner.page.get_by_role("button", name="Opret shoppen").click()
    owner.page.goto(product.home)
    expect(owner.heading("Dine virksomheder")).to_be_visible()
    inspector.look(owner.page, "home")


def test_pages_about_vat(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Momszoner ApS")
    stage = product.stage(business)
    business.set_up()
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    order = stage.shop.place([VAT_FREE_CUP], paid=True, country="NO", zipcode="0150", city="Oslo")
    stage.wait_state(order, "needs_you", "first-order-check")
    _open(owner, f"orders/{order.name}/")
    inspector.look(owner.page, "order-abroad")
    _open(owner, "finance/vat/")
    inspector.look(owner.page, "zones")
    owner.hand.choose("Vælg zone til et land mere", "Finland")
    owner.hand.press("Sæt det på siden")
    owner.hand.choose("Momszone til salg til private i Finland", "5 EU B2C OSS Finland")
    owner.page.get_by_label("One Stop Shop bruges fra").fill("2026-01-01")
    inspector.look(owner.page, "zones-country")
    owner.hand.press(SAVE_AND_GO_ON)
    expect(owner.page.get_by_text("Gemt.", exact=True)).to_be_visible()
    inspector.look(owner.page, "zones-saved")
    owner.hand.choose("Momszone til indenlandsk salg", "Vælg")
    owner.hand.press(SAVE_AND_GO_ON)
    expect(owner.heading("Ret 1 ting, før du kan gå videre")).to_be_visible()
    inspector.look(owner.page, "zones-failed")
    _open(owner, "finance/")
    inspector.look(owner.page, "settings-zones")


def test_pages_when_the_connection_is_lost(product: Product, window: Window, inspector: Inspector) -> None:
    business = product.business("Afbrudt ApS")
    stage = product.stage(business)
    business.set_up()
    business.books.act("revoke")
    order = business.shop.place([CUP], paid=True)
    stage.wait_state(order, "needs_you", "connection-revoked")
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    for part in ("", "orders/", "needs-you/", "finance/", "finance/connect/"):
        _open(owner, part)
        inspector.look(owner.page, f"lost-{part.replace('/', '-')}")
    _look_at_other_books(owner, product, inspector)


def _look_at_other_books(owner: OwnerAtWork, product: Product, inspector: Inspector) -> None:
    """Connecting again with the wrong agreement: the page while the books are read, and the choice after it."""
    others = Economic(product.control, name="Andre Bøger ApS")
    owner.hand.press(CONNECT)
    owner.page.route("**/finance/connect/read/", _stay)
    owner.page.get_by_label(f"Andre Bøger ApS, aftale {others.number}").check()
    owner.page.get_by_role("button", name="Tilføj app").click()
    expect(owner.page.get_by_role("progressbar")).to_be_visible()
    inspector.look(owner.page, "reading")
    owner.page.unroute("**/finance/connect/read/")
    owner.hand.follow("Fortsæt")
    expect(owner.page.get_by_role("button", name="Brug Andre Bøger ApS")).to_be_visible()
    inspector.look(owner.page, "other-books")


def _open(owner: OwnerAtWork, part: str) -> None:
    """Open a page of the owner's shop."""
    answer = owner.page.goto(owner.home + owner.business.owner.address(part).removeprefix("/"))
    assert answer
    assert answer.ok, f"{answer.status} at {part}"


def _stay(route: Route) -> None:
    """An answer without content leaves the browser on the page where it is."""
    route.fulfill(status=204)


def _post(page: Page, address: str) -> None:
    """Send a form to where none of the page's forms goes: the one for signing out, turned round."""
    form = page.locator("form[action='/sign-out/']")
    form.evaluate("(form, address) => { form.action = address; form.submit(); }", address)
