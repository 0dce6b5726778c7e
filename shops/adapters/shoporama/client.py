"""Shoporama's REST interface: one method per call, HTTP and nothing else.

Docs: https://www.shoporama.dk/en/article/rest-api. The full reference is not public; what answers look like was
gathered from the sources that the fact sheet names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from connector.core.errors import NeedsSetup, OutcomeUnknown, Rejected, Temporary
from connector.lib.http import Answer, Http, raise_for_trouble, retry_after
from shops.adapters.shoporama.values import first

JSON = dict[str, Any]
PAGE = 100
"""Rows a page; clients that run today ask for as many (section 2)."""

AUTH_FORMS = ("Bearer", "Shoporama", "bare")
"""Old and new documentation differ, and clients of 2025 use both (section 1)."""

WEBHOOK_ID = ("webhook_id", "id")

_LIMIT_WORDS = ("limit", "used up", "quota", "opbrugt", "too many")
_SAID = 200
"""Characters of an error's own words that are kept."""


@dataclass
class Key:
    """The key to one shop, and the form of Authorization in which the platform takes it; empty while unknown."""

    token: str = field(repr=False)
    form: str = ""
    tried: str = AUTH_FORMS[0]

    def headers(self) -> dict[str, str]:
        """What opens the shop; the platform asks for a User-Agent that tells who calls (section 1)."""
        form = self.form or self.tried
        value = self.token if form == "bare" else f"{form} {self.token}"
        return {"Authorization": value, "User-Agent": "Connector"}

    def try_next(self) -> bool:
        """Go on to the next form; False when there is none left or the right one is known."""
        rest = AUTH_FORMS[AUTH_FORMS.index(self.tried) + 1 :]
        if self.form or not rest:
            return False
        self.tried = rest[0]
        return True

    def remember(self) -> None:
        """The form just tried was taken."""
        self.form = self.form or self.tried


@dataclass(frozen=True)
class Page:
    """Some rows of a list. `total` counts the whole list; None where the answer does not say."""

    rows: list[JSON]
    total: int | None = None


