"""Items that the books lack: under which number and name each could be made, and in which product groups.

Names are Danish, as the books are. Numbers are the same whoever asks, so that an item whose making was not answered
is known again. Pure; `creating` makes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from accounting.base import AccountingProvider, Choices, Item, Option, SettingField
from connector.core.money import digits
from connector.core.order import LineKind, Order
from connector.core.rules import TEXTS
from connector.sync import rules
from connector.sync.rules import Values

PRODUCT = "product:"
"""What begins the key of a product of the shop; its number follows."""
TRIES = 9
"""So many numbers are tried where the first are taken."""
HOME = "DK"

NUMBERS = {
    "shipping": "FRAGT",
    "fee": "GEBYR",
    "rounding": "ORE",
    "discount": "RABAT",
    "total": "TOTAL",
    "gift_card": "GAVEKORT",
    "default": "VARE",
}
"""What an item is for → what its number begins with; in the order in which they are offered."""
NAMES = {"default": "product_text"}
"""What an item is for → the document's word that it is called by, where that is not `<purpose>_text`."""
ONLY_WHERE_NEEDED = frozenset({"total", "gift_card", "default"})
"""Offered only where the settings make them necessary."""
LIKELY = {"shipping": ("fragt", "frakt"), "fee": ("gebyr", "fragt"), "rounding": ("øre", "afrund")}
"""What an item is for → words in the name of the product group that it most likely belongs to."""


@dataclass(frozen=True)
class Wish:
    """An item that could be made.

    `field` is the setting that is to choose it; empty for a product of the shop, whose number is the shop's own.
    `groups` are the product groups whose VAT is `rate`, the likeliest first; none where the owner must make one.
    """

    number: str
    name: str
    rate: Decimal
    field: str = ""
    groups: tuple[Option, ...] = ()

    @property
    def key(self) -> str:
        """Names the wish in a form."""
        return self.field or f"{PRODUCT}{self.number}"

    @property
    def numbers(self) -> list[str]:
        """The numbers that it may get, in their order. A product of the shop has its own and no other."""
        return [self.number] + [f"{self.number}-{n}" for n in range(2, TRIES + 1) if self.field]

    def chosen_group(self, posted: str) -> str:
        """The group that was chosen, the likeliest where none was; empty where that is none of its own."""
        fitting = [group.value for group in self.groups]
        chosen = posted or next(iter(fitting), "")
        return chosen if chosen in fitting else ""

    def is_met_by(self, item: Item) -> bool:
        """Whether this item is what would be made. The group that somebody chose need not be its own: its VAT is what
        counts. A product of the shop is whatever carries its number."""
        has_the_vat = item.group in {group.value for group in self.groups}
        return not self.field or (not item.barred and item.name == self.name and has_the_vat)


def for_settings(values: Values, provider: type[AccountingProvider], choices: Choices) -> list[Wish]:
    """The items that a setting could choose and does not, or whose chosen one is gone.

    None where the provider does not tell which VAT a group gives: then an item would be made blindly.
    """
    if not (provider.capabilities.creates_products and choices.rates):
        return []
    fields = {field.name: field for field in provider.setting_fields if field.choices == "items"}
    known = choices.labels("items")
    lacking = [
        (purpose, name)
        for purpose in NUMBERS
        if purpose in fields and _may_be_needed(purpose, fields[purpose], values)
        for name in rules.names(fields[purpose], values)
        if values.get(name, "") not in known
    ]
    return [_wish(purpose, name, values, choices) for purpose, name in lacking]


def _may_be_needed(purpose: str, field: SettingField, values: Values) -> bool:
    return purpose not in ONLY_WHERE_NEEDED or rules.is_required(field, values)


def _wish(purpose: str, field: str, values: Values, choices: Choices) -> Wish:
    per_rate = field.partition(rules.PER_RATE)[2]
    rate = Decimal(per_rate or 0)
    word = TEXTS[NAMES.get(purpose, f"{purpose}_text")]
    number = f"{NUMBERS[purpose]}-{digits(rate)}" if per_rate else NUMBERS[purpose]
    name = _with_vat(word, rate) if per_rate else word
    groups = _in_order(fitting(rate, values, choices), rate, values, LIKELY.get(purpose, ()))
    return Wish(number, name, rate, field, groups)


def _with_vat(word: str, rate: Decimal) -> str:
    return f"{word}, {digits(rate).replace('.', ',')} % moms" if rate else f"{word} uden moms"


def for_orders(
    orders: Iterable[Order],
    known: Collection[str],
    values: Values,
    provider: type[AccountingProvider],
    choices: Choices,
) -> list[Wish]:
    """The products of these orders that are not `known`, each once. One whose number is too long cannot be made."""
    if not (provider.capabilities.creates_products and choices.rates):
        return []
    found: dict[str, Wish] = {}
    for order in orders:
        for line in order.lines:
            if line.kind is not LineKind.PRODUCT or not line.sku or line.sku in known or line.sku in found:
                continue
            if len(line.sku) <= (provider.capabilities.max_item_number or len(line.sku)):
                rate = line.vat_rate if order.destination.country in ("", HOME) else _home_rate(values, choices)
                groups = _in_order(fitting(rate, values, choices), rate, values)
                found[line.sku] = Wish(line.sku, line.name, rate, groups=groups)
    return list(found.values())


def _home_rate(values: Values, choices: Choices) -> Decimal:
    """The VAT at home of a product that was sold abroad, where its line does not say: the highest that there is."""
    at_home = [rate for rate in rules.rates(values) if _giving(rate, [values.get("zone_domestic", "")], choices)]
    return max(at_home, default=Decimal(0))


# --- product groups ---------------------------------------------------------------------------------------------------
def fitting(rate: Decimal, values: Values, choices: Choices) -> list[Option]:
    """The product groups whose VAT at home is `rate`; else those that give it to consumers of another EU country."""
    abroad = [zone for name, zone in values.items() if name.startswith("zone_eu_consumer@") and zone]
    return _giving(rate, [values.get("zone_domestic", "")], choices) or (_giving(rate, abroad, choices) if rate else [])


def _giving(rate: Decimal, zones: Iterable[str], choices: Choices) -> list[Option]:
    wanted = list(zones)
    return [
        group
        for group in choices.lists.get("groups", ())
        if any(_is(choices.rates.get(group.value, {}).get(zone), rate) for zone in wanted)
    ]


def _is(percent: str | None, rate: Decimal) -> bool:
    return percent is not None and Decimal(percent) == rate


def _in_order(groups: Iterable[Option], rate: Decimal, values: Values, words: Iterable[str] = ()) -> tuple[Option, ...]:
    """Those of a telling name first, then the one that new products go to, then as the books list them."""
    told = tuple(words)
    usual = values.get(f"product_group{rules.PER_RATE}{digits(rate)}", "")

    def place(group: Option) -> tuple[bool, bool]:
        return not any(word in group.label.casefold() for word in told), group.value != usual

    return tuple(sorted(groups, key=place))


def without_group(wishes: Iterable[Wish]) -> Iterator[Decimal]:
    """The VAT rates for which no product group fits, each once."""
    return iter(dict.fromkeys(wish.rate for wish in wishes if not wish.groups))


def likely_number(wish: Wish, choices: Choices) -> str:
    """The number that it will get, as far as is known: the books are asked again before it is made."""
    listed = {option.value: option for option in choices.lists.get("items", ())}
    for number in wish.numbers:
        there = listed.get(number)
        if there is None or wish.is_met_by(Item(number, there.label.removeprefix(number).strip(), group=there.hint)):
            return number
    return wish.number
