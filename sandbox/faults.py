"""Faults that can be ordered for calls to a stand-in, and what each of them does to an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from sandbox.routes import Refused
from sandbox.traffic import SYSTEMS, Account, Call
from sandbox.wire import Reply

HTML = b"<!DOCTYPE html><html><head><title>Service</title></head><body><h1>Service unavailable</h1></body></html>"

MESSAGES = {
    "failed": "An unexpected error occurred",
    "too_many": "Too many requests",
    "unauthorised": "Access denied",
}
DINERO_CODES = {"failed": 50, "too_many": 43, "unauthorised": 41}
"""Dinero's own numbers for them (its fact sheet, section 8)."""
BILLY_CODES = {"failed": "INTERNAL_ERROR", "too_many": "OTHER", "unauthorised": "OAUTH_INVALID_ACCESS_TOKEN"}
"""Billy's own words for them (its fact sheet, section 3)."""
OAUTH_ERRORS = {"failed": "server_error", "too_many": "temporarily_unavailable", "unauthorised": "invalid_client"}


@dataclass(frozen=True)
class Plan:
    """How one call is served. The default is the plain way: execute, answer.

    `late_seconds` executes the call that much later instead of now; `answer` replaces the real one; `cut` closes the
    connection: "reset", "eof" (nothing sent), or "half" (the headers and half the body sent). Waits are in seconds.
    """

    executes: bool = True
    late_seconds: float | None = None
    wait_before: float = 0
    wait_after: float = 0
    answer: Callable[[Reply | None], Reply] | None = None
    cut: str | None = None
    drip_seconds: float = 0


@dataclass
class Fault:
    """One ordered fault: which calls it meets, what it does, how often.

    `skip` lets that many matching calls pass first; `times` is how many it then strikes.
    """

    system: str
    path: str
    kind: str
    times: int = 1
    account: Account | None = None
    skip: int = 0
    seconds: float = 5
    status: int = 500
    retry_after: str | None = None
    body: str = "html"
    headers: Mapping[str, str] = field(default_factory=dict)
    how: str = "reset"
    number: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        if self.system not in SYSTEMS:
            raise Refused(400, f"system is one of {', '.join(SYSTEMS)}")
        if self.kind not in KINDS:
            raise Refused(400, f"unknown kind {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        if self.how not in ("reset", "eof"):
            raise Refused(400, "how is reset or eof")

    def matches(self, call: Call) -> bool:
        """Whether it meets `call`: its system, account, method (when given) and the glob on its path."""
        method, _, pattern = self.path.rpartition(" ")
        return (
            self.hits < self.times
            and self.system == call.system
            and (self.account in (None, call.account) or self.account in call.others)
            and method in ("", "*", call.method)
            and fnmatchcase(call.path, pattern)
        )

    def plan(self) -> Plan:
        """What it does to the call that it strikes."""
        return KINDS[self.kind](self)

    def disguise(self, status: int) -> Reply:
        """The answer of a server, or of the proxy before it, that has gone wrong."""
        if self.body == "empty":
            return Reply(status, b"", self.headers)
        if self.body == "json":
            return Reply.of(status, self._worded("failed", status), **self.headers)
        return Reply(status, HTML, {"content-type": "text/html; charset=utf-8", **self.headers})

    def too_many(self) -> Reply:
        """A 429, with Retry-After when one was ordered (whatever text was ordered)."""
        wait = {} if self.retry_after is None else {"retry-after": self.retry_after}
        return Reply.of(429, self._worded("too_many", 429), **wait, **self.headers)

    def unauthorised(self) -> Reply:
        """A 401 of a grant that has gone."""
        return Reply.of(401, self._worded("unauthorised", 401), **self.headers)

    def _worded(self, what: str, status: int) -> dict[str, Any]:
        """The body that the system itself gives then."""
        if self.system == "dinero":
            return {"code": DINERO_CODES[what], "message": MESSAGES[what], "validationErrors": None}
        if self.system == "billy":
            meta = {"statusCode": status, "success": False, "time": 0}
            return {"meta": meta, "errorMessage": MESSAGES[what], "errorCode": BILLY_CODES[what]}
        if self.system == "visma":
            return {"error": OAUTH_ERRORS[what]}
        more = {"errorCode": "E00500"} if what == "unauthorised" else {}
        return {"message": MESSAGES[what], "httpStatusCode": status, **more}

    def report(self) -> dict[str, Any]:
        """Its state as JSON."""
        return {**vars(self), "headers": dict(self.headers)}


def _not_json(reply: Reply | None) -> Reply:
    status = reply.status if reply else 200
    return Reply(status, b'{"half": an answer', {"content-type": "application/json"})


def _huge(reply: Reply | None) -> Reply:
    return Reply(200, b"[" + b"0," * 33_000_000 + b"0]", {"content-type": "application/json"})


KINDS: dict[str, Callable[[Fault], Plan]] = {
    "drop_before": lambda fault: Plan(executes=False, cut=fault.how),
    "drop_after": lambda fault: Plan(cut=fault.how),
    "truncated": lambda _: Plan(cut="half"),
    "late": lambda fault: Plan(executes=False, late_seconds=fault.seconds, cut=fault.how),
    "5xx_before": lambda fault: Plan(executes=False, answer=lambda _: fault.disguise(fault.status)),
    "5xx_after": lambda fault: Plan(answer=lambda _: fault.disguise(fault.status)),
    "slow": lambda fault: Plan(wait_after=fault.seconds),
    "drip": lambda fault: Plan(drip_seconds=fault.seconds),
    "429": lambda fault: Plan(executes=False, answer=lambda _: fault.too_many()),
    "401": lambda fault: Plan(executes=False, answer=lambda _: fault.unauthorised()),
    "html": lambda fault: Plan(answer=lambda _: fault.disguise(200)),
    "not_json": lambda _: Plan(answer=_not_json),
    "huge": lambda _: Plan(answer=_huge),
    "redirect": lambda fault: Plan(executes=False, answer=lambda _: Reply(302, b"", fault.headers)),
}
"""Every kind of fault; sandbox/README.md says in words what each does."""


class FaultBook:
    """The ordered faults, oldest first; one call meets at most one of them."""

    def __init__(self) -> None:
        self._last = 0
        self.faults: list[Fault] = []

    def order(self, fault: Fault) -> Fault:
        """Add a fault and give it its number."""
        self._last += 1
        self.faults.append(replace(fault, number=self._last))
        return self.faults[-1]

    def clear(self, *, number: int | None = None, systems: Collection[str] = (), account: Account | None = None) -> int:
        """Take back the fault of that number, or those of that account in these systems, or all; returns how many."""
        before = len(self.faults)
        self.faults = [
            fault
            for fault in self.faults
            if (number and fault.number != number)
            or (account and (fault.system not in systems or fault.account != account))
        ]
        return before - len(self.faults)

    def plan(self, call: Call) -> Plan | None:
        """The plan of the first fault that strikes `call`; None when it is to be served plainly."""
        for fault in self.faults:
            if not fault.matches(call):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hits += 1
            return fault.plan()
        return None
