"""Keys, notes to the watchdog, the steps of script/test, and how signals become exit codes."""

from __future__ import annotations

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from script.lib import chromium, ending, ports, product, testing, watchdog
from script.lib.ending import CannotStart, Stopped
from script.lib.keys import Keys
from script.lib.paths import ROOT
from script.lib.processes import Command

pytestmark = pytest.mark.tools

MARK = "mark." + "unit"


@pytest.fixture
def signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    # The tests may run under nohup, which has HUP ignored.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_ends_main_on_its_way_out(signals_as_before: None, number: int, code: int) -> None:
    cleaned = []

    def main() -> int:
        try:
            os.kill(os.getpid(), number)
            signal.sigtimedwait([], 5)
        finally:
            cleaned.append(True)
        return 0

    assert ending.run(main) == code
    assert cleaned == [True]


def test_what_cannot_start_is_one_sentence_and_two(signals_as_before: None, capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise CannotStart("No port.")

    assert ending.run(main) == 2
    assert capsys.readouterr() == ("", "No port.\n")


def test_stopping_is_not_caught_by_those_who_catch_exceptions() -> None:
    assert not issubclass(Stopped, Exception)


def test_waiting_ends_when_ready_dead_or_late() -> None:
    assert ports.wait_until(lambda: True, lambda: False, 1)
    assert not ports.wait_until(lambda: False, lambda: False, 60)
    assert not ports.wait_until(lambda: False, lambda: True, 0.01)


def test_keys_are_made_once_and_are_their_owners_alone(tmp_path: Path) -> None:
    first = Keys(tmp_path)
    password, key = first.password("role"), first.encryption_key("k1")
    assert len({password, first.password("other"), key}) == 3
    again = Keys(tmp_path)
    assert (again.password("role"), again.encryption_key("k1")) == (password, key)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_the_watchdog_forgets_what_is_gone() -> None:
    notes = ["+10\n", "+11\n", "/var/some place\n", "-10\n", "+12\n", "-99\n"]
    assert watchdog.read_notes(notes) == ({11, 12}, ["/var/some place"])


def test_leave_to_call_is_asked_for_inside_addresses_only() -> None:
    sandbox = {
        system: {part: "http://127.0.0.1:20001/x" for known, part in product.ADDRESSES.values() if known == system}
        for system, _ in product.ADDRESSES.values()
    }
    given = {
        "ECONOMIC_REST_URL": "https://restapi.e-conomic.com",
        "ECONOMIC_OPENAPI_URL": "https://10.0.0.7/recorded",
        "SHOPORAMA_API_URL": "http://recorder.example",
        "VISMA_CONNECT_URL": "http://10.0.0.8:8080/visma",
    }
    settings = product.outside_settings(sandbox, given)
    assert settings["OUTBOUND_ALLOW"] == "10.0.0.7:443,10.0.0.8:8080,127.0.0.1:20001,recorder.example:80"
    assert settings["ECONOMIC_REST_URL"] == "https://restapi.e-conomic.com"
    assert settings["DINERO_API_URL"] == "http://127.0.0.1:20001/x"
    assert settings["SHOPORAMA_OAUTH_URL"] == "http://127.0.0.1:20001/x"


def test_all_tests_run_once_more_at_the_end() -> None:
    steps = testing.guards()
    assert [step.name for step in steps[:2]] == ["ruff check", "ruff format"]
    assert steps[-1].name == "tests, everything"
    assert "-m" not in steps[-1].arguments[2:]
    unit, baskets, credits_of_invoices = steps[-4:-1]
    assert ("unit" in unit.arguments, unit.seconds) == (True, 10.0)
    assert baskets.arguments == ["-m", "tests.core.baskets", "--cases", "40000"]
    assert credits_of_invoices.arguments == ["-m", "tests.core.credits", "--cases", "100000"]


def test_no_unit_test_lies_where_the_unit_part_does_not_look() -> None:
    marked = [path for path in (ROOT / "tests").rglob("test_*.py") if MARK in path.read_text()]
    places = [ROOT / place for place in testing.UNIT_PLACES]
    assert [path for path in marked if not any(path.is_relative_to(place) for place in places)] == []
    assert [place for place in places if not any(path.is_relative_to(place) for path in marked)] == []


class Shown:
    """In place of a run: its commands take `seconds` and leave `said` where they were asked to."""

    def __init__(self, folder: Path, clock: list[float], seconds: float, said: str = "") -> None:
        self.folder, self.clock, self.seconds, self.said = folder, clock, seconds, said

    def show(self, command: Command) -> int:
        self.clock[0] += self.seconds
        if "--result" in command.arguments:
            Path(command.arguments[-1]).write_text(self.said)
        return 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the steps' clock shows."""
    now = [0.0]
    monkeypatch.setattr(testing.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(("seconds", "ok"), [(9.9, True), (10.1, False)])
def test_the_unit_part_has_ten_seconds_by_the_clock(
    tmp_path: Path, clock: list[float], capsys: pytest.CaptureFixture[str], seconds: float, ok: bool
) -> None:
    assert testing._take(Shown(tmp_path, clock, seconds), testing.unit())["ok"] is ok
    assert json.loads(capsys.readouterr().out)["seconds"] == seconds


def test_the_baskets_figures_are_told_with_their_step(tmp_path: Path, clock: list[float]) -> None:
    said = {"cases": 100_000, "off": 0, "rounding_lines": 13_754, "max_ore_line": 1, "seconds": 60.0}
    told = testing._take(Shown(tmp_path, clock, 61.5, json.dumps(said)), testing.baskets())
    assert told == {"step": "baskets", "ok": True, **said, "seconds": 61.5}


@pytest.mark.parametrize(
    ("browser", "ci", "user", "must"),
    [(None, "true", 0, True), ("/bin/c", "true", 0, False), (None, "", 0, False), (None, "true", 1000, False)],
)
def test_chromium_is_installed_where_it_may_not_lack(
    monkeypatch: pytest.MonkeyPatch, browser: str | None, ci: str, user: int, must: bool
) -> None:
    monkeypatch.setattr(chromium, "find", lambda: browser)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert chromium.must_install() is must


def test_an_installation_that_fails_is_a_failed_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(chromium.bootstrap, "aside", lambda step, _: asked.append(step[1]) or len(asked) > 1)
    monkeypatch.setattr(chromium, "find", lambda: "/bin/chromium")
    assert not chromium.install()
    assert asked == ["update", "install"]