class Client:
    """Speaks to one shop. Raises the classes of `connector.core.errors`; no answer is ever repeated in one."""

    def __init__(self, http: Http, key: Key, label: str = "Shoporama") -> None:
        self.http = http
        self.key = key
        self.label = label

    def order(self, order_id: str) -> Any:
        """One order, bare; also taken when wrapped in `order`.

        Raises Rejected("order-gone") when it was deleted: a deleted product answers 410, or a text `410 Gone`
        (section 1).
        """
        answer = self._ask("GET", f"/order/{quote(order_id, safe='')}")
        if answer.status in (404, 410) or answer.body.strip(b' "\r\n') == b"410 Gone":
            raise Rejected("order-gone", order=order_id)
        found = self._read("GET", answer)
        inner = found.get("order") if isinstance(found, dict) else None
        return inner if isinstance(inner, dict) else found

    def orders(self, last_modified: str, offset: int, limit: int = PAGE) -> Page:
        """Orders changed since `last_modified` (`YYYY-MM-DDTHH:MM:SS`, local).

        `last_modified` is a general parameter of lists; whether `/order` honours it is open (section 2).
        """
        query = {"limit": str(limit), "offset": str(offset), "last_modified": last_modified}
        return _page(self._json("GET", "/order", query=query), "orders")

    def countries(self) -> list[JSON]:
        """The countries that orders point to by id; a bare list (section 4)."""
        return _page(self._json("GET", "/country"), "countries").rows

    def payment_gateways(self) -> list[JSON]:
        """The payment methods. The resource is named by the documentation, its rows are not shown (section 2)."""
        return _page(self._json("GET", "/payment-gateway", query={"limit": str(PAGE)}), "payment_gateways").rows

    def shippings(self) -> list[JSON]:
        """The ways of sending; a bare list (section 2)."""
        return _page(self._json("GET", "/shipping", query={"limit": str(PAGE)}), "shippings").rows

    def returns(self, last_modified: str) -> list[JSON]:
        """Returns changed since `last_modified`, a page at most. Neither its rows nor its filter are shown anywhere;
        that the resource is there, is (sections 2 and 4)."""
        query = {"limit": str(PAGE), "last_modified": last_modified}
        return _page(self._json("GET", "/order-return", query=query), "order_returns").rows

    def order_return(self, return_id: str) -> list[JSON]:
        """One return, as the one row of a list."""
        return _page(self._json("GET", f"/order-return/{quote(return_id, safe='')}"), "order_returns").rows

    def webhooks(self) -> list[JSON]:
        """The registered webhooks. Docs: https://www.shoporama.dk/en/article/webhooks"""
        return _page(self._json("GET", "/webhook", query={"limit": str(PAGE)}), "webhooks").rows

    def create_webhook(self, topic: str, url: str) -> list[JSON]:
        """Register `url` for one event and return what was made.

        Whether the event goes alone or in a list is open (section 5): the list is tried when the other is refused.
        """
        answer = self._ask("POST", "/webhook", body={"url": url, "event": topic})
        if answer.status in (400, 422):
            answer = self._ask("POST", "/webhook", body={"url": url, "events": [topic]})
        made = _page(self._read("POST", answer), "webhooks").rows
        if not any(first(row, WEBHOOK_ID) for row in made):
            raise Rejected("unexpected", detail=f"no webhook was made: {self._said(answer)}")
        return made

    def delete_webhook(self, webhook_id: str) -> None:
        """Take one of ours off; one that is already gone is as good."""
        answer = self._ask("DELETE", f"/webhook/{quote(webhook_id, safe='')}")
        if answer.status not in (404, 410):
            self._require_ok(answer)

    # --- one request --------------------------------------------------------------------------------------------------
    def _json(self, method: str, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self._read(method, self._ask(method, path, query=query))

    def _ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: JSON | None = None
    ) -> Answer:
        """Send once; during set-up again in the next form of Authorization when the first is refused."""
        content = None if body is None else json.dumps(body).encode()
        answer = self.http.send(method, path, query=query, body=content)
        if answer.status == 401 and self.key.try_next():
            return self._ask(method, path, query=query, body=body)
        self._raise_for_access(answer)
        if answer.ok:
            self.key.remember()
        raise_for_trouble(method, answer)
        return answer

    def _raise_for_access(self, answer: Answer) -> None:
        """The statuses at a used-up day are open (section 1): 429 is assumed, a 403 that speaks of it is taken too."""
        said = self._said(answer).casefold()
        is_used_up = answer.status == 403 and any(word in said for word in _LIMIT_WORDS)
        if answer.status == 429 or is_used_up:
            raise Temporary("shop-budget-used", retry_after=retry_after(answer), shop=self.label)
        if answer.status == 401:
            raise NeedsSetup("shop-key-refused", shop=self.label)
        if answer.status == 403:
            raise NeedsSetup("shop-right-missing", shop=self.label)

    def _read(self, method: str, answer: Answer) -> Any:
        """The JSON of an answer, its fractions as Decimals: no amount ever passes through a float."""
        self._require_ok(answer)
        try:
            return json.loads(answer.body, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            if method == "GET":
                raise Temporary("provider-down", detail="the answer is not JSON") from error
            raise OutcomeUnknown(detail="the answer is not JSON") from error

    def _require_ok(self, answer: Answer) -> None:
        if not answer.ok:
            raise Rejected("unexpected", detail=f"{answer.status} {self._said(answer)}".strip())

    def _said(self, answer: Answer) -> str:
        """An error's own words: `{"error"}`, `{"message"}` or plain text (section 1), without the key."""
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = answer.body.decode(errors="replace")
        if isinstance(found, dict):
            found = found.get("error") or found.get("message") or ""
        return str(found).replace(self.key.token or "…", "…")[:_SAID]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _page(found: Any, plural: str) -> Page:
    """A list wrapped under its plural with `paging`, or bare, or one row alone: any resource may be either (2)."""
    if isinstance(found, list):
        return Page([row for row in found if isinstance(row, dict)])
    if not isinstance(found, dict):
        return Page([])
    rows = found.get(plural, found.get("data"))
    paging = found.get("paging")
    total = paging.get("total") if isinstance(paging, dict) else None
    if isinstance(rows, list):
        return Page([row for row in rows if isinstance(row, dict)], total if isinstance(total, int) else None)
    inner = found.get(plural.removesuffix("s"), found)
    return Page([inner] if isinstance(inner, dict) else [])
