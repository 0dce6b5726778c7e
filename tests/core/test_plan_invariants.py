"""What the plan never does, whatever the facts are: many thousand of them, made from a seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.core.mapping import compare
from connector.core.money import Money
from connector.core.plan import (
    LOOKS,
    UNCLEAR,
    Call,
    Close,
    Confirm,
    Discard,
    Facts,
    First,
    Learn,
    Look,
    Prepare,
    Read,
    Resend,
    Step,
    StepStatus,
    Trigger,
    Wait,
    next_action,
    not_meant,
)
from connector.core.readings import READINGS, USUAL, figures
from connector.core.settling import settlement_steps
from connector.core.states import Detail, State
from tests.core.orders import a_gift_card, by_card
from tests.core.test_plan import AGREES, DOCUMENT, NOW, OLD, PAID, POLICY

pytestmark = pytest.mark.unit

CASES = 8000
NAMES = ("customer", "product:A", "draft", "book", "payment:1", "payment-book:1", "payment:2", "payment-book:2")
PER_LINE = READINGS[2]
[LINE] = DOCUMENT.lines
# 199.00 like the other, but 199.01 where VAT is rounded half up on each line.
TELLING = replace(DOCUMENT, lines=tuple(replace(LINE, unit_price=Decimal(net)) for net in ("0.42", "158.78")))
TOLD = replace(AGREES, gross=Decimal("199.01"), vat=Decimal("39.81"))
DOCUMENTS = (DOCUMENT, DOCUMENT, TELLING, TELLING, replace(DOCUMENT, rounding=PER_LINE.name))
FIGURES = (
    AGREES,
    AGREES,
    AGREES,
    TOLD,
    TOLD,
    replace(AGREES, gross=Decimal("199.02")),
    replace(AGREES, zone="3"),
    None,
)
SIGNS = ("", "", "negative", "negative", "positive", UNCLEAR)
PAYMENTS = ((), (by_card(),), (a_gift_card("99.00"), by_card("100.00")))


class Chance:
    """Facts at random, most of them such as come up."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def facts(self) -> Facts:
        one_of = self.random.choice
        return Facts(
            now=NOW,
            policy=self.policy(),
            order=self.order(),
            is_read=self.often(),
            is_forced=not self.often(),
            first=one_of((First.CHECKED, *First)),
            steps=self.steps(),
            document=replace(one_of(DOCUMENTS), payments=one_of(PAYMENTS)) if self.often() else None,
            customer=one_of(("", "501", "501", "501", "502")),
            missing_items=one_of(((), (), ("A",))),
            may_redo=not self.often(),
            balance=one_of((None, Decimal("0.00"), Decimal("0.01"))),
            readings=one_of((READINGS, READINGS, READINGS[:2], (PER_LINE,))),
            sign=one_of(SIGNS),
            is_another_tested=not self.often(),
        )

    def often(self) -> bool:
        return self.random.random() < 0.85

    def moment(self):
        return NOW + timedelta(seconds=self.random.randint(-100, 100))

    def policy(self):
        switches = {name: self.often() for name in ("transfers", "books", "settles", "confirms")}
        start = self.random.choice((None, POLICY.start_at))
        return replace(POLICY, trigger=self.random.choice(list(Trigger)), start_at=start, **switches)

    def order(self):
        if not self.often():
            return None
        return replace(
            PAID,
            placed_at=PAID.placed_at if self.often() else OLD,
            paid_at=self.moment() if self.often() else None,
            shipped_at=self.moment() if self.often() else None,
            is_cancelled=not self.often(),
            total=PAID.total if self.often() else Money(Decimal(1), "DKK"),
        )

    def steps(self):
        """The first few of the usual ones, the last in any state; or any of them in any state."""
        names = NAMES[: self.random.randint(0, len(NAMES))]
        if not self.often():
            return {name: self.step(name, StepStatus) for name in self.random.sample(NAMES, self.random.randint(0, 8))}
        return {name: self.step(name, StepStatus if name == names[-1] else [StepStatus.DONE]) for name in names}

    def step(self, name, statuses):
        return Step(
            name,
            status=self.random.choice(list(statuses)),
            call_until=self.moment(),
            lost_at=self.moment() if self.often() else None,
            looks=self.random.randint(0, 3),
            looked_at=self.moment() if self.often() else None,
            id="7",
            final=name in ("draft", "book") and not self.often(),
            figures=self.random.choice(FIGURES) if name == "draft" else None,
            under=self.under(name),
        )

    def under(self, name):
        if name == "draft":
            return self.random.choice(("", "", USUAL.name, PER_LINE.name))
        return self.random.choice(("negative", "negative", "positive")) if name.startswith("payment") else ""


def require_look_first(facts: Facts, action: object) -> None:
    """While any call is open nothing else is done, and that one is not repeated blindly."""
    opened = next(step for step in facts.steps.values() if step.status is StepStatus.INTENT)
    quiet_until = (opened.lost_at or opened.call_until) + timedelta(seconds=facts.policy.quiet)
    assert isinstance(action, Wait | Look | Resend)
    if isinstance(action, Wait):
        assert action.until > facts.now
        return
    assert action.step == opened.name
    assert facts.now >= quiet_until
    if isinstance(action, Resend):
        assert opened.looks >= LOOKS


