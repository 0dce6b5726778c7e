"""Choosing the language before anybody has signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from connector.web.middleware import remember


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the browser and go back to the page. A user's own language stands in the account."""
    going_to = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(going_to, {request.get_host()}, require_https=request.is_secure())
    response = redirect(going_to if is_ours else "sign-in")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember(request, response, {settings.LANGUAGE_COOKIE_NAME: language})
    return response
