"""Faults on the wire of a world: what a call meets instead of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.core.errors import OutcomeUnknown, Temporary
from connector.lib.http import Answer
from tests.sync.world import World

Send = Callable[[], Answer]
Act = Callable[[Send], Answer]


def away(_: Send) -> Answer:
    """Nobody listens: nothing was sent."""
    raise Temporary("provider-down")


def lost_before(_: Send) -> Answer:
    """The call never arrived, but nobody can know."""
    raise OutcomeUnknown(detail="reset")


def lost_after(send: Send) -> Answer:
    """The call was made and its answer lost."""
    send()
    raise OutcomeUnknown(detail="reset")


def says(status: int, body: bytes = b"", **headers: str) -> Act:
    """This answer, and nothing done."""
    return lambda _: Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@dataclass
class Rule:
    """What the next `times` calls meet whose method and address fit."""

    method: str
    part: str
    act: Act
    times: int
    skip: int = 0

    def fits(self, method: str, url: str) -> bool:
        if not self.times or self.method not in (method, "*") or self.part not in url:
            return False
        self.skip -= 1
        if self.skip >= 0:
            return False
        self.times -= 1
        return True


@dataclass
class Call:
    """One call as it was sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def key(self) -> str:
        return self.headers.get("Idempotency-Key", "")


@dataclass
class Wire:
    """Stands between the product and everything outside: keeps every call, and lets it meet what a test wants."""

    inner: Any
    rules: list[Rule] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> Wire:
        """Put one into the world."""
        world.transport = wire = cls(world.transport)
        return wire

    def meets(self, call: str, act: Act, times: int = 1, skip: int = 0) -> None:
        """`call` is a method and a part of the address, "POST /invoices/drafts"; the method may be `*`."""
        method, _, part = call.partition(" ")
        self.rules.append(Rule(method, part, act, times, skip))

    def sent(self, call: str) -> list[Call]:
        """The calls that were sent to such an address."""
        method, _, part = call.partition(" ")
        return [one for one in self.calls if one.method == method and one.url.partition("?")[0].endswith(part)]

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.calls.append(Call(method, url, dict(headers), body))
        rule = next((one for one in self.rules if one.fits(method, url)), None)

        def send() -> Answer:
            answer: Answer = self.inner(method, url, headers, body)
            return answer

        return rule.act(send) if rule else send()
