"""Who may enter which tenant: asked by user, before any scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from connector.tenancy.models import Role


@dataclass(frozen=True)
class Entry:
    """A door that is open to a user."""

    tenant_id: int
    role: Role

    @property
    def may_change(self) -> bool:
        return self.role in (Role.OWNER, Role.BOOKKEEPER)

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


@dataclass(frozen=True)
class ShopOfUser:
    """A shop that a user may enter, and its business."""

    tenant_id: int
    business: str
    slug: str
    shop: str


@dataclass(frozen=True)
class Standing:
    """How a shop of a user stands, or a business that has none: then `slug` is empty and the rest is nothing.

    `difference` is what the shop's orders come to beyond their documents in the books, in the shop's `currency`;
    `oldest` is the oldest stop that needs somebody.
    """

    tenant_id: int
    business: str
    role: Role
    slug: str
    shop: str
    currency: str
    is_connected: bool
    is_lost: bool
    done: int
    waiting: int
    needs_you: int
    not_meant: int
    needs_us: int
    difference: Decimal
    oldest: datetime | None


def entries(user_id: int) -> list[Entry]:
    """The tenants that this user belongs to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, role FROM connector_memberships(%s)", [user_id])
        return [Entry(tenant_id, Role(role)) for tenant_id, role in cursor.fetchall()]


def entry_by_slug(user_id: int, slug: str) -> tuple[Entry, int] | None:
    """The door that leads to the shop with this address, and the shop's id; None for a stranger or no such shop."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, shop_id, role FROM connector_shop_of(%s, %s)", [user_id, slug])
        row = cursor.fetchone()
    return (Entry(row[0], Role(row[2])), row[1]) if row else None


def invitation_by_token(token_hash: str) -> tuple[int, int] | None:
    """(tenant id, invitation id) of the link in a mail, whatever became of it; None for a link that we never sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM connector_invitation(%s)", [token_hash])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def shops_of_user(user_id: int) -> list[ShopOfUser]:
    """All shops of the user's businesses, by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, business, slug, shop FROM connector_shops(%s)", [user_id])
        return [ShopOfUser(*row) for row in cursor.fetchall()]


def standings(user_id: int, placed_from: datetime, most: int) -> list[Standing]:
    """How the user's businesses stand, by name. One query, however many they are.

    Of each state the `most` newest orders are looked at. What rests counts if it was placed since `placed_from`,
    what is open counts whatever its age.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM connector_clients(%s, %s, %s)", [user_id, placed_from, most])
        return [_standing(row) for row in cursor.fetchall()]


def _standing(row: tuple[Any, ...]) -> Standing:
    tenant_id, business, role, slug, shop, currency, is_connected, is_lost, *counts, difference, oldest = row
    done, waiting, needs_you, not_meant, needs_us = (count or 0 for count in counts)
    return Standing(
        tenant_id=tenant_id,
        business=business,
        role=Role(role),
        slug=slug or "",
        shop=shop or "",
        currency=currency or "",
        is_connected=bool(is_connected),
        is_lost=bool(is_lost),
        done=done,
        waiting=waiting,
        needs_you=needs_you,
        not_meant=not_meant,
        needs_us=needs_us,
        difference=difference or Decimal(0),
        oldest=oldest,
    )
