"""The overview's one chart: what was sold on each of the last fourteen days, and how much of it is in the books.

Drawn here, as whole figures of an SVG: the page's policy allows no inline styles, and needs no script for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from connector.web.orders.queries import Sold

STEP, WIDTH, HEIGHT, GAP = 24, 20, 96, 2
"""Of the drawing, in its own units: a day's place, its bar, the highest bar, what is between two parts of one."""
TOP = 20
"""Above the highest bar: there the figures of the chosen day stand."""
LABELLED = 4
"""Every so many days the date stands below."""


@dataclass(frozen=True)
class Bar:
    """A day: `sold` in all, `done` in the books, `rest` of it not. `x`, `y`, heights: where to draw both parts."""

    day: date
    sold: Decimal
    done: Decimal
    x: int
    done_y: int
    done_height: int
    rest_y: int
    rest_height: int
    is_labelled: bool

    @property
    def rest(self) -> Decimal:
        return self.sold - self.done

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


@dataclass(frozen=True)
class Chart:
    """The days, the oldest first, and the measures of the drawing."""

    bars: Sequence[Bar]
    width: int
    base: int
    is_empty: bool

    @property
    def height(self) -> int:
        """With the dates below the line."""
        return self.base + 18

    @property
    def text_y(self) -> int:
        return self.base + 14


def chart(sold: Sequence[Sold], days: int) -> Chart:
    """The chart of the last `days` days; a day without orders has an empty place."""
    known = {each.day: each for each in sold}
    today = timezone.localdate()
    shown = [known.get(day, Sold(day)) for day in (today - timedelta(days=days - 1 - n) for n in range(days))]
    highest = max((each.amount for each in shown), default=Decimal(0))
    bars = [_bar(n, each, highest, is_labelled=(days - 1 - n) % LABELLED == 0) for n, each in enumerate(shown)]
    return Chart(bars, days * STEP, TOP + HEIGHT, highest <= 0)


def _bar(place: int, sold: Sold, highest: Decimal, *, is_labelled: bool) -> Bar:
    whole, done = _high(sold.amount, highest), _high(min(sold.done, sold.amount), highest)
    gap = GAP if 0 < done < whole else 0
    base = TOP + HEIGHT
    return Bar(
        day=sold.day,
        sold=sold.amount,
        done=sold.done,
        x=place * STEP + (STEP - WIDTH) // 2,
        done_y=base - done,
        done_height=done,
        rest_y=base - whole,
        rest_height=max(whole - done - gap, 0),
        is_labelled=is_labelled,
    )


def _high(amount: Decimal, highest: Decimal) -> int:
    """The height of an amount; one that is there at all can be seen."""
    if amount <= 0 or highest <= 0:
        return 0
    return max(int(amount / highest * HEIGHT), 1)
