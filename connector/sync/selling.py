"""What lines are sold as, where that is a service product (account × way of VAT): which are missing, and making them.

Names are Danish, as the books are. As with items (`creating`), the number is ours to give, and is looked up before
anything is sent and again afterwards; nothing is saved here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from accounting.base import AccountingProvider, Choices, Option, SettingField
from connector.core.document import Situation
from connector.core.money import digits
from connector.core.treatment import rate_there
from connector.sync import proposals, rules
from connector.sync.creating import Made
from connector.sync.rules import Values
from connector.sync.wishes import Wish

BEGINNING = "sales_"
NAMES = {
    Situation.DOMESTIC.value: ("VARE", "Vare"),
    Situation.EU_BUSINESS.value: ("VARE-EU", "Vare til EU-virksomheder"),
    Situation.ABROAD.value: ("VARE-UDLAND", "Vare uden for EU"),
}
"""Situation → what its product's number begins with, and what it is called."""
ITEMS, SOLD_AS = "items", "revenue_accounts"


def missing(values: Values, provider: type[AccountingProvider], choices: Choices) -> list[Wish]:
    """The service products that the settings could choose and do not, or whose chosen one is gone; those with an
    account and a way of VAT to make them of."""
    if not provider.sells_by_product:
        return []
    known = choices.labels(SOLD_AS)
    fields = [field for field in provider.setting_fields if _situation(field.name) in NAMES]
    lacking = [
        (field, name) for field in fields for name in rules.names(field, values) if values.get(name, "") not in known
    ]
    found = (_wish(field, name, choices) for field, name in lacking)
    return [wish for wish in found if wish.groups]


def _situation(name: str) -> str:
    return name.removeprefix(BEGINNING) if name.startswith(BEGINNING) else ""


def _wish(field: SettingField, name: str, choices: Choices) -> Wish:
    situation, at, percent = _situation(field.name), *name.partition(rules.PER_RATE)[1:]
    begins, called = NAMES[situation]
    rate = Decimal(percent or 0)
    number = f"{begins}-{digits(rate)}" if at else begins
    words = f"{called}, {digits(rate).replace('.', ',')} % moms" if rate else f"{called}{' uden moms' if at else ''}"
    return Wish(number, words, rate, name, tuple(_fitting(field.name, situation, rate, choices)))


def _fitting(field: str, situation: str, rate: Decimal, choices: Choices) -> list[Option]:
    """The pairs that give this VAT there, the likeliest by name first."""
    told, avoided = proposals.WORDS.get(field, ()), proposals.AVOIDED.get(field, ())

    def place(pair: Option) -> tuple[bool, bool]:
        name = pair.label.casefold()
        return any(word in name for word in avoided), not any(word in name for word in told)

    pairs = [pair for pair in choices.lists.get("groups", ()) if _gives(pair.value, situation, rate, choices)]
    return sorted(pairs, key=place)


def _gives(pair: str, situation: str, rate: Decimal, choices: Choices) -> bool:
    percent = rate_there(choices.rates.get(pair, {}), "", situation)
    return percent is not None and Decimal(percent) == rate


def with_made(choices: Choices, made: Collection[Made]) -> Choices:
    """The choices with what was made, where a list does not show it yet."""
    known, new = choices.labels(SOLD_AS), {each.item.chosen_by: each for each in made}
    added = [Option(value, each.item.name, each.item.group) for value, each in new.items() if value not in known]
    lists = {name: [*choices.lists.get(name, ()), *added] for name in (ITEMS, SOLD_AS)}
    rates = {option.value: choices.rates[option.hint] for option in added if option.hint in choices.rates}
    return replace(choices, lists={**choices.lists, **lists}, rates={**choices.rates, **rates})


def chosen(made: Collection[Made]) -> Iterator[tuple[str, str]]:
    """Setting → what it chooses now."""
    return ((each.wish.field, each.item.chosen_by) for each in made)
