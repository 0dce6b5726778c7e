"""script/demo --once: every scenario against the running product, each with a shop and books of its own."""

from __future__ import annotations

import argparse
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from script.lib import ports, stand_ins
from script.lib.books import Books
from script.lib.control import Control
from script.lib.ending import OK, WRONG, CannotStart
from script.lib.person import Person
from script.lib.run import Run
from script.lib.scenario import Scenario, Stage
from script.lib.scenarios import catalogue
from script.lib.shop import Shop
from script.lib.stack import Stack
from script.lib.talk import line, say
from script.lib.verdict import judge

AT_ONCE = 6
PAIRS = (("shoporama", "economic"),)
"""Shop × provider that are connected in the once-run."""

HASTY = {"QUIET_SECONDS": "2", "POLL_SECONDS": "5", "SWEEP_SECONDS": "1"}
"""The engine's times, so that a lost answer does not hold the run up for a minute."""

Line = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One scenario at one shop × provider."""

    scenario: Scenario
    shop: str
    provider: str


def play(options: argparse.Namespace) -> int:
    """Play what the options choose; prints one line for each and a last one with the counts."""
    parts = _chosen(options)
    with Run() as run:
        web, sandbox = ports.free_port(), stand_ins.chosen_port(options.sandbox_port)
        stack = Stack(run, web, sandbox, HASTY)
        say(f"Playing {len(parts)} scenarios")
        counts = _tell(_results(parts, stack))
    line({"passed": counts["passed"], "failed": counts["failed"], "skipped": counts["skipped"]})
    return WRONG if counts["failed"] else OK


def _chosen(options: argparse.Namespace) -> list[Part]:
    parts = [
        Part(scenario, shop, provider)
        for scenario in catalogue()
        for shop, provider in PAIRS
        if options.shop in (None, shop) and options.provider in (None, provider)
        if (options.scenario or "") in scenario.words
    ]
    if not parts:
        raise CannotStart("No scenario fits --provider, --shop and --scenario.")
    return parts


def _tell(results: Iterable[Line]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for result in results:
        line(result)
        counts["skipped" if "skipped" in result else "passed" if result["ok"] else "failed"] += 1
    return counts


def _results(parts: Sequence[Part], stack: Stack) -> Iterator[Line]:
    """The results as they come: several scenarios at a time, then one by one those that stop a process."""
    yield from _at_once([part for part in parts if not part.scenario.alone], stack)
    for part in parts:
        if part.scenario.alone:
            yield _result(part, stack)


def _at_once(parts: Sequence[Part], stack: Stack) -> Iterator[Line]:
    waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
    done: queue.SimpleQueue[Line] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    # Daemons, so that Ctrl-C need not wait for the scenarios.
    for _ in range(min(AT_ONCE, len(parts))):
        threading.Thread(target=_work, args=(waiting, done, stack), daemon=True).start()
    for _ in parts:
        yield done.get()


def _work(waiting: queue.SimpleQueue[Part], done: queue.SimpleQueue[Line], stack: Stack) -> None:
    while True:
        try:
            part = waiting.get_nowait()
        except queue.Empty:
            return
        done.put(_result(part, stack))


def _result(part: Part, stack: Stack) -> Line:
    result = _blank(part)
    lacking = part.scenario.lacking(part.shop, part.provider)
    if lacking:
        reason = f"{part.shop} with {part.provider} lacks: {', '.join(sorted(lacking))}"
        return result | {"ok": True, "outcome": part.scenario.outcome, "skipped": reason}
    began = time.monotonic()
    try:
        _play(part, _stage(part, stack, began), result)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a scenario is its result
        result["detail"] = f"{type(error).__name__}: {error}"
    result["seconds"] = round(time.monotonic() - began, 1)
    return result


def _stage(part: Part, stack: Stack, began: float) -> Stage:
    control = Control(stack.sandbox)
    name = part.scenario.words
    return Stage(
        stack=stack,
        control=control,
        person=Person(stack.public_url + "/"),
        shop=Shop(control, name=name),
        books=Books(control, name=name),
        deadline=began + part.scenario.seconds,
    )


def _play(part: Part, stage: Stage, result: Line) -> None:
    """Play the scenario and fill in the result as far as it gets."""
    try:
        played = part.scenario.play(stage)
    finally:
        result["calls"] = {"provider": stage.books.calls(), "shop": stage.shop.calls()}
    verdict = judge(part.scenario, played, stage.books.held(order.key for order in played.orders))
    for name in ("order_total", "document_total", "vat", "balance"):
        result[name] = _text(getattr(verdict, name))
    result |= {"outcome": verdict.outcome, "currency": verdict.currency, "documents": verdict.documents}
    if part.scenario.difference is not None:
        result["expected_difference"] = _text(part.scenario.difference)
    result["ok"] = not verdict.wrong
    if verdict.wrong:
        result["detail"] = "; ".join(verdict.wrong)


def _blank(part: Part) -> Line:
    """The contract's keys, with nothing known yet."""
    names = {"scenario": part.scenario.words, "shop": part.shop, "provider": part.provider}
    unknown = dict.fromkeys(("outcome", "currency", "order_total", "document_total", "vat", "balance"))
    return names | {"ok": False} | unknown | {"documents": 0, "calls": {"provider": 0, "shop": 0}, "seconds": 0.0}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
