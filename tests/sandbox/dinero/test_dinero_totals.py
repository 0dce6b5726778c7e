"""Totals by both readings of what Dinero does not document."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.dinero import totals
from sandbox.dinero.totals import SCALE, Priced
from tests.sandbox.dinero.dinero_calls import line

pytestmark = pytest.mark.tools

LINES = st.lists(
    st.builds(
        Priced,
        st.integers(-100, 100).map(lambda pieces: pieces * SCALE),
        st.integers(0, 10**6).map(lambda oere: oere * SCALE // 100),
        st.sampled_from([0, 10 * SCALE, 33_333_333]),
        st.sampled_from([0, 2500, 2550, 1900]),
    ),
    min_size=1,
    max_size=6,
)
quick = settings(max_examples=60, deadline=None, database=None)


def of(*prices: int, rate: int = 2500, incl: bool, rounding: str) -> tuple[int, int, int]:
    lines = [Priced(SCALE, price * SCALE // 100, 0, rate) for price in prices]
    summed = totals.document(lines, incl=incl, rounding=rounding)
    return summed.excl, summed.vat, summed.incl


@pytest.mark.parametrize("rounding", ["total", "line"])
@pytest.mark.parametrize("incl", [True, False])
def test_known_data_point(incl, rounding):
    assert of(25_000 if incl else 20_000, incl=incl, rounding=rounding) == (20_000, 5_000, 25_000)


def test_readings_differ_where_they_must():
    assert of(6, 6, 3, 3, incl=False, rounding="total") == (18, 5, 23)
    assert of(6, 6, 3, 3, incl=False, rounding="line") == (18, 6, 24)
    assert of(3, 3, 3, incl=True, rounding="total") == (7, 2, 9)
    assert of(3, 3, 3, incl=True, rounding="line") == (6, 3, 9)


@quick
@given(LINES, st.booleans(), st.sampled_from(["total", "line"]))
def test_totals_hold_together(lines, incl, rounding):
    summed = totals.document(lines, incl=incl, rounding=rounding)
    assert summed.incl == summed.excl + summed.vat
    assert summed.excl == sum(part.net for part in summed.by_rate.values())
    assert summed.vat == sum(part.vat for part in summed.by_rate.values())
    amounts = [totals.line_amount(row) for row in lines]
    assert sum(amounts) == (summed.incl if incl else summed.excl)
    exact = sum(
        Decimal(amount) * row.rate / (10_000 + (row.rate if incl else 0))
        for amount, row in zip(amounts, lines, strict=True)
    )
    assert abs(summed.vat - exact) <= Decimal("0.5") * len(lines)


@quick
@given(LINES, st.booleans(), st.sampled_from(["total", "line"]))
def test_what_is_given_back_mirrors_what_was_sold(lines, incl, rounding):
    turned = [row._replace(quantity=-row.quantity) for row in lines]
    sold, back = (totals.document(rows, incl=incl, rounding=rounding) for rows in (lines, turned))
    assert (back.excl, back.vat, back.incl) == (-sold.excl, -sold.vat, -sold.incl)


@pytest.mark.parametrize(("rounding", "vat"), [("total", "0.02"), ("line", "0.03")])
def test_rounding_by_switch(dinero, rounding, vat):
    dinero.switch("vat_rounding", rounding)
    made = dinero.draft(ProductLines=[line(0.03)] * 3)
    assert (made["TotalInclVat"], made["TotalVat"]) == (Decimal("0.09"), Decimal(vat))


def test_vat_follows_the_account(dinero):
    dinero.connect(with_oss=True)
    lines = [line(125.0, account=1000), line(100.0, account=1050), line(119.0, account=1300), line(125.5, account=1310)]
    made = dinero.draft(ProductLines=lines)
    assert [row["TotalAmount"] for row in made["ProductLines"]] == [100, 100, 100, 100]
    assert (made["TotalExclVat"], made["TotalVat"], made["TotalInclVat"]) == (400, Decimal("69.5"), Decimal("469.5"))
    assert (made["TotalVatableAmount"], made["TotalNonVatableAmount"]) == (300, 100)
    assert [row["Type"] for row in made["TotalLines"]] == [
        "SubTotalWithoutVat",
        "SubTotalWithVat",
        *["Vat"] * 3,
        "Total",
    ]


def test_prices_without_vat(dinero):
    made = dinero.draft(ShowLinesInclVat=False, ProductLines=[line(99.95, 3, Discount=10)])
    assert (made["TotalExclVat"], made["TotalVat"]) == (Decimal("269.87"), Decimal("67.47"))
    assert [row["Type"] for row in made["TotalLines"]] == ["SubTotal", "Vat", "Total"]


def test_books_without_vat(dinero):
    dinero.connect(is_vat_free=True)
    assert dinero.draft()["TotalVat"] == 0
