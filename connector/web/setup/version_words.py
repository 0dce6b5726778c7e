"""What two versions of the settings differ in, in words: every setting, also those of the shop's own methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounting.base import AccountingProvider, Choices
from connector.core.settlement import BY_TERM, OPEN, USUAL
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.setup import labels, vat_rates
from connector.web.setup.form import SWITCHES

HIDDEN = frozenset({"bank_kept"})
"""What the page keeps for itself: that a warning was read."""


@dataclass(frozen=True)
class Difference:
    """One setting that is not as in the version before."""

    setting: str
    before: str
    now: str


@dataclass(frozen=True)
class Words:
    """Says settings in words. `methods` is the key of each of the shop's methods → its name."""

    provider: type[AccountingProvider]
    choices: Choices
    methods: Mapping[str, str]

    def differences(self, before: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
        """What is not the same, in the order of the settings page."""
        order = {name: place for place, name in enumerate(labels.LABELS)}
        names = sorted({*before, *now} - HIDDEN, key=lambda name: (order.get(_base(name), len(order)), name))
        return list(self._found(names, before, now))

    def _found(self, names: list[str], before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
        for name in names:
            old, new = before.get(name, ""), now.get(name, "")
            if old != new:
                yield Difference(self.title(name), self.value(name, old), self.value(name, new))

    # --- names --------------------------------------------------------------------------------------------------------
    def title(self, name: str) -> str:
        """What the setting is called, with its VAT rate, country or method."""
        base, at, of = name.partition(rules.PER_RATE)
        if base == "oss_from":
            return _("One Stop Shop is used from")
        words = self._method_title(base) if rules.OWN in base else str(self._label(base).text)
        return f"{words}, {_of(of)}" if at and of else words

    def _label(self, base: str) -> labels.Label:
        return labels.label_of(base, self.provider)

    def _method_title(self, name: str) -> str:
        kind, _colon, key = name.partition(rules.OWN)
        method = self.methods.get(key, key)
        if f"{kind}{rules.OWN}" == rules.WHEN:
            return _("%(method)s: when orders are transferred") % {"method": method}
        return method

    # --- values -------------------------------------------------------------------------------------------------------
    def value(self, name: str, value: str) -> str:
        """What was chosen, as the settings page says it."""
        base = _base(name)
        if not value:
            return written.NOTHING
        if base in SWITCHES:
            return _("on") if value == "on" else _("off")
        if base == "rates":
            return str(vat_rates.shown(value))
        if base in ("start_at", "oss_from"):
            return _moment(value)
        kind = "trigger" if name.startswith(rules.WHEN) else base
        if kind in labels.CHOICES:
            return str(labels.choices(kind, self.provider).get(value, value))
        return self._listed(name, base, value)

    def _listed(self, name: str, base: str, value: str) -> str:
        """A choice from the books' own lists; one that is no longer there as it was saved."""
        if name.startswith(rules.PAY):
            return self._payment(value)
        if name.startswith(rules.CARRIER):
            return self._of_list("shipping", value)
        return self._of_list(base, value)

    def _of_list(self, setting: str, value: str) -> str:
        return self.choices.labels(self.provider.list_of(setting)).get(value, value)

    def _payment(self, value: str) -> str:
        if value.startswith(BY_TERM):
            term = value.removeprefix(BY_TERM)
            return _("Payment term: %(name)s") % {"name": self.choices.labels("terms").get(term, term)}
        fixed = {USUAL: _("as for the others"), OPEN: _("Leave the invoice open")}
        return fixed.get(value) or self.choices.labels("accounts").get(value, value)


def _base(name: str) -> str:
    return name.partition(rules.PER_RATE)[0]


def _of(text: str) -> str:
    """A VAT rate or a country, as people read it."""
    return country(text) if text.isalpha() else written.rate(rules.rates({"rates": text})[0])


def _moment(value: str) -> str:
    moment: datetime | None = parse_datetime(value) if "T" in value else None
    if moment:
        return f"{written.day(moment)} {written.clock(moment)}"
    day = parse_date(value)
    return written.day(day) if day else value
