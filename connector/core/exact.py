"""Net prices that bring a document to the shop's total, to the øre.

Books hold net prices of two decimals and put VAT on top, so a gross price does not come back by itself: at 25 %
every fifth total has no net at all (bookkeeping rule 10). So each line gets a net near its own ideal one, such that
the books come to the shop's gross per VAT rate; where no nets do, one visible VAT-free øre closes the gap.

Which nets they are depends on how the books round (`readings`). Of those that do it under the reading that holds, the
ones that come out the same under all four are preferred; `paths` finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from connector.core.money import ORE, ZERO, rounded, total
from connector.core.paths import FREE, Charge, Cost, Piece, agreeing, best_path, goals_of, pieces_of
from connector.core.readings import GROSS, USUAL, Reading
from connector.core.vat import ideal_net

__all__ = ["Charge", "Fit", "Piece", "fit"]


@dataclass(frozen=True)
class Fit:
    """The pieces of each charge, in the charges' order, and the VAT-free amount that closes the gap (mostly 0.00)."""

    pieces: tuple[tuple[Piece, ...], ...]
    rounding: Decimal


def fit(charges: Sequence[Charge], reading: Reading = USUAL) -> Fit:
    """Choose net prices whose document adds up to the charges in books of this reading.

    The rounding is 0.00 or one øre: two rates that both lack a net pass each other the øre. A line is within half an
    øre and what it carries of its ideal net; its quantity is split over two prices only where one does not serve.
    Books whose prices include VAT hold each charge as it is, and need no rounding.
    """
    if reading.prices == GROSS:
        return Fit(tuple(pieces_of(one.quantity, one.gross, reading.rounding) for one in charges), ZERO)
    by_rate = _by_rate(charges)
    best = min(product(*(_placements(group, reading) for group in by_rate)), key=_rank)
    pieces = {at: parts for placement in best for at, parts in placement.pieces.items()}
    return Fit(tuple(pieces[at] for at in range(len(charges))), total(placement.rounding for placement in best))


@dataclass(frozen=True)
class _Placement:
    """One rate's charges, met up to `rounding`. `vat_off` is how far its VAT is from that in what the shop charged, and
    `readings` counts the readings that give the same gross."""

    pieces: dict[int, tuple[Piece, ...]]
    rounding: Decimal
    vat_off: Decimal
    readings: int
    cost: Cost


def _rank(placements: Sequence[_Placement]) -> tuple[Decimal, Decimal, int, Cost]:
    cost = FREE
    for placement in placements:
        cost = cost.plus(placement.cost)
    rounding = total(part.rounding for part in placements)
    vat_off = total(part.vat_off for part in placements)
    return abs(rounding), vat_off, -sum(part.readings for part in placements), cost


_Group = dict[int, Charge]


def _by_rate(charges: Sequence[Charge]) -> list[_Group]:
    groups: dict[Decimal, _Group] = {}
    for at, charge in enumerate(charges):
        groups.setdefault(charge.rate, {})[at] = charge
    return list(groups.values())


def _placements(group: _Group, reading: Reading) -> list[_Placement]:
    """The group at nets that give its gross; an øre to either side of it where there are none."""
    for gaps in ((ZERO,), (ORE, -ORE)):
        found = [placement for gap in gaps if (placement := _placement(group, gap, reading))]
        if found:
            return found
    raise ArithmeticError(f"no nets near {total(charge.gross for charge in group.values())}")


def _placement(group: _Group, gap: Decimal, reading: Reading) -> _Placement | None:
    charges = list(group.values())
    goals = goals_of(charges, gap)
    path = best_path(charges, goals, reading)
    if path is None:
        return None
    pieces = [choice.pieces for choice in path.backwards()][::-1]
    net = total(piece.amount(reading.rounding) for parts in pieces for piece in parts)
    gross = total(charge.gross for charge in charges)
    vat_off = abs(gross - gap - net - rounded(gross - ideal_net(gross, charges[0].rate)))
    return _Placement(dict(zip(group, pieces, strict=True)), gap, vat_off, agreeing(path.drift, goals), path.cost)
