"""Settings, tab Beskeder: which mails one person gets about the shop, at which address, and what became of the last."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.notices import outbox
from connector.notices.models import Choice, Kind, Mail
from connector.notices.readers import choice_of
from connector.sync import clock
from connector.web.frame.words import Text, Words
from connector.web.pages import Door, shop_page

MOST_SHOWN = 10
KINDS: Words = {
    Kind.DIGEST.value: gettext_lazy("Orders that need you"),
    Kind.STOP.value: gettext_lazy("The first order that stops"),
    Kind.SILENT.value: gettext_lazy("The shop is silent"),
    Kind.LOST.value: gettext_lazy("The connection is lost"),
    Kind.CONFIRM.value: gettext_lazy("Your address"),
}
BECAME: Words = {
    Mail.Status.WAITING.value: gettext_lazy("on its way"),
    Mail.Status.SENT.value: gettext_lazy("sent"),
    Mail.Status.GIVEN_UP.value: gettext_lazy("could not be delivered"),
    Mail.Status.MOOT.value: gettext_lazy("not needed any more"),
}


class MessagesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What to be told, and where."""

    class Meta:
        model = Choice
        fields = ("digest", "stop", "silent")
        labels = {
            "digest": gettext_lazy("Every morning at 8, when something new needs me"),
            "stop": gettext_lazy("At once, when an order stops for the first time in a week"),
            "silent": gettext_lazy("At once, when the shop is silent for longer than usual"),
        }

    address = forms.EmailField(
        label=gettext_lazy("Send the mails to"),
        required=False,
        help_text=gettext_lazy("Leave it empty to use the address that you sign in with."),
        error_messages={"invalid": gettext_lazy("Write a whole e-mail address, such as name@example.dk.")},
    )

    def __init__(self, data: object, instance: Choice) -> None:
        super().__init__(data, instance=instance)  # type: ignore[arg-type]
        self.fields["address"].initial = instance.asked_address or instance.address
        self.fields["address"].widget.attrs["autocomplete"] = "email"

    @property
    def switches(self) -> Sequence[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]


@dataclass(frozen=True)
class Past:
    """A mail that was sent, or should have been."""

    about: Text
    became: Text
    at: datetime
    is_given_up: bool


@shop_page(change=True)
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """Show and save what the person wants to be told."""
    choice = choice_of(door.shop, door.user)
    form = MessagesForm(request.POST if request.method == "POST" else None, choice)
    if form.is_bound and form.is_valid():
        form.save(commit=False)
        asked = form.cleaned_data["address"].strip().lower()
        _save(choice, asked)
        told = _("Saved. Use the link that we have sent to %(address)s; until then the mails go to %(now)s.")
        now = choice.address or door.user.email
        waits = told % {"address": asked, "now": now}
        messages.success(request, waits if choice.asked_address else _("Saved."))
        return redirect("settings-messages" if request.POST.get("then") == "edit" else "overview", door.shop.slug)
    return _shown(request, door, form, choice)


def _save(choice: Choice, asked: str) -> None:
    """Keep what was chosen; an address that is not yet known to be the person's gets a link first."""
    own = asked in ("", choice.user.email)
    if own or asked == choice.address:
        choice.address, choice.asked_address = "" if own else choice.address, ""
        choice.save()
        return
    choice.asked_address = asked
    choice.save()
    now = clock.now()
    # At most one such mail per address and day: nobody can be flooded from here.
    what = f"{choice.shop_id}:{now.date()}:{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
    outbox.put(choice.shop, choice.user, Kind.CONFIRM, what, now)


def _shown(request: HttpRequest, door: Door, form: MessagesForm, choice: Choice) -> HttpResponse:
    values = {
        "tab": "messages",
        "form": form,
        "choice": choice,
        "email": door.user.email,
        "past": _past(door),
        "may_change": door.may_change,
    }
    return render(request, "notices/messages.html", values, status=422 if form.is_bound else 200)


def _past(door: Door) -> list[Past]:
    mails = Mail.objects.filter(shop=door.shop, user=door.user).order_by("-pk")[:MOST_SHOWN]
    return [
        Past(KINDS[mail.kind], BECAME[mail.status], mail.sent_at or mail.made_at, mail.status == Mail.Status.GIVEN_UP)
        for mail in mails
    ]
