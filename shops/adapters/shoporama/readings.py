"""Which ways of reading an order's figures hold: those whose lines are the shop's total, and its VAT, to the øre.

That check is what makes the unknown shape safe (fact sheet, section 4): what does not hold is never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product

from connector.core.errors import NeedsSetup
from connector.core.money import ORE, ZERO, allocate, plain, rounded, total
from connector.core.order import SPREAD, LineKind, OrderLine
from connector.core.vat import ideal_net, split
from shops.adapters.shoporama.facts import Facts
from shops.adapters.shoporama.parts import NO_VAT, Home, Part, charge_parts, discount_parts, goods_parts


@dataclass(frozen=True)
class Reading:
    """One way to read an order. `total` is what was charged, before any gift card."""

    parts: tuple[Part, ...]
    total: Decimal
    card_word: str = ""

    @property
    def name(self) -> str:
        """The way in words, for people who must choose between several."""
        return " ".join(filter(None, [*(part.word for part in self.parts), self.card_word]))

    @cached_property
    def lines(self) -> tuple[OrderLine, ...]:
        return tuple(line for part in self.parts for line in part.lines)

    @cached_property
    def gross(self) -> Decimal:
        """What the lines add up to, incl. VAT."""
        return total(part.gross for part in self.parts)

    @property
    def is_incl(self) -> bool:
        """Whether every price that the shop states includes VAT."""
        return all(part.is_incl for part in self.parts)

    @property
    def off(self) -> Decimal:
        """What the lines lack of the total."""
        return self.total - self.gross

    @cached_property
    def parted(self) -> tuple[tuple[OrderLine, ...], ...]:
        """The lines by part, a discount over all rates split into one for each rate of the goods."""
        goods = self.parts[0].by_rate
        return tuple(tuple(_spread(part.lines, goods)) for part in self.parts if part.lines)

    @cached_property
    def vat(self) -> tuple[Decimal, Decimal]:
        """The VAT in the lines, rounded on the whole and rounded by the line: shops do either."""
        lines = [line for part in self.parted for line in part]
        whole = sum((line.gross - ideal_net(line.gross, line.vat_rate) for line in lines), ZERO)
        return rounded(whole), total(split(line.gross, line.vat_rate).vat for line in lines)

    @property
    def meaning(self) -> tuple[Decimal, tuple[OrderLine, ...]]:
        """What the reading comes to; readings that mean the same are one. A line of 0.00 has no VAT to disagree on."""
        return self.total, tuple(line if line.gross else replace(line, vat_rate=NO_VAT) for line in self.lines)

    def vat_off(self, stated: Decimal) -> Decimal:
        """By how much the VAT differs from what the shop says, without sign."""
        return min(abs(abs(found) - abs(stated)) for found in self.vat)


def _spread(lines: Sequence[OrderLine], goods: Mapping[Decimal, Decimal]) -> Iterator[OrderLine]:
    for line in lines:
        if line.vat_rate == SPREAD:
            shares = zip(goods, allocate(line.gross, list(goods.values())), strict=True)
            yield from (replace(line, gross=share, vat_rate=rate) for rate, share in shares)
        else:
            yield line


def candidates(facts: Facts, home: Home) -> Iterator[Reading]:
    """Every way to read the figures, the most natural first, whether it holds or not."""
    for goods in goods_parts(facts, home):
        shipping_ways = charge_parts(LineKind.SHIPPING, [facts.shipping], goods, facts, home)
        fee_ways = charge_parts(LineKind.FEE, facts.fees, goods, facts, home)
        for shipping, fees in product(shipping_ways, fee_ways):
            for discount in discount_parts(facts, goods, shipping, home):
                yield from _with_total(facts, (goods, shipping, fees, discount))


def _with_total(facts: Facts, parts: tuple[Part, ...]) -> Iterator[Reading]:
    """The stated total may be what is left when the gift card has paid, or what was charged."""
    if not facts.gift_card:
        yield Reading(parts, facts.total)
        return
    card = facts.gift_card.copy_sign(parts[0].gross)
    yield Reading(parts, facts.total + card, "gift-card-off-total")
    yield Reading(parts, facts.total, "gift-card-in-total")


def holding(facts: Facts, home: Home, order: str) -> list[Reading]:
    """The readings that hold, each meaning once, the preferred first.

    Prices include VAT on the shop's own invoices (section 4). Where such a reading holds, those in which VAT comes on
    top of some price are left out: they hold by coincidence. (20 % off all, shipping's VAT on top, is the same sum as
    20 % off the goods.)

    Raises NeedsSetup("total-off") when none does; its fact `what` says whether the total or the VAT is off.
    """
    tried = list(candidates(facts, home))
    summed = [reading for reading in tried if not reading.off]
    if not summed:
        told = _to_tell(tried)
        raise total_off(order, "total", told.gross, told.total)
    agreeing = summed if facts.vat is None else _agreeing(summed, facts.vat, order)
    return _distinct([reading for reading in agreeing if reading.is_incl] or agreeing)


def _to_tell(tried: Sequence[Reading]) -> Reading:
    """The reading whose sum people are shown: the natural one, unless another comes so near that it must be meant."""
    natural = tried[0]
    closest = min(tried, key=lambda reading: abs(reading.off))
    return closest if abs(closest.off) * 10 < abs(natural.off) else natural


def _agreeing(readings: Sequence[Reading], stated: Decimal, order: str) -> list[Reading]:
    """Those whose VAT is the stated one within an øre per line.

    On long orders that allowance could hide whether a small fee has VAT; a reading that agrees to the øre
    therefore beats those that only come near.
    """
    off = [(reading.vat_off(stated), reading) for reading in readings]
    nearest, closest = min(off, key=lambda pair: pair[0])
    if nearest > ORE * max(len(closest.lines), 1):
        raise total_off(order, "vat", closest.vat[0], stated)
    return [reading for error, reading in off if error <= max(nearest, ORE)]


def _distinct(readings: Sequence[Reading]) -> list[Reading]:
    first: dict[object, Reading] = {}
    for reading in readings:
        first.setdefault(reading.meaning, reading)
    return list(first.values())


def total_off(order: str, what: str, lines: Decimal, paid: Decimal) -> NeedsSetup:
    """The stop for figures that do not add up; amounts as texts with two decimals."""
    amounts = {"lines": plain(lines), "paid": plain(paid), "difference": plain(paid - lines)}
    return NeedsSetup("total-off", order=order, what=what, **amounts)
