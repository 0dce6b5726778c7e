"""Where the link of an invitation leads: to a page that asks, and from there into the business.

Whoever holds the link may read who invites whom; only the address it was sent to can accept. Opening the page does
nothing, since programs that look through mails open links too.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from connector.sync.acts import Person
from connector.tenancy import people
from connector.tenancy.access import invitation_by_token, shops_of_user
from connector.tenancy.handshake import hashed
from connector.tenancy.models import Invitation, Membership, Tenant, User
from connector.tenancy.scope import scope
from connector.web.people import history

GONE = 410


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the invitation, POST accepts it."""
    found = invitation_by_token(hashed(token))
    if found is None:
        raise Http404
    tenant_id, invitation_id = found
    with scope(tenant_id):
        offered = Invitation.objects.get(pk=invitation_id)
        user = request.user if isinstance(request.user, User) else None
        if user and _is_in(offered, user):
            return _into(user, tenant_id)
        if not people.can_be_accepted(offered):
            return _page(request, offered, "closed", GONE)
        if user is None:
            return _page(request, offered, "signed-out")
        if user.email.lower() != offered.email:
            return _page(request, offered, "another", 403 if request.method == "POST" else 200)
        if request.method != "POST" or not people.accept(offered, user):
            return _page(request, offered, "ask")
        history.note(Person(user, str(user)), history.JOINED, role=offered.role)
    business = Tenant.objects.get(pk=tenant_id).name
    messages.success(request, _("Welcome to %(business)s.") % {"business": business})
    return _into(user, tenant_id)


def _is_in(offered: Invitation, user: User) -> bool:
    """Whether it was this user who accepted it: a double click, or the link once more."""
    return offered.accepted_by_id == user.pk and Membership.objects.filter(user=user).exists()


def _into(user: User, tenant_id: int) -> HttpResponse:
    """To the business's first shop; to the list where it has none yet."""
    slug = next((shop.slug for shop in shops_of_user(user.pk) if shop.tenant_id == tenant_id), "")
    return redirect("overview", slug) if slug else redirect("clients")


def _page(request: HttpRequest, offered: Invitation, how: str, status: int = 200) -> HttpResponse:
    business = Tenant.objects.get(pk=offered.tenant_id).name
    about = {"invitation": offered, "how": how, "business": business, "sign_up_url": reverse("account_signup")}
    # Not `no-referrer`: a browser then names no origin with the form, and it would be refused as forged. The policy of
    # all our pages, `same-origin`, tells the address to nobody else either.
    return render(request, "people/invitation.html", about, status=status)
