"""A server that says exactly the bytes that a test wants, on a real port: what no HTTP library would say."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Act = Callable[[socket.socket], None]
"""What is done with one request, once it has been read whole. The connection ends after it unless it is kept."""

SECONDS = 5.0
"""No test waits longer for a byte that never comes."""


@dataclass
class RawServer:
    """A listening server: `requests` holds every request as it came, `kept` whether connections are used again."""

    port: int = 0
    kept: bool = False
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> frozenset[tuple[str, int]]:
        return frozenset({("127.0.0.1", self.port)})


def says(*parts: bytes, then: Act | None = None) -> Act:
    """Send these bytes, then do something else."""

    def act(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
        if then:
            then(connection)

    return act


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silence(connection: socket.socket) -> None:
    """Say nothing more until the other side goes."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def drips(part: bytes, pause: float = 0.02) -> Act:
    """Send the same few bytes again and again until the other side goes: no read ever takes long."""
    gone = threading.Event()

    def act(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not gone.wait(pause):
                connection.sendall(part)

    return act


@contextlib.contextmanager
def serving(act: Act, *, kept: bool = False) -> Iterator[RawServer]:
    """Serve every request on a free port with `act`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener.getsockname()[1], kept)
        thread = threading.Thread(target=_listen, args=(listener, server, act), daemon=True)
        thread.start()
        yield server
        # Closing a socket does not wake who waits on it.
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(SECONDS)


def _listen(listener: socket.socket, server: RawServer, act: Act) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(SECONDS)
        with connection, contextlib.suppress(OSError):
            while request := _request(connection):
                server.requests.append(request)
                act(connection)
                if not server.kept:
                    break


def _request(connection: socket.socket) -> bytes:
    """One whole request; empty when the other side went."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return b""
        head += part
    announced = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(announced[0].split(b":")[1]) if announced else 0
    while len(head.partition(b"\r\n\r\n")[2]) < length:
        head += connection.recv(65536)
    return head


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
