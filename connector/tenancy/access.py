"""Who may enter which tenant: asked by user, before any scope."""

from __future__ import annotations

from dataclasses import dataclass

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
