"""The ladder's forms: a mail, a call back, the duty phone. Each becomes a mail to us; nothing typed is ever lost."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from connector.web.frame.words import Text
from connector.web.help.about import About, about
from connector.web.help.forms import Call, Standstill, Write
from connector.web.help.limits import is_too_often

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rung:
    """One way to reach us. `subject` begins the mail's; `is_urgent` mails go to the duty phone."""

    name: str
    form: type[forms.Form]
    title: Text
    button: Text
    done: Text
    subject: str
    is_urgent: bool = False


WRITE = Rung(
    "write",
    Write,
    gettext_lazy("Write to support"),
    gettext_lazy("Send the mail"),
    gettext_lazy("Your mail is on its way. We answer within one working day."),
    "Support",
)
CALL = Rung(
    "call",
    Call,
    gettext_lazy("Order a call back"),
    gettext_lazy("Order the call"),
    gettext_lazy("We call you at the time you chose, or as soon after as we can."),
    "Call back",
)
STANDSTILL = Rung(
    "standstill",
    Standstill,
    gettext_lazy("Everything has come to a standstill"),
    gettext_lazy("Send to the duty phone"),
    gettext_lazy("The duty phone has your message. We call you."),
    "STANDSTILL",
    is_urgent=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A mail with the page, the order and the reason filled in."""
    email = request.user.email if request.user.is_authenticated else ""
    return _rung(request, WRITE, {"email": email})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Order a call back."""
    return _rung(request, CALL, {"name": _name(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def standstill(request: HttpRequest) -> HttpResponse:
    """The duty phone."""
    return _rung(request, STANDSTILL, {"name": _name(request)})


def _name(request: HttpRequest) -> str:
    return str(request.user) if request.user.is_authenticated else ""


def _rung(request: HttpRequest, rung: Rung, known: dict[str, str]) -> HttpResponse:
    matter = about(request)
    if request.method != "POST":
        return _page(request, rung, rung.form(initial=known), matter)
    form = rung.form(request.POST)
    if not form.is_valid():
        return _page(request, rung, form, matter, 422)
    if is_too_often(request, rung.name):
        form.add_error(None, _("You have sent several. Wait ten minutes; what you have written is still here."))
        return _page(request, rung, form, matter, 429)
    if not _sent(request, rung, form, matter):
        form.add_error(None, _("It could not be sent now. What you have written is still here; try again in a minute."))
        return _page(request, rung, form, matter, 503)
    messages.success(request, str(rung.done))
    response = redirect("help")
    response["Location"] += matter.query
    return response


def _page(request: HttpRequest, rung: Rung, form: forms.Form, matter: About, status: int = 200) -> HttpResponse:
    return render(request, "help/rung.html", {"rung": rung, "form": form, "about": matter}, status=status)


def _sent(request: HttpRequest, rung: Rung, form: forms.Form, matter: About) -> bool:
    to = settings.DUTY_EMAIL if rung.is_urgent else settings.SUPPORT_EMAIL
    answer = str(form.cleaned_data.get("email", "")) or getattr(request.user, "email", "")
    mail = EmailMessage(
        _subject(rung, matter), _body(request, form, matter), to=[to], reply_to=[answer] if answer else []
    )
    try:
        return mail.send() == 1
    except OSError as error:  # smtplib's errors are OSErrors, too
        log.warning("support mail: %s", type(error).__name__)
        return False


def _subject(rung: Rung, matter: About) -> str:
    """Names of the page alone: what people typed stands in the body. A header is one line."""
    parts = [rung.subject, matter.shop, f"order {matter.order}" if matter.order else "", matter.reason]
    return " · ".join(" ".join(part.split()) for part in parts if part)


def _body(request: HttpRequest, form: forms.Form, matter: About) -> str:
    typed = [f"{name}: {value}" for name, value in form.cleaned_data.items()]
    user = f"signed in: {request.user.pk} {request.user}" if request.user.is_authenticated else "signed in: no"
    known = {"page": matter.page, "shop": matter.shop, "order": matter.order, "reason": matter.reason}
    told = [f"{name}: {value}" for name, value in known.items() if value]
    return "\n".join([*typed, "", user, *told, *(["", matter.lines] if matter.lines else [])])
