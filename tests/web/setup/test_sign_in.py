"""Signing in at a provider by OAuth: the way there and back by address and by form, and what is redeemed once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounting.models import Connection
from connector.core.errors import OutcomeUnknown
from connector.lib.http import Answer
from connector.sync import build
from connector.tenancy import answers
from connector.tenancy.models import Handshake
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from tests.accounting.nordbook import Office, register
from tests.people import People, make_business, signed_in
from tests.sync.side_by_side import Aside, until_somebody_waits
from tests.web.setup.outside import Browser, link_in, query_of, text_of
from tests.web.setup.stored import assert_nothing_stored, connection

NOT_MADE = "Forbindelsen blev ikke oprettet"
FIXED = "/connect/books/nordbook/"
FORM = "application/x-www-form-urlencoded"
UNKNOWN = "a" * 43


@pytest.fixture
def office(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Nordbook, with one organisation of its owner."""
    register(settings, monkeypatch)
    made = Office()
    made.open(7, "Nordlys ApS", "12345678")
    monkeypatch.setattr(build, "network", lambda: made)
    return made


def leave(browser: Browser) -> str:
    """Choose Nordbook and press the button; answers the address of the sign-in page."""
    browser.send("settings/systems/", provider="nordbook", then="edit")
    return link_in(browser.send("finance/connect/"))


def come_back(browser: Browser, answer: dict[str, str]) -> Any:
    return browser.client.get(FIXED, answer)


def post(answer: dict[str, str]) -> Any:
    """What the browser sends when the sign-in page posts: no cookies of ours, and no token against forgery."""
    return Client(enforce_csrf_checks=True).generic("POST", FIXED, urlencode(answer), content_type=FORM)


def choose(browser: Browser, number: int = 7) -> Any:
    """Let the page read which organisations there are, choose one, and let its books be read."""
    browser.page("finance/connect/read/")
    browser.send("finance/organisation/", organization=str(number), then="edit")
    return browser.page("finance/connect/read/")


def handshakes(people: People) -> list[dict[str, Any]]:
    with scope(people.nordlys.tenant.pk):
        return list(Handshake.objects.order_by("pk").values())


# --- by address -------------------------------------------------------------------------------------------------------
def test_the_owner_signs_in_and_chooses_the_only_organisation(anna: Browser, office: Office, people: People) -> None:
    url = leave(anna)
    asked = query_of(url)
    assert asked["redirect_uri"] == f"http://localhost:8000{FIXED}"
    assert asked["code_challenge_method"] == "S256"
    back = come_back(anna, office.approved(url))
    assert (back.status_code, back["Location"]) == (302, "/s/nordlys/finance/connect/")
    assert_nothing_stored(people)
    last = choose(anna)
    assert last["Location"] == "/s/nordlys/finance/"
    row = connection(people)
    assert (row.status, row.company_name, row.company_number) == ("connected", "Nordlys ApS", "7")
    secrets = reveal(row, "secret")
    assert secrets.keys() == {"access", "refresh", "expires", "company"}
    assert office.visma.access(secrets["access"]) is not None
    assert "books" not in anna.client.session
    assert office.counts == {"exchanges": 1, "refreshes": 0, "refused": 0}


def test_nothing_of_it_is_told_to_anybody(anna: Browser, office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = leave(anna)
    answer = office.approved(url)
    caplog.clear()
    back = come_back(anna, answer)
    assert (back["Referrer-Policy"], back["Cache-Control"]) == ("no-referrer", "no-store")
    seen = [anna.page(path).content.decode() for path in ("finance/connect/", "finance/connect/read/", "finance/")]
    places = [*seen, str(back.headers), caplog.text, str(dict(anna.client.session))]
    secrets = [answer["code"], *office.visma.access_tokens, *office.visma.refresh_tokens]
    assert not [secret for secret in secrets for place in places if secret in place]


def test_who_declines_has_connected_nothing(anna: Browser, office: Office, people: People) -> None:
    come_back(anna, office.declined(leave(anna)))
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://mallory.example"}, {"code": ""}, {"iss": ""}],
    ids=["another issuer", "no code", "no issuer"],
)
def test_another_answer_is_no_answer(anna: Browser, office: Office, people: People, changes: dict[str, str]) -> None:
    come_back(anna, {**office.approved(leave(anna)), **changes})
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    anna.page("finance/connect/read/")
    assert office.sent == []
    assert_nothing_stored(people)


@pytest.mark.parametrize("state", [None, "", UNKNOWN], ids=["absent", "empty", "unknown"])
def test_without_its_state_an_answer_finds_nothing(
    anna: Browser, office: Office, people: People, state: str | None
) -> None:
    answer = office.approved(leave(anna))
    strange = {name: value for name, value in answer.items() if name != "state"}
    come_back(anna, strange if state is None else {**strange, "state": state})
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    come_back(anna, answer)
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED


