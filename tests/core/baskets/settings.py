"""Random orders through random settings that are valid for them: a shop whose owner has chosen everything it needs.

What must come of a case is known from how it was made; nothing here asks the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from connector.core import vat_rates
from connector.core.mapping import GiftCard, Layout, MappingRules, MissingProduct, NoEmail
from connector.core.order import LineKind, Method, Order, OrderLine, Party, Payment, PaymentKind
from connector.core.readings import READINGS, USUAL
from connector.core.territory import EU
from tests.core.baskets import RATES, SIZES, USUAL_RATES, extras, goods
from tests.core.orders import PURPOSES, SPREAD, a_gift_card, a_line, an_order

OSS_BEGAN = date(2021, 7, 1)
CURRENCIES = ("DKK", "DKK", "DKK", "EUR", "SEK", "NOK", "USD")
EU_NUMBERS = {"DE": "DE123456789", "SE": "SE556012579001", "FI": "12345678", "GR": "EL094259216", "XI": "XI123456789"}
OUTSIDE = (
    ("US", "10001"),
    ("NO", "0150"),
    ("GB", "SW1A 1AA"),
    ("GL", "3900"),
    ("DK", "3911"),
    ("DK", "100"),
    ("FI", "22100"),
)
"""Country and postcode of places outside the EU's VAT area; some carry the code of a country within."""
METHOD = "Kort"


@dataclass(frozen=True)
class Sale:
    """To whom and when it was sold, the rates of its goods, and the treatment that follows."""

    buyer: Party
    situation: str
    rates: tuple[Decimal, ...]
    taxed: bool
    """Whether it must carry VAT: its first line is at a rate above 0."""
    home: str = "DK"
    country: str = ""
    """Whose VAT an EU consumer paid."""
    oss_from: date | None = None
    day: date = date(2026, 11, 20)


