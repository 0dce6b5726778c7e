"""A new credit note: choose products and quantities, see what it will be, save it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounting.base import Choices
from accounting.registry import provider_class
from connector.core.errors import NeedsSetup
from connector.core.money import ZERO
from connector.core.states import Detail, State
from connector.sync import acts, crediting, note_acts, note_rows
from connector.sync.acts import Person
from connector.sync.crediting import Made
from connector.sync.models import CreditNote, SyncJob
from connector.web.credits.form import CreditForm, Row, Typed
from connector.web.credits.paper import by_entry, note_paper
from connector.web.frame.reasons import Explanation, explain_code, provider_label
from connector.web.orders import live, queries
from connector.web.orders.queries import CREDIT
from connector.web.pages import Door, shop_page

TOKEN = re.compile(r"[\w-]{1,40}", re.ASCII)
"""What a form is called."""


class Changed(Exception):
    """What would be saved is no longer what was shown."""


@dataclass(frozen=True)
class Look:
    """The note as it would be saved now. `trouble` is why it cannot be, `is_end` whether the order ends instead."""

    made: Made | None = None
    trouble: Explanation | None = None
    is_end: bool = False

    @property
    def total(self) -> Decimal:
        return self.made.document.gross if self.made else ZERO


@dataclass(frozen=True)
class Shown:
    """A row of the form, and what is credited of it incl. VAT; None while nothing is."""

    row: Row
    amount: Decimal | None


@shop_page(change=True)
def page(request: HttpRequest, door: Door, no: str) -> HttpResponse:
    """The form; a POST shows the note (`act=show`), fills the form (`all`, `all-<field>`) or saves (`save`).

    With `part=live` the answer holds only the parts that change while somebody types.
    """
    if not door.may_change:
        raise PermissionDenied
    job = _order(door, no)
    if job is None or job.kind == CREDIT:
        return redirect("order", door.shop.slug, no)
    if not crediting.has_invoice(job) or job.detail == Detail.BY_HAND or job.is_withdrawn:
        return _without_invoice(request, door, job, no)
    typed = _typed(request)
    if typed.get("act") == "save":
        return _saved(request, door, job, no, typed)
    return _page(request, door, job, no, typed)


def _typed(request: HttpRequest) -> dict[str, str]:
    """The form's fields. What names the form is kept in the order's history, so it is only what we gave it."""
    if request.method != "POST":
        return {"act": "all"} if "all" in request.GET else {}
    typed = {name: str(text) for name, text in request.POST.items()}
    token = typed.get("token", "")
    return {**typed, "token": token if TOKEN.fullmatch(token) else ""}


def _order(door: Door, no: str) -> SyncJob | None:
    """The order of the address; None where several have the number. Raises Http404."""
    found = queries.found_by(door.shop, no)
    if not found:
        raise Http404
    return found[0] if len(found) == 1 else None


# --- the form ---------------------------------------------------------------------------------------------------------
def _form(job: SyncJob, typed: Typed) -> CreditForm:
    invoice = crediting.document_of_job(job)
    assert invoice is not None
    return CreditForm(invoice, crediting.remainder_of(job), typed)


def _look(door: Door, job: SyncJob, form: CreditForm) -> Look:
    """What would be saved now; nothing while nothing is asked for, or something is wrong with it."""
    if form.has_errors or form.is_empty:
        return Look()
    try:
        made = note_acts.preview(job, form.wish, form.text)
        if made.document.gross <= 0:
            # So little of a line that it rounds to nothing.
            raise NeedsSetup("credit-empty", order=job.order_number)
    except NeedsSetup as stop:
        return Look(trouble=_explained(door, job, stop))
    is_first = not CreditNote.objects.filter(original=job).exists()
    return Look(made, is_end=form.is_rest and is_first and not crediting.is_booked(job))


def _explained(door: Door, job: SyncJob, stop: NeedsSetup) -> Explanation:
    provider = job.integration.connection.provider if job.integration else ""
    return explain_code(stop.code, shop=door.shop, provider=provider, facts=stop.facts)


def _page(
    request: HttpRequest,
    door: Door,
    job: SyncJob,
    no: str,
    typed: Typed,
    trouble: Explanation | None = None,
    notice: str = "",
) -> HttpResponse:
    """`trouble` is what the save came to; `notice` says why it was not saved though nothing is wrong."""
    form = _form(job, typed)
    look = _look(door, job, form)
    trouble = trouble or look.trouble
    values = {
        "job": job,
        "no": no,
        "form": form,
        "trouble": trouble,
        "notice": notice,
        "is_tried": typed.get("act") == "save" or bool(form.has_errors),
        **_previewed(form, look),
        **_around(door, job, form, typed),
    }
    if typed.get(live.NAME) == live.VALUE:
        return TemplateResponse(request, "credits/live.html", values)
    return TemplateResponse(request, "credits/form.html", values, status=422 if trouble or form.has_errors else 200)


def _previewed(form: CreditForm, look: Look) -> dict[str, Any]:
    amounts = by_entry(look.made.note.credited, form.invoice) if look.made else {}
    rows = [Shown(row, amounts.get(row.entry.at)) for row in form.rows]
    return {
        "goods": [each for each in rows if not each.row.is_shipping],
        "shipping": [each for each in rows if each.row.is_shipping],
        "preview": note_paper(look.made.document) if look.made else None,
        "unchanged": form.remainder.gross - look.total,
        "is_end": look.is_end,
        "seen": form.fingerprint(look.total) if look.made else "",
    }


def _around(door: Door, job: SyncJob, form: CreditForm, typed: Typed) -> dict[str, Any]:
    """What stands around the lines: the invoice, what is left of it, the refund, and the form's own marks."""
    notes = list(CreditNote.objects.filter(original=job).order_by("number").values_list("number", flat=True))
    usual = note_rows.usual_refund(job)
    return {
        "books": provider_label(job.integration.connection.provider) if job.integration else "",
        "is_booked": crediting.is_booked(job),
        "remainder": form.remainder.gross,
        "credited": form.invoice.gross - form.remainder.gross,
        "currency": form.invoice.currency,
        "today": acts.today(),
        "registers": usual == CreditNote.Refund.REGISTER,
        "refund": typed.get("refund", usual),
        "account": _account(job, form),
        "token": typed.get("token") or secrets.token_urlsafe(12),
        "known": typed.get("known") or str(max(notes, default=0)),
        "poll": live.Poll("", 0),
    }


