"""The totals that everything else is measured by."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest

from sandbox.economic import totals

pytestmark = pytest.mark.tools

# The recorded figures of the fact sheet, section 14: lines → net, VAT, gross (øre).
RECORDED = [
    ([(300, 15344, 1000, 2500), (200, 2300, 0, 2500)], (46029, 11507, 57536)),
    ([(100, 998, 0, 2500)], (998, 250, 1248)),
    ([(100, 253000, 0, 2500)], (253000, 63250, 316250)),
]


@pytest.mark.parametrize(("lines", "expected"), RECORDED)
@pytest.mark.parametrize("level", totals.LEVELS)
@pytest.mark.parametrize("mode", totals.MODES)
def test_recorded_figures_fit_every_reading(lines, expected, level, mode):
    summed = totals.document(lines, rounding_level=level, rounding_mode=mode)
    assert (summed.net, summed.vat, summed.gross) == expected


def test_discounted_line_is_rounded_to_the_oere():
    assert totals.document([(300, 15344, 1000, 2500)]).line_nets == (41429,)


@pytest.mark.parametrize(
    ("level", "mode", "vat"),
    [
        ("total", "half-up", 5),  # 18 øre × 25 % = 4.5
        ("total", "half-even", 4),
        ("line", "half-up", 6),  # 2 × 1.5 and 2 × 0.75
        ("line", "half-even", 6),
    ],
)
def test_readings_differ_where_they_must(level, mode, vat):
    lines = [(100, 6, 0, 2500), (100, 6, 0, 2500), (100, 3, 0, 2500), (100, 3, 0, 2500)]
    assert totals.document(lines, rounding_level=level, rounding_mode=mode).vat == vat


def test_halves_of_credit_notes_mirror_invoices():
    lines = [(100, 998, 0, 2500), (100, 3, 0, 2550), (250, 333, 333, 1200)]
    turned = [(-quantity, price, discount, rate) for quantity, price, discount, rate in lines]
    for level in totals.LEVELS:
        for mode in totals.MODES:
            bought = totals.document(lines, rounding_level=level, rounding_mode=mode)
            returned = totals.document(turned, rounding_level=level, rounding_mode=mode)
            assert (returned.net, returned.vat, returned.gross) == (-bought.net, -bought.vat, -bought.gross)


def test_rates_are_kept_apart():
    summed = totals.document([(100, 10000, 0, 2500), (100, 10000, 0, 0), (100, 10000, 0, 2550)])
    assert summed.by_rate == {2500: (10000, 2500), 0: (10000, 0), 2550: (10000, 2550)}
    assert summed.gross == 35050


@pytest.mark.parametrize(("mode", "rounding"), [("half-up", ROUND_HALF_UP), ("half-even", ROUND_HALF_EVEN)])
def test_integer_division_rounds_as_decimal_does(mode, rounding):
    for numerator in range(-300, 301):
        for denominator in (1, 2, 3, 7, 8, 100):
            expected = (Decimal(numerator) / denominator).quantize(Decimal(1), rounding)
            assert totals.divide(numerator, denominator, mode) == expected


def test_base_currency_is_the_price_of_a_hundred():
    assert totals.to_base(10_000, 746_038_500) == 74_604
