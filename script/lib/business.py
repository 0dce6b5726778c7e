"""One business: its owner at the product's pages, and its shop and its books in the sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field

from script.lib.books import Books, Economic
from script.lib.control import Control
from script.lib.owner import Login, Owner
from script.lib.shop import Shop

ORDINARY = {"trigger": "payment", "booking": True}
"""The settings of a business about which a scenario says nothing else: booked as soon as the order is paid."""


@dataclass
class Business:
    """A tenant of the product and what it has outside."""

    owner: Owner
    shop: Shop
    books: Books
    former: list[Books] = field(default_factory=list)
    """Books that the business had before these, or beside them: what they hold counts."""

    @classmethod
    def found(
        cls, home: str, login: Login, control: Control, name: str, kind: type[Books] = Economic, **wishes: object
    ) -> Business:
        """Open a shop and books of that kind, with what is wished of them, for the owner; nothing is connected yet."""
        return cls(Owner(home, login), Shop(control, name=name), kind(control, None, name=name, **wishes))

    def set_up(self, **settings: object) -> None:
        """Go the owner's whole way: sign in, connect the shop and the books, save the settings."""
        self.connect()
        self.save(**settings)

    @property
    def all_books(self) -> list[Books]:
        """The books that it has and had."""
        return [*self.former, self.books]

    def move_to(self, books: Books) -> None:
        """Keep the books elsewhere from now on; the pages have to be told."""
        self.former.append(self.books)
        self.books = books

    def save(self, **settings: object) -> None:
        """Save the ordinary settings for the books that are connected, and what differs from them."""
        self.owner.save(**{**ORDINARY, **self.books.ordinary, **settings})

    def connect(self) -> None:
        """Sign in and connect both; the settings are proposed, not saved."""
        self.owner.sign_in()
        self.owner.connect_shop(self.shop)
        self.owner.choose_system(self.books.provider)
        self.owner.connect_books(self.books)