@dataclass(frozen=True)
class Expected:
    """What must come of a case besides its amounts. `payments` are (amount, account)."""

    situation: str
    country: str
    zone: str
    customer: str
    term: str = ""
    payments: tuple[tuple[Decimal, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One seeded order with its settings. `known` are the products that the books have."""

    seed: int
    order: Order
    rules: MappingRules
    date: date
    known: frozenset[str]
    expected: Expected
    carried: dict[Decimal, str] = field(default_factory=dict)
    """The item of the order's way of sending per rate, where it has one of its own."""


def case(seed: int) -> Case:
    """Always the same case for a seed."""
    chance = Random(seed)
    sale = chance.choice(SALES)(chance)
    lines = tuple(_lines(chance, sale))
    order = an_order(*lines, buyer=_known_by(chance, sale.buyer), currency=chance.choice(CURRENCIES))
    order = _paid(chance, replace(order, placed_at=_at(sale.day, chance)), sale.day)
    rules, known, carried = _rules(chance, order, sale)
    if rules.missing_product is not MissingProduct.DEFAULT:
        order = replace(order, lines=tuple(_with_number(line) for line in order.lines))
    if carried:
        order = replace(order, carrier=Method("7", "GLS"))
    return Case(seed, order, rules, _document_date(chance, order, sale), known, _expected(order, rules, sale), carried)


# --- to whom ---------------------------------------------------------------------------------------------------------
def _at_home(chance: Random) -> Sale:
    home = chance.choice(("DK", "DK", "DK", "SE", "NO", "DE", "FI"))
    rates = chance.sample(RATES, chance.randint(1, 3)) if chance.random() < 0.5 else USUAL_RATES
    buyer = Party(name="Ida Holm", country=chance.choice((home, home, "")), postcode="80000", phone="20 30 40 50")
    return Sale(buyer, "domestic", tuple(rates), taxed=False, home=home)


def _one_stop_shop(chance: Random) -> Sale:
    """An EU consumer who pays the VAT of the own country, at any rate in force there on that day."""
    day = OSS_BEGAN + timedelta(days=chance.randrange(365 * 6))
    country = chance.choice(sorted(EU - {"DK", "XI"}))
    there = sorted(vat_rates.rates(country, day))
    rates = (*chance.sample(there, chance.randint(1, len(there))), *([Decimal(0)] if chance.random() < 0.3 else []))
    since = chance.choice((OSS_BEGAN, day))
    return Sale(_abroad(country), "eu_consumer", rates, taxed=True, country=country, oss_from=since, day=day)


def _eu_at_home_rates(chance: Random) -> Sale:
    oss = chance.choice((None, date(2026, 11, 21)))
    return Sale(_abroad(chance.choice(("SE", "DE", "FR", "FI"))), "domestic", (Decimal(25),), taxed=True, oss_from=oss)


def _eu_business(chance: Random) -> Sale:
    country = chance.choice(list(EU_NUMBERS))
    buyer = replace(_abroad(country), company="Nord & Co", vat_number=EU_NUMBERS[country])
    return Sale(buyer, "eu_business", (Decimal(0),), taxed=False, oss_from=chance.choice((None, OSS_BEGAN)))


def _outside(chance: Random) -> Sale:
    country, postcode = chance.choice(OUTSIDE)
    taxed = chance.random() < 0.2
    rates = (Decimal(25), Decimal(0)) if taxed else (Decimal(0),)
    return Sale(_abroad(country, postcode), "domestic" if taxed else "abroad", rates, taxed=taxed)


def _abroad(country: str, postcode: str = "00100") -> Party:
    return Party(name="Aino Virta", country=country, postcode=postcode, phone="+358 40 1234567")


SALES: tuple[Callable[[Random], Sale], ...] = (
    *(_at_home,) * 5,
    *(_one_stop_shop,) * 3,
    _eu_at_home_rates,
    _eu_business,
    _outside,
)


def _known_by(chance: Random, buyer: Party) -> Party:
    """With an e-mail, mostly, and now and then with a company's number at home."""
    if not buyer.vat_number and buyer.country == "DK" and len(buyer.postcode) == 5 and chance.random() < 0.2:
        return replace(buyer, company="Nord ApS", vat_number="DK 12 34 56 78")
    return replace(buyer, email=" Ida@Example.dk ") if chance.random() < 0.8 else buyer


# --- what was sold ---------------------------------------------------------------------------------------------------
def _lines(chance: Random, sale: Sale) -> Iterator[OrderLine]:
    first = [rate for rate in sale.rates if rate or not sale.taxed]
    sold = [
        goods(chance, number, chance.choice(sale.rates if number else first)) for number in range(chance.choice(SIZES))
    ]
    if chance.random() < 0.05:
        sold[-1] = replace(sold[-1], quantity=Decimal("0.333"))
    yield from (replace(line, sku="") if chance.random() < 0.1 else line for line in sold)
    yield from (line for line in extras(chance, sold, list(sale.rates)) if _is_allowed(line, sale))
    off = -round(sold[0].gross / 10, 2)
    if off and chance.random() < 0.1:
        yield a_line(str(off), str(sold[0].vat_rate), kind=LineKind.DISCOUNT, name="Coupon", sku="")


def _is_allowed(line: OrderLine, sale: Sale) -> bool:
    return line.vat_rate in (*sale.rates, SPREAD, Decimal(0))


def _with_number(line: OrderLine) -> OrderLine:
    is_nameless = line.kind is LineKind.PRODUCT and not line.sku
    return replace(line, sku=line.name.upper().replace(" ", "-")) if is_nameless else line


def _at(day: date, chance: Random) -> datetime:
    return datetime(day.year, day.month, day.day, chance.randint(3, 20), 16, tzinfo=UTC)


def _paid(chance: Random, order: Order, day: date) -> Order:
    """Not at all, by card, by gift cards, or by both; the payment's day is the tax point."""
    worth = order.total.amount
    cards = []
    if chance.random() < 0.3 and worth > 1:
        shares = [Decimal(chance.randint(1, 30)) / 100 for _ in range(chance.randint(1, 2))]
        cards = [a_gift_card(str(round(worth * share + Decimal("0.01"), 2))) for share in shares]
    if chance.random() < 0.2:
        return replace(order, payments=tuple(cards))
    rest = worth - sum(card.amount for card in cards)
    return replace(order, payments=(*cards, Payment(PaymentKind.CARD, rest, METHOD)), paid_at=_at(day, chance))


def _document_date(chance: Random, order: Order, sale: Sale) -> date:
    """Days later than the payment now and then, also past a change of the rates."""
    return sale.day + timedelta(days=chance.choice((0, 0, 1, 40))) if order.paid_at else sale.day


# --- the settings ----------------------------------------------------------------------------------------------------
def _rules(chance: Random, order: Order, sale: Sale) -> tuple[MappingRules, frozenset[str], dict[Decimal, str]]:
    used = sorted({line.vat_rate for line in order.lines} - {SPREAD})
    # What the One Stop Shop reaches is usable without being chosen.
    chosen = [rate for rate in used if not (sale.country and rate and chance.random() < 0.5)]
    missing = chance.choice(list(MissingProduct))
    numbers = sorted({_with_number(line).sku for line in order.lines if line.kind is LineKind.PRODUCT})
    known = [number for number in numbers if missing is MissingProduct.STOP or chance.random() < 0.6]
    carried = {rate: f"GLS-{rate}" for rate in used} if chance.random() < 0.3 else {}
    key = "zone_" + sale.situation + (f"@{sale.country}" if sale.country else "")
    collective = chance.random() < 0.2
    rules = MappingRules(
        layout=chance.choice((Layout.SINGLE, Layout.SINGLE, Layout.TOTAL)),
        rates=(*chosen, Decimal("99.5")),
        items={purpose: {rate: item_of(purpose, rate) for rate in used} for purpose in PURPOSES},
        rounding_item="ROUNDING",
        missing_product=missing,
        groups={rate: group_of(rate) for rate in used},
        gift_card=chance.choice(list(GiftCard)),
        collective_customer="9999",
        creates_customers=not collective,
        no_email=chance.choice(list(NoEmail)),
        home_country=sale.home,
        oss_from=sale.oss_from,
        choices={"layout": "19"} | ({key: "4", "zone_elsewhere": "8"} if chance.random() < 0.8 else {}),
        reading=chance.choice((USUAL, *READINGS)),
        methods=chance.choice(({}, {"kort": "open"}, {"kort": "5820"}, {"kort": "term:3"}, {"kort": "default"})),
        carriers={"7": carried, "8": {}} if carried else {},
    )
    return rules, frozenset(known), carried


def item_of(purpose: str, rate: Decimal) -> str:
    """The item that the settings choose."""
    return f"{purpose.upper()}-{rate}"


def group_of(rate: Decimal) -> str:
    """The product group that the settings choose."""
    return f"group-{rate}"


# --- what must come of it --------------------------------------------------------------------------------------------
def _expected(order: Order, rules: MappingRules, sale: Sale) -> Expected:
    zone = "4" if "zone_elsewhere" in rules.choices else ""
    term = "3" if rules.methods.get("kort") == "term:3" and len(order.payments) == 1 and order.paid_at else ""
    return Expected(
        sale.situation,
        sale.country,
        zone,
        _customer(order.buyer, rules),
        term,
        () if term else tuple(_registered(order, rules)),
    )


def _customer(buyer: Party, rules: MappingRules) -> str:
    """The key, or the number of the collective customer."""
    if not rules.creates_customers:
        return "9999"
    if buyer.company:
        letters = "EL" if buyer.country == "GR" else buyer.country
        return "company:" + buyer.vat_number.replace(" ", "").removeprefix(letters)
    if buyer.email:
        return "ida@example.dk"
    if rules.no_email is NoEmail.COLLECTIVE:
        return "9999"
    parts = (buyer.name, buyer.postcode.replace(" ", ""), buyer.phone.replace(" ", "").removeprefix("+"))
    return f"name:{'|'.join(parts)}".casefold()


def _registered(order: Order, rules: MappingRules) -> Iterator[tuple[Decimal, str]]:
    choice = rules.methods.get("kort", "")
    for payment in order.payments:
        if payment.kind is PaymentKind.GIFT_CARD and rules.gift_card is GiftCard.PAYMENT:
            yield payment.amount, ""
        if payment.kind is PaymentKind.CARD and payment.amount and choice != "open":
            yield payment.amount, "5820" if choice == "5820" else ""
