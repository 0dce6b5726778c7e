"""Which VAT treatment a sale gets, and why: one decision over destination, buyer, VAT charged and One Stop Shop.

What the shop charged decides, checked against the dated rates of the country: charged amounts are never recomputed.
Sources: bookkeeping rules 7 (EU consumers), 8 (EU businesses) and 14 (territory).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from connector.core import vat_rates
from connector.core.document import DocumentLine, InvoiceDocument, Situation
from connector.core.errors import NeedsSetup
from connector.core.money import digits
from connector.core.order import LineKind, Order, Party
from connector.core.rules import MappingRules
from connector.core.territory import Territory, place, territory
from connector.core.vat_numbers import well_formed

SHOP_TIME = ZoneInfo("Europe/Copenhagen")
"""Whose days the documents' dates are."""


class Why(StrEnum):
    """Why a sale got its treatment: stored on the document."""

    HOME = "home"
    OUTSIDE = "outside-eu"
    OUTSIDE_WITH_VAT = "outside-eu-vat-charged"
    BUSINESS = "eu-business-not-checked"
    """Its VAT number is well formed; no register was asked."""
    BUSINESS_WITH_VAT = "eu-business-vat-charged"
    CONSUMER_OSS = "eu-consumer-oss"
    CONSUMER_HOME_VAT = "eu-consumer-home-vat"
    VAT_FREE_AT_HOME = "vat-free-at-home"


@dataclass(frozen=True)
class Treatment:
    """How a sale is treated. `country` is the one whose VAT an EU consumer paid, empty in every other situation."""

    situation: Situation
    reason: Why
    country: str = ""


@dataclass(frozen=True)
class Sale:
    """What decides the treatment of one order.

    `place` is where the goods went (territory.place). `charged` are the VAT rates above 0 that were charged, in
    percent. `home_rates` and `place_rates` are those in force on the tax point; `home_rates` is empty for a home that
    the table does not know, where every rate counts as one of home's. `has_oss`: the One Stop Shop was used by then.
    `is_free_at_home`: the books say that the goods carry no VAT at home either.
    """

    order: str
    place: str
    territory: Territory
    charged: frozenset[Decimal]
    home_rates: frozenset[Decimal]
    place_rates: frozenset[Decimal]
    expected: Decimal
    """The rate that a consumer there is usually charged, in percent."""
    vat_number: str = ""
    is_company: bool = False
    has_oss: bool = False
    is_free_at_home: bool = False

    @property
    def is_business(self) -> bool:
        """Whether the buyer has a well-formed VAT number of the country that the goods went to."""
        return well_formed(self.vat_number, self.place)

    @property
    def is_at_home_rates(self) -> bool:
        return not self.home_rates or self.charged <= self.home_rates


def treat(order: Order, rules: MappingRules, day: date, vat_free: Collection[str] = ()) -> Treatment:
    """The order's treatment at the tax point `day`. `vat_free` are the items that carry no VAT at home.

    Raises NeedsSetup for a sale whose VAT cannot be right as it was charged.
    """
    return decide(sale_of(order, rules, day, vat_free))


def decide(sale: Sale) -> Treatment:
    """The decision table. Raises NeedsSetup for the cells in which nothing is right."""
    if sale.territory is Territory.HOME:
        return Treatment(Situation.DOMESTIC, Why.HOME)
    if sale.charged:
        return _with_vat(sale)
    if sale.territory is Territory.OUTSIDE:
        return Treatment(Situation.ABROAD, Why.OUTSIDE)
    return _eu_without_vat(sale)


def _with_vat(sale: Sale) -> Treatment:
    """VAT was charged on a sale to another country: home's, or under the One Stop Shop the destination's."""
    if sale.has_oss and sale.charged <= sale.place_rates:
        return Treatment(Situation.EU_CONSUMER, Why.CONSUMER_OSS, sale.place)
    if not sale.is_at_home_rates:
        raise _unknown_rate(sale)
    if sale.territory is Territory.OUTSIDE:
        return Treatment(Situation.DOMESTIC, Why.OUTSIDE_WITH_VAT)
    if sale.is_business:
        return Treatment(Situation.DOMESTIC, Why.BUSINESS_WITH_VAT)
    if sale.has_oss:
        raise _mismatch(sale, min(sale.charged))
    return Treatment(Situation.DOMESTIC, Why.CONSUMER_HOME_VAT)


def _eu_without_vat(sale: Sale) -> Treatment:
    """No VAT was charged within the EU: only a business's number allows that, or goods that never carry VAT."""
    if sale.is_business:
        return Treatment(Situation.EU_BUSINESS, Why.BUSINESS)
    if sale.is_free_at_home:
        return Treatment(Situation.DOMESTIC, Why.VAT_FREE_AT_HOME)
    if sale.vat_number:
        raise NeedsSetup("vat-number-unconfirmed", number=sale.vat_number, order=sale.order)
    if sale.is_company:
        raise NeedsSetup("fact-missing", fact="vat_number", order=sale.order)
    raise _mismatch(sale, Decimal(0))


def _unknown_rate(sale: Sale) -> NeedsSetup:
    """A rate was charged that is neither home's nor, under the One Stop Shop, the destination's."""
    known = sale.home_rates | (sale.place_rates if sale.has_oss else frozenset())
    # Rates of two countries on one order: each is known, together they are not.
    rate = min(sale.charged - known or sale.charged - sale.home_rates)
    return NeedsSetup("vat-rate-missing", rate=digits(rate), country=sale.place, order=sale.order)


