"""Splitting gross amounts into net and VAT."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.money import HALF_EVEN, HALF_UP
from connector.core.vat import Taxed, ideal_net, net_for, split, vat_of

pytestmark = pytest.mark.unit

ORE = Decimal("0.01")
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "6", "12", "19", "20", "21", "25", "25.5", "27")])
GROSS = st.decimals(min_value=-50_000, max_value=50_000, places=2)


def test_gross_is_net_plus_vat_and_nothing_else():
    assert Taxed(Decimal("460.29"), Decimal("115.07")).gross == Decimal("575.36")


@pytest.mark.parametrize(("net", "vat"), [(1.0, Decimal(1)), (Decimal(1), 1.0)])
def test_taxed_refuses_floats(net, vat):
    with pytest.raises(TypeError):
        Taxed(net, vat)


@pytest.mark.parametrize(
    ("net", "rate", "half_up", "half_even"),
    [
        ("460.29", "25", "115.07", "115.07"),
        ("9.98", "25", "2.50", "2.50"),
        ("9.94", "25", "2.49", "2.48"),
        ("2530.00", "25", "632.50", "632.50"),
        ("-9.94", "25", "-2.49", "-2.48"),
        ("100.00", "25.5", "25.50", "25.50"),
        ("12.34", "0", "0.00", "0.00"),
    ],
)
def test_vat_on_a_net_amount(net, rate, half_up, half_even):
    assert vat_of(Decimal(net), Decimal(rate)) == Decimal(half_up)
    assert vat_of(Decimal(net), Decimal(rate), HALF_EVEN) == Decimal(half_even)


def test_the_ideal_net_is_not_rounded():
    assert ideal_net(Decimal("12.47"), Decimal(25)) == Decimal("9.976")


@pytest.mark.parametrize(
    ("gross", "rate", "net", "vat"),
    [("437.00", "25", "349.60", "87.40"), ("12.47", "25", "9.98", "2.49"), ("10.00", "0", "10.00", "0.00")],
)
def test_split_keeps_the_gross(gross, rate, net, vat):
    assert split(Decimal(gross), Decimal(rate)) == Taxed(Decimal(net), Decimal(vat))


@pytest.mark.parametrize("ending", range(10))
def test_at_25_percent_exactly_the_endings_2_and_7_have_no_net(ending):
    gross = Decimal("480.00") + ending * ORE
    assert (net_for(gross, Decimal(25)) is None) == (ending in (2, 7))


@given(GROSS, RATES, st.sampled_from([HALF_UP, HALF_EVEN]))
def test_a_net_is_found_exactly_where_a_wide_search_finds_one(gross, rate, mode):
    near = split(gross, rate).net
    wide = [near + step * ORE for step in range(-5, 6)]
    assert net_for(gross, rate, mode) == next((net for net in wide if net + vat_of(net, rate, mode) == gross), None)


@given(GROSS, RATES)
def test_where_there_is_no_net_both_neighbours_have_one(gross, rate):
    if net_for(gross, rate) is None:
        assert net_for(gross - ORE, rate) is not None
        assert net_for(gross + ORE, rate) is not None
