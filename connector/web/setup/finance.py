"""The page Økonomisystem: who we are connected to, and every setting of the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting.base import AccountingProvider, Choices
from accounting.models import Connection
from accounting.registry import provider_class
from connector.sync import acts, clearing, proposals, rules, selling
from connector.sync.acts import Person
from connector.sync.models import Integration, SettingsVersion
from connector.sync.wishes import Wish
from connector.web.orders.queries import named
from connector.web.pages import Door, shop_page
from connector.web.setup import labels, learnt_words, vat_way
from connector.web.setup.books import integration_of, number_word
from connector.web.setup.changes import Change, changes
from connector.web.setup.findings import told
from connector.web.setup.form import SettingsForm
from connector.web.setup.pause import stops
from connector.web.setup.tokens import token_form
from connector.web.setup.vat_way import VatWay
from connector.web.setup.warning import bank_warning
from connector.web.setup.way import CONNECT, SET_UP, TRY, way

NOT_SAVED = ("show", "use_account", "keep_account")
"""The buttons that change or show something on the page and save nothing."""


@dataclass(frozen=True)
class Books:
    """What the page is about: the shop's integration, what its books offer, and the settings as they stand."""

    integration: Integration
    provider: type[AccountingProvider]
    choices: Choices
    saved: dict[str, str]

    @property
    def connection(self) -> Connection:
        return self.integration.connection

    @property
    def vat_way(self) -> VatWay:
        """How VAT is chosen in these books."""
        return vat_way.vat_way(self.provider)

    @property
    def version(self) -> SettingsVersion | None:
        return self.integration.settings

    @property
    def number(self) -> int:
        """The version on the page; 0 before the first."""
        return self.version.number if self.version else 0


def books_of(integration: Integration) -> Books:
    """Read the settings, or propose them from the books' own chart where nothing is saved yet."""
    connection = integration.connection
    provider = provider_class(connection.provider)
    choices = Choices.from_json(connection.choices)
    proposed = proposals.defaults(choices, provider.setting_fields)
    saved = {**rules.NEUTRAL, **integration.settings.values} if integration.settings else proposed
    return Books(integration, provider, choices, saved)


