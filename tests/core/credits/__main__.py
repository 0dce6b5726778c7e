"""Many seeded credits on every core, or one of them told in full: `python -m tests.core.credits --seed 4711`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat

from tests.core.credits import invoice_of
from tests.core.credits.judge import Verdict, verdict

COUNT = 100_000
AT_ONCE = 500
TOLD = 10
"""Of the cases that are wrong so many are told; the others are as many more seeds."""


@dataclass(frozen=True)
class Batch:
    """What came of some cases. `drift` is the most that notes differ from their invoice, in øre."""

    cases: int
    notes: int
    refused: int
    wrong: tuple[Verdict, ...]
    drift: int


def main(arguments: Sequence[str]) -> int:
    """Judge the cases; prints one JSON line and answers 1 where any was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.core.credits", description=__doc__)
    parser.add_argument("--cases", type=int, default=COUNT, help=f"how many, from seed 0 (default {COUNT})")
    parser.add_argument("--seed", type=int, help="only this one, with its invoice")
    parser.add_argument("--result", type=Path, help="write the JSON line here too")
    options = parser.parse_args(arguments)
    if options.seed is not None:
        return _tell(options.seed)
    began = time.monotonic()
    starts = range(0, options.cases, AT_ONCE)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        batches = list(pool.map(judge, starts, (min(start + AT_ONCE, options.cases) for start in starts)))
    wrong = [found for batch in batches for found in batch.wrong]
    for found in wrong[:TOLD]:
        sys.stderr.write(f"seed {found.seed}: {'; '.join(found.faults)}\n")
    said = json.dumps(
        {
            "cases": sum(batch.cases for batch in batches),
            "off": len(wrong),
            "drift": max((batch.drift for batch in batches), default=0),
            "notes": sum(batch.notes for batch in batches),
            "refused": sum(batch.refused for batch in batches),
            "seconds": round(time.monotonic() - began, 1),
        }
    )
    sys.stdout.write(said + "\n")
    if options.result:
        options.result.write_text(said)
    return 1 if wrong else 0


def judge(start: int, end: int) -> Batch:
    """The cases of these seeds."""
    found = [verdict(seed) for seed in range(start, end)]
    wrong = tuple(one for one in found if one.faults)
    notes, refused = sum(one.notes for one in found), sum(one.refused for one in found)
    return Batch(len(found), notes, refused, wrong, max((one.drift for one in found), default=0))


def _tell(seed: int) -> int:
    found = verdict(seed)
    sys.stderr.write(pformat(invoice_of(seed), width=120) + "\n")
    sys.stdout.write(json.dumps({"seed": seed, "faults": found.faults, "notes": found.notes}) + "\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
