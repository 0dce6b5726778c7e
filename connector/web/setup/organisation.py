"""Which set of books: where a sign-in opens several, the owner chooses one before anything of them is read."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounting.access import Company
from accounting.models import Connection
from accounting.registry import provider_class
from connector.web.frame.reasons import Explanation, explain_code
from connector.web.pages import Door, shop_page
from connector.web.setup import candidates
from connector.web.setup.books import integration_of
from connector.web.setup.candidates import Candidate
from connector.web.setup.way import CONNECT, way
from shops.models import Shop


class OrganisationForm(forms.Form):
    """The number of one of the books that can be chosen."""

    organization = forms.ChoiceField(
        label=_("Organisation"),
        error_messages={"required": _("Choose an organisation."), "invalid_choice": _("Choose an organisation.")},
    )

    def __init__(self, data: object, candidate: Candidate, chosen: str) -> None:
        super().__init__(data, initial={"organization": chosen})  # type: ignore[arg-type]
        usable = [(company.number, company.name) for company in candidate.opens if not company.trouble]
        self.fields["organization"].choices = usable  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Row:
    """One set of books on the page. `trouble` says why it cannot be chosen, and what to do."""

    company: Company
    trouble: Explanation | None
    is_chosen: bool


@shop_page(change=True)
def organisation(request: HttpRequest, door: Door) -> HttpResponse:
    """GET: the books to choose from. POST: choose one, or have the list read again."""
    integration = integration_of(door)
    connection = integration.connection if integration else None
    candidate = candidates.waiting(request, connection.pk) if connection else None
    if connection is None or candidate is None or not candidate.companies:
        return redirect("finance-connect", door.shop.slug)
    if request.method == "POST" and "again" in request.POST:
        candidates.mark(request, candidate, companies=None, company="", name="", number="")
        return redirect("finance-connect-read", door.shop.slug)
    form = OrganisationForm(request.POST or None, candidate, proposed(connection, candidate))
    if form.is_valid():
        chosen = form.cleaned_data["organization"]
        candidates.mark(request, candidate, company=chosen, name="", number="", is_unread=False)
        return redirect("finance-connect", door.shop.slug)
    provider = provider_class(connection.provider)
    about = {
        "provider": provider.label,
        "form": form,
        "rows": rows(candidate, form, door.shop, connection.provider),
        "way": way(door.shop, integration, CONNECT),
        "may_change": door.may_change,
    }
    return render(request, "setup/organisation.html", about, status=422 if form.is_bound else 200)


def proposed(connection: Connection, candidate: Candidate) -> str:
    """The number that is chosen beforehand: what the owner has just chosen, the books of before, or the only ones that
    can be."""
    usable = [company.number for company in candidate.opens if not company.trouble]
    known = [number for number in (candidate.company, connection.company_number) if number in usable]
    if known:
        return known[0]
    return usable[0] if len(usable) == 1 else ""


def rows(candidate: Candidate, form: OrganisationForm, shop: Shop, provider: str) -> list[Row]:
    """The books in the provider's order."""
    return [
        Row(company, _trouble(company, shop, provider), company.number == str(form["organization"].value() or ""))
        for company in candidate.opens
    ]


def _trouble(company: Company, shop: Shop, provider: str) -> Explanation | None:
    if not company.trouble:
        return None
    return explain_code(company.trouble, shop=shop, provider=provider, facts={"org": company.name})
