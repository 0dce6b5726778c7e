"""What differs between the settings that somebody else saved and those that were typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from connector.sync import rules
from connector.web.frame import format as written
from connector.web.setup import labels
from connector.web.setup.form import SWITCHES, SettingsForm


@dataclass(frozen=True)
class Change:
    """One setting in which two versions differ, in words."""

    field: str
    theirs: str
    yours: str


def changes(form: SettingsForm, saved: Mapping[str, str]) -> list[Change]:
    """The settings in which `form` differs from what is saved now."""
    return list(_found(form, saved))


def _found(form: SettingsForm, saved: Mapping[str, str]) -> Iterator[Change]:
    for name, value in form.values.items():
        if value != saved.get(name, "") and name in form.fields:
            yield Change(_title(name), _in_words(form, name, saved.get(name, "")), _in_words(form, name, value))


def _title(name: str) -> str:
    _base, at, percent = name.partition(rules.PER_RATE)
    words = str(labels.label(name).text)
    return f"{words}, {written.rate(rules.rates({'rates': percent})[0])}" if at else words


def _in_words(form: SettingsForm, name: str, value: str) -> str:
    if name in SWITCHES:
        return _("on") if value == "on" else _("off")
    if name in labels.CHOICES:
        return str(labels.CHOICES[name].get(value, value))
    moment = parse_datetime(value) if name == "start_at" and value else None
    if moment:
        return f"{written.day(moment)} {written.clock(moment)}"
    setting = form.own_fields.get(name)
    known = form.choices.labels(setting.choices) if setting else {}
    return known.get(value, value) or written.NOTHING
