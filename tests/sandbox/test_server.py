"""The sandbox on a real port: faults as a client's socket sees them, webhooks really sent, a clean start and end."""

from __future__ import annotations

import http.client
import json
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import state
from sandbox.world import addresses

if TYPE_CHECKING:
    from tests.sandbox.conftest import Running

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parents[2]


def eventually(fact: Callable[[], Any], seconds: float = 5) -> Any:
    """The fact as soon as it is true. Fails when it does not become so."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not (found := fact()):
        assert time.monotonic() < until, "did not happen"
        pause.wait(0.01)
    return found


@pytest.fixture
def shop(running: Running) -> Iterator[dict[str, Any]]:
    made = running.control("POST", "/shops", {"name": "x.dk"})
    yield made
    running.control("DELETE", "/fault")
    running.control("DELETE", "/chaos")


def customer(running: Running, name: str) -> tuple[int, bytes]:
    """A write to e-conomic: a new customer."""
    address = running.address["economic"]
    body = {
        "name": name,
        "currency": "DKK",
        "customerGroup": {"customerGroupNumber": 1},
        "paymentTerms": {"paymentTermsNumber": 1},
        "vatZone": {"vatZoneNumber": 1},
    }
    headers = {
        "X-AppSecretToken": address["app_secret"],
        "X-AgreementGrantToken": address["agreement_grant"],
        "Content-Type": "application/json",
    }
    return running.send("POST", address["rest"] + "/customers", body, **headers)


def has_customer(running: Running, name: str) -> bool:
    return any(row["name"] == name for row in running.control_ledger()["customers"])


@pytest.mark.parametrize(
    ("kind", "extra", "error", "written"),
    [
        ("drop_before", {}, ConnectionResetError, False),
        ("drop_before", {"how": "eof"}, http.client.RemoteDisconnected, False),
        ("drop_after", {}, ConnectionResetError, True),
        ("drop_after", {"how": "eof"}, http.client.RemoteDisconnected, True),
        ("truncated", {}, http.client.IncompleteRead, True),
    ],
)
def test_a_cut_connection(running: Running, shop: Any, kind: str, extra: Any, error: type[Exception], written: bool):
    name = f"{kind} {extra}"
    running.control("POST", "/fault", {"system": "economic", "path": "POST /customers", "kind": kind} | extra)
    with pytest.raises(error):
        customer(running, name)
    assert has_customer(running, name) is written
    assert customer(running, "next")[0] == 201


def test_a_late_call_is_executed_after_its_connection_was_cut(running: Running, shop: Any):
    order = {"system": "economic", "path": "POST /customers", "kind": "late", "seconds": 0.3}
    running.control("POST", "/fault", order)
    with pytest.raises(ConnectionResetError):
        customer(running, "late")
    assert not has_customer(running, "late")
    assert running.control("GET", "/counts")["late_pending"] == 1
    eventually(lambda: has_customer(running, "late"))
    assert running.control("GET", "/counts")["late_pending"] == 0


@pytest.mark.parametrize(("kind", "written"), [("5xx_before", False), ("5xx_after", True)])
def test_a_server_error_before_or_after_the_work(running: Running, shop: Any, kind: str, written: bool):
    order = {"system": "economic", "path": "POST /customers", "kind": kind, "status": 502}
    running.control("POST", "/fault", order)
    status, body = customer(running, kind)
    assert status == 502
    assert body.startswith(b"<!DOCTYPE html>")
    assert has_customer(running, kind) is written


def test_a_fault_for_one_shop_leaves_the_others_alone(running: Running, shop: Any):
    other = running.control("POST", "/shops", {})
    running.control("POST", "/fault", {"system": "shoporama", "path": "/country", "kind": "429", "shop": shop["shop"]})
    api = running.address["shoporama"]["api"] + "/country"
    assert running.send("GET", api, authorization=other["key"])[0] == 200
    assert running.send("GET", api, authorization=shop["key"])[0] == 429
    assert running.send("GET", api, authorization=shop["key"])[0] == 200


def test_slow_calls_are_seen_in_flight_and_do_not_hold_up_others(running: Running, shop: Any):
    running.control("POST", "/fault", {"system": "shoporama", "path": "/country", "kind": "slow", "seconds": 1})
    api = running.address["shoporama"]["api"]
    answers: list[int] = []
    slow = threading.Thread(
        target=lambda: answers.append(running.send("GET", api + "/country", authorization=shop["key"])[0])
    )
    slow.start()
    flying = running.control("GET", "/in-flight", system="shoporama", wait=5)
    assert [(call["path"], call["account"]) for call in flying] == [("/country", shop["shop"])]
    assert flying[0]["peer"][1] > 0
    assert running.send("GET", api + "/shipping", authorization=shop["key"])[0] == 200
    assert answers == []
    slow.join(5)
    assert answers == [200]
    assert running.control("GET", "/in-flight", system="shoporama") == []


def test_chaos_cuts_writes_and_counts_them(running: Running, shop: Any):
    running.control("POST", "/chaos", {"drop_pct": 100, "latency_seconds": [0.01, 0.02]})
    with pytest.raises(OSError):
        customer(running, "chaos")
    assert has_customer(running, "chaos")
    running.control("POST", "/chaos", {"late_pct": 100, "late_seconds": [0.05, 0.1]})
    with pytest.raises(OSError):
        customer(running, "late chaos")
    eventually(lambda: has_customer(running, "late chaos"))
    chaos = running.control("DELETE", "/chaos")
    assert (chaos["dropped"], chaos["late"]) == (0, 1)
    assert customer(running, "calm")[0] == 201


class Receiver(BaseHTTPRequestHandler):
    """Answers webhooks with the statuses that its server is told to give, then 200; a path /hang waits."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        with self.server.lock:  # type: ignore[attr-defined]
            self.server.got.append((self.path, body))  # type: ignore[attr-defined]
            status = self.server.statuses.pop(0) if self.server.statuses else 200  # type: ignore[attr-defined]
        if self.path == "/hang":
            self.server.free.wait(5)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *parts: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def receiver() -> Iterator[Any]:
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    made.got, made.statuses, made.lock, made.free = [], [], threading.Lock(), threading.Event()
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.free.set()
    made.shutdown()
    thread.join(5)
    made.server_close()


