"""What the scenarios about learning complain of, by the calls that the books counted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import pytest

from script.lib.books import Books, Dinero, Economic, base
from script.lib.scenarios.learning import ByTheLine, HalfEven, LearntOnce, OtherSign

pytestmark = pytest.mark.tools

PUT, DRAFT, BOOK, ENTER, UNDO = base.CORRECTION, base.DRAFT, base.BOOKING, base.PAYMENT, base.PAYMENT_UNDONE
AGREEMENT = Economic(cast(Any, None), {"agreement": 1_000_001})
ORGANIZATION = Dinero(cast(Any, None), {"organization": 200_001, "user": "ejer@example.dk"})
ORDER = {DRAFT: 1, BOOK: 1, ENTER: 1}


@pytest.mark.parametrize(
    ("scenario", "first", "second"),
    [
        pytest.param(HalfEven(), ORDER | {PUT: 1}, ORDER, id="rounding"),
        pytest.param(OtherSign(), ORDER | {ENTER: 2, UNDO: 1}, ORDER, id="sign"),
    ],
)
def test_learnt_by_the_first_and_known_to_the_second_is_right(
    scenario: LearntOnce, first: dict[str, int], second: dict[str, int]
) -> None:
    assert list(scenario.complaints(AGREEMENT, first, second)) == []


@pytest.mark.parametrize(
    ("scenario", "first", "second", "said"),
    [
        pytest.param(HalfEven(), ORDER, ORDER, "corrected [0, 0]", id="never-corrected"),
        pytest.param(HalfEven(), ORDER | {PUT: 2}, ORDER, "corrected [2, 0]", id="corrected-twice"),
        pytest.param(HalfEven(), ORDER | {PUT: 1}, ORDER | {PUT: 1}, "corrected [1, 1]", id="forgotten"),
        pytest.param(HalfEven(), ORDER | {PUT: 1, DRAFT: 2}, ORDER, "[2, 1] drafts", id="a-draft-too-many"),
        pytest.param(HalfEven(), ORDER | {PUT: 1}, ORDER | {BOOK: 2}, "more than one of booking", id="booked-twice"),
        pytest.param(OtherSign(), ORDER, ORDER, "entered [1, 1] and undone [0, 0]", id="never-undone"),
        pytest.param(OtherSign(), ORDER | {ENTER: 2}, ORDER, "undone [0, 0]", id="left-beside"),
        pytest.param(
            OtherSign(), ORDER | {ENTER: 2, UNDO: 1}, ORDER | {ENTER: 2, UNDO: 1}, "undone [1, 1]", id="sign-forgotten"
        ),
    ],
)
def test_what_was_guessed_or_forgotten_is_told(
    scenario: LearntOnce, first: dict[str, int], second: dict[str, int], said: str
) -> None:
    assert said in "; ".join(scenario.complaints(AGREEMENT, first, second))


@pytest.mark.parametrize(
    ("books", "corrections", "right"),
    [
        pytest.param(AGREEMENT, 1, True, id="net-prices-corrected"),
        pytest.param(AGREEMENT, 0, False, id="net-prices-left"),
        pytest.param(ORGANIZATION, 0, True, id="gross-prices-left"),
        pytest.param(ORGANIZATION, 1, False, id="gross-prices-corrected"),
    ],
)
def test_prices_that_include_vat_need_no_correction(books: Books, corrections: int, right: bool) -> None:
    first = ORDER | {PUT: corrections} if corrections else ORDER
    assert (list(ByTheLine().complaints(books, first, ORDER)) == []) is right


def test_vat_taken_out_of_each_line_is_told_where_it_differs_from_the_shops() -> None:
    assert (ByTheLine().vat(AGREEMENT), ByTheLine().vat(ORGANIZATION)) == (None, Decimal("7.24"))
