"""What a chaos run is judged by, and when it kills."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from script.lib import kills
from script.lib.asked import Note
from script.lib.kills import Kill
from script.lib.reckoning import Reckoning, complaints, final, reckon
from script.lib.shop import Order

pytestmark = pytest.mark.tools

GOOD = Reckoning(lost=0, doubled=0, stuck=0, ore_off=0, over_credited=0)


def order(number: int = 7) -> Order:
    by_rate = {Decimal(25): Decimal("575.3600"), Decimal(0): Decimal("10.0000")}
    return Order(number, f"invoice:shoporama:1:{number}", "DKK", Decimal("585.36"), Decimal("115.07"), by_rate)


DONE = {order().key: "done"}


def document(reference: str = order().key, **changes: Any) -> dict[str, Any]:
    rates = {"25.00": {"net": "460.29", "vat": "115.07"}, "0.00": {"net": "10.00", "vat": "0.00"}}
    whole = {"reference": reference, "gross": "585.36", "vat": "115.07", "remainder": "0.00", "vat_by_rate": rates}
    return whole | changes


def payment(invoice: int = 1) -> dict[str, Any]:
    return {"reference": order().key, "invoice": invoice, "amount": "-585.36"}


def book(*booked: dict[str, Any], drafts: Any = (), payments: Any = ()) -> dict[str, Any]:
    return {"booked": list(booked), "drafts": list(drafts), "payments": list(payments)}


def test_one_booked_settled_document_with_the_right_figures_is_good() -> None:
    held = book(document(), document("somebody:else"), payments=[payment()])
    assert reckon([order()], held, DONE) == GOOD
    assert GOOD.is_good
    assert final([order(), order(8)], held) == {order().key}


@pytest.mark.parametrize(
    ("held", "wrong"),
    [
        (book(), {"lost": 1, "stuck": 1}),
        (book(drafts=[document()]), {"lost": 1, "stuck": 1}),
        (book(document(), document()), {"doubled": 1, "stuck": 1}),
        (book(document(), drafts=[document()]), {"doubled": 1, "stuck": 1}),
        (book(document(), payments=[payment(), payment()]), {"doubled": 1}),
        (book(document(remainder="585.36")), {"stuck": 1, "ore_off": 1}),
        (book(document(gross="585.37")), {"ore_off": 1}),
        (book(document(vat_by_rate={"25.00": {"net": "468.29", "vat": "117.07"}})), {"ore_off": 1}),
        (book(document(vat_by_rate={})), {"ore_off": 1}),
    ],
)
def test_whatever_is_wrong_is_counted(held: dict[str, Any], wrong: dict[str, int]) -> None:
    assert reckon([order()], held, DONE) == Reckoning(**{**vars(GOOD), **wrong})


def test_an_order_that_somebody_sees_is_stuck_but_not_lost() -> None:
    assert reckon([order()], book(), {order().key: "needs_you"}) == Reckoning(0, 0, 1, 0, 0)


@pytest.mark.parametrize("states", [{}, {order().key: "waiting"}, {order().key: "needs_you"}])
def test_an_order_of_whose_end_the_product_does_not_know_is_stuck(states: dict[str, str]) -> None:
    assert reckon([order()], book(document(), payments=[payment()]), states) == Reckoning(0, 0, 1, 0, 0)


KEY = "credit:shoporama:1:7:{}"
PART, VAT = Decimal("287.68"), {Decimal(25): Decimal("57.54")}


def note(number: int = 1, **changes: Any) -> Note:
    return Note(**{"invoice": order().key, "key": KEY.format(number), "gross": PART, "vat_by_rate": VAT, **changes})


def shops(gross: str = "287.68") -> Note:
    return note(key="90001", gross=Decimal(gross), is_shops=True)


def credit(number: int = 1, **changes: Any) -> dict[str, Any]:
    rates = {"25.00": {"net": "-230.14", "vat": "-57.54"}}
    return document(KEY.format(number), **{"gross": "-287.68", "vat": "-57.54", "vat_by_rate": rates, **changes})


REST = credit(
    2, gross="-297.68", vat_by_rate={"25": {"net": "-230.15", "vat": "-57.53"}, "0": {"net": "-10", "vat": "0"}}
)
REST_NOTE = note(2, gross=Decimal("297.68"), vat_by_rate={Decimal(25): Decimal("57.53")})


def credited(notes: Any, *documents: dict[str, Any], **more: Any) -> Reckoning:
    held = book(document(), *documents, payments=[payment(), *more.pop("refunds", ())], **more)
    return reckon([order()], held, DONE | {note.key: "done" for note in notes}, notes)


def test_credit_notes_count_with_their_invoice() -> None:
    assert credited([note(), REST_NOTE], credit(), REST) == GOOD
    held = book(document(), credit(), REST)
    assert final([order()], held, [note(), REST_NOTE]) == {order().key}
    assert final([order()], held, [note(3)]) == set()


@pytest.mark.parametrize(
    ("notes", "documents", "wrong"),
    [
        ([note()], [], {"lost": 1, "stuck": 1}),
        ([note(), note(2)], [credit(2)], {"lost": 1, "stuck": 1}),
        ([note()], [credit(), credit(2)], {"doubled": 1}),
        ([note()], [credit(), credit()], {"doubled": 1}),
        ([], [credit()], {"doubled": 1}),
        ([note()], [credit(gross="-287.67")], {"ore_off": 1}),
        ([note()], [credit(vat_by_rate={"25": {"net": "-230.15", "vat": "-57.53"}})], {"ore_off": 1}),
        ([note()], [credit(vat_by_rate={"0": {"net": "-287.68", "vat": "0"}})], {"ore_off": 1}),
        ([note()], [credit(remainder="-287.68")], {"stuck": 1}),
        ([note(is_open=True)], [credit()], {"stuck": 1}),
        ([note(gross=Decimal("600"))], [credit(gross="-600.00")], {"over_credited": 1}),
        ([note(), REST_NOTE], [credit(vat_by_rate={}), REST], {"ore_off": 2}),
    ],
)
def test_whatever_is_wrong_with_a_credit_note_is_counted(notes: Any, documents: Any, wrong: dict[str, int]) -> None:
    assert credited(notes, *documents) == Reckoning(**{**vars(GOOD), **wrong})


def test_a_note_is_open_where_it_was_left_so_and_paid_back_once() -> None:
    assert credited([note(is_open=True)], credit(remainder="-287.68")) == GOOD
    refund = {"reference": KEY.format(1), "invoice": 2, "amount": "287.68"}
    assert credited([note()], credit(), refunds=[refund]) == GOOD
    assert credited([note()], credit(), refunds=[refund, refund]).doubled == 1


def test_a_draft_beside_a_credit_note_is_doubled() -> None:
    assert credited([note()], credit(), drafts=[credit()]).doubled == 1
    assert credited([note()], drafts=[credit()]) == Reckoning(lost=1, doubled=0, stuck=1, ore_off=0, over_credited=0)


def test_a_note_that_the_shop_made_is_known_by_what_it_comes_to() -> None:
    assert credited([shops(), note(1)], credit(2), credit(1)) == GOOD
    assert credited([shops("287.00"), shops("100.00")], credit()) == Reckoning(2, 1, 2, 0, 0)
    # Only what leaves nothing of the invoice takes up what the shop rounded otherwise.
    assert credited([shops("287.69")], credit()).ore_off == 1
    assert credited([shops("287.69"), REST_NOTE], credit(), REST) == GOOD


def test_what_is_credited_whole_leaves_nothing_at_any_rate_but_what_the_shop_rounded() -> None:
    by_an_ore = credit(vat_by_rate={"25": {"net": "-230.15", "vat": "-57.54"}, "0": {"net": "0.01", "vat": "0"}})
    assert credited([note(), REST_NOTE], by_an_ore, REST).ore_off == 1
    assert credited([shops(), REST_NOTE], by_an_ore, REST) == GOOD
    more = credit(vat_by_rate={"25": {"net": "-230.16", "vat": "-57.54"}, "0": {"net": "0.02", "vat": "0"}})
    assert credited([shops(), REST_NOTE], more, REST).ore_off == 1


def test_a_note_that_somebody_sees_is_stuck_but_not_lost() -> None:
    states = DONE | {note().key: "needs_you"}
    assert reckon([order()], book(document()), states, [note()]) == Reckoning(0, 0, 1, 0, 0)


def test_what_is_wrong_with_a_note_is_told() -> None:
    told = "\n".join(complaints([order()], book(document(), credit(2)), DONE, [note()]))
    assert "lost, doubled, stuck" in told
    assert f"beside them: {{'reference': '{KEY.format(2)}'" in told


def test_kills_are_spread_and_repeat_with_their_seed() -> None:
    planned = kills.plan(20, 100, "seed")
    assert planned == kills.plan(20, 100, "seed") != kills.plan(20, 100, "other")
    assert [kill.after for kill in planned] == sorted(kill.after for kill in planned)
    assert max(kill.after for kill in planned) < 80
    assert Counter(kill.target for kill in planned) == {"worker": 15, "web": 5}
    assert sum(kill.in_call for kill in planned) == 12
    assert [kill.in_call for kill in kills.plan(1, 1, "seed")] == [True]
    assert kills.plan(0, 10, "seed") == []


@pytest.mark.parametrize(
    ("target", "before", "after", "hit"),
    [("worker", [4], [4], True), ("worker", [4], [5], False), ("worker", [], [], False), ("web", [4], [4], False)],
)
def test_a_kill_counts_as_inside_a_call_only_when_its_death_cut_it(
    target: str, before: list[int], after: list[int], hit: bool
) -> None:
    answers = [before, after]
    steps: list[str] = []

    def get_list(path: str, **query: object) -> list[dict[str, int]]:
        steps.append(path)
        return [{"number": number} for number in answers.pop(0)]

    process: Any = SimpleNamespace(kill=lambda: steps.append("kill"))
    control: Any = SimpleNamespace(get_list=get_list)
    assert kills.carry_out(Kill(3, target, in_call=True), process, control, "economic") is hit
    assert steps[:2] == ["/in-flight", "kill"]
