"""Net prices that bring a document to the shop's total, to the øre.

Books hold net prices of two decimals and put VAT on top, so a gross price does not come back by itself: at 25 %
every fifth total has no net at all (bookkeeping rule 10). So the net total of each VAT rate is chosen first, the one
whose VAT brings it to the shop's gross, and then shared over the lines, each near its own ideal net.

Nobody has settled whether books round VAT per line or on the total, half up or half even (e-conomic fact sheet,
section 14). Of the nets that meet the total, those that come out the same under all four readings are preferred. They
are found line by line, keeping the cheapest path to each drift: there are few drifts, however many lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import NamedTuple

from connector.core.money import FLOOR, HALF_EVEN, HALF_UP, ORE, ZERO, in_ore, rounded, total
from connector.core.vat import ideal_net, net_for, vat_of

MODES = (HALF_UP, HALF_EVEN)
"""How books may round a half øre."""

WIDTHS = (1, 2)
"""How many øre a line may carry: two only where one does not make the document the same under every reading."""

REACH = 3
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

    @cached_property
    def ideal(self) -> Decimal:
        """The net that the charge holds, unrounded."""
        return ideal_net(self.gross, self.rate)

    @cached_property
    def nearest(self) -> Decimal:
        """The ideal net to two decimals."""
        return rounded(self.ideal)


class Piece(NamedTuple):
    """A line of the document, or a part of one: `quantity` × `unit_net`, both of at most two decimals."""

    quantity: Decimal
    unit_net: Decimal

    def net(self, mode: str = HALF_UP) -> Decimal:
        return rounded(self.quantity * self.unit_net, mode)


@dataclass(frozen=True)
class Fit:
    """The pieces of each charge, in the charges' order, and the VAT-free amount that closes the gap (mostly 0.00)."""

    pieces: tuple[tuple[Piece, ...], ...]
    rounding: Decimal


def fit(charges: Sequence[Charge]) -> Fit:
    """Choose net prices whose document adds up to the charges, VAT rounded half up on each rate's total.

    The rounding is 0.00 or one øre: two rates that both lack a net pass each other the øre. A line is within half an
    øre and what it carries of its ideal net; its quantity is split over two prices only where one does not serve.
    """
    by_rate = _by_rate(charges)
    best = min(product(*(_placements(group) for group in by_rate)), key=_rank)
    pieces = {at: parts for placement in best for at, parts in placement.pieces.items()}
    return Fit(tuple(pieces[at] for at in range(len(charges))), total(placement.rounding for placement in best))


class _Cost(NamedTuple):
    """What a choice costs, the worst first.

    Nets whose rounding hangs on the mode, split lines, squared distance from the ideal nets, and of equals the small
    lines that were moved rather than large ones.
    """

    ties: int
    splits: int
    distance: Decimal
    moved: Decimal

    def plus(self, other: _Cost) -> _Cost:
        return _Cost(
            self.ties + other.ties,
            self.splits + other.splits,
            self.distance + other.distance,
            self.moved + other.moved,
        )


FREE = _Cost(0, 0, ZERO, ZERO)


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
    """One rate's charges at one net total. `vat_off` is how far its VAT is from that in what the shop charged, and
    `readings` counts the other readings that give the same gross."""

    pieces: dict[int, tuple[Piece, ...]]
    rounding: Decimal
    vat_off: Decimal
    readings: int
    cost: _Cost


def _rank(placements: Sequence[_Placement]) -> tuple[Decimal, Decimal, int, _Cost]:
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
    gross = total(charge.gross for charge in charges)
    vat_off = abs(gross - rounding - net - rounded(gross - ideal_net(gross, charges[0].rate)))
    goal = in_ore(net - total(charge.nearest for charge in charges)), -in_ore(rounding)
    path = _best(charges, *goal)
    pieces = [choice.pieces for choice in path.backwards()][::-1]
    readings = _agreeing(path, goal[1]) + _is_clear(net, charges[0].rate)
    return _Placement(dict(zip(group, pieces, strict=True)), rounding, vat_off, readings, path.cost)


