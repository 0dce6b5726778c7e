"""Settings, tabs Generelt and Økonomi- og lagersystem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounting.registry import PROVIDERS, provider_class
from connector.sync import acts
from connector.sync.acts import Person
from connector.web.frame.format import language
from connector.web.help import how
from connector.web.pages import Door, shop_page
from connector.web.people.history import GENERAL_SAVED
from connector.web.setup import labels
from connector.web.setup.books import integration_of
from connector.web.setup.way import CHOOSE, way
from shops.models import Shop

CURRENCIES = ("DKK", "EUR", "NOK", "SEK", "GBP", "USD", "ISK", "PLN", "CHF")


class GeneralForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the shop is called, and where it is at home: from there a sale is abroad or not."""

    class Meta:
        model = Shop
        fields = ("name", "country", "currency")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["name"].label = _("Name")
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"),
            choices=countries(),
            help_text=_("Sales without VAT to other countries are sales abroad."),
        )
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"),
            choices=[(code, code) for code in CURRENCIES],
            help_text=_("Used for orders that do not name their currency."),
        )


@dataclass(frozen=True)
class Needs:
    """What has to be in place before a financial system can be connected."""

    system: str
    words: Sequence[str]


class SystemsForm(forms.Form):
    """Which system the books are in."""

    provider = forms.ChoiceField(
        label=gettext_lazy("Financial system"), error_messages={"required": gettext_lazy("Choose a financial system.")}
    )

    def __init__(self, data: object = None, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        known = [(name, provider_class(name).label) for name in PROVIDERS]
        self.fields["provider"].choices = [("", _("Choose")), *known]  # type: ignore[attr-defined]


def countries() -> Sequence[tuple[str, str]]:
    """ISO code and name in the user's language, by name; regions and groups of countries are left out."""
    names = Locale.parse(language()).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_LAND]
    return sorted(found, key=lambda row: row[1])


NO_LAND = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""Two-letter codes that are no country."""


@shop_page(change=True)
def general(request: HttpRequest, door: Door) -> HttpResponse:
    """The shop's name and home."""
    form = GeneralForm(request.POST or None, instance=Shop.objects.get(pk=door.shop.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        if form.has_changed():
            acts.note(Person(door.user, door.who), door.shop, GENERAL_SAVED)
        messages.success(request, _("Saved."))
        return _after(request, "settings", door)
    return _page(request, door, "general", form)


@shop_page(change=True)
def systems(request: HttpRequest, door: Door) -> HttpResponse:
    """Choose the financial system; from then on its page stands in the grey menu."""
    integration = integration_of(door)
    connection = integration.connection if integration else None
    # Where there is only one, it is chosen beforehand.
    only = next(iter(PROVIDERS)) if len(PROVIDERS) == 1 else ""
    form = SystemsForm(request.POST or None, {"provider": connection.provider if connection else only})
    if request.method == "POST" and form.is_valid():
        acts.choose_provider(door.shop, form.cleaned_data["provider"], Person(door.user, door.who))
        messages.success(request, _("Saved. The page “Financial system” is now in the grey menu."))
        return _after(request, "settings-systems", door)
    about = {"connection": connection, "way": way(door.shop, integration, CHOOSE), "needs": _needs()}
    chosen = provider_class(connection.provider).label if connection else ""
    return _page(request, door, "systems", form, **about, differing=how.differing(), chosen=chosen)


def _needs() -> list[Needs]:
    """For each of the financial systems."""
    classes = [provider_class(name) for name in PROVIDERS]
    shop = _("an active shop")
    return [Needs(made.label, [shop, *labels.prerequisites(made.prerequisites)]) for made in classes]


def _page(request: HttpRequest, door: Door, tab: str, form: forms.BaseForm, **more: object) -> HttpResponse:
    about = {"tab": tab, "form": form, "may_change": door.may_change, **more}
    return render(request, f"setup/{tab}.html", about, status=422 if form.is_bound else 200)


def _after(request: HttpRequest, page: str, door: Door) -> HttpResponse:
    """*Save and edit further* stays, *Save* leaves for the overview."""
    return redirect(page if request.POST.get("then") == "edit" else "overview", door.shop.slug)
