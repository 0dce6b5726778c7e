"""Whether a shop is silent: judged by its own rhythm, so that a quiet night is no alarm and a quiet noon is one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS_COMPARED = 28
"""The same hours of so many days before are what the present silence is compared with."""
DAYS_NEEDED = 5
"""With fewer days to compare with nothing is judged."""
EXPECTED = 10
"""A silence is judged once so many signs would usually have come in it. Were they to come independently of each other,
such a silence would be chance once in 20,000."""
MOST_EMPTY = 20
"""At most one in so many of the compared days may have been silent in the same hours: signs come in bursts, too."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Silence:
    """Nothing was heard for longer than is usual at this hour. `usual` is the time between two signs then."""

    since: datetime
    usual: timedelta

    @property
    def usual_minutes(self) -> int:
        """Whole minutes, at least one."""
        return max(1, round(self.usual / timedelta(minutes=1)))


def silence(times: Sequence[datetime], now: datetime) -> Silence | None:
    """The silence at `now` of a shop that gave signs of life at `times` (aware, in any order, of four weeks or more).

    None while it is no longer than usual at this hour, or while too little is known to tell.
    """
    known = sorted(moment for moment in times if moment <= now)
    if not known:
        return None
    last = known[-1]
    counts = _same_hours(known, last, now)
    heard = sum(counts)
    if len(counts) < DAYS_NEEDED or heard < EXPECTED * len(counts) or counts.count(0) * MOST_EMPTY > len(counts):
        return None
    return Silence(last, (now - last) * len(counts) / heard)


def is_silent(times: Sequence[datetime], now: datetime) -> bool:
    """Whether `silence` finds one."""
    return silence(times, now) is not None


def _same_hours(known: Sequence[datetime], last: datetime, now: datetime) -> list[int]:
    """How many signs came in the hours of the present silence, moved back day by day as far as signs are known.

    Days that the silence itself has touched tell nothing and are left out.
    """
    counts = []
    first = max(known[0], now - DAYS_COMPARED * DAY)
    touched = -((last - now) // DAY)
    for back in range(touched, DAYS_COMPARED + 1):
        begins, ends = last - back * DAY, now - back * DAY
        if begins < first:
            break
        counts.append(bisect_right(known, ends) - bisect_right(known, begins))
    return counts
