"""How a page is entered: signed in, member of the shop's business, in its scope. A stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse

from connector.staff import looks
from connector.tenancy.access import Entry, entry_by_slug
from connector.tenancy.models import Role, User
from connector.tenancy.scope import scope
from shops.models import Shop


@dataclass
class Door:
    """The shop that a page is about, and what the user may do there."""

    entry: Entry
    shop: Shop
    user: User
    visit: looks.Visit | None = None
    """Set where one of our support sees the page as a reader of the shop would: nothing can be sent from it."""

    @property
    def may_change(self) -> bool:
        return self.entry.may_change

    @property
    def who(self) -> str:
        """The user's name as the history shows it."""
        return str(self.user)

    def scope(self) -> AbstractContextManager[None]:
        """The tenant's scope, for pages that enter it per step because they talk to outside systems."""
        return scope(self.entry.tenant_id)


View = Callable[..., HttpResponse]
READING = ("GET", "HEAD")


class OwnersOnly(PermissionDenied):
    """Only an owner of the business may enter."""


def shop_page(*, change: bool = False, owner: bool = False, network: bool = False) -> Callable[[View], View]:
    """Make `view(request, door, …)` a page under `/s/<slug>/`.

    `change`: readers are refused (403) whatever the method, save GET. `owner`: all but owners are refused, also at
    GET. `network`: the view talks to outside systems and enters `door.scope()` itself per database step; every other
    page runs, and renders, in the scope.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            door = _open(request, request.user, slug)
            if door.visit and request.method not in READING:
                raise PermissionDenied
            if owner and not door.entry.is_owner:
                raise OwnersOnly
            if change and request.method != "GET" and not door.may_change:
                raise PermissionDenied
            request.door = door  # type: ignore[attr-defined]
            if network:
                return _rendered(view(request, door, **kwargs))
            with door.scope():
                return _rendered(view(request, door, **kwargs))

        return page

    return decorate


def _open(request: HttpRequest, user: User, slug: str) -> Door:
    found = entry_by_slug(user.pk, slug)
    if found is None:
        return _visited(request, user, slug)
    entry, shop_id = found
    with scope(entry.tenant_id):
        return Door(entry, Shop.objects.get(pk=shop_id), user)


def _visited(request: HttpRequest, user: User, slug: str) -> Door:
    """The door that a visit of our support opens: a reader's, and every page is written down before it is shown."""
    visit = looks.visit(user, slug) if looks.may_be_at(request.get_host()) else None
    if visit is None:
        raise Http404
    looks.saw(visit, request.get_full_path())
    with scope(visit.tenant_id):
        return Door(Entry(visit.tenant_id, Role.READER), Shop.objects.get(pk=visit.shop_id), user, visit)


def _rendered(response: HttpResponse) -> HttpResponse:
    # Templates read rows lazily: render before the scope closes.
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
