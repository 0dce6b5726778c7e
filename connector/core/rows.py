"""What the document of an order must carry, line by line, in amounts incl. VAT."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from connector.core.errors import NeedsSetup, Unsupported
from connector.core.money import ZERO, allocate, digits, plain, rounded, total
from connector.core.order import SPREAD, LineKind, Order, OrderLine, PaymentKind
from connector.core.rules import GiftCard, Layout, MappingRules

LOWERED = re.compile(r" ?\([^−]* −\d+(,\d+)?\)$")
"""What the name of a lowered row ends with."""


@dataclass(frozen=True)
class Row:
    """Something that the document must carry. `purpose` is the line's kind, or gift_card, or total."""

    purpose: str
    line: OrderLine


def rows_of(order: Order, rules: MappingRules) -> list[Row]:
    """The order in rows: its lines, discounts at the rates they lower, gift cards where they are lines.

    The rows add up to the order's total, less the gift cards that are lines. In the total layout there is one row per
    rate. Raises NeedsSetup where a fact or a rate is missing or the lines are not what was charged, Unsupported where
    there is nothing to invoice.
    """
    _require_sale(order)
    lines = [part for line in order.lines for part in _at_rates(line, order)]
    rows = [Row(line.kind.value, line) for line in lines]
    rows += [Row("gift_card", part) for part in _gift_card(order, lines, rules)]
    for row in rows:
        _require_rate(row.line, order, rules)
    _require_positive(total(row.line.gross for row in rows), order.number)
    written = _totals(rows, rules) if rules.layout is Layout.TOTAL else [_countable(row, order.number) for row in rows]
    return _lowered(written, rules, order.number) if rules.spreads_discounts else written


def _require_sale(order: Order) -> None:
    """Stop where there is nothing to sell or the lines are not what was charged."""
    if order.is_cancelled:
        raise Unsupported("nothing-to-book", order=order.number, fact="cancelled")
    lines, charged = order.lines_total, order.total.amount
    if lines != charged:
        facts = {"lines": plain(lines), "paid": plain(charged), "difference": plain(charged - lines)}
        raise NeedsSetup("total-off", order=order.number, **facts)
    for line in order.lines:
        if line.gross != rounded(line.gross):
            raise ValueError(f"order {order.number}: {line.gross} has parts of an øre")


def _require_positive(amount: Decimal, number: str) -> None:
    if amount <= 0:
        raise Unsupported("nothing-to-book", order=number, fact=plain(amount))


def _require_rate(line: OrderLine, order: Order, rules: MappingRules) -> None:
    if line.vat_rate not in rules.rates:
        country = order.destination.country or rules.home_country
        facts = {"rate": digits(line.vat_rate), "country": country, "field": "rates"}
        raise NeedsSetup("vat-rate-missing", order=order.number, **facts)


def _at_rates(line: OrderLine, order: Order) -> list[OrderLine]:
    """A discount without a rate as one part per rate of the goods, in proportion; any other line as it is."""
    if line.kind is not LineKind.DISCOUNT or line.vat_rate != SPREAD:
        return [line]
    goods = [other for other in order.lines if other.kind is LineKind.PRODUCT]
    return _shared(line, goods or order.lines, order.number)


def _gift_card(order: Order, lines: Sequence[OrderLine], rules: MappingRules) -> list[OrderLine]:
    """The gift cards used, as one negative line per rate of the whole order: they pay for shipping too."""
    used = total(payment.amount for payment in order.payments if payment.kind is PaymentKind.GIFT_CARD)
    if rules.gift_card is GiftCard.PAYMENT or not used:
        return []
    return _shared(OrderLine(LineKind.DISCOUNT, rules.text("gift_card_text"), -used, SPREAD), lines, order.number)


def _shared(line: OrderLine, over: Iterable[OrderLine], number: str) -> list[OrderLine]:
    """`line` in parts, one per rate, in proportion to what was sold at that rate."""
    sold: dict[Decimal, Decimal] = {}
    for other in over:
        if other.vat_rate != SPREAD:
            sold[other.vat_rate] = sold.get(other.vat_rate, ZERO) + other.gross
    weights = {rate: gross for rate, gross in sold.items() if gross > 0}
    if not weights:
        raise NeedsSetup("fact-missing", fact="vat_rate", order=number)
    parts = zip(weights, allocate(line.gross, list(weights.values())), strict=True)
    return [replace(line, gross=part, vat_rate=rate) for rate, part in parts if part]


def _lowered(rows: Sequence[Row], rules: MappingRules, number: str) -> list[Row]:
    """The rows without negative ones: what these take off is shared over the others of their rate, and told there.

    Raises Unsupported where more is taken off at a rate than is sold at it.
    """
    off: dict[int, Decimal] = {}
    words: dict[Decimal, str] = {}
    for rate in dict.fromkeys(row.line.vat_rate for row in rows if row.line.gross < 0):
        lowering = [row.line for row in rows if row.line.vat_rate == rate and row.line.gross < 0]
        sold = {at: row.line.gross for at, row in enumerate(rows) if row.line.vat_rate == rate and row.line.gross > 0}
        amount = total(line.gross for line in lowering)
        if total(sold.values()) < -amount:
            facts = {"rate": digits(rate), "amount": plain(amount), "lines": plain(total(sold.values()))}
            raise Unsupported("discount-above-lines", order=number, **facts)
        off |= dict(zip(sold, allocate(amount, list(sold.values())), strict=True))
        words[rate] = (lowering[0].name if len(lowering) == 1 else "") or rules.text("discount_text")
    kept = [(at, row) for at, row in enumerate(rows) if row.line.gross >= 0]
    return [_less(row, off[at], words[row.line.vat_rate]) if off.get(at) else row for at, row in kept]


def _less(row: Row, off: Decimal, word: str) -> Row:
    """The row lowered by a negative amount, which stands in its text."""
    line = row.line
    told = f"({word} {_written(off, plain).replace('-', '−')})"
    return replace(row, line=replace(line, gross=line.gross + off, name=f"{line.name or line.sku} {told}".strip()))


def undiscounted(name: str) -> str:
    """A row's name without what `_less` told in it."""
    return LOWERED.sub("", name)


def _totals(rows: Sequence[Row], rules: MappingRules) -> list[Row]:
    """One row per rate with everything of that rate in it."""
    sums: dict[Decimal, Decimal] = {}
    for row in rows:
        sums[row.line.vat_rate] = sums.get(row.line.vat_rate, ZERO) + row.line.gross
    text = rules.text("total_text")
    return [
        Row("total", OrderLine(LineKind.PRODUCT, f"{text} {_written(rate)} %", gross, rate))
        for rate, gross in sums.items()
        if gross
    ]


def _countable(row: Row, number: str) -> Row:
    """The row with a quantity that a document can hold: one with more than two decimals goes into the text."""
    line = row.line
    if not line.quantity:
        raise NeedsSetup("fact-missing", fact="quantity", order=number)
    if line.quantity == rounded(line.quantity):
        return row
    text = f"{_written(line.quantity)} × {line.name or line.sku}"
    return replace(row, line=replace(line, quantity=Decimal(1), name=text))


def _written(value: Decimal, form: Callable[[Decimal], str] = digits) -> str:
    """A number as the document's reader writes it."""
    return form(value).replace(".", ",")
