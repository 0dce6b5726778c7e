"""The VAT rate of a line: what its product's ruleset says about the contact (fact sheet, section 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .model import Json

if TYPE_CHECKING:
    from .company import Company


def rate_of(company: Company, product: Json, contact: Json) -> tuple[str | None, int]:
    """The tax rate's id and its hundredths of a percent; without VAT (None, 0)."""
    tables = company.books.tables
    ruleset = tables["salesTaxRulesets"].get(product["salesTaxRulesetId"] or company.default_ruleset or "")
    if ruleset is None or not company.has_vat:
        return None, 0
    rules = sorted(company.books.children("salesTaxRules", "rulesetId", ruleset["id"]), key=_priority)
    fitting = (rule["taxRateId"] for rule in rules if _fits(company, rule, contact))
    rate = tables["taxRates"].get(next(fitting, ruleset["fallbackTaxRateId"]))
    return (rate["id"], rate["rate"]) if rate else (None, 0)


def _priority(rule: Json) -> Any:
    return rule["priority"]


def _fits(company: Company, rule: Json, contact: Json) -> bool:
    group = company.books.tables["countryGroups"].get(rule["countryGroupId"] or "")
    members = group["memberCountryIds"].split(",") if group else [contact["countryId"]]
    return (
        rule["countryId"] in (None, contact["countryId"])
        and contact["countryId"] in members
        and rule["contactType"] in (None, contact["type"])
    )
