"""Makes the virtual environment and goes on inside it, with nothing but the standard library."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from script.lib import ending
from script.lib.ending import CannotStart
from script.lib.paths import ROOT, VAR, VENV
from script.lib.talk import say

RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
OLDEST = (3, 11)
VENV_PYTHON = VENV / "bin" / "python"


def enter(requirements: str) -> None:
    """Return only when running in the clone's own environment with `requirements` installed; ends with 2 otherwise."""
    code = ending.run(lambda: _prepare(requirements))
    if code:
        raise SystemExit(code)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])


def _prepare(requirements: str) -> int:
    if sys.version_info < OLDEST:
        raise CannotStart("Connector needs Python {}.{} or newer.".format(*OLDEST))
    with alone():
        if not _is_alive():
            _make()
        for name in _included(requirements):
            if not _is_installed(name):
                _install(requirements)
                break
    return ending.OK


@contextmanager
def alone() -> Iterator[None]:
    """Let one script at a time touch the environment; the lock dies with its holder."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another script is setting up .venv; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_alive() -> bool:
    """Whether the environment is there and its interpreter still starts (an upgraded system Python breaks it)."""
    if not VENV_PYTHON.exists():
        return False
    if Path(sys.prefix).resolve() == VENV.resolve():
        return True
    return subprocess.run([VENV_PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _make() -> None:
    try:
        import ensurepip  # noqa: F401  Debian ships Python without it
        import venv  # noqa: F401
    except ImportError:
        raise CannotStart("This Python has no venv module; install it (Debian: apt install python3-venv).") from None
    say("Making the virtual environment in .venv (the first time only)")
    if aside([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        raise CannotStart("The virtual environment in .venv could not be made; the reason is above.")


def _install(requirements: str) -> None:
    say(f"Installing {requirements} (the first time only)")
    if pip("install", "--quiet", "-r", str(ROOT / requirements)):
        raise CannotStart(f"The packages of {requirements} could not be installed; the reason is above.")
    for name in _included(requirements):
        _stamp(name).write_text(_fingerprint(name))


def _included(requirements: str) -> list[str]:
    """The file and those it includes, since the tools' list begins with the product's."""
    return [RUNTIME] if requirements == RUNTIME else [RUNTIME, requirements]


def _is_installed(name: str) -> bool:
    stamp = _stamp(name)
    return stamp.exists() and stamp.read_text() == _fingerprint(name)


def _stamp(name: str) -> Path:
    return VENV / f"{name}.installed"


def _fingerprint(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def pip(*arguments: str) -> int:
    """Run the environment's pip, its words on standard error; answers the exit code."""
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    return aside([str(VENV_PYTHON), "-m", "pip", *arguments], quiet)


def aside(arguments: list[str], extra_environment: Mapping[str, str] = MappingProxyType({})) -> int:
    """Run a set-up command to its end, in a process group that dies with us; answers the exit code."""
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env=os.environ | extra_environment,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
