"""What is wrong with the notes of an invoice, in integers: nothing of the product's arithmetic.

Books of a reading add the documents up here anew. No note comes to less than nothing, and all of them never to more
than the invoice at any rate; in the end they are the invoice: net and VAT of each rate, and every quantity. What was
asked for as a quantity is its share of the invoice, but for the øre by which shares move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from connector.core.credit import AboveRemainder, Note, Remainder, Wish
from connector.core.document import DocumentLine, InvoiceDocument
from connector.core.entries import EXTRA
from sandbox.economic.totals import divide
from tests.core.credits import MOST_NOTES, Asked, asked, chance_of, invoice_of

WHOLE = 10_000
"""100 %, in hundredths of a percent."""
NEAR = 12_000
"""How far from its share what is asked for may come to, in øre times hundredths of a percent; and two øre more."""
Sums = Mapping[int, tuple[int, int]]
"""Net and VAT in øre by rate."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one case, nothing when it is right; how many notes it has, how many of them were refused, and
    by how many øre they differ from the invoice in the end."""

    seed: int
    faults: tuple[str, ...]
    notes: int = 0
    refused: int = 0
    drift: int = 0


def books(lines: Sequence[DocumentLine], reading: str) -> Sums:
    """Net and VAT by rate as books of this reading add the lines up; of VAT rounded once there is only the whole."""
    *prices, level, mode = reading.split("/")
    if level == "document":
        return _once(charged(lines, mode))
    amounts: dict[int, list[int]] = {}
    for line in lines:
        amounts.setdefault(int(line.vat_rate * 100), []).append(_amount(line, mode))
    return {
        rate: _added(here if level == "line" else [sum(here)], rate, mode, is_gross=bool(prices))
        for rate, here in amounts.items()
    }


def charged(lines: Sequence[DocumentLine], mode: str) -> Mapping[int, int]:
    """What the lines come to at each rate, as their prices are."""
    sums: Counter[int] = Counter()
    for line in lines:
        sums[int(line.vat_rate * 100)] += _amount(line, mode)
    return sums


def _amount(line: DocumentLine, mode: str) -> int:
    return divide(int(line.quantity * 100) * int(line.unit_price * 100), 100, mode)


def _added(amounts: Sequence[int], rate: int, mode: str, *, is_gross: bool) -> tuple[int, int]:
    if is_gross:
        net = sum(divide(amount * WHOLE, WHOLE + rate, mode) for amount in amounts)
        return net, sum(amounts) - net
    return sum(amounts), sum(divide(amount * rate, WHOLE, mode) for amount in amounts)


def _once(amounts: Mapping[int, int]) -> Sums:
    exact = sum((Fraction(amount * rate, WHOLE + rate) for rate, amount in amounts.items()), Fraction(0))
    vat = divide(exact.numerator, exact.denominator)
    return {0: (sum(amounts.values()) - vat, vat)}


def gross(sums: Sums) -> int:
    """What a document comes to."""
    return sum(net + vat for net, vat in sums.values())


@dataclass
class Partition:
    """An invoice that is credited note by note. `left` are the quantities nobody asked for yet, by their places,
    `worth` the øre incl. VAT that are left at each rate, `sums` net and VAT of the invoice less all notes."""

    invoice: InvoiceDocument
    left: dict[int, Decimal]
    worth: Counter[Decimal] = field(default_factory=Counter)
    sums: Counter[tuple[int, str]] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    unlined: set[Decimal] = field(default_factory=set)
    """Rates of which an amount without a line was credited: what is left there no longer follows from quantities."""
    refused: int = 0

    @property
    def mode(self) -> str:
        """Which way a half øre goes."""
        return self.invoice.rounding.rpartition("/")[2]

    def add(self, lines: Sequence[DocumentLine], added: Sums, sign: int) -> None:
        """Count the lines of the invoice (1), or of a note (-1), which come to `added`."""
        for rate, (net, vat) in added.items():
            self.sums[rate, "net"] += sign * net
            self.sums[rate, "VAT"] += sign * vat
        incl = {rate: net + vat for rate, (net, vat) in added.items()}
        for rate, ore in (charged(lines, self.mode) if "document" in self.invoice.rounding else incl).items():
            self.worth[Decimal(rate) / 100] += sign * ore


def verdict(seed: int) -> Verdict:
    """Credit the seed's invoice and judge every note."""
    invoice, chance = invoice_of(seed), chance_of(seed)
    done = Partition(invoice, {entry.at: entry.quantity for entry in Remainder(invoice).choices})
    done.add(invoice.lines, books(invoice.lines, invoice.rounding), 1)
    faults: list[str] = []
    last = chance.randint(1, MOST_NOTES)
    for turn in range(last + 1):
        faults += _take(done, asked(chance, done.left, done.worth, is_last=turn == last))
        if not any(done.worth.values()):
            break
    wrong = {what: ore for what, ore in done.sums.items() if ore}
    faults += [f"in the end {ore} øre of {what} at {rate / 100} % are left" for (rate, what), ore in wrong.items()]
    return Verdict(seed, tuple(faults), len(done.notes), done.refused, max(map(abs, wrong.values()), default=0))


