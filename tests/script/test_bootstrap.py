"""The first start on a machine that has only Python: the virtual environment is made once, whoever comes first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from script.lib import bootstrap
from script.lib.ending import CannotStart
from script.lib.paths import ROOT

pytestmark = pytest.mark.engine

SCRIPT = """\
import os
import sys

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from script.lib import bootstrap

bootstrap.enter(bootstrap.RUNTIME)
sys.stdout.write(sys.prefix)
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone without an environment, whose lists of requirements are empty."""
    shutil.copytree(ROOT / "script" / "lib", tmp_path / "script" / "lib")
    (tmp_path / "script" / "start").write_text(SCRIPT)
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return tmp_path


def start(clone: Path) -> subprocess.Popen[str]:
    """Start a script of the clone with the interpreter behind ours, from another folder."""
    interpreter = Path(sys.base_prefix) / "bin" / "python3"
    return subprocess.Popen(
        [interpreter, clone / "script" / "start"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/"
    )


def test_two_that_start_at_once_share_one_environment_and_a_later_one_finds_it_ready(bare: Path) -> None:
    both = [start(bare), start(bare)]
    ends = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert {said for said, _ in ends} == {str(bare / ".venv")}
    told = [complaint for _, complaint in ends]
    assert sum("Making the virtual environment" in complaint for complaint in told) == 1
    assert sum("Installing requirements.txt" in complaint for complaint in told) == 1
    assert start(bare).communicate(timeout=60) == (str(bare / ".venv"), "")
    (bare / "requirements.txt").write_text("# changed\n")
    assert "Installing requirements.txt" in start(bare).communicate(timeout=60)[1]


def test_packages_that_cannot_be_had_are_one_sentence_and_two(bare: Path) -> None:
    (bare / "requirements.txt").write_text("./no-such-folder\n")
    process = start(bare)
    said, complaint = process.communicate(timeout=120)
    assert (process.returncode, said) == (2, "")
    assert complaint.splitlines()[-1] == (
        "The packages of requirements.txt could not be installed; the reason is above."
    )


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit) as ended:
        bootstrap.enter(bootstrap.RUNTIME)
    assert ended.value.code == 2


def test_a_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(CannotStart, match="python3-venv"):
        bootstrap._make()


def test_the_tools_are_installed_when_only_the_product_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "_is_alive", lambda: True)
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append(arguments) or 0)
    for requirements in (bootstrap.RUNTIME, bootstrap.DEVELOPMENT, bootstrap.DEVELOPMENT, bootstrap.RUNTIME):
        bootstrap._prepare(requirements)
    assert [os.path.basename(arguments[-1]) for arguments in asked] == ["requirements.txt", "requirements-dev.txt"]
