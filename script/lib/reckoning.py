"""What a chaos run is judged by: each order's documents and payments in the sandbox's books, never our tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from script.lib import asked
from script.lib.asked import ORE, Note, Paired
from script.lib.control import Json
from script.lib.shop import Order


@dataclass
class Kept:
    """What the books hold for one order: its invoices, its credit notes, the payments on them; `notes` were asked
    for."""

    drafts: list[Json] = field(default_factory=list)
    booked: list[Json] = field(default_factory=list)
    credit_drafts: list[Json] = field(default_factory=list)
    credits: list[Json] = field(default_factory=list)
    payments: list[Json] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @cached_property
    def paired(self) -> Paired:
        """The notes with their documents."""
        return asked.paired(self.notes, self.credits)

    @property
    def is_booked(self) -> bool:
        """Exactly one booked invoice, nothing open on it, no draft beside it."""
        settled = all(Decimal(document["remainder"]) == 0 for document in self.booked)
        return len(self.booked) == 1 and not self.drafts and settled

    @property
    def is_final(self) -> bool:
        """The invoice and every note that was asked for are in the books for good."""
        return self.is_booked and not self.credit_drafts and all(map(self.has, self.notes))

    def has(self, note: Note) -> bool:
        """Whether the books have the note for good."""
        document = self.paired.found.get(note)
        return document is not None and note.is_final(document)

    @property
    def extra(self) -> int:
        """Documents beyond one per key, and payments beyond one per document."""
        documents = len(self.drafts) + len(self.booked)
        credits = len(self.paired.unasked) + max(0, len(self.credit_drafts) - len(self.paired.missing))
        paid = Counter((payment["reference"], payment["invoice"]) for payment in self.payments)
        return max(0, documents - 1) + credits + paid.total() - len(paid)

    @property
    def off(self) -> int:
        """Notes with other figures than they were to have; all of an order's must leave nothing of its invoice.

        A shop rounds each of its notes by itself: with some of them an øre each may stand at another rate, or as VAT.
        """
        if not self.booked:
            return 0
        is_whole = sum(map(_gross, self.credits), Decimal(0)) == -_gross(self.booked[0])
        off = sum(note.is_off(document, is_last=is_whole) for note, document in self.paired.found.items())
        allowed = ORE * sum(note.is_shops for note in self.notes)
        left = [abs(amount) for sums in asked.left(self.booked[0], self.credits).values() for amount in sums]
        return off + (is_whole and any(amount > allowed for amount in left))

    @property
    def is_over_credited(self) -> bool:
        """Whether more was credited than was invoiced."""
        return -sum(map(_gross, self.credits), Decimal(0)) > sum(map(_gross, self.booked), Decimal(0))


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


def reckon(orders: Sequence[Order], book: Json, states: Mapping[str, str], notes: Sequence[Note] = ()) -> Reckoning:
    """Judge `orders` and the `notes` on them by all that their books hold, and by how the product's pages show them:
    key → state.

    An order that a run has made *needs you* is not lost, since somebody sees it, but it is stuck; so is one that is
    booked while the product believes that it is not. The same goes for a note.
    """
    kept = by_order(orders, book, notes)
    held = [kept[order.key] for order in orders]
    missing = [note for one in held for note in one.paired.missing]
    return Reckoning(
        lost=sum(not kept[order.key].booked and states.get(order.key) != "needs_you" for order in orders)
        + sum(states.get(note.key) != "needs_you" for note in missing),
        doubled=sum(one.extra for one in held),
        stuck=sum(not kept[order.key].is_booked or states.get(order.key) != "done" for order in orders)
        + sum(not one.has(note) or states.get(note.key) != "done" for one in held for note in one.notes),
        ore_off=sum(_is_off(order, document) for order in orders for document in kept[order.key].booked)
        + sum(one.off for one in held),
        over_credited=sum(one.is_over_credited for one in held),
    )


def complaints(
    orders: Sequence[Order], book: Json, states: Mapping[str, str], notes: Sequence[Note] = ()
) -> Iterator[str]:
    """What is wrong with each order that is not as it must be, in words for a person."""
    kept = by_order(orders, book, notes)
    for order in orders:
        held = kept[order.key]
        one = reckon([order], book, states, held.notes)
        if not one.is_good:
            wrong = ", ".join(name for name, count in vars(one).items() if count)
            numbers = f"{len(held.drafts)} drafts, {len(held.booked)} booked, {len(held.payments)} payments"
            shown = states.get(order.key) or "unknown"
            yield f"{order.key}: {wrong}; shown as {shown}; {numbers}; {order.total}, VAT {order.vat}: {held.booked}"
            yield from _about_notes(held, states)


def _about_notes(held: Kept, states: Mapping[str, str]) -> Iterator[str]:
    for note in held.notes:
        yield f"  {note}, shown as {states.get(note.key) or 'unknown'}: {held.paired.found.get(note)}"
    for document in [*held.paired.unasked, *held.credit_drafts]:
        yield f"  beside them: {document}"


def final(orders: Sequence[Order], book: Json, notes: Sequence[Note] = ()) -> set[str]:
    """The keys of the orders that are in the books for good, with their notes."""
    kept = by_order(orders, book, notes)
    return {order.key for order in orders if kept[order.key].is_final}


def by_order(orders: Sequence[Order], book: Json, notes: Sequence[Note] = ()) -> Mapping[str, Kept]:
    """The ledger sorted by the orders' keys; a credit note belongs to the order whose key its own goes on from."""
    kept: dict[str, Kept] = defaultdict(Kept)
    for draft in book["drafts"]:
        invoice, is_credit = _invoice_key(draft["reference"])
        (kept[invoice].credit_drafts if is_credit else kept[invoice].drafts).append(draft)
    for document in book["booked"]:
        invoice, is_credit = _invoice_key(document["reference"])
        (kept[invoice].credits if is_credit else kept[invoice].booked).append(document)
    for payment in book["payments"]:
        kept[_invoice_key(payment["reference"])[0]].payments.append(payment)
    for note in notes:
        kept[note.invoice].notes.append(note)
    return defaultdict(Kept, {order.key: kept[order.key] for order in orders})


def _invoice_key(reference: str | None) -> tuple[str, bool]:
    """The invoice's key behind a reference, and whether the reference is a credit note's (`credit:…:<n>`)."""
    if reference and reference.startswith("credit:"):
        return "invoice:" + reference.removeprefix("credit:").rpartition(":")[0], True
    return reference or "", False


def _gross(document: Json) -> Decimal:
    return Decimal(document["gross"])


def _is_off(order: Order, document: Json) -> bool:
    wanted = {rate: vat for rate, gross in order.by_rate.items() if (vat := vat_inside(gross, rate))}
    held = {Decimal(rate): Decimal(sums["vat"]) for rate, sums in document["vat_by_rate"].items()}
    open_balance = Decimal(document["remainder"]) != 0
    return _gross(document) != order.total or {r: v for r, v in held.items() if v} != wanted or open_balance


def vat_inside(gross: Decimal, rate: Decimal) -> Decimal:
    """The VAT inside an amount that includes it, in øre, halves up."""
    return (gross * rate / (100 + rate)).quantize(ORE, ROUND_HALF_UP)
