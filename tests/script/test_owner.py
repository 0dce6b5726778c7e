"""The owner's way through the pages, with a product and a platform of a few pages on two sites."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from script.lib.books import Economic
from script.lib.owner import Login, Owner
from script.lib.person import Unexpected

pytestmark = [pytest.mark.engine, pytest.mark.enable_socket]

POST = '<form method="post" action="{action}"><input type="hidden" name="csrf" value="c">{fields}</form>'
LOGIN = Login.of({"email": "anna@example.dk", "password": "kode", "business": "Nordlys ApS", "shop": "nordlys"})
SHOP: Any = SimpleNamespace(kind="shoporama", number=4001)
BOOKS = Economic(cast(Any, None), {"agreement": 1_000_001})
SAVE = '<button name="then" value="edit">Gem og rediger videre</button>'


FETCH = POST.format(action="/s/nordlys/finance/mapping/fetch/", fields="")
MAPPING = POST.format(
    action="",
    fields='<input name="version" value="3"><input name="pay:1" value="default"><input name="pay:2" value="">'
    '<button name="same" value="60">Ja, det er den samme</button><button>Gem</button>',
)


NOTE = {"kind": "credit", "order_id": "7", "order_number": "2", "state": "waiting"}


def invoice(number: str, **more: str) -> dict[str, str]:
    return {"kind": "invoice", "order_id": number, "order_number": f"1000{number}", **more}


def mends(name: str) -> str:
    """A cause's form, which has one field."""
    buttons = '<button name="act" value="save">Gem</button><button name="act" value="one">Prøv én</button>'
    return POST.format(action="/s/nordlys/needs-you/mend/", fields=field("cause", f"of-{name}") + field(name) + buttons)


def field(name: str, value: str = "") -> str:
    return f'<input name="{name}" value="{value}">'


