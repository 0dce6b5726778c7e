"""What a fresh company's books hold: chart, VAT, countries, currencies; products where wanted."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

ASSET, LIABILITY, EQUITY, REVENUE, EXPENSE = "asset", "liability", "equity", "revenue", "expense"
NATURES = (ASSET, LIABILITY, EQUITY, REVENUE, EXPENSE)


class Account(NamedTuple):
    """A row of the chart."""

    number: int
    name: str
    nature: str
    role: str | None = None
    payments: bool = False
    bank: bool = False


SALES, RECEIVABLES, BANK, TAX, FEES, CLEARING = 1110, 5810, 5710, 7250, 3610, 5720
ACCOUNTS = (
    Account(SALES, "Salg", REVENUE),
    Account(1115, "Fragtindtægter", REVENUE),
    Account(1120, "Salg af varer, øvrige udland", REVENUE),
    Account(1140, "Salg af varer, EU", REVENUE),
    Account(1310, "Varekøb", EXPENSE),
    Account(FEES, "Gebyrer", EXPENSE),
    Account(BANK, "Bank", ASSET, payments=True, bank=True),
    Account(RECEIVABLES, "Tilgodehavender fra salg", ASSET, "accountsReceivable"),
    Account(7130, "Mellemregning med ejer", LIABILITY, payments=True),
    Account(7210, "Afregnet moms", LIABILITY, "salesTaxPayable"),
    Account(TAX, "Salgsmoms", LIABILITY, "salesTax"),
)
CLEARING_ACCOUNT = Account(CLEARING, "Webshopsalg", ASSET, payments=True)
GROUPS = {ASSET: "Aktiver", LIABILITY: "Gæld", EQUITY: "Egenkapital", REVENUE: "Omsætning", EXPENSE: "Omkostninger"}


class TaxRate(NamedTuple):
    """A VAT rate in hundredths of a percent."""

    name: str
    rate: int
    short: str


STANDARD, FREE, EU, EXPORT, GERMAN, FINNISH = "standard", "free", "eu", "export", "german", "finnish"
RATES = {
    STANDARD: TaxRate("25 % moms", 2500, "DK"),
    FREE: TaxRate("Momsfri", 0, "0"),
    EU: TaxRate("EU-varesalg uden moms", 0, "EU"),
    EXPORT: TaxRate("Eksport uden moms", 0, "EX"),
}
OSS_RATES = {GERMAN: TaxRate("OSS Tyskland 19 %", 1900, "DE"), FINNISH: TaxRate("OSS Finland 25,5 %", 2550, "FI")}


class Rule(NamedTuple):
    """Where a ruleset's VAT rate is another one: a country or the EU, and the contact's type (None: both)."""

    country: str | None
    contact_type: str | None
    rate: str
    in_eu: bool = False


GOODS, NO_VAT, OSS = "Varer", "Momsfrit salg", "OSS"
RULESETS: dict[str, tuple[str, tuple[Rule, ...]]] = {
    GOODS: (
        EXPORT,
        (
            Rule("DK", None, STANDARD),
            Rule(None, "company", EU, in_eu=True),
            Rule(None, "person", STANDARD, in_eu=True),
        ),
    ),
    NO_VAT: (FREE, ()),
}
OSS_RULESETS: dict[str, tuple[str, tuple[Rule, ...]]] = {
    OSS: (STANDARD, (Rule("DE", "person", GERMAN), Rule("FI", "person", FINNISH))),
}
"""Name → the rate that is left when no rule fits, and the rules by priority."""


class Product(NamedTuple):
    """A service product: what lines are sold as."""

    name: str
    account: int
    ruleset: str


PRODUCTS = (
    Product("Vare", SALES, GOODS),
    Product("Fragt", 1115, GOODS),
    Product("Vare uden moms", SALES, NO_VAT),
    Product("Vare, EU", 1140, GOODS),
    Product("Vare, udland", 1120, GOODS),
)
OSS_PRODUCTS = (Product("Vare, OSS", 1140, OSS),)

EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
EU_GROUP = "eu"
COUNTRIES = {
    "DK": "Danmark",
    "SE": "Sverige",
    "NO": "Norge",
    "FI": "Finland",
    "IS": "Island",
    "DE": "Tyskland",
    "NL": "Holland",
    "BE": "Belgien",
    "FR": "Frankrig",
    "AT": "Østrig",
    "IT": "Italien",
    "ES": "Spanien",
    "PT": "Portugal",
    "IE": "Irland",
    "LU": "Luxembourg",
    "PL": "Polen",
    "CZ": "Tjekkiet",
    "SK": "Slovakiet",
    "HU": "Ungarn",
    "SI": "Slovenien",
    "HR": "Kroatien",
    "RO": "Rumænien",
    "BG": "Bulgarien",
    "GR": "Grækenland",
    "CY": "Cypern",
    "MT": "Malta",
    "EE": "Estland",
    "LV": "Letland",
    "LT": "Litauen",
    "GB": "Storbritannien",
    "CH": "Schweiz",
    "US": "USA",
    "CA": "Canada",
    "AU": "Australien",
    "JP": "Japan",
    "FO": "Færøerne",
    "GL": "Grønland",
}
CURRENCIES = {
    "DKK": Decimal(1),
    "EUR": Decimal("7.4598"),
    "SEK": Decimal("0.669"),
    "NOK": Decimal("0.6385"),
    "USD": Decimal("6.4372"),
    "GBP": Decimal("8.5126"),
}
"""Currency → the price of one unit in kroner."""