def _is_clear(net: Decimal, rate: Decimal) -> bool:
    return vat_of(net, rate, HALF_UP) == vat_of(net, rate, HALF_EVEN)


def _agreeing(path: _Path, gross: int) -> int:
    """How many of the readings that round VAT on each line bring the path to this gross."""
    return (path.drift.half_up, path.drift.half_even).count(gross)


def _best(charges: Sequence[Charge], net: int, gross: int) -> _Path:
    """Of the paths to this net the one that most readings bring to this gross, the cheapest of equals."""
    for width in WIDTHS:
        best = min(_paths(charges, width, net), key=lambda path: (-_agreeing(path, gross), path.cost))
        if _agreeing(best, gross) == len(MODES):
            break
    return best


def _paths(charges: Sequence[Charge], width: int, net: int) -> list[_Path]:
    """The cheapest path to every drift of this net, each line at most `width` øre from its nearest one."""
    paths = [_Path(_Drift(0, 0, 0), FREE)]
    ahead = Decimal(0)
    for left, charge in zip(reversed(range(len(charges))), charges, strict=True):
        ahead += charge.ideal - charge.nearest
        middle = in_ore(ahead)
        lowest, highest = max(middle - REACH, net - left * width), min(middle + REACH, net + left * width)
        paths = _extended(paths, _choices(charge, width), range(lowest, highest + 1))
    return paths


def _extended(paths: Sequence[_Path], choices: Sequence[_Choice], nets: range) -> list[_Path]:
    longer: dict[_Drift, _Path] = {}
    for path, choice in product(paths, choices):
        if path.drift.net + choice.drift.net not in nets:
            continue
        drift, cost = path.drift.plus(choice.drift), path.cost.plus(choice.cost)
        if drift not in longer or cost < longer[drift].cost:
            longer[drift] = _Path(drift, cost, choice, path)
    return list(longer.values())


def _choices(charge: Charge, width: int) -> list[_Choice]:
    """The charge at the nets around its nearest one; what was free stays free, and no price changes its sign."""
    steps = sorted(range(-width, width + 1), key=abs) if charge.gross else [0]
    nets = {step: charge.nearest + step * ORE for step in steps}
    return [_choice(charge, step, net) for step, net in nets.items() if net * charge.gross >= 0]


def _choice(charge: Charge, step: int, net: Decimal) -> _Choice:
    pieces = _pieces(charge.quantity, net)
    nets = [[piece.net(mode) for piece in pieces] for mode in MODES]
    half_up, half_even = (_off(charge, *reading) for reading in zip(nets, MODES, strict=True))
    cost = _Cost(int(nets[0] != nets[1]), len(pieces) - 1, (net - charge.ideal) ** 2, -abs(step * charge.gross))
    return _Choice(pieces, _Drift(step, half_up, half_even), cost)


def _off(charge: Charge, nets: Sequence[Decimal], mode: str) -> int:
    """How far, in øre, the nets come from the charge where VAT is rounded on each line."""
    return in_ore(total(net + vat_of(net, charge.rate, mode) for net in nets) - charge.gross)


def _pieces(quantity: Decimal, net: Decimal) -> tuple[Piece, ...]:
    """Write `net` as the quantity at one price, else as two parts of it one øre apart.

    From one price to the next, round(quantity × price) moves by at most the quantity in øre, rounded up; so whole units
    at the higher price, one øre each, meet every net between. What is returned has a negative quantity throughout.
    """
    whole = Piece(quantity, rounded(net / quantity))
    if whole.net() == net:
        return (whole,)
    low = Piece(quantity, rounded(net / quantity, FLOOR))
    raised = Decimal(in_ore(net - low.net()))
    return Piece(quantity - raised, low.unit_net), Piece(raised, low.unit_net + ORE)
