"""Signing in and out, the first page, and the pages that say what went wrong."""

from __future__ import annotations

import logging
import secrets

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from connector.tenancy.access import entries, shops_of_user
from connector.tenancy.models import User
from connector.web.frame.signin import SignInForm
from connector.web.pages import OwnersOnly

log = logging.getLogger(__name__)


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; a right answer leads on to where the user was going."""
    going_to = _safe(request, request.POST.get("next") or request.GET.get("next") or "/")
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(going_to)
        return render(request, "frame/sign_in.html", {"form": SignInForm(request), "next": going_to})
    form = SignInForm(request, request.POST)
    if form.is_valid() and form.user:
        return form.sign_in(going_to)
    status = 429 if form.is_slowed else 422
    return render(request, "frame/sign_in.html", {"form": form, "next": going_to}, status=status)


def _safe(request: HttpRequest, url: str) -> str:
    """Only our own addresses: a link must not lead through us to a stranger."""
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else "/"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the only shop, else to the list of all of them; an owner who has none yet, to where it is created."""
    assert isinstance(request.user, User)
    found = shops_of_user(request.user.pk)
    if not found and any(entry.is_owner for entry in entries(request.user.pk)):
        return redirect("shop-create")
    return redirect("overview", found[0].slug) if len(found) == 1 else redirect("clients")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what is somebody else's."""
    return _bare("frame/not_found.html", 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The user may look, not change; or is no owner."""
    return _bare("frame/forbidden.html", 403, is_owners_only=isinstance(exception, OwnersOnly))


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault, with a reference that our log knows too."""
    reference = secrets.token_hex(4)
    log.error("case %s: %s %s", reference, request.method, request.path)
    return _bare("frame/broken.html", 500, reference=reference)


def _bare(template: str, status: int, **values: str | bool) -> HttpResponse:
    # Without the request: nothing around the words may fail, or tell what the page was about.
    return HttpResponse(render_to_string(template, values), status=status)
