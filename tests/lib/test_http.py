"""One call against real sockets: what each way of losing an answer says about the books."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from connector.core.errors import OutcomeUnknown, Rejected, Stop, Temporary
from connector.lib import http, outbound
from connector.lib.http import Answer, Http, Network, Trace, raise_for_trouble, require_readable, retry_after
from tests.lib.raw_server import Act, RawServer, closed_port, drips, reset, says, serving, silence

# Not of the unit part: real sockets, and deadlines that pass.
pytestmark = pytest.mark.tools

HEAD = b"HTTP/1.1 200 OK\r\n"
FULL = HEAD + b"Content-Length: 13\r\nX-Made: Yes\r\n\r\n" + b'{"made": "1"}'
HALF = FULL[:-4]
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SHORT = 0.1
"""Seconds that a call may take here in all."""


def call(server: RawServer, method: str, *, deadline: float = 5.0) -> Answer:
    """One call to the server; writes have a body."""
    body = b'{"wish": 1}' if method == "POST" else None
    return Network(server.allowed, deadline)(method, f"{server.url}/things?secret=1", {}, body)


def is_lost(error: Stop, method: str) -> bool:
    """A read whose answer was lost changed nothing; a write may have."""
    return type(error) is (Temporary if method == "GET" else OutcomeUnknown)


def test_an_answer_comes_whole() -> None:
    with serving(says(FULL)) as server:
        answer = call(server, "POST")
    assert (answer.status, answer.ok, answer.json()) == (200, True, {"made": "1"})
    assert answer.headers["x-made"] == "Yes"
    assert b'{"wish": 1}' in server.requests[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(reset, id="reset before a byte"),
        pytest.param(says(b""), id="closed before a byte"),
        pytest.param(says(HEAD, then=reset), id="reset in the headers"),
        pytest.param(says(HALF), id="closed in the body"),
        pytest.param(says(HALF, then=reset), id="reset in the body"),
        pytest.param(says(CHUNKED, b'4\r\n{"ma'), id="closed in a chunk"),
        pytest.param(says(CHUNKED, b"2\r\n{}\r\n"), id="closed before the last chunk"),
        pytest.param(says(CHUNKED, b"zz\r\n{}\r\n"), id="a chunk without a size"),
        pytest.param(says(b"SMTP ready\r\n\r\n"), id="another protocol"),
        pytest.param(says(HEAD, b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"), id="not what it says"),
    ],
)
def test_a_lost_answer_is_unknown_for_a_write_and_nothing_for_a_read(act: Act, method: str) -> None:
    with serving(act) as server:
        with pytest.raises(Stop) as caught:
            call(server, method)
        assert is_lost(caught.value, method)
    # Sent once: trying again is for those who know what a second try may do.
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(silence, id="no answer"),
        pytest.param(drips(b"H"), id="no status"),
        pytest.param(says(HEAD, then=drips(b"X-More: 1\r\n", 0.05)), id="headers without an end"),
        pytest.param(says(HEAD, b"Content-Length: 999\r\n\r\n", then=drips(b" ")), id="a body in drops"),
        pytest.param(says(HEAD, b"Connection: close\r\n\r\n", then=drips(b" ")), id="a body without an end"),
        pytest.param(says(CHUNKED, then=drips(b"1\r\n \r\n")), id="chunks without an end"),
    ],
)
def test_the_deadline_is_for_the_whole_call(act: Act, method: str) -> None:
    started = time.monotonic()
    with serving(act) as server:
        with pytest.raises(Stop) as caught:
            call(server, method, deadline=SHORT)
        assert is_lost(caught.value, method)
    assert SHORT * 0.9 <= time.monotonic() - started < SHORT + 2
    assert len(server.requests) == 1


def test_the_deadline_counts_for_a_kept_connection_too() -> None:
    acts = iter([says(FULL), says(HEAD, b"Content-Length: 999\r\n\r\n", then=drips(b" "))])
    with serving(lambda connection: next(acts)(connection), kept=True) as server:
        network = Network(server.allowed, SHORT)
        assert network("GET", server.url, {}, None).ok
        with pytest.raises(OutcomeUnknown):
            network("POST", server.url, {}, b"{}")
    assert len(server.requests) == 2


def test_nothing_is_sent_when_connecting_took_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*where: Any, **more: Any) -> socket.socket:
        assert outbound._in_use.passed.wait(5)
        return connect(*where, **more)

    connect = outbound.connect
    monkeypatch.setattr(outbound, "connect", slowly)
    with serving(says(FULL)) as server, pytest.raises(Temporary):
        call(server, "POST", deadline=SHORT)
    assert server.requests == []


def test_a_deadline_that_passed_harms_no_later_call() -> None:
    acts = iter([silence, says(FULL)])
    with serving(lambda connection: next(acts)(connection)) as server:
        network = Network(server.allowed, SHORT)
        with pytest.raises(Temporary):
            network("GET", server.url, {}, None)
        assert network("GET", server.url, {}, None).json() == {"made": "1"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("head", [b"Content-Length: 2000000\r\n\r\n", b"\r\n"], ids=["announced", "unannounced"])
def test_an_answer_beyond_the_cap_is_lost(monkeypatch: pytest.MonkeyPatch, head: bytes, method: str) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000_000)
    with serving(says(HEAD, head, b"0" * 2_000_000)) as server:
        with pytest.raises(Stop) as caught:
            call(server, method)
        assert is_lost(caught.value, method)


def test_an_answer_up_to_the_cap_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1_000_000)
    with serving(says(HEAD, b"\r\n", b"0" * 1_000_000)) as server:
        assert len(call(server, "GET").body) == 1_000_000


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_was_written_when_nobody_listens(method: str) -> None:
    port = closed_port()
    network = Network(frozenset({("127.0.0.1", port)}))
    with pytest.raises(Temporary) as caught:
        network(method, f"http://127.0.0.1:{port}/things", {}, b"{}")
    assert (caught.value.code, caught.value.facts) == ("provider-down", {"host": "127.0.0.1"})


def test_nothing_was_written_when_the_name_is_unknown() -> None:
    with pytest.raises(Temporary):
        Network()("POST", "https://no-such-host.invalid/things", {}, b"{}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(says(FULL)) as elsewhere:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.url}/\r\nContent-Length: 0\r\n\r\n"
        with serving(says(head.encode())) as server:
            answer = Network(server.allowed | elsewhere.allowed)("GET", server.url, {}, None)
    assert (answer.status, elsewhere.requests) == (status, [])
    with pytest.raises(Rejected, match="redirected"):
        raise_for_trouble("GET", answer)


def test_proxies_and_passwords_of_the_machine_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login who password what\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    with serving(says(FULL)) as server:
        assert call(server, "GET").ok
    assert b"authorization" not in server.requests[0].lower()


# --- one host -----------------------------------------------------------------------------------------------------
def answering(answer: Answer | Exception, seen: list[Any]) -> Callable[..., Answer]:
    def transport(*request: Any) -> Answer:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return transport


def test_a_host_adds_what_opens_it_and_keeps_a_trace_without_secrets() -> None:
    seen: list[Any] = []
    trace = Trace()
    host = Http("https://x.example/", lambda: {"X-Token": "t0k3n"}, answering(Answer(201, {}, b""), seen), trace)
    host.send("POST", "/things", query={"q": "ida@example.dk"}, body=b"{}", headers={"Idempotency-Key": "k"})
    [(method, url, headers, body)] = seen
    assert (method, url, body) == ("POST", "https://x.example/things?q=ida%40example.dk", b"{}")
    assert headers["Content-Type"] == "application/json"
    assert (headers["X-Token"], headers["Idempotency-Key"]) == ("t0k3n", "k")
    [row] = trace.calls
    assert {**row, "ms": 0} == {"method": "POST", "path": "/things", "status": 201, "ms": 0}
    assert not [secret for secret in ("t0k3n", "ida", "q=") if secret in json.dumps(trace.calls)]


@pytest.mark.parametrize("error", [Temporary("provider-down"), OutcomeUnknown(), Rejected("unexpected")])
def test_a_call_that_failed_is_traced_by_its_reason(error: Stop) -> None:
    host = Http("https://x.example", dict, answering(error, []))
    with pytest.raises(type(error)):
        host.send("GET", "/things")
    assert [row["status"] for row in host.trace.calls] == [error.code]


# --- what a status means ------------------------------------------------------------------------------------------
def answered(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("method", "status", "meaning"),
    [
        ("GET", 429, Temporary),
        ("POST", 429, Temporary),
        ("GET", 503, Temporary),
        ("POST", 503, OutcomeUnknown),
        ("GET", 500, Temporary),
        ("POST", 500, OutcomeUnknown),
        ("POST", 502, OutcomeUnknown),
        ("DELETE", 504, OutcomeUnknown),
        ("POST", 302, Rejected),
    ],
)
def test_statuses_that_mean_the_same_everywhere(method: str, status: int, meaning: type[Stop]) -> None:
    with pytest.raises(Stop) as caught:
        raise_for_trouble(method, answered(status))
    assert type(caught.value) is meaning


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 409, 422])
def test_other_statuses_are_the_callers(status: int) -> None:
    raise_for_trouble("POST", answered(status))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("86400", 3600.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
    ],
)
def test_a_pause_that_is_asked_for(said: str, seconds: float | None) -> None:
    answer = answered(429, retry_after=said)
    assert retry_after(answer) == seconds
    with pytest.raises(Temporary) as caught:
        raise_for_trouble("POST", answer)
    assert (caught.value.code, caught.value.retry_after) == ("rate-limit", seconds)


@pytest.mark.parametrize("said", ["Wed, 21 Oct 2026 07:28:00 GMT", "²", "\xb3\xb2", "٣", "1e3", "0x10"])
def test_a_pause_that_cannot_be_read_is_none(said: str) -> None:
    # A header's bytes are read as Latin-1, in which a raised two counts as a digit.
    assert retry_after(answered(429, retry_after=said)) is None


@pytest.mark.parametrize(("method", "meaning"), [("GET", Temporary), ("POST", OutcomeUnknown)])
def test_an_answer_that_is_not_json_is_lost(method: str, meaning: type[Stop]) -> None:
    assert require_readable(method, Answer(200, {}, b'{"a": 1}')) == {"a": 1}
    with pytest.raises(meaning):
        require_readable(method, Answer(200, {}, b"<html>"))
