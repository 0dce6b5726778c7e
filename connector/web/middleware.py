"""What happens to every request before a page sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from connector.tenancy.models import Theme, User
from connector.web.hooks import PREFIX, receive

Answer = Callable[[HttpRequest], HttpResponse]


class HooksFirst:
    """Answer shops' deliveries outside the session, language and message middleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIX):
            return receive(request)
        return self.get_response(request)


class Choices:
    """Speak the signed-in user's language in the user's colours; to others those of their last visit.

    Without either the browser's language counts where it is one of ours, else Danish.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language, theme = _chosen(request)
        request.theme = theme  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        if isinstance(request.user, User):
            remember(request, response, {settings.LANGUAGE_COOKIE_NAME: language, settings.THEME_COOKIE_NAME: theme})
        return response


def _chosen(request: HttpRequest) -> tuple[str, str]:
    if isinstance(request.user, User):
        return request.user.language or settings.LANGUAGE_CODE, request.user.theme
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return translation.get_language_from_request(request), theme if theme in Theme.values else Theme.SYSTEM.value


def remember(request: HttpRequest, response: HttpResponse, chosen: Mapping[str, str]) -> None:
    """Keep in the browser what was chosen, cookie by cookie, for a year."""
    for name, value in chosen.items():
        if request.COOKIES.get(name) != value:
            response.set_cookie(
                name,
                value,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.IS_HTTPS,
                httponly=True,
                samesite="Lax",
            )
