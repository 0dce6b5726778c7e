"""The one door to a tenant's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django_scopes
from django.db import connection, transaction


@contextmanager
def scope(tenant_id: int) -> Iterator[None]:
    """Open a transaction in which exactly this tenant's rows exist.

    Sets what row-level security reads (for this transaction only) and the scope without which the managers
    raise. Entered per database step, never around a call to an outside system.
    """
    with transaction.atomic(), django_scopes.scope(tenant=tenant_id):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant_id)])
        yield


def wait_for_locks(seconds: float) -> None:
    """Let the rest of this transaction wait so long for a row that somebody else holds. Inside a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds}s"])
