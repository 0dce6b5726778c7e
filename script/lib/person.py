"""A person at a browser without JavaScript: opens pages, follows links, sends forms."""

from __future__ import annotations

from urllib.parse import urljoin

import requests

from script.lib.page import Form, Page

SECONDS = 60
SEE_OTHER = 303


class Unexpected(Exception):
    """A page was not what the person had to expect; the message has the page's own words."""


class Person:
    """One browser session, beginning at `home`. Cookies are kept for each host, as a browser does."""

    def __init__(self, home: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        # A connection that is kept open may be closed by the other side in the moment in which it is used again.
        self._session.headers["Connection"] = "close"
        self.home = home
        self.page = Page(home, 0, "")

    def open(self, address: str) -> Page:
        """Go to an address, relative to the page that is open. Raises Unexpected for 4xx and 5xx."""
        return self._arrive(self._session.get(self._from_here(address), timeout=SECONDS))

    def look(self, address: str) -> Page:
        """Go to an address and take any status."""
        return self._show(self._session.get(self._from_here(address), timeout=SECONDS))

    def fetch(self, address: str) -> str:
        """What a program reads at an address: its text; the open page stays open. Raises Unexpected for 4xx and 5xx."""
        answer = self._session.get(self._from_here(address), timeout=SECONDS)
        if not answer.ok:
            raise Unexpected(f"GET {address}: {answer.status_code} {answer.text[:400]}")
        return answer.text

    def follow(self, words: str = "", *, to: str = "") -> Page:
        """Click a link of the open page."""
        return self.open(self.page.link(words, to=to))

    def send(self, form: Form, button: str | None = None, **values: object) -> Page:
        """Fill in a form of the open page and send it. Raises Unexpected for 4xx and 5xx."""
        return self._send(form, form.action, form.filled(values, button))

    def send_by(self, form: Form, button: str, **values: object) -> Page:
        """The same with a button that has an address of its own, with `button` in it."""
        return self._send(form, form.action_of(button), form.filled(values))

    def _send(self, form: Form, action: str, fields: list[tuple[str, str]]) -> Page:
        address = self._from_here(action or self.page.url)
        if form.method == "GET":
            return self._arrive(self._session.get(address, params=fields, timeout=SECONDS))
        # Browsers say where a form was; Django asks for it.
        headers = {"Referer": self.page.url, "Origin": "/".join(self.page.url.split("/")[:3])}
        return self._arrive(self._session.post(address, data=fields, headers=headers, timeout=SECONDS))

    def send_across(self, form: Form) -> Page:
        """Send the open page's form to another site, which gets no cookies with it, and go where that leads.

        A cookie of SameSite=Lax stays behind when another site posts (RFC 6265bis, 5.6.7.1), and is there again when
        the answer leads on by GET.
        """
        address = self._from_here(form.action)
        headers = {"Origin": "/".join(self.page.url.split("/")[:3]), "Connection": "close"}
        request = requests.Request("POST", address, data=form.filled({}), headers=headers)
        answer = self._session.send(request.prepare(), timeout=SECONDS, allow_redirects=False)
        if answer.status_code != SEE_OTHER:
            return self._arrive(answer)
        return self._arrive(self._session.get(urljoin(address, answer.headers["Location"]), timeout=SECONDS))

    def twin(self) -> Person:
        """Another window of the same browser, at the same page."""
        other = Person(self.home)
        other._session.cookies.update(self._session.cookies)
        other.page = self.page
        return other

    def _from_here(self, address: str) -> str:
        return urljoin(self.page.url, address)

    def _arrive(self, answer: requests.Response) -> Page:
        page = self._show(answer)
        if page.status >= 400:
            raise Unexpected(f"{answer.request.method} {page}")
        return page

    def _show(self, answer: requests.Response) -> Page:
        answer.encoding = "utf-8"
        self.page = Page(answer.url, answer.status_code, answer.text)
        return self.page
