"""Which addresses may be called: only public https ones, save those that the operator lists.

The check is made on the address that is really connected to, so that a name which changes its answer
between the look-up and the connection gains nothing.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from requests.adapters import HTTPAdapter
from requests.exceptions import ReadTimeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError


class Refused(Exception):
    """The address is not one that we call; nothing was sent."""


def parse_allowed(listed: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Turn `host:port` texts into pairs. Raises ValueError for anything else."""
    pairs = set()
    for entry in listed:
        host, colon, port = entry.rpartition(":")
        if not colon or not host or not port.isdigit():
            raise ValueError(f"OUTBOUND_ALLOW wants host:port, not {entry!r}")
        pairs.add((host, int(port)))
    return frozenset(pairs)


GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
WRAPPING = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
"""IPv6 addresses that lead to the IPv4 address in their last four bytes: mapped ones, and those of a NAT64."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if any(ip in network for network in WRAPPING):
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    # Python calls much of what was never given out global; 6to4 wraps any IPv4 address, inside ones too.
    return ip in GIVEN_OUT and ip.is_global and ip.sixtofour is None


def connect(host: str, port: int, timeout: Any, *, allowed: bool) -> socket.socket:
    """Connect to the first address of `host` that may be called. Raises Refused when none may."""
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    usable = [entry for entry in addresses if allowed or is_public(str(entry[4][0]))]
    if not usable:
        raise Refused(f"{host} has no public address")
    failure: OSError | None = None
    for family, kind, protocol, _, address in usable:
        sock = socket.socket(family, kind, protocol)
        try:
            # urllib3 passes a sentinel object where no timeout was asked for.
            if isinstance(timeout, int | float):
                sock.settimeout(timeout)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("no address")


_in_use = threading.local()


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Cut this thread's connection after `seconds`, whatever it is doing: a dripping server trips no time-out.

    Raises ReadTimeout when it was cut: an answer that ends there may look whole.
    """
    passed = threading.Event()
    _in_use.sock, _in_use.passed = None, passed
    watchdog = threading.Timer(seconds, _cut, (passed, _in_use.__dict__))
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
    if passed.is_set():
        raise ReadTimeout("the call took too long")


def _cut(passed: threading.Event, in_use: dict[str, Any]) -> None:
    passed.set()
    sock = in_use.get("sock")
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


class _Guarded(HTTPConnection):
    allowed: frozenset[tuple[str, int]] = frozenset()

    def _new_conn(self) -> socket.socket:
        listed = (self.host, self.port or self.default_port) in self.allowed
        if not listed and not isinstance(self, HTTPSConnection):
            raise Refused(f"{self.host} is not https")
        try:
            return connect(self._dns_host, self.port or self.default_port, self.timeout, allowed=listed)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def connect(self) -> None:
        super().connect()
        self._put_under_the_deadline()

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        # A kept connection is used again without connecting; the answer may take its socket over.
        self._put_under_the_deadline()
        super().putrequest(*args, **kwargs)

    def _put_under_the_deadline(self) -> None:
        _in_use.sock = self.sock
        passed = getattr(_in_use, "passed", None)
        if passed and passed.is_set():
            # Connecting took it all: nothing was sent yet, and nothing would cut what is sent now.
            raise NewConnectionError(self, "no time was left")


class _GuardedTLS(_Guarded, HTTPSConnection):
    pass


class GuardedAdapter(HTTPAdapter):
    """A transport for requests that calls public https addresses and the listed ones, and never tries twice."""

    def __init__(self, allowed: frozenset[tuple[str, int]]) -> None:
        self.allowed = allowed
        super().__init__(max_retries=0, pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        plain = type("Plain", (_Guarded,), {"allowed": self.allowed})
        secure = type("Secure", (_GuardedTLS,), {"allowed": self.allowed})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
