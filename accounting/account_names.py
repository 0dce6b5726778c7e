"""What an account seems to be, by its name: most systems do not mark banks and clearing accounts as such. Pure."""

from __future__ import annotations

import re

BANK, CLEARING = "bank", "clearing"

CLEARING_WORDS = re.compile(r"mellemregn|mellomregn|mellemkonto|interim|clearing|webshop|nettbutikk|indløser|innløser")
BANK_WORDS = re.compile(r"bank|giro|kasse|likvid|kreditforening")
# "kort" of a card, neither of a gift card nor of a short-term debt.
CARD_WORDS = re.compile(r"(?<!gave)kort(?!frist)")


def hint_of(name: str) -> str:
    """The hint of a balance account called `name` (`Option.hint`): "bank", "clearing", or empty where it says
    neither."""
    low = name.lower()
    if CLEARING_WORDS.search(low):
        return CLEARING
    if BANK_WORDS.search(low):
        return BANK
    return CLEARING if CARD_WORDS.search(low) else ""