def test_a_replay_changes_nothing(anna: Browser, office: Office, people: People) -> None:
    url = leave(anna)
    answer = office.approved(url)
    come_back(anna, answer)
    choose(anna)
    before = connection(people).secret
    for again in (answer, {**answer, "code": "planted"}):
        assert come_back(anna, again)["Location"] == "/s/nordlys/finance/connect/"
        anna.page("finance/connect/read/")
    assert connection(people).secret == before
    assert NOT_MADE not in text_of(anna.page("finance/connect/"))
    assert office.counts["exchanges"] == 1


def test_nobody_elses_browser_can_answer(anna: Browser, office: Office, people: People) -> None:
    answer = office.approved(leave(anna))
    for user, slug in ((people.anna, "nordlys"), (people.bo, "nordlys"), (people.mallory, "andetsteds")):
        stranger = Browser(signed_in(user), slug)
        stranger.send("settings/systems/", provider="nordbook")
        come_back(stranger, answer)
        stranger.page("finance/connect/read/")
    assert_nothing_stored(people)
    assert office.sent == []
    come_back(anna, answer)
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED


def test_an_answer_belongs_to_the_shop_that_asked(anna: Browser, office: Office, people: People) -> None:
    """Two tabs with two businesses: the state tells them apart."""
    make_business("Anna Privat", "anna-privat", {people.anna: "owner"})
    other = Browser(anna.client, "anna-privat")
    mine, theirs = leave(anna), leave(other)
    assert come_back(other, office.approved(mine))["Location"] == "/s/nordlys/finance/connect/"
    assert come_back(anna, office.approved(theirs))["Location"] == "/s/anna-privat/finance/connect/"


def test_another_providers_address_takes_no_answer(anna: Browser, office: Office, people: People) -> None:
    answer = office.approved(leave(anna))
    for path in (f"/connect/books/economic/{answer['state']}/", f"{FIXED}{answer['state']}/"):
        anna.client.get(path, answer)
    assert "books" not in anna.client.session
    assert [row["used_at"] for row in handshakes(people)] == [None]
    assert_nothing_stored(people)


