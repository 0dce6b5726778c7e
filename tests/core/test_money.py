"""Amounts: what they refuse, how they round, how they are shared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.money import (
    FLOOR,
    HALF_EVEN,
    ZERO,
    Money,
    allocate,
    digits,
    in_ore,
    plain,
    require_decimal,
    rounded,
    total,
)

pytestmark = pytest.mark.unit

AMOUNTS = st.decimals(min_value=-100_000, max_value=100_000, places=2)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=8)


@pytest.mark.parametrize("value", [1.0, 1, "1.00", None, Decimal("NaN"), Decimal("Infinity")])
def test_only_a_finite_decimal_is_money(value):
    with pytest.raises(TypeError):
        require_decimal(value)
    with pytest.raises(TypeError):
        Money(value, "DKK")


@pytest.mark.parametrize("currency", ["", "kr.", "dkk", "DK", "DKKK", "D1K"])
def test_a_currency_is_three_capitals(currency):
    with pytest.raises(ValueError, match="not a currency code"):
        Money(ZERO, currency)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "floor"),
    [
        ("2.495", "2.50", "2.50", "2.49"),
        ("2.485", "2.49", "2.48", "2.48"),
        ("-2.485", "-2.49", "-2.48", "-2.49"),
        ("115.0725", "115.07", "115.07", "115.07"),
        ("0.0049", "0.00", "0.00", "0.00"),
    ],
)
def test_rounding_to_two_decimals(value, half_up, half_even, floor):
    value = Decimal(value)
    assert [rounded(value), rounded(value, HALF_EVEN), rounded(value, FLOOR)] == [
        Decimal(half_up),
        Decimal(half_even),
        Decimal(floor),
    ]


@pytest.mark.parametrize(("value", "ore"), [("12.34", 1234), ("-0.01", -1), ("0", 0), ("99999999.99", 9999999999)])
def test_an_amount_in_ore(value, ore):
    assert in_ore(Decimal(value)) == ore


@pytest.mark.parametrize(
    ("value", "written"), [("25.00", "25"), ("25.50", "25.5"), ("0.00", "0"), ("1000", "1000"), ("-1", "-1")]
)
def test_digits_without_needless_zeros(value, written):
    assert digits(Decimal(value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("2.5", "2.50"), ("2.500000", "2.50"), ("115.0725", "115.0725"), ("1E+3", "1000.00"), ("-0.00", "0.00")],
)
def test_plain_amounts_show_all_their_decimals(value, written):
    assert plain(Decimal(value)) == written


def test_money_adds_compares_and_prints_within_a_currency():
    one, two = Money(Decimal("1.00"), "DKK"), Money(Decimal("2.50"), "DKK")
    assert one + two == Money(Decimal("3.50"), "DKK")
    assert two - one == Money(Decimal("1.5"), "DKK")
    assert abs(-two) == two
    assert one < two
    assert two >= one
    assert not Money(ZERO, "DKK")
    assert str(two) == "2.50 DKK"


@pytest.mark.parametrize("act", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_currencies_do_not_mix(act):
    with pytest.raises(ValueError, match="cannot mix DKK and SEK"):
        act(Money(ZERO, "DKK"), Money(ZERO, "SEK"))


@pytest.mark.parametrize("other", [Decimal("1.00"), 1, 1.0])
def test_money_does_not_mix_with_bare_numbers(other):
    with pytest.raises(TypeError):
        Money(ZERO, "DKK") + other


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
        ("-10.00", ["1", "1", "1"], ["-3.34", "-3.33", "-3.33"]),
        ("0.01", ["1", "2"], ["0.00", "0.01"]),
        ("-20.00", ["150", "50"], ["-15.00", "-5.00"]),
        ("5.00", ["0", "7"], ["0.00", "5.00"]),
    ],
)
def test_shares_add_up_and_the_largest_remainder_gets_the_ore(amount, weights, parts):
    assert allocate(Decimal(amount), [Decimal(weight) for weight in weights]) == [Decimal(part) for part in parts]


def test_nothing_to_share_over():
    with pytest.raises(ValueError, match="nothing to share over"):
        allocate(Decimal("1.00"), [ZERO, ZERO])


@given(AMOUNTS, WEIGHTS.filter(any))
def test_every_share_is_within_an_ore_of_the_exact_one(amount, weights):
    parts = allocate(amount, weights)
    whole = sum(weights)
    assert sum(parts) == amount
    assert all(
        abs(part - amount * weight / whole) < Decimal("0.01") for part, weight in zip(parts, weights, strict=True)
    )
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


def test_the_total_of_nothing_has_two_decimals():
    assert str(total([])) == "0.00"
