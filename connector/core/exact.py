"""Net prices that bring a document to the shop's total, to the øre.

Books hold net prices of two decimals and put VAT on top, so a gross price does not come back by itself: at 25 %
about every fifth total has no net at all. Here the net total of each VAT rate is chosen first, then shared over the
lines. Nobody has settled whether books round VAT per line or on the total, half up or half even (e-conomic fact
sheet, section 14), so nets that come out the same under all four readings are preferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from connector.core.money import FLOOR, HALF_EVEN, HALF_UP, ORE, ZERO, in_ore, rounded, total
from connector.core.vat import ideal_net, net_for, vat_of

REACH = 2
"""How far, in øre, the lines chosen so far may stray from what they should add up to."""

LOST = REACH + 1
"""A reading that strayed further: it is not followed any more."""


@dataclass(frozen=True)
class Charge:
    """What the shop charged for one line.

    `gross` is the whole line incl. VAT (two decimals), `rate` in percent, `quantity` has at most two decimals and is
    not 0.
    """

    gross: Decimal
    rate: Decimal
    quantity: Decimal = Decimal(1)


class Piece(NamedTuple):
    """A line of the document, or a part of one: `quantity` × `unit_net`, both of at most two decimals."""

    quantity: Decimal
    unit_net: Decimal

    def net(self, mode: str = HALF_UP) -> Decimal:
        return rounded(self.quantity * self.unit_net, mode)

    def gross(self, rate: Decimal, mode: str) -> Decimal:
        """What books make of it that round VAT on every line."""
        net = self.net(mode)
        return net + vat_of(net, rate, mode)


@dataclass(frozen=True)
class Fit:
    """The pieces of each charge, in the charges' order, and the VAT-free amount that closes the gap (mostly 0.00)."""

    pieces: tuple[tuple[Piece, ...], ...]
    rounding: Decimal


def fit(charges: Sequence[Charge]) -> Fit:
    """Choose net prices whose document adds up to the charges, VAT rounded half up on each rate's total.

    The rounding is 0.00 or one øre: two rates that both lack a net pass each other the øre. A line is within about
    one øre of its ideal net; its quantity is split over two prices only where one price does not serve.
    """
    by_rate = _by_rate(charges)
    best = min(product(*(_placements(group) for group in by_rate)), key=_rank)
    pieces = {at: parts for placement in best for at, parts in placement.pieces.items()}
    return Fit(tuple(pieces[at] for at in range(len(charges))), total(placement.rounding for placement in best))


class _Cost(NamedTuple):
    """What a choice costs, the worst first: nets whose rounding hangs on the mode, split lines, distance from ideal."""

    ties: int
    splits: int
    distance: Decimal

    def plus(self, other: _Cost) -> _Cost:
        return _Cost(self.ties + other.ties, self.splits + other.splits, self.distance + other.distance)


FREE = _Cost(0, 0, Decimal(0))


class _Drift(NamedTuple):
    """How far lines are, in øre, from their nearest nets, and from the charges where VAT is rounded on each line."""

    net: int
    half_up: int
    half_even: int

    def plus(self, other: _Drift) -> _Drift:
        return _Drift(
            self.net + other.net, _strayed(self.half_up, other.half_up), _strayed(self.half_even, other.half_even)
        )


def _strayed(so_far: int, step: int) -> int:
    moved = so_far + step
    return LOST if so_far == LOST or abs(moved) > REACH else moved


@dataclass(frozen=True)
class _Choice:
    """One way to write a charge."""

    pieces: tuple[Piece, ...]
    drift: _Drift
    cost: _Cost


@dataclass(frozen=True)
class _Path:
    """The cheapest way to a drift, as a chain back to the first charge."""

    drift: _Drift
    cost: _Cost
    choice: _Choice | None = None
    before: _Path | None = None

    def backwards(self) -> Iterator[_Choice]:
        """The choices made, the last first."""
        path: _Path | None = self
        while path and path.choice:
            yield path.choice
            path = path.before


@dataclass(frozen=True)
class _Placement:
    """One rate's charges at one net total. `readings` counts the other readings that give the same gross."""

    pieces: dict[int, tuple[Piece, ...]]
    rounding: Decimal
    readings: int
    cost: _Cost


def _rank(placements: Sequence[_Placement]) -> tuple[Decimal, int, _Cost]:
    cost = FREE
    for placement in placements:
        cost = cost.plus(placement.cost)
    return abs(total(part.rounding for part in placements)), -sum(part.readings for part in placements), cost


_Group = dict[int, Charge]


