"""The outside systems behind the pages: the sandbox's own classes, and a browser that walks between them and us."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from connector.lib.http import Transport
from sandbox.economic import Agreement, Economic
from sandbox.shoporama import Shop as StandInShop
from sandbox.shoporama import Shoporama
from tests.sync.world import BOOKS, SHOP, Now, transport_to
from tests.web.reading import joined

CANARY = "canary"
"""Stands in every key that comes back in an address, so that a leak is found by looking for it."""


@dataclass
class Outside:
    """Both stand-ins, with one agreement and one shop; `sent` are the calls that were made."""

    now: Now = field(default_factory=Now)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.books = Economic(self.now.seconds, app_secret="app-secret", app_public="app-public")
        self.platform = Shoporama(self.now.seconds)
        self.agreement: Agreement = self.books.new_agreement("Nordlys ApS")
        self.shop: StandInShop = self.platform.new_shop("nordlys.dk")

    @property
    def transport(self) -> Transport:
        routes = {f"{SHOP}/REST": self.platform.handle, BOOKS: self.books.handle}
        return transport_to(routes, self.now, self.sent)

    # --- what the outside systems' own pages do --------------------------------------------------------------------
    def granted(self, agreement: Agreement | None = None) -> dict[str, str]:
        """What the books' approve page adds to the return address."""
        return {"token": self.books.grant((agreement or self.agreement).number)}

    def signed_in(self, state: str, shop: StandInShop | None = None, **more: str) -> dict[str, str]:
        """What the shop platform's sign-in adds to the return address."""
        chosen = shop or self.shop
        answer = {
            "token": chosen.new_key("OAuth: Connector").token,
            "shop_url": "https://nordlys.example",
            "shop_name": chosen.name,
            "api_endpoint": "https://attacker.example/REST",
            "webshop_id": str(chosen.webshop_id),
            "access_level": "all",
            "state": state,
        }
        return answer | more


@dataclass
class Browser:
    """Somebody at a browser, who has signed in."""

    client: Client
    slug: str = "nordlys"

    def page(self, path: str, **query: str) -> Any:
        """Open a page of the shop."""
        return self.client.get(f"/s/{self.slug}/{path}", query)

    def send(self, path: str, **fields: Any) -> Any:
        """Send a form of the shop's pages."""
        return self.client.post(f"/s/{self.slug}/{path}", fields)

    def choose_system(self) -> None:
        self.send("settings/systems/", provider="economic", then="edit")

    # --- the books ----------------------------------------------------------------------------------------------------
    def leave_for_books(self) -> str:
        """Press the button; answers the return address (a path) that the provider was given."""
        return path_of(query_of(link_in(self.send("finance/connect/")))["redirectUrl"])

    def return_from_books(self, path: str, answer: dict[str, str]) -> Any:
        """Come back, and let the page read the books."""
        back = self.client.get(f"{path}?{urlencode(answer)}")
        self.page("finance/connect/read/")
        return back

    def connect_books(self, outside: Outside) -> None:
        """The whole way, without a hitch."""
        self.choose_system()
        self.return_from_books(self.leave_for_books(), outside.granted())

    # --- the shop -------------------------------------------------------------------------------------------
    def leave_for_shop(self) -> str:
        """Press the button; answers the state that the platform was given."""
        return query_of(link_in(self.send("settings/shop/connect/", kind="shoporama")))["state"]

    def return_from_shop(self, answer: dict[str, str]) -> Any:
        return self.client.get(f"/connect/shop/shoporama/?{urlencode(answer)}")

    def connect_shop(self, outside: Outside) -> None:
        """The whole way, without a hitch."""
        self.return_from_shop(outside.signed_in(self.leave_for_shop()))
        self.page("settings/shop/subscribe/")


def text_of(answer: Any) -> str:
    """The words of a page, without its tags."""
    words = re.sub(r"<[^>]+>", " ", joined(answer.content.decode()))
    return " ".join(html.unescape(words).replace("\xa0", " ").split())


def link_in(answer: Any) -> str:
    """The button-like link of a page that leads on to an outside system."""
    found = re.search(r'<a class="button main" href="([^"]+)"', answer.content.decode())
    assert found, text_of(answer)
    return html.unescape(found[1])


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def path_of(url: str) -> str:
    return urlsplit(url).path
