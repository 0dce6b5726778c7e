"""What a webhook delivery says.

Its shape is open (section 5), so it is only a hint: the order is fetched before anything is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shops.adapters.shoporama.values import first, text, whole_id
from shops.base import Event

LARGEST_BODY = 1024 * 1024

TOPICS = ("order_created", "paid", "new_status", "new_return")
"""The events that concern orders and are asked for (section 5)."""

_ORDER_TOPICS = frozenset({"order_created", "paid", "new_status", "order_withdrawn", ""})
"""Events whose bare `id` can only be the order's; an unnamed event may be one."""

_TOPIC_HEADERS = ("event", "topic")
_DELIVERY_HEADERS = ("delivery", "delivery-id")
"""Not `webhook-id`, which may well be the same in every delivery of one webhook."""
_TOPIC_KEYS = ("event", "topic", "type", "event_name")
_DELIVERY_KEYS = ("delivery_id", "webhook_delivery_id")
_WRAPPERS = ("order", "data", "payload", "object")
_LONGEST_TOPIC = 60
_LONGEST_DELIVERY = 150


def read(headers: Mapping[str, str], body: bytes) -> Event:
    """Topic, order and delivery as far as the delivery names them; an empty body names none.

    Raises ValueError for a body that is too long or is not JSON.
    """
    document = _document(body)
    own = document if isinstance(document, dict) else {}
    topic = text(_header(headers, _TOPIC_HEADERS) or first(own, _TOPIC_KEYS))[:_LONGEST_TOPIC]
    delivery = text(_header(headers, _DELIVERY_HEADERS) or first(own, _DELIVERY_KEYS))[:_LONGEST_DELIVERY]
    return Event(topic=topic, order_id=_order_id(document, topic), delivery_id=delivery)


def _document(body: bytes) -> Any:
    if len(body) > LARGEST_BODY:
        raise ValueError("the delivery is too long")
    if not body.strip():
        return None
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("the delivery is nested too deep") from error
    return found[0] if isinstance(found, list) and found else found


def _header(headers: Mapping[str, str], endings: tuple[str, ...]) -> str:
    """The value of `x-<vendor>-<ending>` or `x-<ending>`: the headers' names are open (section 5)."""
    for ending in endings:
        for name, value in headers.items():
            if name.startswith("x-") and name.endswith(f"-{ending}"):
                return value
    return ""


def _order_id(document: Any, topic: str) -> str:
    names = ("order_id", "id") if topic in _ORDER_TOPICS else ("order_id",)
    if not isinstance(document, dict):
        return whole_id(document) if topic in _ORDER_TOPICS else ""
    return next((found for record in _records(document) if (found := whole_id(first(record, names)))), "")


def _records(document: Mapping[str, Any], depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """The object itself and what it wraps, the outer first."""
    yield document
    for name in _WRAPPERS:
        inner = document.get(name)
        if isinstance(inner, dict) and depth:
            yield from _records(inner, depth - 1)
