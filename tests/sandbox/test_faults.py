"""Ordered faults meet exactly the calls they name; chaos is a seeded share that can be told again."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.chaos import Chaos
from sandbox.faults import KINDS, Fault, FaultBook, Plan
from sandbox.routes import Refused
from sandbox.traffic import Call, Traffic
from sandbox.wire import Reply

pytestmark = pytest.mark.tools
REAL = Reply.of(201, {"draftInvoiceNumber": 7})


def a_call(
    method: str = "POST", path: str = "/invoices/drafts", system: str = "economic", account: int | None = 1
) -> Call:
    return Call(1, system, method, path, account, None, 0.0)


def a_book(**order: Any) -> FaultBook:
    book = FaultBook()
    book.order(Fault(**{"system": "economic", "path": "POST /invoices/drafts", "kind": "drop_after"} | order))
    return book


@pytest.mark.parametrize(
    ("path", "call", "strikes"),
    [
        ("POST /invoices/drafts", a_call(), True),
        ("/invoices/drafts", a_call("GET"), True),
        ("POST *", a_call(path="/journalsapi/v15.0.0/draft-entries"), True),
        ("* /invoices/*", a_call("PUT", "/invoices/drafts/7"), True),
        ("POST /invoices/drafts", a_call("GET"), False),
        ("POST /invoices", a_call(), False),
        ("POST *", a_call(system="shoporama"), False),
    ],
)
def test_which_calls_a_fault_meets(path: str, call: Call, strikes: bool):
    assert (a_book(path=path).plan(call) is not None) is strikes


def test_a_fault_limited_to_one_account_leaves_the_others_alone():
    book = a_book(account=2)
    assert book.plan(a_call(account=1)) is None
    assert book.plan(a_call(account=None)) is None
    assert book.plan(a_call(account=2)) is not None


def test_times_and_skip():
    book = a_book(times=2, skip=1)
    assert [book.plan(a_call()) is not None for _ in range(5)] == [False, True, True, False, False]
    assert book.faults[0].report()["hits"] == 2


def test_faults_are_taken_back_one_by_one_by_account_or_all():
    book = FaultBook()
    for account in (1, 1, 2, None):
        book.order(Fault("economic", "*", "slow", account=account))
    assert book.clear(number=1) == 1
    assert book.clear(systems=("economic",), account=1) == 1
    assert book.clear(systems=("shoporama",), account=2) == 0
    assert book.clear() == 2


@pytest.mark.parametrize(
    ("kind", "executes", "cut"),
    [
        ("drop_before", False, "reset"),
        ("drop_after", True, "reset"),
        ("truncated", True, "half"),
        ("late", False, "reset"),
        ("5xx_before", False, None),
        ("5xx_after", True, None),
        ("slow", True, None),
        ("drip", True, None),
        ("429", False, None),
        ("401", False, None),
        ("html", True, None),
        ("not_json", True, None),
        ("huge", True, None),
        ("redirect", False, None),
    ],
)
def test_what_each_kind_does(kind: str, executes: bool, cut: str | None):
    plan = Fault("economic", "*", kind).plan()
    assert (plan.executes, plan.cut) == (executes, cut)
    assert plan.executes or plan.cut or plan.answer


def test_every_kind_is_tested_above():
    marks = test_what_each_kind_does.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for mark in marks for row in mark.args[1]} == set(KINDS)


def answer(kind: str, **order: Any) -> Reply:
    disguise = Fault("economic", "*", kind, **order).plan().answer
    assert disguise is not None
    return disguise(REAL)


def test_the_answers_that_replace_the_real_one():
    assert answer("5xx_after", status=504).status == 504
    assert (
        answer("5xx_after", body="json", headers={"x-resultfromcache": "true"}).headers["x-resultfromcache"] == "true"
    )
    assert answer("429", retry_after="Wed, 21 Oct 2026 07:28:00 GMT").headers["retry-after"].startswith("Wed")
    assert "retry-after" not in answer("429").headers
    assert answer("html").headers["content-type"].startswith("text/html")
    assert answer("html").status == 200
    with pytest.raises(ValueError, match="Expecting"):
        answer("not_json").json()
    assert len(answer("huge").body) > 50_000_000
    assert answer("redirect", headers={"location": "http://169.254.169.254/"}).status == 302


@pytest.mark.parametrize("order", [{"kind": "explode"}, {"how": "politely"}])
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, str]):
    with pytest.raises(Refused):
        a_book(**order)


def fates(chaos: Chaos, calls: int = 2000) -> list[str]:
    plans = [chaos.plan(a_call()) for _ in range(calls)]
    return ["late" if plan.late_seconds else "drop" if plan.cut else "plain" for plan in plans]


def test_chaos_is_a_seeded_share_and_the_same_again():
    chaos = Chaos(drop_pct=5, late_pct=2, seed="x")
    told = fates(chaos)
    assert told == fates(Chaos(drop_pct=5, late_pct=2, seed="x"))
    assert told != fates(Chaos(drop_pct=5, late_pct=2, seed="y"))
    assert (chaos.dropped, chaos.late) == (told.count("drop"), told.count("late"))
    assert 70 <= chaos.dropped <= 130
    assert 20 <= chaos.late <= 60


def test_chaos_leaves_reads_and_other_systems_alone():
    chaos = Chaos(drop_pct=100)
    assert chaos.plan(a_call("GET")).cut is None
    assert chaos.plan(a_call(system="shoporama")) == Plan()
    assert chaos.plan(a_call()).executes
    assert chaos.dropped == 1


def test_chaos_makes_late_calls_wait_between_the_bounds():
    chaos = Chaos(late_pct=100, late_seconds=(1, 40), latency_seconds=(0.1, 0.1))
    plans = [chaos.plan(a_call()) for _ in range(200)]
    assert all(plan.late_seconds is not None and 1 <= plan.late_seconds <= 40 for plan in plans)
    assert not any(plan.executes for plan in plans)
    assert plans[0].wait_before == 0.05


def test_traffic_counts_by_account_and_knows_the_open_calls():
    traffic = Traffic(lambda: 5.0)
    first = traffic.begin("economic", "POST", "/invoices/drafts/7/lines", 1, ("127.0.0.1", 5))
    traffic.end(traffic.begin("economic", "GET", "/self", 1, None))
    traffic.begin("shoporama", "GET", "/order/912345", None, None)
    report = traffic.report()
    assert report["economic"]["1"]["calls"] == 2
    assert report["economic"]["1"]["writes"] == 1
    assert report["economic"]["1"]["by_address"] == {"POST /invoices/drafts/*/lines": 1, "GET /self": 1}
    assert report["shoporama"]["unknown"]["by_address"] == {"GET /order/*": 1}
    assert report["in_flight"] == {"economic": 1, "dinero": 0, "visma": 0, "billy": 0, "shoporama": 1}
    assert traffic.open_calls("economic") == [first]
    traffic.forget("economic", 1)
    assert "1" not in traffic.report()["economic"]
