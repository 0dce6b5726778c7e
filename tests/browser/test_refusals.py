"""What may go wrong at the sign-ins: each time a plain message, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from script.lib.business import Business
from tests.browser.conftest import Window
from tests.browser.running import Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser

NOT_MADE = "Forbindelsen blev ikke oprettet. "


@pytest.fixture(scope="module")
def business(product: Product) -> Business:
    """Its shop is connected and e-conomic chosen; every test leaves it so."""
    made = product.business("Nej Tak ApS")
    made.owner.sign_in()
    made.owner.connect_shop(made.shop)
    made.owner.choose_system(made.books.provider)
    return made


@pytest.fixture
def owner(product: Product, window: Window, business: Business) -> Iterator[OwnerAtWork]:
    """Its owner, who has pressed "Opret forbindelse" and stands at e-conomic; nothing may be stored at the end."""
    at_work = OwnerAtWork(window().new_page(), business, product.home)
    at_work.sign_in()
    _go_to_connect(at_work)
    at_work.leave_for_books()
    yield at_work
    assert business.owner.health()["books"]["status"] == "chosen"
    assert business.books.calls() == 0


def test_declining_at_e_conomic_is_said_plainly(product: Product, owner: OwnerAtWork) -> None:
    with _switched(product, "economic.grant_decline", "back"):
        owner.answer_books("Annuller")
        _expect_not_made(owner.page)
    expect(owner.page.get_by_role("button", name="Opret forbindelse til e-conomic")).to_be_visible()


def test_an_answer_that_comes_too_late_is_not_taken(product: Product, owner: OwnerAtWork) -> None:
    product.let_sign_ins_expire()
    owner.answer_books("Tilføj app")
    _expect_not_made(owner.page)


def test_an_answer_without_its_key_is_not_taken(owner: OwnerAtWork) -> None:
    owner.page.goto(_way_back(owner.page))
    _expect_not_made(owner.page)


def test_an_answer_counts_only_in_the_browser_that_asked(product: Product, owner: OwnerAtWork, window: Window) -> None:
    address = _granted(owner.page, owner.business)
    stranger = window().new_page()
    stranger.goto(address)
    expect(stranger.get_by_text("Log ind, og opret forbindelsen igen. Intet er gemt.")).to_be_visible()
    assert "token" not in stranger.url

    again = OwnerAtWork(stranger, owner.business, product.home)
    again.sign_in()
    stranger.goto(address)
    _expect_not_made(stranger)


def test_an_answer_counts_only_for_the_business_that_asked(
    product: Product, owner: OwnerAtWork, window: Window
) -> None:
    other = OwnerAtWork(window().new_page(), product.business("En Anden ApS", product.demo["anna"]), product.home)
    other.sign_in()
    other.page.goto(_granted(owner.page, owner.business))
    _expect_not_made(other.page)


def test_refusing_at_the_shop_is_said_plainly(product: Product, window: Window) -> None:
    business = product.business("Afvist", product.demo["anna"])
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    owner.hand.follow("Forbind shop")
    owner.leave_for_shop()
    owner.answer_shop("Afvis")
    _expect_not_made(owner.page)
    business.owner.sign_in()
    assert business.owner.health()["shop"]["is_connected"] is False
    assert business.shop.calls() == 0


def test_a_double_click_and_a_second_load_connect_once(product: Product, window: Window) -> None:
    business = product.business("To Gange ApS")
    business.owner.sign_in()
    business.owner.choose_system(business.books.provider)
    owner = OwnerAtWork(window().new_page(), business, product.home)
    owner.sign_in()
    _go_to_connect(owner)
    owner.leave_for_books()
    back = _way_back(owner.page)
    owner.page.get_by_label(f"To Gange ApS, aftale {business.books.number}").check()
    owner.page.get_by_role("button", name="Tilføj app").dblclick()
    connected = owner.heading(f"Forbundet med To Gange ApS, aftale {business.books.number}")
    expect(connected).to_be_visible()
    calls = business.books.calls()
    owner.page.goto(f"{back}?token=another")
    expect(connected).to_be_visible()
    expect(owner.page.get_by_text(NOT_MADE)).to_be_hidden()
    assert business.books.calls() == calls


def _go_to_connect(owner: OwnerAtWork) -> None:
    owner.hand.follow("Økonomisystem", owner.menu)


def _expect_not_made(page: Page) -> None:
    """The message, on one of our pages whose address holds nothing of the answer."""
    expect(page.get_by_text(NOT_MADE)).to_be_visible()
    assert "/connect/books/" not in page.url
    assert "token" not in page.url


def _granted(page: Page, business: Business) -> str:
    """Approve on the page where the owner stands, but keep the address back to which e-conomic leads the browser."""
    fields = {
        "redirectUrl": _way_back(page),
        "agreement": str(business.books.number),
        "answer": "approve",
    }
    return page.request.post(page.url.partition("?")[0], form=fields, max_redirects=0).headers["location"]


def _way_back(page: Page) -> str:
    """Where e-conomic's page will lead to."""
    return parse_qs(urlsplit(page.url).query)["redirectUrl"][0]


@contextmanager
def _switched(product: Product, name: str, value: str) -> Iterator[None]:
    """Set one of the sandbox's switches that hold for everybody, and set it back."""
    before = product.control.get("/switch")["switches"]
    usual = next(row["value"] for row in before if row["name"] == name)
    product.control.post("/switch", {"name": name, "value": value})
    try:
        yield
    finally:
        product.control.post("/switch", {"name": name, "value": usual})
