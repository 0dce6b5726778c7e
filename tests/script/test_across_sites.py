"""What a browser keeps to itself when one site's form is posted to another, and what it brings when it is led back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from script.lib.person import Person, Unexpected

pytestmark = [pytest.mark.engine, pytest.mark.enable_socket]

FORM = (
    '<form method="post" action="{home}back"><input type="hidden" name="code" value="c"><button>Fortsæt</button></form>'
)


class Site(BaseHTTPRequestHandler):
    """A product that gives a cookie and is posted to, and the outside page whose form does that."""

    def do_GET(self) -> None:
        pages = {"/": "home", "/outside": FORM.format(home=self.server.home), "/in": "in"}  # type: ignore[attr-defined]
        self._answer(200, pages[self.path])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.server.status, "refused")  # type: ignore[attr-defined]

    def _answer(self, status: int, text: str) -> None:
        self.server.seen.append((self.path, self.headers["Cookie"]))  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Set-Cookie", "session=mine; Path=/")
        self.send_header("Location", "/in")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.seen, server.status = [], 303  # type: ignore[attr-defined]
        server.home = f"http://127.0.0.1:{server.server_port}/"  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def at_the_outside_page(site: Any) -> Person:
    person = Person(site.home)
    person.open("/")
    person.open("/outside")
    site.seen.clear()
    return person


def test_cookies_stay_behind_when_another_site_posts_and_come_with_what_follows(site: Any) -> None:
    person = at_the_outside_page(site)
    [form] = person.page.forms()
    assert person.send_across(form).text == "in"
    assert site.seen == [("/back", None), ("/in", "session=mine")]


def test_what_is_posted_across_and_refused_is_said(site: Any) -> None:
    person, site.status = at_the_outside_page(site), 400
    with pytest.raises(Unexpected, match="400"):
        person.send_across(person.page.form("back"))


def test_another_window_has_the_same_cookies_and_its_own_page(site: Any) -> None:
    person = at_the_outside_page(site)
    other = person.twin()
    other.open("/in")
    assert site.seen == [("/in", "session=mine")]
    assert person.page.url.endswith("/outside")
