"""How an order's payments reach the books, by payment method: on an account, by a payment term, or not at all."""

from __future__ import annotations

from dataclasses import replace

from connector.core.errors import NeedsSetup
from connector.core.order import Method, Order, Payment, PaymentKind
from connector.core.rules import GiftCard, MappingRules

OPEN = "open"
"""The invoice is left open: somebody else registers the payment (an EAN invoice, a transfer to the bank)."""
USUAL = "default"
"""The posting account that holds for every method without a choice of its own."""
BY_TERM = "term:"
"""Followed by a payment term's number: booking the invoice settles it."""


def require_choice(order: Order, rules: MappingRules) -> None:
    """Raise NeedsSetup for an order paid, or to be paid, by a method whose money nobody has placed yet."""
    paid = (Method(part.method_id, part.method) for part in order.payments if part.kind is PaymentKind.CARD)
    owed = (order.method,) if order.paid_at is None else ()
    for method in (*paid, *owed):
        if method.key in rules.new_methods:
            raise _unplaced(method, rules.new_methods[method.key], order.number)


def _unplaced(method: Method, old: str, order: str) -> NeedsSetup:
    facts = {"method": method.name or method.id, "method_key": method.key, "order": order}
    if old:
        return NeedsSetup("payment-terms-changed", term=facts["method"], old=old, new=method.id or method.key, **facts)
    return NeedsSetup("payment-method-unmapped", **facts)


def payments_of(order: Order, rules: MappingRules) -> tuple[Payment, ...]:
    """The payments to register on the invoice, each with the account of its method.

    Gift cards that are lines have no more to pay; what is left open is registered by somebody else.
    """
    if any(payment.amount < 0 for payment in order.payments):
        raise ValueError(f"order {order.number}: a payment is negative")
    kept = (_placed(payment, rules) for payment in order.payments if payment.amount and not _is_line(payment, rules))
    return tuple(payment for payment in kept if payment is not None)


def _is_line(payment: Payment, rules: MappingRules) -> bool:
    return rules.gift_card is GiftCard.LINE and payment.kind is PaymentKind.GIFT_CARD


def _placed(payment: Payment, rules: MappingRules) -> Payment | None:
    if payment.kind is not PaymentKind.CARD:
        return payment
    choice = rules.methods.get(payment.method_key, USUAL)
    if choice == OPEN:
        return None
    is_usual = choice == USUAL or choice.startswith(BY_TERM)
    return replace(payment, account="" if is_usual else choice)


def term_of(order: Order, rules: MappingRules) -> str:
    """The payment term that settles the invoice when it is booked; empty where payments are registered.

    Only for what one payment of that method has paid in full: a term settles the whole invoice, so it would settle
    a gift card's part too, and an order that nobody has paid yet.
    """
    paid = [payment for payment in order.payments if payment.amount]
    if len(paid) != 1 or paid[0].kind is not PaymentKind.CARD or paid[0].amount != order.total.amount:
        return ""
    choice = rules.methods.get(paid[0].method_key, "")
    return choice.removeprefix(BY_TERM) if choice.startswith(BY_TERM) else ""


def is_left_open(order: Order, rules: MappingRules) -> bool:
    """Whether the settings leave the invoice open for the method by which the order is to be paid."""
    return rules.methods.get(order.method.key, "") == OPEN
