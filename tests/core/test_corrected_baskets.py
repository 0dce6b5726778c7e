"""300 baskets under each reading, judged by the books' own arithmetic: all of them end exact."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from connector.core.document import InvoiceDocument
from connector.core.mapping import corrected
from connector.core.money import in_ore
from connector.core.readings import READINGS, explain
from tests.core.baskets import Basket, judged, seeded
from tests.core.test_corrected import held, made

# Not of the unit part, which has ten seconds: these take several.
pytestmark = pytest.mark.tools

COUNT = 300
OTHERS = READINGS[1:]


@cache
def baskets() -> list[tuple[Basket, InvoiceDocument]]:
    """With the document as it is while nothing was learnt."""
    return [(basket, made(basket.order, basket.rules)) for basket in seeded(COUNT)]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
def test_a_basket_ends_exact_in_books_whose_reading_is_known(reading):
    for basket, usual in baskets():
        document = made(basket.order, basket.rules, reading)
        books = judged(document, reading.level, reading.mode)
        assert (books.net, books.vat) == (in_ore(document.net), in_ore(document.vat))
        assert books.gross == in_ore(document.total.amount) == in_ore(usual.total.amount)


@pytest.mark.parametrize("reading", OTHERS, ids=lambda reading: reading.name)
def test_a_basket_that_came_out_otherwise_ends_exact_or_says_that_two_readings_differ(reading):
    corrections = 0
    for basket, usual in baskets():
        gross, vat = held(usual, reading)
        if (gross, vat) == (usual.total.amount, usual.vat):
            continue
        found = explain(usual.lines, gross, vat)
        assert reading in found
        document = corrected(usual, basket.order, basket.rules, found)
        if document is None:
            assert len({made(basket.order, basket.rules, one).lines for one in found}) > 1
            continue
        corrections += 1
        assert held(document, reading)[0] == usual.total.amount
        assert replace(document, lines=usual.lines, rounding=usual.rounding) == usual
    assert corrections > 0