class Site(BaseHTTPRequestHandler):
    """Both sites; which address was sent what is kept by the server."""

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        path = urlsplit(self.path).path
        self.server.sent.append((path, dict(parse_qsl(body))))  # type: ignore[attr-defined]
        self._answer(path)

    def _answer(self, path: str) -> None:
        page = self.server.pages.get((self.command, path))  # type: ignore[attr-defined]
        self.send_response(200 if page else 404)
        self.end_headers()
        self.wfile.write((page or "nothing here").encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.sent, server.home = [], f"http://localhost:{server.server_port}/"  # type: ignore[attr-defined]
        server.pages = pages(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def pages(outside: str) -> dict[tuple[str, str], str]:
    shop, books = "/s/nordlys/settings/shop", "/s/nordlys/finance"
    out = f'<a href="/s/nordlys/">Annuller</a><a href="{outside}{{}}?state=x">Videre</a>'
    approve = field("{}") + '<button name="answer" value="approve">Godkend</button>'
    return {
        ("GET", "/sign-in/"): POST.format(action="", fields=field("email") + field("password")),
        ("POST", "/sign-in/"): "in",
        ("GET", f"{shop}/"): POST.format(action=f"{shop}/connect/", fields=field("kind")),
        ("POST", f"{shop}/connect/"): out.format("/login"),
        ("GET", "/login"): POST.format(action="/login", fields=approve.format("shop") + field("access_level", "read")),
        ("POST", "/login"): "back",
        ("GET", f"{books}/connect/"): POST.format(action=f"{books}/connect/", fields=""),
        ("POST", f"{books}/connect/"): out.format("/grant"),
        ("GET", "/grant"): POST.format(action="/grant", fields=approve.format("agreement")),
        ("POST", "/grant"): f'<a href="{books}/connect/read/">Fortsæt</a>',
        ("GET", f"{books}/connect/read/"): "read",
        ("GET", f"{books}/"): POST.format(
            action="", fields=field("version", "3") + field("trigger", "shipment") + SAVE
        ),
        ("POST", f"{books}/"): "saved",
        ("GET", "/s/nordlys/orders/10001/"): POST.format(action="/s/nordlys/orders/10001/confirm/", fields=""),
        ("POST", "/s/nordlys/orders/10001/confirm/"): "thanks",
        ("GET", f"{books}/mapping/"): FETCH + MAPPING,
        ("POST", f"{books}/mapping/"): "saved",
        ("POST", f"{books}/mapping/fetch/"): "asked",
        ("GET", "/s/nordlys/needs-you/"): mends("sku") + mends("pay:60"),
        ("POST", "/s/nordlys/needs-you/mend/"): "on its way",
        ("GET", "/api/shops/nordlys/orders/"): json.dumps({"results": [invoice("8")], "next": "/more"}),
        ("GET", "/more"): json.dumps({"results": [NOTE, invoice("7", state="done")], "next": None}),
    }


def test_the_owner_signs_in_and_connects_on_the_other_site(site: Any) -> None:
    owner = Owner(site.home, LOGIN)
    owner.sign_in()
    owner.connect_shop(SHOP)
    owner.connect_books(BOOKS)
    assert site.sent == [
        ("/sign-in/", {"csrf": "c", "email": "anna@example.dk", "password": "kode"}),
        ("/s/nordlys/settings/shop/connect/", {"csrf": "c", "kind": "shoporama"}),
        ("/login", {"csrf": "c", "shop": "4001", "access_level": "all", "answer": "approve"}),
        ("/s/nordlys/finance/connect/", {"csrf": "c"}),
        ("/grant", {"csrf": "c", "agreement": "1000001", "answer": "approve"}),
    ]
    assert owner.person.page.text == "read"


def test_saving_sends_what_the_page_proposes_and_what_is_changed(site: Any) -> None:
    owner = Owner(site.home, LOGIN)
    assert owner.settings()["trigger"] == "shipment"
    owner.save(trigger="payment")
    assert site.sent == [("/s/nordlys/finance/", {"csrf": "c", "version": "3", "trigger": "payment", "then": "edit"})]
    with pytest.raises(LookupError, match="colour"):
        owner.save(colour="red")


def test_orders_are_read_to_the_last_page_and_the_first_is_confirmed_on_its_own(site: Any) -> None:
    owner = Owner(site.home, LOGIN)
    order: Any = SimpleNamespace(number=7, name="10001", credits=0)
    assert owner.order(order)["state"] == "done"
    assert owner.order(SimpleNamespace(number=9, credits=0)) == {}  # type: ignore[arg-type]
    owner.confirm(order)
    made_here: Any = SimpleNamespace(number=7, name="2", credits=7)
    assert owner.order(made_here)["state"] == "waiting"
    assert owner.order(SimpleNamespace(number=7, name="3", credits=7)) == {}  # type: ignore[arg-type]
    assert site.sent == [("/s/nordlys/orders/10001/confirm/", {"csrf": "c"})]
    with pytest.raises(Unexpected, match="404"):
        owner.read("/gone/")


def test_methods_are_mapped_said_to_be_the_same_and_asked_for_again(site: Any) -> None:
    owner = Owner(site.home, LOGIN)
    owner.map(**{"pay:2": "5820"})
    owner.map("60")
    assert owner.fetch_methods().text == "asked"
    mapping, kept = "/s/nordlys/finance/mapping/", {"csrf": "c", "version": "3", "pay:1": "default"}
    assert site.sent == [
        (mapping, kept | {"pay:2": "5820"}),
        (mapping, kept | {"same": "60"}),
        (f"{mapping}fetch/", {"csrf": "c"}),
    ]


def test_the_cause_that_has_the_field_is_mended(site: Any) -> None:
    Owner(site.home, LOGIN).mend("pay:60", "5820")
    sent = {"csrf": "c", "cause": "of-pay:60", "pay:60": "5820", "act": "save"}
    assert site.sent == [("/s/nordlys/needs-you/mend/", sent)]


def test_books_that_are_never_read_are_said(site: Any) -> None:
    site.pages[("GET", "/s/nordlys/finance/connect/read/")] = '<a href="/s/nordlys/finance/connect/read/">Prøv igen</a>'
    with pytest.raises(Unexpected, match="still not read"):
        Owner(site.home, LOGIN).connect_books(BOOKS)