def _mismatch(sale: Sale, charged: Decimal) -> NeedsSetup:
    rates = {"shop_rate": digits(charged), "books_rate": digits(sale.expected)}
    return NeedsSetup("vat-mismatch", order=sale.order, country=sale.place, **rates)


# --- from an order to what decides -----------------------------------------------------------------------------------
def sale_of(order: Order, rules: MappingRules, day: date, vat_free: Collection[str] = ()) -> Sale:
    """What of an order decides its treatment."""
    party, home = _receiver(order), rules.home_country
    where, area = place(party.country or home, party.postcode), territory(party.country, party.postcode, home)
    has_oss = area is Territory.EU and uses_oss(rules, day)
    return Sale(
        order=order.number,
        place=where,
        territory=area,
        charged=frozenset(line.vat_rate for line in order.lines if line.vat_rate > 0 and line.gross),
        home_rates=vat_rates.rates(home, day),
        place_rates=vat_rates.rates(where, day),
        expected=vat_rates.standard_rate(where if has_oss else home, day) or Decimal(0),
        vat_number=order.buyer.vat_number.strip(),
        is_company=bool(order.buyer.company.strip()),
        has_oss=has_oss,
        is_free_at_home=_is_free(order, vat_free),
    )


def _receiver(order: Order) -> Party:
    """Whose address says where the goods went: the buyer's where the receiver's lacks a country."""
    return order.destination if order.destination.country else order.buyer


def _is_free(order: Order, vat_free: Collection[str]) -> bool:
    goods = [line.sku for line in order.lines if line.kind is LineKind.PRODUCT and line.gross]
    return bool(goods) and all(sku in vat_free for sku in goods)


def uses_oss(rules: MappingRules, day: date) -> bool:
    """Whether EU consumers are charged their own country's VAT on this day."""
    return rules.oss_from is not None and rules.oss_from <= day


def tax_point(order: Order, day: date) -> date:
    """The day whose VAT rates count: the document's `day`, or that of the payment where it came earlier (rule 5)."""
    return min(day, order.paid_at.astimezone(SHOP_TIME).date()) if order.paid_at else day


def usable_rates(order: Order, rules: MappingRules, day: date) -> tuple[Decimal, ...]:
    """The VAT rates in use, and those of the order's destination where the One Stop Shop reaches it."""
    sale = sale_of(order, rules, day)
    return (*rules.rates, *sorted(sale.place_rates - set(rules.rates))) if sale.has_oss else rules.rates


# --- zones ------------------------------------------------------------------------------------------------------------
def zone_field(situation: Situation, country: str = "") -> str:
    """The setting that chooses the zone: `zone_domestic`, `zone_eu_consumer@FI` …"""
    return f"zone_{situation}@{country}" if country else f"zone_{situation}"


def sales_field(situation: Situation, country: str = "") -> str:
    """The setting that chooses the account of a sale that is not at home: `sales_abroad`, `sales_eu_consumer@FI` …"""
    return f"sales_{situation}@{country}" if country else f"sales_{situation}"


def zones_needed(orders: Iterable[Order], rules: MappingRules) -> dict[str, frozenset[Decimal]]:
    """Zone setting → the VAT rates that the shop charged there, for the orders that were seen.

    Orders whose VAT cannot be right are left out: they stop with a reason of their own.
    """
    found: dict[str, frozenset[Decimal]] = {}
    for order in orders:
        day = tax_point(order, order.placed_at.astimezone(SHOP_TIME).date())
        try:
            treatment = treat(order, rules, day)
        except NeedsSetup:
            continue
        name = zone_field(treatment.situation, treatment.country)
        charged = frozenset(line.vat_rate for line in order.lines if line.vat_rate >= 0 and line.gross)
        found[name] = found.get(name, frozenset()) | charged
    return found


# --- what the books will do ------------------------------------------------------------------------------------------
def books_rates(
    document: InvoiceDocument, rates: Mapping[str, Mapping[str, str]], groups_of_items: Mapping[str, str]
) -> Iterator[tuple[DocumentLine, str, Decimal | None]]:
    """Each line with its group and the VAT rate in percent that the books will put on it, None where that is unknown.

    `rates` is product group → zone → percent, `groups_of_items` item → group.
    """
    zone = document.choices.get("zone", "")
    for line in document.lines:
        group = line.group or groups_of_items.get(line.item, "")
        percent = rate_there(rates.get(group, {}), zone, document.situation, document.vat_country)
        yield line, group, None if percent is None else Decimal(percent)


def rate_there(rates: Mapping[str, str], zone: str, situation: str, country: str = "") -> str | None:
    """The percent of a group in a zone; in books without zones, that of every sale alike, or of the situation. None
    where it is unknown."""
    return rates.get(zone, rates.get(f"{situation}@{country}" if country else situation))


def rate_conflicts(
    document: InvoiceDocument, rates: Mapping[str, Mapping[str, str]], groups_of_items: Mapping[str, str]
) -> Iterator[NeedsSetup]:
    """For each line on which the books would put another VAT rate than the shop charged, why it stops.

    A line whose item, group or zone is unknown here is passed over: the comparison of the draft still sees what the
    books made of it.
    """
    for line, group, books_rate in books_rates(document, rates, groups_of_items):
        if line.amount and books_rate is not None and books_rate != line.vat_rate:
            yield NeedsSetup(
                "vat-mismatch",
                order=document.number,
                name=line.description,
                item=line.item,
                group=group,
                shop_rate=digits(line.vat_rate),
                books_rate=digits(books_rate),
                account="",
            )
