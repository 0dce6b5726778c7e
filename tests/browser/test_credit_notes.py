"""A credit note by the guide's five steps, in three languages and once without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from script.lib.business import Business
from script.lib.scenarios.ordinary import CUP
from script.lib.shop import Order
from tests.browser.conftest import Window
from tests.browser.inspector import DESKTOP, PHONE, Inspector, View
from tests.browser.running import Product
from tests.browser.steps import OwnerAtWork

pytestmark = pytest.mark.browser

TWO_CUPS = {**CUP, "amount": 2}
BOOKED_SOON = 60_000.0
"""Milliseconds until the worker has taken the note to the books, at most."""


@dataclass(frozen=True)
class Words:
    """What the guide's buttons and fields are called, and what the note's page says."""

    open: str
    quantity: str
    shipping: str
    save: str
    saved: str
    documented: str


WORDS = {
    "da": Words(
        "Kreditnota",
        "Krediter nu: Kop",
        "Kreditér også fragten",
        "Gem kreditnota",
        "er gemt og på vej til e-conomic.",
        "Dokumenteret: ja",
    ),
    "nb": Words(
        "Kreditnota",
        "Krediter nå: Kop",
        "Krediter også frakten",
        "Lagre kreditnota",
        "er lagret og på vei til e-conomic.",
        "Dokumentert: ja",
    ),
    "en": Words(
        "Credit note",
        "Credit now: Kop",
        "Credit the shipping too",
        "Save the credit note",
        "is saved and on its way to e-conomic.",
        "Documented: yes",
    ),
}

VIEWS = {"da": View("light", DESKTOP), "nb": View("dark", PHONE), "en": View("dark", DESKTOP)}
"""How axe sees the note's page."""


@dataclass
class Sold:
    """A business with booked orders, each of two cups and shipping, 239.00."""

    business: Business
    orders: list[Order]


@pytest.fixture(scope="module")
def sold(product: Product) -> Sold:
    business = product.business("Retur ApS")
    stage = product.stage(business)
    business.set_up()
    first = stage.shop.place([TWO_CUPS], shipping_price=39, paid=True)
    stage.wait_state(first, "needs_you", "first-order-check")
    stage.owner.confirm(first)
    others = [stage.shop.place([TWO_CUPS], shipping_price=39, paid=True) for _more in WORDS]
    for order in (first, *others):
        stage.wait_state(order, "done")
    return Sold(business, [first, *others])


@pytest.mark.parametrize("language", WORDS)
def test_the_five_steps(language: str, product: Product, sold: Sold, window: Window, inspector: Inspector) -> None:
    words, order = WORDS[language], sold.orders.pop()
    owner = _signed_in(window().new_page(), product, sold)
    product.speak(language, sold.business.owner.login)
    page = owner.page
    page.goto(_address(owner, order))
    owner.hand.follow(words.open)
    owner.hand.write(words.quantity, "1")
    expect(page.locator("#credit-preview .sum")).to_contain_text("100")
    page.get_by_label(words.shipping).check()
    expect(page.locator("#credit-preview .sum")).to_contain_text("139")
    if language == "da":
        inspector.look(page, "credit-form")
    else:
        inspector.glance(page, f"credit-form-{language}", None)
    shown = page.locator("#credit-preview .sum").inner_text()
    owner.hand.press(words.save)
    expect(page.get_by_text(words.saved)).to_be_visible()
    expect(page.get_by_text(words.documented)).to_be_visible(timeout=BOOKED_SOON)
    inspector.glance(page, f"credit-note-{language}", VIEWS[language])
    _is_what_was_shown(shown, _note_in_books(sold, order))


def test_a_note_needs_no_javascript(product: Product, sold: Sold, window: Window) -> None:
    order = sold.orders.pop()
    owner = _signed_in(window(script=False).new_page(), product, sold)
    product.speak("da", sold.business.owner.login)
    page, hand = owner.page, owner.hand
    page.goto(_address(owner, order))
    hand.follow("Kreditnota")
    hand.press("Alt: Kop")
    expect(page.get_by_label("Kreditér også fragten")).to_be_checked()
    hand.write("Krediter nu: Kop", "1")
    hand.press("Vis")
    expect(page.get_by_label("Kreditér også fragten")).not_to_be_checked()
    shown = page.locator("#credit-preview .sum").inner_text()
    hand.press("Gem kreditnota")
    expect(page.get_by_text("er gemt og på vej til e-conomic.")).to_be_visible()
    stage = product.stage(sold.business)
    owner.look_until(stage, page.get_by_text("Dokumenteret: ja"), "the credit note booked")
    _is_what_was_shown(shown, _note_in_books(sold, order))
    hand.press("Pengene er sendt tilbage")
    expect(page.get_by_text("Refundering: sendt tilbage")).to_be_visible()


def _signed_in(page: Page, product: Product, sold: Sold) -> OwnerAtWork:
    product.speak("da", sold.business.owner.login)
    owner = OwnerAtWork(page, sold.business, product.home)
    owner.sign_in()
    return owner


def _address(owner: OwnerAtWork, order: Order) -> str:
    return f"{owner.home}s/{owner.business.owner.login.shop}/orders/{order.name}/"


def _note_in_books(sold: Sold, order: Order) -> Mapping[str, Any]:
    """The one note on the order, as the books hold it."""
    key = f"credit:{order.key.partition(':')[2]}:"
    (note,) = [row for row in sold.business.books.all()["booked"] if row["reference"].startswith(key)]
    return note


def _is_what_was_shown(shown: str, note: Mapping[str, Any]) -> None:
    said = shown.replace("\u2212", "-").replace(",", ".")
    for part in ("net", "vat", "gross"):
        assert note[part] in said, f"{part} {note[part]} was shown as {shown}"
