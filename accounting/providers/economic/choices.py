"""Reads what the settings choose from: accounts, journals, layouts, zones, groups, products (fact sheet, 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounting.account_names import BANK, hint_of
from accounting.base import Choices, Option
from accounting.providers.economic.answers import amount, number_of
from accounting.providers.economic.client import Client
from connector.core.errors import Temporary

JSON = dict[str, Any]
Rows = Iterable[JSON]

POSTABLE = frozenset({"profitAndLoss", "status"})


def read(client: Client) -> Choices:
    """Everything at once: 13 calls, and one for each product group."""
    agreement = client.one("/self")
    if agreement is None:
        raise Temporary("provider-down", detail="no /self")
    company = agreement.get("company", {})
    return Choices(
        company_name=str(company.get("name", "")),
        company_number=str(agreement.get("agreementNumber", "")),
        base_currency=str(agreement.get("settings", {}).get("baseCurrency", "")),
        lists=lists(client),
        rates=rates(client),
    )


def lists(client: Client) -> dict[str, Sequence[Option]]:
    """The lists by the names that the setting fields use."""
    return {name: make(client.collection(path)) for name, (path, make) in LISTS.items()}


def hint(row: Mapping[str, Any]) -> str:
    """ "bank" or "clearing" for what an account seems to be: e-conomic marks neither, number and name have to tell.

    Only balance accounts: an expense account called "Gebyrer, kortindløser" is none.
    """
    if row.get("accountType") != "status":
        return ""
    by_number = BANK if re.fullmatch(r"58\d\d", str(row.get("accountNumber", ""))) else ""
    return hint_of(str(row.get("name", ""))) or by_number


def _accounts(rows: Rows) -> list[Option]:
    """Those that can be posted to directly. Booleans that are false may be left out of an answer."""
    open_ones = (row for row in rows if row.get("accountType") in POSTABLE)
    usable = (row for row in open_ones if not row.get("barred") and not row.get("blockDirectEntries"))
    return [_numbered(row, "accountNumber", hint(row)) for row in usable]


def _journals(rows: Rows) -> list[Option]:
    """Those that take customer payments: a journal may be kept for one type of entry."""
    allowed = (None, "customerPayment")
    return [
        _numbered(row, "journalNumber")
        for row in rows
        if row.get("settings", {}).get("entryTypeRestrictedTo") in allowed
    ]


def _layouts(rows: Rows) -> list[Option]:
    return [_numbered(row, "layoutNumber") for row in rows if not row.get("deleted")]


def _terms(rows: Rows) -> list[Option]:
    return [_numbered(row, "paymentTermsNumber", str(row.get("paymentTermsType", ""))) for row in rows]


def _zones(rows: Rows) -> list[Option]:
    return [_numbered(row, "vatZoneNumber") for row in rows if row.get("enabledForCustomer")]


def _items(rows: Rows) -> list[Option]:
    return [
        _numbered(row, "productNumber", number_of(row, "productGroup", "productGroupNumber") or "")
        for row in rows
        if not row.get("barred")
    ]


def _years(rows: Rows) -> list[Option]:
    return [
        Option(
            str(row.get("year", "")),
            f"{row.get('fromDate', '')} – {row.get('toDate', '')}",
            "closed" if row.get("closed") else "open",
        )
        for row in rows
    ]


def _simple(key: str) -> Callable[[Rows], list[Option]]:
    return lambda rows: [_numbered(row, key) for row in rows]


def _numbered(row: Mapping[str, Any], key: str, hint: str = "") -> Option:
    value = str(row[key])
    return Option(value, f"{value} {row.get('name', '')}".strip(), hint)


LISTS: Mapping[str, tuple[str, Callable[[Rows], list[Option]]]] = {
    "accounts": ("/accounts", _accounts),
    "journals": ("/journals", _journals),
    "layouts": ("/layouts", _layouts),
    "terms": ("/payment-terms", _terms),
    "zones": ("/vat-zones", _zones),
    "customer_groups": ("/customer-groups", _simple("customerGroupNumber")),
    "groups": ("/product-groups", _simple("productGroupNumber")),
    "items": ("/products", _items),
    "currencies": ("/currencies", _simple("code")),
    "units": ("/units", _simple("unitNumber")),
    "years": ("/accounting-years", _years),
}


def rates(client: Client) -> dict[str, dict[str, str]]:
    """Product group → VAT zone → percent: group × zone leads to a sales account, that to a VAT code, that to a rate.

    Docs: https://restdocs.e-conomic.com/#get-product-groups-productgroupnumber-sales-accounts
    """
    codes = {str(row["vatCode"]): amount(row.get("ratePercentage")) for row in client.collection("/vat-accounts")}
    groups = [str(row["productGroupNumber"]) for row in client.collection("/product-groups")]
    return {group: _zone_rates(client.collection(f"/product-groups/{group}/sales-accounts"), codes) for group in groups}


def _zone_rates(rows: Rows, codes: Mapping[str, Decimal | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        zone = number_of(row, "vatZone", "vatZoneNumber")
        code = number_of(row, "salesAccount", "vatAccount", "vatCode")
        if zone is not None and number_of(row, "salesAccount", "accountNumber") is not None:
            # A sales account without a VAT code gives no VAT.
            found[zone] = percent(codes.get(code) or Decimal(0)) if code else "0"
    return found


def percent(rate: Decimal) -> str:
    """25.0000 → "25", 25.5 → "25.5"."""
    whole = rate.to_integral_value()
    return format(whole if rate == whole else rate.normalize(), "f")
