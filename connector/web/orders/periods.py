"""The periods that lists can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connector.sync.models import SyncJob
from connector.web.frame.words import Text

PLACED = Coalesce("placed_at", "created_at", output_field=DateTimeField())
"""An order belongs to the day it was placed; before it is read, to the day we heard of it."""


@dataclass(frozen=True)
class Period:
    """A period up to now. `days` counts calendar days with today; None is all time, or the month so far."""

    name: str
    words: Text
    days: int | None
    is_month: bool = False

    @property
    def first_day(self) -> date | None:
        """Its first day in Copenhagen."""
        today = timezone.localdate()
        if self.is_month:
            return today.replace(day=1)
        return None if self.days is None else today - timedelta(days=self.days - 1)

    @property
    def start(self) -> datetime | None:
        """Its first moment in Copenhagen."""
        first = self.first_day
        return None if first is None else timezone.make_aware(datetime.combine(first, time.min))

    def of(self, jobs: QuerySet[SyncJob]) -> QuerySet[SyncJob]:
        """The orders placed in it."""
        start = self.start
        return jobs.alias(placed=PLACED).filter(placed__gte=start) if start else jobs


TODAY = Period("today", _("today"), 1)
WEEK = Period("7", _("7 days"), 7)
THIS_MONTH = Period("month", _("this month"), None, is_month=True)
MONTH = Period("30", _("30 days"), 30)
QUARTER = Period("90", _("90 days"), 90)
ALL = Period("all", _("all time"), None)
PERIODS: Sequence[Period] = (TODAY, WEEK, THIS_MONTH, MONTH, QUARTER, ALL)


def chosen(name: str | None, default: Period) -> Period:
    """The period of this name."""
    return next((period for period in PERIODS if period.name == name), default)
