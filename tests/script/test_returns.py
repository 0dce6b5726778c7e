"""What a chaos run credits: random pieces of orders, each once, however often the pages are away."""

from __future__ import annotations

import random
import time
from collections import Counter
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from script.lib import notes, returns
from script.lib.asked import Note
from script.lib.lane import Lane
from script.lib.reckoning import Kept, by_order
from script.lib.returns import PAGE, RETURN, SHOP, Piece, Returns
from script.lib.shop import Order

pytestmark = pytest.mark.tools

KEY = "invoice:shoporama:1:7"
QUANTITIES = (Decimal(3), Decimal(1))
ORDER = Order(7, KEY, "DKK", Decimal("437.00"), Decimal("87.40"), name="10001", quantities=QUANTITIES)
RATES = {Decimal(25): Decimal("-100.0000")}
CREDIT = Order(9, "", "DKK", Decimal("-100.00"), Decimal("-20.00"), RATES, name="10002", credits=7)
INVOICE = {"reference": KEY, "gross": "437.00", "remainder": "0.00", "vat_by_rate": {}}


def planned(seed: str, *, shipped: bool = True) -> list[Piece]:
    return returns.pieces(random.Random(seed), ORDER, shipped=shipped)


def test_pieces_never_credit_more_than_was_sold() -> None:
    for seed in map(str, range(300)):
        made = planned(seed)
        total: Counter[int] = Counter()
        for piece in made:
            total.update(piece.quantities)
        assert all(total[line] <= quantity for line, quantity in enumerate(QUANTITIES))
        assert sum(piece.shipping for piece in made) <= 1
        assert all(piece.quantities or piece.shipping or piece.is_rest for piece in made)
        assert not any(piece.is_rest for piece in made[:-1])


def test_pieces_repeat_with_their_seed_and_are_of_every_kind() -> None:
    many = [piece for seed in map(str, range(300)) for piece in planned(seed)]
    assert planned("7") == planned("7")
    assert {piece.way for piece in many} == {PAGE, SHOP, RETURN}
    assert any(piece.is_open for piece in many)
    assert any(piece.is_early for piece in many)
    assert any(piece.is_rest for piece in many)
    assert not any(piece.shipping for seed in map(str, range(100)) for piece in planned(seed, shipped=False))


def test_what_has_a_discount_is_credited_in_one_place() -> None:
    for seed in map(str, range(100)):
        made = returns.pieces(random.Random(seed), ORDER, shipped=True, discounted=True)
        assert len({piece.is_shops for piece in made if not piece.is_rest}) <= 1


def test_only_what_the_shop_makes_comes_early_and_only_the_page_leaves_open() -> None:
    many = [piece for seed in map(str, range(300)) for piece in planned(seed)]
    assert all(piece.is_shops for piece in many if piece.is_early)
    assert not any(piece.is_shops for piece in many if piece.is_open)
    assert all(piece.quantities for piece in many if piece.way == RETURN)


def held(*documents: dict[str, Any], asked: Any = ()) -> dict[str, Kept]:
    return dict(by_order([ORDER], {"booked": list(documents), "drafts": [], "payments": []}, asked))


