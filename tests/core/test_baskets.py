"""200 baskets to the øre, judged by the books' own arithmetic."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument
from connector.core.mapping import GiftCard, Layout, order_to_invoice, wanted_items
from connector.core.money import in_ore
from connector.core.order import PaymentKind
from connector.core.rows import rows_of
from connector.core.vat import ideal_net, split
from tests.core.baskets import Basket, demanded, grosses, judged, seeded

pytestmark = pytest.mark.unit

COUNT = 200
LARGEST_SHIFT = Decimal("0.025")
"""How far from its ideal net a line may be: half an øre of rounding, and two that it may carry."""
USUAL_SHIFT = Decimal("0.015")


def _document(basket: Basket) -> InvoiceDocument:
    known = wanted_items(basket.order, basket.rules)
    return order_to_invoice(basket.order, basket.rules, date=date(2026, 11, 20), known=known)


@pytest.fixture(scope="module")
def cases() -> list[tuple[Basket, InvoiceDocument]]:
    return [(basket, _document(basket)) for basket in seeded(COUNT)]


def _charged(basket: Basket) -> int:
    """What the document must come to: the order's total, less the gift cards that are lines."""
    cards = [payment.amount for payment in basket.order.payments if payment.kind is PaymentKind.GIFT_CARD]
    is_line = basket.rules.gift_card is GiftCard.LINE
    return in_ore(basket.order.total.amount - (sum(cards) if is_line else Decimal(0)))


def _by_rate(basket: Basket) -> dict[Decimal, int]:
    sums: dict[Decimal, int] = defaultdict(int)
    for row in rows_of(basket.order, basket.rules):
        sums[row.line.vat_rate] += in_ore(row.line.gross)
    return dict(sums)


def test_the_books_come_to_the_order_s_total(cases):
    wrong = [basket for basket, document in cases if judged(document).gross != _charged(basket)]
    assert len(cases) == COUNT
    assert not wrong


def test_the_document_adds_up_as_the_books_do(cases):
    for _, document in cases:
        books = judged(document)
        assert (in_ore(document.net), in_ore(document.vat)) == (books.net, books.vat)
        assert document.gross == document.total.amount


def test_a_rounding_line_is_one_ore_and_only_where_arithmetic_demands_it(cases):
    seen = 0
    for basket, document in cases:
        amounts = [line.amount for line in document.lines if line.item == basket.rules.rounding_item]
        assert bool(amounts) == demanded(_by_rate(basket))
        assert amounts in ([], [Decimal("0.01")], [Decimal("-0.01")])
        seen += len(amounts)
    assert 0 < seen < COUNT / 2


def test_each_rate_s_vat_is_within_an_ore_of_the_shop_s(cases):
    for basket, document in cases:
        books = judged(document).by_rate
        for rate, gross in _by_rate(basket).items():
            own = split(Decimal(gross) / 100, rate).vat
            assert not gross or abs(books[int(rate * 100)].vat - in_ore(own)) <= 1


def test_each_line_is_near_its_ideal_net_in_at_most_two_parts(cases):
    shifts = []
    for basket, document in cases:
        if basket.rules.layout is Layout.TOTAL:
            continue
        for line in basket.order.lines:
            parts = [part for part in document.lines if line.sku and part.item == line.sku]
            if parts:
                assert sum(part.quantity for part in parts) == line.quantity
                assert len(parts) <= 2
                shifts.append(abs(sum(part.amount for part in parts) - ideal_net(line.gross, line.vat_rate)))
    assert len(shifts) > COUNT
    assert max(shifts) <= LARGEST_SHIFT
    assert sum(shift > USUAL_SHIFT for shift in shifts) < len(shifts) / 50


def test_nine_of_ten_documents_are_the_same_under_every_reading(cases):
    same = sum(len(set(grosses(document))) == 1 for _, document in cases)
    assert same >= COUNT * 0.9, f"{same} of {COUNT}"
