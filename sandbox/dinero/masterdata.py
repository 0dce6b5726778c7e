"""Accounts, VAT types, accounting years and the settings of sales (fact sheet, sections 6 and 7)."""

from __future__ import annotations

from decimal import Decimal

from sandbox.wire import Reply

from . import bodies, seed
from .call import Call, Routes, done, reply
from .errors import invalid
from .listing import Column, Listing, plain
from .model import DepositAccount, EntryAccount
from .posting import DEFAULT_DAYS

CATEGORY_NAMES = {seed.REVENUE: "Omsætning", seed.COST: "Variable omkostninger", seed.STATUS: "Status"}


def _bank(name: str) -> Column:
    return lambda _, account: account.bank.get(name)


ENTRY = Listing(
    {
        "AccountNumber": lambda _, account: account.number,
        "PublicStandardNumber": lambda _, account: account.standard,
        "Name": lambda _, account: account.name,
        "VatCode": lambda _, account: account.vat_code,
        "Category": lambda _, account: account.category,
        "CategoryName": lambda _, account: CATEGORY_NAMES[account.category],
        "IsHidden": lambda _, account: account.hidden,
        "IsDefaultSalesAccount": lambda _, account: account.default,
    },
    ("AccountNumber", "Name", "IsHidden"),
    (),
)
DEPOSIT = Listing(
    {
        "AccountNumber": lambda _, account: account.number,
        "PublicStandardNumber": lambda _, account: None,
        "Name": lambda _, account: account.name,
        "IsDefault": lambda _, account: account.default,
        "IsHidden": lambda _, account: account.hidden,
        **{f"Bank{name}": _bank(f"Bank{name}") for name in ("RegistrationNumber", "AccountNumber")},
        **{f"Bank{name}": _bank(f"Bank{name}") for name in ("SwiftNumber", "IbanNumber")},
    },
    ("AccountNumber", "Name", "IsHidden"),
    (),
)


def entry_accounts(call: Call) -> Reply:
    """The chart, of one category where asked."""
    wanted = call.query.get("categoryfilter", "").lower()
    accounts = sorted(call.organization.books.entry_accounts.values(), key=lambda account: account.number)
    return plain(call, ENTRY, [one for one in accounts if not wanted or one.category.lower() == wanted])


def new_entry_account(call: Call) -> Reply:
    """Add an account to the chart."""
    data, books = call.body(bodies.ENTRY_ACCOUNT), call.organization.books
    _check_free(call, data["Number"])
    if seed.FIRST_DEPOSIT <= data["Number"] <= seed.LAST_DEPOSIT:
        raise invalid({"Number": "The number is one of a deposit account."})
    if data["VatCode"] not in books.vat_types:
        raise invalid({"VatCode": "The VAT code does not exist."})
    books.entry_accounts[data["Number"]] = EntryAccount(data["Number"], data["Name"], data["VatCode"])
    return _made(call)


def deposit_accounts(call: Call) -> Reply:
    """The accounts that payments can be put on, hidden ones too."""
    accounts = call.organization.books.deposit_accounts.values()
    return plain(call, DEPOSIT, sorted(accounts, key=lambda account: account.number))


def new_deposit_account(call: Call) -> Reply:
    """Add a deposit account."""
    data, books = call.body(bodies.DEPOSIT_ACCOUNT), call.organization.books
    if not seed.FIRST_DEPOSIT <= data["Number"] <= seed.LAST_DEPOSIT:
        raise invalid({"Number": f"Must be between {seed.FIRST_DEPOSIT} and {seed.LAST_DEPOSIT}."})
    _check_free(call, data["Number"])
    names = ("RegistrationNumber", "AccountNumber", "SwiftNumber", "IbanNumber")
    bank = {f"Bank{name}": data[name] for name in names if data[name]}
    books.deposit_accounts[data["Number"]] = DepositAccount(data["Number"], data["Name"], bank=bank)
    return _made(call)


def _check_free(call: Call, number: int) -> None:
    books = call.organization.books
    if number in books.entry_accounts or number in books.deposit_accounts:
        raise invalid({"Number": "The number is taken."})


def _made(call: Call) -> Reply:
    return done() if call.switch("create_answer") == "200" else Reply(201)


def vat_types(call: Call) -> Reply:
    """The VAT codes with their rates as fractions."""
    rows = call.organization.books.vat_types.values()
    return reply([{"VatCode": row.code, "Name": row.name, "VatRate": Decimal(row.rate).scaleb(-4)} for row in rows])


def accounting_years(call: Call) -> Reply:
    """The accounting years; which of them are closed is not told."""
    return reply(
        [
            {
                "Name": year.name,
                "FromDate": year.start.isoformat(),
                "ToDate": year.end.isoformat(),
                "SalarySumTaxStateEnum": "None",
            }
            for year in call.organization.books.years
        ]
    )


def sales_settings(call: Call) -> Reply:
    """What an invoice gets when nothing else is said."""
    default = next((one.number for one in call.organization.books.entry_accounts.values() if one.default), None)
    return reply(
        {
            "LinesInclVat": False,
            "DefaultAccountNumber": default,
            "InvoiceTemplateId": seed.TEMPLATE,
            "PaymentConditionType": bodies.NETTO,
            "PaymentConditionNumberOfDays": DEFAULT_DAYS,
            "UseFikCode": False,
        }
    )


ROUTES: Routes = {
    ("GET", "v1/accounts/entry"): entry_accounts,
    ("POST", "v1/accounts/entry"): new_entry_account,
    ("GET", "v1/accounts/deposit"): deposit_accounts,
    ("POST", "v1/accounts/deposit"): new_deposit_account,
    ("GET", "v1/vattypes"): vat_types,
    ("GET", "v1/accountingyears"): accounting_years,
    ("GET", "v1/sales/settings"): sales_settings,
}
