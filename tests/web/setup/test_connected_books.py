"""Books that are connected: others than before, revoked, disconnected, fetched again."""

from __future__ import annotations

from typing import Any

import pytest

from accounting.models import Connection
from connector.sync.models import Integration
from connector.tenancy.scope import scope
from tests.people import People
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.stored import connection


# --- other books than before ----------------------------------------------------------------------------------------
@pytest.fixture
def back_with_other_books(anna: Browser, outside: Outside) -> Browser:
    anna.connect_books(outside)
    other = outside.books.new_agreement("Nordlys Holding ApS")
    anna.return_from_books(anna.leave_for_books(), outside.granted(other))
    return anna


def test_other_books_wait_for_the_owners_choice(back_with_other_books: Browser, people: People) -> None:
    page = text_of(back_with_other_books.page("finance/connect/"))
    assert "Det er et andet regnskab end før" in page
    assert "Nordlys ApS" in page
    assert "Nordlys Holding ApS" in page
    assert connection(people).company_name == "Nordlys ApS"


def test_the_owner_keeps_the_old_books(back_with_other_books: Browser, people: People) -> None:
    back_with_other_books.send("finance/connect/choose/", books="old")
    assert connection(people).company_name == "Nordlys ApS"
    assert "Forbundet med Nordlys ApS" in text_of(back_with_other_books.page("finance/connect/"))


def test_the_owner_takes_the_other_books_as_a_connection_of_their_own(
    back_with_other_books: Browser, people: People
) -> None:
    """Customers and numbers that are known belong to the old books: nothing of them may meet the new ones."""
    old = connection(people)
    back_with_other_books.send("finance/connect/choose/", books="new")
    new = connection(people)
    assert new.pk != old.pk
    assert new.company_name == "Nordlys Holding ApS"
    with scope(people.nordlys.tenant.pk):
        old.refresh_from_db()
        assert old.status == Connection.Status.DISCONNECTED
        assert old.secret == ""
        assert Integration.objects.get(is_active=True).settings is None


# --- later ----------------------------------------------------------------------------------------------------------
def test_after_a_revocation_the_same_page_connects_again(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_books(outside)
    row = connection(people)
    with scope(people.nordlys.tenant.pk):
        Connection.objects.filter(pk=row.pk).update(status=Connection.Status.REVOKED, trouble="connection-revoked")
    page = text_of(anna.page("finance/connect/"))
    assert "Forbindelsen til e-conomic er afbrudt" in page
    assert "Regnskab Nordlys ApS" in page
    anna.return_from_books(anna.leave_for_books(), outside.granted())
    again = connection(people)
    assert again.pk == row.pk
    assert again.status == Connection.Status.CONNECTED
    assert again.trouble == ""


def test_disconnecting_forgets_the_key(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_books(outside)
    anna.send("finance/disconnect/")
    row = connection(people)
    assert row.status == Connection.Status.DISCONNECTED
    assert row.secret == ""
    assert "er afbrudt. Ordrerne venter her." in text_of(anna.page("finance/connect/"))


def test_fetching_again_shows_what_is_new_and_what_is_wrong(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_books(outside)
    outside.agreement.books.master.layouts.clear()
    anna.send("finance/fetch/", **{"from": "finance-connect"})
    page = text_of(anna.page("finance/connect/"))
    assert "0 layouts" in page
    assert "layout-missing" in page


@pytest.mark.parametrize(
    ("options", "code"),
    [({"plan": "Basis"}, "plan-too-small"), ({"role": "Sales"}, "right-missing")],
)
def test_the_self_check_is_told_with_the_connection(
    anna: Browser, outside: Outside, people: People, options: dict[str, Any], code: str
) -> None:
    outside.agreement = outside.books.new_agreement("Lille ApS", **options)
    anna.connect_books(outside)
    assert f"Kode {code}" in text_of(anna.page("finance/connect/"))
