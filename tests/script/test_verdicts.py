"""How a played scenario is judged, and the line that says so."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from script.lib import once
from script.lib.books import Held
from script.lib.scenario import NeverHappened, Played, Scenario, Stage
from script.lib.shop import Order
from script.lib.verdict import judge, strays

pytestmark = pytest.mark.tools

ORDER = Order(7, "invoice:shoporama:1:7", "DKK", Decimal("575.36"), Decimal("115.07"))
KEYS = {
    *("scenario", "shop", "provider", "ok", "outcome", "currency", "order_total", "document_total"),
    *("vat", "balance", "documents", "calls", "seconds"),
}


class Paid(Scenario):
    words = "paid order"

    def play(self, stage: Stage) -> Played:
        return Played([ORDER])


def document(gross: str = "575.36", vat: str = "115.07", remainder: str = "0.00") -> dict[str, Any]:
    return {"gross": gross, "vat": vat, "remainder": remainder}


def paid(amount: str = "575.36") -> dict[str, Any]:
    return {"amount": str(-Decimal(amount))}


def booked(*documents: Mapping[str, Any], drafts: Any = (), payments: Any = None) -> Held:
    settled = [paid(document["gross"]) for document in documents if document["remainder"] == "0.00"]
    return Held(drafts=list(drafts), booked=list(documents), payments=settled if payments is None else payments)


NOTHING = Held([], [], [])


def test_exactly_what_was_charged_is_right() -> None:
    verdict = judge(Paid(), Played([ORDER]), booked(document()))
    assert verdict.wrong == ()
    assert (verdict.outcome, verdict.documents, verdict.balance) == ("booked", 1, Decimal("0.00"))


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        (NOTHING, "ended as not_meant, not booked"),
        (Held([document()], [], []), "ended as draft, not booked"),
        (booked(document(), document()), "2 booked documents, not 1"),
        (booked(document(gross="575.37")), "the documents come to 575.37, not 575.36"),
        (booked(document(vat="115.08")), "the documents' VAT is 115.08, not 115.07"),
        (booked(document(remainder="575.36")), "575.36 is still open, not 0.00"),
        (booked(document("-575.36", "-115.07"), payments=[{"amount": "575.36"}]), "ended as credited, not booked"),
        (booked(document(), drafts=[document()]), "1 drafts beside the booked documents"),
        (booked(document(), payments=[paid(), paid()]), "1150.72 is paid on documents of which 575.36 is settled"),
        (Held([document()], [], [paid()]), "575.36 is paid on documents of which 0.00 is settled"),
    ],
)
def test_anything_else_is_wrong(held: Held, complaint: str) -> None:
    assert complaint in judge(Paid(), Played([ORDER]), held).wrong


class Credited(Paid):
    words = "credited order"
    outcome = "credited"
    documents = 2


NOTE = replace(ORDER, key="credit:shoporama:1:7:1", total=-ORDER.total, vat=-ORDER.vat)


def credited(**changes: str) -> list[dict[str, Any]]:
    return [document(), document(**{"gross": "-575.36", "vat": "-115.07", **changes})]


def test_an_invoice_and_its_credit_note_come_to_nothing() -> None:
    refund = {"amount": "575.36"}
    verdict = judge(Credited(), Played([ORDER, NOTE]), booked(*credited(), payments=[paid(), refund]))
    assert (verdict.wrong, verdict.outcome, verdict.documents) == ((), "credited", 2)
    assert (verdict.order_total, verdict.document_total, verdict.vat, verdict.balance) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        (booked(document()), "ended as booked, not credited"),
        (booked(*credited(gross="-575.35")), "the documents come to 0.01, not 0.00"),
        (booked(*credited(vat="-115.06")), "the documents' VAT is 0.01, not 0.00"),
        (booked(*credited(remainder="-575.36")), "-575.36 of -575.36 is still open"),
        (booked(*credited(), payments=[paid()]), "575.36 is paid on documents of which 0.00 is settled"),
    ],
)
def test_a_credit_note_that_is_not_what_was_credited_is_wrong(held: Held, complaint: str) -> None:
    assert complaint in judge(Credited(), Played([ORDER, NOTE]), held).wrong


def test_what_is_open_on_both_is_seen_though_it_comes_to_nothing() -> None:
    both = [document(remainder="575.36"), document("-575.36", "-115.07", "-575.36")]
    wrong = judge(Credited(), Played([ORDER, NOTE]), booked(*both, payments=[])).wrong
    assert wrong == ("575.36 of 575.36 is still open", "-575.36 of -575.36 is still open")


def test_a_difference_that_is_expected_is_right_and_another_is_not() -> None:
    class Rounded(Paid):
        difference = Decimal("0.01")

    assert judge(Rounded(), Played([ORDER]), booked(document(gross="575.37"))).wrong == ()
    assert judge(Rounded(), Played([ORDER]), booked(document())).wrong


def test_what_stops_must_leave_no_document() -> None:
    class Parked(Paid):
        outcome = "needs_you"

    assert judge(Parked(), Played([ORDER], seen="needs_you"), NOTHING).wrong == ()
    assert judge(Parked(), Played([ORDER], seen="needs_you"), booked(document())).wrong


def test_a_document_of_no_order_is_a_stray() -> None:
    book = {"drafts": [{"reference": ORDER.key}], "booked": [{"reference": ORDER.key}, {"reference": None}]}
    assert strays(book, {ORDER.key}) == ["the books hold a document of None"]


def stage_for(held: Held, businesses: int = 1) -> Stage:
    """A stage on whose businesses everything has happened that `held` says; the first one's books hold it."""
    numbers = iter([held] + [NOTHING] * businesses)
    made = [business_for(next(numbers)) for _ in range(businesses)]
    return Stage(cast(Any, None), cast(Any, None), cast(Any, made), deadline=0)


