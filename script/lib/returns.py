"""What is credited in a chaos run: orders in random pieces, on the owner's page and in the shop, while the storm goes
on."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

import requests

from script.lib import notes
from script.lib.asked import Note
from script.lib.business import Business
from script.lib.notes import Wish
from script.lib.person import Unexpected
from script.lib.reckoning import Kept, vat_inside
from script.lib.shop import Order

PAGE, SHOP, RETURN = "page", "shop", "return"
WAYS = (PAGE, PAGE, SHOP, RETURN)
MOST_PIECES = 3
KEPT_SHARE, EARLY_SHARE, OPEN_SHARE, REST_SHARE, PAGE_SHARE = 0.25, 0.3, 0.25, 0.3, 0.5
"""Of the goods, customers keep so many; so many notes of the shop come before the invoice is booked, and so many of the
owner's are left open; so many orders are credited in the end by one press for all that is left; so many of those with a
discount are credited on the page, and the others in the shop."""

TRY_SECONDS, TRIES_SECONDS, LOOK_SECONDS = 0.5, 60.0, 0.3

Tried = TypeVar("Tried")


@dataclass(frozen=True)
class Piece:
    """A part of an order that is credited at once: quantities by line, counted from 0, with the shipping or not."""

    order: Order = field(hash=False)
    quantities: Mapping[int, int] = field(default_factory=dict, hash=False)
    shipping: bool = False
    way: str = PAGE
    is_open: bool = False
    is_early: bool = False
    is_rest: bool = False

    @property
    def is_shops(self) -> bool:
        """Whether the shop makes the note."""
        return self.way != PAGE


def pieces(dice: random.Random, order: Order, *, shipped: bool, discounted: bool = False) -> list[Piece]:
    """The order in one to three pieces, with some goods that are kept; `shipped`: there is shipping to credit.

    A discount's share is worked out in the shop by its own notes, and here by the invoice's lines: an order that has
    one is credited by one of them, but for the rest.
    """
    count = dice.randint(1, MOST_PIECES)
    ways = (PAGE,) if discounted and dice.random() < PAGE_SHARE else (SHOP, RETURN) if discounted else WAYS
    goods: list[dict[int, int]] = [{} for _ in range(count)]
    for line, quantity in enumerate(order.quantities):
        for _ in range(int(quantity)):
            if dice.random() >= KEPT_SHARE:
                part = dice.choice(goods)
                part[line] = part.get(line, 0) + 1
    with_shipping = dice.randrange(count + 1) if shipped else count
    made = [
        Piece(order, part, shipping=at == with_shipping, way=dice.choice(ways), is_open=dice.random() < OPEN_SHARE)
        for at, part in enumerate(goods)
    ]
    made = [_possible(piece) for piece in made if piece.quantities or piece.shipping]
    # The page's go first: what they leave is known at once, and the shop's only when it was found.
    made.sort(key=lambda piece: piece.is_shops)
    if len(made) > 1 and made[-1].is_shops and dice.random() < EARLY_SHARE:
        made.insert(0, replace(made.pop(), is_early=True))
    if dice.random() < REST_SHARE:
        made.append(Piece(order, is_rest=True))
    return made


def _possible(piece: Piece) -> Piece:
    """Nothing is returned where only the shipping is given back; what the shop makes is registered as paid back."""
    way = SHOP if piece.way == RETURN and not piece.quantities else piece.way
    return replace(piece, way=way, is_open=piece.is_open and way == PAGE)


class Returns:
    """One business's credit notes, made by a thread of their own so that kills hit its requests as well.

    `kept` answers what the books held at the last look: key → Kept.
    """

    def __init__(self, business: Business, kept: Callable[[], Mapping[str, Kept]], deadline: float) -> None:
        self.business, self.kept, self.deadline = business, kept, deadline
        self.owner = business.owner
        self.notes: list[Note] = []
        self.wrong: list[str] = []
        self.planned = 0
        self._waiting: list[list[Piece]] = []
        self._is_over = threading.Event()

    def plan(self, planned: Sequence[Piece]) -> None:
        """Have these pieces of one order credited one after the other, each as soon as it can be."""
        if planned:
            self.planned += len(planned)
            self._waiting.append(list(planned))

    def begin(self) -> None:
        """Start; the thread ends with the run."""
        self.owner = self.business.owner.twin()
        threading.Thread(target=self._run, daemon=True).start()

    def end(self) -> None:
        """Ask for no more notes."""
        self._is_over.set()

    @property
    def undone(self) -> list[str]:
        """What went wrong, and what was never credited, in words."""
        left = [f"{queue[0].order.key} was never credited: {queue}" for queue in self._waiting if queue]
        return self.wrong + left

    @property
    def waiting(self) -> int:
        """How many pieces are still to be credited."""
        return sum(map(len, self._waiting))

    def _run(self) -> None:
        while not self._is_over.is_set() and time.monotonic() < self.deadline:
            self.around()
            self._is_over.wait(LOOK_SECONDS)

    def around(self) -> None:
        """Credit the next piece of every order of which one can be credited."""
        for queue in list(self._waiting):
            if queue and self._may_go(queue[0]):
                self._credit(queue[0])
                queue.pop(0)

    def _may_go(self, piece: Piece) -> bool:
        """Whether the invoice is there, and what the shop credited before: the page shows what is left then."""
        held = self.kept().get(piece.order.key)
        if piece.is_early:
            return True
        before = [note for note in self.notes if note.invoice == piece.order.key]
        awaited = [note for note in before if note.is_shops or piece.is_rest]
        return held is not None and held.is_booked and all(note in held.paired.found for note in awaited)

    def _credit(self, piece: Piece) -> None:
        try:
            self.notes += self._in_shop(piece) if piece.is_shops else self._on_page(piece)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what the run must tell
            self.wrong.append(f"{piece.order.key}: {piece} could not be credited: {type(error).__name__}: {error}")

    # --- in the shop --------------------------------------------------------------------------------------------------
    def _in_shop(self, piece: Piece) -> Iterator[Note]:
        shop, order = self.business.shop, piece.order
        make = shop.take_back if piece.way == RETURN else shop.credit
        made = make(order, piece.quantities, shipping=piece.shipping)
        vat = {rate: vat_inside(-gross, rate) for rate, gross in made.by_rate.items()}
        yield Note(order.key, str(made.number), -made.total, vat, is_shops=True)

    # --- on the page --------------------------------------------------------------------------------------------------
    def _on_page(self, piece: Piece) -> Iterator[Note]:
        """The note as the page showed it before it was saved; the same form is sent until it is answered."""
        if piece.is_rest and self._is_all_credited(piece.order):
            return
        wish = Wish(piece.quantities, shipping=piece.shipping, is_rest=piece.is_rest)
        wish = replace(wish, refund="open" if piece.is_open else "register")
        shown = self._until_answered(lambda: notes.look(self.owner, piece.order, wish))
        number = self._until_answered(lambda: notes.save(self.owner, shown))
        key = notes.key_of(piece.order, number)
        yield Note(piece.order.key, key, shown.gross, shown.vat_by_rate, is_open=piece.is_open)

    def _is_all_credited(self, order: Order) -> bool:
        held = self.kept()[order.key]
        return sum((Decimal(document["gross"]) for document in held.credits), order.total) <= 0

    def _until_answered(self, act: Callable[[], Tried]) -> Tried:
        """Do it again while the pages are on their way up again."""
        until = min(self.deadline, time.monotonic() + TRIES_SECONDS)
        while True:
            try:
                return act()
            except (requests.RequestException, Unexpected):
                if time.monotonic() > until:
                    raise
                self._is_over.wait(TRY_SECONDS)
