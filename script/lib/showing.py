"""What a person finds in the demo: one business at work with orders in every state, one that is still empty."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from script.lib.books import Dinero, Economic
from script.lib.business import Business
from script.lib.control import Control
from script.lib.owner import Login, Owner
from script.lib.person import Unexpected
from script.lib.scenario import PAGE_SECONDS, NeverHappened, Stage
from script.lib.shop import Order, Shop
from script.lib.stack import Stack
from script.lib.talk import say

SHOP_TIME = ZoneInfo("Europe/Copenhagen")
MEMORY = "shown.json"
SEED_SECONDS = 120
BUSY, EMPTY = "nordlys", "soegaard"
"""The demo's shops, as the product's addresses name them."""

EMPTY_SHOP, EMPTY_BOOKS, EMPTY_OWNER = "soegaard.dk", "Søgaard ApS", "ejer@soegaard.dk"
EVERY_SECONDS, MOST = 20.0, 180
"""A new order so often, and so many at most: an hour of them."""

Wish = dict[str, Any]
SHIRT: Wish = {"own_id": "SKU-1-M", "attributes": {"Størrelse": "M"}}
CUP: Wish = {"own_id": "KOP-7"}
CANDLE: Wish = {"own_id": "LYS-2"}
BOOK: Wish = {"own_id": "BOG-1"}
VAT_FREE: Wish = {"own_id": "FRI-0"}
HOME: Wish = {"zipcode": "8000", "city": "Aarhus C", "shipping_price": 39}

FIRST: Wish = {"products": [BOOK], "name": "Karen Holst", "email": "karen@example.dk", "paid": True, **HOME}
LATER: Sequence[Wish] = (
    {"products": [SHIRT | {"amount": 2}, CUP], "name": "Jonas Bech", "email": "jonas@example.dk", "paid": True, **HOME},
    {"products": [CANDLE | {"amount": 6}], "name": "Ida Møller", "email": "ida@example.dk", "voucher_percent": 15}
    | {"voucher_code": "EFTERÅR15", "paid": True, "status": "sent", **HOME},
    {"products": [BOOK], "name": "Ole Kjær", "email": "ole@example.dk", "gift_card": 100, "paid": True, **HOME},
    {"products": [VAT_FREE, CUP], "name": "Birgit Holm", "email": "birgit.holm@example.dk", "paid": True, **HOME},
    {"products": [SHIRT | {"vat": 0, "unit_price": "159.20"}], "name": "Kari Nes", "email": "kari@example.no"}
    | {"country": "NO", "zipcode": "0150", "city": "Oslo", "shipping_price": 79, "paid": True},
    # Not paid yet: not meant to go before it is.
    {"products": [CUP], "name": "Lars Friis", "email": "lars@example.dk", **HOME},
    # What the shop says the order comes to is not the sum of its parts: parked.
    {"products": [CUP], "name": "Mette Krog", "email": "mette@example.dk", "raw": {"total_price": 150}, "paid": True},
    # Nobody can tell whom the invoice is for: needs the owner.
    {"products": [CANDLE], "name": "Kunde i butikken", "email": "", "paid": True},
)
BUYERS = ("Asta Lund", "Emil Juhl", "Freja Dam", "Hans Bro", "Liv Skov", "Noah Vang", "Sara Bay", "Viggo Lind")


@dataclass(frozen=True)
class Shown:
    """What an earlier start has made: by which sandbox, at which address of the product, whether to the end."""

    sandbox: str
    address: str
    done: bool


def earlier(folder: Path) -> Shown | None:
    """What earlier starts with this folder have shown; None when nothing."""
    memory = folder / MEMORY
    return Shown(**json.loads(memory.read_text())) if memory.exists() else None


def is_half_made(folder: Path) -> bool:
    """Whether an earlier start was ended in the middle of it: then nobody has worked with what there is."""
    shown = earlier(folder)
    return shown is not None and not shown.done


class Showing:
    """The demo's businesses. `business` is the one at work, None where there is none to show."""

    def __init__(self, stack: Stack, logins: Sequence[Login]) -> None:
        self.stack, self.logins, self.control = stack, logins, Control(stack.sandbox)
        self.by_shop = {login.shop: login for login in reversed(logins)}
        self.business: Business | None = None

    def set_up(self) -> None:
        """Show what an earlier start has not shown yet. Tells the person what cannot be shown."""
        shown = earlier(self.stack.run.folder)
        if BUSY not in self.by_shop:
            return
        if shown and shown.sandbox != self._sandbox():
            say("The shops and books of earlier starts are gone from the sandbox; script/demo --fresh begins anew.")
            return
        self.business = self._busy()
        try:
            self._set_up(self.business, shown)
        except (Unexpected, NeverHappened, LookupError, requests.RequestException) as reason:
            say(f"Not everything could be shown: {reason}")
        self._remember(done=True)

    def _set_up(self, business: Business, shown: Shown | None) -> None:
        if shown is None:
            self._remember(done=False)
            self._show(business)
        elif shown.address != self.stack.public_url:
            # The shop sends its webhooks to where the product was the last time.
            business.owner.sign_in()
            business.owner.connect_shop(business.shop)

    def _remember(self, *, done: bool) -> None:
        shown = Shown(self._sandbox(), self.stack.public_url, done)
        (self.stack.run.folder / MEMORY).write_text(json.dumps(asdict(shown)))

    def _sandbox(self) -> str:
        """Tells one sandbox from another that began anew, without its secret."""
        return hashlib.sha256(self.stack.sandbox["economic"]["app_secret"].encode()).hexdigest()[:16]

    # --- what is shown ------------------------------------------------------------------------------------------------
    def _busy(self) -> Business:
        """The business with the shop and the agreement with which every sandbox begins."""
        shop = Shop(self.control, self.control.get("/shops")["shops"][0])
        books = Economic(self.control, self.control.get("/agreements")["agreements"][0])
        return Business(Owner(f"{self.stack.public_url}/", self.by_shop[BUSY]), shop, books)

    def _show(self, business: Business) -> None:
        say("Connecting the first business and placing orders")
        self._offer_another()
        stage = Stage(self.stack, self.control, [business], time.monotonic() + SEED_SECONDS)
        business.set_up()
        stage.book(business.shop.place(**FIRST))
        orders = [business.shop.place(**wish) for wish in (*LATER, _yesterdays())]
        stage.wait("orders that rest", lambda: all(_rests(business, order) for order in orders), PAGE_SECONDS)

    def _offer_another(self) -> None:
        """A shop and books in each financial system for the empty business, for a person to connect."""
        if all(row["name"] != EMPTY_SHOP for row in self.control.get("/shops")["shops"]):
            Shop(self.control, name=EMPTY_SHOP)
            Economic(self.control, name=EMPTY_BOOKS)
            # Without the clearing account, which the pages make by one button.
            Dinero(self.control, name=EMPTY_BOOKS, user=EMPTY_OWNER, with_clearing=False)


