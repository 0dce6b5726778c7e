"""What script/chaos can be asked, the orders it places, and what it says in the end."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from script.lib import baskets, chaos
from script.lib.lane import Lane
from script.lib.reckoning import Reckoning
from script.lib.shop import Order
from script.lib.storm import LONGEST, SHORTEST, Storm, Wishes

pytestmark = pytest.mark.tools

KEYS = {
    *("orders", "kills", "kills_in_call", "dropped", "late", "lost", "doubled", "stuck", "ore_off", "over_credited"),
    *("calls_per_order", "seconds", "seed"),
}
GOOD = dict.fromkeys(KEYS, 0) | {"orders": 10, "kills": 4, "kills_in_call": 1, "calls_per_order": 8.0, "seed": "x"}
ASKED = ["--orders", "10", "--kills", "4", "--drop", "5"]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--shop", "api"], "api"),
        (["--credit", "10", "--provider", "billy"], "no credit notes in billy"),
        (["--orders", "0"], "at least one order"),
    ],
)
def test_what_the_product_cannot_do_yet_is_one_sentence_and_two(
    options: list[str], word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(chaos.CAPABILITIES, "billy", frozenset({"invoice"}))
    assert chaos.main([*ASKED, *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert word in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("options", [["--drop", "101"], ["--kills", "-1"], ["--provider", "visma"]])
def test_nonsense_is_refused(options: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        chaos.main([*ASKED, *options])
    assert refused.value.code == 2


@pytest.mark.parametrize("wrong", [*chaos.WRONGS])
def test_nothing_may_be_wrong(wrong: str) -> None:
    assert chaos.is_good(GOOD)
    assert not chaos.is_good(GOOD | {wrong: 1})


@pytest.mark.parametrize(("kills", "inside", "good"), [(0, 0, True), (4, 1, True), (5, 1, False), (20, 4, False)])
def test_a_quarter_of_the_kills_must_hit_inside_a_call(kills: int, inside: int, good: bool) -> None:
    assert chaos.is_good(GOOD | {"kills": kills, "kills_in_call": inside}) is good


def order(number: int) -> Order:
    by_rate = {Decimal(25): Decimal(1)}
    return Order(number, f"invoice:shoporama:1:{number}", "DKK", Decimal(1), Decimal("0.20"), by_rate)


def row(number: str, **changes: str) -> dict[str, str]:
    return {"kind": "invoice", "order_id": number, "order_number": f"1000{number}", "state": "done", **changes}


def storms(monkeypatch: pytest.MonkeyPatch, *results: dict[str, Any]) -> None:
    following = iter(results)
    monkeypatch.setattr(chaos, "_storm", lambda *_: next(following))


def test_one_provider_is_one_line_with_exactly_the_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    storms(monkeypatch, GOOD | {"stuck": 1})
    assert chaos.main(ASKED) == 1
    assert set(json.loads(capsys.readouterr().out)) == KEYS


def test_all_providers_are_a_line_each_and_their_sum(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chaos, "PROVIDERS", ("economic", "other"))
    results = [GOOD | {"seconds": 1.5}, GOOD | {"orders": 30, "calls_per_order": 4.0, "doubled": 2}]
    monkeypatch.setattr(chaos, "_storms", lambda _: results)
    assert chaos.main([*ASKED, "--provider", "all"]) == 1
    first, second, total = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["provider"], second["provider"]) == ("economic", "other")
    assert set(total) == KEYS
    assert (total["orders"], total["doubled"], total["calls_per_order"], total["seconds"]) == (40, 2, 5.0, 1.5)


def test_each_of_several_storms_is_a_process_with_what_was_asked_and_a_port_of_its_own() -> None:
    options = chaos._options([*ASKED, "--provider", "all", "--credit", "33", "--sandbox-port", "21000", "--seed", "x"])
    command = chaos._beside(options, "billy", 2)
    assert command.arguments[0].endswith("script/chaos")
    assert vars(chaos._options(command.arguments[1:])) == vars(options) | {
        "provider": "billy",
        "seconds": 795.0,
        "sandbox_port": 21002,
    }


def test_the_line_of_a_storm_is_its_last_and_none_cannot_be() -> None:
    def process(*printed: str) -> Any:
        return SimpleNamespace(output=lambda: list(printed), command=SimpleNamespace(name="chaos-billy"))

    assert chaos._result(process(json.dumps(GOOD))) == GOOD
    with pytest.raises(chaos.CannotStart, match="chaos-billy"):
        chaos._result(process())


def test_baskets_repeat_with_their_seed_and_never_split_a_discount_over_two_rates() -> None:
    def many(seed: str) -> list[dict[str, Any]]:
        dice = random.Random(seed)
        return [baskets.wish(dice, 5) for _ in range(200)]

    assert many("a") == many("a") != many("b")
    is_mixed = [any(line["own_id"] == baskets.VAT_FREE for line in wish["products"]) for wish in many("a")]
    coupons = [wish["voucher_percent"] for wish in many("a")]
    assert any(is_mixed)
    assert any(coupons)
    assert not any(mixed and coupon for mixed, coupon in zip(is_mixed, coupons, strict=True))
    assert {wish["email"] for wish in many("a")} == {f"kunde{n}@example.dk" for n in range(5)}


@pytest.mark.parametrize(("orders", "seconds"), [(10, LONGEST), (1000, 680 / 2 / 2000), (100_000, SHORTEST)])
def test_calls_take_as_long_as_the_time_allows(orders: int, seconds: float) -> None:
    stack: Any = SimpleNamespace(sandbox={"control": "", "ledger": ""})
    storm = Storm(stack, Wishes("economic", orders, 0, 5, 0, "seed"), time.monotonic() + 800)
    storm.lanes = [Lane(business=SimpleNamespace())] * 4  # type: ignore[arg-type]
    assert storm.latency() == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize(("percent", "credited", "of"), [(0, 0, 150), (33, 49, 75), (50, 75, 75), (100, 150, 150)])
def test_so_many_orders_are_credited_and_those_come_first(percent: int, credited: int, of: int) -> None:
    stack: Any = SimpleNamespace(sandbox={"control": "", "ledger": ""})
    storm = Storm(stack, Wishes("economic", 150, 0, 5, 0, "seed", percent), time.monotonic() + 800)
    assert (storm.credited(of), storm.credited(150)) == (credited, credited)
    assert storm.credited(of // 2) == credited // 2


def test_a_lane_is_done_when_the_product_shows_every_order_as_done() -> None:
    rows = [row("7"), row("3", state="needs_you")]
    business: Any = SimpleNamespace(owner=SimpleNamespace(orders=lambda: rows))
    assert Lane(business, orders=[order(7)]).is_done()
    assert not Lane(business, orders=[order(7), order(3)]).is_done()
    assert Lane(business, orders=[order(8)]).states() == {"invoice:shoporama:1:8": ""}


def test_pages_that_are_away_show_nothing() -> None:
    def away() -> list[dict[str, str]]:
        raise requests.ConnectionError

    business: Any = SimpleNamespace(owner=SimpleNamespace(orders=away))
    assert not Lane(business, orders=[order(7)]).is_done()


def test_a_document_of_no_order_is_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    rates = {"25.00": {"net": "0.80", "vat": "0.20"}}
    kept = {"gross": "1", "vat": "0.20", "remainder": "0.00", "vat_by_rate": rates}
    booked = [kept | {"reference": reference} for reference in (order(3).key, order(7).key, None)]
    book = {"drafts": [], "booked": booked, "payments": []}
    rows = [row("7")]
    business: Any = SimpleNamespace(owner=SimpleNamespace(orders=lambda: rows), books=SimpleNamespace(all=lambda: book))
    found = Lane(business, first=[order(3)], orders=[order(7)]).reckon()
    assert found == Reckoning(lost=0, doubled=1, stuck=0, ore_off=0, over_credited=0)
    assert capsys.readouterr().err == "the books hold a document of None\n"
