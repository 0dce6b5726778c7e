"""Billy's own rounding: each line, and VAT once for the invoice (fact sheet, section 6.1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.billy.totals import NOTHING, document, half_up, line_amount

pytestmark = pytest.mark.tools


def test_the_recorded_invoice():
    sums = document([(12300, 2500), (34500, 2500)], incl=True)
    assert (sums.tax, sums.net, sums.gross, sums.line_taxes) == (9360, 37440, 46800, (2460, 6900))


def test_the_specifications_warning_about_floats():
    assert line_amount(Decimal("7.5"), Decimal("19.99")) == 14993


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [((1, 2), 1), ((-1, 2), -1), ((3, 2), 2), ((49, 100), 0), ((-149, 100), -1), ((5, 1), 5)],
)
def test_a_half_goes_away_from_zero(exact, rounded):
    assert half_up(Fraction(*exact)) == rounded


@pytest.mark.parametrize(
    ("discount", "amount"),
    [
        ({}, 20000),
        ({"percent": Fraction(23, 100)}, 15400),
        ({"cash": Decimal("0.05")}, 19995),
        ({"cash": Decimal("250")}, -5000),
    ],
    ids=str,
)
def test_a_discount_is_taken_from_the_line(discount, amount):
    assert line_amount(Decimal(2), Decimal(100), **discount) == amount


@pytest.mark.parametrize(("rounding", "tax"), [("invoice", 361), ("rate", 361), ("line", 362)])
def test_vat_is_rounded_once_or_on_each_line(rounding, tax):
    sums = document([(903, 2500), (903, 2500)], incl=True, rounding=rounding)
    assert (sums.tax, sums.gross) == (tax, 1806)


@pytest.mark.parametrize(("rounding", "tax", "first"), [("invoice", 37, 20), ("rate", 38, 21)])
def test_the_first_rate_takes_what_rounding_once_has_left(rounding, tax, first):
    # 20.5 and 16.6 øre: 37.1 together, and 21 and 17 by themselves.
    sums = document([(82, 2500), (83, 2000)], incl=False, rounding=rounding)
    assert (sums.tax, sums.by_rate[2500].vat, sums.by_rate[2000].vat) == (tax, first, 17)


def test_prices_without_vat():
    sums = document([(10000, 2500), (5000, 0)], incl=False)
    assert (sums.net, sums.tax, sums.gross) == (15000, 2500, 17500)
    assert sums.by_rate[0] == (5000, 0)


def test_no_lines_come_to_nothing():
    assert document([], incl=True) == NOTHING


@settings(max_examples=60, deadline=None, database=None)
@given(
    st.lists(st.tuples(st.integers(-(10**7), 10**7), st.sampled_from([0, 600, 1900, 2500, 2550])), max_size=8),
    st.booleans(),
    st.sampled_from(["invoice", "rate", "line"]),
)
def test_sums_add_up(lines, incl, rounding):
    sums = document(lines, incl=incl, rounding=rounding)
    assert sum(part.net for part in sums.by_rate.values()) == sums.net
    assert sum(part.vat for part in sums.by_rate.values()) == sums.tax
    stated = sum(amount for amount, _ in lines)
    assert stated == (sums.gross if incl else sums.net)
