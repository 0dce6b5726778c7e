"""script/planted: each rule of the product is broken by a line, in copies of the tree; its tests must turn red."""

from __future__ import annotations

import argparse
import os
import queue
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from script.lib import ending, testing
from script.lib.ending import OK, WRONG, CannotStart
from script.lib.paths import ROOT
from script.lib.plants import PLANTS
from script.lib.plants.plant import Plant
from script.lib.processes import Command, Process
from script.lib.run import Run
from script.lib.talk import line, say

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "screenshots")
FAILED = 1
"""pytest's exit code for tests that ran and failed; a plant that keeps them from running proves nothing."""
PASSED = re.compile(r"(\d+) (?:passed|failed|errors?)")

Work = TypeVar("Work")


@dataclass(frozen=True)
class Result:
    """How a run of some tests ended. `tests` is how many ran."""

    code: int
    tests: int
    words: str = ""


def main(arguments: Sequence[str]) -> int:
    """Plant the defects; answers 1 where one was not seen."""
    parser = argparse.ArgumentParser(prog="script/planted", description=__doc__)
    parser.add_argument("--only", metavar="WORD", default="", help="only the rules whose name has this word")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="copies of the tree at work at once")
    options = parser.parse_args(arguments)
    chosen = [plant for plant in PLANTS if options.only in plant.rule]
    return ending.run(lambda: _plant(chosen, max(1, min(options.jobs, len(chosen)))))


def _plant(plants: Sequence[Plant], jobs: int) -> int:
    if not plants:
        raise CannotStart("No rule has that word in its name.")
    with Run() as run:
        testing.set_up(run)
        trees = [Tree(run, number) for number in range(jobs)]
        healthy(plants, trees)
        found = list(judged(plants, trees))
    red = sum(found)
    line({"rules": len(found), "red": red, "green": len(found) - red})
    return OK if red == len(found) else WRONG


def judged(plants: Sequence[Plant], trees: Sequence[Tree]) -> Iterator[bool]:
    """Whether each plant was seen, told as it comes in."""
    for plant, result, seconds in _shared_out(plants, trees, lambda tree, plant: tree.with_defect(plant)):
        red = result.code == FAILED
        line({"rule": plant.rule, "file": plant.file, "red": red, "tests": result.tests, "seconds": seconds})
        if not red:
            say(f"GREEN: {plant.rule}: {plant.old!r} became {plant.new!r} in {plant.file}\n{result.words}")
        yield red


def healthy(plants: Sequence[Plant], trees: Sequence[Tree]) -> None:
    """Raise CannotStart unless all the tests pass as they are: red must come from the plant."""
    tests = sorted({test for plant in plants for test in plant.tests})
    shares = [share for share in (tests[at :: len(trees)] for at in range(len(trees))) if share]
    for _share, result, _seconds in _shared_out(shares, trees, lambda tree, share: tree.tested(share)):
        if result.code:
            say(result.words)
            raise CannotStart("Without a defect the tests must pass; the ones above do not.")


def _shared_out(
    work: Sequence[Work], trees: Sequence[Tree], act: Callable[[Tree, Work], Result]
) -> Iterator[tuple[Work, Result, float]]:
    """Each piece of work in a tree that is free just then, with its seconds, as they end."""
    free: queue.SimpleQueue[Tree] = queue.SimpleQueue()
    for tree in trees:
        free.put(tree)

    def one(piece: Work) -> tuple[Work, Result, float]:
        tree, began = free.get(), time.monotonic()
        try:
            return piece, act(tree, piece), round(time.monotonic() - began, 1)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        for done in as_completed([pool.submit(one, piece) for piece in work]):
            yield done.result()


class Tree:
    """A copy of the clone, with a test database of its own."""

    def __init__(self, run: Run, number: int) -> None:
        self.run, self.name = run, f"planted{number}"
        self.folder = run.folder / self.name
        shutil.copytree(ROOT, self.folder, ignore=LEFT_OUT, symlinks=True)
        self._python(["manage.py", "compile_texts"])

    def with_defect(self, plant: Plant) -> Result:
        """What the plant's tests say of it; nothing where its old text is not there any more."""
        path = self.folder / plant.file
        sound = path.read_text()
        try:
            self._write(path, plant.planted(sound))
            return self.tested([*plant.tests, "-x"])
        except ValueError as gone:
            return Result(OK, 0, str(gone))
        finally:
            self._write(path, sound)

    def _write(self, path: Path, text: str) -> None:
        """Write a module so that Python compiles it again: it goes by length and whole seconds."""
        later = path.stat().st_mtime + 2
        path.write_text(text)
        os.utime(path, (later, later))

    def tested(self, arguments: Sequence[str]) -> Result:
        """Run some tests; plain asserts, since rewriting them costs more than the tests."""
        return self._python(["-m", "pytest", "--assert=plain", "--tb=line", *arguments])

    def _python(self, arguments: Sequence[str]) -> Result:
        environment = {"PYTEST_XDIST_WORKER": self.name}
        command = Command(
            self.name, [sys.executable, *arguments], environment, cwd=self.folder, stop_signal=signal.SIGINT
        )
        process = Process(command, self.run.environment, self.run.watchdog, self.run.logs)
        try:
            code = process.wait()
            output = process.output()
        finally:
            process.stop()
        return Result(code, _count(output), process.last_words(30))


def _count(output: Sequence[str]) -> int:
    """How many tests pytest's last line counts."""
    return sum(int(number) for number in PASSED.findall(output[-1])) if output else 0
