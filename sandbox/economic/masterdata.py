"""What a client only reads: accounts, groups, zones, terms, layouts, units, years (fact sheet, 8.2, 8.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.wire import Reply

from . import views
from .call import Call, Handler, Routes
from .errors import not_found
from .ids import unescape, whole
from .listing import Collection, fixed, legacy_list
from .model import (
    Account,
    AccountingYear,
    Currency,
    DraftEntry,
    Journal,
    Named,
    PaymentTerms,
    ProductGroup,
    VatCode,
    VatZone,
)
from .posting import contra_account, debit
from .totals import to_base
from .views import link
from .wirejson import Json, amount
from .years import Period

Rows = Callable[[Call], dict[Any, Any]]
Render = Callable[[Call, Any], Json]


def account(call: Call, row: Account) -> Json:
    """An account with its balances; draftBalance is what the journals would make of it, unless switched otherwise."""
    view: Json = {
        "accountNumber": row.number,
        "name": row.name,
        "accountType": row.kind,
        "balance": amount(row.balance),
        "draftBalance": amount(row.balance + _in_journals(call, row.number)),
        "barred": row.barred,
        "blockDirectEntries": row.blocked,
        "debitCredit": row.side,
        "accountingYears": call.at(f"accounts/{row.number}/accounting-years"),
        "self": call.at(f"accounts/{row.number}"),
    }
    if row.vat_code:
        view["vatAccount"] = link(call, "vat-accounts", "vatCode", row.vat_code)
    return view


def _in_journals(call: Call, number: int) -> int:
    if call.switch("draft_balance") == "booked":
        return 0
    return sum(_moves(call, entry, number) for entry in call.books.draft_entries.values())


def _moves(call: Call, entry: DraftEntry, number: int) -> int:
    """By how much the entry would move the account, in base currency."""
    sides = (entry.account == number) - (contra_account(call.books, entry) == number)
    return sides * to_base(debit(entry, call.switch("payment_sign")), entry.exchange_rate)


def vat_zone(call: Call, row: VatZone) -> Json:
    """A VAT zone."""
    return {
        **link(call, "vat-zones", "vatZoneNumber", row.number),
        "name": row.name,
        "enabledForCustomer": row.for_customers,
        "enabledForSupplier": row.for_suppliers,
    }


def payment_terms(call: Call, row: PaymentTerms) -> Json:
    """Payment terms; which property names a paidInCash term's contra account is not known (19.5)."""
    view = views.terms_link(call, row)
    if row.contra_account:
        name = "Prepaid" if call.switch("paid_in_cash_contra") == "prepaid" else "Remainder"
        view[f"contraAccountFor{name}Amount"] = link(call, "accounts", "accountNumber", row.contra_account)
    return view


def customer_group(call: Call, row: Named) -> Json:
    """A customer group and its receivables account."""
    view = {**link(call, "customer-groups", "customerGroupNumber", row.number), "name": row.name}
    if row.account:
        view["account"] = link(call, "accounts", "accountNumber", row.account)
    return view | {"customers": call.at(f"customer-groups/{row.number}/customers")}


def layout(call: Call, row: Named) -> Json:
    """A layout."""
    return {**link(call, "layouts", "layoutNumber", row.number), "name": row.name, "deleted": row.deleted}


def unit(call: Call, row: Named) -> Json:
    """A unit."""
    view = {**link(call, "units", "unitNumber", row.number), "name": row.name}
    return view | {"products": call.at(f"units/{row.number}/products")}


def currency(call: Call, row: Currency) -> Json:
    """A currency."""
    return {**link(call, "currencies", "code", row.code), "isoNumber": row.number, "name": row.name}


def vat_account(call: Call, row: VatCode) -> Json:
    """A VAT code."""
    kind = {"vatTypeNumber": 1 if row.code.startswith("U") else 2}
    name = "Salgsmoms" if row.code.startswith("U") else "Købsmoms"
    return {
        **link(call, "vat-accounts", "vatCode", row.code),
        "name": row.name,
        "ratePercentage": amount(row.rate),
        "account": link(call, "accounts", "accountNumber", row.account),
        "vatType": {**kind, "name": name, "self": call.at(f"vat-types/{kind['vatTypeNumber']}")},
        "barred": False,
    }


def product_group(call: Call, row: ProductGroup) -> Json:
    """A product group."""
    return views.product_group(call, row.number)


def journal(call: Call, row: Journal) -> Json:
    """A journal and its settings."""
    here = call.at(f"journals/{row.number}")
    numbers = {"minimumVoucherNumber": row.first_voucher, "maximumVoucherNumber": row.last_voucher}
    settings: Json = {"voucherNumbers": numbers}
    if row.contra_account:
        settings["contraAccounts"] = {"customerPayments": link(call, "accounts", "accountNumber", row.contra_account)}
    return {
        "journalNumber": row.number,
        "name": row.name,
        "settings": settings,
        "vouchers": f"{here}/vouchers",
        "entries": f"{here}/entries",
        "templates": {"financeVoucher": f"{here}/templates/financeVoucher", "self": f"{here}/templates"},
        "self": here,
    }