def test_after_ten_minutes_it_is_too_late(anna: Browser, office: Office, people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answer = office.approved(leave(anna))
        clock.shift(timedelta(minutes=10, seconds=1))
        come_back(anna, answer)
        assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


# --- by form ----------------------------------------------------------------------------------------------------------
def test_an_answer_may_be_posted_from_the_sign_in_page(anna: Browser, office: Office, people: People) -> None:
    answer = office.approved(leave(anna))
    sent_on = post(answer)
    assert sent_on.status_code == 303
    assert sent_on["Location"] == f"{FIXED}?state={answer['state']}"
    assert (sent_on["Referrer-Policy"], sent_on["Cache-Control"]) == ("no-referrer", "no-store")
    assert not sent_on.cookies
    back = anna.client.get(sent_on["Location"])
    assert back["Location"] == "/s/nordlys/finance/connect/"
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED
    assert answer["code"] not in str(handshakes(people))


def test_a_refusal_may_be_posted_too(anna: Browser, office: Office, people: People) -> None:
    anna.client.get(post(office.declined(leave(anna)))["Location"])
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


def test_a_posted_answer_is_of_no_use_to_others(anna: Browser, office: Office, people: People) -> None:
    address = post(office.approved(leave(anna)))["Location"]
    for user, slug in ((people.anna, "nordlys"), (people.bo, "nordlys"), (people.mallory, "andetsteds")):
        stranger = Browser(signed_in(user), slug)
        assert stranger.client.get(address)["Location"] == "/"
        assert "books" not in stranger.client.session
    assert Client().get(address)["Location"] == "/sign-in/"
    anna.client.get(address)
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED


def test_a_posted_answer_is_taken_once(anna: Browser, office: Office, people: People) -> None:
    address = post(office.approved(leave(anna)))["Location"]
    anna.client.get(address)
    anna.page("finance/connect/read/")
    first = anna.client.session["books"]
    anna.client.get(address)
    assert anna.client.session["books"] == first
    assert office.counts["exchanges"] == 1


def test_a_posted_answer_waits_a_minute(anna: Browser, office: Office, people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        address = post(office.approved(leave(anna)))["Location"]
        clock.shift(answers.LASTS)
        anna.client.get(address)
        assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)


def test_whether_a_state_is_known_is_told_to_nobody(anna: Browser, office: Office, people: People) -> None:
    known = office.approved(leave(anna))
    before = handshakes(people)
    strange = post({**known, "state": UNKNOWN})
    assert handshakes(people) == before
    taken = post(known)
    assert (strange.status_code, strange["Location"].replace(UNKNOWN, "")) == (
        taken.status_code,
        taken["Location"].replace(known["state"], ""),
    )


def test_what_is_no_sign_in_pages_post_is_not_kept(anna: Browser, office: Office, people: People) -> None:
    answer = office.approved(leave(anna))
    before = handshakes(people)
    post({**answer, "scope": "x" * 9000})
    post({**answer, "code": "x" * 5000})
    post({**answer, "state": answer["state"] * 100})
    Client().post(FIXED, answer)
    Client().generic("POST", FIXED, urlencode(answer), content_type="text/plain")
    assert handshakes(people) == before
    assert Client().post("/connect/books/economic/", answer).status_code == 405
    assert Client().post("/connect/books/no-such/", answer).status_code == 404


# --- redeemed once ----------------------------------------------------------------------------------------------------
def test_a_page_that_is_loaded_again_redeems_nothing_again(anna: Browser, office: Office, people: People) -> None:
    come_back(anna, office.approved(leave(anna)))
    for _ in range(3):
        assert anna.page("finance/connect/read/")["Location"] == "/s/nordlys/finance/organisation/"
    assert office.counts == {"exchanges": 1, "refreshes": 0, "refused": 0}


def test_two_loads_at_once_redeem_once(
    anna: Browser, office: Office, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second exchange would end the keys of the first (RFC 6749, section 4.1.2)."""
    come_back(anna, office.approved(leave(anna)))
    cookie = anna.client.cookies["session"].value
    others: list[Aside] = []

    def load() -> str:
        other = Client()
        other.cookies["session"] = cookie
        return str(other.get("/s/nordlys/finance/connect/read/")["Location"])

    def slow(method: str, url: str, headers: Any, body: bytes | None) -> Answer:
        if not others:
            others.append(Aside(load))
            until_somebody_waits()
        return office(method, url, headers, body)

    monkeypatch.setattr(build, "network", lambda: slow)
    assert [load(), others[0].end()] == ["/s/nordlys/finance/organisation/"] * 2
    assert office.counts == {"exchanges": 1, "refreshes": 0, "refused": 0}
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED


def test_the_keys_are_kept_before_anything_is_read_with_them(
    anna: Browser, office: Office, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(anna, office.approved(leave(anna)))

    def breaks(method: str, url: str, headers: Any, body: bytes | None) -> Answer:
        if method == "GET":
            raise KeyError("a mistake of ours")
        return office(method, url, headers, body)

    with monkeypatch.context() as broken:
        broken.setattr(build, "network", lambda: breaks)
        with pytest.raises(KeyError):
            anna.page("finance/connect/read/")
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED
    assert office.counts == {"exchanges": 1, "refreshes": 0, "refused": 0}


def test_books_that_do_not_answer_are_tried_again_with_the_same_keys(
    anna: Browser, office: Office, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(anna, office.approved(leave(anna)))

    def away(method: str, url: str, headers: Any, body: bytes | None) -> Answer:
        return office(method, url, headers, body) if method == "POST" else Answer(503, {}, b"")

    with monkeypatch.context() as down:
        down.setattr(build, "network", lambda: away)
        anna.page("finance/connect/read/")
    assert "kunne ikke læse fra Nordbook endnu" in text_of(anna.page("finance/connect/"))
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED
    assert office.counts["exchanges"] == 1


def test_a_code_that_is_too_old_is_told_as_not_made(anna: Browser, office: Office, people: People) -> None:
    come_back(anna, office.approved(leave(anna)))
    for code in office.visma.codes.values():
        code.until = 0
    anna.page("finance/connect/read/")
    page = text_of(anna.page("finance/connect/"))
    assert NOT_MADE in page
    assert "Opret forbindelse til Nordbook" in page
    assert "books" not in anna.client.session
    assert_nothing_stored(people)


def test_a_lost_exchange_ends_in_signing_in_again(
    anna: Browser, office: Office, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(anna, office.approved(leave(anna)))

    def lost(method: str, url: str, headers: Any, body: bytes | None) -> Answer:
        office(method, url, headers, body)
        raise OutcomeUnknown(detail="reset")

    with monkeypatch.context() as down:
        down.setattr(build, "network", lambda: lost)
        anna.page("finance/connect/read/")
    page = anna.page("finance/connect/")
    assert "kunne ikke læse fra Nordbook endnu" in text_of(page)
    assert "http-equiv" not in page.content.decode(), "the page must not go round by itself"
    anna.page("finance/connect/read/")
    assert NOT_MADE in text_of(anna.page("finance/connect/"))
    assert_nothing_stored(people)
    come_back(anna, office.approved(leave(anna)))
    choose(anna)
    assert connection(people).status == Connection.Status.CONNECTED
