"""Service messages: written by support in three languages, shown as the banner of those whom they concern."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounting.registry import PROVIDERS
from connector.staff import record
from connector.staff.models import LONGEST_TEXT, ServiceMessage
from connector.tenancy.models import User
from connector.web.frame.catalogue import CATALOGUE
from connector.web.staff.around import staff_page
from shops.registry import ADAPTERS

MOST_SHOWN = 50
USUAL = timedelta(hours=4)
CLOCK = "%Y-%m-%dT%H:%M"
ABOUT = {
    ServiceMessage.Audience.PROVIDER: PROVIDERS,
    ServiceMessage.Audience.SHOP: ADAPTERS,
    ServiceMessage.Audience.REASON: CATALOGUE,
}
"""What each audience is chosen from."""


def _text(label: Any, lang: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2, "lang": lang}))


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=CLOCK)
    return forms.DateTimeField(label=label, input_formats=[CLOCK, f"{CLOCK}:%S"], widget=widget)


class MessageForm(forms.Form):
    """A message: its text in every language, whom it concerns, and when it is shown."""

    da = _text(gettext_lazy("Text in Danish"), "da")
    nb = _text(gettext_lazy("Text in Norwegian"), "nb")
    en = _text(gettext_lazy("Text in English"), "en")
    audience = forms.ChoiceField(label=gettext_lazy("Who sees it"), choices=ServiceMessage.Audience.choices)
    about = forms.CharField(
        label=gettext_lazy("System or reason"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("As it stands in the log, for example economic, shoporama or product-missing."),
    )
    starts_at = _moment(gettext_lazy("Shown from"))
    ends_at = _moment(gettext_lazy("Shown until"))

    def clean(self) -> dict[str, Any]:
        """Whom a message concerns must exist, and its end come after its beginning."""
        values: dict[str, Any] = super().clean() or {}
        known = ABOUT.get(values.get("audience", ""))
        about = values.get("about", "").strip()
        if known is not None and about not in known:
            self.add_error("about", _("Write one that exists: %(known)s …") % {"known": ", ".join(sorted(known)[:5])})
        values["about"] = about if known is not None else ""
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must come after the beginning."))
        return values


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The messages, and the form for another."""
    assert isinstance(request.user, User)
    form = MessageForm(request.POST) if request.method == "POST" else MessageForm(initial=_usual(request))
    if form.is_bound and form.is_valid():
        made = ServiceMessage.objects.create(made_by=str(request.user), **form.cleaned_data)
        record.note(request.user, "message-written", message=str(made.pk), audience=made.audience, about=made.about)
        messages.success(request, _("The message is saved."))
        return redirect("staff-messages")
    values = {"form": form, "rows": ServiceMessage.objects.order_by("-pk")[:MOST_SHOWN], "now": timezone.now()}
    return TemplateResponse(request, "staff/messages.html", values, status=422 if form.is_bound else 200)


def _usual(request: HttpRequest) -> dict[str, Any]:
    now = timezone.localtime()
    code = request.GET.get("reason", "")
    hit = {"audience": ServiceMessage.Audience.REASON, "about": code} if code in CATALOGUE else {}
    return {"starts_at": now, "ends_at": now + USUAL, **hit}


@staff_page
@require_POST
def end(request: HttpRequest, message_id: int) -> HttpResponse:
    """Stop showing a message now."""
    assert isinstance(request.user, User)
    now = timezone.now()
    if ServiceMessage.objects.filter(pk=message_id, ends_at__gt=now).update(ends_at=now):
        record.note(request.user, "message-ended", message=str(message_id))
        messages.success(request, _("The message is no longer shown."))
    return redirect("staff-messages")
