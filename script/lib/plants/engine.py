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
        [
            "tests/sync/test_pausing.py::TestPause::test_a_pause_in_the_middle_of_a_try_stops_before_the_next_call",
        ],
    ),
    Plant(
        "pause: what waited goes when it is resumed",
        "connector/sync/stopping.py",
        "return acts.release(Q(shop=integration.shop, reason=holds.PAUSED))",
        "return acts.release(Q(shop=integration.shop, reason=holds.DISCONNECTED))",
        [
            "tests/sync/test_pausing.py::TestPause::test_paused_orders_wait_with_their_reason_and_go_when_resumed",
        ],
    ),
    Plant(
        "by hand: not while a call's outcome is unknown",
        "connector/sync/stopping.py",
        "if row.state == State.DONE or row.steps.filter(status=SyncStep.Status.INTENT).exists():",
        "if row.state == State.DONE:",
        [
            "tests/sync/test_by_hand.py::test_it_is_refused_while_a_call_is_open",
        ],
    ),
    Plant(
        "methods: one that came later than the settings is new",
        METHODS,
        "return has_list and Integration.objects",
        "return not has_list and Integration.objects",
        [
            "tests/sync/test_methods.py::test_a_new_method_is_noticed_when_it_appears",
        ],
    ),
    Plant(
        "methods: a former number of the same name is told",
        METHODS,
        "one.kind == row.kind and one.key != row.key and one.name.casefold() == name",
        "one.kind == row.kind and one.key == row.key and one.name.casefold() == name",
        [
            "tests/sync/test_methods.py::test_a_number_that_changed_while_its_name_stayed_is_asked_about",
        ],
    ),
    Plant(
        "methods: a method's own trigger",
        RULES,
        'trigger = Trigger(values.get(f"{WHEN}{key}") or usual.trigger)',
        "trigger = Trigger(usual.trigger)",
        [
            "tests/core/test_settlement.py::test_a_methods_own_trigger_and_openness_hold_for_its_orders",
        ],
    ),
    Plant(
        "learning: what was learnt is used for the next order",
        RULES,
        "reading=learnt.readings(seen or {}, provider.readings if provider else READINGS)[0],",
        "reading=learnt.readings({}, provider.readings if provider else READINGS)[0],",
        [
            "tests/sync/test_rounding_learnt.py::test_the_first_order_is_corrected_and_the_second_is_right_at_once",
        ],
    ),
    Plant(
        "sign: an unclear one lets nothing more be booked",
        "connector/sync/learnt.py",
        'return {"sign": found or UNCLEAR, "evidence"',
        'return {"sign": found or "negative", "evidence"',
        [
            "tests/sync/test_sign_learnt.py::test_a_failed_check_stops_the_settlement_and_no_invoice",
        ],
    ),
    Plant(
        "currencies: the books' rate is kept with the document",
        "connector/sync/contents.py",
        "return replace(document, rate_note=",
        "return replace(document, note=",
        [
            "tests/sync/test_currencies.py::test_an_order_in_euro_is_booked_in_euro_with_its_rate",
        ],
    ),
    Plant(
        "several matches: a person's choice is remembered",
        "connector/sync/known.py",
        "    if number := memory.customer(customer.key):",
        "    if number := memory.customer(customer.key.upper()):",
        [
            "tests/sync/test_which_customer.py::test_two_customers_with_one_email_are_asked_about_once",
        ],
    ),
    Plant(
        "several matches: only a person can tell",
        "connector/sync/known.py",
        "    if len(fitting) > 1:",
        "    if len(fitting) > 2:",
        [
            "tests/sync/test_which_customer.py::test_two_customers_with_one_email_are_asked_about_once",
        ],
    ),
    Plant(
        "products: a barred one stops before anything is sent",
        "connector/sync/known.py",
        "            if item.barred:",
        "            if item.barred and not item.group:",
        [
            "tests/sync/test_products.py::test_a_barred_product_stops_before_anything_is_sent",
        ],
    ),
    Plant(
        "groups: an item's VAT is known before anything is sent",
        "connector/sync/prepare.py",
        "    books.item_vat.require(document)\n",
        "",
        [
            "tests/sync/test_vat.py::test_an_item_in_the_wrong_group_is_named_before_anything_is_sent",
        ],
    ),
    Plant(
        "closed period: the first open day is asked for",
        "connector/sync/prepare.py",
        "return books.provider.first_open_day(day) if books.provider.seems_closed(day) else day",
        "return day",
        [
            "tests/sync/test_closed_periods.py::test_a_year_that_was_closed_when_last_read_costs_no_refused_booking",
        ],
    ),
    Plant(
        "preview = job: both take the order's own policy",
        "connector/sync/preview.py",
        "    rest = plan.not_meant(order, books.policy)",
        "    rest = plan.not_meant(order, books.policy, is_forced=True)",
        [
            "tests/sync/test_preview.py::test_an_order_without_its_trigger_is_not_meant_to_go",
        ],
    ),
    Plant(
        "earlier orders: not twice",
        "connector/sync/earlier.py",
        "outcome__in=[Outcome.BECOMES, Outcome.STOPS], is_there=False)",
        "outcome__in=[Outcome.BECOMES, Outcome.STOPS])",
        [
            "tests/sync/test_preview.py::test_what_is_in_the_books_is_marked",
            "tests/sync/test_preview.py::test_what_has_begun_is_finished_when_the_rest_is_cancelled",
        ],
    ),
    Plant(
        "earlier orders: behind the live ones",
        "connector/sync/transitions.py",
        '.order_by("lane", "not_before", "pk")',
        '.order_by("not_before", "pk")',
        [
            "tests/sync/test_preview.py::test_live_orders_go_before_earlier_ones",
        ],
    ),
    Plant(
        "poll: a day is looked at again",
        "connector/sync/poll.py",
        "OVERLAP = timedelta(hours=24)",
        "OVERLAP = timedelta(minutes=24)",
        [
            "tests/sync/test_poll.py::test_every_poll_looks_back_a_day_beyond_the_last",
        ],
    ),
)
