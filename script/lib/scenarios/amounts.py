"""Amounts that are hard to meet to the øre, and those that must not be met at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from script.lib.books import Held
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP, Ordinary
from script.lib.shop import Order

ORE = Decimal("0.01")
VAT_FREE_GOODS = {"own_id": "FRI-0"}


def rounding_lines(held: Held) -> list[Decimal]:
    """The amounts of the VAT-free lines of at most one øre."""
    lines = [line for document in held.documents for line in document["lines"]]
    nets = [Decimal(line["net"]) for line in lines if not Decimal(line["vat_rate"])]
    return [net for net in nets if abs(net) <= ORE]


class Coupon(Ordinary):
    """17 percent off a basket: the discount ends in a part of an øre and is rounded by the shop."""

    words = "percent coupon with øre residue"
    needs = frozenset({"orders", "invoice", "payment", "discount"})

    def happen(self, stage: Stage) -> Order:
        cups, book = CUP | {"amount": 3, "unit_price": "99.95"}, BOOK | {"unit_price": "33.33"}
        return stage.shop.place(
            [cups, book], voucher_percent=17, voucher_code="EFTERÅR", shipping_price="39.95", paid=True
        )


class TwoOre(Ordinary):
    """No net price with two decimals comes to 99.92 with 25 % VAT: there one øre without VAT closes the gap."""

    words = "order total ending in 2 øre"

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP | {"unit_price": "99.92"}], paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        # Prices that include VAT need no such line.
        wanted = [ORE] if "net prices" in stage.books.capabilities else []
        if [abs(net) for net in rounding_lines(held)] != wanted:
            yield f"the VAT-free lines are {rounding_lines(held)}, not {wanted}"


class MixedRates(Ordinary):
    """Goods with and without VAT in one order."""

    words = "mixed 25 % and 0 %"

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP, VAT_FREE_GOODS | {"amount": 2}], shipping_price=39, paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        rates = sorted(Decimal(rate) for rate in held.booked[0]["vat_by_rate"])
        if rates != [0, 25]:
            yield f"the document's VAT rates are {rates}"


class Abroad(Ordinary):
    """A buyer in Norway pays no VAT: the document is treated as the owner chose for that."""

    words = "sale abroad"
    needs = frozenset({"orders", "invoice", "payment", "abroad"})

    def happen(self, stage: Stage) -> Order:
        buyer = {"country": "NO", "zipcode": "0150", "city": "Oslo", "email": "kunde@example.no"}
        return stage.shop.place([CUP | {"unit_price": "80.00", "vat": 0}], shipping_price=79, paid=True, **buyer)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from stage.books.treatment_faults(stage.owner.settings(), held.booked[0], "abroad")


class GiftCard(Ordinary):
    """A gift card pays a part of the order, and the card the rest: two payments settle the invoice."""

    words = "gift card used"
    needs = frozenset({"orders", "invoice", "payment", "gift card"})

    def happen(self, stage: Stage) -> Order:
        return stage.shop.place([CUP | {"amount": 5}], gift_card=120, paid=True)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        paid = sorted(abs(Decimal(payment["amount"])) for payment in held.payments)
        if paid != [Decimal(120), Decimal(380)]:
            yield f"the payments are {paid}"
        account = stage.owner.settings()["gift_card_account"]
        if not stage.books.entered(account):
            yield f"nothing is entered on account {account} for gift cards"


class ControlSum(Scenario):
    """The shop's total is not the sum of its parts: nobody guesses, the order is parked."""

    words = "control sum wrong, parked"
    outcome = "needs_you"

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        stage.shop.switch("total_off", "5")
        order = stage.shop.place([CUP], paid=True)
        row = stage.wait_state(order, "needs_you")
        return Played([order], seen=row["state"], wrong=[f"the books hold {kind}" for kind in stage.books.traces()])
