"""Which settings there are, and whether what they chose can still be used."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from accounting.base import Finding, Option, SettingField
from accounting.chosen import lost, missing
from accounting.providers.economic import choices
from accounting.providers.economic.calendar import obstacle
from accounting.providers.economic.client import JOURNALS, Client
from connector.core.errors import NeedsSetup

SETTING_FIELDS: tuple[SettingField, ...] = (
    SettingField("layout", "layouts"),
    SettingField("terms", "terms"),
    SettingField("customer_group", "customer_groups"),
    SettingField("zone_domestic", "zones"),
    SettingField("zone_eu_business", "zones", required_when="never"),
    # The owner makes one zone per country (fact sheet, 14); without it that country's orders stop and say so.
    SettingField("zone_eu_consumer", "zones", per_country=True, required_when="never"),
    SettingField("zone_abroad", "zones"),
    SettingField("journal", "journals", required_when="settle"),
    SettingField("account", "accounts", required_when="settle"),
    SettingField("gift_card_account", "accounts", required_when="gift_card_payment"),
    SettingField("product_group", "groups", per_rate=True, required_when="create"),
    SettingField("shipping", "items", per_rate=True, required_when="never"),
    SettingField("fee", "items", per_rate=True, required_when="never"),
    SettingField("discount", "items", per_rate=True, required_when="never"),
    SettingField("gift_card", "items", per_rate=True, required_when="gift_card_line"),
    # Few credit an amount without a product: the form of a credit note asks for it then.
    SettingField("credit_item", "items", per_rate=True, required_when="never"),
    SettingField("total", "items", per_rate=True, required_when="total"),
    SettingField("default", "items", per_rate=True, required_when="default"),
    SettingField("rounding", "items", required_when="never"),
    # No list: a customer's number, typed, and looked up by the self-check.
    SettingField("collective", "", required_when="collective"),
)


def findings(client: Client, settings: Mapping[str, str], today: date) -> list[Finding]:
    """Everything that keeps orders from going through, the plan first. Raises NeedsSetup for a removed grant."""
    try:
        lists = choices.lists(client)
    except NeedsSetup as error:
        return [_finding(error)]
    found = [*_rights(client), *_empty(lists), *_gone(client, settings, lists)]
    return [*found, *_day(client, today)]


def _finding(error: NeedsSetup) -> Finding:
    if error.code == "connection-revoked":
        raise error
    return Finding(error.code, error.facts)


def _rights(client: Client) -> Iterator[Finding]:
    """Reading works on every plan, so only a write can tell; and the journals are a right of their own."""
    # A key of its own each time: a kept answer would hide that the plan was changed.
    refused = client.refuses_writing(str(uuid.uuid4()))
    if refused:
        yield _finding(refused)
    try:
        client.items(f"{JOURNALS}/journals")
    except NeedsSetup as error:
        yield _finding(error)


def _empty(lists: Mapping[str, Sequence[Option]]) -> Iterator[Finding]:
    if not lists["layouts"]:
        yield Finding("layout-missing")
    if not lists["journals"]:
        yield Finding("journal-missing")


def _gone(client: Client, settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]]) -> Iterator[Finding]:
    for field, value in missing(SETTING_FIELDS, settings, lists):
        if field.choices or not value.isdigit() or client.one(f"/customers/{value}") is None:
            yield lost(field, value)


def _day(client: Client, today: date) -> Iterator[Finding]:
    try:
        found = obstacle(client, today)
    except NeedsSetup:
        # Said already, by the journals.
        return
    if found:
        yield found