def require_right_to_call(facts: Facts, name: str) -> None:
    """What must be so before a call is made."""
    assert facts.order is not None
    assert facts.is_read
    assert facts.document is not None
    # A customer or an item that was deleted since is made again; nothing else ever is.
    assert name == "customer" or name.startswith("product") or not facts.done(name)
    if name in ("customer", "draft") or name.startswith("product"):
        assert facts.first is not First.ANOTHER
        assert not_meant(facts.order, facts.policy, is_forced=facts.is_forced) is None
        assert (name == "customer") == (not facts.customer)
    if name == "draft":
        assert not facts.missing_items
        assert not facts.booked
    if name == "book":
        draft = facts.done("draft")
        assert draft is not None
        assert draft.figures is not None
        assert compare(facts.document, draft.figures, customer=facts.customer) == []
        assert facts.policy.books
        assert facts.first is First.CHECKED
    if name in ("draft", "book"):
        assert not facts.order.is_cancelled
    if name == "correct":
        require_right_to_correct(facts)
    if name.startswith("payment"):
        require_right_to_pay(facts, name)


def require_right_to_correct(facts: Facts) -> None:
    """The draft is one that differs, and was made under another reading than the document is."""
    draft = facts.done("draft")
    assert draft is not None
    assert draft.figures is not None
    assert not facts.booked
    assert (draft.under or USUAL.name) != facts.document.rounding
    assert compare(facts.document, draft.figures, customer=facts.customer) != []


def require_right_to_pay(facts: Facts, name: str) -> None:
    """Nothing of a payment is made final before its sign is known for right."""
    assert facts.booked
    assert facts.policy.settles
    write, _, number = name.partition(":")
    entry = facts.done(f"payment:{number}")
    if write == "payment-undo":
        assert facts.policy.confirms
        assert entry is not None
        assert not entry.final
        assert facts.sign not in ("", entry.under)
        return
    ordered = settlement_steps(facts.document, facts.policy)
    assert all(facts.done(before) for before in ordered[: ordered.index(name)])
    if facts.policy.confirms:
        assert facts.sign != UNCLEAR
        assert write == "payment" or (entry is not None and entry.under == facts.sign)


def require_doubt(facts: Facts, action: Learn | Confirm) -> None:
    """Something is learnt only where it is not known, from what the books said."""
    if isinstance(action, Confirm):
        assert facts.policy.confirms
        assert not facts.sign
        assert facts.done(action.step)
        return
    draft = facts.done("draft")
    assert draft is not None
    assert draft.figures is not None
    assert not facts.booked
    assert not facts.may_redo
    assert set(action.readings) <= set(facts.readings)
    for reading in action.readings:
        made = figures(facts.document.lines, reading)
        assert (made.gross, made.vat) == (draft.figures.gross, draft.figures.vat)
    assert action.otherwise.reason == "draft-differs"


def require_truth(facts: Facts, rest: Close) -> None:
    """What a job that rests may be called."""
    if rest.state is State.DONE:
        assert facts.booked if rest.detail is not Detail.DRAFT else facts.done("draft")
        assert facts.order is not None
        assert not facts.order.is_cancelled
    if (rest.state, rest.detail) == (State.DONE, Detail.BOOKED) and facts.policy.settles:
        assert facts.balance == 0
    assert rest.state in (State.DONE, State.WAITING) or rest.reason


def require_nothing_wrong(facts: Facts, action: object) -> None:
    if any(step.status is StepStatus.INTENT for step in facts.steps.values()):
        require_look_first(facts, action)
    elif facts.order is None or not facts.is_read:
        assert action == Read()
    elif isinstance(action, Call):
        require_right_to_call(facts, action.step)
    elif isinstance(action, Close):
        require_truth(facts, action)
    elif isinstance(action, Learn | Confirm):
        require_doubt(facts, action)
    elif isinstance(action, Wait):
        # Only a payment's sign is waited for where no call is open.
        assert facts.policy.confirms
        assert not facts.sign
        assert action.until > facts.now
    else:
        assert not isinstance(action, Resend)
        assert not (isinstance(action, Discard) and facts.booked)
        assert not (isinstance(action, Prepare) and facts.document)


def test_whatever_the_facts():
    chance = Chance(20261120)
    met: Counter[str] = Counter()
    for _ in range(CASES):
        facts = chance.facts()
        action = next_action(facts)
        assert action == next_action(facts)
        require_nothing_wrong(facts, action)
        met[action.step if isinstance(action, Call) else type(action).__name__] += 1
    # Every action was met, or this would prove nothing.
    every = {*NAMES, "correct", "payment-undo:1", "Read", "Prepare", "Look", "Resend", "Discard", "ReadBalance"}
    every |= {"Learn", "Confirm", "Wait", "Close"}
    assert {name for name in every if met[name] < 5} == set(), met
