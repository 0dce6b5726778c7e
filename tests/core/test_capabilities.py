"""What a provider cannot express is refused beforehand, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.capabilities import ProviderCapabilities
from connector.core.errors import Unsupported
from connector.core.mapping import order_to_invoice
from tests.core.orders import a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

ABLE = ProviderCapabilities(max_lines=2, max_item_number=11)
ORDER = an_order(a_line(), shipping())


def document(order=ORDER):
    return order_to_invoice(order, rules(), date=date(2026, 11, 20), known={"SKU-1"})


def refused(capabilities, of, base_currency="DKK"):
    with pytest.raises(Unsupported) as stop:
        capabilities.require(of, base_currency)
    return stop.value.code, dict(stop.value.facts)


def test_what_fits_is_let_through():
    ABLE.require(document(), "DKK")


def test_everything_is_off_unless_declared():
    assert not any(vars(ProviderCapabilities()).values())
    assert refused(ProviderCapabilities(), document())[0] == "document-too-long"


def test_a_currency_that_the_books_lack():
    facts = {"currency": "DKK", "order": "10017"}
    assert refused(ABLE, document(), "NOK") == ("currency-missing", facts)
    replace(ABLE, foreign_currency=True).require(document(), "NOK")


def test_too_many_lines():
    longer = document(an_order(*[a_line()] * 3))
    assert refused(ABLE, longer) == ("document-too-long", {"order": "10017", "n": "3"})


def test_an_item_number_that_is_too_long():
    facts = {"sku": "SHIPPING-25", "order": "10017", "max": "10"}
    assert refused(replace(ABLE, max_item_number=10), document()) == ("sku-too-long", facts)


def test_a_line_of_nothing():
    whole = document()
    nothing = replace(whole, lines=(replace(whole.lines[0], quantity=Decimal(0)),))
    assert refused(ABLE, nothing) == ("fact-missing", {"fact": "quantity", "order": "10017"})
