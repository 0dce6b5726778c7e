"""No address but a public https one is called, whatever it is written as and whatever the name server says."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.core.errors import OutcomeUnknown, Rejected, Stop, Temporary
from connector.lib import outbound
from connector.lib.http import Network
from connector.lib.outbound import Refused, is_public, parse_allowed
from tests.lib.raw_server import says, serving

pytestmark = pytest.mark.unit

INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.170",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
    "2001::7f00:1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
PUBLIC = [
    "1.1.1.1",
    "87.54.1.9",
    "100.128.0.1",
    "2a02:aa::1",
    "2606:4700:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_outside_address_is_public(address: str) -> None:
    assert is_public(address)


# --- what is called -----------------------------------------------------------------------------------------------
@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The addresses to which a connection was tried; none is made."""
    tried: list[Any] = []

    class Line(socket.socket):
        def connect(self, address: Any) -> None:
            tried.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(outbound.socket, "socket", Line)
    return tried


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fd00:ec2::254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://10.0.0.8:8443/",
        "https://shop.example@127.0.0.1/",
        "https://127.0.0.1#shop.example/",
        "https://127.0.0.1\\@shop.example/",
        "https://①②⑦.⓪.⓪.①/",
    ],
)
def test_no_byte_goes_to_an_inside_address(url: str, connected: list[Any]) -> None:
    with pytest.raises(Stop) as caught:
        Network()("POST", url, {}, b"{}")
    assert connected == []
    # Nothing was sent, and it must not look as if something might have been.
    assert not isinstance(caught.value, OutcomeUnknown)


@pytest.mark.parametrize("url", ["http://1.1.1.1/", "http://shop.example:443/", "http://1.1.1.1:8080/"])
def test_nothing_goes_out_in_clear(url: str, connected: list[Any]) -> None:
    with pytest.raises(Rejected, match="not https"):
        Network()("GET", url, {}, None)
    assert connected == []


@pytest.mark.parametrize("url", ["ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/", "unix:///run/x"])
def test_no_other_scheme_is_spoken(url: str, connected: list[Any]) -> None:
    with pytest.raises(Stop):
        Network()("GET", url, {}, None)
    assert connected == []


def names(*answers: list[str]) -> Callable[..., list[Any]]:
    """A name server that gives these answers, one after the other; the last one for ever."""
    left = list(answers)

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        kinds = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in found]
        return [(kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in zip(kinds, found, strict=True)]

    return getaddrinfo


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.5", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused(
    inside: str, connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound.socket, "getaddrinfo", names([inside]))
    with pytest.raises(Rejected, match="no public address"):
        Network()("GET", "https://shop.example/", {}, None)
    assert connected == []


def test_a_name_that_changes_its_answer_gains_nothing(connected: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    # Looked up once: the address that was judged is the one that is connected to.
    monkeypatch.setattr(outbound.socket, "getaddrinfo", names(["1.1.1.1"], ["127.0.0.1"]))
    network = Network()
    with pytest.raises(Temporary):
        network("GET", "https://shop.example/", {}, None)
    assert connected == [("1.1.1.1", 443)]
    with pytest.raises(Rejected):
        network("GET", "https://shop.example/", {}, None)
    assert len(connected) == 1


def test_only_the_public_ones_of_several_addresses_are_tried(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound.socket, "getaddrinfo", names(["127.0.0.1", "1.1.1.1", "::1", "8.8.8.8"]))
    with pytest.raises(Temporary):
        Network()("GET", "https://shop.example/", {}, None)
    assert [address[0] for address in connected] == ["1.1.1.1", "8.8.8.8"]


def test_a_redirect_inside_is_not_followed(connected: list[Any]) -> None:
    with pytest.raises(Refused):
        outbound.connect("127.0.0.1", 443, 1.0, allowed=False)
    assert connected == []


# --- what the operator lists --------------------------------------------------------------------------------------
def test_a_listed_address_is_called() -> None:
    with serving(says(OK)) as server:
        assert Network(server.allowed)("GET", server.url, {}, None).ok


def test_exactly_the_listed_host_and_port_are_relaxed() -> None:
    with serving(says(OK)) as server, serving(says(OK)) as other:
        network = Network(server.allowed)
        for url in (other.url, f"http://localhost:{server.port}", f"http://[::1]:{server.port}"):
            with pytest.raises(Rejected):
                network("GET", url, {}, None)
        assert network("GET", server.url, {}, None).ok
    assert (len(server.requests), other.requests) == (1, [])


def test_a_listed_name_may_lead_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(OK)) as server:
        monkeypatch.setattr(outbound.socket, "getaddrinfo", names(["127.0.0.1"]))
        listed = parse_allowed([f"sandbox:{server.port}"])
        assert Network(listed)("GET", f"http://sandbox:{server.port}/", {}, None).ok
        with pytest.raises(Rejected):
            Network(listed)("GET", f"http://sandbox.shop.example:{server.port}/", {}, None)


def test_the_list_is_read() -> None:
    assert parse_allowed(["127.0.0.1:8100", "sandbox:80"]) == {("127.0.0.1", 8100), ("sandbox", 80)}
    assert parse_allowed([]) == frozenset()


@pytest.mark.parametrize(
    "entry", ["", "localhost", ":80", "localhost:", "localhost:http", "http://localhost", "*", "h:-1"]
)
def test_a_list_that_cannot_be_read_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="OUTBOUND_ALLOW"):
        parse_allowed([entry])
