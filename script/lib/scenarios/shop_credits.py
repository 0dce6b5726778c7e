"""Credit notes that the shop makes: a return, a credit in its admin, one that does not tell whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from script.lib import notes
from script.lib.scenario import Stage
from script.lib.scenarios.crediting import Crediting, numbered
from script.lib.shop import Order

UNKNOWN = "credit-original-unknown"


class Return(Crediting):
    """A customer sends a cup back, and the owner approves it in the shop: nobody does anything here."""

    words = "return from the shop"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [numbered(stage.shop.take_back(order, {0: 1}), order, 1)]


class ByThePoll(Crediting):
    """The shop credits all of the order and tells nobody: it is found by asking."""

    words = "shop's credit found by the poll"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        return [numbered(stage.shop.credit(order, webhooks=False), order, 1)]


class BothWays(Crediting):
    """The shop credits a part of a coupon's order, and the owner the rest: together they are the invoice."""

    words = "shop's credit and the rest made here"
    documents = 3
    needs = Crediting.needs | {"discount"}
    wishes = {"voucher_percent": 17, "voucher_code": "EFTERÅR", "shipping_price": "39.95"}

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        first = numbered(stage.shop.credit(order, {0: 1}), order, 1)
        stage.wait_state(first, "done")
        return [first, self.make(stage, order, notes.Wish(is_rest=True))]


class Unlinked(Crediting):
    """The shop does not say whose credit it is: the owner says so."""

    words = "original chosen by the owner"

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        note = stage.shop.credit(order, {0: 1}, link=False)
        stage.wait_state(note, "needs_you", UNKNOWN)
        notes.choose_original(stage.owner, note, order)
        return [numbered(note, order, 1)]


class WithoutOriginal(Crediting):
    """The shop does not say whose credit it is, and the owner says that it is for no order here."""

    words = "credit without original"
    has_original = False

    def credit(self, stage: Stage, order: Order) -> Sequence[Order]:
        note = stage.shop.credit(order, {0: 1}, link=False)
        stage.wait_state(note, "needs_you", UNKNOWN)
        notes.stand_alone(stage.owner, note)
        alone = replace(order, key=order.key.replace(str(order.number), str(note.number)))
        return [numbered(note, alone, 1)]
