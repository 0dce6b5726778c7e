"""Which calls reach the stand-ins: counted for each account, and those that are open right now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.wire import Clock

SYSTEMS = ("economic", "dinero", "visma", "billy", "shoporama")
Account = int | str
"""An agreement's, organisation's, company's or shop's number, or a user's e-mail."""
IDENTITY = re.compile(
    r"/(?:\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=[A-Za-z]*\d)[0-9A-Za-z]{22})(?=/|$)"
)
"""A number, a Guid or an id of Billy's as a part of an address."""


@dataclass(frozen=True)
class Call:
    """One request to a stand-in.

    `path` has no prefix ("/invoices/drafts"); `account` is what the request is about or its credentials name, None
    when they name nobody; `others` are the further accounts whose faults meet it, such as the organisations of a user
    who signs in; `peer` is the client's address and port.
    """

    number: int
    system: str
    method: str
    path: str
    account: Account | None
    peer: tuple[str, int] | None
    since: float
    others: tuple[Account, ...] = ()

    @property
    def is_write(self) -> bool:
        """Whether the request may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass
class Count:
    """How many requests one account has received since the start or its reset."""

    calls: int = 0
    writes: int = 0
    by_address: Counter[str] = field(default_factory=Counter)

    def add(self, call: Call) -> None:
        """Count `call`; numbers, Guids and ids in its address become `*`."""
        self.calls += 1
        self.writes += call.is_write
        self.by_address[call.method + " " + IDENTITY.sub("/*", call.path)] += 1

    def report(self) -> dict[str, Any]:
        """The counts as JSON."""
        return {"calls": self.calls, "writes": self.writes, "by_address": dict(self.by_address)}


class Traffic:
    """The counters, the open calls, and how many cut calls are still to be executed (`late`)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self.late = 0
        self.in_flight: dict[int, Call] = {}
        self.counts: dict[tuple[str, Account | None], Count] = {}

    def begin(
        self,
        system: str,
        method: str,
        path: str,
        account: Account | None,
        peer: tuple[str, int] | None,
        others: Sequence[Account] = (),
    ) -> Call:
        """Open a call and count it for `account`."""
        self._last += 1
        call = Call(self._last, system, method, path, account, peer, self._clock(), tuple(others))
        self.in_flight[call.number] = call
        self.counts.setdefault((system, account), Count()).add(call)
        return call

    def end(self, call: Call) -> None:
        """The call has been answered or cut."""
        self.in_flight.pop(call.number, None)

    def open_calls(self, system: str | None = None) -> list[Call]:
        """The calls that wait for an answer, of one system or of all."""
        return [call for call in self.in_flight.values() if system in (None, call.system)]

    def forget(self, system: str, account: Account) -> None:
        """Start one account's counters again at zero."""
        self.counts.pop((system, account), None)

    def report(self) -> dict[str, Any]:
        """Counts by system and account (without a known account: "unknown"), the open calls, the late ones to come."""
        report: dict[str, Any] = {system: {} for system in SYSTEMS}
        for (system, account), count in self.counts.items():
            report[system][str(account or "unknown")] = count.report()
        report["in_flight"] = {system: len(self.open_calls(system)) for system in SYSTEMS}
        report["late_pending"] = self.late
        report["open"] = [asdict(call) for call in self.open_calls()]
        return report
