"""The tab Beskeder, and the pages behind the links in mails."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from connector.notices import post
from connector.notices.models import Choice, Kind, Mail
from connector.tenancy.models import Membership, User
from connector.tenancy.scope import scope
from connector.web.notices import links
from connector.web.notices.mails import write
from tests.people import People, signed_in
from tests.web.factories import Setup
from tests.web.reading import joined

pytestmark = pytest.mark.engine
PAGE = "/s/nordlys/settings/messages/"
ALL = {"digest": "on", "stop": "on", "silent": "on", "address": "", "then": "edit"}


def choice(people: People, user: User) -> Choice:
    with scope(people.nordlys.tenant.pk):
        return Choice.objects.get(user=user)


def mails(people: People) -> list[Mail]:
    with scope(people.nordlys.tenant.pk):
        return list(Mail.objects.select_related("shop", "user"))


def token(people: People, user: User, **more: str) -> str:
    with scope(people.nordlys.tenant.pk):
        return links.signed(Choice(tenant=people.nordlys.tenant, shop=people.nordlys.shop, user=user), **more)


# --- the tab --------------------------------------------------------------------------------------------------------
def test_everything_is_on_until_somebody_says_otherwise(people: People, nordlys: Setup) -> None:
    html = signed_in(people.anna).get(PAGE).content.decode()
    assert html.count(" checked") == 3
    assert "Denne mail kommer altid." in joined(html)
    assert 'aria-current="page">Beskeder' in html


def test_each_person_has_choices_of_their_own(people: People, nordlys: Setup) -> None:
    anna = signed_in(people.anna)
    answer = anna.post(PAGE, {"digest": "on", "address": "", "then": "edit"})
    assert answer["Location"] == PAGE
    saved = choice(people, people.anna)
    assert (saved.digest, saved.stop, saved.silent) == (True, False, False)
    assert anna.get(PAGE).content.decode().count(" checked") == 1
    assert signed_in(people.bo).get(PAGE).content.decode().count(" checked") == 3


def test_a_reader_has_nothing_to_choose(people: People, nordlys: Setup) -> None:
    lis = signed_in(people.lis)
    html = joined(lis.get(PAGE).content.decode())
    assert "ejere og bogholdere" in html
    assert '<input type="checkbox"' not in html
    assert lis.post(PAGE, ALL).status_code == 403


def test_an_address_gets_mails_once_its_link_was_used(people: People, nordlys: Setup, mailoutbox: list[Any]) -> None:
    anna = signed_in(people.anna)
    html = anna.post(PAGE, {**ALL, "address": "Regnskab@Example.dk "}, follow=True).content.decode()
    assert "regnskab@example.dk" in html
    assert "indtil da går mails til anna@example.dk" in joined(html)
    assert choice(people, people.anna).address == ""
    [row] = mails(people)
    post.send(row.tenant_id, row.pk, write)
    [sent] = mailoutbox
    assert sent.to == ["regnskab@example.dk"]
    [url] = re.findall(r"http://\S+/mails/address/\S+", sent.body)
    path = url.removeprefix("http://localhost:8000")
    stranger = Client()
    assert "Bekræft adressen" in stranger.get(path).content.decode()
    assert choice(people, people.anna).address == "", "looking changes nothing"
    assert "Adressen er bekræftet" in stranger.post(path).content.decode()
    assert choice(people, people.anna).address == "regnskab@example.dk"


def test_an_old_link_confirms_no_new_address(people: People, nordlys: Setup) -> None:
    anna = signed_in(people.anna)
    anna.post(PAGE, {**ALL, "address": "first@example.dk"})
    old = token(people, people.anna, asked="first@example.dk")
    anna.post(PAGE, {**ALL, "address": "second@example.dk"})
    assert "kan ikke bruges mere" in Client().post(f"/mails/address/{old}/").content.decode()
    assert choice(people, people.anna).address == ""


def test_nobody_is_flooded_with_links(people: People, nordlys: Setup) -> None:
    anna = signed_in(people.anna)
    for _ in range(3):
        anna.post(PAGE, {**ALL, "address": "victim@example.dk"})
        anna.post(PAGE, ALL)
    assert len(mails(people)) == 1


@pytest.mark.parametrize("address", ["", "anna@example.dk"])
def test_the_own_address_needs_no_link(people: People, nordlys: Setup, address: str) -> None:
    signed_in(people.anna).post(PAGE, {**ALL, "address": address})
    assert mails(people) == []
    assert choice(people, people.anna).address == ""


def test_what_is_no_address_is_refused_and_kept(people: People, nordlys: Setup) -> None:
    answer = signed_in(people.anna).post(PAGE, {**ALL, "address": "regnskab"})
    assert answer.status_code == 422
    html = joined(answer.content.decode())
    assert "Skriv en hel mailadresse" in html
    assert 'value="regnskab"' in html


@pytest.mark.parametrize(
    ("status", "words"), [("sent", "sendt"), ("given_up", "kunne ikke leveres"), ("waiting", "på vej")]
)
def test_what_became_of_the_mails_is_shown(people: People, nordlys: Setup, status: str, words: str) -> None:
    with scope(people.nordlys.tenant.pk):
        shop = people.nordlys.shop
        common = {"tenant_id": shop.tenant_id, "shop": shop, "made_at": timezone.now(), "status": status}
        Mail.objects.create(user=people.anna, kind=Kind.LOST, event="1", **common)
    html = joined(signed_in(people.anna).get(PAGE).content.decode())
    assert "Forbindelsen er afbrudt" in html
    assert words in html
    assert "Forbindelsen er afbrudt" not in joined(signed_in(people.bo).get(PAGE).content.decode())


# --- switching off from a mail --------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["digest", "stop", "silent"])
def test_one_click_switches_a_mail_off_without_signing_in(people: People, nordlys: Setup, kind: str) -> None:
    path = f"/mails/off/{token(people, people.anna, kind=kind)}/"
    program = Client(enforce_csrf_checks=True)
    with scope(people.nordlys.tenant.pk):
        assert program.get(path).status_code == 200
        assert not Choice.objects.exists(), "mail programs look at every link"
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Mailen er slået fra" in answer.content.decode()
    assert not choice(people, people.anna).wants(kind)
    assert sum(choice(people, people.anna).wants(each) for each in ("digest", "stop", "silent")) == 2
    program.post(path, {"on": "1"})
    assert choice(people, people.anna).wants(kind)


@pytest.mark.parametrize("kind", ["lost", "confirm", "tenant_id", "address"])
def test_nothing_else_can_be_switched_off(people: People, nordlys: Setup, kind: str) -> None:
    path = f"/mails/off/{token(people, people.anna, kind=kind)}/"
    assert Client().post(path).status_code == 404


def test_a_link_that_we_did_not_write_opens_nothing(people: People, nordlys: Setup) -> None:
    real = token(people, people.anna, kind="stop")
    for forged in ("x", real[:-1], real.replace(":", "", 1), token(people, people.anna)):
        assert Client().post(f"/mails/off/{forged}/").status_code == 404
        assert Client().get(f"/mails/address/{forged}/").status_code == 404


def test_a_link_of_somebody_who_has_left_opens_nothing(people: People, nordlys: Setup) -> None:
    path = f"/mails/off/{token(people, people.bo, kind='stop')}/"
    with scope(people.nordlys.tenant.pk):
        Membership.objects.filter(user=people.bo).delete()
    assert Client().get(path).status_code == 404


def test_the_page_speaks_the_readers_language(people: People, nordlys: Setup) -> None:
    User.objects.filter(pk=people.anna.pk).update(language="nb")
    html = Client().get(f"/mails/off/{token(people, people.anna, kind='stop')}/").content.decode()
    assert '<html lang="nb">' in html
    assert "Slå av denne e-posten" in html
