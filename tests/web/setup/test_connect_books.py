"""Connecting to the books: the way there and back, and everything that may go wrong on it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounting.models import Connection
from connector.lib.http import Answer
from connector.sync import build
from connector.tenancy.models import Membership, Role
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from tests.people import People, make_business, signed_in
from tests.web.reading import joined
from tests.web.setup.outside import Browser, Outside, link_in, query_of, text_of
from tests.web.setup.stored import assert_nothing_stored, connection

NOT_MADE = "Forbindelsen blev ikke oprettet"


# --- the way there and back -----------------------------------------------------------------------------------------
def test_name_and_number_are_shown_when_the_owner_is_back(anna: Browser, outside: Outside, people: People) -> None:
    anna.connect_books(outside)
    page = text_of(anna.page("finance/connect/"))
    assert f"Forbundet med Nordlys ApS, aftale {outside.agreement.number}" in page
    assert "af Anna Berg" in page
    assert "2 kassekladder" in page
    row = connection(people)
    assert row.status == Connection.Status.CONNECTED
    assert set(reveal(row, "secret")) == {"grant"}


def test_the_way_begins_on_the_page_of_the_financial_system_too(anna: Browser, outside: Outside) -> None:
    anna.choose_system()
    page = anna.page("finance/")
    assert 'action="/s/nordlys/finance/connect/"' in page.content.decode()
    assert "Opret forbindelse til e-conomic" in text_of(page)
    assert "du er administrator" in text_of(page)


def test_the_page_is_called_by_where_the_connection_stands(anna: Browser, outside: Outside, people: People) -> None:
    def title() -> str:
        return re.findall("<h1>(.*)\\n?</h1>", joined(anna.page("finance/connect/").content.decode()))[0]

    anna.choose_system()
    assert title() == "Opret forbindelse til e-conomic"
    anna.return_from_books(anna.leave_for_books(), outside.granted())
    assert title() == "Forbundet med e-conomic"
    with scope(people.nordlys.tenant.pk):
        Connection.objects.update(status=Connection.Status.REVOKED)
    assert title() == "Forbindelsen til e-conomic er afbrudt"


def test_the_key_leaves_the_address_at_once_and_nobody_is_told_of_it(
    anna: Browser, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    anna.choose_system()
    path = anna.leave_for_books()
    token = outside.granted()["token"]
    back = anna.return_from_books(path, {"token": token})
    assert back.status_code == 302
    assert back["Location"] == "/s/nordlys/finance/connect/"
    assert back["Referrer-Policy"] == "no-referrer"
    assert back["Cache-Control"] == "no-store"
    told = [back.content.decode(), str(back.headers), caplog.text, *pages_of(anna)]
    assert not [place for place in told if token in place]
    assert token not in str(dict(anna.client.session))


def pages_of(browser: Browser) -> list[str]:
    return [browser.page(path).content.decode() for path in ("finance/connect/", "finance/", "settings/systems/")]


def test_the_page_says_what_it_does_while_the_books_are_read(anna: Browser, outside: Outside) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    anna.client.get(path, outside.granted())
    page = anna.page("finance/connect/")
    assert "Forbundet; henter kontoplan …" in text_of(page)
    assert 'content="0; url=/s/nordlys/finance/connect/read/"' in page.content.decode()


def test_before_there_is_a_system_the_page_says_so(anna: Browser, people: People) -> None:
    for path in ("finance/", "finance/connect/"):
        assert "Vælg først økonomisystem under Indstillinger." in text_of(anna.page(path))


def test_the_provider_is_reached_by_a_link_never_by_a_redirected_form(anna: Browser, outside: Outside) -> None:
    anna.choose_system()
    page = anna.send("finance/connect/")
    assert page.status_code == 200
    assert link_in(page).startswith("https://books.example/grant?")
    assert page["Cache-Control"] == "no-store"


# --- the fixed return address ---------------------------------------------------------------------------------------
def test_the_fixed_address_finds_the_sign_in_by_the_session(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    anna.leave_for_books()
    anna.return_from_books("/connect/books/economic/", outside.granted())
    assert connection(people).status == Connection.Status.CONNECTED


def test_the_fixed_address_takes_only_one_open_sign_in(anna: Browser, outside: Outside, people: People) -> None:
    """Two tabs with two shops: nobody can tell which of them a bare answer belongs to."""
    make_business("Anna Privat", "anna-privat", {people.anna: Role.OWNER})
    other = Browser(anna.client, "anna-privat")
    for browser in (anna, other):
        browser.choose_system()
        browser.leave_for_books()
    anna.return_from_books("/connect/books/economic/", outside.granted())
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


def test_leaving_twice_for_the_same_books_is_one_sign_in(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    anna.leave_for_books()
    anna.leave_for_books()
    anna.return_from_books("/connect/books/economic/", outside.granted())
    assert connection(people).status == Connection.Status.CONNECTED


def test_the_fixed_address_without_a_sign_in_stores_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    anna.return_from_books("/connect/books/economic/", outside.granted())
    assert_nothing_stored(people)


# --- what goes wrong ------------------------------------------------------------------------------------------------
def test_a_refusal_changes_nothing(anna: Browser, people: People, outside: Outside) -> None:
    anna.choose_system()
    anna.return_from_books(anna.leave_for_books(), {})
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


def test_after_ten_minutes_it_is_too_late(anna: Browser, outside: Outside, people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        anna.choose_system()
        path = anna.leave_for_books()
        clock.shift(timedelta(minutes=10, seconds=1))
        anna.return_from_books(path, outside.granted())
        assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


def test_a_double_click_shows_that_it_is_connected(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path, answer = anna.leave_for_books(), outside.granted()
    anna.return_from_books(path, answer)
    first = connection(people).secret
    again = anna.client.get(path, answer)
    assert again["Location"] == "/s/nordlys/finance/connect/"
    page = text_of(anna.page("finance/connect/"))
    assert "Forbundet med Nordlys ApS" in page
    assert NOT_MADE not in page
    assert connection(people).secret == first


def test_a_replay_with_another_key_changes_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    anna.return_from_books(path, outside.granted())
    planted = outside.books.new_agreement("Fremmed ApS")
    anna.return_from_books(path, outside.granted(planted))
    assert connection(people).company_name == "Nordlys ApS"


def test_another_browser_of_the_same_user_stores_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    elsewhere = Browser(signed_in(people.anna))
    back = elsewhere.return_from_books(path, outside.granted())
    assert back["Location"] == "/"
    assert_nothing_stored(people)


def test_another_user_and_another_tenant_store_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    for user, slug in ((people.bo, "nordlys"), (people.mallory, "andetsteds")):
        stranger = Browser(signed_in(user), slug)
        stranger.send("settings/systems/", provider="economic")
        stranger.return_from_books(path, outside.granted())
    assert_nothing_stored(people)
    with scope(people.elsewhere.tenant.pk):
        assert Connection.objects.get().status == Connection.Status.CHOSEN


def test_another_provider_is_not_found(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    state = anna.leave_for_books().rstrip("/").rpartition("/")[2]
    assert anna.client.get(f"/connect/books/no-such/{state}/", outside.granted()).status_code == 404
    assert_nothing_stored(people)


def test_whoever_may_not_change_any_more_stores_nothing(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    with scope(people.nordlys.tenant.pk):
        Membership.objects.filter(user=people.anna).update(role=Role.READER)
    anna.return_from_books(path, outside.granted())
    assert_nothing_stored(people)


def test_whoever_is_signed_out_is_not_led_back_with_the_key(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    path, answer = anna.leave_for_books(), outside.granted()
    anna.client.logout()
    back = anna.client.get(path, answer)
    assert back["Location"] == "/sign-in/"
    assert_nothing_stored(people)


def test_a_reader_cannot_begin(lis: Browser, anna: Browser, people: People) -> None:
    anna.choose_system()
    assert lis.page("finance/connect/").status_code == 200
    assert lis.send("finance/connect/").status_code == 403
    for path in ("finance/fetch/", "finance/disconnect/", "finance/connect/choose/"):
        assert lis.send(path).status_code == 403


def test_books_that_do_not_answer_are_tried_again(
    anna: Browser, outside: Outside, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna.choose_system()
    path = anna.leave_for_books()
    with monkeypatch.context() as down:
        down.setattr(build, "network", lambda: lambda *_: Answer(503, {}, b""))
        anna.return_from_books(path, outside.granted())
    page = anna.page("finance/connect/")
    assert "kunne ikke læse fra e-conomic endnu" in text_of(page)
    assert "http-equiv" not in page.content.decode(), "the page must not go round by itself"
    assert_nothing_stored(people)
    anna.page("finance/connect/read/")
    assert connection(people).status == Connection.Status.CONNECTED


def test_a_key_that_the_books_refuse_is_forgotten(anna: Browser, outside: Outside, people: People) -> None:
    anna.choose_system()
    anna.return_from_books(anna.leave_for_books(), {"token": "no-such-grant"})
    assert "Opret forbindelse til e-conomic" in text_of(anna.page("finance/connect/"))
    assert "books" not in anna.client.session
    assert_nothing_stored(people)


def test_the_return_address_carries_the_users_language(anna: Browser, outside: Outside) -> None:
    anna.choose_system()
    assert query_of(link_in(anna.send("finance/connect/")))["locale"] == "da-DK"
