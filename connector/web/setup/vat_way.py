"""How the books' VAT is chosen for each kind of sale: by a zone, or by the account that the sale is booked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounting.base import AccountingProvider, Choices, SettingField
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.frame.words import SITUATIONS
from connector.web.setup.labels import REVENUE_ACCOUNTS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text
else:
    Text = str

Provider = type[AccountingProvider]


@dataclass(frozen=True)
class VatWay:
    """One of the three ways: the third are service products, which are chosen like accounts.

    `beginning` is what its settings' names begin with, the situation follows; `options` the list of `Choices` that they
    choose from. The texts are what its page and the links to it are called; `of_country` takes a %(country)s.
    """

    beginning: str
    options: str
    by_account: bool
    by_product: bool
    title: Text
    see: Text
    change: Text
    of_country: Text

    def field(self, situation: str, land: str = "") -> str:
        """The setting of a situation: `zone_abroad`, `sales_eu_consumer@FI` …"""
        return f"{self.beginning}{situation}{rules.PER_COUNTRY}{land}" if land else f"{self.beginning}{situation}"

    def settings(self, provider: Provider) -> list[SettingField]:
        """The provider's settings that choose it."""
        return [setting for setting in provider.setting_fields if setting.name.startswith(self.beginning)]

    def names(self, provider: Provider, values: Mapping[str, str]) -> list[str]:
        """The names under which they are saved, without those of single countries."""
        return [name for setting in self.settings(provider) for name in rules.names(setting, values)]


BY_ZONE = VatWay(
    beginning="zone_",
    options="zones",
    by_account=False,
    by_product=False,
    title=_("VAT zones"),
    see=_("See the VAT zones"),
    change=_("Change the VAT zones"),
    of_country=_("VAT zone for sales to private persons in %(country)s"),
)
BY_ACCOUNT = VatWay(
    beginning="sales_",
    options=REVENUE_ACCOUNTS,
    by_account=True,
    by_product=False,
    title=_("VAT and sales accounts"),
    see=_("See the sales accounts"),
    change=_("Change the sales accounts"),
    of_country=_("Account for sales to private persons in %(country)s"),
)

BY_PRODUCT = replace(
    BY_ACCOUNT,
    by_product=True,
    title=_("VAT and products"),
    see=_("See the products that sales are sold as"),
    change=_("Change the products that sales are sold as"),
    of_country=_("Product for sales to private persons in %(country)s"),
)


def vat_way(provider: Provider) -> VatWay:
    """How VAT is chosen in these books."""
    if provider.sells_by_product:
        return BY_PRODUCT
    return BY_ACCOUNT if provider.sells_by_account else BY_ZONE


def chosen(provider: Provider, choices: Choices, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(kind of sale, its zone or account) in the provider's order, one for each VAT rate or country with its own."""
    way = vat_way(provider)
    known = choices.labels(way.options)
    return [
        (words, known.get(values.get(name, ""), values.get(name, "")) or written.NOTHING)
        for setting in way.settings(provider)
        for words, name in _told(setting, values)
    ]


def _told(setting: SettingField, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What each of a setting's names is for, and the name."""
    words = str(SITUATIONS.get(setting.name.partition("_")[2], setting.name))
    prefix = f"{setting.name}{rules.PER_COUNTRY}"
    if setting.per_country:
        lands = [name.removeprefix(prefix) for name, value in values.items() if name.startswith(prefix) and value]
        yield from ((f"{words}: {country(land)}", f"{prefix}{land}") for land in sorted(lands, key=country))
        return
    for name in rules.names(setting, values):
        rate = name.partition(rules.PER_RATE)[2]
        yield f"{words}, {written.rate(Decimal(rate))}" if rate else words, name
