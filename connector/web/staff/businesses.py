"""A business as support meets it: its shops, earlier visits, and the way to see it as its own readers do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from connector.staff import looks, record
from connector.staff.models import StaffEntry
from connector.tenancy.models import Tenant, User
from connector.tenancy.scope import scope
from connector.web.staff.around import staff_page
from shops.models import Shop

MOST_ENTRIES = 20


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, tenant_id: int) -> HttpResponse:
    """The business; a POST with a reason begins a visit and leads to the shop."""
    assert isinstance(request.user, User)
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    if tenant is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, request.user, tenant)
    record.note(request.user, "business-opened", tenant.pk)
    return _shown(request, request.user, tenant)


def _begin(request: HttpRequest, user: User, tenant: Tenant) -> HttpResponse:
    shops = {shop.slug: shop for shop in _shops(tenant)}
    chosen = shops.get(request.POST.get("shop", ""))
    why = request.POST.get("why", "")
    if chosen is None:
        raise Http404
    try:
        looks.begin(user, tenant.pk, why)
    except ValueError:
        return _shown(request, user, tenant, why=why, is_wrong=True)
    return redirect("overview", chosen.slug)


def _shown(request: HttpRequest, user: User, tenant: Tenant, *, why: str = "", is_wrong: bool = False) -> HttpResponse:
    with scope(tenant.pk):
        visits = looks.history()
    values = {
        "business": tenant,
        "shops": _shops(tenant),
        "visits": visits,
        "under_way": looks.under_way(user, tenant.pk),
        "entries": StaffEntry.objects.filter(business=tenant.pk).order_by("-pk")[:MOST_ENTRIES],
        "minutes": int(looks.LASTS.total_seconds() // 60),
        "longest": looks.LONGEST_REASON,
        "why": why,
        "is_wrong": is_wrong,
    }
    return TemplateResponse(request, "staff/business.html", values, status=422 if is_wrong else 200)


def _shops(tenant: Tenant) -> list[Shop]:
    with scope(tenant.pk):
        return list(Shop.objects.order_by("name", "pk"))


@staff_page
@require_POST
def end(request: HttpRequest, tenant_id: int) -> HttpResponse:
    """End the visit."""
    assert isinstance(request.user, User)
    if not Tenant.objects.filter(pk=tenant_id).exists():
        raise Http404
    if looks.end(request.user, tenant_id):
        messages.success(request, _("The visit is over."))
    return redirect("staff-business", tenant_id)
