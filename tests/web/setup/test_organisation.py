"""Choosing among the organisations that a sign-in opens: none, one, several, and one that cannot be chosen."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounting.models import Connection
from connector.sync import build
from connector.sync.models import Integration
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from tests.accounting.nordbook import OWNER, Office, register
from tests.people import People
from tests.web.setup.outside import Browser, text_of
from tests.web.setup.stored import assert_nothing_stored, connection
from tests.web.setup.test_sign_in import choose, come_back, leave

PAGE = "finance/organisation/"


@pytest.fixture
def office(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Nordbook, whose owner can reach no organisation yet."""
    register(settings, monkeypatch)
    made = Office()
    monkeypatch.setattr(build, "network", lambda: made)
    return made


@pytest.fixture
def two(office: Office) -> Office:
    office.open(7, "Nordlys ApS", "12345678")
    office.open(8, "Nordlys Holding ApS", "87654321")
    return office


def sign_in(browser: Browser, office: Office) -> Any:
    """Sign in, and let the page read which organisations there are."""
    come_back(browser, office.approved(leave(browser)))
    return browser.page("finance/connect/read/")


def chosen(page: Any) -> list[str]:
    """The numbers that are chosen on the page."""
    buttons = re.findall(r"<input type=\"radio\"[^>]*>", page.content.decode())
    return re.findall(r'value="(\d+)"', " ".join(button for button in buttons if " checked" in button))


# --- none, one, several -----------------------------------------------------------------------------------------------
def test_no_organisation_is_said_and_nothing_kept(anna: Browser, office: Office, people: People) -> None:
    assert sign_in(anna, office)["Location"] == "/s/nordlys/finance/connect/"
    assert "Vi fandt ingen organisation" in text_of(anna.page("finance/connect/"))
    assert "books" not in anna.client.session
    assert_nothing_stored(people)


def test_one_organisation_is_chosen_beforehand_and_shown(anna: Browser, office: Office, people: People) -> None:
    office.open(7, "Nordlys ApS", "12345678")
    assert sign_in(anna, office)["Location"] == "/s/nordlys/finance/organisation/"
    page = anna.page(PAGE)
    assert "Vælg din organisation i Nordbook" in text_of(page)
    assert "Nordlys ApS CVR 12345678" in text_of(page)
    assert chosen(page) == ["7"]
    assert_nothing_stored(people)


def test_of_several_the_owner_chooses(anna: Browser, two: Office, people: People) -> None:
    sign_in(anna, two)
    waits = text_of(anna.page("finance/connect/"))
    assert "Organisationen er ikke valgt" in waits
    assert "har adgang til 2 organisationer" in waits
    assert chosen(anna.page(PAGE)) == []
    saved = anna.send(PAGE, organization="8", then="edit")
    assert saved["Location"] == "/s/nordlys/finance/connect/"
    progress = anna.page("finance/connect/")
    assert "Henter kontoplan, momskoder og regnskabsår …" in text_of(progress)
    assert 'content="0; url=/s/nordlys/finance/connect/read/"' in progress.content.decode()
    assert_nothing_stored(people)
    assert anna.page("finance/connect/read/")["Location"] == "/s/nordlys/finance/"
    row = connection(people)
    assert (row.company_name, row.company_number) == ("Nordlys Holding ApS", "8")
    assert reveal(row, "secret")["company"] == "8"
    assert [path for method, path in two.sent if method == "GET"] == ["/organizations", "/8/organization"]


@pytest.mark.parametrize("number", ["", "9", "7; 8"])
def test_what_is_not_offered_cannot_be_chosen(anna: Browser, two: Office, people: People, number: str) -> None:
    sign_in(anna, two)
    refused = anna.send(PAGE, organization=number, then="edit")
    assert refused.status_code == 422
    assert "Vælg en organisation." in text_of(refused)
    anna.page("finance/connect/read/")
    assert_nothing_stored(people)


def test_without_a_sign_in_there_is_nothing_to_choose(anna: Browser, lis: Browser, two: Office, people: People) -> None:
    leave(anna)
    for browser in (anna, lis):
        assert browser.page(PAGE)["Location"] == "/s/nordlys/finance/connect/"
    assert anna.send(PAGE, organization="7")["Location"] == "/s/nordlys/finance/connect/"
    assert lis.send(PAGE, organization="7").status_code == 403
    assert_nothing_stored(people)


