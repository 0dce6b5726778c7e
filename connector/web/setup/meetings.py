"""Where the shop's VAT rates meet those of the books: what each charges in a situation, as the settings choose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.core import vat_rates
from connector.core.document import Situation
from connector.core.rules import GiftCard, Layout, MissingProduct
from connector.core.treatment import rate_there
from connector.sync import rules
from connector.web.setup.finance import Books
from connector.web.setup.situations import Kind

Values = Mapping[str, str]

NO_VAT = frozenset({Decimal(0)})
ONLY_WITH = {
    "gift_card": ("gift_card", GiftCard.LINE),
    "total": ("product_layout", Layout.TOTAL),
    "default": ("missing_product", MissingProduct.DEFAULT),
}
"""What an item is chosen for → the setting, and its value, without which no line has it."""


@dataclass(frozen=True)
class Meeting:
    """A product group or an account, the rate that the shop charges on what goes there, and the rate that the books put
    on it; both in percent, `books` None where a group has no rate in the zone."""

    place: str
    shop: Decimal
    books: Decimal | None

    @property
    def agrees(self) -> bool:
        return self.books == self.shop


def by_account(kind: Kind, values: Values, books: Books, charged: Collection[Decimal]) -> list[Meeting]:
    """The situation's accounts, each with what is `charged` there; empty where the books cannot tell."""
    labels, rates = books.choices.labels(books.vat_way.options), books.choices.rates
    found = []
    for name in kind.fields:
        account, own = values.get(name, ""), kind.rate_of(name)
        percent = rate_there(rates.get(account, {}), "", kind.situation, _consumers(kind))
        if percent is not None:
            here = charged if own is None else [own]
            found += [Meeting(labels.get(account, account), rate, Decimal(percent)) for rate in here]
    return found


def _consumers(kind: Kind) -> str:
    """The country whose private persons pay its own VAT; empty in every other situation."""
    return kind.land if kind.situation == Situation.EU_CONSUMER else ""


def by_zone(kind: Kind, values: Values, books: Books, home: str, day: date) -> list[Meeting]:
    """What the shop charges there today and what the books will: of every product group that the settings choose.

    Goods stay in the group of their rate at home, wherever they are sold; shipping and fees have an item for each
    rate. Empty where the books cannot tell, or no group is chosen.
    """
    labels, zone = books.choices.labels("groups"), values.get(kind.fields[0], "")
    expected = dict.fromkeys(_expected(kind, values, books, home, day))
    rates = books.choices.rates
    return [
        Meeting(labels.get(group, group), charged, _books_rate(rates[group], zone))
        for group, charged in expected
        if group in rates
    ]


def _books_rate(zones: Mapping[str, str], zone: str) -> Decimal | None:
    return Decimal(zones[zone]) if zone in zones else None


def _expected(kind: Kind, values: Values, books: Books, home: str, day: date) -> Iterator[tuple[str, Decimal]]:
    """(product group, the rate that the shop charges on what is in it)."""
    in_use = rules.rates(values)
    charged = charged_rates(kind, values, day)
    for rate in in_use:
        if rate in charged:
            yield from ((group, rate) for group in _groups(rate, values, books) if group)
    usual = vat_rates.standard_rate(kind.land, day) if kind.land and kind.land != home else Decimal(0)
    at_home = vat_rates.rates(home, day) or frozenset(in_use)
    if kind.land != home and usual is not None:
        goods = (values.get(f"product_group{rules.PER_RATE}{rate}", "") for rate in in_use if rate and rate in at_home)
        yield from ((group, usual) for group in goods if group)


def _groups(rate: Decimal, values: Values, books: Books) -> Iterator[str]:
    """The groups of what is made, or chosen, for one rate."""
    yield values.get(f"product_group{rules.PER_RATE}{rate}", "")
    # The hint of an item is its group wherever rates go by groups.
    groups = {item.value: item.hint for item in books.choices.lists.get("items", ())}
    for name in rules.ITEMS:
        setting, wanted = ONLY_WITH.get(name, ("", ""))
        if values.get(setting, "") == wanted:
            yield groups.get(values.get(f"{name}{rules.PER_RATE}{rate}", ""), "")


def charged_rates(kind: Kind, values: Values, day: date) -> frozenset[Decimal]:
    """The rates that the shop charges there on this day, as far as the settings and the table of rates know."""
    if not kind.land:
        return NO_VAT
    known = vat_rates.rates(kind.land, day)
    if kind.id.startswith(Situation.EU_CONSUMER):
        return known
    in_use = frozenset(rules.rates(values))
    return (in_use & (known | NO_VAT)) if known else in_use
