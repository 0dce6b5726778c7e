"""Identifiers in legacy addresses (fact sheet, 4.3): AB_1.5 is read at /products/AB_8_1_11_5."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

ESCAPES = {
    "<": "_0_",
    ">": "_1_",
    "*": "_2_",
    "%": "_3_",
    ":": "_4_",
    "&": "_5_",
    "/": "_6_",
    "\\": "_7_",
    "_": "_8_",
    " ": "_9_",
    "?": "_10_",
    ".": "_11_",
    "#": "_12_",
    "+": "_13_",
}
_BACK = {escape: character for character, escape in ESCAPES.items()}


def escape(key: str) -> str:
    """`key` as it stands in a legacy address."""
    return quote("".join(ESCAPES.get(character, character) for character in key), safe="-")


def unescape(segment: str) -> str:
    """The key behind an address segment, whether or not it is percent-encoded."""
    return re.sub(r"_\d{1,2}_", lambda found: _BACK.get(found[0], found[0]), unquote(segment))


def last_segment(address: str) -> str:
    """The key at the end of a `self` address."""
    return unescape(address.split("?")[0].rstrip("/").rsplit("/", 1)[-1])


NOT_WHOLE = -1
LONGEST_WHOLE = 18


def whole(text: str) -> int:
    """The whole number that `text` writes in plain digits, NOT_WHOLE when it does not."""
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_WHOLE
    return int(text) if plain else NOT_WHOLE


def wholes(texts: Iterable[str]) -> list[int] | None:
    """The whole numbers of `texts` in order, each once; None when any is not written in plain digits."""
    numbers = {whole(text) for text in texts}
    return None if NOT_WHOLE in numbers else sorted(numbers)
