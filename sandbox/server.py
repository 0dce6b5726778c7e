"""The sandbox's server: one process, one port, one loop; each request is executed in one piece."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import struct
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox import mail, site
from sandbox.faults import Plan
from sandbox.routes import whole
from sandbox.sender import Sender
from sandbox.traffic import Call
from sandbox.wire import Reply, Request
from sandbox.world import Target, World, target

Scope = MutableMapping[str, Any]
RST_ON_CLOSE = struct.pack("ii", 1, 0)
POLL_SECONDS = 0.005


class Wire:
    """One request's connection: reads it, answers it, or cuts it."""

    def __init__(self, scope: Scope, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self.peer: tuple[str, int] | None = scope.get("client")

    async def request(self) -> Request | None:
        """The whole request, None when the client went away in the middle of it.

        The path stays percent-encoded: the stand-ins decode it segment by segment.
        """
        body, more = b"", True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more = message.get("more_body", False)
        query = dict(parse_qsl(self._scope["query_string"].decode("latin-1"), keep_blank_values=True))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._scope["headers"]}
        return Request(self._scope["method"], self._scope["raw_path"].decode("latin-1"), query, headers, body)

    async def reply(self, reply: Reply, *, drip_seconds: float = 0) -> None:
        """Answer; with `drip_seconds` the body comes in ten pieces over that time."""
        await self._head(reply)
        if drip_seconds:
            size = max(1, -(-len(reply.body) // 10))
            for start in range(0, len(reply.body), size):
                await self._send(_body(reply.body[start : start + size], more=True))
                await asyncio.sleep(drip_seconds / 10)
            await self._send(_body(b""))
            return
        await self._send(_body(reply.body))

    async def cut(self, how: str, reply: Reply | None) -> None:
        """Close the connection: "reset", "eof", or "half" (after the headers and half the body)."""
        transport = self._scope["transport"]
        if how == "half" and reply:
            await self._head(reply)
            await self._send(_body(reply.body[: len(reply.body) // 2], more=True))
            transport.close()
        elif how == "reset":
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
            transport.abort()
        else:
            transport.close()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _head(self, reply: Reply) -> None:
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
        # A 204 has neither body nor length (RFC 9110, section 8.6).
        if reply.status != 204:
            headers.append((b"content-length", str(len(reply.body)).encode()))
        await self._send({"type": "http.response.start", "status": reply.status, "headers": headers})


def _body(part: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": part, "more_body": more}


class Application:
    """The ASGI application: calls to the stand-ins go through the faults, everything else to the site."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Scope, receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        """Serve one request."""
        wire = Wire(scope, receive, send)
        request = await wire.request()
        if request is None:
            return
        where = target(request.path)
        if where is not None:
            await self._serve_call(where, request, wire)
        elif request.path == "/control/in-flight":
            await wire.reply(await self._wait_for_call(request))
        else:
            await wire.reply(site.dispatch(self.world, request))

    async def _serve_call(self, where: Target, request: Request, wire: Wire) -> None:
        call = self.world.begin(where, request, wire.peer)
        try:
            plan = self.world.plan(call)
            await asyncio.sleep(plan.wait_before) if plan.wait_before else None
            reply = self._execute(where, request, plan)
            await asyncio.sleep(plan.wait_after) if plan.wait_after else None
            await self._answer(wire, plan, reply)
        finally:
            self.world.traffic.end(call)

    def _execute(self, where: Target, request: Request, plan: Plan) -> Reply | None:
        """Execute now, later, or not at all; returns the real answer when there is one by now."""
        if plan.late_seconds is not None:
            self.world.traffic.late += 1
            asyncio.get_running_loop().call_later(plan.late_seconds, self._execute_late, where, request)
        return self.world.execute(where, request) if plan.executes else None

    def _execute_late(self, where: Target, request: Request) -> None:
        self.world.traffic.late -= 1
        self.world.execute(where, request)

    async def _answer(self, wire: Wire, plan: Plan, reply: Reply | None) -> None:
        if plan.cut:
            await wire.cut(plan.cut, reply)
            return
        answer = plan.answer(reply) if plan.answer else reply
        if answer is None:
            raise RuntimeError("a plan without execution needs an answer or a cut")
        await wire.reply(answer, drip_seconds=plan.drip_seconds)

    async def _wait_for_call(self, request: Request) -> Reply:
        """The open calls of `system`, as soon as there is one, else after `wait` seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + whole(request.query.get("wait", 0), "wait")
        while not (calls := self._open(request)) and loop.time() < until:
            await asyncio.sleep(POLL_SECONDS)
        return Reply.of(200, [vars(call) for call in calls])

    def _open(self, request: Request) -> list[Call]:
        return self.world.traffic.open_calls(request.query.get("system"))


class CuttableProtocol(H11Protocol):
    """uvicorn's protocol, which also shows the application the transport, so that it can cut the connection."""

    def connection_made(self, transport: Any) -> None:
        """Put the transport into the scope of every request of this connection."""
        super().connection_made(transport)
        inner = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope["transport"] = transport
            await inner(scope, receive, send)

        self.app = with_transport


class Server(uvicorn.Server):
    """uvicorn's server, which says when it listens and ends without raising the signal again."""

    def __init__(self, config: uvicorn.Config, world: World, ready: Callable[[], None], smtp_port: int) -> None:
        super().__init__(config)
        self._world = world
        self._ready = ready
        self._smtp_port = smtp_port

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen to requests and to mails, connect the webhook sender, and say so."""
        await super().startup(sockets)
        self._world.connect(Sender(asyncio.get_running_loop()))
        self._mails = await mail.listen(self._world, self._smtp_port)
        self._world.smtp = "{}:{}".format(*self._mails.sockets[0].getsockname())
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, and take no more mails."""
        self._mails.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """TERM and INT end the loop; the process then leaves with its own exit code."""
        loop = asyncio.get_running_loop()
        self.caught: list[signal.Signals] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(ValueError, RuntimeError):  # not in the main thread: nothing to catch
                loop.add_signal_handler(number, self._end, number)
        yield

    def _end(self, number: signal.Signals) -> None:
        self.caught.append(number)
        self.should_exit = True


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one. Raises OSError when it is taken."""
    # Without the protocol's number asyncio leaves Nagle's algorithm on, and each answer waits 40 ms for an ACK.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(1024)
    return listening


def server(world: World, ready: Callable[[], None], smtp_port: int = 0) -> Server:
    """The server of `world`; `ready` is called once it listens. Mails are taken at `smtp_port`, 0 for a free one."""
    config = uvicorn.Config(
        Application(world),
        http=CuttableProtocol,
        loop="asyncio",
        lifespan="off",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        # Longer than any client of ours keeps a connection, so that only ordered faults cut one.
        timeout_keep_alive=300,
        timeout_graceful_shutdown=1,
    )
    return Server(config, world, ready, smtp_port)
