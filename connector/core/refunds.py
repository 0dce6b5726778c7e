"""Where a refund is registered: where the money was registered as received."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from connector.core.money import ZERO, total
from connector.core.order import Payment, PaymentKind


def refunds_of(amount: Decimal, paid: Sequence[Payment], refunded: Iterable[Payment]) -> tuple[Payment, ...]:
    """`amount` (above zero) as refunds of what was `paid`, less what other notes `refunded` already: money before gift
    cards, and what is more on the usual account."""
    gone = list(refunded)
    made: list[Payment] = []
    for payment in sorted(paid, key=lambda one: one.kind is not PaymentKind.CARD):
        back = total(one.amount for one in gone if _is_like(one, payment))
        part = min(amount, max(payment.amount - back, ZERO))
        if part:
            made.append(replace(payment, amount=part))
        amount -= part
    if amount:
        made.append(Payment(PaymentKind.CARD, amount))
    return tuple(made)


def _is_like(one: Payment, other: Payment) -> bool:
    return replace(one, amount=other.amount) == other
