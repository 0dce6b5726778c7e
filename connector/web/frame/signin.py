"""Signing in with e-mail and password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from connector.tenancy.models import User

WRONG_TRIES = 10
"""So many wrong tries in a minute, per network address and e-mail; after that nobody is asked (see settings.py)."""


class SignInForm(forms.Form):
    """E-mail and password. The answer to a wrong password and to an unknown address is the same."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    user: User | None = None

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.is_slowed = False

    def clean(self) -> dict[str, Any]:
        """Find the user. Fails with the same words whatever was wrong."""
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        try:
            found = get_adapter().authenticate(self.request, email=values["email"], password=values["password"])
        except forms.ValidationError:
            self.is_slowed = True
            raise
        if not isinstance(found, User):
            raise forms.ValidationError(_("The e-mail address and password do not match. Type both again."))
        self.user = found
        return values

    def sign_in(self, going_to: str) -> HttpResponse:
        """Go on to where the user was going, or first to the second step or to confirming the e-mail address."""
        email = self.cleaned_data["email"]
        login = Login(user=self.user, email=email, redirect_url=going_to)
        answer: HttpResponse = perform_password_login(self.request, {"email": email}, login)
        return answer
