"""How amounts, rates and times are written: the only module that turns them into text for people.

Danish and Norwegian put the currency after the number, English before; minus is U+2212; blanks inside a figure
are no-break. Times are Copenhagen's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.core.money import rounded

NBSP = "\u00a0"
MINUS = "\u2212"
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NOTHING = "–"
"""Stands where there is no figure."""

SECONDS_OF_AGO = 3600
"""Only within the last hour is a time told as "3 minutes ago"."""


@dataclass(frozen=True)
class Manner:
    """How one language writes figures: group and decimal signs, the krone's name, and where the unit stands."""

    group: str
    decimal: str
    krone: str
    unit_first: bool
    percent: str
    clock: str
    short_day: str
    short_day_with_year: str
    day: str


MANNERS: Mapping[str, Manner] = {
    "da": Manner(".", ",", "kr.", False, f"{NBSP}%", f"kl.{NBSP}%H.%M", "dd.MM.", "dd.MM.yyyy", "d. MMMM y"),
    "nb": Manner(NBSP, ",", "kr", False, f"{NBSP}%", f"kl.{NBSP}%H.%M", "dd.MM.", "dd.MM.yyyy", "d. MMMM y"),
    "en": Manner(",", ".", "DKK", True, "%", "%H:%M", "d MMM", "d MMM y", "d MMMM y"),
}
FALLBACK = "da"


def language() -> str:
    """The language in which figures are written now."""
    code = (translation.get_language() or FALLBACK).split("-")[0]
    return code if code in MANNERS else FALLBACK


def spoken(number: str) -> str:
    """The number of a thing in the books, where people can use it; empty for an id that only programs use."""
    return "" if GUID.fullmatch(number) else number


def _manner() -> Manner:
    return MANNERS[language()]


def number(value: Decimal, decimals: int = 2) -> str:
    """A number with exactly `decimals` decimals and groups of three digits."""
    manner = _manner()
    shown = rounded(value) if decimals == 2 else value
    digits = f"{abs(shown):,.{decimals}f}"
    text = digits.replace(",", "\0").replace(".", manner.decimal).replace("\0", manner.group)
    return f"{MINUS}{text}" if shown < 0 else text


def plain(value: Decimal) -> str:
    """A quantity or a rate: as many decimals as it has, none for whole numbers."""
    value = value.normalize()
    exponent = value.as_tuple().exponent
    return number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def money(amount: Decimal | None, currency: str = "DKK") -> str:
    """An amount with its currency, always two decimals: `1.234,50 kr.`, `1 234,50 kr`, `DKK 1,234.50`."""
    if amount is None:
        return NOTHING
    manner = _manner()
    unit = manner.krone if currency in ("", "DKK") else currency
    parts = (unit, number(amount)) if manner.unit_first else (number(amount), unit)
    return NBSP.join(parts)


def rate(percent: Decimal | None) -> str:
    """A VAT rate: `25 %`, `25,5 %`, in English `25%`."""
    return NOTHING if percent is None else plain(percent) + _manner().percent


def local(moment: datetime) -> datetime:
    """The moment on Copenhagen's clock."""
    return timezone.localtime(moment)


def _written(pattern: Callable[[Manner], str], moment: date) -> str:
    shown = local(moment) if isinstance(moment, datetime) else moment
    return str(format_date(shown, pattern(_manner()), locale=language()))


def day(moment: date) -> str:
    """`20. november 2026`."""
    return _written(lambda manner: manner.day, moment)


def short_day(moment: date) -> str:
    """`20.11.`, with the year when it is not this one."""
    shown = local(moment) if isinstance(moment, datetime) else moment
    if shown.year == timezone.localdate().year:
        return _written(lambda manner: manner.short_day, moment)
    return _written(lambda manner: manner.short_day_with_year, moment)


def clock(moment: datetime) -> str:
    """`kl. 14.31`."""
    return local(moment).strftime(_manner().clock)


def bare_clock(moment: datetime) -> str:
    """The clock in a column of its own: `14.31`."""
    return clock(moment).removeprefix(f"kl.{NBSP}")


def when(moment: datetime) -> str:
    """Day and clock; today only the clock, this year without the year."""
    if local(moment).date() == timezone.localdate():
        return clock(moment)
    return f"{short_day(moment)} {clock(moment)}"


def ago(moment: datetime) -> str:
    """ "3 minutes ago" within the hour, else day and clock."""
    seconds = (timezone.now() - moment).total_seconds()
    if not 0 <= seconds < SECONDS_OF_AGO:
        return when(moment)
    minutes = int(seconds // 60)
    if not minutes:
        return _("just now")
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}


def iso(moment: date) -> str:
    """What a `<time datetime>` holds."""
    return local(moment).isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()
