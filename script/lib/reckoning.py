"""What a chaos run is judged by: each order's documents and payments in the sandbox's books, never our tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from script.lib.control import Json
from script.lib.shop import Order

ORE = Decimal("0.01")


@dataclass
class Kept:
    """What the books hold for one order: its invoices, its credit notes, the payments on them."""

    drafts: list[Json] = field(default_factory=list)
    booked: list[Json] = field(default_factory=list)
    credits: list[Json] = field(default_factory=list)
    payments: list[Json] = field(default_factory=list)

    @property
    def is_final(self) -> bool:
        """Exactly one booked invoice, nothing open on it, no draft beside it."""
        settled = all(Decimal(document["remainder"]) == 0 for document in self.booked + self.credits)
        return len(self.booked) == 1 and not self.drafts and settled

    @property
    def extra(self) -> int:
        """Documents beyond one per key, and payments beyond one per document."""
        documents = len(self.drafts) + len(self.booked)
        numbers = [document["reference"] for document in self.credits]
        credits_twice = len(numbers) - len(set(numbers))
        paid = [payment["invoice"] for payment in self.payments]
        return max(0, documents - 1) + credits_twice + len(paid) - len(set(paid))


@dataclass(frozen=True)
class Reckoning:
    """The counts of the contract's last line; all of them are 0 after a good run."""

    lost: int
    doubled: int
    stuck: int
    ore_off: int
    over_credited: int

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not any(vars(self).values())


def reckon(orders: Sequence[Order], book: Json, states: Mapping[str, str]) -> Reckoning:
    """Judge `orders` by all that their books hold, and by how the product's pages show them: key → state.

    An order that a run has made *needs you* is not lost, since somebody sees it, but it is stuck; so is one that is
    booked while the product believes that it is not.
    """
    kept = by_order(orders, book)
    return Reckoning(
        lost=sum(not kept[order.key].booked and states.get(order.key) != "needs_you" for order in orders),
        doubled=sum(kept[order.key].extra for order in orders),
        stuck=sum(not kept[order.key].is_final or states.get(order.key) != "done" for order in orders),
        ore_off=sum(_is_off(order, document) for order in orders for document in kept[order.key].booked),
        over_credited=sum(_is_over_credited(kept[order.key]) for order in orders),
    )


def complaints(orders: Sequence[Order], book: Json, states: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with each order that is not as it must be, in words for a person."""
    kept = by_order(orders, book)
    for order in orders:
        one = reckon([order], book, states)
        if not one.is_good:
            wrong = ", ".join(name for name, count in vars(one).items() if count)
            held = kept[order.key]
            numbers = f"{len(held.drafts)} drafts, {len(held.booked)} booked, {len(held.payments)} payments"
            shown = states.get(order.key) or "unknown"
            yield f"{order.key}: {wrong}; shown as {shown}; {numbers}; {order.total}, VAT {order.vat}: {held.booked}"


def final(orders: Sequence[Order], book: Json) -> int:
    """How many of the orders are in the books for good."""
    kept = by_order(orders, book)
    return sum(kept[order.key].is_final for order in orders)


def by_order(orders: Sequence[Order], book: Json) -> Mapping[str, Kept]:
    """The ledger sorted by the orders' keys; a credit note belongs to the order whose key its own goes on from."""
    kept: dict[str, Kept] = defaultdict(Kept)
    for draft in book["drafts"]:
        kept[draft["reference"]].drafts.append(draft)
    for document in book["booked"]:
        invoice, is_credit = _invoice_key(document["reference"])
        (kept[invoice].credits if is_credit else kept[invoice].booked).append(document)
    for payment in book["payments"]:
        kept[_invoice_key(payment["reference"])[0]].payments.append(payment)
    return defaultdict(Kept, {order.key: kept[order.key] for order in orders})


def _invoice_key(reference: str | None) -> tuple[str, bool]:
    """The invoice's key behind a reference, and whether the reference is a credit note's (`credit:…:<n>`)."""
    if reference and reference.startswith("credit:"):
        return "invoice:" + reference.removeprefix("credit:").rpartition(":")[0], True
    return reference or "", False


def _is_off(order: Order, document: Json) -> bool:
    wanted = {rate: vat for rate, gross in order.by_rate.items() if (vat := vat_inside(gross, rate))}
    held = {Decimal(rate): Decimal(sums["vat"]) for rate, sums in document["vat_by_rate"].items()}
    open_balance = Decimal(document["remainder"]) != 0
    return Decimal(document["gross"]) != order.total or {r: v for r, v in held.items() if v} != wanted or open_balance


def vat_inside(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT inside an amount that includes it, in øre, halves up."""
    return (gross * rate / (100 + rate)).quantize(ORE, ROUND_HALF_UP)


def _is_over_credited(kept: Kept) -> bool:
    returned = sum((abs(Decimal(document["gross"])) for document in kept.credits), Decimal(0))
    return returned > sum((Decimal(document["gross"]) for document in kept.booked), Decimal(0))
