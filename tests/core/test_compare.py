"""The books' own figures against the document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from connector.core.document import Difference, Figures
from connector.core.mapping import compare, order_to_invoice
from connector.core.money import Money
from tests.core.orders import an_order, rules

pytestmark = pytest.mark.unit

DOCUMENT = order_to_invoice(an_order(), rules(), date=date(2026, 11, 20), known={"SKU-1"})
AGREES = Figures(Decimal("199.000000"), Decimal("39.8"), "DKK", "501", "1")


@pytest.mark.parametrize("unsaid", [{}, {"customer": None}, {"zone": None}, {"customer": None, "zone": None}])
def test_figures_that_agree_make_no_difference(unsaid):
    assert compare(DOCUMENT, replace(AGREES, **unsaid), customer="501") == []


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"gross": Decimal("199.01")}, Difference("gross", "199.00", "199.01")),
        ({"gross": Decimal("-199.00")}, Difference("gross", "199.00", "-199.00")),
        ({"vat": Decimal("39.79")}, Difference("vat", "39.80", "39.79")),
        ({"vat": Decimal("39.7999")}, Difference("vat", "39.80", "39.7999")),
        ({"currency": "SEK"}, Difference("currency", "DKK", "SEK")),
        ({"customer": "502"}, Difference("customer", "501", "502")),
        ({"customer": ""}, Difference("customer", "501", "")),
        ({"zone": "3"}, Difference("zone", "1", "3")),
    ],
)
def test_each_fact_that_disagrees_is_named_with_both_values(changed, difference):
    assert compare(DOCUMENT, replace(AGREES, **changed), customer="501") == [difference]


def test_the_books_must_come_to_what_was_charged():
    charged = replace(DOCUMENT, total=Money(Decimal("200.00"), "DKK"))
    assert compare(charged, AGREES, customer="501") == [Difference("gross", "200.00", "199.00")]


def test_all_differences_are_told():
    wrong = Figures(Decimal(1), Decimal(2), "EUR", "9", "9")
    assert [found.fact for found in compare(DOCUMENT, wrong, customer="501")] == [
        "gross",
        "vat",
        "currency",
        "customer",
        "zone",
    ]


def test_a_zone_that_nobody_chose_is_a_difference():
    document = order_to_invoice(an_order(), rules(choices={}), date=date(2026, 11, 20), known={"SKU-1"})
    assert compare(document, AGREES, customer="501") == [Difference("zone", "", "1")]
    assert compare(document, replace(AGREES, zone=None), customer="501") == []
