"""What is stored of the books that Nordlys is connected to."""

from __future__ import annotations

from accounting.models import Connection
from connector.sync.models import Integration
from connector.tenancy.scope import scope
from tests.people import People


def connection(people: People) -> Connection:
    """The connection that Nordlys' shop uses now."""
    with scope(people.nordlys.tenant.pk):
        return Integration.objects.select_related("connection").get(is_active=True).connection


def assert_nothing_stored(people: People) -> None:
    row = connection(people)
    assert row.status == Connection.Status.CHOSEN
    assert row.secret == ""
    assert row.company_number == ""
    assert row.choices == {}
