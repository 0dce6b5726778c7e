"""Seeded baskets, and the books' own arithmetic to judge their documents by.

The judge is the sandbox's: integers, written apart from the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from random import Random

from connector.core.document import InvoiceDocument
from connector.core.mapping import GiftCard, Layout, MappingRules
from connector.core.money import rounded
from connector.core.order import LineKind, Order, OrderLine
from sandbox.economic import totals
from tests.core.orders import PURPOSES, SPREAD, a_gift_card, a_line, an_order, rules

READINGS = [(level, mode) for level in totals.LEVELS for mode in totals.MODES]
RATES = [*(Decimal(step) / 2 for step in range(55)), Decimal("8.1")]
SIZES = [1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
USUAL_RATES = [Decimal(25), Decimal(25), Decimal(25), Decimal("25.5"), Decimal(12), Decimal(0)]


@dataclass(frozen=True)
class Basket:
    """An order and the rules that it is mapped by."""

    order: Order
    rules: MappingRules


def judged(document: InvoiceDocument, level: str = "total", mode: str = "half-up") -> totals.Totals:
    """What the books make of a document."""
    lines = [
        (int(line.quantity * 100), int(line.unit_price * 100), 0, int(line.vat_rate * 100)) for line in document.lines
    ]
    return totals.document(lines, rounding_level=level, rounding_mode=mode)


def grosses(document: InvoiceDocument) -> list[int]:
    """The document's gross in øre under every reading."""
    return [judged(document, level, mode).gross for level, mode in READINGS]


def demanded(gross_by_rate: dict[Decimal, int], mode: str = "half-up") -> bool:
    """Whether arithmetic demands a rounding line in books that round VAT on the total: no choice of nets near each
    rate's gross adds up to the total."""
    gaps = [_gaps(gross, int(rate * 100), mode) for rate, gross in gross_by_rate.items()]
    return all(sum(chosen) for chosen in product(*gaps))


def _gaps(gross: int, rate: int, mode: str) -> set[int]:
    """How far from `gross` the nearest grosses are that some net has: nothing, else an øre to either side."""
    near = gross * 10_000 // (10_000 + rate)
    reached = {net + totals.divide(net * rate, 10_000, mode) - gross for net in range(near - 3, near + 4)}
    return {0} if 0 in reached else reached & {-1, 1}


def seeded(count: int) -> Iterator[Basket]:
    """Always the same `count` baskets."""
    return (_basket(Random(seed)) for seed in range(count))


def _basket(chance: Random) -> Basket:
    rates = chance.sample(RATES, chance.randint(1, 3)) if chance.random() < 0.5 else USUAL_RATES
    sold = [goods(chance, number, chance.choice(rates)) for number in range(chance.choice(SIZES))]
    lines = [*sold, *extras(chance, sold, rates)]
    worth = sum(line.gross for line in lines)
    cards = [a_gift_card(str(rounded(worth * chance.randint(1, 60) / 100 + Decimal("0.01"))))]
    order = an_order(*lines, payments=tuple(cards if chance.random() < 0.3 and worth > 1 else []))
    used = {line.vat_rate for line in lines} - {SPREAD}
    chosen = rules(
        rates=tuple(used),
        items={purpose: dict.fromkeys(used, purpose.upper()) for purpose in PURPOSES},
        layout=chance.choice(list(Layout)) if chance.random() < 0.4 else Layout.SINGLE,
        gift_card=chance.choice(list(GiftCard)),
    )
    return Basket(order, chosen)


def goods(chance: Random, number: int, rate: Decimal) -> OrderLine:
    """Some of a product at a price of any øre, or a usual one, now and then with a discount of its own or free."""
    price = Decimal(chance.randint(1, 99_999)) / 100 if chance.random() < 0.7 else Decimal(chance.randint(1, 4_000)) / 4
    quantity = Decimal(chance.choice([1, 1, 1, 1, 2, 3, chance.randint(1, 120)]))
    if chance.random() < 0.1:
        quantity = Decimal(chance.randint(1, 2_000)) / 100
    paid = Decimal(chance.choice([100, 100, 100, 90, 85, 67, 0 if number else 100])) / 100
    gross = max(rounded(price * quantity * paid), Decimal("0.01") if not number else Decimal("0.00"))
    return a_line(str(gross), str(rate), quantity=str(quantity), name=f"Line {number}", sku=f"SKU-{number}")


def extras(chance: Random, sold: list[OrderLine], rates: list[Decimal]) -> Iterator[OrderLine]:
    """Shipping, a fee and a discount of the whole order, each now and then."""
    for kind, name in ((LineKind.SHIPPING, "Shipping"), (LineKind.FEE, "Fee")):
        if chance.random() < 0.5:
            gross = Decimal(chance.randint(0, 9_900)) / 100
            yield a_line(str(gross), str(chance.choice([*rates, Decimal(0)])), kind=kind, name=name, sku="")
    if chance.random() < 0.4:
        gross = -rounded(sum((line.gross for line in sold), Decimal(0)) * chance.choice([10, 15, 33]) / 100)
        yield a_line(str(gross), str(SPREAD), kind=LineKind.DISCOUNT, name="Discount", sku="")
