"""The pages behind the links in mails. They work signed out: the address itself proves that we wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from connector.notices.models import CAN_BE_OFF, Choice
from connector.notices.readers import choice_of
from connector.tenancy.models import Membership
from connector.tenancy.scope import scope
from connector.web.notices import links
from connector.web.notices.links import Claim
from connector.web.notices.messages import KINDS
from shops.models import Shop


# A mail program posts here by itself, from nowhere and without cookies (RFC 8058, section 3.2).
@csrf_exempt
@never_cache
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch a mail off, or on again. Looking changes nothing: mail programs look at every link beforehand."""
    with _claimed(token) as (claim, choice):
        if claim.kind not in CAN_BE_OFF:
            raise Http404
        if request.method == "POST":
            setattr(choice, claim.kind, request.POST.get("on") == "1")
            choice.save()
        values = {"choice": choice, "about": KINDS[claim.kind], "is_on": choice.wants(claim.kind)}
        with translation.override(choice.user.language):
            return render(request, "notices/off.html", values)


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let the mails go to the address that the link was sent to, if that is still what the person asks for."""
    with _claimed(token) as (claim, choice):
        if not claim.asked:
            raise Http404
        if request.method == "POST" and choice.asked_address == claim.asked:
            choice.address, choice.asked_address = claim.asked, ""
            choice.save()
        how = "done" if choice.address == claim.asked else "ask" if choice.asked_address == claim.asked else "closed"
        with translation.override(choice.user.language):
            return render(request, "notices/confirm.html", {"choice": choice, "address": claim.asked, "how": how})


@contextmanager
def _claimed(token: str) -> Iterator[tuple[Claim, Choice]]:
    """What the address says, in its tenant's scope; 404 once the person has left the business."""
    claim = links.read(token)
    if claim is None:
        raise Http404
    with scope(claim.tenant_id):
        member = Membership.objects.filter(user_id=claim.user_id).select_related("user").first()
        shop = Shop.objects.filter(pk=claim.shop_id).first()
        if member is None or shop is None:
            raise Http404
        yield claim, choice_of(shop, member.user)
