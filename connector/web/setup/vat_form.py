"""The form of the VAT page: a zone or account per situation and country, and the first day of the One Stop Shop."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.core.document import Situation
from connector.core.territory import EU
from connector.sync import rules
from connector.web.frame import format as written
from connector.web.frame.countries import country
from connector.web.setup.finance import Books
from connector.web.setup.part import PartForm

ADD = "add_country"
"""The field that names a country to be put on the page."""


def countries_in(names: Iterable[str], home: str) -> set[str]:
    """The EU countries that settings of these names are for, without the shop's own."""
    found = {name.partition(rules.PER_COUNTRY)[2] for name in names}
    return (found & EU) - {home}


class VatForm(PartForm):
    """What is chosen for every situation and for each of `countries`, and from when the One Stop Shop is used.

    `values` is what would be saved: all settings, with what was typed here.
    """

    oss_from = forms.DateField(
        label=gettext_lazy("One Stop Shop is used from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Type a date.")},
    )

    def __init__(self, books: Books, countries: Collection[str], data: Mapping[str, Any] | None = None) -> None:
        way = books.vat_way
        super().__init__(books, way.names(books.provider, books.saved), data=data)
        for name, field in self.fields.items():
            if rules.is_per_rate(name):
                rate = written.rate(Decimal(name.partition(rules.PER_RATE)[2]))
                field.label = _("%(field)s, %(rate)s VAT") % {"field": field.label, "rate": rate}
        if any(setting.per_country for setting in way.settings(books.provider)):
            names = {way.field(Situation.EU_CONSUMER, code): code for code in sorted(countries, key=country)}
            self.fields |= {name: self._of_country(name, code) for name, code in names.items()}

    def _of_country(self, name: str, code: str) -> forms.ChoiceField:
        known = self.books.choices.labels(self.books.vat_way.options)
        chosen = self.books.saved.get(name, "")
        gone = {chosen: f"{chosen} ({_('is no longer there')})"} if chosen and chosen not in known else {}
        label = str(self.books.vat_way.of_country) % {"country": country(code)}
        options = [("", _("Choose")), *(gone | known).items()]
        field = forms.ChoiceField(label=label, choices=options, required=False, initial=chosen)
        field.error_messages["invalid_choice"] = _("Choose from the list.")
        return field

    def clean(self) -> dict[str, Any]:
        """As for every part of the settings; what a country chooses must be one of those that there are now, too."""
        cleaned = super().clean()
        known = self.books.choices.labels(self.books.vat_way.options)
        for name in self.fields:
            of_country = rules.PER_COUNTRY in name and not rules.is_per_rate(name)
            if of_country and known and cleaned.get(name) and cleaned[name] not in known:
                self.add_error(name, _("Choose from the list."))
        return cleaned
