"""Which settings there are, and whether what they chose can still be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from accounting.base import Finding, Option, SettingField
from accounting.providers.dinero import calendar, choices
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.lookup import Lookup
from connector.core.errors import NeedsSetup

SETTING_FIELDS: tuple[SettingField, ...] = (
    SettingField("sales_domestic", "revenue_accounts", per_rate=True),
    SettingField("sales_eu_business", "revenue_accounts", required_when="never"),
    # The owner makes one account per country; without it that country's orders stop and say so.
    SettingField("sales_eu_consumer", "revenue_accounts", per_country=True, required_when="never"),
    SettingField("sales_abroad", "revenue_accounts", required_when="never"),
    SettingField("shipping", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("fee", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("terms", "terms"),
    SettingField("account", "accounts", required_when="settle"),
    SettingField("gift_card_account", "accounts", required_when="gift_card_payment"),
    SettingField("collective", "contacts", required_when="collective"),
)
ENDS_IT = frozenset({"connection-revoked", "connection-expired"})
"""What no other finding matters beside."""


def findings(client: Client, settings: Mapping[str, str], today: date) -> list[Finding]:
    """Everything that keeps orders from going through. Raises NeedsSetup for a removed grant."""
    try:
        lists = choices.read(client).lists
    except NeedsSetup as error:
        if error.code in ENDS_IT:
            raise
        return [Finding(error.code, error.facts)]
    return [*_gone(client, settings, lists), *_day(client, today)]


def _day(client: Client, today: date) -> Iterator[Finding]:
    try:
        calendar.first_open_day(client, today)
    except NeedsSetup as error:
        yield Finding(error.code, error.facts)


def _gone(client: Client, settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]]) -> Iterator[Finding]:
    known = {field.name: field for field in SETTING_FIELDS}
    for name, value in settings.items():
        base, at, _rate = name.partition("@")
        field = known.get(base)
        # A neutral setting may have the name of a field that is repeated, and chooses something else.
        if field is None or not value or bool(at) is not (field.per_rate or field.per_country):
            continue
        if all(option.value != value for option in lists[field.choices]) and not _is_there(client, field, value):
            yield _lost(field, value)


def _is_there(client: Client, field: SettingField, value: str) -> bool:
    """A contact may have got an e-mail since, and is listed no longer."""
    return field.choices == "contacts" and Lookup(client).contact(value) is not None


def _lost(field: SettingField, value: str) -> Finding:
    """An account that is hidden or deleted is no choice any more."""
    if field.choices == "accounts":
        return Finding("account-closed", {"account": value})
    return Finding("choice-gone", {"field": field.name, "name": value})
