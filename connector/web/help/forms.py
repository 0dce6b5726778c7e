"""What is asked for on each rung of the ladder: no more than is needed to answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def _line(label: object, *, help_text: object = "", autocomplete: str = "", longest: int = 200) -> forms.CharField:
    attributes = {"autocomplete": autocomplete} if autocomplete else {}
    # Django's stubs want a plain text; a lazy one is translated when the form is shown.
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, help_text=help_text, max_length=longest, widget=widget)  # type: ignore[arg-type]


def _phone() -> forms.CharField:
    field = _line(_("Phone number"), autocomplete="tel", longest=40)
    field.widget.input_type = "tel"
    return field


class Write(forms.Form):
    """A mail to support."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("We answer there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("What happened?"),
        help_text=_("What did you do, what did you expect, and what came instead?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class Call(forms.Form):
    """A call back."""

    name = _line(_("Name"), autocomplete="name")
    phone = _phone()
    when = _line(_("When does it suit you?"), help_text=_("A weekday between 9 and 16, for example Tuesday at 10."))


class Standstill(forms.Form):
    """The duty phone: only when nothing is transferred at all."""

    name = _line(_("Your name and your shop"), autocomplete="name")
    problem = _line(
        _("What has come to a standstill?"), help_text=_("One line; it is sent as a text message."), longest=140
    )
    phone = _phone()