class Pages:
    """In place of the owner's pages: away as often as told, then what was wished for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, away: int = 0) -> None:
        self.away, self.saved, self.wishes = away, 0, list[notes.Wish]()
        monkeypatch.setattr(returns, "TRY_SECONDS", 0.0)
        monkeypatch.setattr(notes, "look", self.look)
        monkeypatch.setattr(notes, "save", self.save)

    def look(self, owner: Any, order: Order, wish: notes.Wish) -> Any:
        self.wishes.append(wish)
        return SimpleNamespace(gross=Decimal("100.00"), vat_by_rate={Decimal(25): Decimal("20.00")})

    def save(self, owner: Any, shown: Any) -> int:
        self.saved += 1
        if self.saved <= self.away:
            raise requests.ConnectionError
        return 88


def business(**shop: Any) -> Any:
    return SimpleNamespace(owner=SimpleNamespace(), shop=SimpleNamespace(**shop))


def run(made: Returns, *pieces: Piece) -> Returns:
    """Let everything that may go be credited, once around."""
    made.plan(pieces)
    made.deadline = time.monotonic() + 60
    made.around()
    return made


@pytest.mark.parametrize("away", [0, 3])
def test_a_note_of_the_page_is_saved_until_it_is_answered(monkeypatch: pytest.MonkeyPatch, away: int) -> None:
    pages = Pages(monkeypatch, away)
    made = run(Returns(business(), lambda: held(INVOICE), 0), Piece(ORDER, {0: 1}, is_open=True))
    key, vat = "credit:shoporama:1:7:88", {Decimal(25): Decimal("20.00")}
    assert made.notes == [Note(KEY, key, Decimal("100.00"), vat, is_open=True)]
    assert (pages.saved, made.waiting, made.undone) == (away + 1, 0, [])
    assert [(wish.quantities, wish.refund) for wish in pages.wishes] == [({0: 1}, "open")]


def test_a_note_that_the_page_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    Pages(monkeypatch)

    def refuse(*_: Any) -> None:
        raise notes.Refused("nothing is left")

    monkeypatch.setattr(notes, "look", refuse)
    made = run(Returns(business(), lambda: held(INVOICE), 0), Piece(ORDER, {0: 1}))
    assert made.notes == []
    assert "nothing is left" in made.undone[0]


def test_a_note_of_the_shop_is_known_by_its_number_there() -> None:
    made = run(
        Returns(business(credit=lambda *_, **__: CREDIT), dict, 0), Piece(ORDER, {0: 1}, way=SHOP, is_early=True)
    )
    vat = {Decimal(25): Decimal("20.00")}
    assert made.notes == [Note(KEY, "9", Decimal("100.00"), vat, is_shops=True)]


def test_nothing_is_credited_before_the_invoice_is_booked_nor_the_rest_before_the_other_notes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Pages(monkeypatch)
    assert run(Returns(business(), dict, 0), Piece(ORDER, {0: 1})).waiting == 1
    made = Returns(business(take_back=lambda *_, **__: CREDIT), lambda: held(INVOICE, asked=made.notes), 0)
    run(made, Piece(ORDER, {0: 1}, way=RETURN), Piece(ORDER, is_rest=True))
    made.around()
    assert (len(made.notes), made.waiting) == (1, 1)
    assert "never credited" in made.undone[0]
    booked = {"reference": "credit:shoporama:1:7:1", "gross": "-100.00", "remainder": "0.00", "vat_by_rate": {}}
    made.kept = lambda: held(INVOICE, booked, asked=made.notes)
    made.around()
    assert (len(made.notes), made.waiting) == (2, 0)


def test_a_lane_knows_the_state_of_every_note() -> None:
    rows = [
        {"kind": "invoice", "order_id": "7", "order_number": "10001", "state": "done"},
        {"kind": "credit", "order_id": "7", "order_number": "88", "state": "waiting"},
        {"kind": "credit", "order_id": "9", "order_number": "10002", "state": "needs_you"},
    ]
    vat = {Decimal(25): Decimal("20.00")}
    asked = [Note(KEY, f"credit:shoporama:1:7:{number}", Decimal(100), vat) for number in (88, 89)]
    asked.append(Note(KEY, "9", Decimal(100), vat, is_shops=True))
    owner = SimpleNamespace(orders=lambda: rows)
    made: Any = SimpleNamespace(notes=asked, waiting=0)
    lane = Lane(SimpleNamespace(owner=owner), orders=[ORDER], returns=made)  # type: ignore[arg-type]
    assert list(lane.states().values()) == ["done", "waiting", "", "needs_you"]
    assert not lane.is_done()
    made.notes = []
    assert lane.is_done()
    made.waiting = 1
    assert not lane.is_done()
