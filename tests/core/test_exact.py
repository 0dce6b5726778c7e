"""Net prices that meet the shop's total."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core import readings
from connector.core.exact import Charge, Fit, fit
from connector.core.money import in_ore
from connector.core.paths import REACH, goals_of, paths_to
from connector.core.vat import net_for
from sandbox.economic import totals
from tests.core.baskets import READINGS, demanded

pytestmark = pytest.mark.unit

ORE = Decimal("0.01")
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "4", "12", "19", "25", "25.5", "27")])
GROSS = st.one_of(
    st.decimals(min_value=-500, max_value=5_000, places=2), st.decimals(min_value="-0.05", max_value="0.10", places=2)
)
QUANTITIES = st.one_of(
    st.integers(1, 120).map(Decimal), st.decimals("-30", "30", places=2).filter(bool), st.just(Decimal(-3))
)
CHARGES = st.lists(st.builds(Charge, GROSS, RATES, QUANTITIES), min_size=1, max_size=12)


def charge(gross: str, rate: str = "25", quantity: str = "1") -> Charge:
    return Charge(Decimal(gross), Decimal(rate), Decimal(quantity))


def written(fitted: Fit) -> list[list[tuple[str, str]]]:
    """The pieces as text: quantity and unit net."""
    return [[(str(piece.quantity), str(piece.unit_price)) for piece in pieces] for pieces in fitted.pieces]


def books_gross(charges: list[Charge], fitted: Fit, level: str = "total", mode: str = "half-up") -> int:
    lines = [
        (int(piece.quantity * 100), int(piece.unit_price * 100), 0, int(one.rate * 100))
        for one, pieces in zip(charges, fitted.pieces, strict=True)
        for piece in pieces
    ]
    lines.append((100, int(fitted.rounding * 100), 0, 0))
    return totals.document(lines, rounding_level=level, rounding_mode=mode).gross


@pytest.mark.parametrize(
    ("one", "pieces"),
    [
        pytest.param(charge("398.00", quantity="2"), [("2", "159.20")], id="a usual price"),
        pytest.param(charge("100.00", quantity="3"), [("1", "26.66"), ("2", "26.67")], id="split over two prices"),
        pytest.param(charge("10.01", quantity="2"), [("1", "4.00"), ("1", "4.01")], id="one øre over"),
        pytest.param(charge("50.00", quantity="2.5"), [("2.5", "16.00")], id="a quantity with decimals"),
        pytest.param(charge("0.11", "0", "2.5"), [("1.5", "0.04"), ("1", "0.05")], id="decimals split by whole units"),
        pytest.param(charge("10.00", quantity="0.33"), [("0.33", "24.24")], id="less than one"),
        pytest.param(charge("-34.90"), [("1", "-27.92")], id="a discount"),
        pytest.param(charge("-199.00", quantity="-1"), [("-1", "159.20")], id="returned"),
        pytest.param(charge("-100.00", quantity="-3"), [("-1", "26.66"), ("-2", "26.67")], id="returned and split"),
        pytest.param(charge("-100.00", quantity="3"), [("1", "-26.66"), ("2", "-26.67")], id="a discount on three"),
        pytest.param(charge("0.00", quantity="4"), [("4", "0.00")], id="free"),
        pytest.param(charge("100.00", "25.5"), [("1", "79.68")], id="another rate"),
        pytest.param(charge("99.99", "0", "3"), [("3", "33.33")], id="without VAT"),
    ],
)
def test_one_line_alone(one, pieces):
    fitted = fit([one])
    assert [(Decimal(quantity), Decimal(net)) for quantity, net in pieces] == sorted(
        fitted.pieces[0], key=lambda piece: abs(piece.unit_price)
    )
    assert fitted.rounding == 0


@pytest.mark.parametrize(("gross", "net"), [("12.42", "9.93"), ("0.02", "0.01"), ("20.02", "16.01")])
def test_a_total_that_no_net_reaches_gets_one_ore_from_the_side_that_is_the_same_under_all_readings(gross, net):
    fitted = fit([charge(gross)])
    assert written(fitted) == [[("1", net)]]
    assert fitted.rounding == ORE
    assert {books_gross([charge(gross)], fitted, *reading) for reading in READINGS} == {in_ore(Decimal(gross))}


def test_a_total_that_no_net_reaches_keeps_the_vat_that_the_shop_charged():
    # Rounded on each line, the other side would come out the same more often, with 262.98 of VAT.
    charges = [charge("842.58", quantity="2"), charge("741.60", quantity="4"), charge("-269.31")]
    fitted = fit(charges)
    net = sum(piece.amount() for pieces in fitted.pieces for piece in pieces)
    assert (net, fitted.rounding) == (Decimal("1051.89"), ORE)


def test_two_rates_without_a_net_pass_each_other_the_ore():
    charges = [charge("12.42", "25"), charge("10.03", "12")]
    assert [net_for(one.gross, one.rate) for one in charges] == [None, None]
    fitted = fit(charges)
    assert fitted.rounding == 0
    assert books_gross(charges, fitted) == 2245


def test_three_rates_without_a_net_leave_one_ore():
    charges = [charge("12.42", "25"), charge("10.03", "12"), charge("12.43", "25.5")]
    assert [net_for(one.gross, one.rate) for one in charges] == [None, None, None]
    fitted = fit(charges)
    assert abs(fitted.rounding) == ORE
    assert books_gross(charges, fitted) == 3488


def test_a_whole_quantity_stays_whole_while_a_single_line_carries_the_ore():
    assert written(fit([charge("10.00", "0", "3"), charge("49.50", "0")])) == [[("3", "3.33")], [("1", "49.51")]]


def test_of_equal_lines_the_largest_carries_the_ore():
    charges = [charge("10.00", "0", "3"), charge("20.00", "0"), charge("300.00", "0"), charge("40.00", "0")]
    assert [pieces[0].unit_price for pieces in fit(charges).pieces[1:]] == [20, Decimal("300.01"), 40]


def test_a_quantity_is_split_rather_than_moved_further_than_a_line_carries():
    fitted = fit([charge("100.00", "0", "7"), charge("1.00", "0")])
    assert written(fitted) == [[("3", "14.28"), ("4", "14.29")], [("1", "1.00")]]


def test_a_free_line_carries_nothing():
    fitted = fit([charge("10.00", "0", "3"), charge("0.00", "0")])
    assert written(fitted) == [[("2", "3.33"), ("1", "3.34")], [("1", "0.00")]]


def test_a_small_line_does_not_change_its_sign_to_carry_an_ore():
    tiny, _ = fit([charge("0.01"), charge("4.67", quantity="3")]).pieces
    assert tiny[0].unit_price >= 0


def test_a_net_that_hangs_on_the_rounding_of_a_half_ore_is_avoided():
    fitted = fit([charge("11.40", quantity="2.5"), charge("11.75")])
    assert written(fitted) == [[("0.5", "3.64"), ("2", "3.65")], [("1", "9.40")]]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 100_000), st.integers(1, 50)), min_size=1, max_size=8), st.sampled_from([25, 0])
)
def test_the_prices_of_a_usual_danish_shop_are_not_touched(goods, rate):
    prices = [Decimal(fives) * 5 / 100 for fives, _ in goods]
    counts = [Decimal(count) for _, count in goods]
    charges = [Charge(price * count, Decimal(rate), count) for price, count in zip(prices, counts, strict=True)]
    fitted = fit(charges)
    own = [price * 100 / (100 + rate) for price in prices]
    assert list(fitted.pieces) == [((count, net),) for count, net in zip(counts, own, strict=True)]
    assert fitted.rounding == 0
    assert {books_gross(charges, fitted, *reading) for reading in READINGS} == {
        in_ore(sum(one.gross for one in charges))
    }


@settings(max_examples=25)
@given(CHARGES)
def test_any_charges_come_to_their_total_in_at_most_two_parts_each(charges):
    fitted = fit(charges)
    assert books_gross(charges, fitted) == in_ore(sum(one.gross for one in charges))
    assert [sum(piece.quantity for piece in pieces) for pieces in fitted.pieces] == [one.quantity for one in charges]
    assert max(len(pieces) for pieces in fitted.pieces) <= 2
    assert all(piece.quantity for pieces in fitted.pieces for piece in pieces)


@settings(max_examples=25)
@given(CHARGES)
def test_a_rounding_is_one_ore_and_only_where_arithmetic_demands_it(charges):
    grosses = {}
    for one in charges:
        grosses[one.rate] = grosses.get(one.rate, 0) + in_ore(one.gross)
    assert abs(fit(charges).rounding) == (ORE if demanded(grosses) else 0)


@settings(max_examples=25)
@given(CHARGES)
def test_no_line_changes_its_sign_or_strays_far(charges):
    for one, pieces in zip(charges, fit(charges).pieces, strict=True):
        net = sum(piece.amount() for piece in pieces)
        assert net * one.gross >= 0
        assert abs(net - one.ideal) <= Decimal("0.025")


@settings(max_examples=40)
@given(st.lists(st.builds(Charge, st.decimals(min_value=1, max_value=900, places=2), RATES), min_size=2, max_size=3))
def test_where_nets_near_by_are_the_same_under_all_readings_such_are_chosen(charges):
    charges = [Charge(one.gross, charges[0].rate) for one in charges]
    wanted = in_ore(sum(one.gross for one in charges))
    if demanded({charges[0].rate: wanted}):
        return
    near = [[one.nearest + step * ORE for step in (-1, 0, 1)] for one in charges]
    possible = any(_is_stable(nets, int(charges[0].rate * 100), wanted) for nets in product(*near))
    found = {books_gross(charges, fit(charges), *reading) for reading in READINGS} == {wanted}
    assert found or not possible


def _is_stable(nets: tuple[Decimal, ...], rate: int, wanted: int) -> bool:
    lines = [(100, in_ore(net), 0, rate) for net in nets]
    return all(
        totals.document(lines, rounding_level=level, rounding_mode=mode).gross == wanted for level, mode in READINGS
    )


def test_the_search_does_not_grow_with_the_lines():
    charges = [charge(f"{number}.97", quantity="3") for number in range(1, 41)]
    for reading, goal in goals_of(charges, Decimal(0)).items():
        assert goal is not None
        assert 0 < len(paths_to(charges, 1, reading, goal)) <= (2 * REACH + 2) ** 2


def test_many_lines_that_all_lack_a_net_of_their_own_still_come_out():
    charges = [charge("12.47")] * 250
    fitted = fit(charges)
    assert fitted.rounding == 0
    assert {books_gross(charges, fitted, *reading) for reading in READINGS} == {311_750}


# --- under each reading ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reading", readings.READINGS, ids=lambda reading: reading.name)
@settings(max_examples=15)
@given(charges=CHARGES)
def test_any_charges_come_to_their_total_in_books_of_the_reading(reading, charges):
    fitted = fit(charges, reading)
    assert books_gross(charges, fitted, reading.level, reading.mode) == in_ore(sum(one.gross for one in charges))
    assert abs(fitted.rounding) <= ORE
    assert [sum(piece.quantity for piece in pieces) for pieces in fitted.pieces] == [one.quantity for one in charges]
    assert all(
        abs(sum(piece.amount(reading.rounding) for piece in pieces) - one.ideal) <= Decimal("0.025")
        for one, pieces in zip(charges, fitted.pieces, strict=True)
    )


# (what was charged, the reading under which an øre has to be added, that under which it has not)
@pytest.mark.parametrize(
    ("charges", "demands", "reaches"),
    [
        # 0.42 + 0.105, and 0.50 + 0.125: the half goes one way only.
        ([charge("0.53")], "total/half-even", "total/half-up"),
        ([charge("0.53")], "line/half-even", "line/half-up"),
        ([charge("0.62")], "total/half-up", "total/half-even"),
        ([charge("0.62")], "line/half-up", "line/half-even"),
        # 12.42 has no net; two lines pass each other the øre where VAT is rounded on each, not on their total.
        ([charge("12.42"), charge("10.00")], "total/half-up", "line/half-up"),
        ([charge("12.42"), charge("12.45")], "total/half-even", "line/half-even"),
    ],
)
def test_an_ore_is_added_only_where_the_reading_demands_it(charges, demands, reaches):
    assert abs(fit(charges, readings.Reading.named(demands)).rounding) == ORE
    assert fit(charges, readings.Reading.named(reaches)).rounding == 0


@pytest.mark.parametrize("reading", readings.READINGS[2:], ids=lambda reading: reading.name)
@settings(max_examples=10)
@given(prices=st.lists(st.decimals(1, 900, places=2), min_size=2, max_size=8))
def test_where_vat_is_rounded_on_each_line_two_lines_need_no_ore(reading, prices):
    assert fit([Charge(price, Decimal(25)) for price in prices], reading).rounding == 0


@pytest.mark.parametrize("reading", readings.READINGS, ids=lambda reading: reading.name)
def test_many_lines_come_out_under_each_reading(reading):
    charges = [charge("0.53")] * 30
    fitted = fit(charges, reading)
    assert fitted.rounding == 0
    assert books_gross(charges, fitted, reading.level, reading.mode) == 30 * 53


def test_half_to_even_the_fraction_goes_where_it_does_not_round():
    # 2.5 × 3.65 is 9.125: 9.12 to even. 2 × 3.65 + 0.5 × 3.66 is 9.13, which no 2.5 × a price is.
    even = readings.Reading.named("total/half-even")
    [pieces] = fit([charge("9.13", "0", "2.5")], even).pieces
    assert sorted(pieces, key=lambda piece: piece.unit_price) == [
        (Decimal(2), Decimal("3.65")),
        (Decimal("0.5"), Decimal("3.66")),
    ]
