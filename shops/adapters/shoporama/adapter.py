"""Shoporama as a shop platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from connector.core.errors import NeedsSetup, Rejected
from connector.core.order import Method, Order
from connector.lib import signing
from connector.lib.http import Http, Transport
from shops.adapters.shoporama import changes, credits, deliveries, fields, parse, places
from shops.adapters.shoporama.client import WEBHOOK_ID, Client, Key
from shops.adapters.shoporama.deliveries import TOPICS
from shops.adapters.shoporama.values import first, text, whole_id
from shops.base import (
    JSON,
    ChangedPart,
    Event,
    Fetched,
    Methods,
    Proof,
    ShopAdapter,
    ShopCapabilities,
    ShopSettings,
    SignedIn,
    Subscription,
    Verdict,
)

_TOPIC_KEYS = ("event", "topic", "type")
_TOKEN = re.compile(r"[!-~]{8,200}")
"""The documented keys are 32 hex digits; what matters is that nothing can break out of a header."""
_WEBSHOP_ID = re.compile(r"[0-9]{1,12}")


class Shoporama(ShopAdapter):
    """One shop on Shoporama. Talks only when asked; holds nothing but the country table between calls."""

    kind = parse.KIND
    label = "Shoporama"
    # The limit is the platform's default per key (section 1). A credit note moves no money and no answer tells of a
    # refund, which is made at the gateway (section 4).
    capabilities = ShopCapabilities(registers_webhooks=True, daily_calls=1000)

    def __init__(self, settings: ShopSettings, token: str, transport: Transport, base: str) -> None:
        self.settings = settings
        key = Key(token, settings.auth_form)
        self.http = Http(base, key.headers, transport)
        self.client = Client(self.http, key, self.label)
        self._countries: dict[str, str] | None = None

    @classmethod
    def build(cls, config: Mapping[str, str], shop: ShopSettings, token: str, transport: Transport) -> Self:
        """An adapter for one shop; `config["api_url"]` is the address that every shop shares."""
        return cls(shop, token, transport, config["api_url"])

    @property
    def auth_form(self) -> str:
        """The form of Authorization that the platform took, to be remembered with the shop; empty before any answer."""
        return self.client.key.form

    @property
    def calls(self) -> list[JSON]:
        return self.http.trace.calls

    # --- sign-in ------------------------------------------------------------------------------------------------------
    @classmethod
    def sign_in_url(cls, config: Mapping[str, str], return_url: str, state: str) -> str:
        """Docs: https://www.shoporama.dk/en/oauth-guide. `client_id` is nothing but the name shown to the owner."""
        query = {"client_id": config["app_name"], "redirect_uri": return_url, "state": state}
        return f"{config['oauth_url']}?{urlencode(query)}"

    @classmethod
    def signed_in(cls, query: Mapping[str, str]) -> SignedIn | None:
        """What the browser brought back. It brings an `api_endpoint` too, which is anybody's to write: not read."""
        token, platform_id = query.get("token", ""), query.get("webshop_id", "")
        if not _TOKEN.fullmatch(token) or not _WEBSHOP_ID.fullmatch(platform_id):
            return None
        return SignedIn(
            token=token,
            platform_id=str(int(platform_id)),
            name=text(query.get("shop_name")),
            url=_address(query.get("shop_url", "")),
            can_write=query.get("access_level") in ("write", "all"),
        )

    # --- receiving ----------------------------------------------------------------------------------------------------
    def verify(self, headers: Mapping[str, str], body: bytes) -> Proof:
        """By the pinned form where there is one; else by trying every usual form, since none is documented (5)."""
        pinned = self.settings.signing_form
        if pinned:
            is_genuine = signing.proves(pinned, headers, body, self.settings.secrets)
            return Proof(Verdict.GENUINE, pinned) if is_genuine else Proof(Verdict.FORGED)
        form = signing.find_form(headers, body, self.settings.secrets)
        return Proof(Verdict.GENUINE, form) if form else Proof(Verdict.UNPROVEN)

    def read(self, headers: Mapping[str, str], body: bytes) -> Event:
        return deliveries.read(headers, body)

    # --- asking -------------------------------------------------------------------------------------------------------
    def subscribe(self, url: str) -> list[Subscription]:
        """Register what is missing; nothing but webhooks that lead to `url` is ever taken off.

        Every webhook has its own secret, and which answers show it is open (section 5). Where the list does not, ours
        are made anew, so that what is returned always holds every secret that can be known: the answer that makes a
        webhook is the likeliest to show it. A secret is empty where no answer does.
        """
        found = _subscriptions([row for row in self.client.webhooks() if row.get("url") == url])
        kept = found if all(known.secret for known in found) else []
        have = {known.topic for known in kept}
        made = self._create([topic for topic in TOPICS if topic not in have], url)
        # Only now, so that at every moment some webhook leads to us.
        for known in found[len(kept) :]:
            self.client.delete_webhook(known.id)
        return kept + made

    def _create(self, topics: Iterable[str], url: str) -> list[Subscription]:
        return [made for topic in topics for made in _subscriptions(self.client.create_webhook(topic, url), topic)]

    def order(self, order_id: str) -> Fetched:
        if not whole_id(order_id):
            # Listed under an id that is none: there is no address to ask.
            raise Rejected("order-unreadable")
        raw = self.client.order(order_id)
        known = self.countries() if parse.needs_countries(raw) else {}
        readings = parse.read_order(raw, self.settings, known, order_id)
        return Fetched(raw, self._linked(raw, readings))

    def _linked(self, raw: JSON, readings: list[Order]) -> list[Order]:
        """A credit note that does not name its order (section 4 leaves open how it would) may be named by its return.

        That costs one call more, for such notes alone.
        """
        note = readings[0]
        if not note.is_credit or note.credits:
            return readings
        return_id = credits.return_of(raw)
        found = credits.told_by_returns(self._returns(return_id, note.placed_at), note.id, return_id)
        return [replace(order, credits=found) for order in readings]

    def _returns(self, return_id: str, since: datetime) -> list[JSON]:
        """The return of that id, else what was returned since; none where the key may not see them: a note whose order
        is unknown is still a note."""
        try:
            if return_id:
                return self.client.order_return(return_id)
            return self.client.returns(changes.asked_from(since))
        except Rejected:
            return []
        except NeedsSetup as stop:
            if stop.code != "shop-right-missing":
                raise
            return []

    def methods(self) -> Methods:
        return Methods(
            payment=_methods(self.client.payment_gateways(), fields.METHOD_ID),
            shipping=_methods(self.client.shippings(), fields.SHIPPING_ID),
        )

    def countries(self) -> dict[str, str]:
        """The shop's country ids → ISO codes, asked for once."""
        if self._countries is None:
            self._countries = places.table(self.client.countries())
        return self._countries

    def changed_parts(self, moment: datetime, place: JSON | None = None) -> Iterator[ChangedPart]:
        since = changes.asked_from(moment)
        return changes.changed(lambda offset: self.client.orders(since, offset), moment, place)


def _subscriptions(rows: list[dict[str, Any]], topic: str = "") -> list[Subscription]:
    """Webhooks as the platform writes them; one row may stand for several events."""
    found = []
    for row in rows:
        events = row.get("events")
        topics = events if isinstance(events, list) else [first(row, _TOPIC_KEYS) or topic]
        about = text(first(row, WEBHOOK_ID)), text(row.get("secret"))
        found += [Subscription(id=about[0], topic=text(name), secret=about[1]) for name in topics]
    return found


def _methods(rows: list[dict[str, Any]], ids: tuple[str, ...]) -> list[Method]:
    """The rows that have an id; one without a name is called by its id."""
    found = [(text(first(row, (*ids, "id"))), text(first(row, fields.NAME))) for row in rows]
    return [Method(number, name or number) for number, name in found if number]


def _address(said: str) -> str:
    """The shop's own address, for a link to it; empty when it is no web address."""
    return said if said.startswith(("http://", "https://")) else ""
