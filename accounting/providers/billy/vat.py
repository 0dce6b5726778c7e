"""Which VAT rate a sale gets: by its product's ruleset: the rule for the contact, else the fallback. Pure.

The contact's country and type decide (fact sheet, section 5). Which countries belong to a country group is read with
the rulesets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounting.providers.billy import fields
from connector.core.document import Situation
from connector.core.money import digits
from connector.core.territory import EU

JSON = dict[str, Any]

HOME = "DK"
COMPANY, PERSON = "company", "person"
OUTSIDE = ("NO", "GB", "CH", "US")
"""Countries that stand for all outside the EU."""


@dataclass(frozen=True)
class Rulesets:
    """The company's VAT rulesets: `rates` in percent by id of the tax rate, `rules` by ruleset in the order in which
    they are tried, `groups` country group → its countries."""

    fallbacks: Mapping[str, str]
    rates: Mapping[str, Decimal]
    rules: Mapping[str, Sequence[JSON]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def rate(self, ruleset: str, country: str, contact_type: str) -> Decimal | None:
        """The percent of a sale to such a contact; None where it cannot be told."""
        rules = self.rules.get(ruleset, ())
        found = next((rule for rule in rules if self._fits(rule, country, contact_type)), None)
        tax_rate = fields.text(found, "taxRateId") if found else self.fallbacks.get(ruleset, "")
        return self.rates.get(tax_rate)

    def _fits(self, rule: JSON, country: str, contact_type: str) -> bool:
        wanted, group, kind = (fields.text(rule, name) for name in ("countryId", "countryGroupId", "contactType"))
        in_group = not group or country in self.groups.get(group, frozenset())
        return wanted in ("", country) and in_group and kind in ("", contact_type)

    def by_situation(self, ruleset: str) -> dict[str, str]:
        """Situation → percent, that at home first; only what is the same for every contact of the situation.

        One rate for all stands under the empty text.
        """
        if not self.rules.get(ruleset):
            only = self.rate(ruleset, HOME, PERSON)
            return {} if only is None else {"": digits(only)}
        consumers = {f"{Situation.EU_CONSUMER}@{country}": [(country, PERSON)] for country in sorted(EU - {HOME})}
        asked = {
            Situation.DOMESTIC.value: [(HOME, PERSON), (HOME, COMPANY)],
            Situation.EU_BUSINESS.value: [(country, COMPANY) for country in sorted(EU - {HOME})],
            Situation.ABROAD.value: [(country, kind) for country in OUTSIDE for kind in (PERSON, COMPANY)],
            **consumers,
        }
        found = {name: {self.rate(ruleset, *contact) for contact in contacts} for name, contacts in asked.items()}
        return {
            name: digits(rate) for name, rates in found.items() if len(rates) == 1 for rate in rates if rate is not None
        }


def read(
    rulesets: Iterable[JSON], rules: Iterable[JSON], tax_rates: Iterable[JSON], groups: Iterable[JSON]
) -> Rulesets:
    """What Billy's records say. A rate comes as 0.25."""
    sorted_rules = sorted(rules, key=lambda rule: fields.number(rule.get("priority")) or Decimal(0))
    known = {fields.text(row, "id"): fields.number(row.get("rate")) for row in tax_rates}
    named = {fields.text(row, "id"): row for row in rulesets}
    return Rulesets(
        fallbacks={ruleset: fields.text(row, "fallbackTaxRateId") for ruleset, row in named.items()},
        rates={name: rate * 100 for name, rate in known.items() if rate is not None},
        rules={name: [rule for rule in sorted_rules if fields.text(rule, "rulesetId") == name] for name in named},
        groups={fields.text(row, "id"): members(row) for row in groups},
    )


def members(group: Mapping[str, Any]) -> frozenset[str]:
    """The countries of a country group, however they are listed."""
    listed = group.get("memberCountryIds")
    found = listed.replace(",", " ").split() if isinstance(listed, str) else listed
    return frozenset(str(country) for country in found) if isinstance(found, list) else frozenset()
