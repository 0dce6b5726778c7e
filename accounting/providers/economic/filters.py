"""Conditions and identifiers as e-conomic wants them in addresses (fact sheet, sections 4.2 and 4.3).

The documented escape table is wrong in parts; what stands here was probed on the live server on 2026-08-14.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

LONGEST_LIST = 200
"""Values in one `$in:` list; 201 are answered with 400."""
LONGEST_TEXT = 1500
"""Signs of one URL-encoded list: the servers that hold an address to 2,048 signs are many, and nobody has said."""

SPECIAL = frozenset("$()*,[]")

# Docs: https://restdocs.e-conomic.com/#specific-characters-in-the-resource-url
SEGMENT = {
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


def segment(key: str) -> str:
    """`key` as one segment of a legacy address: AB_1.5 is read at /products/AB_8_1_11_5.

    Raises ValueError for an empty key: it would turn one thing's address into the whole collection's.
    """
    if not key:
        raise ValueError("an address needs a key")
    return quote("".join(SEGMENT.get(sign, sign) for sign in key), safe="-")


def equal(name: str, value: str | int) -> str:
    """`name` is `value`. `$` and `)` must be escaped; `[` and `]` must not, else nothing matches."""
    return f"{name}$eq:{_escaped(str(value))}"


def contains(name: str, value: str) -> str:
    """`name` has `value` somewhere in it. Here `[` opens a character class, so it is written `[[]`."""
    return f"{name}$like:{_escaped(value).replace('[', '[[]').replace('*', '$*')}"


def one_of(name: str, values: Iterable[str]) -> str:
    """`name` is one of `values`, each of them `listable`."""
    return f"{name}$in:[{','.join(values)}]"


def both(*conditions: str) -> str:
    """All `conditions` hold."""
    return "$and:".join(conditions)


def listable(value: str) -> bool:
    """Whether `value` can stand in an `$in:` list; how a list takes escaped signs was never seen."""
    return not SPECIAL.intersection(value)


def lists(values: Iterable[str], most: int = LONGEST_LIST) -> Iterator[list[str]]:
    """`values` in portions that fit one condition each."""
    portion: list[str] = []
    length = 0
    for value in values:
        size = len(quote(value)) + len("%2C")
        if portion and (len(portion) == most or length + size > LONGEST_TEXT):
            yield portion
            portion, length = [], 0
        portion.append(value)
        length += size
    if portion:
        yield portion


def _escaped(value: str) -> str:
    return value.replace("$", "$$").replace(")", "$)")
