"""What the settings chose among what the books offer, and what of it the books no longer have. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from accounting.base import Finding, Option, SettingField

ACCOUNTS = "accounts"

SOLD_BY_ACCOUNT: tuple[SettingField, ...] = (
    SettingField("sales_domestic", "revenue_accounts", per_rate=True),
    SettingField("sales_eu_business", "revenue_accounts", required_when="never"),
    # The owner makes one per country; without it that country's orders stop and say so.
    SettingField("sales_eu_consumer", "revenue_accounts", per_country=True, required_when="never"),
    SettingField("sales_abroad", "revenue_accounts", required_when="never"),
    SettingField("shipping", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("fee", "revenue_accounts", per_rate=True, required_when="never"),
    SettingField("terms", "terms"),
    SettingField("account", ACCOUNTS, required_when="settle"),
    SettingField("gift_card_account", ACCOUNTS, required_when="gift_card_payment"),
    SettingField("collective", "contacts", required_when="collective"),
)
"""The settings of books whose lines name what they are sold on (`AccountingProvider.sells_by_account`)."""


def missing(
    fields: Sequence[SettingField], settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]]
) -> Iterator[tuple[SettingField, str]]:
    """Each field with what was chosen for it, where that does not stand in the field's list; also what was typed for a
    field without a list."""
    known = {field.name: field for field in fields}
    for name, value in settings.items():
        base, at, _repeated_for = name.partition("@")
        field = known.get(base)
        # A neutral setting may have the name of a field that is repeated, and chooses something else.
        if field is None or not value or bool(at) is not (field.per_rate or field.per_country):
            continue
        if not field.choices or all(option.value != value for option in lists[field.choices]):
            yield field, value


def lost(field: SettingField, name: str) -> Finding:
    """That what was chosen, known to people as `name`, can be used no longer: an account is closed or deleted."""
    if field.choices == ACCOUNTS:
        return Finding("account-closed", {"account": name})
    return Finding("choice-gone", {"field": field.name, "name": name})
