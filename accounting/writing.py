"""How requests are written, for every provider: JSON without floats, texts that fit, names of countries. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel import Locale

from connector.core.errors import NeedsSetup

LARGEST = 10**15
"""From here on no books hold an amount."""


class Exact(Decimal):
    """A number that is no amount, and is written with all its digits: an exchange rate."""


def encode(body: Mapping[str, Any]) -> bytes:
    """`body` as UTF-8 JSON; Decimals become numbers of at most two decimals and never pass through a float."""
    return _text(body).encode()


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(str(name))}:{_text(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(part) for part in value) + "]"
    if isinstance(value, Exact):
        return format(value, "f")
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, str | int):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{type(value).__name__} has no place in a request")


def _number(value: Decimal) -> str:
    """Raises ValueError for more than two decimals or more digits than an amount has."""
    if value != round(value, 2) or abs(value) >= LARGEST:
        raise ValueError(f"{value} is no amount of two decimals")
    return format(value, "f")


def cut(text: str, most: int) -> str:
    """A descriptive text, cut to `most` signs as servers count them: an emoji is two. Half a sign is dropped."""
    return text.encode("utf-16-le", "replace")[: 2 * most].decode("utf-16-le", "ignore").strip()


def whole(text: str, most: int, fact: str, order: str) -> str:
    """A text that identifies something. Raises NeedsSetup when it does not fit: cut, it would name something else."""
    clean = text.strip()
    if cut(clean, most) != clean:
        raise NeedsSetup("fact-missing", fact=fact, order=order)
    return clean


def ean_number(text: str, order: str) -> str:
    """An EAN of 13 digits, or nothing. Raises NeedsSetup for what is none."""
    number = text.replace(" ", "")
    if number and not (len(number) == 13 and number.isascii() and number.isdigit()):
        raise NeedsSetup("fact-missing", fact="ean", order=order)
    return number


def country_name(code: str) -> str:
    """The country as it stands on a Danish invoice; the code itself where it has no name."""
    return str(Locale("da").territories.get(code, code))
