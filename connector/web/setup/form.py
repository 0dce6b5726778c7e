"""The settings page's form: the fields that every shop has, and those that the provider adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from accounting.base import AccountingProvider, Choices, SettingField
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.setup import labels, vat_rates

Values = Mapping[str, str]

SWITCHES = ("orders", "customers", "booking")
OF_ITEMS = frozenset({"missing_product"})
"""Neutral settings that mean nothing where lines are sold on accounts."""
RADIOS = ("trigger", "settle", "product_layout", "missing_product", "gift_card", "no_email")
DATETIME_LOCAL = "%Y-%m-%dT%H:%M"
LONGEST = 250


@dataclass
class Row:
    """One field, or one field for every VAT rate in use, under one label. `only_when` says when it is needed."""

    name: str
    text: str
    help: str
    only_when: str
    fields: list[tuple[str, BoundField]] = field(default_factory=list)
    """(VAT rate in words, field); the rate is empty for a field that has none."""

    @property
    def first(self) -> BoundField:
        return self.fields[0][1]

    @property
    def is_per_rate(self) -> bool:
        return bool(self.fields[0][0])

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for _rate, bound in self.fields)


@dataclass(frozen=True)
class Group:
    """A part of the page. `id` is where links from a stopped order lead. `is_folded`: all of it is chosen, by the owner
    or by us, and few look at it again."""

    id: str
    title: str
    rows: Sequence[Row]
    is_folded: bool = False

    @property
    def chosen(self) -> int:
        """How many of its fields have a value."""
        return sum(bool(bound.value()) for row in self.rows for _rate, bound in row.fields)


class SettingsForm(forms.Form):
    """The settings as they stand, or as somebody typed them.

    `values` is what would be saved: field name → text. Names and rules of the neutral fields come from
    `connector.sync.rules`, everything else from the provider; nothing here knows which provider it is.
    """

    def __init__(
        self, provider: type[AccountingProvider], choices: Choices, saved: Values, data: Mapping[str, Any] | None = None
    ) -> None:
        self.provider, self.choices, self.saved = provider, choices, saved
        self.shown = _posted(saved, data) if data is not None else saved
        super().__init__(data, initial=self._initial())
        self.values: dict[str, str] = {}
        for name in rules.NEUTRAL:
            if name != "bank_kept" and not (provider.sells_by_account and name in OF_ITEMS):
                self.fields[name] = self._neutral(name)
        self.own_fields = self._own_fields()
        for name, setting in self.own_fields.items():
            self.fields[name] = self._own(name, setting)

    # --- building -------------------------------------------------------------------------------------------------
    def _initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {**self.shown}
        for name in SWITCHES:
            initial[name] = self.shown.get(name) == "on"
        start = self.saved.get("start_at")
        # A shop that was never set up begins now.
        initial["start_at"] = timezone.localtime(datetime.fromisoformat(start)) if start else timezone.localtime()
        initial["rates"] = vat_rates.shown(self.saved["rates"])
        return initial

    def _neutral(self, name: str) -> forms.Field:
        words = labels.label(name)
        common: dict[str, Any] = {"label": words.text, "help_text": words.help, "required": False}
        if name in SWITCHES:
            return forms.BooleanField(**common)
        if name in RADIOS:
            return forms.ChoiceField(
                widget=forms.RadioSelect, choices=list(labels.choices(name, self.provider).items()), **common
            )
        if name == "start_at":
            typed = forms.DateTimeInput({"type": "datetime-local"}, format=DATETIME_LOCAL)
            return forms.DateTimeField(widget=typed, input_formats=[DATETIME_LOCAL, "%Y-%m-%dT%H:%M:%S"], **common)
        return forms.CharField(max_length=LONGEST, **common)

    def _own_fields(self) -> dict[str, SettingField]:
        """The provider's fields by the names under which they are saved."""
        return {name: setting for setting in self.provider.setting_fields for name in rules.names(setting, self.shown)}

    def _own(self, name: str, setting: SettingField) -> forms.Field:
        words = labels.label_of(name, self.provider)
        common: dict[str, Any] = {"label": words.text, "help_text": words.help, "required": False}
        if not setting.choices:
            return forms.CharField(max_length=LONGEST, **common)
        return _Select(choices=self._options(name, setting), **common)

    def _options(self, name: str, setting: SettingField) -> list[tuple[str, str]]:
        """What can be chosen. The saved value is always among it, also when the list could not be loaded."""
        known = self.choices.labels(setting.choices)
        chosen = self.shown.get(name, "")
        is_gone = bool(chosen) and chosen not in known
        gone = {chosen: f"{chosen} ({_('is no longer there')})" if known else chosen} if is_gone else {}
        return [("", str(labels.nothing(setting))), *(gone | known).items()]

    # --- reading --------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Turn what was typed into texts and find what is missing or gone."""
        cleaned: dict[str, Any] = super().clean() or {}
        # The fields of a VAT rate that is no longer used are dropped; a payment or shipping method's own are kept.
        kept = {name: text for name, text in self.saved.items() if not rules.is_per_rate(name) or rules.OWN in name}
        self.values = {**kept, **{name: str(cleaned.get(name) or "").strip() for name in self.fields}}
        self.values |= {name: "on" if cleaned.get(name) else "off" for name in SWITCHES}
        self.values["start_at"] = _moment(cleaned.get("start_at"))
        self.values["bank_kept"] = self._bank_kept()
        self._tell_problems()
        return cleaned

    def clean_rates(self) -> str:
        try:
            return vat_rates.typed(self.cleaned_data["rates"])
        except ValueError as error:
            raise forms.ValidationError(_("Type the rates as numbers, for example 25; 0.")) from error

    def _bank_kept(self) -> str:
        kept = str(self.data.get("bank_kept", ""))
        return kept if kept == self.values.get("account") else ""

    def _tell_problems(self) -> None:
        if not self.values["start_at"] and "start_at" not in self.errors:
            self.add_error("start_at", _("Type a date and a time."))
        for name in RADIOS:
            if name in self.fields and not self.values[name] and name not in self.errors:
                self.add_error(name, _("Choose one of them."))
        if any(name in self.errors for name in RADIOS):
            return
        # Where the rates are no numbers the page shows the fields of the saved ones, and so they are judged.
        values = {**self.values, "rates": self.shown["rates"]}
        for name, code in rules.problems(values, self.provider, self.choices).items():
            self.add_error(name, self._problem(name, code))

    def _problem(self, name: str, code: str) -> str:
        if code == "choice-gone":
            said = {"name": self.values[name], "provider": self.provider.label}
            return _("“%(name)s” is no longer in %(provider)s. Choose again.") % said
        setting = self.own_fields[name]
        return _("Choose from the list.") if setting.choices else _("Type the number.")

    # --- showing --------------------------------------------------------------------------------------------------
    def groups(self) -> list[Group]:
        """The page's parts in their order, without empty ones."""
        rows: dict[str, list[Row]] = {name: [] for name in labels.GROUPS}
        for row in self._rows():
            rows[labels.label(row.name).group].append(row)
        return [
            Group(name, str(title), rows[name], name in labels.FOLDED and not self._has_gap(rows[name]))
            for name, title in labels.GROUPS.items()
            if rows[name]
        ]

    def _has_gap(self, rows: Sequence[Row]) -> bool:
        missing = rules.problems(self.shown, self.provider, self.choices)
        fields = [bound for row in rows for _rate, bound in row.fields]
        return any(bound.name in missing or bound.errors for bound in fields)

    def _rows(self) -> Iterator[Row]:
        """The fields in the order of the table of labels, one row for all rates of a field."""
        found: dict[str, Row] = {}
        for name in self.fields:
            base, at, percent = name.partition(rules.PER_RATE)
            row = found.setdefault(base + at, self._row(name))
            row.fields.append((written.rate(rules.rates({"rates": percent})[0]) if at else "", self[name]))
        order = {name: place for place, name in enumerate(labels.LABELS)}
        return iter(sorted(found.values(), key=lambda row: order.get(_key(row.name), len(order))))

    def _row(self, name: str) -> Row:
        setting = self.own_fields.get(name)
        words = labels.label_of(name, self.provider) if setting else labels.label(name)
        only_when = labels.ONLY_WHEN.get(setting.required_when, "") if setting else ""
        return Row(name, str(words.text), str(words.help), str(only_when))

    def titled_errors(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong), in the page's order, for the summary."""
        told = []
        for group in self.groups():
            for row in group.rows:
                for percent, bound in row.fields:
                    title = f"{row.text}, {percent}" if percent else row.text
                    told += [(bound.id_for_label, title, str(error)) for error in bound.errors]
        return told


class _Select(forms.ChoiceField):
    """A select field that leaves it to the rules to say what cannot be chosen: a posted value may be gone."""

    def valid_value(self, value: Any) -> bool:
        return True


def _key(name: str) -> str:
    """The row of the table of labels that a field's words come from."""
    base, at, _rate = name.partition(rules.PER_RATE)
    return base + at if base + at in labels.LABELS else base


def _posted(saved: Values, data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, as texts, on top of what is saved."""
    typed = {name: str(data.get(name, "")) for name in data}
    switches = {name: "on" if data.get(name) else "off" for name in SWITCHES}
    # Rates that are no numbers keep the fields of the saved ones; the form says what is wrong.
    with suppress(ValueError):
        return {**saved, **typed, **switches, "rates": vat_rates.typed(typed.get("rates", ""))}
    return {**saved, **typed, **switches, "rates": saved["rates"]}


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""
