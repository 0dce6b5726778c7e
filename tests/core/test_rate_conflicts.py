"""What VAT the books would put on a document's lines, before they are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.document import InvoiceDocument
from connector.core.mapping import order_to_invoice
from connector.core.order import Order
from connector.core.treatment import rate_conflicts
from tests.core.orders import a_line, an_order, rules, shipping

pytestmark = pytest.mark.unit

RATES = {"1": {"1": "25", "2": "0", "5": "25.5"}, "2": {"1": "0", "2": "0"}, "4": {}}
GROUPS = {"SKU-1": "1", "SKU-2": "2", "SHIPPING-25": "1", "SHIPPING-0": "2", "ROUNDING": "2"}


def document(order: Order, known: tuple[str, ...] = ("SKU-1", "SKU-2"), **more) -> InvoiceDocument:
    return order_to_invoice(order, rules(**more), date=date(2026, 11, 20), known=known)


def conflicts(made: InvoiceDocument, **more: dict) -> list[tuple[str, str, str, str]]:
    found = rate_conflicts(made, more.get("rates", RATES), more.get("groups", GROUPS))
    return [tuple(stop.facts[name] for name in ("item", "group", "shop_rate", "books_rate")) for stop in found]


def test_lines_whose_groups_give_their_rates_agree():
    assert conflicts(document(an_order(a_line(), a_line("50.00", "0", sku="SKU-2"), shipping()))) == []


def test_an_item_in_the_wrong_group_is_named_with_both_rates():
    [stop] = rate_conflicts(document(an_order(a_line("50.00", sku="SKU-2", name="Bog"))), RATES, GROUPS)
    assert stop.code == "vat-mismatch"
    assert stop.facts == {
        "order": "10017",
        "name": "Bog",
        "item": "SKU-2",
        "group": "2",
        "shop_rate": "25",
        "books_rate": "0",
        "account": "",
    }


def test_each_line_is_judged_in_the_document_s_order():
    made = document(an_order(a_line("80.00", "0"), shipping("39.00"), a_line("50.00", sku="SKU-2")))
    assert conflicts(made) == [("SKU-1", "1", "0", "25"), ("SKU-2", "2", "25", "0")]


def test_the_zone_decides_with_the_group():
    made = document(an_order(a_line("80.00", "25.5")))
    assert conflicts(made) == [("SKU-1", "1", "25.5", "25")]
    assert conflicts(replace(made, choices={"zone": "5"})) == []


def test_an_item_that_will_be_made_has_the_group_that_it_is_made_in():
    made = document(an_order(a_line()), (), missing_product="create", groups={Decimal(25): "2"})
    assert conflicts(made) == [("SKU-1", "2", "25", "0")]


def test_the_rounding_line_must_be_free_of_vat():
    made = document(an_order(a_line("12.42")))
    assert conflicts(made) == []
    assert conflicts(made, groups={**GROUPS, "ROUNDING": "1"}) == [("ROUNDING", "1", "0", "25")]


@pytest.mark.parametrize(
    "what", [{"groups": {}}, {"rates": {}}, {"groups": {"SKU-1": "9"}}, {"groups": {"SKU-1": "4"}}]
)
def test_what_is_unknown_is_left_to_the_draft(what):
    assert conflicts(document(an_order(a_line("10.00", "0"))), **what) == []


def test_a_free_line_has_no_vat_to_differ():
    made = document(an_order(a_line(), a_line("0.00", "0", quantity="2")))
    assert conflicts(made) == []


def test_books_without_zones_are_not_judged():
    made = document(an_order(a_line("10.00", "0")), choices={"layout": "19"})
    assert conflicts(made) == []