def _take(done: Partition, wish: Asked) -> Iterator[str]:
    """Make the note, and tell what is wrong with it."""
    amounts = {rate: Decimal(ore) / 100 for rate, ore in wish.amounts.items()}
    remainder = Remainder(done.invoice, [note.credited for note in done.notes])
    try:
        note = remainder.note(Wish(wish.quantities, amounts, dict.fromkeys(amounts, "X"), "Return", wish.is_rest))
    except AboveRemainder as above:
        done.refused += 1
        if wish.is_rest or wish.amounts or not _may_be_refused(done, wish, remainder):
            yield f"refused {wish}: {above}"
        return
    sums = books(note.lines, done.invoice.rounding)
    made = gross(sums)
    if not made:
        # Free goods by themselves, or an øre: the product makes no such note.
        return
    before = dict(done.worth)
    done.notes.append(note)
    done.add(note.lines, sums, -1)
    _strike(done, wish)
    if made < 0:
        yield f"a note of {made} øre: {wish}"
    for rate, ore in done.worth.items():
        if ore < 0 <= before[rate]:
            yield f"{ore} øre left at {rate} %: {wish}"
    yield from _asked_for(done, wish, note, remainder, made)
    done.unlined |= set(wish.amounts)


def _strike(done: Partition, wish: Asked) -> None:
    for at, quantity in wish.quantities.items():
        done.left[at] -= quantity
    if wish.is_rest:
        done.left = dict.fromkeys(done.left, Decimal(0))


def _may_be_refused(done: Partition, wish: Asked, remainder: Remainder) -> bool:
    return any(remainder.entries[at].rate in done.unlined for at in wish.quantities)


def _asked_for(done: Partition, wish: Asked, note: Note, remainder: Remainder, made: int) -> Iterator[str]:
    """Whether the note holds what was asked for."""
    taken: Counter[int] = Counter()
    for at, part in ((part.line, part) for part in note.credited if part.line in wish.quantities):
        entry, quantity = remainder.entries[at], wish.quantities[at]
        whole = sum(_amount(line, done.mode) for line in entry.lines)
        off = abs(int(part.amount * 100) - Fraction(quantity) * whole / Fraction(entry.quantity))
        if part.quantity != quantity:
            yield f"{part.quantity} of {at}, not {quantity}"
        # What was split off for the sake of its VAT stands on a line of its own.
        is_split = any(part.line == EXTRA for part in note.credited)
        if entry.rate not in done.unlined and not is_split and off > _near(entry.rate):
            yield f"{part.amount} for {quantity} of {at}, {float(off)} øre from its share"
        taken[at] += 1
    if taken != Counter(dict.fromkeys(wish.quantities, 1)):
        yield f"not the lines that were asked for: {wish}"
    for rate, ore in wish.amounts.items():
        off = abs(made - ore)
        if off > _near(rate):
            yield f"{off} øre from the amount that was asked for: {wish}"


def _near(rate: Decimal) -> Fraction:
    """How far a share may move: more than half an øre of VAT is worth, by this note and by those before."""
    return 2 + (NEAR / Fraction(rate * 100) if rate else 0)
