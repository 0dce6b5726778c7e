"""script/chaos: orders flow while processes are killed and answers lost; in the end the books must be as if not."""

from __future__ import annotations

import argparse
import math
import secrets
import time
from collections.abc import Sequence
from typing import Any

from script.lib import ending, ports, stand_ins, storm
from script.lib.books import KINDS
from script.lib.ending import OK, WRONG, CannotStart
from script.lib.run import Run
from script.lib.scenario import CAPABILITIES
from script.lib.stack import Stack
from script.lib.storm import Storm, Wishes
from script.lib.talk import line

PROVIDERS, SHOPS = tuple(KINDS), ("shoporama",)
"""What the product can connect."""

WRONGS = ("lost", "doubled", "stuck", "ore_off", "over_credited")
SUMMED = ("orders", "kills", "kills_in_call", "dropped", "late", *WRONGS)
ENDING_SECONDS = 25
"""What the end of a run takes: reading the books, stopping the processes."""

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
    parser.add_argument("--sandbox-port", type=int, metavar="N", help="the port of the sandbox (default: a free one)")
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
    results = [_storm(options, provider, options.seconds / len(PROVIDERS)) for provider in PROVIDERS]
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


def is_good(result: Line) -> bool:
    """Whether nothing is wrong in the books, and enough kills hit a process inside a call."""
    return not any(result[name] for name in WRONGS) and result["kills_in_call"] >= math.ceil(result["kills"] / 4)


def summed(results: Sequence[Line]) -> Line:
    """One line for all providers: sums, and the calls per order of all together."""
    sums = {name: sum(result[name] for result in results) for name in SUMMED}
    calls = sum(result["calls_per_order"] * result["orders"] for result in results)
    seconds = round(sum(result["seconds"] for result in results), 1)
    per_order = round(calls / max(1, sums["orders"]), 2)
    return sums | {"calls_per_order": per_order, "seconds": seconds, "seed": results[0]["seed"]}
