"""script/test: everything that guards the project, the cheap things first, one pytest run of all at the end."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from script.lib import chromium, ending, product, services
from script.lib.ending import OK, WRONG
from script.lib.keys import Keys
from script.lib.paths import REFERENCE
from script.lib.processes import Command
from script.lib.run import Run
from script.lib.talk import line, say

UNIT_SECONDS = 10.0
PARTS = ("unit", "contract", "tools", "engine", "browser")
UNIT_PLACES = (
    "tests/core",
    "tests/lib",
    "tests/web/frame/test_format.py",
    "tests/web/frame/test_frame.py",
    "tests/web/frame/test_note_reasons.py",
    "tests/web/frame/test_reasons.py",
    "tests/web/frame/test_texts.py",
    "tests/web/orders/test_log.py",
    "tests/web/orders/test_overview.py",
    "tests/web/setup/test_setup_words.py",
    "tests/web/staff/test_staff_log.py",
    "tests/notices/test_telling.py",
    "tests/sync/test_nightly.py",
    "tests/sync/test_plan_steps.py",
    "tests/sync/test_rules.py",
    "tests/sync/test_sweep.py",
    "tests/test_one_server.py",
    "tests/test_readme.py",
)
"""Every place that has tests of the unit part (a test sees to it): collecting all tests costs more than these."""
BASKETS, CREDITS = 40_000, 100_000
"""So many of each at every run; `python -m tests.core.baskets` judges 100,000 unless told otherwise."""
# One worker per core of the smallest machine; what belongs together (a file, the browser's tests) stays together.
SHARED_OUT = ("-n", "2", "--dist", "loadgroup")
# Sets keep their order from process to process, which sharing the tests out relies on; and tests that were compiled
# once stay so, wherever the machine forbids it for others.
TOGETHER = MappingProxyType({"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""})
# As on a real server: the check refuses leave to call inside addresses, and pages without https.
DEPLOYED = MappingProxyType(
    {
        "PUBLIC_URL": "https://connector.example",
        "ALLOWED_HOSTS": "connector.example",
        "OUTBOUND_ALLOW": "",
        "ECONOMIC_APP_SECRET_TOKEN": "only-for-the-check",
        "ECONOMIC_APP_PUBLIC_TOKEN": "only-for-the-check",
        "DINERO_CLIENT_ID": "only-for-the-check",
        "DINERO_CLIENT_SECRET": "only-for-the-check",
    }
)


@dataclass(frozen=True)
class Step:
    """One guard: a Python command line that must end with 0, within `seconds` where that is part of the promise.

    `has_result`: it takes `--result FILE` and leaves one JSON object there, which is told with the step.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float | None = None
    has_result: bool = False


def main(arguments: Sequence[str]) -> int:
    """Run all the guards, or one part of the tests; answers the exit code."""
    parser = argparse.ArgumentParser(prog="script/test", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="only this part of the tests, without the other guards")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="keep what the browser tests photograph here")
    options = parser.parse_args(arguments)
    return ending.run(lambda: _guard(options.only, options.screenshots))


def _guard(only: str | None, screenshots: Path | None) -> int:
    began = time.monotonic()
    with Run() as run:
        steps = [compiled(), unit() if only == "unit" else pytest(only, marker=only)] if only else guards()
        results = [_install_chromium()] if chromium.must_install() else []
        missing = set_up(run, screenshots)
        results += [_take(run, step) for step in steps]
    for reason in missing:
        say(f"SKIPPED LOUDLY: {reason}")
    ok = all(result["ok"] for result in results)
    line({"ok": ok, "steps": results, "seconds": _since(began)})
    return OK if ok else WRONG


def guards() -> list[Step]:
    """Every step in its order."""
    return [
        Step("ruff check", ["-m", "ruff", "check", "."]),
        Step("ruff format", ["-m", "ruff", "format", "--check", "."]),
        Step("mypy", ["-m", "mypy"]),
        Step("import rules", ["-c", "from importlinter.cli import lint_imports_command as main; main()"]),
        Step("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"]),
        Step("deployment", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], DEPLOYED),
        compiled(),
        *([Step("texts", ["manage.py", "check_texts"])] if product.has_command("check_texts") else []),
        unit(),
        baskets(),
        credits_of_invoices(),
        pytest("everything"),
    ]


