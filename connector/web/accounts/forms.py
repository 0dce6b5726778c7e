"""allauth's forms with our labels and help, and the sign-up, which also makes the business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from connector.tenancy.models import Membership, Role, Tenant, Theme, User
from connector.tenancy.scope import scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Text: TypeAlias = "str | _StrPromise"
INVITATION = "invitation"
"""The URL name of the page to which an invitation's mail leads."""
LONG = _("At least 12 characters. Three or four words that have nothing to do with each other are good.")
APP_CODE = _("The six digits that the app on your phone shows now.")


class InOurWords(forms.Form):
    """A form of allauth's whose labels and help are ours, and which has no placeholders."""

    labels: ClassVar[Mapping[str, Text]] = {}
    helps: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = self.labels[name]
            field.help_text = self.helps.get(name, "")


class SignUpForm(InOurWords, account.SignupForm):
    """Name, e-mail, password, and the business whose books are kept."""

    labels: ClassVar[Mapping[str, Text]] = {"email": _("E-mail"), "password1": _("Password")}
    helps: ClassVar[Mapping[str, Text]] = {
        "email": _("You sign in with it. We send a mail that you confirm."),
        "password1": LONG,
        "business": _("As it stands in the business register, for example Nordlys ApS."),
    }
    field_order = ["name", "email", "password1", "business"]
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    business = forms.CharField(
        label=_("The business's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if _is_invited():
            del self.fields["business"]

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """Make the user with the business, or neither."""
        user: User = super().save(request)
        return user

    def signup(self, request: HttpRequest, user: User) -> None:
        """What allauth asks for at the sign-up: the name, and the business that the user owns unless invited."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        if "business" in self.cleaned_data:
            tenant = Tenant.objects.create(name=self.cleaned_data["business"])
            with scope(tenant.pk):
                Membership.objects.create(tenant=tenant, user=user, role=Role.OWNER)


def _is_invited() -> bool:
    """Whether an invitation led here: it is into a business that exists."""
    request = context.request
    try:
        return resolve(request.POST.get("next") or request.GET.get("next") or "").url_name == INVITATION
    except Resolver404:
        return False


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """The present password, and the new one twice."""

    labels: ClassVar[Mapping[str, Text]] = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps: ClassVar[Mapping[str, Text]] = {"password1": LONG}


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    """A first password, for somebody who has none."""

    labels: ClassVar[Mapping[str, Text]] = {"password1": _("New password"), "password2": _("New password again")}
    helps: ClassVar[Mapping[str, Text]] = {"password1": LONG}


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm):
    """The new password, from the link in the mail."""

    labels: ClassVar[Mapping[str, Text]] = {"password1": _("New password"), "password2": _("New password again")}
    helps: ClassVar[Mapping[str, Text]] = {"password1": LONG}


class ForgottenForm(InOurWords, account.ResetPasswordForm):
    """Where to send the link for a new password."""

    labels: ClassVar[Mapping[str, Text]] = {"email": _("E-mail")}


class NewEmailForm(InOurWords, account.AddEmailForm):
    """The address to sign in with from now on."""

    labels: ClassVar[Mapping[str, Text]] = {"email": _("New e-mail")}
    helps: ClassVar[Mapping[str, Text]] = {"email": _("The present one holds until you confirm the new one.")}


class PasswordAgainForm(InOurWords, account.ReauthenticateForm):
    """The password once more, before something that matters."""

    labels: ClassVar[Mapping[str, Text]] = {"password": _("Password")}


class CodeForm(InOurWords, mfa.AuthenticateForm):
    """The code at the sign-in: the app's, or a recovery code."""

    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code")}
    helps: ClassVar[Mapping[str, Text]] = {"code": _("Six digits from the app, or one of your recovery codes.")}


class CodeAgainForm(InOurWords, mfa.ReauthenticateForm):
    """A code once more, before something that matters."""

    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code")}
    helps: ClassVar[Mapping[str, Text]] = {"code": _("Six digits from the app, or one of your recovery codes.")}


class ActivateForm(InOurWords, totp.ActivateTOTPForm):
    """The first code of the app."""

    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code")}
    helps: ClassVar[Mapping[str, Text]] = {"code": APP_CODE}

    @property
    def key(self) -> str:
        """The key in groups of four, as one types it; apps take it with or without the blanks."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


class ChoicesForm(forms.ModelForm):  # type: ignore[type-arg]  # subscripting it needs a patch of Django
    """What a person chooses for the pages. Each language is named in itself."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("da", "Dansk"), ("nb", "Norsk bokmål"), ("en", "English")],
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=Theme.choices, widget=forms.RadioSelect)
    has_shortcuts = forms.BooleanField(
        label=_("Single keys in the lists"),
        help_text=_("For example j and k for the next and the previous line."),
        required=False,
    )

    class Meta:
        model = User
        fields = ("name", "language", "theme", "has_shortcuts")
        labels = {"name": _("Your name")}

    def clean_language(self) -> str:
        """One of ours. The field sees to it; this keeps the settings and the field together."""
        language: str = self.cleaned_data["language"]
        if language not in dict(settings.LANGUAGES):
            raise forms.ValidationError(_("Choose one of the languages."))
        return language
