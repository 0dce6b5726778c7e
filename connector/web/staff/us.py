"""Our own queue: orders that need us, and lanes, shops and chores that are due and that nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from connector.staff import acts, lookups, record
from connector.staff.lookups import Late, Line
from connector.sync.models import Channel, Chore
from connector.tenancy.models import Tenant, User
from connector.tenancy.scope import scope
from connector.web.frame.reasons import provider_label
from connector.web.staff import found
from connector.web.staff.around import staff_page
from shops.models import Shop

MOST_SHOWN = 50
LATE = timedelta(minutes=10)
CHORE_LATE = timedelta(hours=1)


@dataclass(frozen=True)
class Stuck:
    """A lane or a shop that is due since `since`. `lane_id` is set where a push may help."""

    business: Tenant
    name: str
    since: datetime | None
    lane_id: int | None


@staff_page
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The queue, the longest waiting first."""
    assert isinstance(request.user, User)
    record.note(request.user, "queue-opened")
    now = timezone.now()
    lines = [Line(tenant_id, job_id, None) for tenant_id, job_id in lookups.ours(request.user.pk, MOST_SHOWN)]
    values = {
        "rows": found.read(lines),
        "most": MOST_SHOWN,
        "stuck": _stuck(lookups.stuck(request.user.pk, now - LATE, MOST_SHOWN)),
        "chores": Chore.objects.filter(next_at__lt=now - CHORE_LATE).order_by("next_at"),
        "minutes": int(LATE.total_seconds() // 60),
    }
    return TemplateResponse(request, "staff/us.html", values)


def _stuck(late: Sequence[Late]) -> list[Stuck]:
    names = Tenant.objects.in_bulk({each.tenant_id for each in late})
    told = []
    for each in late:
        with scope(each.tenant_id):
            told.append(_of_lane(each, names) if each.what == "channel" else _of_shop(each, names))
    return told


def _of_lane(late: Late, names: dict[int, Tenant]) -> Stuck:
    lane = Channel.objects.select_related("connection").get(pk=late.id)
    name = f"{provider_label(lane.connection.provider)} {lane.connection.company_name}".strip()
    return Stuck(names[late.tenant_id], name, lane.next_at, lane.pk)


def _of_shop(late: Late, names: dict[int, Tenant]) -> Stuck:
    shop = Shop.objects.get(pk=late.id)
    return Stuck(names[late.tenant_id], shop.name, shop.next_poll_at, None)


@staff_page
@require_POST
def act(request: HttpRequest, tenant_id: int, job_id: int) -> HttpResponse:
    """Try an order again, or say which of two vouchers counts."""
    assert isinstance(request.user, User)
    number = request.POST.get("number", "")
    if number:
        is_done = acts.settle(request.user, tenant_id, job_id, number, request.POST.get("note", ""))
        words = _("Voucher %(number)s counts; the order is closed.") % {"number": number}
    else:
        is_done = acts.try_again(request.user, tenant_id, job_id)
        words = _("The order is on its way once more.")
    if is_done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Nothing was done: the order does not need us any more."))
    return redirect("staff-us")


@staff_page
@require_POST
def push(request: HttpRequest, tenant_id: int, lane_id: int) -> HttpResponse:
    """Wake a lane that nobody works."""
    assert isinstance(request.user, User)
    if acts.push(request.user, tenant_id, lane_id):
        messages.success(request, _("The lane has been woken."))
    else:
        messages.warning(request, _("That lane does not exist any more."))
    return redirect("staff-us")
