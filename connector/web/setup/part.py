"""Some of the settings, shown where they are needed: on the mapping page, and beside the orders that lack them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from connector.core.settlement import BY_TERM, OPEN, USUAL
from connector.sync import rules
from connector.sync.models import ShopMethod
from connector.web.frame import format as written
from connector.web.setup import labels
from connector.web.setup.finance import Books
from connector.web.setup.form import Row, SettingsForm


class MethodField(forms.ChoiceField):
    """A choice for one of the shop's methods. `short` is what of its label is shown in the method's own row."""

    def __init__(self, *, label: str, choices: Sequence[tuple[str, Any]], short: str = "") -> None:
        super().__init__(label=label, choices=choices, required=False)
        self.short = short


class PartForm(forms.Form):
    """The fields of these names, as the page Økonomisystem shows them, and those of the shop's methods.

    `values` is what would be saved: all settings, with what was typed here. A name that these books have no field
    for is left out; `required` are those that may not be left empty.
    """

    def __init__(
        self,
        books: Books,
        names: Collection[str],
        methods: Sequence[ShopMethod] = (),
        data: Mapping[str, Any] | None = None,
        *,
        required: Collection[str] = (),
        proposed: Mapping[str, str] | None = None,
        at: str = "",
    ) -> None:
        self.books, self.required = books, required
        self.values: dict[str, str] = {}
        whole = SettingsForm(books.provider, books.choices, books.saved)
        # What was chosen before stands; what never was, is proposed.
        super().__init__(data, initial={**whole.initial, **(proposed or {})}, auto_id=f"id_{at}%s")
        self.fields |= {name: whole.fields[name] for name in names if name in whole.fields}
        for method in methods:
            self._add_method(method, whole)

    def _add_method(self, method: ShopMethod, whole: SettingsForm) -> None:
        if method.kind == ShopMethod.Kind.PAYMENT:
            for name, field in ((rules.PAY, self._account), (rules.WHEN, self._trigger)):
                self.fields[f"{name}{method.key}"] = field(method)
            return
        for rate in rules.rates(self.books.saved):
            if f"shipping{rules.PER_RATE}{rate}" in whole.fields:
                short = _("%(percent)s VAT") % {"percent": written.rate(rate)}
                label = f"{method.name}, {short}"
                name = f"{rules.CARRIER}{method.key}{rules.PER_RATE}{rate}"
                known = self.books.choices.labels(self.books.provider.list_of("shipping"))
                options = {"": _("as for other shipping"), **known}
                self.fields[name] = MethodField(label=label, choices=list(options.items()), short=short)

    def _account(self, method: ShopMethod) -> forms.Field:
        saved = self.books.saved.get(f"{rules.PAY}{method.key}", "")
        field = MethodField(label=method.name, choices=self._accounts(method, saved))
        # A method that was there from the start has the usual account, whether that was ever said or not.
        field.initial = saved or ("" if method.is_new else USUAL)
        return field

    def _accounts(self, method: ShopMethod, saved: str) -> list[tuple[str, str]]:
        accounts = self.books.choices.labels("accounts")
        usual = accounts.get(self.books.saved.get("account", ""), "")
        terms = self.books.choices.lists.get("terms", ())
        settling = [term for term in terms if term.hint in self.books.provider.settling_terms]
        known = {
            **({"": _("Choose an account")} if method.is_new and not saved else {}),
            USUAL: _("as for the others: %(account)s") % {"account": usual} if usual else _("as for the others"),
            OPEN: _("Leave the invoice open"),
            **{f"{BY_TERM}{one.value}": _("Payment term: %(name)s") % {"name": one.label} for one in settling},
            **accounts,
        }
        gone = {saved: f"{saved.removeprefix(BY_TERM)} ({_('is no longer there')})"}
        gone = gone if saved and saved not in known else {}
        return list((gone | known).items())

    def _trigger(self, method: ShopMethod) -> forms.Field:
        options = [("", _("as for the others")), *labels.CHOICES["trigger"].items()]
        label = _("%(method)s: when orders are transferred") % {"method": method.name}
        field = MethodField(label=label, choices=options, short=_("When orders are transferred"))
        field.initial = self.books.saved.get(f"{rules.WHEN}{method.key}", "")
        return field

    # --- reading ------------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Put what was typed on top of the settings, and find what is missing or gone."""
        cleaned: dict[str, Any] = super().clean() or {}
        typed = {name: str(cleaned.get(name) or "").strip() for name in self.fields if name in self.data}
        self.values = {**self.books.saved, **typed}
        problems = rules.problems(self.values, self.books.provider, self.books.choices)
        for name in self.fields:
            if name in problems or (name in self.required and not self.values.get(name)):
                self.add_error(name, _("Choose from the list."))
        return cleaned

    # --- showing ------------------------------------------------------------------------------------------------------
    def rows(self, names: Collection[str] | None = None) -> Iterator[Row]:
        """The fields as the settings page's rows, one row for all VAT rates of a field."""
        found: dict[str, Row] = {}
        for name in self.fields:
            base, at, percent = name.partition(rules.PER_RATE)
            if names is not None and base not in names:
                continue
            words = labels.label_of(name, self.books.provider)
            text = self.fields[name].label if rules.OWN in name else words.text
            row = found.setdefault(base, Row(name, str(text), str(words.help), ""))
            is_shared = at and rules.OWN not in name
            row.fields.append((written.rate(rules.rates({"rates": percent})[0]) if is_shared else "", self[name]))
        return iter(found.values())
