"""The planted defects fit the code as it is, and what is told of them is what pytest said."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from script.lib import planted
from script.lib.ending import CannotStart
from script.lib.paths import ROOT
from script.lib.planted import Result, Tree, healthy, judged
from script.lib.plants import PLANTS
from script.lib.plants.plant import Plant

pytestmark = pytest.mark.tools

ONE, OTHER = (
    Plant(f"rule {name}", "a.py", f"{name} = 1", f"{name} = 2", (f"tests/test_{name}.py",)) for name in ("one", "other")
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.rule)
def test_a_plant_finds_its_place_and_is_python(plant: Plant) -> None:
    sound = (ROOT / plant.file).read_text()
    assert ast.dump(ast.parse(plant.planted(sound))) != ast.dump(ast.parse(sound))


def test_every_rule_has_its_name_and_its_tests() -> None:
    assert len({plant.rule for plant in PLANTS}) == len(PLANTS)
    assert all(plant.tests for plant in PLANTS)
    for test in {test for plant in PLANTS for test in plant.tests}:
        file, *names = test.split("::")
        said = (ROOT / file).read_text()
        assert [name for name in names if f"def {name}(" not in said and f"class {name}:" not in said] == [], test


@pytest.mark.parametrize("text", ["", "one = 1\none = 1\n"])
def test_what_is_gone_or_stands_twice_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="times in"):
        ONE.planted(text)


class Fields(Tree):
    """A tree in which the tests say what they are told to, by the text of the file."""

    def __init__(self, folder: Path, said: dict[str, Result]) -> None:
        self.folder, self.said = folder, said
        (folder / "a.py").write_text("one = 1\nother = 1\n")

    def tested(self, arguments: list[str] | tuple[str, ...]) -> Result:
        return self.said[(self.folder / "a.py").read_text()]


def test_a_plant_that_turns_a_test_red_is_red_and_the_file_is_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = Fields(tmp_path, {"one = 2\nother = 1\n": Result(1, 7), "one = 1\nother = 2\n": Result(0, 9)})
    assert list(judged([ONE, OTHER], [tree])) == [True, False]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["rule"], line["file"], line["red"], line["tests"]) for line in told] == [
        ("rule one", "a.py", True, 7),
        ("rule other", "a.py", False, 9),
    ]
    assert (tmp_path / "a.py").read_text() == "one = 1\nother = 1\n"


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_tests_that_did_not_run_are_no_proof(tmp_path: Path, code: int) -> None:
    assert list(judged([ONE], [Fields(tmp_path, {"one = 2\nother = 1\n": Result(code, 0)})])) == [False]


def test_a_plant_that_does_not_fit_is_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = Plant("rule gone", "a.py", "three = 1", "three = 2", ("tests/test_three.py",))
    assert list(judged([gone], [Fields(tmp_path, {})])) == [False]
    assert "stands 0 times" in capsys.readouterr().err


def test_tests_that_are_red_without_a_defect_prove_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotStart):
        healthy([ONE], [Fields(tmp_path, {"one = 1\nother = 1\n": Result(1, 3)})])
    healthy([ONE], [Fields(tmp_path, {"one = 1\nother = 1\n": Result(0, 3)})])


@pytest.mark.parametrize(
    ("said", "tests"),
    [
        (["1 failed, 12 passed in 3.20s"], 13),
        (["2 passed, 1 skipped, 1 error in 0.1s"], 3),
        (["no tests ran in 0.01s"], 0),
        ([], 0),
    ],
)
def test_the_tests_are_counted(said: list[str], tests: int) -> None:
    assert planted._count(said) == tests
