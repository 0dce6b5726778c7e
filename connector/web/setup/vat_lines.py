"""The rows of the page Momszoner: each situation with its zone, both sides' rates, and what it misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.forms.boundfield import BoundField

from connector.core import vat_rates
from connector.core.document import Situation
from connector.sync import rules
from connector.web.setup.finance import Books
from connector.web.setup.situations import AHEAD_DAYS, Kind, Meeting, charged_rates, kinds, meetings
from connector.web.setup.vat_form import VatForm, countries_in
from connector.web.setup.zones import ZONES

ALWAYS = frozenset({Situation.DOMESTIC, Situation.ABROAD})
"""The situations that every shop has a zone for."""

Seen = Mapping[str, frozenset[Decimal]]
"""Zone setting → the VAT rates in percent that the shop charged there."""


@dataclass(frozen=True)
class Look:
    """What the rows are made of. `values` are the settings as typed or saved; `home` is the shop's country; `seen` what
    the latest orders were charged; `waiting` how many orders wait per situation."""

    books: Books
    form: VatForm
    values: Mapping[str, str]
    home: str
    day: date
    seen: Seen
    waiting: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """A situation on the page. `own` is the field that chooses its zone, None where it shares the zone of `follows`;
    `zone` the zone's name, empty for none. `charged` are the shop's rates today, `books_rates` those of the books
    there, in percent; `coming` those that will hold from a day on; `new_rate` one that the shop's settings lack."""

    kind: Kind
    own: BoundField | None
    follows: str
    zone: str
    is_missing: bool
    charged: Sequence[Decimal]
    meetings: Sequence[Meeting]
    coming: Sequence[vat_rates.Rate]
    new_rate: Decimal | None
    waiting: int

    @property
    def books_rates(self) -> list[Decimal]:
        return sorted({meeting.books for meeting in self.meetings if meeting.books is not None}, reverse=True)

    @property
    def off(self) -> list[Meeting]:
        """The product groups on which the two do not agree."""
        return [meeting for meeting in self.meetings if not meeting.agrees]

    @property
    def place(self) -> int:
        """What misses something first, then what does not agree."""
        return 0 if self.is_missing else 1 if self.off else 2


def lines(look: Look) -> list[Line]:
    """The situations of the shop; those that miss something first."""
    start = rules.oss_from(look.values)
    found = list(kinds(look.home, countries_in(look.form.fields, look.home), look.day, start))
    titles = {kind.id: kind.title for kind in found}
    return sorted((_line(kind, titles.get(kind.follows, ""), look) for kind in found), key=lambda line: line.place)


def _line(kind: Kind, follows: str, look: Look) -> Line:
    known = look.books.choices.labels(ZONES)
    number = look.values.get(kind.field, "")
    own = look.form[kind.field] if not follows and kind.field in look.form.fields else None
    seen = look.seen.get(kind.field, frozenset()) if own else frozenset()
    waiting = look.waiting.get(kind.id, 0)
    is_needed = bool(own) and bool(seen or waiting or kind.id in ALWAYS)
    there = meetings(kind, number, look.values, look.books, look.home, look.day) if number in known else []
    return Line(
        kind=kind,
        own=own,
        follows=follows,
        zone=known.get(number, ""),
        is_missing=is_needed and number not in known,
        charged=_charged(kind, seen, there, look),
        meetings=there,
        coming=vat_rates.coming_changes(kind.land, look.day, AHEAD_DAYS) if kind.land else [],
        new_rate=_new_rate(kind, look),
        waiting=waiting,
    )


def _charged(kind: Kind, seen: frozenset[Decimal], there: Sequence[Meeting], look: Look) -> list[Decimal]:
    """What was charged and what is chosen for; where neither is known, the usual rate of the country."""
    known = seen | {meeting.shop for meeting in there}
    usual = _usual(kind, look.day)
    return sorted(known or ({usual} if usual is not None else charged_rates(kind, look.values, look.day)), reverse=True)


def _usual(kind: Kind, day: date) -> Decimal | None:
    """The standard rate of a country whose private persons pay its VAT."""
    return vat_rates.standard_rate(kind.land, day) if kind.id.startswith(Situation.EU_CONSUMER) else None


def _new_rate(kind: Kind, look: Look) -> Decimal | None:
    """The country's rate, where the settings have no products for shipping and fees at it."""
    usual = _usual(kind, look.day)
    return usual if usual not in rules.rates(look.values) else None
