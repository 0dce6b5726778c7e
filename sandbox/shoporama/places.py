"""Countries, deliveries and payment methods of every shop, and Copenhagen's clock.

The ids are composed (shoporama/assumed.py); that there are such ids is certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sandbox.routes import Refused

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Country(NamedTuple):
    """A row of /country."""

    number: int
    name: str
    code: str


class Delivery(NamedTuple):
    """A row of /shipping; the price includes VAT."""

    number: int
    name: str
    price: Decimal


class Gateway(NamedTuple):
    """A row of /payment-gateway."""

    number: int
    name: str


COUNTRIES = tuple(
    Country(number, name, code)
    for number, (name, code) in enumerate(
        (
            ("Danmark", "DK"),
            ("Sverige", "SE"),
            ("Norge", "NO"),
            ("Tyskland", "DE"),
            ("Finland", "FI"),
            ("Grønland", "GL"),
            ("Færøerne", "FO"),
            ("USA", "US"),
            ("Storbritannien", "GB"),
            ("Frankrig", "FR"),
            ("Holland", "NL"),
            ("Island", "IS"),
            ("Schweiz", "CH"),
            ("Polen", "PL"),
        ),
        start=1,
    )
)
DELIVERIES = (
    Delivery(7, "GLS", Decimal("39.00")),
    Delivery(8, "PostNord", Decimal("49.00")),
    Delivery(9, "Afhentning i butikken", Decimal("0.00")),
)
GATEWAYS = (Gateway(1, "Dankort"), Gateway(2, "MobilePay"), Gateway(3, "EAN-faktura"), Gateway(4, "Bankoverførsel"))


def country(word: object) -> Country:
    """The country with that id, ISO code or name. Raises Refused 400 when there is none."""
    for row in COUNTRIES:
        if word in row or str(word).upper() == row.code:
            return row
    raise Refused(400, f"unknown country {word!r}")


def gateway(word: object, offered: Iterable[Gateway] = GATEWAYS) -> Gateway:
    """The payment method with that id or name. Raises Refused 400 when there is none."""
    for row in offered:
        if word in row:
            return row
    raise Refused(400, f"unknown payment method {word!r}")


def local(seconds: float) -> str:
    """A moment (seconds since the epoch, UTC) as Shoporama writes it: `YYYY-MM-DD HH:MM:SS` in Copenhagen."""
    return datetime.fromtimestamp(seconds, COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S")


def moment(text: str) -> float:
    """A Copenhagen time, with blank or T, with or without the clock, as seconds since the epoch. Raises Refused 400."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).timestamp()
    except ValueError as error:
        raise Refused(400, f"not a time: {text!r}") from error
