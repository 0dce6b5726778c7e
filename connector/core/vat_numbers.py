"""What a VAT number of each EU country looks like. Whether it exists only the EU's register (VIES) can say."""

from __future__ import annotations

import re

PREFIXES = {"GR": "EL"}
"""Countries whose VAT numbers do not begin with their ISO code."""

# https://ec.europa.eu/taxation_customs/vies/#/faq, "What is the format of a VAT number?"
FORMATS = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "ES": r"[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "GR": r"\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}",
    "LT": r"\d{9}|\d{12}",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"\d{9}|\d{12}|GD\d{3}|HA\d{3}",
}
"""Country → the number without its prefix."""


def well_formed(number: str, country: str) -> bool:
    """Whether `number` has the form of a VAT number of this country (ISO 3166 alpha-2), with its prefix or without."""
    form = FORMATS.get(country)
    if form is None:
        return False
    clean = re.sub(r"[\s.\-]", "", number).upper()
    return bool(re.fullmatch(f"(?:{PREFIXES.get(country, country)})?(?:{form})", clean, re.ASCII))
