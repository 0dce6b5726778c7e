"""The house with a fourth provider, in a folder of its own: what is changed is a copy, the rest are links to it.

Two files of a provider's tests stand beside its folder; in the annex they are where the page says that they belong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.shape import ROOT

HERE = Path(__file__).resolve().parent
NAME = "ledgerly"
FOLDER = f"accounting/providers/{NAME}"
REGISTRY = "accounting/registry.py"
LINE = f'    "{NAME}": "accounting.providers.{NAME}.provider.Ledgerly",\n'
STAND_IN, SUBCLASS = f"tests/accounting/{NAME}.py", f"tests/accounting/test_{NAME}.py"

COPIED = ("accounting", "tests/accounting")
LINKED = ("connector", "shops", "sandbox", "script", "tests/shops")
RULES, WORDS = "tests/test_shape.py", "tests/web/setup/test_setup_words.py"
SECONDS = 120.0


class Annex:
    """A copy of the house at `root`, as it is before anybody adds anything."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in COPIED:
            # What was compiled comes along, its times too: nothing has to be compiled again. Other workers may be
            # compiling at this moment: what is half written may be gone before it is copied.
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("fourth", "*.pyc.*"))
        for name in LINKED:
            (root / name).symlink_to(ROOT / name, target_is_directory=True)
        for name in ("pyproject.toml", WORDS, *(f"tests/{path.name}" for path in (ROOT / "tests").glob("*.py"))):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
        self.copied = self._read()

    def add(self) -> Annex:
        """A folder, a line, and a subclass of the contract's tests with a stand-in beside it."""
        shutil.copytree(HERE / NAME, self.root / FOLDER, ignore=shutil.ignore_patterns("__pycache__"))
        self.replace(REGISTRY, "}\n", LINE + "}\n")
        shutil.copy2(HERE / "stand_in.py", self.root / STAND_IN)
        shutil.copy2(HERE / "keeps_the_contract.py", self.root / SUBCLASS)
        return self

    def replace(self, name: str, old: str, new: str) -> Annex:
        """Change the one place of a file that says `old`."""
        path = self.root / name
        before, found, after = path.read_text().partition(old)
        assert found, f"{name} does not say {old!r}"
        assert old not in after, f"{name} says {old!r} more than once"
        path.write_text(before + new + after)
        return self

    def without(self, name: str) -> Annex:
        (self.root / name).unlink()
        return self

    def changed(self) -> set[str]:
        """The files that are not what they were in the copy, or were not there."""
        return {name for name, said in self._read().items() if self.copied.get(name) != said}

    def _read(self) -> dict[str, bytes]:
        paths = [path for name in COPIED for path in (self.root / name).rglob("*.py")]
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}

    def testing(self, *what: str) -> subprocess.Popen[str]:
        """pytest of these files, begun in the annex."""
        return self._begun(sys.executable, "-m", "pytest", "-rf", "--tb=no", *what)

    def importing(self) -> subprocess.Popen[str]:
        """Who imports whom, begun in the annex."""
        main = "from importlinter.cli import lint_imports_command as main; main()"
        return self._begun(sys.executable, "-c", main, "--no-cache")

    def _begun(self, *command: str) -> subprocess.Popen[str]:
        # Nothing of the run that this is a part of; the annex's modules before all others.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
        return subprocess.Popen(
            command,
            cwd=self.root,
            env={**inherited, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
