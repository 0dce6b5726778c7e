"""The four ways in which books may add up a document, held against the books' own arithmetic."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.document import DocumentLine
from connector.core.readings import READINGS, USUAL, Reading, by_rate, explain, figures
from connector.core.vat import Taxed
from sandbox.economic import totals

pytestmark = pytest.mark.unit

LINES = st.lists(
    st.builds(
        DocumentLine,
        item=st.just("A"),
        description=st.just("A"),
        quantity=st.one_of(st.integers(1, 30).map(Decimal), st.decimals("-9", "9", places=2)),
        unit_price=st.decimals("-1", "99", places=2),
        vat_rate=st.sampled_from([Decimal(rate) for rate in ("0", "12", "25", "25.5")]),
    ),
    max_size=8,
)


def a_line(unit_price: str, quantity: str = "1", rate: str = "25") -> DocumentLine:
    return DocumentLine("A", "A", Decimal(quantity), Decimal(unit_price), Decimal(rate))


def in_the_books(lines: list[DocumentLine], reading: Reading) -> Taxed:
    rows = [(int(line.quantity * 100), int(line.unit_price * 100), 0, int(line.vat_rate * 100)) for line in lines]
    held = totals.document(rows, rounding_level=reading.level, rounding_mode=reading.mode)
    return Taxed(Decimal(held.net) / 100, Decimal(held.vat) / 100)


# Two lines of 0.42: VAT 0.105 each, 0.21 on both. One of 0.50: VAT 0.125. One of 2.5 × 0.33: 0.825 net.
@pytest.mark.parametrize(
    ("reading", "pair", "half", "fraction"),
    [
        ("total/half-up", "0.21", "0.13", "0.83"),
        ("total/half-even", "0.21", "0.12", "0.82"),
        ("line/half-up", "0.22", "0.13", "0.83"),
        ("line/half-even", "0.20", "0.12", "0.82"),
    ],
)
def test_each_reading_adds_up_in_its_own_way(reading, pair, half, fraction):
    named = Reading.named(reading)
    assert figures([a_line("0.42"), a_line("0.42")], named) == Taxed(Decimal("0.84"), Decimal(pair))
    assert figures([a_line("0.50")], named).vat == Decimal(half)
    assert figures([a_line("0.33", "2.5")], named).net == Decimal(fraction)


@settings(max_examples=60)
@given(LINES)
def test_every_reading_comes_to_what_such_books_hold(lines):
    for reading in READINGS:
        assert figures(lines, reading) == in_the_books(lines, reading)


def test_amounts_are_kept_apart_by_rate_the_highest_first():
    lines = [a_line("8.00", rate="12"), a_line("10.00"), a_line("2.00", "3", rate="0"), a_line("5.00")]
    assert list(by_rate(lines, USUAL).items()) == [
        (Decimal(25), Taxed(Decimal("15.00"), Decimal("3.75"))),
        (Decimal(12), Taxed(Decimal("8.00"), Decimal("0.96"))),
        (Decimal(0), Taxed(Decimal("6.00"), Decimal("0.00"))),
    ]


def test_nothing_comes_to_nothing():
    assert figures([], USUAL) == Taxed(Decimal("0.00"), Decimal("0.00"))


# --- which reading explains what the books say ---------------------------------------------------------------------
SEVERAL = [a_line("0.42"), a_line("0.42"), a_line("0.50")]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
def test_books_of_a_reading_are_explained_by_it(reading):
    held = in_the_books(SEVERAL, reading)
    assert reading in explain(SEVERAL, held.gross, held.vat)


def test_figures_that_only_one_reading_gives_name_it():
    lines = [a_line("0.42"), a_line("0.42")]
    held = {reading: in_the_books(lines, reading) for reading in READINGS}
    assert len(set(held.values())) == 3, "on the total nothing is rounded here"
    for reading in READINGS[2:]:
        assert explain(lines, held[reading].gross, held[reading].vat) == (reading,)
    assert explain(lines, held[USUAL].gross, held[USUAL].vat) == READINGS[:2]


def test_a_single_line_does_not_tell_the_level():
    lines = [a_line("0.42")]
    names = [reading.name for reading in explain(lines, Decimal("0.52"), Decimal("0.10"))]
    assert names == ["total/half-even", "line/half-even"]


@pytest.mark.parametrize(
    ("gross", "vat"),
    [
        ("1.67", "0.33"),  # a gross that no reading gives
        ("1.68", "0.35"),  # the gross of one reading with another's VAT
        ("-1.68", "-0.34"),
        ("0.00", "0.00"),
    ],
)
def test_figures_that_no_rounding_gives_are_explained_by_none(gross, vat):
    assert explain(SEVERAL, Decimal(gross), Decimal(vat)) == ()


@settings(max_examples=60)
@given(LINES, st.integers(-300, 300), st.integers(-300, 300))
def test_readings_explain_exactly_what_their_books_hold(lines, more_gross, more_vat):
    made = in_the_books(lines, USUAL)
    gross, vat = made.gross + Decimal(more_gross) / 100, made.vat + Decimal(more_vat) / 100
    held = {reading: in_the_books(lines, reading) for reading in READINGS}
    assert explain(lines, gross, vat) == tuple(
        reading for reading, books in held.items() if (books.gross, books.vat) == (gross, vat)
    )


# --- names -----------------------------------------------------------------------------------------------------------
def test_readings_are_four_and_known_by_their_names():
    assert [Reading.named(reading.name) for reading in READINGS] == list(READINGS)
    assert all(one != other for one, other in combinations(READINGS, 2))
    assert USUAL.name == "total/half-up"


@pytest.mark.parametrize("name", ["", "total", "total/half-down", "page/half-up", "half-up/total"])
def test_another_name_is_refused(name):
    with pytest.raises(ValueError, match="no reading"):
        Reading.named(name)
