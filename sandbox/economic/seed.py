"""A Danish trial agreement as its owner would have it: chart of accounts, zones, terms, products, one customer.

The shape follows e-conomic's standard chart; names and numbers are made up where the fact sheet is silent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from .books import Books, Master, Series
from .model import (
    Account,
    Currency,
    Customer,
    Journal,
    Named,
    PaymentTerms,
    Product,
    ProductGroup,
    VatCode,
    VatZone,
)
from .wirejson import Json
from .years import Calendar, calendar_year

DOMESTIC, EU, ABROAD, DOMESTIC_EXEMPT = 1, 2, 3, 4

# number, name, kind, side, VAT code
ACCOUNTS: tuple[tuple[int, str, str, str, str | None], ...] = (
    (1000, "RESULTATOPGØRELSE", "heading", "debit", None),
    (1005, "Omsætning", "headingStart", "debit", None),
    (1010, "Salg af varer m/moms", "profitAndLoss", "credit", "U25"),
    (1020, "Salg af varer, EU", "profitAndLoss", "credit", "UEUV"),
    (1030, "Salg af varer, udland", "profitAndLoss", "credit", "UV"),
    (1040, "Salg af fragt m/moms", "profitAndLoss", "credit", "U25"),
    (1050, "Salg, momsfrit", "profitAndLoss", "credit", "U0"),
    (1060, "Salg m/finsk moms 25,5 %", "profitAndLoss", "credit", "U255"),
    (1099, "Omsætning i alt", "totalFrom", "credit", None),
    (1310, "Varekøb", "profitAndLoss", "debit", "I25"),
    (3600, "Gebyrer, kortindløser", "profitAndLoss", "debit", None),
    (4980, "Øreafrunding", "profitAndLoss", "debit", None),
    (5000, "BALANCE", "heading", "debit", None),
    (5600, "Debitorer", "status", "debit", None),
    (5810, "Kasse", "status", "debit", None),
    (5820, "Bank", "status", "debit", None),
    (5825, "Webshopsalg (mellemregning)", "status", "debit", None),
    (5830, "Valutakonto EUR", "status", "debit", None),
    (5899, "Likvide midler i alt", "totalFrom", "debit", None),
    (6800, "Kreditorer", "status", "credit", None),
    (6850, "Gavekort, udestående", "status", "credit", None),
    (6900, "Moms", "headingStart", "credit", None),
    (6902, "Salgsmoms", "status", "credit", None),
    (6903, "Købsmoms", "status", "debit", None),
    (6904, "OSS-moms", "status", "credit", None),
    (6999, "Passiver i alt", "totalFrom", "credit", None),
)

VAT_CODES = (
    VatCode("U25", "Salgsmoms 25 %", 2500, 6902),
    VatCode("U0", "Momsfrit salg", 0, 6902),
    VatCode("UEUV", "EU-salg uden moms, varer", 0, 6902),
    VatCode("UV", "Salg til udland uden moms", 0, 6902),
    VatCode("U255", "Finsk moms 25,5 % (OSS)", 2550, 6904),
    VatCode("I25", "Købsmoms 25 %", 2500, 6903),
)

VAT_ZONES = (
    VatZone(DOMESTIC, "Indland"),
    VatZone(EU, "EU"),
    VatZone(ABROAD, "Udland"),
    VatZone(DOMESTIC_EXEMPT, "Indland momsfri", for_suppliers=False),
    VatZone(5, "EU B2C OSS Finland", for_suppliers=False),
)

TERMS = (
    PaymentTerms(1, "Netto 8 dage", "net", 8),
    PaymentTerms(2, "Netto 14 dage", "net", 14),
    PaymentTerms(3, "Løbende måned 30 dage", "invoiceMonth", 30),
    PaymentTerms(4, "Kontant, webshop", "paidInCash", 0, 5825),
    PaymentTerms(5, "Forfaldsdato", "dueDate"),
)


def _zones(domestic: int, *, finland: int = 1060) -> dict[int, int]:
    return {DOMESTIC: domestic, EU: 1020, ABROAD: 1030, DOMESTIC_EXEMPT: 1050, 5: finland}


PRODUCT_GROUPS = (
    ProductGroup(1, "Varer med moms", _zones(1010)),
    ProductGroup(2, "Varer uden moms", dict.fromkeys((1, 2, 3, 4, 5), 1050)),
    ProductGroup(3, "Fragt og gebyr", _zones(1040)),
    ProductGroup(4, "Øreafrunding", dict.fromkeys((1, 2, 3, 4, 5), 4980)),
    ProductGroup(5, "Lagervarer med moms", _zones(1010), inventory=True),
)

# number, name, group, sales price in øre
PRODUCTS: tuple[tuple[str, str, int, int], ...] = (
    ("WEB", "Vare fra webshop", 1, 0),
    ("FRAGT", "Fragt", 3, 3900),
    ("FRAGT-0", "Fragt uden moms", 2, 0),
    ("GEBYR", "Gebyr", 3, 0),
    ("RABAT", "Rabat", 1, 0),
    ("RABAT-0", "Rabat, momsfrie varer", 2, 0),
    ("GAVEKORT", "Gavekort", 2, 0),
    ("ØRE", "Øreafrunding", 4, 0),
    ("TOTAL-25", "Salg i alt, 25 % moms", 1, 0),
    ("TOTAL-0", "Salg i alt, uden moms", 2, 0),
    ("KOP-1", "Kop", 1, 8000),
    ("BOG-1", "Bog", 1, 15344),
)

CURRENCIES = (
    Currency("DKK", "208", "Danske kroner", 100_000_000),
    Currency("EUR", "978", "Euro", 746_000_000),
    Currency("SEK", "752", "Svenske kroner", 65_000_000),
    Currency("NOK", "578", "Norske kroner", 64_000_000),
)

CUSTOMERS: tuple[Json, ...] = (
    {
        "name": "Webshopkunder",
        "currency": "DKK",
        "customerGroup": 1,
        "paymentTerms": 1,
        "vatZone": DOMESTIC,
        "country": "Danmark",
    },
    {
        "name": "Birgit Holm",
        "currency": "DKK",
        "customerGroup": 1,
        "paymentTerms": 1,
        "vatZone": DOMESTIC,
        "email": "Birgit.Holm@example.dk",
        "address": "Åboulevarden 12",
        "zip": "8000",
        "city": "Aarhus C",
        "country": "Danmark",
    },
)


def master(now: float, *, base_currency: str = "DKK", without: tuple[str, ...] = ()) -> Master:
    """What the owner has set up; `without` names collections (layouts, journals, …) that are left empty."""
    today = datetime.fromtimestamp(now, UTC).date()
    years = [calendar_year(year) for year in sorted({2025, 2026, today.year - 1, today.year, today.year + 1})]
    made = Master(
        accounts={row[0]: Account(*row) for row in ACCOUNTS},
        vat_codes={code.code: code for code in VAT_CODES},
        vat_zones={zone.number: zone for zone in VAT_ZONES},
        terms={terms.number: terms for terms in TERMS},
        product_groups={group.number: group for group in PRODUCT_GROUPS},
        customer_groups={1: Named(1, "Danske kunder", 5600), 2: Named(2, "Udenlandske kunder", 5600)},
        layouts={19: Named(19, "Dansk standard"), 20: Named(20, "English standard"), 21: Named(21, "Gammelt layout")},
        units={1: Named(1, "stk."), 2: Named(2, "time"), 3: Named(3, "sæt")},
        currencies=currencies(base_currency),
        journals={1: Journal(1, "Daglig", 1, contra_account=5820), 4: Journal(4, "Webshop", 40_000)},
        calendar=Calendar(years),
    )
    for name in without:
        vars(made)[name].clear()
    return made


def currencies(base: str) -> dict[str, Currency]:
    """The same currencies priced in `base`, whose own 100 units cost 100."""
    base_rate = {currency.code: currency.rate for currency in CURRENCIES}[base]
    return {
        currency.code: Currency(currency.code, currency.number, currency.name, currency.rate * 100_000_000 // base_rate)
        for currency in CURRENCIES
    }


def books(now: float, *, base_currency: str = "DKK", without: tuple[str, ...] = ()) -> Books:
    """A fresh agreement's books, made at `now` (seconds since the epoch)."""
    made = Books(master(now, base_currency=base_currency, without=without))
    for number, name, group, price in PRODUCTS:
        data: Json = {"productNumber": number, "name": name, "productGroup": group, "salesPrice": Decimal(price) / 100}
        made.products[number] = Product(0.0, now, number=number, data=data | {"barred": False})
    for data in CUSTOMERS:
        number_given = made.customer_numbers.take()
        made.put_customer(Customer(0.0, now, number=number_given, data=dict(data)))
    made.vouchers = {journal.number: Series(journal.first_voucher) for journal in made.master.journals.values()}
    return made
