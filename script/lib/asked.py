"""Credit notes that were asked for, and what the books hold of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from script.lib.control import Json

ORE = Decimal("0.01")
REST_OFF = ORE * 20
"""So much the shop's own roundings may leave or exceed what is left of an invoice: the last note takes the rest."""


@dataclass(frozen=True)
class Note:
    """One credit note as its preview or the shop told it, in amounts above zero, VAT by the rate in per cent.

    `key` is what it carries in the books; of a note that the shop made only the books know it, and `key` is its number
    in the shop. `is_open`: what was paid back is not registered, so that the note stays open.
    """

    invoice: str
    key: str
    gross: Decimal
    vat_by_rate: Mapping[Decimal, Decimal] = field(hash=False)
    is_shops: bool = False
    is_open: bool = False

    def is_final(self, document: Json) -> bool:
        """Whether of its document as much is open as must be."""
        return Decimal(document["remainder"]) == (-self.gross_of(document) if self.is_open else 0)

    def is_off(self, document: Json, *, is_last: bool) -> bool:
        """Whether its document has other figures; `is_last`: with it the whole invoice is credited."""
        off = abs(self.gross_of(document) - self.gross)
        if off > (REST_OFF if self.is_shops and is_last else 0):
            return True
        allowed, nothing = off + ORE if self.is_shops else Decimal(0), Decimal(0)
        vat = {rate: -amount for rate, (_, amount) in parts(document).items()}
        rates = {*vat, *self.vat_by_rate}
        return any(abs(vat.get(rate, nothing) - self.vat_by_rate.get(rate, nothing)) > allowed for rate in rates)

    @staticmethod
    def gross_of(document: Json) -> Decimal:
        """What a document credits, above zero."""
        return -Decimal(document["gross"])


@dataclass
class Paired:
    """An order's notes with their documents, and the documents that nobody asked for."""

    found: dict[Note, Json] = field(default_factory=dict)
    missing: list[Note] = field(default_factory=list)
    unasked: list[Json] = field(default_factory=list)


def paired(notes: Iterable[Note], booked: Iterable[Json]) -> Paired:
    """Each note with the booked document of its key; those of the shop with what is left, the nearest first."""
    made = Paired(unasked=list(booked))
    shops = []
    for note in notes:
        if note.is_shops:
            shops.append(note)
        else:
            _pair(made, note, [document for document in made.unasked if document["reference"] == note.key])
    for most in (Decimal(0), REST_OFF):
        for note in [one for one in shops if one not in made.found]:
            near = [document for document in made.unasked if abs(note.gross_of(document) - note.gross) <= most]
            _pair(made, note, near)
    made.missing += [note for note in shops if note not in made.found]
    return made


def _pair(made: Paired, note: Note, documents: Sequence[Json]) -> None:
    if documents:
        made.found[note] = documents[0]
        made.unasked.remove(documents[0])
    elif not note.is_shops:
        made.missing.append(note)


def parts(document: Json) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """What a document of the ledger has of each VAT rate: net and VAT, without those that come to nothing."""
    rates = document["vat_by_rate"].items()
    found = {Decimal(rate): (Decimal(sums["net"]), Decimal(sums["vat"])) for rate, sums in rates}
    return {rate: sums for rate, sums in found.items() if any(sums)}


def left(invoice: Json, credits: Iterable[Json]) -> dict[Decimal, tuple[Decimal, Decimal]]:
    """What credit notes leave of an invoice at each VAT rate; empty where that is nothing."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for document in (invoice, *credits):
        for rate, (net, vat) in parts(document).items():
            before = sums.get(rate, (Decimal(0), Decimal(0)))
            sums[rate] = (before[0] + net, before[1] + vat)
    return {rate: amounts for rate, amounts in sums.items() if any(amounts)}
