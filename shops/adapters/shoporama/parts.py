"""The ways in which each part of an order's sum can be meant, the most natural first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from connector.core.money import ZERO, allocate, digits, rounded, total
from connector.core.order import SPREAD, LineKind, OrderLine
from connector.core.vat import HUNDRED
from shops.adapters.shoporama.facts import Facts, Item, Priced

NO_VAT = Decimal(0)
Gross = Callable[[Item, Decimal], Decimal]
"""What a line costs incl. VAT, given its VAT rate."""


@dataclass(frozen=True)
class Home:
    """What the shop's settings say where the order is silent: the usual VAT rate, and whether the sale left home."""

    rate: Decimal
    is_abroad: bool = False


@dataclass(frozen=True)
class Part:
    """One way to read one part of the order: its name, the lines that it makes, whether its prices include VAT."""

    word: str = ""
    lines: tuple[OrderLine, ...] = ()
    is_incl: bool = True

    @cached_property
    def gross(self) -> Decimal:
        """The part's amount incl. VAT."""
        return total(line.gross for line in self.lines)

    @cached_property
    def by_rate(self) -> dict[Decimal, Decimal]:
        """Gross per VAT rate, the highest rate first; rates that do not count towards the part's own sign left out."""
        sums: dict[Decimal, Decimal] = {}
        for line in self.lines:
            sums[line.vat_rate] = sums.get(line.vat_rate, ZERO) + line.gross
        return {rate: sums[rate] for rate in sorted(sums, reverse=True) if sums[rate] * self.gross > 0}


# --- goods ------------------------------------------------------------------------------------------------------------
def goods_parts(facts: Facts, home: Home) -> Iterator[Part]:
    """The lines with unit prices incl. VAT, then excl.: rounded by the line, or by the piece."""
    for word, rates in _rates(facts, home):
        ways = _WAYS if any(rates) else _WAYS[:1]
        for way, is_incl, gross in ways:
            lines = (_line(item, gross(item, rate), rate) for item, rate in zip(facts.items, rates, strict=True))
            yield Part(f"{way} {word}".strip(), tuple(lines), is_incl)


def with_vat(net: Decimal, rate: Decimal) -> Decimal:
    """`net` with VAT at `rate` percent on top, to the øre."""
    return rounded(net * (HUNDRED + rate) / HUNDRED)


_WAYS: tuple[tuple[str, bool, Gross], ...] = (
    ("prices-incl-vat", True, lambda item, rate: rounded(item.quantity * item.unit_price)),
    ("prices-excl-vat-by-line", False, lambda item, rate: with_vat(item.quantity * item.unit_price, rate)),
    ("prices-excl-vat-by-piece", False, lambda item, rate: rounded(item.quantity * with_vat(item.unit_price, rate))),
)


def _line(item: Item, gross: Decimal, rate: Decimal) -> OrderLine:
    return OrderLine(LineKind.PRODUCT, item.name, gross, rate, item.quantity, item.sku)


def _rates(facts: Facts, home: Home) -> Iterator[tuple[str, tuple[Decimal, ...]]]:
    """The VAT rates that the lines may have, in percent, with a word for what was assumed.

    Lines that say nothing have the shop's usual rate or none; which one, the order's VAT decides. Where that is not
    said either, only a sale abroad is in doubt. A sale abroad that contains no VAT has none on any line, even where
    the lines repeat their products' rate.
    """
    stated = [item.rate for item in facts.items]
    if None in stated:
        yield f"vat-{digits(home.rate)}-assumed", tuple(home.rate if rate is None else rate for rate in stated)
        if facts.vat is not None or home.is_abroad:
            yield "vat-0-assumed", tuple(NO_VAT if rate is None else rate for rate in stated)
    else:
        yield "", tuple(rate for rate in stated if rate is not None)
    if facts.vat == 0 and home.is_abroad and any(stated):
        yield "vat-not-charged", tuple(NO_VAT for _ in stated)


# --- shipping and fees ------------------------------------------------------------------------------------------------
def charge_parts(kind: LineKind, charges: Sequence[Priced], goods: Part, facts: Facts, home: Home) -> list[Part]:
    """Shipping or fees: incl. VAT at one of the goods' rates or shared over them, then excl. VAT."""
    owed = [charge for charge in charges if rounded(charge.amount)]
    if not owed:
        return [Part()]
    rates = _charge_rates(goods, facts, home)
    parts = [Part(f"{kind}-incl-{digits(rate)}", _charged(kind, owed, rate)) for rate in rates]
    if len(goods.by_rate) > 1 and goods.gross:
        parts.append(Part(f"{kind}-shared", tuple(_shared(kind, owed, goods))))
    taxed = [rate for rate in rates if rate]
    return parts + [
        Part(f"{kind}-excl-{digits(rate)}", _charged(kind, owed, rate, on_top=rate), is_incl=False) for rate in taxed
    ]


def _charge_rates(goods: Part, facts: Facts, home: Home) -> list[Decimal]:
    """The goods' own rates; the usual one and none besides, where the order's VAT can tell them apart."""
    own = list(goods.by_rate) or [home.rate]
    return list(dict.fromkeys([*own, home.rate, NO_VAT])) if facts.vat is not None else own


def _charged(
    kind: LineKind, charges: Sequence[Priced], rate: Decimal, on_top: Decimal = NO_VAT
) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(kind, charge.name, with_vat(charge.amount, on_top), rate) for charge in charges)


def _shared(kind: LineKind, charges: Sequence[Priced], goods: Part) -> Iterator[OrderLine]:
    for charge in charges:
        shares = allocate(rounded(charge.amount), list(goods.by_rate.values()))
        for rate, share in zip(goods.by_rate, shares, strict=True):
            yield OrderLine(kind, charge.name, share, rate)


# --- voucher ----------------------------------------------------------------------------------------------------------
def discount_parts(facts: Facts, goods: Part, shipping: Part, home: Home) -> list[Part]:
    """The voucher, against the goods' sign."""
    if not facts.voucher_amount and not rounded(facts.voucher_percent):
        return [Part()]
    sign = Decimal(1).copy_sign(goods.gross)
    rate = SPREAD if goods.gross else home.rate
    ways = _stated_discount(facts, goods) if facts.voucher_amount else _worked_out_discount(facts, goods, shipping)
    return [
        Part(word, (OrderLine(LineKind.DISCOUNT, facts.voucher_code, -sign * rounded(abs(value)), rate),), is_incl)
        for word, is_incl, value in ways
    ]


def _stated_discount(facts: Facts, goods: Part) -> Iterator[tuple[str, bool, Decimal]]:
    """An amount that the shop states is the discount, whatever its percentage comes to."""
    yield "discount-amount", True, facts.voucher_amount
    net = total(item.quantity * item.unit_price for item in facts.items)
    if not goods.is_incl and net:
        yield "discount-amount-excl-vat", False, facts.voucher_amount * goods.gross / net


def _worked_out_discount(facts: Facts, goods: Part, shipping: Part) -> Iterator[tuple[str, bool, Decimal]]:
    """Whether `voucher_discount` is a percentage, and of what, or an amount, is open (section 4)."""
    share = facts.voucher_percent
    if 0 < share <= HUNDRED:
        yield "discount-percent-of-goods", True, goods.gross * share / HUNDRED
        yield "discount-percent-of-all", True, (goods.gross + shipping.gross) * share / HUNDRED
    yield "discount-value", True, share
