"""script/chaos: orders flow while processes are killed and answers lost; in the end the books must be as if not."""

from __future__ import annotations

import argparse
import json
import math
import secrets
import time
from collections.abc import Sequence
from typing import Any

from script.lib import ending, ports, stand_ins, storm
from script.lib.books import KINDS
from script.lib.ending import OK, WRONG, CannotStart
from script.lib.paths import ROOT
from script.lib.processes import Command, Process
from script.lib.run import Run
from script.lib.scenario import CAPABILITIES
from script.lib.stack import Stack
from script.lib.storm import Storm, Wishes
from script.lib.talk import line, say

PROVIDERS, SHOPS = tuple(KINDS), ("shoporama",)
"""What the product can connect."""

WRONGS = ("lost", "doubled", "stuck", "ore_off", "over_credited")
SUMMED = ("orders", "kills", "kills_in_call", "dropped", "late", *WRONGS)
ENDING_SECONDS, BEGIN_SECONDS = 25, 5
"""What the end of a run takes: reading the books, stopping the processes; and what it takes to begin several."""

WORDS = 60
"""So many of the last lines of each of several storms are told."""

Line = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Run the storms that are asked for; answers the exit code."""
    options = _options(arguments)
    return ending.run(lambda: _run(options))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    parser.add_argument("--orders", type=_count, required=True, metavar="N", help="how many orders are placed")
    parser.add_argument("--kills", type=_count, required=True, metavar="K", help="kill -9, over worker and web")
    parser.add_argument("--drop", type=_percent, required=True, metavar="PCT", help="answers to writes that are cut")
    parser.add_argument("--late", type=_percent, default=0.0, metavar="PCT", help="writes that are carried out late")
    parser.add_argument("--provider", default=PROVIDERS[0], choices=(*PROVIDERS, "all"))
    parser.add_argument("--shop", default=SHOPS[0], metavar="KIND", help="the kind of shop")
    parser.add_argument("--credit", type=_percent, default=0.0, metavar="PCT", help="orders that are credited")
    parser.add_argument("--seconds", type=float, default=800.0, help="the time within which all must be over")
    parser.add_argument("--seed", default=secrets.token_hex(4), metavar="X", help="the same seed, the same kills")
    parser.add_argument(
        "--sandbox-port",
        type=int,
        metavar="N",
        help="the port of the sandbox, with all providers of the first (default: free ones)",
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no count")
    return int(text)


def _percent(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no share in percent")
    return share


def _run(options: argparse.Namespace) -> int:
    _check(options)
    if options.provider != "all":
        result = _storm(options, options.provider, options.seconds)
        line(result)
        return OK if is_good(result) else WRONG
    results = _storms(options)
    for provider, result in zip(PROVIDERS, results, strict=True):
        line({"provider": provider} | result)
    line(summed(results))
    return OK if all(is_good(result) for result in results) else WRONG


def _check(options: argparse.Namespace) -> None:
    """Refuse what the product cannot do yet. Raises CannotStart."""
    if options.shop not in SHOPS:
        raise CannotStart(f"The product cannot be connected to a shop of the kind {options.shop} yet.")
    chosen = PROVIDERS if options.provider == "all" else (options.provider,)
    if options.credit and (without := [name for name in chosen if "credit notes" not in CAPABILITIES[name]]):
        raise CannotStart(f"The product makes no credit notes in {' and '.join(without)}, so --credit must be 0.")
    if not options.orders:
        raise CannotStart("There must be at least one order.")


def _storm(options: argparse.Namespace, provider: str, seconds: float) -> Line:
    began = time.monotonic()
    asked = options.orders, options.kills, options.drop, options.late, options.seed, options.credit
    wishes = Wishes(provider, *asked)
    with Run() as run:
        web, sandbox = ports.free_port(), stand_ins.chosen_port(options.sandbox_port)
        stack = Stack(run, web, sandbox, storm.CREDITING if wishes.credit else storm.SETTINGS)
        result = Storm(stack, wishes, began + seconds - ENDING_SECONDS).rage()
    return result | {"seconds": round(time.monotonic() - began, 1), "seed": options.seed}


def _storms(options: argparse.Namespace) -> list[Line]:
    """A storm for every financial system beside the others: what takes long is to wait for quiet times, which each has
    all of the time for. Raises CannotStart where one does not begin."""
    with Run() as run:
        # What the others print is their own; the words of each come when it is over.
        started = [run.start(_beside(options, provider, at)) for at, provider in enumerate(PROVIDERS)]
        try:
            for process in started:
                process.wait()
                say(process.last_words(WORDS))
            return [_result(process) for process in started]
        finally:
            # All at once: each takes its time to leave nothing behind.
            for process in started:
                process.ask_to_stop()


def _beside(options: argparse.Namespace, provider: str, at: int) -> Command:
    """The storm of one financial system as a process of its own."""
    asked = {"orders": options.orders, "kills": options.kills, "drop": options.drop, "late": options.late}
    more = {"credit": options.credit, "seconds": options.seconds - BEGIN_SECONDS, "seed": options.seed}
    port = {"sandbox-port": options.sandbox_port + at} if options.sandbox_port else {}
    wished = {"provider": provider, "shop": options.shop, **asked, **more, **port}
    words = [part for name, value in wished.items() for part in (f"--{name}", str(value))]
    return Command(f"chaos-{provider}", [str(ROOT / "script" / "chaos"), *words], grace_seconds=ENDING_SECONDS)


def _result(process: Process) -> Line:
    """The line that a storm ended with. Raises CannotStart where there is none."""
    printed = process.output()
    if not printed:
        raise CannotStart(f"{process.command.name} ended without a result; its last words are above.")
    result: Line = json.loads(printed[-1])
    return result


def is_good(result: Line) -> bool:
    """Whether nothing is wrong in the books, and enough kills hit a process inside a call."""
    return not any(result[name] for name in WRONGS) and result["kills_in_call"] >= math.ceil(result["kills"] / 4)


def summed(results: Sequence[Line]) -> Line:
    """One line for all providers, whose storms were beside each other: sums, the calls per order of all together, and
    how long the longest took."""
    sums = {name: sum(result[name] for result in results) for name in SUMMED}
    calls = sum(result["calls_per_order"] * result["orders"] for result in results)
    seconds = max(result["seconds"] for result in results)
    per_order = round(calls / max(1, sums["orders"]), 2)
    return sums | {"calls_per_order": per_order, "seconds": seconds, "seed": results[0]["seed"]}
