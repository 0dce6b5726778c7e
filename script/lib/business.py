"""One business: its owner at the product's pages, and its shop and its books in the sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from script.lib.books import Books
from script.lib.control import Control
from script.lib.owner import Login, Owner
from script.lib.shop import Shop

ORDINARY = {"trigger": "payment", "booking": True, "missing_product": "create"}
"""The settings of a business about which a scenario says nothing else: booked as soon as the order is paid."""


@dataclass
class Business:
    """A tenant of the product and what it has outside."""

    owner: Owner
    shop: Shop
    books: Books

    @classmethod
    def found(cls, home: str, login: Login, control: Control, name: str) -> Business:
        """Open a shop and an agreement for the owner; nothing is connected yet."""
        return cls(Owner(home, login), Shop(control, name=name), Books(control, name=name))

    def set_up(self, **settings: object) -> None:
        """Go the owner's whole way: sign in, connect the shop and the books, save the settings."""
        self.connect()
        self.owner.save(**ORDINARY | settings)

    def connect(self) -> None:
        """Sign in and connect both; the settings are proposed, not saved."""
        self.owner.sign_in()
        self.owner.connect_shop(self.shop)
        self.owner.choose_system(self.books.provider)
        self.owner.connect_books(self.books)
