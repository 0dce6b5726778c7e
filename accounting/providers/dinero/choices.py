"""Reads what the settings choose from: accounts to sell on and to put payments on, terms, years (fact sheet, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from accounting.account_names import BANK, hint_of
from accounting.base import IS_BANK, Choices, Option
from accounting.providers.dinero import calendar, fields
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.payload import BASE_CURRENCY
from connector.core.errors import NeedsSetup
from connector.core.money import digits

JSON = dict[str, Any]
Rows = Iterable[JSON]

FIRST_REVENUE, LAST_REVENUE = 1000, 1999
"""The part of Dinero's chart that holds the turnover."""
FIRST_CLEARING, LAST_DEPOSIT = 55020, 55999
"""Where an account of ours can be made: deposit accounts are 55000-55999 (fact sheet, section 7)."""
ENTRY_FIELDS = "AccountNumber,Name,VatCode,IsHidden,IsDefaultSalesAccount"
DEPOSIT_FIELDS = "AccountNumber,Name,IsDefault,IsHidden,BankRegistrationNumber,BankAccountNumber,BankIbanNumber"
BANK_NUMBERS = ("bankregistrationnumber", "bankaccountnumber", "bankibannumber")
NO_VAT = "none"
CONTACT_PAGES, MOST_CONTACTS = 3, 100

TERMS = (
    Option("Netto-8", "Netto 8 dage"),
    Option("Netto-14", "Netto 14 dage"),
    Option("Netto-30", "Netto 30 dage"),
    Option("NettoCash", "Netto kontant"),
    Option("CurrentMonthOut", "Løbende måned"),
)
"""As Dinero's own pages call them."""


def read(client: Client) -> Choices:
    """Everything at once, in six calls. Raises NeedsSetup without Pro, or when the organisation is out of reach."""
    ours = organization(client)
    accounts = client.rows(client.path("/accounts/entry"), fields=ENTRY_FIELDS)
    percents = _percents(client.rows(client.path("/vatTypes")))
    sold_on = [row for row in accounts if _is_revenue(row)]
    found = {str(row["accountnumber"]): percents.get(_vat_code(row)) for row in sold_on}
    return Choices(
        company_name=fields.text(ours, "name"),
        company_number=client.company,
        base_currency=BASE_CURRENCY,
        lists=_lists(client, sold_on, found),
        rates={number: {"": percent} for number, percent in found.items() if percent is not None},
    )


def organization(client: Client) -> JSON:
    """The organisation that was chosen. Raises NeedsSetup when the user does not reach it any more."""
    client.path("")
    ours = [row for row in client.organizations() if fields.number_of(row, "id") == client.company]
    if not ours:
        raise NeedsSetup("organisation-none")
    return ours[0]


def _lists(client: Client, sold_on: Sequence[JSON], percents: Mapping[str, str | None]) -> dict[str, Sequence[Option]]:
    """The lists by the names that the setting fields use; and `items`, since a line's account stands for its item, and
    decides its VAT as an item's group does."""
    revenue = [_numbered(row, percents.get(str(row["accountnumber"])) or "") for row in sold_on]
    deposits = client.rows(client.path("/accounts/deposit"), fields=DEPOSIT_FIELDS)
    return {
        "revenue_accounts": revenue,
        "accounts": [_numbered(row, hint(row)) for row in deposits if not row.get("ishidden")],
        "terms": TERMS,
        "years": [Option(first[:4], f"{first} – {last}", "open") for first, last in calendar.years(client)],
        "contacts": _contacts(client),
        "items": [Option(option.value, option.label, option.value) for option in revenue],
    }


def _is_revenue(row: Mapping[str, Any]) -> bool:
    number = row.get("accountnumber")
    if not isinstance(number, int) or row.get("ishidden"):
        return False
    return FIRST_REVENUE <= number <= LAST_REVENUE or row.get("isdefaultsalesaccount") is True


def _vat_code(row: Mapping[str, Any]) -> str:
    return fields.text(row, "vatcode") or NO_VAT


def _percents(rows: Rows) -> dict[str, str]:
    """VAT code → percent: a rate comes as 0.25."""
    found = {fields.text(row, "vatcode"): row.get("vatrate") for row in rows}
    known = {code: digits(Decimal(rate) * 100) for code, rate in found.items() if isinstance(rate, int | Decimal)}
    return {NO_VAT: "0", **known}


def hint(row: Mapping[str, Any]) -> str:
    """What a deposit account is: bank numbers say that it is a bank's; else its name tells what it seems to be, else
    that it is the one that Dinero takes unless told otherwise."""
    if any(fields.text(row, name) for name in BANK_NUMBERS):
        return IS_BANK
    return hint_of(fields.text(row, "name")) or (BANK if row.get("isdefault") is True else "")


def _contacts(client: Client) -> list[Option]:
    """Contacts without an e-mail: what stands for many buyers has none, the buyers of a shop have one."""
    path = client.path("/contacts", "v2")
    rows = client.collection(path, CONTACT_PAGES, fields="ContactGuid,Name,Email,DeletedAt")
    usable = [row for row in rows if not fields.text(row, "email") and not fields.is_deleted(row)]
    listed = [Option(fields.guid_of(row, "contactguid"), fields.text(row, "name")) for row in usable]
    return sorted(listed, key=lambda option: option.label.casefold())[:MOST_CONTACTS]


def _numbered(row: Mapping[str, Any], hint: str = "") -> Option:
    number = str(row["accountnumber"])
    return Option(number, f"{number} {fields.text(row, 'name')}".strip(), hint)


def free_number(accounts: Iterable[str]) -> str:
    """The first number at which a clearing account can be made; empty when all are taken."""
    taken = set(accounts)
    return next((str(n) for n in range(FIRST_CLEARING, LAST_DEPOSIT + 1) if str(n) not in taken), "")
