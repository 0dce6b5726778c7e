"""Reads what the settings choose from: service products to sell as, accounts to put payments on, terms, currencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounting.account_names import hint_of
from accounting.base import IS_BANK, Choices, Option
from accounting.providers.billy import calendar, fields, vat
from accounting.providers.billy.client import Client
from accounting.providers.billy.lookup import PERSONS, WITH_PERSONS, group_of
from accounting.providers.billy.payload import BASE_CURRENCY, PAIR

JSON = dict[str, Any]
Rates = Mapping[str, Mapping[str, str]]

MOST_PRODUCTS = 500
CONTACT_PAGES, MOST_CONTACTS = 3, 100
SHORT = 6
"""Signs of the company's id that tell it from others with the same company number."""
ORGANIZATION, CURRENCIES = "organization", "currencies"
"""Lists of `Choices` that no setting chooses from: whose books these are, and what they can be in."""

TERMS = (
    Option("net-8", "Netto 8 dage"),
    Option("net-0", "Netto 0 dage"),
    Option("net-14", "Netto 14 dage"),
    Option("net-30", "Netto 30 dage"),
    Option("netEndOfMonth-0", "Løbende måned"),
)
"""As Billy's own pages call them."""


def read(client: Client) -> Choices:
    """Everything at once. Raises NeedsSetup when Billy does not take the token."""
    ours = client.organization()
    accounts = _by_id(row for row in client.listed("accounts") if row.get("isArchived") is not True)
    rulesets = client.listed("salesTaxRulesets")
    rates = _rates(client, rulesets)
    products = [row for row in client.listed("products") if row.get("isArchived") is not True]
    sold_as = _sold_as(products, accounts, str(ours.get("defaultSalesTaxRulesetId") or ""), rates)
    return Choices(
        company_name=fields.text(ours, "name"),
        company_number=company_number(ours),
        base_currency=fields.text(ours, "baseCurrencyId") or BASE_CURRENCY,
        lists={
            **_lists(client, ours, accounts.values()),
            "revenue_accounts": [Option(row.value, row.label) for row in sold_as],
            "items": sold_as,
            "groups": _pairs(accounts.values(), rulesets, rates),
        },
        rates={**_pair_rates(accounts.values(), rulesets, rates), **_product_rates(sold_as, rates)},
    )


def company_number(organization: Mapping[str, Any]) -> str:
    """The company number with a part of the company's id: two sets of books may be one company's."""
    number, identity = fields.text(organization, "registrationNo"), fields.text(organization, "id")
    return f"{number} ({identity[:SHORT]})" if number else identity


def _rates(client: Client, rulesets: Sequence[JSON]) -> Rates:
    """Ruleset → situation → percent."""
    found = vat.read(
        rulesets, client.listed("salesTaxRules"), client.listed("taxRates"), client.listed("countryGroups")
    )
    return {ruleset: found.by_situation(ruleset) for ruleset in _by_id(rulesets)}


def _lists(client: Client, ours: JSON, accounts: Iterable[JSON]) -> dict[str, Sequence[Option]]:
    until = calendar.locked_until(ours)
    currencies = [fields.text(row, "id") for row in client.listed("currencies")]
    return {
        "accounts": [_numbered(row, hint(row)) for row in _ordered(accounts) if _takes_payments(row)],
        "terms": TERMS,
        "contacts": _contacts(client),
        calendar.LOCKED: [Option(until.isoformat(), "")] if until else [],
        ORGANIZATION: [Option(fields.text(ours, "id"), fields.text(ours, "name"))],
        CURRENCIES: [Option(code, code) for code in currencies if code],
    }


