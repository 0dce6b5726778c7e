"""Which country an order means: Shoporama gives ids of its own `/country`, or names, perhaps codes (section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale

from shops.adapters.shoporama.values import first, text

CODE_KEYS = ("iso", "iso_code", "code", "country_code", "alpha2")
ID_KEYS = ("country_id", "id")
NAME_KEYS = ("name", "country_name", "title", "country")

_LANGUAGES = ("da", "en", "nb", "sv", "de")
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_OTHER_CODES = {"UK": "GB", "EL": "GR"}
_OTHER_NAMES = {"holland": "NL", "england": "GB", "great britain": "GB", "united states of america": "US"}


@cache
def codes_by_name() -> Mapping[str, str]:
    """Country name, in lower case and the languages of the shops we know → ISO 3166 alpha-2."""
    found = dict(_OTHER_NAMES)
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                found.setdefault(name.casefold(), code)
    return found


@cache
def codes() -> frozenset[str]:
    """Every ISO 3166 alpha-2 code."""
    return frozenset(codes_by_name().values())


def from_word(word: str) -> str:
    """The code that a code or a name means; empty when it means none."""
    capitals = word.upper()
    if capitals in codes():
        return capitals
    return _OTHER_CODES.get(capitals) or codes_by_name().get(word.casefold(), "")


def table(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The rows of `/country` as id → ISO code, by code or, where a row has none, by name; unknown ones left out."""
    found = {}
    for row in rows:
        words = (text(first(row, keys)) for keys in (CODE_KEYS, NAME_KEYS))
        code = next(filter(None, map(from_word, words)), "")
        if code:
            found[text(first(row, ID_KEYS))] = code
    return found


def country(stated: Sequence[object], ids: Mapping[str, str]) -> str | None:
    """The ISO code of the first of `stated` (codes, names, ids) that is known.

    Empty when nothing is stated; None when something is and none of it is known.
    """
    words = [word for value in stated if (word := text(value)) not in ("", "0")]
    known = (from_word(word) or ids.get(word, "") for word in words)
    return next(filter(None, known), None if words else "")