# --- one that cannot be chosen ----------------------------------------------------------------------------------------
def test_one_that_cannot_be_chosen_says_why_and_what_to_do(anna: Browser, office: Office, people: People) -> None:
    office.open(7, "Nordlys ApS")
    office.open(8, "Nordlys Holding ApS", trouble="dinero-pro-missing")
    sign_in(anna, office)
    page = anna.page(PAGE)
    assert "Nordlys Holding ApS mangler Dinero Pro og kan derfor ikke vælges." in text_of(page)
    assert "Skift abonnement" in text_of(page)
    assert chosen(page) == ["7"], "the only one that can be"
    assert re.search(r'value="8"[^>]* disabled aria-describedby="trouble-2"', page.content.decode())
    assert anna.send(PAGE, organization="8", then="edit").status_code == 422
    assert_nothing_stored(people)


def test_what_was_mended_can_be_checked_again(anna: Browser, office: Office, people: People) -> None:
    office.open(8, "Nordlys Holding ApS", trouble="dinero-pro-missing")
    sign_in(anna, office)
    page = anna.page(PAGE)
    assert chosen(page) == []
    assert "Gem og rediger videre" not in text_of(page)
    office.organizations[8]["trouble"] = ""
    assert anna.send(PAGE, again="1")["Location"] == "/s/nordlys/finance/connect/read/"
    anna.page("finance/connect/read/")
    assert chosen(anna.page(PAGE)) == ["8"]
    choose(anna, 8)
    assert connection(people).company_name == "Nordlys Holding ApS"
    assert office.counts["exchanges"] == 1


# --- connecting again -------------------------------------------------------------------------------------------------
def lose(people: People) -> None:
    with scope(people.nordlys.tenant.pk):
        Connection.objects.update(status=Connection.Status.REVOKED, trouble="connection-expired")


def test_a_lost_connection_is_taken_up_again_without_a_question(anna: Browser, two: Office, people: People) -> None:
    sign_in(anna, two)
    choose(anna, 8)
    before = connection(people)
    lose(people)
    assert "Forbindelsen til Nordbook er afbrudt" in text_of(anna.page("finance/connect/"))
    sign_in(anna, two)
    again = connection(people)
    assert (again.pk, again.status, again.trouble) == (before.pk, Connection.Status.CONNECTED, "")
    assert again.company_number == "8"
    assert reveal(again, "secret")["company"] == "8"


def test_who_signs_in_as_somebody_else_is_asked(anna: Browser, two: Office, people: People) -> None:
    sign_in(anna, two)
    choose(anna, 8)
    lose(people)
    two.visma.users[OWNER].organizations.discard(8)
    assert sign_in(anna, two)["Location"] == "/s/nordlys/finance/organisation/"
    assert chosen(anna.page(PAGE)) == ["7"]
    assert connection(people).status == Connection.Status.REVOKED


def test_another_organisation_later_is_another_set_of_books(anna: Browser, two: Office, people: People) -> None:
    sign_in(anna, two)
    choose(anna, 7)
    old = connection(people)
    sign_in(anna, two)
    assert chosen(anna.page(PAGE)) == ["7"]
    choose(anna, 8)
    page = text_of(anna.page("finance/connect/"))
    assert "Det er et andet regnskab end før" in page
    assert "organisation 8" in page
    assert connection(people).company_number == "7"
    anna.send("finance/connect/choose/", books="new")
    new = connection(people)
    assert new.pk != old.pk
    assert (new.company_name, new.company_number) == ("Nordlys Holding ApS", "8")
    with scope(people.nordlys.tenant.pk):
        old.refresh_from_db()
        assert (old.status, old.secret) == (Connection.Status.DISCONNECTED, "")
        assert Integration.objects.get(is_active=True).settings is None


def test_the_same_organisation_again_gets_the_new_keys(anna: Browser, two: Office, people: People) -> None:
    sign_in(anna, two)
    choose(anna, 7)
    before = connection(people)
    sign_in(anna, two)
    choose(anna, 7)
    after = connection(people)
    assert after.pk == before.pk
    assert reveal(after, "secret")["access"] != reveal(before, "secret")["access"]
