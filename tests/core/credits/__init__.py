"""Seeded invoices of the real mapping, each credited in random pieces: quantities, shipping, amounts, the rest.

Always the same for the same seed. What is asked for is known from how it was made; `judge` says what must come of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from connector.core.document import InvoiceDocument
from connector.core.mapping import GiftCard, Layout, order_to_invoice, wanted_items
from connector.core.readings import GROSS_READINGS, READINGS, Reading
from tests.core.baskets import RATES, USUAL_RATES, extras, goods
from tests.core.orders import PURPOSES, SPREAD, a_gift_card, an_order, rules

DAY = date(2026, 11, 20)
PARTITIONS = 20
"""So many seeds in a row credit one invoice, each in pieces of its own."""
SIZES = (1, 1, 1, 2, 2, 2, 3, 3, 4, 6)
MOST_NOTES = 4
ONCE = Reading("document", "half-up", "gross")
BY_ACCOUNT = {"sells_by_account": True}
BOOKS: tuple[tuple[str, tuple[Reading, ...], Mapping[str, Any]], ...] = (
    ("e-conomic", READINGS, {}),
    ("Dinero", GROSS_READINGS, {**BY_ACCOUNT, "spreads_discounts": True}),
    ("Billy", (ONCE, ONCE, *GROSS_READINGS), BY_ACCOUNT),
)
"""The books, the ways in which each may round, and how their lines are written."""


@dataclass(frozen=True)
class Asked:
    """One note: how many of the entries at these places, and øre incl. VAT at these rates. `is_rest`: what is left."""

    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    amounts: Mapping[Decimal, int] = field(default_factory=dict)
    is_rest: bool = False


def chance_of(seed: int) -> Random:
    """What decides how the invoice of this seed is credited."""
    return Random(seed)


@lru_cache(maxsize=1)
def _invoice(number: int) -> InvoiceDocument:
    chance = Random(f"invoice {number}")
    _name, readings, written = BOOKS[number % len(BOOKS)]
    rates = chance.sample(RATES, chance.randint(1, 3)) if chance.random() < 0.4 else USUAL_RATES
    sold = [goods(chance, at, chance.choice(rates)) for at in range(chance.choice(SIZES))]
    lines = [*sold, *extras(chance, sold, rates)]
    worth = sum(line.gross for line in lines)
    cards = [a_gift_card(str(round(worth * chance.randint(1, 40) / 100, 2)))] if chance.random() < 0.2 else []
    order = an_order(*lines, payments=tuple(card for card in cards if card.amount))
    used = {line.vat_rate for line in lines} - {SPREAD}
    chosen = rules(
        rates=tuple(used),
        items={purpose: dict.fromkeys(used, purpose.upper()) for purpose in (*PURPOSES, "sales_domestic")},
        layout=Layout.TOTAL if chance.random() < 0.15 else Layout.SINGLE,
        gift_card=chance.choice(list(GiftCard)),
        reading=chance.choice(readings),
        **written,
    )
    return order_to_invoice(order, chosen, date=DAY, known=wanted_items(order, chosen))


def invoice_of(seed: int) -> InvoiceDocument:
    """The invoice that this seed credits."""
    return _invoice(seed // PARTITIONS)


def asked(chance: Random, left: Mapping[int, Decimal], worth: Mapping[Decimal, int], *, is_last: bool) -> Asked:
    """The next note of an invoice of which there are `left` of each entry, and `worth` øre incl. VAT at each rate."""
    if is_last or chance.random() < 0.1:
        return Asked(is_rest=True)
    if chance.random() < 0.15 and (some := [rate for rate, ore in worth.items() if ore > 0]):
        rate = chance.choice(some)
        return Asked(amounts={rate: chance.randint(1, worth[rate])})
    there = [at for at, quantity in left.items() if quantity > 0]
    chosen = chance.sample(there, chance.randint(1, len(there))) if there else []
    return Asked({at: _some(chance, left[at]) for at in chosen}, is_rest=not chosen)


def _some(chance: Random, left: Decimal) -> Decimal:
    """All of it, or a part."""
    if chance.random() < 0.4 or left <= 1:
        return left
    return Decimal(chance.randint(1, int(left)))
