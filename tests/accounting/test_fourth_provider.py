"""A fourth provider is one folder, one registry line and one contract test: an invented one is added to a copy of the
house, as docs/how-to-add-a-provider.md says, and the house's own tests are run there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.accounting.fourth import annex
from tests.accounting.fourth.annex import Annex

pytestmark = pytest.mark.tools

PROVIDER, CLIENT = f"{annex.FOLDER}/provider.py", f"{annex.FOLDER}/client.py"
FINDS_NOTHING = (
    "        return [_receipt(row)] if row else []\n\n    def balances",
    "        return []\n\n    def balances",
)
ANY_404 = ("answer.status == 404 and _says_nothing(answer)", "answer.status >= 400")
FAILED = re.compile(r"^FAILED \S+?::(?:\w+::)?(\w+)", re.MULTILINE)

HOUSES: Mapping[str, tuple[Callable[[Annex], Annex], tuple[str, ...]]] = {
    "added": (Annex.add, (annex.SUBCLASS, annex.RULES, annex.WORDS)),
    "without the subclass": (lambda house: house.add().without(annex.SUBCLASS), (annex.RULES, "-k", "registr")),
    "look finds nothing": (
        lambda house: house.add().replace(PROVIDER, *FINDS_NOTHING),
        (annex.SUBCLASS, "-k", "second_try or lost"),
    ),
    "failed look is an empty one": (
        lambda house: house.add().replace(CLIENT, *ANY_404),
        (annex.SUBCLASS, "-k", "look"),
    ),
}
"""What is done to a copy of the house, and which tests are run there."""


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, tuple[Annex, subprocess.Popen[str]]]]:
    """Every house with its tests under way, side by side: most of their time is spent on starting."""
    begun = {}
    for name, (build, what) in HOUSES.items():
        house = build(Annex(tmp_path_factory.mktemp("house")))
        begun[name] = house, house.testing(*what)
    yield begun
    for _, run in begun.values():
        run.kill()
        run.wait()


@pytest.fixture
def ended(houses: Mapping[str, tuple[Annex, subprocess.Popen[str]]]) -> Callable[[str], tuple[int, str]]:
    """Exit code and words of a house's tests."""

    def wait(name: str) -> tuple[int, str]:
        said, _ = houses[name][1].communicate(timeout=annex.SECONDS)
        return houses[name][1].returncode, said

    return wait


def test_a_fourth_provider_keeps_the_contract_and_the_houses_rules(houses, ended):
    code, said = ended("added")
    assert code == 0, said
    assert int(re.search(r"(\d+) passed", said)[1]) > 150, said
    assert not re.search(r"skipped|xfailed|error", said), said
    new = {f"{annex.FOLDER}/{name}.py" for name in ("__init__", "client", "payload", "provider")}
    assert houses["added"][0].changed() == {*new, annex.REGISTRY, annex.STAND_IN, annex.SUBCLASS}


def test_its_modules_import_what_a_providers_may(houses):
    run = houses["added"][0].importing()
    said, _ = run.communicate(timeout=annex.SECONDS)
    assert run.returncode == 0, said
    assert "Payloads and parsers are pure KEPT" in said


def test_nobody_forgets_the_contract(ended):
    code, said = ended("without the subclass")
    assert (code, FAILED.findall(said)) == (1, ["test_every_registry_line_keeps_the_contract"]), said


@pytest.mark.parametrize(
    ("broken", "noticed"),
    [
        (
            "look finds nothing",
            {"test_second_try_finds_the_firsts_invoice", "test_lost_write_is_unknown_then_found_or_made_again"},
        ),
        ("failed look is an empty one", {"test_look_that_fails_is_never_an_empty_answer"}),
    ],
)
def test_the_contract_notices_a_method_that_is_broken(ended, broken: str, noticed: set[str]):
    code, said = ended(broken)
    assert code == 1, said
    assert noticed <= set(FAILED.findall(said)), said
