"""From an order's JSON to our `Order`, once for every reading that holds. Pure; amounts are Decimals throughout.

The keys come from `fields.py`, what the figures mean from `readings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.core.errors import NeedsSetup, Rejected
from connector.core.money import ZERO, Money, plain
from connector.core.order import Method, Order, Party, Payment, PaymentKind
from shops.adapters.shoporama import credits, fields, places
from shops.adapters.shoporama.facts import Facts, carrier, method, read_facts
from shops.adapters.shoporama.parts import Home
from shops.adapters.shoporama.readings import Reading, holding
from shops.adapters.shoporama.unread import explaining, unread
from shops.adapters.shoporama.values import amount, first, flag, moment, text
from shops.base import ShopSettings

KIND = "shoporama"
CANCELLED = frozenset({"cancelled", "canceled", "annulleret"})
SENT = frozenset({"sent", "shipped", "afsendt"})
"""The data's word is `sent`; the documentation says shipped (section 4)."""
_CROWNS = frozenset({"kr", "kr."})


@dataclass(frozen=True)
class Head:
    """What every reading of an order has in common."""

    id: str
    number: str
    currency: str
    buyer: Party
    delivery: Party | None
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    is_cancelled: bool
    method: Method
    carrier: Method
    status: str
    changed_at: datetime | None


def read_order(raw: object, shop: ShopSettings, countries: Mapping[str, str], order_id: str) -> list[Order]:
    """Every reading of an order, or of a credit note, whose sums hold, the preferred first.

    `raw` is the answer to `GET /order/<order_id>`, `countries` the shop's country ids → ISO codes.
    Raises Rejected("order-unreadable") for what is no order; NeedsSetup("fact-missing") for an order without a fact
    that nothing can stand in for, ("total-off") when no reading holds, ("amount-unread") when a field with money
    was not read. A cancelled order is never a reason to stop: it is given without lines when its sums do not hold.
    """
    if not isinstance(raw, dict) or not _is_order(raw, order_id):
        raise Rejected("order-unreadable", order=order_id)
    head = read_head(raw, shop, countries, order_id)
    facts = read_facts(raw, head.number)
    if not credits.is_credit(facts):
        return _orders(raw, head, facts, shop)
    try:
        sales = _orders(raw, head, credits.as_sale(facts), shop)
    except NeedsSetup as stop:
        raise credits.as_said(stop) from stop
    credited = credits.credited(raw, order_id)
    return [credits.as_credit(order, credited) for order in sales]


def needs_countries(raw: object) -> bool:
    """Whether the order names a country that only the shop's own table can explain."""
    ends = (fields.BUYER, fields.RECEIVER)
    return isinstance(raw, dict) and any(_country(raw, end, {}) is None for end in ends)


def _is_order(raw: Mapping[str, Any], order_id: str) -> bool:
    """An order by its looks, and the one that was asked for."""
    has_money = any(first(raw, names) is not None for names in (fields.TOTAL, fields.ITEMS))
    return has_money and text(first(raw, fields.ID)) in (order_id, "")


def _rate(shop: ShopSettings) -> Decimal:
    rate = amount(shop.default_vat_rate)
    if rate is None:
        raise ValueError("the shop's usual VAT rate is no number")
    return rate


def _orders(raw: Mapping[str, Any], head: Head, facts: Facts, shop: ShopSettings) -> list[Order]:
    home = Home(rate=_rate(shop), is_abroad=_destination(head) not in ("", shop.home_country))
    try:
        found = _held(raw, facts, home, head.number)
    except NeedsSetup:
        if not head.is_cancelled:
            raise
        found = [Reading((), facts.total, "cancelled")]
    return [_order(head, facts, reading, shop) for reading in found]


def _held(raw: Mapping[str, Any], facts: Facts, home: Home, order: str) -> list[Reading]:
    try:
        found = holding(facts, home, order)
    except NeedsSetup as stop:
        lacking = Decimal(stop.facts["difference"]) if stop.facts["what"] == "total" else ZERO
        field = explaining(raw, lacking)
        if field:
            raise _amount_unread(order, field, lacking) from stop
        raise
    for reading in found:
        left = unread(raw, facts, reading)
        if left:
            raise _amount_unread(order, *left)
    return found


def _amount_unread(order: str, field: str, figure: Decimal) -> NeedsSetup:
    return NeedsSetup("amount-unread", order=order, field=field, amount=plain(figure))


# --- what is not money ------------------------------------------------------------------------------------------------
def read_head(raw: Mapping[str, Any], shop: ShopSettings, countries: Mapping[str, str], order_id: str) -> Head:
    """Who, when and in which state. Raises NeedsSetup("fact-missing") for a country or currency that is unreadable."""
    number = text(first(raw, fields.NUMBER)) or order_id
    status = text(first(raw, fields.STATUS)).casefold()
    buyer = _party(raw, fields.BUYER, countries, number)
    changed_at = moment(first(raw, fields.CHANGED_AT))
    placed_at = moment(first(raw, fields.PLACED_AT)) or changed_at
    if placed_at is None:
        raise NeedsSetup("fact-missing", fact="time", order=number)
    return Head(
        id=order_id,
        number=number,
        currency=_currency(raw, shop, number),
        buyer=buyer,
        delivery=_delivery(raw, buyer, countries, number),
        placed_at=placed_at,
        paid_at=_paid_at(raw, changed_at or placed_at),
        shipped_at=_shipped_at(raw, status, changed_at or placed_at),
        is_cancelled=status in CANCELLED,
        method=method(raw),
        carrier=carrier(raw),
        status=status,
        changed_at=changed_at,
    )