def hook(running: Running, shop: Any, url: str, event: str = "paid") -> None:
    api = running.address["shoporama"]["api"] + "/webhook"
    assert running.send("POST", api, {"url": url, "event": event}, authorization=shop["key"])[0] == 200


def test_a_paid_order_is_told_and_told_again_until_it_is_answered(running: Running, shop: Any, receiver: Any):
    hook(running, shop, receiver.url + "/hook?a=b")
    wish = {"name": "shoporama.webhook_retry_seconds", "value": 0.05, "shop": shop["shop"]}
    running.control("POST", "/switch", wish)
    receiver.statuses += [500, 503]
    order = running.control("POST", f"/shops/{shop['shop']}/orders", {"paid": True})

    def answered() -> Any:
        rows = running.control("GET", f"/shops/{shop['shop']}/deliveries")["deliveries"]
        return rows[0] if rows and rows[0]["answered"] else None

    assert [entry["status"] for entry in eventually(answered)["tries"]] == [500, 503, 200]
    assert [path for path, _ in receiver.got] == ["/hook?a=b"] * 3
    assert {json.loads(body)["order_id"] for _, body in receiver.got} == {order["order"]}


def test_a_delivery_is_repeated_in_parallel_with_the_same_bytes(running: Running, shop: Any, receiver: Any):
    hook(running, shop, receiver.url + "/hook")
    order = running.control("POST", f"/shops/{shop['shop']}/orders", {"paid": True, "webhooks": False})
    wish = {"order": order["order"], "event": "paid", "times": 5, "parallel": True}
    running.control("POST", f"/shops/{shop['shop']}/deliveries", wish)
    eventually(lambda: len(receiver.got) == 5)
    assert len(set(receiver.got)) == 1


def test_a_receiver_that_hangs_holds_up_neither_calls_nor_other_deliveries(running: Running, shop: Any, receiver: Any):
    hook(running, shop, receiver.url + "/hang", "order_created")
    hook(running, shop, receiver.url + "/hook", "paid")
    running.control("POST", f"/shops/{shop['shop']}/orders", {"paid": True})
    eventually(lambda: {path for path, _ in receiver.got} == {"/hang", "/hook"})
    assert running.send("GET", "/health")[0] == 200


def test_a_receiver_that_is_not_there_is_logged(running: Running, shop: Any):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook(running, shop, f"http://127.0.0.1:{port}/hook")
    running.control("POST", "/switch", {"name": "shoporama.webhook_tries", "value": 1, "shop": shop["shop"]})
    running.control("POST", f"/shops/{shop['shop']}/orders", {"paid": True})
    rows = eventually(lambda: running.control("GET", f"/shops/{shop['shop']}/deliveries")["deliveries"][0]["tries"])
    assert (rows[0]["status"], rows[0]["error"]) == (None, "ConnectionRefusedError")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_process_prints_one_line_serves_and_ends_cleanly(number: signal.Signals, code: int, tmp_path: Path):
    command = [sys.executable, "-m", "sandbox", "--state", str(tmp_path / "state")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        address = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        assert list(address) == ["economic", "shoporama", "dinero", "billy", "mail", "smtp", "ledger", "control"]
        assert list(address["economic"]) == ["rest", "openapi", "grant", "app_secret", "app_public", "agreement_grant"]
        port = int(address["control"].split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            taken = subprocess.run(
                [*command, "--port", str(port)], cwd=ROOT, capture_output=True, text=True, check=False
            )
        assert taken.returncode == 2
        assert taken.stdout == ""
        assert taken.stderr.count("\n") == 1
        process.send_signal(number)
        rest, problems = process.communicate(timeout=10)
        assert (process.returncode, rest, problems) == (code, "", "")
        kept = state.load(tmp_path / "state", "http://127.0.0.1:2")
        assert kept is not None
        assert addresses(kept)["shoporama"]["key"] == address["shoporama"]["key"]
    finally:
        process.kill()
        process.wait()


def test_a_mail_sent_by_smtp_lands_in_the_mailbox(running: Running):
    host, _, port = running.world.smtp.partition(":")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.dk", "b@x.dk", "Bekræft"
    message.set_content("Følg linket:\n\nhttp://x.dk/account/\n")
    with smtplib.SMTP(host, int(port), timeout=5) as server:
        server.send_message(message)
    kept = running.world.mails[-1]
    assert (kept["to"], kept["subject"]) == ("b@x.dk", "Bekræft")
    assert kept["text"].split() == ["Følg", "linket:", "http://x.dk/account/"]
