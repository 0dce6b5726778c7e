"""Defects in the plan: what goes, when, and in which order."""

from __future__ import annotations

from script.lib.plants.plant import Plant

FILE = "connector/core/plan.py"
TESTS = ["tests/core/test_plan.py"]
STOPS = ["tests/core/test_plan_stops.py"]
LEARNING = ["tests/core/test_plan_learning.py"]

PLANTS = (
    Plant(
        "switches: orders off sends nothing",
        FILE,
        "    if not policy.transfers:",
        "    if not policy.transfers and not policy.books:",
        TESTS,
    ),
    Plant(
        "switches: booking off leaves a draft",
        FILE,
        "    if facts.policy.books and not facts.is_left:",
        "    if not facts.is_left:",
        TESTS,
    ),
    Plant(
        "switches: settling off leaves the invoice open",
        FILE,
        "    if not facts.policy.settles:",
        "    if not facts.policy.settlement:",
        TESTS,
    ),
    Plant(
        "start: nothing from before it",
        FILE,
        "if policy.start_at and order.placed_at < policy.start_at:",
        "if policy.start_at and order.placed_at > policy.start_at:",
        TESTS,
    ),
    Plant(
        "trigger: payment is not shipment",
        FILE,
        "return order.paid_at if policy.trigger is Trigger.PAYMENT else order.shipped_at",
        "return order.paid_at if policy.trigger is Trigger.SHIPMENT else order.shipped_at",
        TESTS,
    ),
    Plant(
        "trigger: a chosen status in whatever letters",
        FILE,
        "if order.status.casefold() in policy.statuses else None",
        "if order.status in policy.statuses else None",
        ["tests/core/test_settlement.py"],
    ),
    Plant(
        "document date: the trigger's day in Copenhagen",
        FILE,
        "return moment.astimezone(COPENHAGEN).date()",
        "return moment.date()",
        TESTS,
    ),
    Plant(
        "first-order check: the first draft waits for a person",
        FILE,
        "    if facts.first is First.MINE:",
        "    if facts.first is First.MINE and not facts.policy.books:",
        TESTS,
    ),
    Plant(
        "first-order check: the others wait for the first",
        FILE,
        '        return Close(State.WAITING, reason="first-order")\n    if facts.document is None:',
        "        return Prepare()\n    if facts.document is None:",
        TESTS,
    ),
    Plant(
        "hold: nothing new is sent",
        FILE,
        "    if facts.held:\n        return _held(facts)",
        "    if facts.held and not facts.steps:\n        return _held(facts)",
        STOPS,
    ),
    Plant(
        "draft compare: a draft that differs is never booked",
        FILE,
        "    if differences:\n        return differing(",
        "    if len(differences) > 1:\n        return differing(",
        TESTS,
    ),
    Plant(
        "drafts: a deleted one is not made again by itself",
        FILE,
        "    if facts.is_deleted:",
        "    if facts.is_deleted and facts.document:",
        STOPS,
    ),
    Plant(
        "drafts: one that changed by hand is for the owner",
        FILE,
        "if booked.figures is None or booked.figures.gross == document.total.amount:",
        "if booked.figures is None or booked.figures.gross >= document.total.amount:",
        STOPS,
    ),
    Plant(
        "changed orders: the total is held against the document",
        FILE,
        "    if not gone and order.total == document.order_total:",
        "    if not gone:",
        TESTS,
    ),
    Plant(
        "lost answers: two looks before anything is sent again",
        "connector/core/facts.py",
        "LOOKS = 2",
        "LOOKS = 1",
        TESTS,
    ),
    Plant(
        "lost answers: the quiet period is waited out",
        FILE,
        "    if facts.now < quiet_until:",
        "    if facts.now > quiet_until:",
        TESTS,
    ),
    Plant(
        "settlement: balance 0 is not paid again",
        FILE,
        "    if facts.balance == 0:",
        "    if facts.balance is None:",
        TESTS,
    ),
    Plant(
        "learning: only rounding is learnt",
        "connector/core/drafts.py",
        '<= {"gross", "vat"}:',
        '<= {"gross", "vat", "zone", "customer"}:',
        [*LEARNING, *TESTS],
    ),
    Plant(
        "learning: what earlier drafts allow, and nothing else",
        "connector/core/drafts.py",
        "explain(document.lines, figures.gross, figures.vat, among=facts.readings)",
        "explain(document.lines, figures.gross, figures.vat)",
        LEARNING,
    ),
    Plant(
        "sign: a payment of the wrong sign is taken back",
        "connector/core/settling.py",
        "return Call(name) if entry.under == facts.sign else",
        "return Call(name) if entry.under else",
        LEARNING,
    ),
    Plant(
        "sign: an unclear one stops the settlement",
        "connector/core/settling.py",
        "    if facts.sign == UNCLEAR:",
        "    if facts.sign == UNCLEAR and not order:",
        LEARNING,
    ),
    Plant(
        "states: what is booked is never unbooked",
        "connector/core/states.py",
        "State.DONE: frozenset({State.DONE, State.NOT_MEANT, State.NEEDS_YOU, State.NEEDS_US}),",
        "State.DONE: frozenset(State),",
        ["tests/core/test_states.py"],
    ),
)
