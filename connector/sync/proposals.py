"""What the settings of a new connection are proposed to be, from the books' own chart: found by name, never made up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from accounting.base import IS_BANK, SEEMS_BANK, Choices, Option, SettingField
from connector.sync.rules import NEUTRAL, NEUTRAL_VAT, PER_RATE, names

ACCOUNTS_TO_SELL_ON = "revenue_accounts"
OUTSIDE_EU = ("uden for eu", "udenfor eu", "udland", "utland", "utenfor eu", "eksport", "export")

WORDS = {
    "account": ("mellemregning", "webshop", "nettbutikk", "kort"),
    "gift_card_account": ("gavekort", "gift"),
    "journal": ("webshop", "salg", "dag"),
    "shipping": ("fragt", "frakt", "shipping", "porto"),
    "fee": ("gebyr", "fee"),
    "discount": ("rabat", "discount"),
    "gift_card": ("gavekort", "gift"),
    "total": ("total",),
    "default": ("web", "diverse"),
    "rounding": ("øre", "ore", "afrund"),
    "zone_domestic": ("indland", "domestic", "innland"),
    "zone_eu_business": ("eu",),
    "zone_abroad": ("udland", "abroad", "utland"),
    "sales_domestic": ("salg", "omsætning", "sales"),
    "sales_eu_business": ("eu",),
    "sales_abroad": OUTSIDE_EU,
    "terms": ("netto 8", "netto", "løbende"),
    "layout": ("dansk", "standard"),
    "customer_group": ("webshop", "dansk", "indenland", "kunder"),
}
"""Setting → words in the name of what it most likely chooses, the most telling first."""
AVOIDED = {
    # What the owner owes or is owed is no clearing account, though it may be called like one.
    "account": ("ejer", "eier", "owner"),
    # A zone or an account for consumers under the One Stop Shop is named after the EU too.
    "zone_eu_business": ("oss",),
    "sales_eu_business": ("oss", *OUTSIDE_EU),
    "sales_domestic": ("oss", "eu", *OUTSIDE_EU),
}
"""Setting → words in the names of what it never chooses."""
ONLY_ONE_WILL_DO = frozenset({"layouts", "journals", "customer_groups", "terms", "zones"})
"""The lists of which the first is proposed where no name tells."""
NEVER_THE_FIRST = frozenset({"zone_abroad", "zone_eu_business"})


def defaults(choices: Choices, fields: Sequence[SettingField]) -> dict[str, str]:
    """Proposals for every setting; empty where nothing fits."""
    values = NEUTRAL | NEUTRAL_VAT
    for field in fields:
        options = choices.lists.get(field.choices, ())
        for name in names(field, values):
            values[name] = _proposal(field, name, options, choices)
    return values


def _proposal(field: SettingField, name: str, options: Sequence[Option], choices: Choices) -> str:
    rate = name.partition(PER_RATE)[2]
    if field.choices == "groups":
        return next((option.value for option in options if _gives(option.value, rate, choices)), "")
    suited = _suited(field, rate, options, choices)
    for word in WORDS.get(field.name, ()):
        for option in suited:
            if word in option.label.casefold():
                return option.value
    is_first = field.choices in ONLY_ONE_WILL_DO and field.name not in NEVER_THE_FIRST
    return suited[0].value if suited and is_first else ""


def _suited(field: SettingField, rate: str, options: Sequence[Option], choices: Choices) -> list[Option]:
    """The options that a proposal may come from."""
    avoided = AVOIDED.get(field.name, ())
    named = [option for option in options if not any(word in option.label.casefold() for word in avoided)]
    if field.choices == "items" and rate:
        return [option for option in named if _gives(option.hint, rate, choices)]
    if field.choices == ACCOUNTS_TO_SELL_ON:
        # Sales that are not at home are proposed accounts without VAT there.
        there = field.name.partition("_")[2]
        return [option for option in named if _gives(option.value, rate or "0", choices, there)]
    if field.name == "account":
        clearing = [option for option in named if option.hint == "clearing"]
        return clearing or [option for option in named if option.hint not in (SEEMS_BANK, IS_BANK)]
    return named


def _gives(group: str, rate: str, choices: Choices, there: str = "") -> bool:
    """Whether a product group gives this VAT rate at home, or an account does, or `there` in a situation of its own,
    where the provider can tell."""
    zones = choices.rates.get(group, {})
    percent = zones.get(there, next(iter(zones.values()), None))
    return percent is not None and bool(rate) and Decimal(percent) == Decimal(rate)
