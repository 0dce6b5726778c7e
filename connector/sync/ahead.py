"""What would stop an order, known before one comes: methods that nobody has placed, and choices that the books lost.

Judged by the settings as they are now against what the shop and the books said last. All run in the caller's scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from accounting.base import AccountingProvider, Choices, Finding, SettingField
from accounting.models import Connection
from connector.core.settlement import BY_TERM, OPEN, USUAL
from connector.sync import methods, rules
from connector.sync.models import ShopMethod
from connector.sync.rules import CARRIER, PAY, PER_RATE
from shops.models import Shop

MOST = 200
OF_A_CHOICE = frozenset({"choice-gone", "account-closed"})
"""The findings that end as soon as something else is chosen."""


class Why(StrEnum):
    """Why a method would stop its orders."""

    NEW = "new"
    RENUMBERED = "renumbered"
    LOST = "lost"
    """What was chosen for it is no longer in the books."""


@dataclass(frozen=True)
class Coming:
    """A method of the shop that would stop its next order; `former` is its number before, where it changed."""

    method: ShopMethod
    why: Why
    former: str = ""


def coming(
    shop: Shop,
    values: Mapping[str, str],
    provider: type[AccountingProvider],
    choices: Choices,
    stopped: Collection[str] = (),
) -> list[Coming]:
    """The methods that somebody should look at. Those of `stopped` have said so by an order already."""
    rows = list(ShopMethod.objects.filter(shop=shop).order_by("pk")[:MOST])
    lists = {ShopMethod.Kind.PAYMENT: "accounts", ShopMethod.Kind.SHIPPING: provider.list_of("shipping")}
    lost = {
        (row.kind, row.key) for row in rows if any(_lost_of(row, values, choices, lists[ShopMethod.Kind(row.kind)]))
    }
    found = []
    for row in rows:
        if row.gone_at or row.key in stopped:
            continue
        if _is_unplaced(row, values):
            former = methods.former_number(row, rows)
            found.append(Coming(row, Why.RENUMBERED if former else Why.NEW, former))
        elif (row.kind, row.key) in lost:
            found.append(Coming(row, Why.LOST))
    return found


def _is_unplaced(row: ShopMethod, values: Mapping[str, str]) -> bool:
    is_payment = row.kind == ShopMethod.Kind.PAYMENT
    return is_payment and row.is_new and values.get("settle") != "open" and not values.get(f"{PAY}{row.key}")


def _lost_of(row: ShopMethod, values: Mapping[str, str], choices: Choices, listed: str) -> Iterator[str]:
    """What the settings chose for a method, from this list, and the books have no longer."""
    own = f"{PAY if row.kind == ShopMethod.Kind.PAYMENT else CARRIER}{row.key}"
    for name, chosen in values.items():
        if name.partition(PER_RATE)[0] != own or chosen in ("", USUAL, OPEN):
            continue
        known = choices.labels("terms" if chosen.startswith(BY_TERM) else listed)
        if known and chosen.removeprefix(BY_TERM) not in known:
            yield chosen


def findings(books: Connection, provider: type[AccountingProvider], values: Mapping[str, str]) -> list[Finding]:
    """What keeps the settings from being used, and whatever else the last self-check of the books found."""
    kept = [Finding(**found) for found in books.findings]
    still = [finding for finding in kept if finding.code not in OF_A_CHOICE or _is_chosen(finding, values)]
    found = [*still, *_gone(provider, values, rules.kept_choices(books))]
    return list({(finding.code, *sorted(finding.facts.items())): finding for finding in found}.values())


def _is_chosen(finding: Finding, values: Mapping[str, str]) -> bool:
    """Whether the settings still choose what was found gone: where nothing is listed only the self-check can tell."""
    field = finding.facts.get("field", "")
    return bool(field) and values.get(field, "") == finding.facts.get("name")


def _gone(provider: type[AccountingProvider], values: Mapping[str, str], choices: Choices) -> Iterator[Finding]:
    for field in provider.setting_fields:
        known = choices.labels(field.choices)
        for name in _names(field, values):
            chosen = values.get(name, "")
            if not known or not chosen or chosen in known:
                continue
            is_account = field.choices == "accounts"
            yield (
                Finding("account-closed", {"account": chosen})
                if is_account
                else Finding("choice-gone", {"field": field.name, "name": chosen})
            )


def _names(field: SettingField, values: Mapping[str, str]) -> Iterator[str]:
    if not field.per_country:
        return rules.names(field, values)
    return (name for name in values if name.partition(rules.PER_COUNTRY)[0] == field.name)
