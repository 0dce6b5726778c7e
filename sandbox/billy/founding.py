"""Makes a company's first books from the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import seed
from .books import Books
from .ids import identity
from .model import Json
from .seed import Account, Product, Rule
from .shapes import SHAPES


def books(
    owner: int,
    now: float,
    serials: Iterator[int],
    *,
    with_oss: bool = False,
    with_clearing: bool = False,
    with_products: bool = False,
) -> Books:
    """The books of company number `owner`, with ids from `serials`; the products are what lines can be sold as."""
    made = Books(owner, identity(owner, 0), serials)
    _lists(made, now)
    rates = seed.RATES | (seed.OSS_RATES if with_oss else {})
    rate_ids = {key: _rate(made, row, now) for key, row in rates.items()}
    for name, (fallback, rules) in (seed.RULESETS | (seed.OSS_RULESETS if with_oss else {})).items():
        _ruleset(made, name, fallback, rules, rate_ids, now)
    for account in sorted(seed.ACCOUNTS + ((seed.CLEARING_ACCOUNT,) if with_clearing else ())):
        _account(made, account, now)
    if with_products:
        for product in seed.PRODUCTS + (seed.OSS_PRODUCTS if with_oss else ()):
            add_product(made, product, now)
    return made


def add(made: Books, resource: str, now: float, **record: object) -> Json:
    """Keep a record with these properties, None for the others."""
    blank = dict.fromkeys(name for name, prop in SHAPES[resource].properties.items() if prop.kind != "has-many")
    if "organizationId" in blank:
        record["organizationId"] = made.company
    if record.keys() - blank.keys():
        raise KeyError(", ".join(record.keys() - blank.keys()))
    return made.add(resource, {**blank, **record}, now)


def add_product(made: Books, product: Product, now: float) -> Json:
    """Keep a service product."""
    account = made.account_number(product.account)
    ruleset = named(made.tables["salesTaxRulesets"], product.ruleset)
    more = {"accountId": account["id"], "salesTaxRulesetId": ruleset["id"], "isArchived": False}
    return add(made, "products", now, name=product.name, **more)


def named(table: Mapping[str, Json], name: str) -> Json:
    """The record of that name. Raises KeyError."""
    for record in table.values():
        if record["name"] == name:
            return record
    raise KeyError(name)


def _lists(made: Books, now: float) -> None:
    for id_, rate in seed.CURRENCIES.items():
        made.add("currencies", {"name": id_, "exchangeRate": rate}, now, id_)
    for id_, name in seed.COUNTRIES.items():
        made.add("countries", {"name": name, "hasStates": False, "localeId": None}, now, id_)
    members = ",".join(sorted(seed.EU_COUNTRIES))
    made.add("countryGroups", {"name": "EU", "icon": None, "memberCountryIds": members}, now, seed.EU_GROUP)
    for nature, name in seed.GROUPS.items():
        is_report = nature in (seed.REVENUE, seed.EXPENSE)
        normal = "debit" if nature in (seed.ASSET, seed.EXPENSE) else "credit"
        report = "incomeStatement" if is_report else "balanceSheet"
        made.add("accountNatures", {"reportType": report, "name": name, "normalBalance": normal}, now, nature)
        add(made, "accountGroups", now, natureId=nature, name=name)


def _rate(made: Books, row: seed.TaxRate, now: float) -> str:
    flags = {"appliesToSales": True, "appliesToPurchases": False, "isPredefined": True, "isActive": True}
    kept = add(made, "taxRates", now, name=row.name, abbreviation=row.short, rate=row.rate, **flags)
    return str(kept["id"])


def _ruleset(
    made: Books, name: str, fallback: str, rules: tuple[Rule, ...], rate_ids: Mapping[str, str], now: float
) -> None:
    kept = add(made, "salesTaxRulesets", now, name=name, fallbackTaxRateId=rate_ids[fallback], isPredefined=True)
    for priority, rule in enumerate(rules):
        add(
            made,
            "salesTaxRules",
            now,
            rulesetId=kept["id"],
            countryId=rule.country,
            countryGroupId=seed.EU_GROUP if rule.in_eu else None,
            contactType=rule.contact_type,
            taxRateId=rate_ids[rule.rate],
            priority=priority,
        )


def _account(made: Books, account: Account, now: float) -> None:
    group = next(row for row in made.tables["accountGroups"].values() if row["natureId"] == account.nature)
    kept = add(
        made,
        "accounts",
        now,
        name=account.name,
        accountNo=account.number,
        groupId=group["id"],
        natureId=account.nature,
        systemRole=account.role,
        currencyId="DKK",
        isPaymentEnabled=account.payments,
        isBankAccount=account.bank,
        isArchived=False,
    )
    if account.bank:
        kept |= {"bankName": "Nordbanken", "bankRoutingNo": "1234", "bankAccountNo": "0001234567"}
