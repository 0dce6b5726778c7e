"""script/demo --once: every scenario against the running product, each with a shop and books of its own."""

from __future__ import annotations

import argparse
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from script.lib import people, ports, stand_ins
from script.lib.books import KINDS
from script.lib.business import Business
from script.lib.control import Control
from script.lib.ending import OK, WRONG, CannotStart
from script.lib.owner import Login
from script.lib.run import Run
from script.lib.scenario import Scenario, Stage
from script.lib.scenarios import catalogue
from script.lib.stack import Stack
from script.lib.talk import line, say
from script.lib.verdict import judge, strays

AT_ONCE = 6
PAIRS = tuple(("shoporama", provider) for provider in KINDS)
"""Shop × provider that are connected in the once-run."""

HASTY = {"QUIET_SECONDS": "2", "POLL_SECONDS": "5", "SWEEP_SECONDS": "1"}
"""The engine's times, so that a lost answer does not hold the run up for a minute."""

Line = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One scenario at one shop × provider, and who signs in for it."""

    scenario: Scenario
    shop: str
    provider: str
    logins: Sequence[Login] = ()

    @property
    def words(self) -> str:
        """What the scenario is called where this provider plays it."""
        return self.scenario.words_for(self.provider)


def play(options: argparse.Namespace) -> int:
    """Play what the options choose; prints one line for each and a last one with the counts."""
    parts, counts = _chosen(options), Counter[str]()
    for provider in dict.fromkeys(part.provider for part in parts):
        counts += _played([part for part in parts if part.provider == provider], options.sandbox_port)
    line({"passed": counts["passed"], "failed": counts["failed"], "skipped": counts["skipped"]})
    return WRONG if counts["failed"] else OK


def _played(parts: Sequence[Part], sandbox_port: int | None) -> Counter[str]:
    """Play what is with one financial system, on a product of its own.

    With twice the businesses on one, each shop asked every five seconds, a worker alone without Redis has no time left.
    """
    with Run() as run:
        web, sandbox = ports.free_port(), stand_ins.chosen_port(sandbox_port)
        stack = Stack(run, web, sandbox, HASTY)
        say(f"Playing {len(parts)} scenarios with {parts[0].provider}")
        return _tell(_results(_with_logins(parts, stack), stack))


def _chosen(options: argparse.Namespace) -> list[Part]:
    pairs = [pair for pair in PAIRS if options.shop in (None, pair[0]) and options.provider in (None, pair[1])]
    every = [Part(scenario, *pair) for scenario in catalogue() for pair in pairs]
    parts = [part for part in every if (options.scenario or "") in part.words]
    if not parts:
        raise CannotStart("No scenario fits --provider, --shop and --scenario.")
    return parts


def _with_logins(parts: Sequence[Part], stack: Stack) -> list[Part]:
    """Give every part businesses of its own."""
    made = iter(people.make(stack.run, sum(part.scenario.tenants for part in parts), "once"))
    return [replace(part, logins=list(islice(made, part.scenario.tenants))) for part in parts]


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
    reason = _why_not(part, stack)
    if reason:
        return result | {"ok": True, "outcome": part.scenario.outcome, "skipped": reason}
    began = time.monotonic()
    try:
        _play(part, _stage(part, stack, began), result)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a scenario is its result
        result["detail"] = f"{type(error).__name__}: {error}"
    result["seconds"] = round(time.monotonic() - began, 1)
    return result


def _why_not(part: Part, stack: Stack) -> str:
    """Why the scenario cannot be played here; empty when it can."""
    lacking = part.scenario.lacking(part.shop, part.provider)
    if lacking:
        return f"{part.shop} with {part.provider} lacks: {', '.join(sorted(lacking))}"
    if part.scenario.stops and not stack.run.has(part.scenario.stops):
        return f"this run did not start the {part.scenario.stops} process itself"
    return ""


def _stage(part: Part, stack: Stack, began: float) -> Stage:
    control, name, kind = Control(stack.sandbox), part.words, KINDS[part.provider]
    businesses = [Business.found(f"{stack.public_url}/", login, control, name, kind) for login in part.logins]
    return Stage(stack, control, businesses, deadline=began + part.scenario.seconds)


def _play(part: Part, stage: Stage, result: Line) -> None:
    """Play the scenario and fill in the result as far as it gets."""
    try:
        played = part.scenario.play(stage)
    finally:
        result["calls"] = stage.calls()
    every = [books for business in stage.businesses for books in business.all_books]
    keys = {order.key for order in played.orders}
    strange = [fault for books in every for fault in strays(books.all(), keys)]
    played = replace(played, wrong=[*played.wrong, *strange])
    verdict = judge(part.scenario, played, stage.held(played.orders))
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
    names = {"scenario": part.words, "shop": part.shop, "provider": part.provider}
    unknown = dict.fromkeys(("outcome", "currency", "order_total", "document_total", "vat", "balance"))
    return names | {"ok": False} | unknown | {"documents": 0, "calls": {"provider": 0, "shop": 0}, "seconds": 0.0}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
