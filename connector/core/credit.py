"""What is left to credit of an invoice, and the lines of a note that credits a part of it.

A note is made of the invoice's own lines, never of the shop's order once more. Quantities are shared cumulatively: a
note is the rounded share of everything credited so far, less what was credited before, and the last one takes what is
left (bookkeeping rule 4; complaints 40 and 41). Amounts are as the invoice's prices are, excluding VAT or including it,
and above zero for what is credited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from connector.core.credit_steps import REACH, Balance, with_stray
from connector.core.document import DocumentLine, InvoiceDocument
from connector.core.entries import EXTRA, GIFT_CARD, GOODS, ROUNDING, Credited, Entry, entries_of, lines_of
from connector.core.money import ORE, ZERO, rounded, total
from connector.core.readings import GROSS, LINE, Reading, by_rate, figures
from connector.core.vat import Taxed, ideal_net

MOST_MOVED = ORE * REACH
"""What earlier notes may have moved at one rate; what is more was asked for."""


class AboveRemainder(Exception):
    """More was asked for than is left. `line` is the entry's place, EXTRA for an amount; `left` what there is of it: a
    quantity, or an amount incl. VAT."""

    def __init__(self, line: int, left: Decimal) -> None:
        super().__init__(line, left)
        self.line, self.left = line, left


@dataclass(frozen=True)
class Wish:
    """What is to be credited: quantities by the place of their entry, and amounts incl. VAT by rate, each on the item
    of `items` and with the words `text`. `is_rest`: whatever is left."""

    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    amounts: Mapping[Decimal, Decimal] = field(default_factory=dict)
    items: Mapping[Decimal, str] = field(default_factory=dict)
    text: str = ""
    is_rest: bool = False


@dataclass(frozen=True)
class Note:
    """The lines of a note, and what they credit of the invoice."""

    lines: tuple[DocumentLine, ...]
    credited: tuple[Credited, ...]


class Remainder:
    """An invoice less what its earlier notes credited. `rounding` is the item without VAT, and its text, for an øre
    where no net gives the sum; none where the books have no such item, or hold prices including VAT."""

    def __init__(
        self,
        invoice: InvoiceDocument,
        before: Sequence[Sequence[Credited]] = (),
        rounding: tuple[str, str] = ("", ""),
    ) -> None:
        self.rounding = rounding
        self.reading = Reading.named(invoice.rounding)
        self.entries = entries_of(invoice)
        self._notes = before
        self.before = [part for note in before for part in note]
        self._gone: dict[int, list[Credited]] = {}
        for part in self.before:
            self._gone.setdefault(part.line, []).append(part)
        self.by_rate = dict(invoice.by_rate)
        for note in before:
            for rate, sums in by_rate(lines_of(note, self.entries, self.reading), self.reading).items():
                left = self.by_rate.get(rate, Taxed(ZERO, ZERO))
                self.by_rate[rate] = Taxed(left.net - sums.net, left.vat - sums.vat)

    def under(self, invoice: InvoiceDocument) -> Remainder:
        """The same notes taken off the invoice as books of its reading add it up."""
        return Remainder(invoice, self._notes, self.rounding)

    # --- what is left -------------------------------------------------------------------------------------------------
    @property
    def gross(self) -> Decimal:
        """What can be credited at most, incl. VAT."""
        return total(part.gross for part in self.by_rate.values())

    def gross_at(self, rate: Decimal) -> Decimal:
        """What can be credited at most at a rate, incl. VAT."""
        return self.by_rate[rate].gross if rate in self.by_rate else ZERO

    def quantity(self, at: int) -> Decimal:
        """How many of an entry are left."""
        gone = self._gone.get(at, ())
        return self.entries[at].quantity - sum((part.quantity for part in gone), Decimal(0))

    def amount(self, at: int) -> Decimal:
        """What is left of an entry, as its price is."""
        return self.entries[at].amount - total(part.amount for part in self._gone.get(at, ()))

    @property
    def choices(self) -> list[Entry]:
        """The entries that a person chooses from, also those of which nothing is left."""
        return [entry for entry in self.entries.values() if not entry.follows]

    # --- a note -------------------------------------------------------------------------------------------------------
    def note(self, wish: Wish) -> Note:
        """A note of what is wished for; a discount goes along in its share. Raises AboveRemainder."""
        if wish.is_rest:
            return self.everything()
        parts = [*self._quantities(wish), *self._amounts(wish)]
        parts += self._following(parts)
        kept = {entry.at: entry.amount for entry in self.choices if not self._is_done(entry, parts)}
        if not wish.amounts and not any(kept.values()):
            return self._everything(kept, [part for part in parts if part.line in kept])
        return self._note(self._settled(parts))

    def everything(self) -> Note:
        """A note of all that is left: what earlier notes moved comes back with it."""
        return self._everything()

    def _everything(self, kept_free: Collection[int] = (), free: Iterable[Credited] = ()) -> Note:
        """The same without the free goods that are kept, and with those that are credited."""
        parts = sorted([*map(self._left, self.entries.keys() - kept_free), *free], key=lambda part: part.line)
        # What follows others, and was credited with them, is no line of 0.00.
        kept = [part for part in parts if part.quantity > 0 and (part.amount or not self.entries[part.line].follows)]
        for rate in dict.fromkeys(part.rate for part in (*parts, *self.before)):
            stray = total(part.amount for part in parts if part.rate == rate and part.quantity <= 0)
            stray -= total(part.amount for part in self.before if part.line == EXTRA and part.rate == rate)
            kept = with_stray(kept, rate, stray, self.entries, self.before)
        return self._note(self._closed(self._balance().aligned(kept)))

    def _closed(self, parts: Sequence[Credited]) -> list[Credited]:
        """The last parts, to the øre of what is left: what a shop credited at its own amounts may leave a sum that no
        net has, and then it is the VAT-free øre that gives."""
        off = self.gross - figures(lines_of(parts, self.entries, self.reading), self.reading).gross
        if self.reading.prices == GROSS or not 0 < abs(off) <= MOST_MOVED:
            return list(parts)
        at = next((place for place, part in enumerate(parts) if self._is_rounding(part)), None)
        if at is not None:
            return [*parts[:at], parts[at].moved(off), *parts[at + 1 :]]
        item, text = self.rounding
        return [*parts, *([Credited(EXTRA, Decimal(0), Decimal(1), off, item=item, text=text)] if item else [])]

    def _is_rounding(self, part: Credited) -> bool:
        entry = self.entries.get(part.line)
        return entry is not None and entry.purpose == ROUNDING

    def _left(self, at: int) -> Credited:
        return Credited(at, self.entries[at].rate, self.quantity(at), self.amount(at))

    def _quantities(self, wish: Wish) -> Iterator[Credited]:
        for at, quantity in wish.quantities.items():
            if not quantity:
                continue
            if at not in self.entries or self.entries[at].follows:
                raise AboveRemainder(at, ZERO)
            entry, left = self.entries[at], self.quantity(at)
            if not 0 < quantity <= left:
                raise AboveRemainder(at, max(left, ZERO))
            gone = entry.quantity - left
            upto, before = (rounded(entry.amount * part / entry.quantity) for part in (gone + quantity, gone))
            yield Credited(at, entry.rate, quantity, upto - before)

    def _amounts(self, wish: Wish) -> Iterator[Credited]:
        for rate, gross in wish.amounts.items():
            if not gross:
                continue
            if not 0 < gross <= self.gross_at(rate):
                raise AboveRemainder(EXTRA, self.gross_at(rate))
            amount = self._room(rate) if gross == self.gross_at(rate) else self._priced(gross, rate)
            yield Credited(EXTRA, rate, Decimal(1), amount, item=wish.items.get(rate, ""), text=wish.text)

    def _priced(self, gross: Decimal, rate: Decimal) -> Decimal:
        """An amount incl. VAT as the invoice's prices are."""
        return gross if self.reading.prices == GROSS else rounded(ideal_net(gross, rate))

    def _room(self, rate: Decimal) -> Decimal:
        """What is left at a rate, as the invoice's prices are."""
        return self._balance().room(rate)

    def _balance(self) -> Balance:
        left = {at: self._left(at) for at in self.entries}
        return Balance(self.entries, left, self.by_rate, self.reading, self.before)

    def _following(self, parts: Sequence[Credited]) -> Iterator[Credited]:
        """The share of each discount in what is credited of that which it lowered."""
        for at, entry in self.entries.items():
            lowered = self._lowered_by(entry)
            sold = total(other.amount for other in lowered)
            if not entry.follows or entry.purpose == ROUNDING or sold <= 0:
                continue
            places = {other.at for other in lowered}
            gone = total(part.amount - part.shift for part in (*self.before, *parts) if part.line in places)
            was = total(part.amount - part.shift for part in self.before if part.line == at)
            share = rounded(entry.amount * min(gone, sold) / sold) - was
            is_last = gone >= sold and self.quantity(at) > 0
            if share or is_last:
                yield Credited(at, entry.rate, self.quantity(at) if is_last else ZERO, share)

    def _lowered_by(self, entry: Entry) -> list[Entry]:
        """What a discount was given on: the goods of its rate, else whatever was sold at it; a gift card pays for
        everything."""
        sold = [other for other in self.entries.values() if other.rate == entry.rate and not other.follows]
        goods = [other for other in sold if other.purpose in (GOODS, "")]
        return sold if entry.purpose == GIFT_CARD or not goods else goods

    def _is_done(self, entry: Entry, parts: Sequence[Credited]) -> bool:
        """Whether nothing of an entry is left after these parts."""
        taken = sum((part.quantity for part in parts if part.line == entry.at), Decimal(0))
        return self.quantity(entry.at) - taken <= 0

    # --- to the øre ---------------------------------------------------------------------------------------------------
    def _settled(self, parts: Sequence[Credited]) -> list[Credited]:
        """The parts moved to the øre. A rate of which nothing is left after them gets back what earlier notes moved."""
        rates = dict.fromkeys(part.rate for part in parts)
        given_back = list(parts)
        fixed: set[int] = set()
        for group in self._done(parts):
            owed = -total(part.shift for part in self.before if part.line in group)
            largest = max((part for part in parts if part.line in group), key=lambda part: part.amount)
            given_back[given_back.index(largest)] = largest.moved(owed)
            fixed |= group
        balance = self._balance()
        capped = self._within(given_back, rates, balance)
        return balance.settled(capped, frozenset(fixed))

    def _within(self, parts: Sequence[Credited], rates: Iterable[Decimal], balance: Balance) -> list[Credited]:
        """The parts, less the few øre that earlier notes moved. Raises AboveRemainder where they are more than is
        left."""
        made = list(parts)
        for rate in rates:
            above = total(part.amount for part in parts if part.rate == rate) - balance.room(rate)
            if above > MOST_MOVED:
                raise AboveRemainder(EXTRA, self.gross_at(rate))
            if above > 0:
                largest = max((part for part in made if part.rate == rate), key=lambda part: part.amount)
                made[made.index(largest)] = largest.moved(-above)
        return made

    def _done(self, parts: Sequence[Credited]) -> Iterator[frozenset[int]]:
        """The entries of which nothing is left after these parts, with all others whose VAT is rounded with theirs."""
        for rate in dict.fromkeys(part.rate for part in parts):
            there = [entry for entry in self.entries.values() if entry.rate == rate and entry.purpose != ROUNDING]
            if self.reading.level == LINE:
                done = [part.line for part in parts if part.rate == rate and part.line != EXTRA]
                yield from (frozenset({at}) for at in done if self._is_done(self.entries[at], parts))
            elif not any(part.line == EXTRA and part.rate == rate for part in parts) and all(
                self._is_done(entry, parts) for entry in there
            ):
                yield frozenset(entry.at for entry in there)

    def _note(self, parts: Sequence[Credited]) -> Note:
        kept = tuple(self._balance().aligned([part for part in parts if part.amount or part.quantity]))
        return Note(lines_of(kept, self.entries, self.reading), kept)


def document_of(invoice: InvoiceDocument, made: Note, **told: object) -> InvoiceDocument:
    """The note as a document: the invoice with the note's lines, and what is `told` of it (key, number, date …)."""
    document = replace(invoice, lines=made.lines, payments=(), delivery=None, delivery_date=None, true_date=None)
    gross = replace(invoice.total, amount=document.gross)
    return replace(document, total=gross, order_total=gross, **told)  # type: ignore[arg-type]


__all__ = [
    "EXTRA",
    "AboveRemainder",
    "Credited",
    "Entry",
    "Note",
    "Remainder",
    "Wish",
    "document_of",
    "entries_of",
]
