"""Signing in with e-mail and password."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from connector.tenancy.models import User

WRONG_TRIES, SECONDS = 10, 60
"""So many wrong tries in so many seconds, per network address and e-mail; after that nobody is asked."""


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
        tries = _Tries(self.request, values["email"])
        if tries.are_too_many:
            self.is_slowed = True
            raise forms.ValidationError(_("There were many wrong tries. Wait a minute and try again."))
        found = authenticate(self.request, username=values["email"], password=values["password"])
        if not isinstance(found, User):
            tries.one_more()
            raise forms.ValidationError(_("E-mail and password do not fit together. Type both again."))
        self.user = found
        return values


class _Tries:
    """The wrong tries of one address at one account."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        who = f"{request.META.get('REMOTE_ADDR', '')} {email.strip().casefold()}"
        self._key = f"sign-in:{sha256(who.encode()).hexdigest()}"

    @property
    def are_too_many(self) -> bool:
        return int(cache.get(self._key, 0)) >= WRONG_TRIES

    def one_more(self) -> None:
        cache.add(self._key, 0, SECONDS)
        try:
            cache.incr(self._key)
        except ValueError:  # the minute ended between the two
            cache.set(self._key, 1, SECONDS)
