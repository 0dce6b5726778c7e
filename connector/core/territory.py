"""Where a sale went, as VAT sees it: home, elsewhere in the EU's VAT area, or outside.

Country alone does not tell (bookkeeping rule 14): some parts of countries lie outside the area, and shops give them
the country's own code as often as one of theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    # Northern Ireland: goods follow the EU's VAT (Windsor Framework, article 8 and annex 3).
    "XI",
})  # fmt: skip
"""The EU's VAT area for goods, by ISO 3166 alpha-2."""

COUNTS_AS = {"MC": "FR"}
"""A sale to Monaco is one to France (VAT Directive 2006/112/EC, article 7)."""


class Territory(StrEnum):
    """Whose VAT rules a sale falls under, seen from the seller's country."""

    HOME = "home"
    EU = "eu"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Part:
    """A part of a country that VAT treats apart: its own code and the postcodes that tell it."""

    code: str
    country: str
    postcodes: str
    """A regular expression over the whole postcode, without blanks."""

    def holds(self, country: str, postcode: str) -> bool:
        """Whether an address lies in it; the postcode may begin with the country's or the part's own code."""
        if country != self.country:
            return False
        return bool(re.fullmatch(rf"(?:(?:{self.country}|{self.code})-?)?(?:{self.postcodes})", postcode))


PARTS = (
    # Greenland left the EU in 1985: TFEU, article 355(2) and annex II.
    Part("GL", "DK", r"39\d\d"),
    # The Faroes never joined: TFEU, article 355(5)(a). Their postcodes have three digits.
    Part("FO", "DK", r"[1-9]\d\d"),
    # Åland: VAT Directive, article 6(1)(d).
    Part("AX", "FI", r"22\d{3}"),
    # The Canary Islands: article 6(1)(b). Ceuta and Melilla: article 6(2)(c) and (d).
    Part("IC", "ES", r"3[58]\d{3}"),
    Part("EA", "ES", r"5[12]\d{3}"),
    # The French departments and communities overseas: article 6(1)(c); those of 355(2) TFEU are no part of the EU.
    Part("FR-OM", "FR", r"97\d{3}|98[4-9]\d\d"),
    # Mount Athos: article 6(1)(a).
    Part("GR-69", "GR", r"6308[67]"),
    # Campione: article 6(1)(f). Livigno: article 6(2)(e).
    Part("IT-CAMPIONE", "IT", r"22061"),
    Part("IT-LIVIGNO", "IT", r"23041"),
    # Heligoland and Büsingen: article 6(2)(a) and (b).
    Part("DE-HELGOLAND", "DE", r"27498"),
    Part("DE-BÜSINGEN", "DE", r"78266"),
    # Svalbard and Jan Mayen lie outside Norway's VAT area: merverdiavgiftsloven § 1-2.
    Part("SJ", "NO", r"917\d|8099"),
    # Northern Ireland: Windsor Framework, article 8.
    Part("XI", "GB", r"BT\d.*"),
)


def place(country: str, postcode: str) -> str:
    """The country (ISO 3166 alpha-2), or the part of one, that an address counts as; empty for no country."""
    code = COUNTS_AS.get(country.strip().upper(), country.strip().upper())
    clean = re.sub(r"\s", "", postcode).upper()
    return next((part.code for part in PARTS if part.holds(code, clean)), code)


def territory(country: str, postcode: str, home: str = "DK") -> Territory:
    """Where an address lies, seen from a seller in `home`. An address without a country is taken for one at home.

    To a seller outside the EU everything that is not home is outside.
    """
    where = place(country or home, postcode)
    if where == home:
        return Territory.HOME
    return Territory.EU if home in EU and where in EU else Territory.OUTSIDE
