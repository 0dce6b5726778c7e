"""The businesses and shops of a user, for the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.access import Entry, entries
from connector.tenancy.models import Role, Tenant, User
from connector.tenancy.scope import scope
from shops.models import Shop


@dataclass(frozen=True)
class ShopLine:
    """A shop in the list."""

    slug: str
    name: str
    is_connected: bool
    needs_you: int
    waiting: int


@dataclass(frozen=True)
class Business:
    """A business in the list."""

    id: int
    name: str
    may_add_shops: bool
    shops: Sequence[ShopLine]


def of_user(user: User) -> list[Business]:
    """The user's businesses, those with most orders that need somebody first.

    Each business is asked in its own scope: no query ever sees two.
    """
    doors = entries(user.pk)
    names = dict(Tenant.objects.filter(pk__in=[door.tenant_id for door in doors]).values_list("pk", "name"))
    found = [Business(d.tenant_id, names[d.tenant_id], d.role is Role.OWNER, _shops(d)) for d in doors]
    return sorted(found, key=lambda business: (-sum(shop.needs_you for shop in business.shops), business.name))


def _shops(door: Entry) -> list[ShopLine]:
    # Only what is open is counted: that stays small however many orders are in the books.
    with scope(door.tenant_id):
        still_open = SyncJob.objects.filter(state__in=[State.NEEDS_YOU, State.WAITING])
        counts = {
            (row["shop_id"], row["state"]): row["n"]
            for row in still_open.values("shop_id", "state").annotate(n=Count("pk"))
        }
        return [
            ShopLine(
                slug=shop.slug,
                name=shop.name,
                is_connected=shop.is_connected,
                needs_you=counts.get((shop.pk, State.NEEDS_YOU.value), 0),
                waiting=counts.get((shop.pk, State.WAITING.value), 0),
            )
            for shop in Shop.objects.order_by("name", "pk")
        ]
