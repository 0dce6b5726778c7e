"""`include=invoice.lines:embed,invoice.contact`: what else an answer holds (fact sheet, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from . import views
from .call import Call
from .model import Json
from .shapes import SHAPES


class Relation(NamedTuple):
    """Which resource, and the rows of it that one shown record has; `many` when there can be several."""

    resource: str
    rows: Callable[[Call, Json], list[Json]]
    many: bool = True


def _one(resource: str, name: str) -> Relation:
    def rows(call: Call, shown: Json) -> list[Json]:
        found = call.company.books.tables[resource].get(shown[name] or "")
        return [views.record(call, resource, found)] if found else []

    return Relation(resource, rows, many=False)


def _many(resource: str, name: str) -> Relation:
    def rows(call: Call, shown: Json) -> list[Json]:
        found = call.company.books.children(resource, name, shown["id"])
        return [views.record(call, resource, child) for child in found]

    return Relation(resource, rows)


def _lines(call: Call, shown: Json) -> list[Json]:
    return views.lines(call, call.company.books.invoices[shown["id"]])


def _modifiers(call: Call, shown: Json) -> list[Json]:
    lag = call.switch("paid_lag_seconds")
    found = call.company.books.invoices[shown["id"]].modifiers
    return [views.modifier(call, row) for row in found if not lag or row.made <= call.now - lag]


def _associations(call: Call, shown: Json) -> list[Json]:
    return [views.modifier(call, row) for row in call.company.books.payments[shown["id"]].modifiers]


RELATIONS: Mapping[tuple[str, str], Relation] = {
    ("invoice", "lines"): Relation("invoiceLines", _lines),
    ("invoice", "balanceModifiers"): Relation("balanceModifiers", _modifiers),
    ("invoice", "contact"): _one("contacts", "contactId"),
    ("contact", "contactPersons"): _many("contactPersons", "contactId"),
    ("contact", "country"): _one("countries", "countryId"),
    ("contactPerson", "contact"): _one("contacts", "contactId"),
    ("product", "prices"): _many("productPrices", "productId"),
    ("product", "account"): _one("accounts", "accountId"),
    ("product", "salesTaxRuleset"): _one("salesTaxRulesets", "salesTaxRulesetId"),
    ("account", "group"): _one("accountGroups", "groupId"),
    ("account", "nature"): _one("accountNatures", "natureId"),
    ("salesTaxRuleset", "rules"): _many("salesTaxRules", "rulesetId"),
    ("salesTaxRuleset", "fallbackTaxRate"): _one("taxRates", "fallbackTaxRateId"),
    ("salesTaxRule", "taxRate"): _one("taxRates", "taxRateId"),
    ("bankPayment", "associations"): Relation("balanceModifiers", _associations),
}


def include(call: Call, resource: str, rows: Sequence[Json]) -> dict[str, list[Json]]:
    """Embed into `rows` what is asked for, and give back what is to stand beside them; unknown wishes are ignored."""
    beside: dict[str, dict[str, Json]] = {}
    for wish in filter(None, call.query.get("include", "").split(",")):
        path, _, mode = wish.strip().partition(":")
        root, _, name = path.partition(".")
        relation = RELATIONS.get((root, name))
        if relation is None or root != SHAPES[resource].root:
            continue
        for row in rows:
            found = relation.rows(call, row)
            if mode == "embed":
                row[name] = found if relation.many else next(iter(found), None)
                continue
            if relation.many:
                row[f"{name.removesuffix('s')}Ids"] = [child["id"] for child in found]
            beside.setdefault(relation.resource, {}).update({child["id"]: child for child in found})
    return {name: list(found.values()) for name, found in beside.items()}
