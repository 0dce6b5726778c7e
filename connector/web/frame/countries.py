"""What countries are called, by their ISO 3166 codes."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import gettext as _

from connector.web.frame.format import language


def country(code: str) -> str:
    """The country's name in the user's language; the code itself where nobody knows it."""
    if code == "XI":
        # A code for VAT alone, which the tables of countries do not have.
        return _("Northern Ireland")
    return str(Locale.parse(language()).territories.get(code, code))
