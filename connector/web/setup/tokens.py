"""The access token that an owner pastes where a provider has no sign-in for others: typed once, never shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounting.access import SignIn
from accounting.base import AccountingProvider
from accounting.models import Connection
from connector.tenancy.secrets import reveal

Provider = type[AccountingProvider]

LONGEST = 500
SHOWN, LONG_ENOUGH = 4, 16
"""So many signs of a token are shown, of one that is long enough to keep its secret all the same."""


class TokenForm(forms.Form):
    """What the owner pastes. `granted` is what the provider makes of it, once the form is valid."""

    token = forms.CharField(
        label=gettext_lazy("Access token"),
        max_length=LONGEST,
        # Nothing of it comes back with the page, and no browser is to keep it.
        widget=forms.PasswordInput({"autocomplete": "off", "spellcheck": "false"}, render_value=False),
        error_messages={"required": gettext_lazy("Paste the access token.")},
    )

    def __init__(self, provider: Provider, data: Any = None) -> None:
        super().__init__(data)
        self.provider = provider
        self.made_at = provider.connect_url(settings.ACCOUNTING[provider.name], SignIn("", "", ""))
        self.granted: dict[str, str] = {}

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        found = self.provider.granted(settings.ACCOUNTING[self.provider.name], {"token": token}, SignIn("", "", ""))
        if found is None:
            said = {"provider": self.provider.label}
            raise forms.ValidationError(_("This is no access token. Copy all of it in %(provider)s.") % said)
        self.granted = found
        return token


def token_form(provider: Provider) -> TokenForm | None:
    """An empty form; None for a provider that one signs in to."""
    return TokenForm(provider) if provider.pastes_token else None


def token_end(connection: Connection, provider: Provider) -> str:
    """The last signs of the stored token; empty where there is none, or it would be told by them."""
    token = str(reveal(connection, "secret").get("token", "")) if provider.pastes_token else ""
    return token[-SHOWN:] if len(token) >= LONG_ENOUGH else ""