def business_for(held: Held) -> Any:
    book = {"drafts": [], "booked": [row | {"reference": ORDER.key} for row in held.booked]}
    books = SimpleNamespace(held=lambda keys: held if list(keys) else NOTHING, calls=lambda: 4, all=lambda: book)
    return SimpleNamespace(books=books, all_books=[books], shop=SimpleNamespace(calls=lambda: 2))


def played(monkeypatch: pytest.MonkeyPatch, scenario: Scenario, held: Held) -> once.Line:
    monkeypatch.setattr(once, "_stage", lambda *_: stage_for(held))
    return once._result(once.Part(scenario, "shoporama", "economic"), SimpleNamespace())


def test_the_line_has_exactly_the_contracts_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    line = played(monkeypatch, Paid(), booked(document()))
    assert set(line) == KEYS
    assert json.loads(json.dumps(line)) == line
    assert (line["ok"], line["order_total"], line["document_total"]) == (True, "575.36", "575.36")
    assert (line["vat"], line["balance"], line["calls"]) == ("115.07", "0.00", {"provider": 4, "shop": 2})


def test_a_scenario_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    class Vain(Paid):
        def play(self, stage: Stage) -> Played:
            raise NeverHappened("waited in vain for: a booked document")

    line = played(monkeypatch, Vain(), NOTHING)
    assert set(line) == {*KEYS, "detail"}
    assert (line["ok"], line["detail"]) == (False, "NeverHappened: waited in vain for: a booked document")
    assert line["calls"] == {"provider": 4, "shop": 2}


def test_a_lacking_capability_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stock(Paid):
        needs = frozenset({"stock"})

    line = played(monkeypatch, Stock(), NOTHING)
    assert set(line) == {*KEYS, "skipped"}
    assert (line["ok"], line["document_total"]) == (True, None)
    assert line["skipped"] == "shoporama with economic lacks: stock"


def test_scenarios_run_beside_each_other_and_the_lonely_ones_last(monkeypatch: pytest.MonkeyPatch) -> None:
    class Alone(Paid):
        words = "redis gone"
        alone = True

    monkeypatch.setattr(once, "_stage", lambda *_: stage_for(booked(document())))
    parts = [once.Part(Alone(), "shoporama", "economic")] + [once.Part(Paid(), "shoporama", "economic")] * 9
    lines = list(once._results(parts, SimpleNamespace()))
    assert [line["scenario"] for line in lines] == ["paid order"] * 9 + ["redis gone"]


def test_the_options_choose_by_word_shop_and_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "catalogue", lambda: [Paid()])
    options = argparse.Namespace(shop=None, provider="economic", scenario="paid")
    assert [part.scenario.words for part in once._chosen(options)] == ["paid order"]
    for name, value in (("shop", "api"), ("provider", "ledgerly"), ("scenario", "stock")):
        with pytest.raises(once.CannotStart):
            once._chosen(argparse.Namespace(**vars(options) | {name: value}))


def test_each_financial_system_has_a_product_of_its_own_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played: list[list[str]] = []

    def play_these(parts: Any, port: int | None) -> Counter[str]:
        played.append([part.provider for part in parts])
        return Counter(passed=1, failed=len(played) - 1)

    monkeypatch.setattr(once, "catalogue", lambda: [Paid(), Paid()])
    monkeypatch.setattr(once, "_played", play_these)
    options = argparse.Namespace(shop=None, provider=None, scenario=None, sandbox_port=None)
    assert once.play(options) == 1
    assert played == [["economic"] * 2, ["dinero"] * 2, ["billy"] * 2]
    assert json.loads(capsys.readouterr().out) == {"passed": 3, "failed": 3, "skipped": 0}
