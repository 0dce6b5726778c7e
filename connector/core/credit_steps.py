"""By how many øre the shares of a note move, so that its VAT and that of what it leaves are the VAT of the whole.

Books work out the VAT of every document anew, from its own amounts. Two roundings need not add up to one: of 0.02 at
25 % two notes of 0.01 would have no VAT at all, where the invoice has 0.01 of it. What moves is the largest share at
its rate, by the fewest øre that serve, and the last note of a rate brings them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from connector.core.document import DocumentLine
from connector.core.entries import EXTRA, Credited, Entries, lines_of
from connector.core.money import ORE, ZERO, total
from connector.core.readings import DOCUMENT, GROSS, LINE, Reading, by_rate
from connector.core.vat import Taxed

REACH = 60
"""How far a share may move, in øre times percent: that is more than half an øre of VAT is worth."""
MOST_PIECES = 9
"""Fewer pieces than these are split off the last amount of a rate, for the sake of its VAT."""
NOTHING = Taxed(ZERO, ZERO)

Sums = Mapping[Decimal, Taxed]


class Balance:
    """What there is before a note. `left` are the parts that it can take of each entry, `sums` the net and VAT that are
    left at each rate, in books of this reading, `before` what earlier notes credited."""

    def __init__(
        self, entries: Entries, left: Mapping[int, Credited], sums: Sums, reading: Reading, before: Sequence[Credited]
    ) -> None:
        self.entries, self.left, self.sums, self.reading, self.before = entries, left, sums, reading, before

    def room(self, rate: Decimal) -> Decimal:
        """What is left at a rate, as the invoice's prices are."""
        sums = self.sums.get(rate, NOTHING)
        return sums.gross if self.reading.prices == GROSS else sums.net

    def settled(self, parts: Sequence[Credited], done: frozenset[int]) -> list[Credited]:
        """The parts, moved where that is needed. `done` are the entries that must not be moved: nothing of them, or of
        their rate, is left for a later note."""
        moved: list[Credited] = []
        for group in self._groups(parts):
            # What an amount without a line leaves is shared by all entries of its rate, so none of them is done.
            moved += self._moved(group, frozenset() if self._is_mixed(group) else done)
        return moved

    def _is_mixed(self, group: Sequence[Credited]) -> bool:
        """Whether VAT is rounded by the line, and an amount was credited at this rate that belongs to none."""
        return self.reading.level == LINE and any(self._has_extra(part.rate) or part.line == EXTRA for part in group)

    def _has_extra(self, rate: Decimal) -> bool:
        return bool(self.room(rate) - total(part.amount for part in self.left.values() if part.rate == rate))

    def _groups(self, parts: Sequence[Credited]) -> Iterable[Sequence[Credited]]:
        """The parts whose VAT is rounded together."""
        if self.reading.level == DOCUMENT:
            return [parts] if parts else []
        groups: dict[object, list[Credited]] = {}
        mixed = {part.rate for part in parts if self._is_mixed([part])}
        for part in parts:
            by_line = self.reading.level == LINE and part.rate not in mixed
            groups.setdefault(part.line if by_line else part.rate, []).append(part)
        return groups.values()

    def _moved(self, group: Sequence[Credited], done: frozenset[int]) -> Sequence[Credited]:
        ways = ((self._agrees, done), (self._agrees_in_all, done), (self._agrees_in_all, frozenset[int]()))
        for is_enough, fixed in ways:
            movable = _largest_by_rate(group, fixed)
            for steps in _steps([group[at].rate for at in movable]):
                tried = list(group)
                for at, step in zip(movable, steps, strict=True):
                    tried[at] = group[at].moved(step * ORE)
                if self._is_possible(tried, group) and is_enough(tried):
                    return tried
        return group

    def _is_possible(self, tried: Sequence[Credited], group: Sequence[Credited]) -> bool:
        """Whether nothing changes its sign, and no more is taken at a rate than there is."""
        taken: dict[Decimal, Decimal] = {}
        for part in tried:
            taken[part.rate] = taken.get(part.rate, ZERO) + part.amount
        keeps_signs = all(new.amount * old.amount >= 0 for new, old in zip(tried, group, strict=True))
        # By the line, what an entry has of it is all that counts: a discount may be left besides.
        is_there = self.reading.level == LINE or all(amount <= self.room(rate) for rate, amount in taken.items())
        return keeps_signs and is_there

    def _agrees(self, group: Sequence[Credited]) -> bool:
        """Whether the net and the VAT of these parts and of what they leave are those of what there was, rate by
        rate."""
        now, rest, before = self._sums_of(group)
        return all(
            now.get(rate, NOTHING).vat + rest.get(rate, NOTHING).vat == sums.vat
            and now.get(rate, NOTHING).net + rest.get(rate, NOTHING).net == sums.net
            for rate, sums in before.items()
        )

    def _agrees_in_all(self, group: Sequence[Credited]) -> bool:
        """The same for all rates together, where there is no way for each of them."""
        now, rest, before = self._sums_of(group)
        vat = total(part.vat for part in (*now.values(), *rest.values()))
        return self.reading.level == DOCUMENT and vat == total(part.vat for part in before.values())

    def _sums_of(self, group: Sequence[Credited]) -> tuple[Sums, Sums, Sums]:
        """Net and VAT by rate of these parts, of what they leave, and of what there was."""
        now = by_rate(lines_of(group, self.entries, self.reading), self.reading)
        if self._is_mixed(group):
            rest = by_rate(lines_of(self._left_unlined(group), self.entries, self.reading), self.reading)
            return now, rest, {part.rate: self.sums[part.rate] for part in group}
        if self.reading.level == LINE:
            left = [self.left[part.line] for part in group]
            less = [_less(one, group) for one in left]
            before = by_rate(lines_of(left, self.entries, self.reading), self.reading)
            return now, by_rate(lines_of(less, self.entries, self.reading), self.reading), before
        rates = set(self.sums) if self.reading.level == DOCUMENT else {part.rate for part in group}
        before = {rate: sums for rate, sums in self.sums.items() if rate in rates}
        return now, by_rate(self._rest(group, before), self.reading), before

    def _left_unlined(self, group: Sequence[Credited]) -> list[Credited]:
        """What is left at the group's rate, with what amounts without a line took of it."""
        rate = group[0].rate
        rest = [_less(left, group) for left in self.left.values() if left.rate == rate]
        kept = [part for part in rest if part.quantity > 0]
        owed = self.room(rate) - total(part.amount for part in (*group, *kept))
        return with_stray(kept, rate, owed, self.entries, self.before) if kept or owed else []

    # --- the last of a rate -------------------------------------------------------------------------------------------
    def aligned(self, parts: Sequence[Credited]) -> list[Credited]:
        """The parts; where they are the last of their rate, such that their VAT is what is left of it: some øre on
        lines of their own round otherwise than in one."""
        made = list(parts)
        if self.reading.level != LINE:
            return made
        for rate in dict.fromkeys(part.rate for part in parts):
            group = [part for part in made if part.rate == rate]
            if total(part.amount for part in group) == self.room(rate) and not self._is_rest(group):
                made = [part for part in made if part.rate != rate] + self._split(group)
        return made

    def _is_rest(self, group: Sequence[Credited]) -> bool:
        now = by_rate(lines_of(group, self.entries, self.reading), self.reading)
        return now.get(group[0].rate, NOTHING) == self.sums.get(group[0].rate, NOTHING)

    def _split(self, group: Sequence[Credited]) -> list[Credited]:
        """The parts with the fewest and smallest pieces split off the largest that bring their VAT to what is left."""
        largest = max(group, key=lambda part: part.amount)
        rest = [part for part in group if part is not largest]
        line = self.entries[largest.line].first if largest.line != EXTRA else None
        item, text = (line.item, line.description) if line else (largest.item, largest.text)
        for pieces, ore in product(range(1, MOST_PIECES), range(1, REACH)):
            piece = Credited(EXTRA, largest.rate, Decimal(1), ore * ORE, item=item, text=text)
            tried = [*rest, largest.moved(-pieces * piece.amount), *[piece] * pieces]
            if largest.amount > pieces * piece.amount and self._is_rest(tried):
                return tried
        return list(group)

    def _rest(self, group: Sequence[Credited], rates: Iterable[Decimal]) -> list[DocumentLine]:
        """What is left at each rate, as one line: where VAT is not rounded by the line, only that matters."""
        taken = {rate: total(part.amount for part in group if part.rate == rate) for rate in rates}
        return [DocumentLine("", "", Decimal(1), self.room(rate) - taken[rate], rate) for rate in rates]