def compiled() -> Step:
    """The texts, compiled before any test: Django reads each language once in a process."""
    return Step("texts compiled", ["manage.py", "compile_texts"])


def unit() -> Step:
    """The unit part: the pure tests, in as many seconds by the clock as the promise says.

    Plain asserts, since rewriting them costs seconds, and one process, since sharing so little out costs more than it
    saves; whatever fails is told again when all tests run.
    """
    return pytest("unit", "--assert=plain", *UNIT_PLACES, marker="unit", seconds=UNIT_SECONDS, shared=())


def baskets() -> Step:
    """Seeded orders through random valid settings, on every core, judged in the stand-in's integers."""
    return Step("baskets", ["-m", "tests.core.baskets", "--cases", str(BASKETS)], has_result=True)


def credits_of_invoices() -> Step:
    """Seeded invoices credited in random pieces, on every core, as each provider's books round: drift 0."""
    return Step("credits", ["-m", "tests.core.credits", "--cases", str(CREDITS)], has_result=True)


def pytest(
    name: str,
    *options: str,
    marker: str = "",
    seconds: float | None = None,
    shared: Sequence[str] = SHARED_OUT,
) -> Step:
    """A run of the tests with `marker`, or of all of them."""
    chosen = [*options, *(["-m", marker] if marker else [])]
    return Step(f"tests, {name}", ["-m", "pytest", "-rs", *shared, *chosen], TOGETHER, seconds)


def set_up(run: Run, screenshots: Path | None = None) -> list[str]:
    """Start the database and Redis and tell the tests where things are; answers what this machine lacks."""
    keys = Keys(run.folder)
    services.start(run, keys, durable=False)
    run.set(product.own_settings(keys, "http://localhost:8000"))
    temporary = run.folder / "tmp"
    temporary.mkdir()
    # Whatever a test forgets goes with the run.
    run.environment["TMPDIR"] = str(temporary)
    if screenshots:
        run.environment["SCREENSHOTS"] = str(screenshots.absolute())
    browser = chromium.find()
    if browser:
        run.set({"CHROMIUM": browser})
    return _missing(browser)


def _missing(browser: str | None) -> list[str]:
    reasons = []
    if browser is None:
        reasons.append("no Chromium on this machine, so no browser test ran (Debian: apt install chromium)")
    if not REFERENCE.is_dir():
        reasons.append("no ../shared/reference beside the clone, so nothing was held against the vendors' schemas")
    for reason in reasons:
        say(f"SKIPPED LOUDLY: {reason}")
    return reasons


def _install_chromium() -> dict[str, object]:
    began = time.monotonic()
    return _told("chromium", chromium.install(), began)


def _take(run: Run, step: Step) -> dict[str, object]:
    say(f"\n== {step.name}")
    began = time.monotonic()
    result = run.folder / f"{step.name}.json"
    # pytest clears up after itself on INT, not on TERM.
    command = Command(
        step.name,
        [sys.executable, *step.arguments, *(["--result", str(result)] if step.has_result else [])],
        step.environment,
        stop_signal=signal.SIGINT,
        grace_seconds=15,
    )
    passed = run.show(command) == 0
    spent = _since(began)
    if step.seconds is not None:
        say(f"{step.name}: {spent} seconds, of at most {step.seconds}")
        passed = passed and spent <= step.seconds
    found = json.loads(result.read_text()) if result.exists() else {}
    return _told(step.name, passed, began, found)


def _told(
    name: str, passed: bool, began: float, found: Mapping[str, object] = MappingProxyType({})
) -> dict[str, object]:
    result = {"step": name, "ok": passed, **found, "seconds": _since(began)}
    line(result)
    return result


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)
