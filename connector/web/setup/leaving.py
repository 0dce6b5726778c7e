"""Going to an outside system to sign in there, and the rules for what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from connector.web.frame.reasons import explain_code
from shops.models import Shop

View = Callable[..., HttpResponse]


def our_address(name: str, *parts: str) -> str:
    """One of our return addresses, whole."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=parts)}"


def forward(request: HttpRequest, url: str, system: str, back: str) -> HttpResponse:
    """Our page that leads on to an outside system by a link.

    Not a redirect: the policy `form-action 'self'` silently blocks a POST that is redirected to another origin.
    """
    response = render(request, "setup/forward.html", {"url": url, "system": system, "back": back})
    return untraceable(response)


def return_address(view: View) -> View:
    """Make `view` an address to which outside systems send browsers back.

    What stands in its query may be a key. So it is neither stored by anybody nor told to the next page, and whoever
    is not signed in is not led back to it.
    """

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            messages.error(request, _("Sign in, and connect once more. Nothing was stored."))
            return untraceable(redirect("sign-in"))
        return untraceable(view(request, **kwargs))

    return page


def not_made(request: HttpRequest, system: str, to: str, *parts: str) -> HttpResponse:
    """Say that no connection was made, in one plain message whatever the cause."""
    # Whoever came here may not belong to any shop that we could name.
    tell(request, "connection-declined", Shop(), facts={"provider": system})
    return redirect(to, *parts)


def tell(request: HttpRequest, code: str, shop: Shop, facts: Mapping[str, str] | None = None) -> None:
    """Say a reason of the catalogue as the page's message."""
    told = explain_code(code, shop=shop, facts=facts)
    messages.error(request, f"{told.title}. {told.cause} {told.fix}".strip())


def untraceable(response: HttpResponse) -> HttpResponse:
    """The answer, with word to the browser to keep no copy of it and to tell nobody where it came from."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