def _account(job: SyncJob, form: CreditForm) -> str:
    """Where a refund is registered, as the books call it: where the invoice's payment was."""
    values: Mapping[str, str] = job.integration.settings.values if job.integration and job.integration.settings else {}
    account = next((payment.account for payment in form.invoice.payments if payment.account), values.get("account", ""))
    if not account or job.integration is None:
        return ""
    connection = job.integration.connection
    known = Choices.from_json(connection.choices).labels(provider_class(connection.provider).list_of("account"))
    return known.get(account, account)


def _without_invoice(request: HttpRequest, door: Door, job: SyncJob, no: str) -> HttpResponse:
    """There is nothing to credit yet. An order that is on its way may be ended; a POST with `act=end` does."""
    may_end = job.state not in (State.DONE, State.NOT_MEANT) and not job.is_withdrawn and job.integration is not None
    if request.method == "POST" and request.POST.get("act") == "end" and may_end:
        return _ended(request, door, job, no, {})
    values = {"job": job, "no": no, "may_end": may_end}
    return TemplateResponse(request, "credits/no_invoice.html", values)


# --- saving -----------------------------------------------------------------------------------------------------------
def _saved(request: HttpRequest, door: Door, job: SyncJob, no: str, typed: Typed) -> HttpResponse:
    form = _form(job, typed)
    if made_before := note_acts.made_by_form(job, typed.get("token", "")):
        return _told(request, door, made_before, typed)
    look = _look(door, job, form)
    if look.made is None:
        empty = NeedsSetup("credit-empty", order=job.order_number)
        trouble = _explained(door, job, empty) if form.is_empty and not form.has_errors else None
        return _page(request, door, job, no, typed, trouble)
    if typed.get("seen") != form.fingerprint(look.total):
        return _page(request, door, job, no, typed, notice=_("Check the credit note, and save it."))
    if look.is_end:
        return _ended(request, door, job, no, typed)
    try:
        row = _kept(door, job, form, typed, look.total)
    except NeedsSetup as stop:
        return _page(request, door, job, no, typed, _explained(door, job, stop))
    except Changed:
        return _page(request, door, job, no, typed, notice=_("The rest has changed meanwhile. Check, and save again."))
    return _told(request, door, row, typed)


def _kept(door: Door, job: SyncJob, form: CreditForm, typed: Typed, total: Decimal) -> CreditNote:
    """The note, saved; or nothing at all, its number included. Raises NeedsSetup, Changed."""
    person = Person(door.user, door.who)
    refund = typed["refund"] if typed.get("refund") in CreditNote.Refund.values else ""
    with transaction.atomic():
        row = note_acts.save(job, form.wish, person, text=form.text, refund=refund, form=typed.get("token", ""))
        if row.total != total:
            raise Changed
    return row


def _told(request: HttpRequest, door: Door, row: CreditNote, typed: Typed) -> HttpResponse:
    """Lead to the note, and say what else was made of the order meanwhile."""
    integration = row.job.integration
    said = {"number": row.number, "provider": provider_label(integration.connection.provider) if integration else ""}
    if row.job.state == State.WAITING and row.original and not crediting.is_booked(row.original):
        messages.success(request, _("Credit note %(number)s is saved. It waits for its invoice.") % said)
    else:
        messages.success(request, _("Credit note %(number)s is saved and on its way to %(provider)s.") % said)
    known = typed.get("known", "")
    since = int(known) if known.isascii() and known.isdigit() and len(known) < 9 else row.number
    others = CreditNote.objects.filter(original=row.original, number__gt=since).exclude(pk=row.pk).order_by("number")
    if numbers := [str(number) for number in others.values_list("number", flat=True)[:10]]:
        words = ngettext(
            "Meanwhile credit note %(numbers)s was made of the same order.",
            "Meanwhile credit notes %(numbers)s were made of the same order.",
            len(numbers),
        )
        messages.warning(request, words % {"numbers": ", ".join(numbers)})
    return redirect("credit-note", door.shop.slug, row.number)


def _ended(request: HttpRequest, door: Door, job: SyncJob, no: str, typed: Typed) -> HttpResponse:
    """End an order that is credited whole before it is booked; one that was booked meanwhile gets its note instead."""
    assert job.integration is not None
    with transaction.atomic():
        # The lane's row first: from here on no worker books it.
        acts.wake(job.integration.connection)
        now = SyncJob.objects.get(pk=job.pk)
        if crediting.is_booked(now):
            return _page(request, door, now, no, typed, notice=_("The invoice was booked meanwhile. Check, and save."))
        note_acts.end_order(job, Person(door.user, door.who))
    messages.success(request, _("The order is being ended: it does not go to the books, and there is no credit note."))
    return redirect("order", door.shop.slug, no)
