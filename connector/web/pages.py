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

from connector.tenancy.access import Entry, entry_by_slug
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from shops.models import Shop


@dataclass
class Door:
    """The shop that a page is about, and what the user may do there."""

    entry: Entry
    shop: Shop
    user: User

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


def shop_page(*, change: bool = False, network: bool = False) -> Callable[[View], View]:
    """Make `view(request, door, …)` a page under `/s/<slug>/`.

    `change`: readers are refused (403) whatever the method, save GET. `network`: the view talks to outside systems
    and enters `door.scope()` itself per database step; every other page runs, and renders, in the scope.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            door = _open(request.user, slug)
            if change and request.method != "GET" and not door.may_change:
                raise PermissionDenied
            request.door = door  # type: ignore[attr-defined]
            if network:
                return _rendered(view(request, door, **kwargs))
            with door.scope():
                return _rendered(view(request, door, **kwargs))

        return page

    return decorate


def _open(user: User, slug: str) -> Door:
    found = entry_by_slug(user.pk, slug)
    if found is None:
        raise Http404
    entry, shop_id = found
    with scope(entry.tenant_id):
        return Door(entry, Shop.objects.get(pk=shop_id), user)


def _rendered(response: HttpResponse) -> HttpResponse:
    # Templates read rows lazily: render before the scope closes.
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
