"""Shoporama's values, read tolerantly: the JSON types of an order are documented nowhere (fact sheet, section 4)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connector.core.money import digits

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
"""Times come without a zone (section 2)."""

LARGEST = Decimal(10) ** 9
"""Amounts and quantities beyond this are no amounts; it keeps every product within a Decimal's precision."""

LONGEST_ID = 12
"""Digits."""

_UNIT = re.compile(r"(?i)kr\.?|dkk|nok|sek|eur|€|%|\s")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YES = frozenset({"1", "true", "yes", "ja", "paid", "betalt", "captured"})
_FIRST_SECOND, _LAST_SECOND = 946_684_800, 4_102_444_800
"""The years 2000 to 2100, in seconds since the epoch: any smaller number is not a moment."""


def first(raw: Mapping[str, Any], names: Sequence[str]) -> Any:
    """The value under the first of `names` that says something; None when none does."""
    for name in names:
        value = raw.get(name)
        if value is not None and value != "":
            return value
    return None


def text(value: object) -> str:
    """A name as a person would write it: entities decoded, blanks single, no control characters, no half emoji."""
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        return ""
    signs = (_sign(sign) for sign in html.unescape(str(value)))
    return " ".join("".join(signs).split())


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cs":
        return ""
    return " " if kind == "Cc" else sign


def number(value: object) -> Decimal | None:
    """A number, or a text with a decimal point or comma, perhaps with thousands marks; None for anything else.

    Raises TypeError for a float: the JSON must have been read with decimals.
    """
    if isinstance(value, float):
        raise TypeError("an amount must not have been a float")
    if isinstance(value, str):
        value = _written(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    found = Decimal(value)
    return found if found.is_finite() else None


def amount(value: object) -> Decimal | None:
    """A number that can be an amount of money or a quantity; None for anything else."""
    found = number(value)
    return found if found is not None and abs(found) < LARGEST else None


def _written(said: str) -> Decimal | None:
    plain = _UNIT.sub("", said).replace("−", "-")
    for thousands, point in ((".", ","), (",", ".")):
        # The mark that comes last, and only once, is the decimal one.
        if plain.count(thousands) > 1 or (thousands in plain and plain.rfind(point) > plain.rfind(thousands)):
            plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def whole_id(value: object) -> str:
    """An id of Shoporama's, which are whole numbers above 0 (sections 3 and 4), as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    said = str(value).strip().lstrip("0")
    return said if said.isascii() and said.isdigit() and len(said) <= LONGEST_ID else ""


def flag(value: object) -> bool:
    """Whether something is so: 0/1 as number or text, true/false, a word, or the moment when it became so."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in _YES:
        return True
    return moment(value) is not None or bool(number(value))


def moment(value: object) -> datetime | None:
    """An aware time from `YYYY-MM-DD`, with or without a clock and a zone, or from seconds since the epoch.

    None for anything else, among it the zero date. A time without a zone is Copenhagen's.
    """
    if isinstance(value, str) and _DATE.match(value.strip()):
        return _written_moment(value.strip())
    seconds = number(value)
    if seconds is None or not _FIRST_SECOND <= seconds < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _written_moment(said: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        return None
    if not 2000 <= read.year < 2100:
        return None
    return read if read.tzinfo else read.replace(tzinfo=COPENHAGEN)


def percent(value: object) -> Decimal | None:
    """A VAT rate in percent; a fraction below 1 is one of 1 (no rate is below one percent). None when it is no rate."""
    rate = amount(value)
    if rate is None or not 0 <= rate < 100:
        return None
    return Decimal(digits(rate * 100 if 0 < rate < 1 else rate))
