"""Many seeded cases on every core, or one of them told in full: `python -m tests.core.baskets --seed 4711`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat

from connector.core.mapping import order_to_invoice
from tests.core.baskets.judge import Verdict, rows, verdict
from tests.core.baskets.settings import case

COUNT = 100_000
AT_ONCE = 500
TOLD = 10
"""Of the cases that are wrong so many are told; the others are as many more seeds."""


@dataclass(frozen=True)
class Batch:
    """What came of some cases. `largest` is the largest rounding line in øre."""

    cases: int
    wrong: tuple[Verdict, ...]
    rounding_lines: int
    largest: int


def main(arguments: Sequence[str]) -> int:
    """Judge the cases; prints one JSON line and answers 1 where any was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.core.baskets", description=__doc__)
    parser.add_argument("--cases", type=int, default=COUNT, help=f"how many, from seed 0 (default {COUNT})")
    parser.add_argument("--seed", type=int, help="only this one, with its order, settings and document")
    parser.add_argument("--result", type=Path, help="write the JSON line here too")
    options = parser.parse_args(arguments)
    if options.seed is not None:
        return _tell(options.seed)
    began = time.monotonic()
    batches = list(_on_all_cores(options.cases))
    wrong = [found for batch in batches for found in batch.wrong]
    for found in wrong[:TOLD]:
        say(f"seed {found.seed}: {'; '.join(found.faults)}")
    said = json.dumps(
        {
            "cases": sum(batch.cases for batch in batches),
            "off": len(wrong),
            "rounding_lines": sum(batch.rounding_lines for batch in batches),
            "max_ore_line": max((batch.largest for batch in batches), default=0),
            "seconds": round(time.monotonic() - began, 1),
        }
    )
    sys.stdout.write(said + "\n")
    if options.result:
        options.result.write_text(said)
    return 1 if wrong else 0


def _on_all_cores(cases: int) -> Iterator[Batch]:
    starts = range(0, cases, AT_ONCE)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(judge, starts, (min(start + AT_ONCE, cases) for start in starts))


def judge(start: int, end: int) -> Batch:
    """The cases of these seeds."""
    verdicts = [verdict(case(seed)) for seed in range(start, end)]
    added = [abs(found.rounding) for found in verdicts if found.rounding]
    wrong = tuple(found for found in verdicts if found.faults)
    return Batch(len(verdicts), wrong, len(added), max(added, default=0))


def _tell(seed: int) -> int:
    one, found = case(seed), verdict(case(seed))
    say(pformat(one, width=120))
    say(pformat(list(rows(one)), width=120))
    if not any(fault.startswith("no document") for fault in found.faults):
        say(pformat(order_to_invoice(one.order, one.rules, date=one.date, known=one.known), width=120))
    sys.stdout.write(json.dumps({"seed": seed, "faults": found.faults, "rounding": found.rounding}) + "\n")
    return 1 if found.faults else 0


def say(text: str) -> None:
    """Tell the person who asked."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
