"""A business's owner at the product's pages: connects, saves settings, checks the first order, sees what became."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from script.lib.books import Books
from script.lib.page import Page
from script.lib.person import Person, Unexpected
from script.lib.shop import Order, Shop

MOST_STEPS = 5
"""So many pages lead on by themselves at most, while the books are read."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Login:
    """How somebody signs in, and the part of the addresses that names the shop of their business."""

    email: str
    password: str
    business: str
    shop: str

    @classmethod
    def of(cls, told: Mapping[str, str]) -> Login:
        """From the object that `manage.py demo_people` prints for a person."""
        return cls(told["email"], told["password"], told["business"], told["shop"])


class Owner:
    """One owner in a browser. `person` is the browser, for what only one scenario does."""

    def __init__(self, home: str, login: Login) -> None:
        self.person, self.login = Person(home), login

    def twin(self) -> Owner:
        """The same owner in another window of the same browser."""
        other = Owner(self.person.home, self.login)
        other.person = self.person.twin()
        return other

    def address(self, part: str = "") -> str:
        """Where a page of the owner's shop is."""
        return f"/s/{self.login.shop}/{part}"

    def sign_in(self) -> None:
        """Sign in with e-mail and password."""
        page = self.person.open("/sign-in/")
        self.person.send(page.form(having="password"), email=self.login.email, password=self.login.password)

    # --- connecting -------------------------------------------------------------------------------------------------
    def connect_shop(self, shop: Shop) -> None:
        """Connect the webshop: sign in at its platform, and back."""
        page = self.person.open(self.address("settings/shop/"))
        self.person.send(page.form("/shop/connect/"), kind=shop.kind)
        away = self._follow_out()
        self.person.send(away.form(having="shop"), "approve", shop=shop.number, access_level="all")

    def choose_system(self, provider: str) -> None:
        """Choose the financial system and save."""
        page = self.person.open(self.address("settings/systems/"))
        self.person.send(page.form(having="provider"), "edit", provider=provider)

    def connect_books(self, books: Books) -> None:
        """Connect the books, for the first time or again: approve at the provider, and back."""
        self.approve_books(books)
        self.choose_books(books)

    def approve_books(self, books: Books) -> Page:
        """Approve at the provider, and go where the page behind that leads by itself; answers where that is."""
        page = self.person.open(self.address("finance/connect/"))
        if books.approved_elsewhere:
            self.person.send(page.form("/finance/connect/"))
            self._follow_out()
        books.approve(self.person)
        self._go_on()
        return self.person.page

    def choose_books(self, books: Books) -> None:
        """Choose these where the page asks which ones, and have them read."""
        self._go_on()
        books.choose(self.person)
        self._go_on()

    def _follow_out(self) -> Page:
        """Follow the page's link to another site: the product's own links name no site."""
        return self.person.follow(to="://")

    def _go_on(self) -> None:
        """Go where the open page leads by itself, as a browser does, until the books are read."""
        for _ in range(MOST_STEPS):
            if not self.person.page.has_link("connect/read/"):
                return
            self.person.follow(to="connect/read/")
        raise Unexpected(f"the books are still not read: {self.person.page}")

    # --- settings ---------------------------------------------------------------------------------------------------
    def settings(self) -> dict[str, str]:
        """The settings as the page shows them."""
        return dict(self._settings_page().form(having="version").filled({}))

    def save(self, **values: object) -> None:
        """Change these settings and save; the others stay as the page proposes them."""
        self.person.send(self._settings_page().form(having="version"), "edit", **values)

    def _settings_page(self) -> Page:
        return self.person.open(self.address("finance/"))

    def fetch_books(self) -> None:
        """Have the books read again, after something was switched on in them."""
        self.person.send(self._settings_page().form("/finance/fetch/"))

    def mapping(self) -> Page:
        """The page on which products, fees and payment methods are mapped."""
        return self.person.open(self.address("finance/mapping/"))

    def map(self, button: str | None = None, **values: object) -> None:
        """Choose these on the mapping page and save, or press the `button` with that value."""
        self.person.send(self.mapping().form(having="version"), button, **values)

    def fetch_methods(self) -> Page:
        """Have the shop asked for its methods again; answers the mapping page."""
        return self.person.send(self.mapping().form("/mapping/fetch/"))

    # --- orders -----------------------------------------------------------------------------------------------------
    def orders(self) -> list[Row]:
        """Every order that the product knows of the shop, the newest first, as its API for programs tells."""
        rows: list[Row] = []
        following: str | None = f"/api/shops/{self.login.shop}/orders/"
        while following:
            answer = self.read(following)
            rows += answer["results"]
            following = answer["next"]
        return rows

    def order(self, order: Order) -> Row:
        """What became of an order, or of a credit note; empty while the product does not know it.

        Of an order that was sent again it is the newest invoice. A credit note that was made here has the number of the
        order that it credits, and its own for a name.
        """
        kind = "credit" if order.credits else "invoice"
        rows = [row for row in self.orders() if (row["kind"], row["order_id"]) == (kind, str(order.number))]
        if order.credits == order.number:
            rows = [row for row in rows if row["order_number"] == order.name]
        return next(iter(rows), {})

    def health(self) -> Row:
        """How both connections are."""
        return self.read(f"/api/shops/{self.login.shop}/health/")

    def page_of(self, order: Order) -> Page:
        """The order's own page."""
        return self.person.open(self.address(f"orders/{order.name}/"))

    def confirm(self, order: Order) -> None:
        """Say on the order's page that the shop's first order is right."""
        self.person.send(self.page_of(order).form("/confirm/"))

    def transfer(self, order: Order) -> None:
        """Have the order tried again now."""
        self.person.send(self.page_of(order).form("/transfer/"), "transfer-now")

    def mend(self, field: str, value: object) -> None:
        """Choose what the orders under "Har brug for dig" lack, in the form that has this field, and let them go."""
        page = self.person.open(self.address("needs-you/"))
        self.person.send(page.form("/mend/", having=field), "save", **{field: value})

    def read(self, address: str) -> Row:
        """An address that answers with JSON. Raises Unexpected for 4xx and 5xx."""
        read: Row = json.loads(self.person.fetch(address))
        return read