# --- service products ---------------------------------------------------------------------------------------------
def _sold_as(products: Iterable[JSON], accounts: Mapping[str, JSON], usual: str, rates: Rates) -> list[Option]:
    """The products whose account is a usable one, by account and name; the hint is account and ruleset. Without a
    ruleset of its own a product has the company's `usual` one (fact sheet, section 5)."""
    full = [{**row, "salesTaxRulesetId": fields.text(row, "salesTaxRulesetId") or usual} for row in products]
    known = [row for row in full if fields.text(row, "accountId") in accounts]
    known.sort(key=lambda row: (_number(accounts[row["accountId"]]), fields.text(row, "name").casefold()))
    return [
        Option(fields.text(row, "id"), _words(row, accounts[row["accountId"]], rates), group_of(row))
        for row in known[:MOST_PRODUCTS]
    ]


def _words(product: JSON, account: JSON, rates: Rates) -> str:
    """`1110 Salg · Vare 25 %`; where the rate depends on the buyer, what it is at home."""
    known = rates.get(product["salesTaxRulesetId"], {})
    percent, depends = at_home(known), "" not in known
    if "%" in fields.text(product, "name"):
        percent = ""
    told = f" {percent.replace('.', ',')} %{' i Danmark' if depends else ''}" if percent else ""
    return f"{_label(account)} · {fields.text(product, 'name')}{told}"


def at_home(rates: Mapping[str, str]) -> str:
    """The percent of a sale at home; empty where it cannot be told."""
    return rates.get("", rates.get("domestic", ""))


def _pairs(accounts: Iterable[JSON], rulesets: Iterable[JSON], rates: Rates) -> list[Option]:
    """What a service product can be made of: an account to sell on, and a ruleset."""
    sold_on = [row for row in _ordered(accounts) if fields.text(row, "natureId") == "revenue"]
    return [
        Option(_pair(account, ruleset), f"{_label(account)} · {fields.text(ruleset, 'name')}")
        for account in sold_on
        for ruleset in rulesets
        if rates.get(fields.text(ruleset, "id"))
    ]


def _pair(account: JSON, ruleset: JSON) -> str:
    return f"{account['id']}{PAIR}{ruleset['id']}"


def _pair_rates(accounts: Iterable[JSON], rulesets: Iterable[JSON], rates: Rates) -> dict[str, Mapping[str, str]]:
    return {option.value: rates[option.value.partition(PAIR)[2]] for option in _pairs(accounts, rulesets, rates)}


def _product_rates(sold_as: Iterable[Option], rates: Rates) -> dict[str, Mapping[str, str]]:
    known = ((option.value, rates.get(option.hint.partition(PAIR)[2])) for option in sold_as)
    return {product: found for product, found in known if found}


# --- accounts and contacts ------------------------------------------------------------------------------------------
def _takes_payments(row: Mapping[str, Any]) -> bool:
    """Whether payments can be put on an account, in kroner."""
    return row.get("isPaymentEnabled") is True and fields.text(row, "currencyId") in ("", BASE_CURRENCY)


def hint(row: Mapping[str, Any]) -> str:
    """What a payment account is: Billy marks banks itself; else its name tells."""
    return IS_BANK if row.get("isBankAccount") is True else hint_of(fields.text(row, "name"))


def _contacts(client: Client) -> list[Option]:
    """Contacts without an e-mail: what stands for many buyers has none, the buyers of a shop have one."""
    rows = client.listed("contacts", {"include": WITH_PERSONS}, pages=CONTACT_PAGES)
    usable = [row for row in rows if row.get("isArchived") is not True and not row.get(PERSONS)]
    listed = [Option(fields.text(row, "id"), fields.text(row, "name")) for row in usable]
    return sorted(listed, key=lambda option: option.label.casefold())[:MOST_CONTACTS]


def _by_id(rows: Iterable[JSON]) -> dict[str, JSON]:
    return {fields.text(row, "id"): row for row in rows}


def _ordered(accounts: Iterable[JSON]) -> list[JSON]:
    return sorted(accounts, key=_number)


def _number(account: JSON) -> int:
    number = account.get("accountNo")
    return number if isinstance(number, int) else 0


def _label(account: JSON) -> str:
    return f"{_number(account) or ''} {fields.text(account, 'name')}".strip()


def _numbered(account: JSON, hint: str) -> Option:
    return Option(fields.text(account, "id"), _label(account), hint)
