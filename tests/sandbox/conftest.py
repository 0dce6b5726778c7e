"""A clock that tests move, a shop with a key, and the whole sandbox on a real port."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from sandbox.shoporama import Shop, Shoporama
from sandbox.wire import Reply, Request

if TYPE_CHECKING:
    from sandbox.world import World

NOON = 1_795_000_000.0
"""2026-11-18, a little after noon in Copenhagen."""


class MovedClock:
    """Seconds since the epoch; stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Caller:
    """Calls one shop's REST address with a key."""

    platform: Shoporama
    shop: Shop
    token: str
    form: str = "Bearer "
    sent: list[Any] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> Reply:
        content = b"" if body is None else json.dumps(body).encode()
        return self.platform.handle(Request(method, path, query, {"authorization": self.form + self.token}, content))

    def get(self, path: str, **query: str) -> Any:
        reply = self("GET", path, **query)
        assert reply.status == 200, reply.body
        return reply.json()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def call(clock: MovedClock) -> Caller:
    platform = Shoporama(clock)
    shop = platform.new_shop()
    caller = Caller(platform, shop, shop.new_key("Connector").token)
    platform.platform.send = caller.sent.append
    return caller


@pytest.fixture
def world(clock: MovedClock) -> World:
    from sandbox.world import new_world

    return new_world("http://127.0.0.1:1", clock)


@dataclass
class Running:
    """The sandbox on a real port, and a small HTTP client that never retries."""

    world: World
    port: int

    @property
    def address(self) -> dict[str, Any]:
        from sandbox.world import addresses

        return addresses(self.world)

    def send(self, method: str, url: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        status, answer = self.send(method, f"/control{path}?{urlencode(query)}", body)
        assert status < 300, answer
        return json.loads(answer)

    def control_ledger(self) -> Any:
        """The books of the first agreement."""
        status, answer = self.send("GET", "/ledger")
        assert status == 200, answer
        return json.loads(answer)["agreements"][0]


@pytest.fixture(scope="module")
def running() -> Any:
    from sandbox.server import listen, server
    from sandbox.world import new_world

    listening = listen(0)
    port = listening.getsockname()[1]
    world = new_world(f"http://127.0.0.1:{port}")
    ready = threading.Event()
    serving = server(world, ready.set)
    thread = threading.Thread(target=lambda: asyncio.run(serving.serve([listening])))
    thread.start()
    assert ready.wait(10)
    yield Running(world, port)
    serving.should_exit = True
    thread.join(10)
    assert not thread.is_alive()
