"""Defects in the engine: what the rows, the lane and the settings make of the rules."""

from __future__ import annotations

from script.lib.plants.plant import Plant

METHODS, RULES = "connector/sync/methods.py", "connector/sync/rules.py"

PLANTS = (
    Plant(
        "pause: a worker in the middle of a try sees it",
        "connector/sync/transitions.py",
        "    if holds.is_overtaken(job):\n        raise Overtaken",
        "    if holds.is_by_hand(job):\n        raise Overtaken",
        ["tests/sync/test_pausing.py"],
    ),
    Plant(
        "pause: what waited goes when it is resumed",
        "connector/sync/stopping.py",
        "return acts.release(Q(shop=integration.shop, reason=holds.PAUSED))",
        "return acts.release(Q(shop=integration.shop, reason=holds.DISCONNECTED))",
        ["tests/sync/test_pausing.py"],
    ),
    Plant(
        "by hand: not while a call's outcome is unknown",
        "connector/sync/stopping.py",
        "if row.state == State.DONE or row.steps.filter(status=SyncStep.Status.INTENT).exists():",
        "if row.state == State.DONE:",
        ["tests/sync/test_by_hand.py"],
    ),
    Plant(
        "methods: one that came later than the settings is new",
        METHODS,
        "return has_list and Integration.objects",
        "return not has_list and Integration.objects",
        ["tests/sync/test_methods.py"],
    ),
    Plant(
        "methods: a former number of the same name is told",
        METHODS,
        "one.kind == row.kind and one.key != row.key and one.name.casefold() == name",
        "one.kind == row.kind and one.key == row.key and one.name.casefold() == name",
        ["tests/sync/test_methods.py"],
    ),
    Plant(
        "methods: a method's own trigger",
        RULES,
        'trigger = Trigger(values.get(f"{WHEN}{key}") or usual.trigger)',
        "trigger = Trigger(usual.trigger)",
        ["tests/sync/test_methods.py", "tests/core/test_settlement.py"],
    ),
    Plant(
        "learning: what was learnt is used for the next order",
        RULES,
        "reading=learnt.readings(seen or {})[0],",
        "reading=learnt.readings({})[0],",
        ["tests/sync/test_rounding_learnt.py"],
    ),
    Plant(
        "sign: an unclear one lets nothing more be booked",
        "connector/sync/learnt.py",
        'return {"sign": found or UNCLEAR, "evidence"',
        'return {"sign": found or "negative", "evidence"',
        ["tests/sync/test_sign_learnt.py"],
    ),
    Plant(
        "currencies: the books' rate is kept with the document",
        "connector/sync/contents.py",
        "return replace(document, rate_note=",
        "return replace(document, note=",
        ["tests/sync/test_currencies.py"],
    ),
    Plant(
        "several matches: a person's choice is remembered",
        "connector/sync/known.py",
        "    if number := memory.customer(customer.key):",
        "    if number := memory.customer(customer.party.email):",
        ["tests/sync/test_which_customer.py"],
    ),
    Plant(
        "several matches: only a person can tell",
        "connector/sync/known.py",
        "    if len(fitting) > 1:",
        "    if len(fitting) > 2:",
        ["tests/sync/test_which_customer.py"],
    ),
    Plant(
        "products: a barred one stops before anything is sent",
        "connector/sync/known.py",
        "            if item.barred:",
        "            if item.barred and not item.group:",
        ["tests/sync/test_products.py"],
    ),
    Plant(
        "groups: an item's VAT is known before anything is sent",
        "connector/sync/prepare.py",
        "    books.item_vat.require(document)\n",
        "",
        ["tests/sync/test_vat.py"],
    ),
    Plant(
        "closed period: the first open day is asked for",
        "connector/sync/prepare.py",
        "return books.provider.first_open_day(day) if books.provider.seems_closed(day) else day",
        "return day",
        ["tests/sync/test_closed_periods.py"],
    ),
    Plant(
        "preview = job: both take the order's own policy",
        "connector/sync/preview.py",
        "    rest = plan.not_meant(order, books.policy)",
        "    rest = plan.not_meant(order, books.policy, is_forced=True)",
        ["tests/sync/test_preview.py"],
    ),
    Plant(
        "earlier orders: not twice",
        "connector/sync/earlier.py",
        "outcome__in=[Outcome.BECOMES, Outcome.STOPS], is_there=False)",
        "outcome__in=[Outcome.BECOMES, Outcome.STOPS])",
        ["tests/sync/test_preview.py"],
    ),
    Plant(
        "earlier orders: behind the live ones",
        "connector/sync/transitions.py",
        '.order_by("lane", "not_before", "pk")',
        '.order_by("not_before", "pk")',
        ["tests/sync/test_preview.py"],
    ),
    Plant(
        "poll: a day is looked at again",
        "connector/sync/poll.py",
        "OVERLAP = timedelta(hours=24)",
        "OVERLAP = timedelta(minutes=24)",
        ["tests/sync/test_poll.py"],
    ),
)
