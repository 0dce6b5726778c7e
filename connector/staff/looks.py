"""Visits: one of us sees a business's pages as its readers do, for half an hour and a stated reason.

The business sees who came, why, and every page that was seen. A visit opens no door to changing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F

from connector.staff import lookups, record
from connector.staff.models import Look, LookedPage
from connector.sync import acts, clock
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from shops.models import Shop

LASTS = timedelta(minutes=30)
SHORTEST_REASON = 5
LONGEST_REASON = 300
MOST_SHOWN = 20


@dataclass(frozen=True)
class Visit:
    """A visit that is under way, and the shop whose page it is at."""

    tenant_id: int
    shop_id: int
    look_id: int


def may_be_at(host: str) -> bool:
    """Whether support works at this address: at its own, where the installation gives it one."""
    return host.lower() == settings.STAFF_HOST if settings.STAFF_HOST else True


def begin(user: User, tenant_id: int, why: str) -> Look:
    """Begin a visit; those of this person that are still open anywhere in the business end. Raises ValueError for a
    reason that says nothing."""
    why = " ".join(why.split())[:LONGEST_REASON]
    if len(why) < SHORTEST_REASON:
        raise ValueError("a visit needs a reason")
    record.note(user, "look-begun", tenant_id, why=why)
    end(user, tenant_id)
    now = clock.now()
    person = record.person(user)
    with scope(tenant_id):
        for shop in Shop.objects.order_by("pk"):
            acts.note(person, shop, "support-looked", why=why)
        return Look.objects.create(
            tenant_id=tenant_id, user=user, who=person.name, why=why, begun_at=now, ends_at=now + LASTS
        )


def end(user: User, tenant_id: int) -> bool:
    """End this person's visit to the business; False where there is none."""
    now = clock.now()
    with scope(tenant_id):
        return bool(Look.objects.filter(user=user, ended_at=None, ends_at__gt=now).update(ended_at=now))


def under_way(user: User, tenant_id: int) -> Look | None:
    """This person's visit to the business, while it lasts."""
    with scope(tenant_id):
        return Look.objects.filter(user=user, ended_at=None, ends_at__gt=clock.now()).order_by("-pk").first()


def visit(user: User, slug: str) -> Visit | None:
    """The visit under which this person may see the shop's pages; None without one."""
    if not user.is_staff:
        return None
    found = lookups.look_at(user.pk, slug, clock.now())
    return Visit(*found) if found else None


def saw(visit: Visit, path: str) -> None:
    """Write down a page before it is shown. A page that asks again and again for its news keeps one line."""
    now = clock.now()
    path = path[:300]
    with scope(visit.tenant_id):
        last = LookedPage.objects.filter(look_id=visit.look_id).order_by("-pk").first()
        if last is not None and last.path == path:
            LookedPage.objects.filter(pk=last.pk).update(times=F("times") + 1, last_at=now)
            return
        LookedPage.objects.create(tenant_id=visit.tenant_id, look_id=visit.look_id, path=path, at=now, last_at=now)


def history() -> Sequence[Look]:
    """The visits to the business with their pages, the newest first. Two queries, in its scope."""
    return list(Look.objects.order_by("-pk").prefetch_related("pages")[:MOST_SHOWN])
