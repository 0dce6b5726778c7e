"""What a fresh organisation's books hold: chart, VAT types, deposit accounts, years, currencies, two contacts."""

from __future__ import annotations

from datetime import date

from .model import PAR, AccountingYear, DepositAccount, EntryAccount, VatType

VAT_TYPES = (
    VatType("none", "Ingen moms", 0),
    VatType("U25", "Salgsmoms 25 %", 2500),
    VatType("UEUV", "Varesalg til EU", 0),
    VatType("UEXP", "Salg til lande uden for EU", 0),
    VatType("I25", "Købsmoms 25 %", 2500),
)
OSS_VAT_TYPES = (
    VatType("DE19", "OSS Tyskland 19 %", 1900),
    VatType("FI255", "OSS Finland 25,5 %", 2550),
)

REVENUE, COST, STATUS = "Revenue", "VariableCost", "Status"

Row = tuple[int, str, str | None, str, int | None]
"""Number, name, VAT code, category, standard number."""

ACCOUNTS: tuple[Row, ...] = (
    (1000, "Salg af varer m/moms", "U25", REVENUE, 1000),
    (1010, "Salg af varer uden moms", None, REVENUE, 1010),
    (1050, "Salg af varer til EU", "UEUV", REVENUE, 1050),
    (1100, "Salg af varer uden for EU", "UEXP", REVENUE, 1100),
    (1350, "Salg af fragt m/moms", "U25", REVENUE, 1350),
    (2000, "Varekøb", "I25", COST, 2000),
    (7220, "Gebyrer", None, COST, 7220),
    (64000, "Skyldig moms", None, STATUS, None),
)
OSS_ACCOUNTS: tuple[Row, ...] = (
    (1300, "Salg OSS Tyskland", "DE19", REVENUE, None),
    (1310, "Salg OSS Finland", "FI255", REVENUE, None),
)

DEBTORS, VAT_PAYABLE, FEES = 60000, 64000, 7220
"""Where the remaining amounts, the VAT and the fees of payments are."""

FIRST_DEPOSIT, LAST_DEPOSIT = 55_000, 55_999

COUNTRIES = {
    "DK": ("Danmark", "Denmark"),
    "SE": ("Sverige", "Sweden"),
    "NO": ("Norge", "Norway"),
    "FI": ("Finland", "Finland"),
    "IS": ("Island", "Iceland"),
    "DE": ("Tyskland", "Germany"),
    "NL": ("Holland", "Netherlands"),
    "BE": ("Belgien", "Belgium"),
    "FR": ("Frankrig", "France"),
    "AT": ("Østrig", "Austria"),
    "IT": ("Italien", "Italy"),
    "ES": ("Spanien", "Spain"),
    "PT": ("Portugal", "Portugal"),
    "IE": ("Irland", "Ireland"),
    "LU": ("Luxembourg", "Luxembourg"),
    "PL": ("Polen", "Poland"),
    "CZ": ("Tjekkiet", "Czechia"),
    "SK": ("Slovakiet", "Slovakia"),
    "HU": ("Ungarn", "Hungary"),
    "SI": ("Slovenien", "Slovenia"),
    "HR": ("Kroatien", "Croatia"),
    "RO": ("Rumænien", "Romania"),
    "BG": ("Bulgarien", "Bulgaria"),
    "GR": ("Grækenland", "Greece"),
    "CY": ("Cypern", "Cyprus"),
    "MT": ("Malta", "Malta"),
    "EE": ("Estland", "Estonia"),
    "LV": ("Letland", "Latvia"),
    "LT": ("Litauen", "Lithuania"),
    "GB": ("Storbritannien", "United Kingdom"),
    "CH": ("Schweiz", "Switzerland"),
    "US": ("USA", "United States"),
    "CA": ("Canada", "Canada"),
    "AU": ("Australien", "Australia"),
    "JP": ("Japan", "Japan"),
    "FO": ("Færøerne", "Faroe Islands"),
    "GL": ("Grønland", "Greenland"),
}
OUTSIDE_EU = {"NO", "IS", "GB", "CH", "US", "CA", "AU", "JP", "FO", "GL"}

RATES = {"DKK": PAR, "EUR": 7_459_800, "SEK": 669_000, "NOK": 638_500, "USD": 6_437_200, "GBP": 8_512_600}
"""Currency → the price of 100 units, in ten-thousandths of a krone."""

TEMPLATE = "4a7dca94-5ab1-4b0d-9c4a-26f1f6a6cf2e"
"""The only invoice template."""


def entry_accounts(*, with_oss: bool = False) -> dict[int, EntryAccount]:
    """The chart, in the order of its numbers; the first is the default sales account."""
    accounts = {row[0]: EntryAccount(*row) for row in sorted(ACCOUNTS + (OSS_ACCOUNTS if with_oss else ()))}
    accounts[ACCOUNTS[0][0]].default = True
    return accounts


def deposit_accounts(*, with_clearing: bool = False) -> dict[int, DepositAccount]:
    """Bank (the default) and cash, with a clearing account for the webshop where wanted."""
    bank = {"BankRegistrationNumber": "1234", "BankAccountNumber": "0001234567"}
    accounts = [DepositAccount(FIRST_DEPOSIT, "Bank", default=True, bank=bank), DepositAccount(55_010, "Kasse")]
    if with_clearing:
        accounts.append(DepositAccount(55_020, "Webshopsalg"))
    return {account.number: account for account in accounts}


def vat_types(*, with_oss: bool = False) -> dict[str, VatType]:
    """The VAT types by code."""
    return {vat_type.code: vat_type for vat_type in VAT_TYPES + (OSS_VAT_TYPES if with_oss else ())}


def accounting_years(today: date) -> list[AccountingYear]:
    """2025 and 2026, and the years up to the present one."""
    years = range(2025, max(2026, today.year) + 1)
    return [AccountingYear(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]