@shop_page(change=True)
def finance(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the settings, or save them as a new version."""
    integration = integration_of(door)
    if integration is None:
        return render(request, "setup/no_system.html", {"may_change": door.may_change})
    if request.method == "POST":
        # Of two who save at once, the second waits here and then sees the first one's version.
        Integration.objects.select_for_update().get(pk=integration.pk)
        integration = integration_of(door) or integration
        return _posted(request, door, books_of(integration))
    books = books_of(integration)
    return _page(request, door, books, SettingsForm(books.provider, books.choices, books.saved))


def _posted(request: HttpRequest, door: Door, books: Books) -> HttpResponse:
    data = _with_account(request.POST)
    form = SettingsForm(books.provider, books.choices, books.saved, data)
    if any(name in data for name in NOT_SAVED):
        return _page(request, door, books, _unchecked(form), is_draft=True)
    if not form.is_valid():
        return _page(request, door, books, form, status=422)
    if data.get("version") != str(books.number):
        found = changes(form, books.saved)
        return _page(request, door, books, form, status=409, differences=found)
    version = acts.save_settings(books.integration, form.values, Person(door.user, door.who))
    messages.success(request, _("Saved as version %(number)d.") % {"number": version.number})
    return redirect("finance" if data.get("then") == "edit" else "overview", door.shop.slug)


def as_typed(request: HttpRequest, door: Door, chosen: Mapping[str, str]) -> HttpResponse:
    """The settings as somebody typed them, with these chosen since; nothing is saved."""
    integration = integration_of(door)
    assert integration is not None, "the settings of a shop that has chosen its financial system"
    books, data = books_of(integration), request.POST.copy()
    for name, value in chosen.items():
        data[name] = value
    form = SettingsForm(books.provider, books.choices, books.saved, data)
    return _page(request, door, books, _unchecked(form), is_draft=True)


def typed_values(request: HttpRequest, books: Books) -> Mapping[str, str]:
    """The settings as somebody typed them, on top of the saved ones."""
    return SettingsForm(books.provider, books.choices, books.saved, request.POST).shown


def _with_account(posted: QueryDict) -> QueryDict:
    """What was posted, with the account that a button of the bank warning put in or decided to keep."""
    data = posted.copy()
    used, kept = str(data.get("use_account", "")), str(data.get("keep_account", ""))
    if used or kept:
        data["account"], data["bank_kept"] = used or kept, kept
    return data


def _unchecked(form: SettingsForm) -> SettingsForm:
    """The form with what was typed and no complaints: nobody asked to save it yet."""
    form.full_clean()
    form.errors.clear()
    return form


def _page(
    request: HttpRequest,
    door: Door,
    books: Books,
    form: SettingsForm,
    *,
    status: int = 200,
    is_draft: bool = False,
    differences: list[Change] | None = None,
) -> HttpResponse:
    is_registered = form.shown.get("settle") != "open"
    account = form.shown.get("account", "") if is_registered else ""
    kept = form.shown.get("bank_kept", "")
    about: dict[str, Any] = {
        "connection": books.connection,
        "integration": books.integration,
        "stops": stops(door.shop),
        "provider": books.provider.label,
        "token_form": token_form(books.provider),
        "number_word": number_word(books.provider),
        "version": books.version,
        "number": books.number,
        "form": form,
        "groups": form.groups(),
        "kept": kept,
        "warning": bank_warning(books.choices, account, kept),
        "clearing": _clearing(books),
        "products_missing": _products_missing(books, form) if door.may_change else [],
        "counts": labels.counted(books.choices, books.provider),
        "findings": told(books.connection, door.shop),
        "may_change": door.may_change,
        "is_draft": is_draft,
        "differences": differences,
        "vat_way": books.vat_way,
        "vat_names": books.vat_way.names(books.provider, form.shown) if books.version else [],
        "vat_chosen": vat_way.chosen(books.provider, books.choices, form.shown),
        "learnt": learnt_words.told(books.connection) if books.version else None,
        **_way(door, books),
    }
    return render(request, "setup/finance.html", about, status=status)


def _clearing(books: Books) -> clearing.Account | None:
    """The clearing account that one button creates, where there is none and the books can be asked."""
    is_connected = books.connection.status == Connection.Status.CONNECTED
    return clearing.offer(books.provider, books.choices) if is_connected else None


def _products_missing(books: Books, form: SettingsForm) -> list[Wish]:
    """The service products that one button creates, while the books can be asked."""
    is_connected = books.connection.status == Connection.Status.CONNECTED
    return selling.missing(form.shown, books.provider, books.choices) if is_connected else []


def _way(door: Door, books: Books) -> dict[str, Any]:
    """How far the owner is on the way to orders that go by themselves; no step once the first one was looked at."""
    first = books.integration.first_job
    return {
        "step": _step(books),
        "way": way(door.shop, books.integration, CONNECT if _step(books) == CONNECT else SET_UP),
        "trigger": books.saved["trigger"],
        "prerequisites": labels.prerequisites(books.provider.prerequisites),
        "first": named(door.shop, first) if first else None,
    }


def _step(books: Books) -> str:
    if books.integration.first_checked_at:
        return ""
    if books.connection.status != Connection.Status.CONNECTED:
        return "" if books.version else CONNECT
    return TRY if books.version else SET_UP


@shop_page()
@require_safe
def account_warning(request: HttpRequest, door: Door) -> HttpResponse:
    """The bank warning for `?account=`, as a part of the page; empty for an account that is none."""
    integration = integration_of(door)
    if integration is None:
        return HttpResponse()
    books = books_of(integration)
    warning = bank_warning(books.choices, request.GET.get("account", ""), books.saved.get("bank_kept", ""))
    about = {"warning": warning, "provider": books.provider.label, "clearing": _clearing(books)}
    return render(request, "setup/bank_warning.html", about)