def with_stray(
    parts: Sequence[Credited], rate: Decimal, stray: Decimal, entries: Entries, before: Sequence[Credited]
) -> list[Credited]:
    """`stray`, what is left at a rate besides the entries themselves, on the largest of them that can take it. `before`
    are the parts of earlier notes."""
    by_size = sorted((part for part in parts if part.rate == rate), key=lambda part: -part.amount)
    made = list(parts)
    for part in by_size:
        taken = max(stray, -part.amount) if part.amount > 0 else ZERO
        made[made.index(part)] = part.moved(taken)
        stray -= taken
    if stray:
        made.append(_unlined(rate, stray, entries, before))
    return made


def _unlined(rate: Decimal, amount: Decimal, entries: Entries, before: Sequence[Credited]) -> Credited:
    """An amount at a rate on what sold most there; else on what an earlier note credited it on."""
    there = [entry for entry in entries.values() if entry.rate == rate]
    if there:
        line = max(there, key=lambda entry: entry.amount).first
        return Credited(EXTRA, rate, Decimal(1), amount, item=line.item, text=line.description)
    part = next(part for part in before if part.line == EXTRA and part.rate == rate)
    return Credited(EXTRA, rate, Decimal(1), amount, item=part.item, text=part.text)


def _less(left: Credited, group: Sequence[Credited]) -> Credited:
    gone = [part for part in group if part.line == left.line]
    quantity = left.quantity - sum((part.quantity for part in gone), Decimal(0))
    return Credited(left.line, left.rate, quantity, left.amount - total(part.amount for part in gone))


def _largest_by_rate(group: Sequence[Credited], done: frozenset[int]) -> list[int]:
    """The places in the group of the parts on which an øre is noticed least, one for each rate that has VAT. What was
    free stays so."""
    largest: dict[Decimal, int] = {}
    for at, part in enumerate(group):
        known = largest.get(part.rate)
        if (
            part.rate
            and part.amount
            and part.line not in done
            and (known is None or abs(part.amount) > abs(group[known].amount))
        ):
            largest[part.rate] = at
    return list(largest.values())


def _steps(rates: Sequence[Decimal]) -> Iterator[tuple[int, ...]]:
    """By how many øre the part of each rate moves, the fewest first."""
    yield (0,) * len(rates)
    reaches = [range(-int(REACH / rate) - 2, int(REACH / rate) + 3) for rate in rates]
    yield from sorted(product(*reaches), key=lambda steps: (sum(map(abs, steps)), steps))