def _by_rate(charges: Sequence[Charge]) -> list[_Group]:
    """The charges of each rate, the largest last: of equals, the last one carries a residue."""
    groups: dict[Decimal, _Group] = {}
    for at, charge in sorted(enumerate(charges), key=lambda numbered: abs(numbered[1].gross)):
        groups.setdefault(charge.rate, {})[at] = charge
    return list(groups.values())


def _placements(group: _Group) -> list[_Placement]:
    """The group at the net that gives its gross; at both neighbours' where there is none."""
    charges = list(group.values())
    gross = total(charge.gross for charge in charges)
    for gaps in ((ZERO,), (ORE, -ORE)):
        nets = {gap: net for gap in gaps if (net := net_for(gross - gap, charges[0].rate)) is not None}
        if nets:
            return [_placement(group, net, gap) for gap, net in nets.items()]
    raise ArithmeticError(f"no net near {gross} at {charges[0].rate} %")


def _placement(group: _Group, net: Decimal, rounding: Decimal) -> _Placement:
    charges = list(group.values())
    rate = charges[0].rate
    wanted = in_ore(net - total(_nearest(charge) for charge in charges))
    readings, path = _best(_paths(charges), wanted, -in_ore(rounding))
    readings += vat_of(net, rate, HALF_EVEN) == vat_of(net, rate)
    pieces = [choice.pieces for choice in path.backwards()][::-1]
    return _Placement(dict(zip(group, pieces, strict=True)), rounding, readings, path.cost)


def _best(paths: Sequence[_Path], net: int, gross: int) -> tuple[int, _Path]:
    """Of the paths to this net the one that most readings bring to this gross, the cheapest of equals."""
    arrived = [(list(path.drift[1:]).count(gross), path) for path in paths if path.drift.net == net]
    return min(arrived, key=lambda found: (-found[0], found[1].cost))


def _paths(charges: Sequence[Charge]) -> list[_Path]:
    """The cheapest path to every drift in reach."""
    paths = [_Path(_Drift(0, 0, 0), FREE)]
    ahead = Decimal(0)
    for charge in charges:
        ahead += ideal_net(charge.gross, charge.rate) - _nearest(charge)
        paths = _extended(paths, _choices(charge), in_ore(ahead))
    return paths


def _extended(paths: Sequence[_Path], choices: Sequence[_Choice], middle: int) -> list[_Path]:
    longer: dict[_Drift, _Path] = {}
    for path, choice in product(paths, choices):
        drift, cost = path.drift.plus(choice.drift), path.cost.plus(choice.cost)
        rival = longer.get(drift)
        if abs(drift.net - middle) <= REACH and (rival is None or cost < rival.cost):
            longer[drift] = _Path(drift, cost, choice, path)
    return list(longer.values())


def _nearest(charge: Charge) -> Decimal:
    return rounded(ideal_net(charge.gross, charge.rate))


def _choices(charge: Charge) -> list[_Choice]:
    """The charge at its nearest net and one øre to either side; what was free stays free."""
    steps = (0, -1, 1) if charge.gross else (0,)
    return [_choice(charge, step) for step in steps]


def _choice(charge: Charge, step: int) -> _Choice:
    net = _nearest(charge) + step * ORE
    pieces = _pieces(charge.quantity, net)
    half_up, half_even = (total(piece.gross(charge.rate, mode) for piece in pieces) for mode in (HALF_UP, HALF_EVEN))
    ties = sum(piece.net() != piece.net(HALF_EVEN) for piece in pieces)
    distance = (net - ideal_net(charge.gross, charge.rate)) ** 2
    drift = _Drift(step, in_ore(half_up - charge.gross), in_ore(half_even - charge.gross))
    return _Choice(pieces, drift, _Cost(ties, len(pieces) - 1, distance))


def _pieces(quantity: Decimal, net: Decimal) -> tuple[Piece, ...]:
    """Write `net` as the quantity at one price, else as two parts of it one øre apart.

    round(quantity × price) grows by less than a whole quantity's øre from one price to the next, so moving whole
    units to the higher price, one øre each, meets every net between.
    """
    if quantity < 0:
        return tuple(Piece(-part.quantity, part.unit_net) for part in _pieces(-quantity, -net))
    whole = Piece(quantity, rounded(net / quantity))
    if whole.net() == net:
        return (whole,)
    low = Piece(quantity, rounded(net / quantity, FLOOR))
    raised = Decimal(in_ore(net - low.net()))
    return Piece(quantity - raised, low.unit_net), Piece(raised, low.unit_net + ORE)
