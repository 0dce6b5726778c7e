"""A document that the books add up otherwise is made anew under the reading that explains their figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.mapping import MappingRules, MissingProduct, corrected, order_to_invoice, wanted_items
from connector.core.order import Order
from connector.core.readings import USUAL, Reading, explain
from tests.core.baskets import judged
from tests.core.orders import a_line, an_order, rules

pytestmark = pytest.mark.unit

DAY = date(2026, 11, 20)


def made(order: Order, chosen: MappingRules, reading: Reading = USUAL) -> InvoiceDocument:
    chosen = replace(chosen, reading=reading)
    return order_to_invoice(order, chosen, date=DAY, known=wanted_items(order, chosen))


def held(document: InvoiceDocument, reading: Reading) -> tuple[Decimal, Decimal]:
    """Gross and VAT in books of this reading."""
    books = judged(document, reading.level, reading.mode)
    return Decimal(books.gross) / 100, Decimal(books.vat) / 100


def read(*names: str) -> list[Reading]:
    return [Reading.named(name) for name in names]


def nets(document: InvoiceDocument) -> list[tuple[str, str]]:
    return [(line.item, str(line.unit_price)) for line in document.lines]


def test_books_that_round_half_to_even_need_an_ore_where_half_up_needs_none():
    order = an_order(a_line("0.53"))
    document = corrected(made(order, rules()), order, rules(), read("total/half-even", "line/half-even"))
    assert nets(made(order, rules())) == [("SKU-1", "0.42")]
    assert document is not None
    assert nets(document) == [("SKU-1", "0.43"), ("ROUNDING", "-0.01")]
    assert (document.rounding, document.gross, document.vat) == (
        "total/half-even",
        Decimal("0.53"),
        Decimal("0.11"),
    )


def test_a_corrected_document_is_the_one_that_is_made_once_the_reading_is_known():
    order = an_order(a_line("0.53"))
    [reading] = read("line/half-even")
    assert corrected(made(order, rules()), order, rules(), [reading]) == made(order, rules(), reading)


def test_two_readings_that_ask_for_different_lines_correct_nothing():
    order = an_order(a_line("0.01", sku="A"), a_line("2.32", sku="B"))
    usual = made(order, rules())
    [total, line] = read("total/half-even", "line/half-even")
    assert explain(usual.lines, *held(usual, total)) == explain(usual.lines, *held(usual, line)) == (total, line)
    assert corrected(usual, order, rules(), [total, line]) is None
    assert corrected(usual, order, rules(), [line]) is not None


def test_no_reading_corrects_nothing():
    order = an_order()
    assert corrected(made(order, rules()), order, rules(), []) is None


def test_an_ore_without_an_item_for_it_is_asked_for():
    order = an_order(a_line("0.53"))
    chosen = rules(rounding_item="")
    with pytest.raises(NeedsSetup, match="vat-free-group-missing"):
        corrected(made(order, chosen), order, chosen, read("line/half-even"))


def test_items_stay_what_the_draft_has():
    default = rules(missing_product=MissingProduct.DEFAULT)
    order = an_order(a_line("0.53", sku="UNKNOWN"))
    usual = order_to_invoice(order, default, date=DAY, known=())
    document = corrected(usual, order, default, read("line/half-even"))
    assert document is not None
    assert [line.item for line in document.lines] == ["DEFAULT-25", "ROUNDING"]
