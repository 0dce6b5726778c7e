"""What happens to every request before a page sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

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


class Language:
    """Speak the signed-in user's language; Danish to everybody else unless the browser asks for one of ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") if request.user.is_authenticated else ""
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response
