"""An example for every reason: the names and figures with which its page tells what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from accounting.registry import PROVIDERS
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.catalogue.reason import Reason
from connector.web.frame.reasons import Explanation, explain_code, names_in
from shops.models import Shop

PROVIDER = next(iter(PROVIDERS))
"""The books of the example shop."""
_OF_ANY: Mapping[str, str] = {
    "account": "5825",
    "action": "book",
    "amount": "49.00",
    "books_rate": "25",
    "books_value": "388.00",
    "booked": "437.00",
    "buyer": "Test Kunde",
    "country": "FI",
    "credited": "99.00",
    "currency": "SEK",
    "customer": "501",
    "date": "2026-11-20",
    "difference": "10.00",
    "email": "kunde@example.dk",
    "fact": "name",
    "fee": "shipping",
    "field": "layout",
    "gateway": "QuickPay",
    "group": "1 Varer",
    "invoice": "20231",
    "item": "KOP-7",
    "lines": "427.00",
    "max": "25",
    "method": "MobilePay",
    "minutes": "5",
    "n": "3",
    "name": "Kop, blå",
    "new": "60",
    "note": "88",
    "now": "388.00",
    "number": "DE123456789",
    "old": "48",
    "open": "2026-12-01",
    "order": "10020",
    "org": "Nordlys Holding ApS",
    "paid": "437.00",
    "period": "2026-11",
    "plan": "e-conomic Start",
    "plans": "Plus",
    "rate": "25.5",
    "ref": "4711",
    "remainder": "338.00",
    "shop_rate": "25.5",
    "shop_value": "437.00",
    "since": datetime(2026, 11, 20, 10, 2, tzinfo=UTC).isoformat(),
    "situation": "eu_consumer",
    "sku": "KOP-7",
    "start": "2026-11-01",
    "switch": "orders",
    "term": "Netto 8 dage",
    "total": "437.00",
    "trigger": "shipment",
    "usual": "8",
    "where": "e-conomic",
    "year": "2027",
}
_OF_ONE: Mapping[str, Mapping[str, str]] = {
    "draft-differs": {"fact": "gross"},
    "nothing-to-book": {"fact": "cancelled"},
    "email-missing": {"fact": "email"},
    "amount-unread": {"field": "surcharge"},
    "choice-gone": {"name": "19 Standard"},
    "other-company": {"old": "Nordlys ApS", "new": "Andet ApS"},
    "vat-off": {"lines": "85.40", "paid": "87.40", "difference": "2.00"},
    "volume-low": {"weekday": "Friday", "usual": "40"},
    "vat-item-off": {"books_rate": "0"},
    "vat-account-off": {"books_rate": "0", "account": "1010"},
    "sales-account-missing": {"field": "sales_domestic"},
    "credit-item-missing": {"field": "credit_item"},
    "credit-draft-differs": {"fact": "gross"},
    "credit-original-unknown": {"order": "10024"},
    "credit-changed": {"order": "10024", "now": "398.00"},
}
"""What another reason needs to be a sensible example."""


def example(code: str) -> Explanation:
    """The reason as it reads at an order of an example shop. `code` is one of the catalogue's."""
    shop = Shop(name="nordlys.dk", currency="DKK")
    return explain_code(code, shop=shop, provider=PROVIDER, facts=facts(CATALOGUE[code]), waiting=3)


def facts(reason: Reason) -> dict[str, str]:
    """Of the examples those that this reason's texts name: another fact could make another reason of it."""
    given = {**_OF_ANY, **_OF_ONE.get(reason.code, {})}
    return {name: given[name] for name in _named(reason) if name in given}


def _named(reason: Reason) -> Iterable[str]:
    return dict.fromkeys(name for text in (reason.title, *reason.cause, *reason.fix) for name in names_in(text))
