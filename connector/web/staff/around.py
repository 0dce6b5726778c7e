"""How a staff page is entered, and what staff have around every page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from connector.staff import looks
from connector.staff.models import Look

View = Callable[..., HttpResponse]


def staff_page(view: View) -> View:
    """Make `view(request, …)` a page of the staff area. To everybody else, and at other hosts, it does not exist."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not looks.may_be_at(request.get_host()):
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404
        return view(request, **kwargs)

    return never_cache(page)


def staff(request: HttpRequest) -> dict[str, str | Look | None]:
    """`staff_url` for templates, empty for everybody but staff; `look`: the visit under which the page is seen."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff:
        return {"staff_url": "", "look": None}
    door = getattr(request, "door", None)
    visit: looks.Visit | None = door.visit if door else None
    return {"staff_url": _address(request), "look": looks.under_way(user, visit.tenant_id) if visit else None}


def _address(request: HttpRequest) -> str:
    path = reverse("staff-log")
    return path if looks.may_be_at(request.get_host()) else f"{request.scheme}://{settings.STAFF_HOST}{path}"