def _paid_at(raw: Mapping[str, Any], otherwise: datetime) -> datetime | None:
    """Paid is a flag or a date (section 4); a flag says only that it happened before the order's last change."""
    paid = first(raw, fields.PAID)
    at = moment(first(raw, fields.PAID_AT))
    if paid is None:
        return at
    return (at or moment(paid) or otherwise) if flag(paid) else None


def _shipped_at(raw: Mapping[str, Any], status: str, otherwise: datetime) -> datetime | None:
    return (moment(first(raw, fields.SENT_AT)) or otherwise) if status in SENT else None


def _currency(raw: Mapping[str, Any], shop: ShopSettings, order: str) -> str:
    """The order's own, else the shop's: whether orders carry one is open (section 4)."""
    value = first(raw, fields.CURRENCY)
    said = text(first(value, ("code", "iso", "name")) if isinstance(value, dict) else value)
    if not said or said.casefold() in _CROWNS:
        return shop.home_currency
    if len(said) == 3 and said.isascii() and said.isalpha():
        return said.upper()
    raise NeedsSetup("fact-missing", fact="currency", order=order)


def _country(raw: Mapping[str, Any], prefix: str, countries: Mapping[str, str]) -> str | None:
    stated: list[object] = []
    for name in fields.prefixed(prefix, fields.COUNTRY):
        value = raw.get(name)
        keys = (*places.CODE_KEYS, *places.NAME_KEYS, *places.ID_KEYS)
        stated += [value.get(key) for key in keys] if isinstance(value, dict) else [value]
    return places.country(stated, countries)


def _party(raw: Mapping[str, Any], prefix: str, countries: Mapping[str, str], order: str) -> Party:
    """The buyer or the receiver. A country that is named and unknown stops: home must not be taken for abroad."""
    country = _country(raw, prefix, countries)
    if country is None:
        raise NeedsSetup("fact-missing", fact="country", order=order)
    name, company = _word(raw, prefix, fields.PERSON), _word(raw, prefix, fields.COMPANY)
    is_buyer = prefix == fields.BUYER
    return Party(
        name=name,
        company=company,
        email=text(first(raw, fields.EMAIL)) if is_buyer else "",
        phone=text(first(raw, fields.PHONE)) if is_buyer else "",
        address=" ".join(filter(None, (_word(raw, prefix, fields.ADDRESS), _word(raw, prefix, fields.ADDRESS_MORE)))),
        postcode=_word(raw, prefix, fields.POSTCODE),
        city=_word(raw, prefix, fields.CITY),
        country=country,
        vat_number=text(first(raw, fields.VAT_NUMBER)) if is_buyer else "",
        ean=text(first(raw, fields.EAN)).replace(" ", "") if is_buyer else "",
        contact=name if company else "",
    )


def _word(raw: Mapping[str, Any], prefix: str, names: tuple[str, ...]) -> str:
    return text(first(raw, fields.prefixed(prefix, names)))


def _delivery(raw: Mapping[str, Any], buyer: Party, countries: Mapping[str, str], order: str) -> Party | None:
    """Where the goods went, when it is not the buyer's address; its country is the buyer's unless it says another."""
    found = _party(raw, fields.RECEIVER, countries, order)
    is_given = any((found.name, found.company, found.address, found.postcode, found.city))
    if not is_given and found.country in ("", buyer.country):
        return None
    return found if found.country else replace(found, country=buyer.country)


def _destination(head: Head) -> str:
    return (head.delivery or head.buyer).country


# --- the order --------------------------------------------------------------------------------------------------------
def _order(head: Head, facts: Facts, reading: Reading, shop: ShopSettings) -> Order:
    return Order(
        shop_kind=KIND,
        shop_id=shop.platform_id,
        id=head.id,
        number=head.number,
        total=Money(reading.total, head.currency),
        lines=reading.lines,
        buyer=head.buyer,
        placed_at=head.placed_at,
        paid_at=head.paid_at,
        shipped_at=head.shipped_at,
        is_cancelled=head.is_cancelled,
        payments=_payments(head, facts, reading),
        delivery=head.delivery,
        reading=reading.name,
        method=head.method,
        carrier=head.carrier,
        status=head.status,
        status_at=head.changed_at,
    )


def _payments(head: Head, facts: Facts, reading: Reading) -> tuple[Payment, ...]:
    """What has been received: the gift card's part, and the rest once it is paid."""
    card = min(facts.gift_card, max(reading.total, ZERO))
    rest = max(reading.total - card, ZERO) if head.paid_at else ZERO
    by_method = Payment(PaymentKind.CARD, rest, head.method.name, head.method.id)
    received = (Payment(PaymentKind.GIFT_CARD, card), by_method)
    return tuple(payment for payment in received if payment.amount)
