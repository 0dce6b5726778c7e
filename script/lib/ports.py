"""Free ports on this machine."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable

from script.lib.ending import CannotStart

# Below the range from which Linux takes the sending ends of connections (32768-60999): a port from that range can be
# lost to some outgoing connection while its process is down for a restart.
LOWEST, HIGHEST = 20_000, 31_999


def free_port() -> int:
    """A port that nothing on this machine listens on. Raises CannotStart when a hundred draws find none."""
    for _ in range(100):
        port = random.SystemRandom().randint(LOWEST, HIGHEST)
        if is_free(port):
            return port
    raise CannotStart(f"No free port was found between {LOWEST} and {HIGHEST}.")


def is_free(port: int) -> bool:
    """Whether `port` can be listened on at 127.0.0.1 and nothing answers for it at ::1, where `localhost` may lead."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not answers(port, "::1")


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something listens on `port`."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def chosen(asked: int | None, purpose: str, remembered: int | None = None) -> int:
    """The port asked for, else the one remembered from last time, else a free one.

    Raises CannotStart when the one asked for is taken.
    """
    if asked is not None:
        if not is_free(asked):
            raise CannotStart(f"Port {asked}, asked for the {purpose}, is taken by another program.")
        return asked
    return remembered if remembered is not None and is_free(remembered) else free_port()


def wait_until(is_ready: Callable[[], bool], is_alive: Callable[[], bool], seconds: float) -> bool:
    """Ask `is_ready` every few milliseconds; False when the process has died or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_ready():
            return True
        if not is_alive():
            return False
        time.sleep(0.05)
    return False
