"""Webhooks: what is delivered where, signed how. Sending is the server's (sandbox/sender.py)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.shoporama import assumed
from sandbox.shoporama.places import local

EVENTS = (
    *("order_created", "paid", "new_status", "new_return", "order_withdrawn", "product", "stock", "category"),
    *("customer_created", "newsletter_subscribe", "add_to_basket", "update_basket", "view_basket", "view_address"),
    *("view_shipping", "view_approve", "view_thankyou"),
)
"""The documented events (fact sheet, section 5)."""
SIGNED_STYLES = ("sha256-hex", "sha256-base64", "sha256-prefixed", "sha1-hex", "sha1-base64", "sha1-prefixed")
"""How a signature may be made and written; which one is real is open (section 5)."""


@dataclass
class Webhook:
    """One registered address for one event, with its own secret."""

    webhook_id: int
    url: str
    event: str
    secret: str
    created_at: float

    def document(self, *, show_secret: bool) -> dict[str, Any]:
        """The webhook as /webhook answers it."""
        values = {"id": self.webhook_id, "url": self.url, "event": self.event, "created": local(self.created_at)}
        if show_secret:
            values["secret"] = self.secret
        return {assumed.key(assumed.WEBHOOK, name): value for name, value in values.items()}


@dataclass
class Delivery:
    """One request to a receiver, and what came of it. Times are seconds since the epoch."""

    number: int
    webshop_id: int
    webhook_id: int
    url: str
    event: str
    order_id: int | None
    body: bytes
    headers: Mapping[str, str]
    wait: float = 0
    tries: int = 1
    retry_seconds: float = 2
    log: list[dict[str, Any]] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """The delivery's row in the log: every try with its time, status (None: no answer) and duration."""
        return {
            "delivery": self.number,
            "webhook": self.webhook_id,
            "url": self.url,
            "event": self.event,
            "order": self.order_id,
            "tries": self.log,
            "answered": any(200 <= (entry["status"] or 0) < 300 for entry in self.log),
        }


def body(event: str, webshop_id: int, order: Mapping[str, Any] | None, order_id: int | None, form: str) -> bytes:
    """A delivery's body in one of the three forms: thin, full, empty."""
    if form == "empty":
        return b""
    values: dict[str, Any] = {"event": event, "shop": webshop_id}
    if form == "full":
        values["order"] = order
    elif order_id is not None:
        values["order_id"] = order_id
    document = {assumed.key(assumed.DELIVERY, name): value for name, value in values.items()}
    return json.dumps(document, ensure_ascii=False).encode()


def headers(hook: Webhook, content: bytes, number: int, switches: Mapping[str, Any]) -> dict[str, str]:
    """A delivery's headers: content type, and what the switches ask for."""
    sent = {"Content-Type": "application/json", "User-Agent": "Shoporama-Webhook"}
    if switches["signature"] != "none":
        sent[switches["signature_header"]] = sign(hook.secret, content, switches["signature"])
    if switches["webhook_event_header"]:
        sent[assumed.key(assumed.DELIVERY, "event_header")] = hook.event
    if switches["webhook_delivery_header"]:
        sent[assumed.key(assumed.DELIVERY, "delivery_header")] = str(number)
    return sent


def sign(secret: str, content: bytes, style: str) -> str:
    """The HMAC of the raw body: `sha256-hex`, `sha256-base64`, `sha256-prefixed` ("sha256=<hex>"), or with sha1."""
    algorithm, _, encoding = style.partition("-")
    digest = hmac.new(secret.encode(), content, getattr(hashlib, algorithm)).digest()
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    return (f"{algorithm}=" if encoding == "prefixed" else "") + digest.hex()
