"""Two-step sign-in where it is required: owners and our own staff, wherever people come in over https."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from connector.tenancy.access import entries
from connector.tenancy.models import Role, User

OPEN = ("/account/", "/sign-", "/static/", "/help/")
"""Where somebody may still go: to switch it on, to sign out, to read how."""


def is_required(user: User) -> bool:
    """Whether this person must sign in with two steps on this installation."""
    if not settings.TWO_STEP_REQUIRED:
        return False
    return user.is_staff or any(entry.role is Role.OWNER for entry in entries(user.pk))


class Required:
    """Lead owners and staff to switching it on before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TWO_STEP_REQUIRED and not request.path.startswith(OPEN) and self._lacks(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks(self, request: HttpRequest) -> bool:
        """Asked of the database each time: whoever switches it off, in whichever window, is led back here."""
        user = request.user
        return isinstance(user, User) and not is_mfa_enabled(user) and is_required(user)
