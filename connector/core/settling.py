"""The calls that settle a booked document, and what must be known before each of them."""

from __future__ import annotations

from datetime import timedelta

from connector.core.actions import Action, Call, Close, Confirm, Wait
from connector.core.document import InvoiceDocument
from connector.core.facts import LOOKS, UNCLEAR, Facts, Policy, Step
from connector.core.states import Detail, State


def next_payment(document: InvoiceDocument, facts: Facts, order: str) -> Action | None:
    """What to do for the first payment of the document that is not made yet; None when all are. `order` is the number
    that a reason names."""
    for name in settlement_steps(document, facts.policy):
        if not facts.done(name) and not _is_registered(name, facts):
            return _settle(name, facts, order)
    return None


def _is_registered(name: str, facts: Facts) -> bool:
    """Whether a look-up found this payment final already, so that a further write of it has nothing to do."""
    number = name.partition(":")[2]
    made = (facts.done(f"{write}:{number}") for write in facts.policy.settlement)
    return any(step is not None and step.final for step in made)


def _settle(name: str, facts: Facts, order: str) -> Action:
    """Make the call of a payment; between registering it and making it final its sign must be known for right."""
    if not facts.policy.confirms:
        return Call(name)
    number = name.partition(":")[2]
    entry = facts.done(f"{facts.policy.settlement[0]}:{number}")
    if entry is None:
        return _register(name, facts, order)
    if not facts.sign:
        return _confirm(entry, facts)
    return Call(name) if entry.under == facts.sign else Call(f"payment-undo:{number}")


def _register(name: str, facts: Facts, order: str) -> Action:
    if facts.sign == UNCLEAR:
        return Close(State.NEEDS_YOU, Detail.BOOKED, "settlement-stopped", {"order": order, "sign": UNCLEAR})
    if not facts.sign and facts.is_another_tested:
        return Wait(facts.now + timedelta(seconds=facts.policy.lookup_lag), "outcome-unknown")
    return Call(name)


def _confirm(entry: Step, facts: Facts) -> Action:
    """Two looks, some time apart: what one host was told may reach the other a little later."""
    again = entry.looked_at + timedelta(seconds=facts.policy.lookup_lag) if entry.looked_at else facts.now
    if facts.now < again:
        return Wait(again, "outcome-unknown")
    return Confirm(entry.name, is_last=entry.looks + 1 >= LOOKS)


def settlement_steps(document: InvoiceDocument, policy: Policy) -> list[str]:
    """The calls that register the document's payments, in order."""
    return [f"{write}:{n}" for n in range(1, len(document.payments) + 1) for write in policy.settlement]
