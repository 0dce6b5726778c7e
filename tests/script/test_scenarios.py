"""The catalogue of scenarios, and what a stage does for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from accounting.registry import PROVIDERS, provider_class
from script.lib.books import KINDS, Held
from script.lib.scenario import CAPABILITIES, NeverHappened, Stage
from script.lib.scenarios import catalogue
from script.lib.scenarios.amounts import rounding_lines
from script.lib.shop import Order

pytestmark = pytest.mark.tools

ORDER = Order(7, "invoice:shoporama:1:7", "DKK", Decimal("100.00"), Decimal("20.00"), name="10001")
PROMISED = {
    *("paid order, single products", "paid order, total lines", "shipped trigger", "percent coupon with øre residue"),
    *("order total ending in 2 øre", "mixed 25 % and 0 %", "sale abroad", "gift card used", "unknown product created"),
    *("known customer, other letter case", "order without e-mail", "webhook five times in parallel"),
    *("webhook lost, found by the poll", "shipped before paid", "answer lost after draft"),
    *("answer lost after booking", "answer lost after payment entry", "e-conomic down for a while"),
    *("revoked grant, reconnected", "control sum wrong, parked", "order before the start date"),
    *("booking off, draft made", "redis gone", "two tenants at once"),
    *("line rounding learnt", "half-even learnt", "payment sign reversed", "two readings, parked"),
    *("back-fill of 30 days with one poison order", "dry run equals booking"),
    *("new payment method mapped later, orders released", "payment term per method", "unknown fee"),
    *("EU business with VAT number", "greenland", "two customers with one e-mail", "key without e-mail"),
    *("order in EUR", "currency missing", "payment-method id changed"),
}
CREDITED = {
    *("full credit", "one line of several", "part quantity", "shipping only", "amount only", "foreign currency"),
    *("three notes summing to the invoice", "credit of a coupon order", "credit of an order with a rounding line"),
    *("note before the invoice is booked", "note for a draft", "note above the remainder", "two people at once"),
    *("answer lost after booking the note", "made here with shipping", "order cancelled after booking"),
    *("credit and send again", "return from the shop", "credit without original", "shop's credit found by the poll"),
}
"""What every financial system has of credit notes."""
OF_DINERO = {
    *("no Pro", "Pro lapses", "two organisations", "refresh rotated under 16 threads", "refresh answer lost"),
    *("consent withdrawn", "stale Timestamp", "answer lost after contact", "answer lost after draft"),
    *("answer lost after booking", "answer lost after payment", "rate limit reached", "form_post callback"),
    "provider changed mid-way",
}
"""Further ones of the second financial system."""
OF_BILLY = {
    *("token revoked", "ruleset gives another rate", "locked period", "answer lost after contact"),
    *("answer lost after draft", "answer lost after approval", "answer lost after payment"),
    *("wrong company's token", "no usable product", "search that ignores its filter"),
}
"""Further ones of the third."""


@pytest.mark.parametrize(
    ("provider", "promised"),
    [("economic", PROMISED | CREDITED), ("dinero", OF_DINERO | CREDITED), ("billy", OF_BILLY | CREDITED)],
)
def test_every_promised_scenario_is_there_once(provider: str, promised: set[str]) -> None:
    playable = [scenario for scenario in catalogue() if not scenario.lacking("shoporama", provider)]
    words = [scenario.words_for(provider) for scenario in playable]
    assert len(words) == len(set(words))
    assert set(words) >= promised


def test_the_second_system_is_spared_only_what_it_lacks() -> None:
    spared = {scenario.words: scenario.lacking("shoporama", "dinero") for scenario in catalogue()}
    assert {words: sorted(lacking) for words, lacking in spared.items() if lacking} == {
        "closed period": ["barred periods"],
        "currency missing": ["currency switch"],
        "half-even learnt": ["half-even rounding"],
        "no usable product": ["service products"],
        "payment sign reversed": ["payment sign"],
        "payment term per method": ["settling terms"],
        "product barred": ["products"],
        "search that ignores its filter": ["ignored filters"],
        "unknown fee": ["items"],
        "unknown product created": ["products"],
        "wrong company's token": ["pasted key"],
    }


def test_those_that_stop_a_process_are_last() -> None:
    alone = [scenario.alone for scenario in catalogue()]
    assert alone == sorted(alone)
    assert any(alone)


def test_every_need_is_a_capability_that_somebody_declares() -> None:
    declared = frozenset[str]().union(*CAPABILITIES.values())
    for scenario in catalogue():
        assert scenario.needs <= declared, scenario.words
        assert any(not scenario.lacking("shoporama", provider) for provider in KINDS), scenario.words


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_nobody_is_spared_what_the_product_can_do(provider: str) -> None:
    made = provider_class(provider)
    can = {
        "draft": made.capabilities.books_drafts,
        "payment": made.capabilities.settles,
        "credit notes": made.capabilities.credit_notes,
        "products": made.capabilities.creates_products,
        "currencies": made.capabilities.foreign_currency,
        "items": not made.sells_by_account,
        "sales accounts": made.sells_by_account,
        "payment sign": made.checks_payments,
        "settling terms": bool(made.settling_terms),
        "net prices": made.readings[0].prices == "net",
    }
    kind = KINDS[provider]
    assert {name: name in kind.capabilities for name in can} == can
    assert kind.longest_name == made.capabilities.max_name


def stage_of(rows: Iterator[dict[str, str]], drafts: Any = ({},), seconds: float = 1) -> Any:
    confirmed: list[Order] = []
    owner = SimpleNamespace(order=lambda _: next(rows, {}), confirm=confirmed.append)
    books = SimpleNamespace(held=lambda _: Held(list(drafts), [], []))
    business = SimpleNamespace(owner=owner, books=books, confirmed=confirmed)
    return Stage(cast(Any, None), cast(Any, None), cast(Any, [business]), time.monotonic() + seconds)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("script.lib.scenario.time.sleep", lambda _: None)


def test_the_first_order_is_confirmed_when_its_page_asks_for_it() -> None:
    stage = stage_of(iter([{}, {"state": "waiting"}, {"state": "needs_you", "reason": "first-order-check"}]))
    stage.check_first(ORDER)
    assert stage.business.confirmed == [ORDER]


@pytest.mark.parametrize(
    ("row", "drafts"), [({"state": "needs_you", "reason": "product-missing"}, [{}]), ({"state": "needs_you"}, [])]
)
def test_nothing_else_is_confirmed(row: dict[str, str], drafts: list[Any]) -> None:
    stage = stage_of(iter([row] * 100_000), drafts, seconds=0.05)
    with pytest.raises(NeverHappened):
        stage.check_first(ORDER)
    assert stage.business.confirmed == []


def test_a_vain_wait_says_how_the_order_stands() -> None:
    stage = stage_of(iter([{"state": "needs_you", "reason": "product-missing"}] * 100_000), seconds=0.05)
    with pytest.raises(NeverHappened, match=r"the order as done, but it is needs_you product-missing"):
        stage.wait_state(ORDER, "done")


def test_a_rounding_line_has_no_vat_and_one_oere() -> None:
    def line(net: str, rate: str) -> dict[str, str]:
        return {"net": net, "vat_rate": rate}

    lines = [line("79.93", "25.00"), line("0.01", "0.00"), line("-0.01", "0.00"), line("10.00", "0.00")]
    assert rounding_lines(Held([], [{"lines": lines}], [])) == [Decimal("0.01"), Decimal("-0.01")]