def _rests(business: Business, order: Order) -> bool:
    state: str = business.owner.order(order).get("state", "waiting")
    return state != "waiting"


def _yesterdays() -> Wish:
    """An order from before the start."""
    yesterday = datetime.now(SHOP_TIME) - timedelta(days=1)
    buyer = {"name": "Tove Rask", "email": "tove@example.dk", "time": f"{yesterday:%Y-%m-%d %H:%M:%S}"}
    return {"products": [BOOK], "paid": True, **buyer, **HOME}


class Trickle:
    """The customers of the business at work: a new order every so often."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._left = shop, MOST
        self._dice = random.Random()
        self._next = time.monotonic() + EVERY_SECONDS

    def flow(self) -> None:
        """Place an order when its time has come."""
        if self._left and time.monotonic() > self._next:
            self._left -= 1
            self._next = time.monotonic() + EVERY_SECONDS
            self._shop.place(**self.wish())

    def wish(self) -> Wish:
        """What somebody orders: most pay at once, some are never heard of again."""
        name = self._dice.choice(BUYERS)
        goods = self._dice.sample((SHIRT, CUP, CANDLE, BOOK), self._dice.randint(1, 2))
        products = [line | {"amount": self._dice.randint(1, 3)} for line in goods]
        email = f"{name.partition(' ')[0].lower()}@example.dk"
        return {"products": products, "name": name, "email": email, "paid": self._dice.random() < 0.9, **HOME}
