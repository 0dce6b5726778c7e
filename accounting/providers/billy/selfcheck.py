"""Which settings there are, and whether what they chose can still be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from accounting.base import Finding, Option, SettingField
from accounting.providers.billy import choices
from accounting.providers.billy.client import REFUSED, Client
from accounting.providers.billy.lookup import Lookup
from connector.core.errors import NeedsSetup

SETTING_FIELDS: tuple[SettingField, ...] = (
    SettingField("sales_domestic", "revenue_accounts", per_rate=True),
    SettingField("sales_eu_business", "revenue_accounts", required_when="never"),
    # The owner makes one product per country; without it that country's orders stop and say so.
    SettingField("sales_eu_consumer", "revenue_accounts", per_country=True, required_when="never"),
    SettingField("sales_abroad", "revenue_accounts", required_when="never"),
    SettingField("shipping", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("fee", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("terms", "terms"),
    SettingField("account", "accounts", required_when="settle"),
    SettingField("gift_card_account", "accounts", required_when="gift_card_payment"),
    SettingField("collective", "contacts", required_when="collective"),
)


def findings(client: Client, settings: Mapping[str, str], names: Mapping[str, str]) -> list[Finding]:
    """Everything that keeps orders from going through; `names` are the labels of what was chosen. Raises NeedsSetup
    for a token that is refused."""
    try:
        lists = choices.read(client).lists
    except NeedsSetup as error:
        if error.code == REFUSED:
            raise
        return [Finding(error.code, error.facts)]
    return list(_gone(client, settings, lists, names))


def _gone(
    client: Client, settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]], names: Mapping[str, str]
) -> Iterator[Finding]:
    known = {field.name: field for field in SETTING_FIELDS}
    for name, value in settings.items():
        base, at, _rate = name.partition("@")
        field = known.get(base)
        # A neutral setting may have the name of a field that is repeated, and chooses something else.
        if field is None or not value or bool(at) is not (field.per_rate or field.per_country):
            continue
        if all(option.value != value for option in lists[field.choices]) and not _is_there(client, field, value):
            yield _lost(field, names.get(value, value))


def _is_there(client: Client, field: SettingField, value: str) -> bool:
    """A contact may have got an e-mail since, and is listed no longer."""
    return field.choices == "contacts" and Lookup(client).contact(value) is not None


def _lost(field: SettingField, name: str) -> Finding:
    """An account that is archived or deleted is no choice any more."""
    if field.choices == "accounts":
        return Finding("account-closed", {"account": name})
    return Finding("choice-gone", {"field": field.name, "name": name})
