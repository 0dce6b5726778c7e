"""The rows of the VAT page: each situation with its zone or account, both sides' rates, and what it misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.forms.boundfield import BoundField

from connector.core import vat_rates
from connector.core.document import Situation
from connector.sync import rules
from connector.web.setup import meetings
from connector.web.setup.finance import Books
from connector.web.setup.meetings import Meeting
from connector.web.setup.situations import AHEAD_DAYS, Home, Kind, kinds
from connector.web.setup.vat_form import VatForm, countries_in

Seen = Mapping[str, frozenset[Decimal]]
"""Setting, without its VAT rate → the VAT rates in percent that the shop charged there."""


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
    """A situation on the page. `own` is the field that chooses its zone or account, None where it shares that of
    `follows`; `chosen` what is chosen, empty for nothing. `charged` are the shop's rates today, `books_rates` those of
    the books there, in percent; `coming` those that will hold from a day on; `new_rate` one that the shop's settings
    lack."""

    kind: Kind
    own: BoundField | None
    follows: str
    chosen: str
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
        """Where the two do not agree."""
        return [meeting for meeting in self.meetings if not meeting.agrees]

    @property
    def place(self) -> int:
        """What misses something first, then what does not agree."""
        return 0 if self.is_missing else 1 if self.off else 2


def lines(look: Look) -> list[Line]:
    """The situations of the shop; those that miss something first."""
    books, start = look.books, rules.oss_from(look.values)
    at_home = books.vat_way.field(Situation.DOMESTIC)
    fields = [name for name in books.vat_way.names(books.provider, look.values) if name.startswith(at_home)]
    home = Home(look.home, fields, books.vat_way)
    found = list(kinds(home, countries_in(look.form.fields, look.home), look.day, start))
    titles = {kind.situation: kind.title.partition(":")[0] for kind in found if not kind.follows}
    return sorted((_line(kind, titles.get(kind.follows, ""), look) for kind in found), key=lambda line: line.place)


def _line(kind: Kind, follows: str, look: Look) -> Line:
    known = look.books.choices.labels(look.books.vat_way.options)
    numbers = [look.values.get(field, "") for field in kind.fields]
    own = look.form[kind.fields[0]] if not follows and kind.fields[0] in look.form.fields else None
    seen = _seen(kind, look) if own else frozenset()
    waiting = look.waiting.get(kind.id, 0)
    is_needed = bool(own) and bool(seen or waiting or _is_required(kind, look))
    there = _meetings(kind, seen, look) if any(number in known for number in numbers) else []
    return Line(
        kind=kind,
        own=own,
        follows=follows,
        chosen=" · ".join(known[number] for number in dict.fromkeys(numbers) if number in known),
        is_missing=is_needed and numbers[0] not in known,
        charged=_charged(kind, seen, there, look),
        meetings=there,
        coming=vat_rates.coming_changes(kind.land, look.day, AHEAD_DAYS) if kind.land else [],
        new_rate=None if look.books.vat_way.by_account else _new_rate(kind, look),
        waiting=waiting,
    )


def _is_required(kind: Kind, look: Look) -> bool:
    """Whether the settings cannot be saved without it."""
    settings = look.books.vat_way.settings(look.books.provider)
    required = (setting for setting in settings if rules.is_required(setting, look.values))
    return kind.fields[0] in {name for setting in required for name in rules.names(setting, look.values)}


def _seen(kind: Kind, look: Look) -> frozenset[Decimal]:
    """The rates that were charged there; of a setting for one rate, only that."""
    field, rate = kind.fields[0], kind.rate_of(kind.fields[0])
    if rate is None:
        return look.seen.get(field, frozenset())
    return look.seen.get(field.partition(rules.PER_RATE)[0], frozenset()) & {rate}


def _meetings(kind: Kind, seen: frozenset[Decimal], look: Look) -> list[Meeting]:
    if look.books.vat_way.by_account:
        return meetings.by_account(kind, look.values, look.books, _charged(kind, seen, (), look))
    return meetings.by_zone(kind, look.values, look.books, look.home, look.day)


def _charged(kind: Kind, seen: frozenset[Decimal], there: Sequence[Meeting], look: Look) -> list[Decimal]:
    """What was charged and what is chosen for; where neither is known, the usual rate of the country."""
    of_fields = {rate for rate in map(kind.rate_of, kind.fields) if rate is not None}
    known = of_fields | seen | {meeting.shop for meeting in there}
    usual = _usual(kind, look.day)
    rates = meetings.charged_rates(kind, look.values, look.day) if usual is None else {usual}
    return sorted(known or rates, reverse=True)


def _usual(kind: Kind, day: date) -> Decimal | None:
    """The standard rate of a country whose private persons pay its VAT."""
    return vat_rates.standard_rate(kind.land, day) if kind.situation == Situation.EU_CONSUMER else None


def _new_rate(kind: Kind, look: Look) -> Decimal | None:
    """The country's rate, where the settings have no products for shipping and fees at it."""
    usual = _usual(kind, look.day)
    return usual if usual not in rules.rates(look.values) else None