def accounting_year(call: Call, row: AccountingYear) -> Json:
    """An accounting year."""
    here = views.link(call, "accounting-years", "year", row.name)
    parts = {part: f"{here['self']}/{part}" for part in ("periods", "entries", "totals", "vouchers")}
    dates = {"fromDate": row.start.isoformat(), "toDate": row.end.isoformat()}
    return {**here, **dates, "closed": row.closed, **parts}


def period(call: Call, row: Period) -> Json:
    """A period; the legacy host does not say whether it is barred."""
    year = link(call, "accounting-years", "year", row.year)
    here = f"{year['self']}/periods/{row.number}"
    return {
        "periodNumber": row.number,
        "accountingYear": year,
        "fromDate": row.start.isoformat(),
        "toDate": row.end.isoformat(),
        "closed": row.closed,
        "entries": f"{here}/entries",
        "totals": f"{here}/totals",
        "self": here,
    }


ACCOUNTS = {
    **dict.fromkeys(("accountNumber", "balance"), "number"),
    **dict.fromkeys(("accountType", "debitCredit", "name"), "text"),
    **dict.fromkeys(("barred", "blockDirectEntries"), "flag"),
}
GROUPS = {"name": "text", "customerGroupNumber": "number"}
JOURNALS = {"name": "text", "journalNumber": "number"}
YEARS = dict.fromkeys(("fromDate", "toDate", "year"), "text")

# path → (what may be filtered, where the rows are, how one is shown)
TABLES: dict[str, tuple[dict[str, str], Rows, Render]] = {
    "accounts": (ACCOUNTS, lambda call: call.books.master.accounts, account),
    "customer-groups": (GROUPS, lambda call: call.books.master.customer_groups, customer_group),
    "vat-zones": ({}, lambda call: call.books.master.vat_zones, vat_zone),
    "payment-terms": ({}, lambda call: call.books.master.terms, payment_terms),
    "layouts": ({}, lambda call: call.books.master.layouts, layout),
    "units": ({}, lambda call: call.books.master.units, unit),
    "currencies": ({}, lambda call: call.books.master.currencies, currency),
    "vat-accounts": ({}, lambda call: call.books.master.vat_codes, vat_account),
    "product-groups": ({}, lambda call: call.books.master.product_groups, product_group),
    "journals": (JOURNALS, lambda call: call.books.master.journals, journal),
    "accounting-years": (YEARS, lambda call: call.books.master.calendar.years, accounting_year),
}


def _listing(path: str) -> Handler:
    types, rows, render = TABLES[path]

    def handler(call: Call) -> Reply:
        source = fixed(list(rows(call).values()), lambda row: render(call, row))
        return legacy_list(call, Collection(path, types), source)

    return handler


def _single(path: str) -> Handler:
    _, rows, render = TABLES[path]

    def handler(call: Call, segment: str) -> Reply:
        key = unescape(segment)
        found = next((row for known, row in rows(call).items() if str(known) == key), None)
        if found is None:
            raise not_found()
        return call.reply(200, render(call, found))

    return handler


def sales_accounts(call: Call, segment: str) -> Reply:
    """GET /product-groups/{n}/sales-accounts: one account per VAT zone."""
    master = call.books.master
    group = master.product_groups.get(whole(segment))
    if group is None:
        raise not_found()
    rows = [
        {
            "vatZone": vat_zone(call, master.vat_zones[zone]),
            "salesAccount": account(call, master.accounts[number]),
            "self": call.at(f"product-groups/{segment}/sales-accounts/{zone}"),
        }
        for zone, number in group.sales_accounts.items()
    ]
    return legacy_list(call, Collection(f"product-groups/{segment}/sales-accounts"), fixed(rows, lambda row: row))


def periods(call: Call, segment: str) -> Reply:
    """GET /accounting-years/{year}/periods."""
    calendar = call.books.master.calendar
    year = calendar.years.get(unescape(segment))
    if year is None:
        raise not_found()
    types = {"periodNumber": "number", "fromDate": "text", "toDate": "text"}
    collection = Collection(f"accounting-years/{segment}/periods", types)
    return legacy_list(call, collection, fixed(list(calendar.periods(year)), lambda row: period(call, row)))


ROUTES: Routes = {
    **{("GET", path): _listing(path) for path in TABLES},
    **{("GET", path + "/{}"): _single(path) for path in TABLES},
    ("GET", "product-groups/{}/sales-accounts"): sales_accounts,
    ("GET", "accounting-years/{}/periods"): periods,
}
