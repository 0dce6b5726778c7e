"""Settings, tab Brugere: who may enter, and as what."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from connector.sync.models import ActivityEntry
from connector.tenancy import people as belonging
from connector.tenancy.models import Invitation, Membership, Role
from connector.tenancy.scope import scope
from connector.tenancy.secrets import seal
from shops.models import Shop
from tests.people import People, signed_in
from tests.web.factories import Setup

PAGE = "/s/nordlys/settings/people/"


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


def invite(browser: Client, email: str = "ny@example.dk", role: str = "bookkeeper") -> Any:
    return browser.post(PAGE, {"email": email, "role": role})


def in_nordlys(people: People) -> Any:
    return scope(people.nordlys.tenant.pk)


def the_link() -> str:
    """The address in the newest mail."""
    found = re.search(r"https?://[^/]+(/invitation/\S+/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def member(people: People, user: Any) -> Membership:
    with in_nordlys(people):
        return Membership.objects.get(user=user)


def roles(people: People) -> dict[str, str]:
    with in_nordlys(people):
        return {row.user.name: row.role for row in Membership.objects.select_related("user")}


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_owner_sees_everybody_with_their_role(people: People, anna: Client) -> None:
    text = anna.get(PAGE).text
    for words in ("Anna Berg", "(dig)", "bo@example.dk", "Lis Holm", 'aria-current="page">Brugere'):
        assert words in text
    assert re.findall(r'<option value="(\w+)" selected', text) == ["owner", "bookkeeper", "reader"]
    assert "mallory" not in text


@pytest.mark.parametrize("name", ["bo", "lis"])
def test_nobody_else_sees_the_tab_or_enters(people: People, name: str) -> None:
    browser = signed_in(getattr(people, name))
    assert PAGE not in browser.get("/s/nordlys/settings/").text
    answer = browser.get(PAGE)
    assert answer.status_code == 403
    assert "Kun ejeren kan gøre dette" in answer.text
    assert invite(browser).status_code == 403
    assert mail.outbox == []


# --- inviting -----------------------------------------------------------------------------------------------------
def test_an_invitation_goes_out_by_mail(people: People, anna: Client) -> None:
    answer = anna.post(PAGE, {"email": " Ny@Example.dk ", "role": "reader"}, follow=True)
    assert "Invitationen er på vej til ny@example.dk." in answer.text
    assert "Åbne invitationer" in answer.text
    [letter] = mail.outbox
    assert letter.to == ["ny@example.dk"]
    assert letter.subject == "Anna Berg inviterer dig til Nordlys ApS"
    assert "som læser. Du kan se alt, men ikke ændre noget." in letter.body
    assert "én gang" in letter.body
    assert "&" not in letter.body


def test_only_the_links_hash_is_kept_and_no_page_shows_it(people: People, anna: Client) -> None:
    invite(anna)
    token = the_link().split("/")[2]
    assert len(token) == 43
    with in_nordlys(people):
        kept = Invitation.objects.values().get()
    assert token not in " ".join(str(value) for value in kept.values())
    assert token not in anna.get(PAGE).text


def test_the_mail_speaks_the_language_of_whom_it_is_for(people: People, anna: Client) -> None:
    people.mallory.language = "nb"
    people.mallory.save()
    invite(anna, "mallory@example.dk")
    assert mail.outbox[-1].subject == "Anna Berg inviterer deg til Nordlys ApS"


def test_a_name_with_a_line_break_makes_no_header(people: People) -> None:
    people.anna.name = "Anna\r\nBcc: alle@example.dk"
    people.anna.save()
    invite(signed_in(people.anna))
    assert mail.outbox[-1].subject == "Anna Bcc: alle@example.dk inviterer dig til Nordlys ApS"
    assert mail.outbox[-1].recipients() == ["ny@example.dk"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "", "role": "reader"}, "Skriv en e-mailadresse."),
        ({"email": "ny@", "role": "reader"}, "for eksempel bo@example.dk"),
        ({"email": "ny@example.dk", "role": "chief"}, "chief"),
        ({"email": "BO@example.dk", "role": "reader"}, "bo@example.dk er allerede blandt brugerne."),
    ],
    ids=["nothing", "no address", "no such role", "in already"],
)
def test_what_cannot_be_invited_is_said_and_kept(
    people: People, anna: Client, typed: dict[str, str], said: str
) -> None:
    answer = anna.post(PAGE, typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<title>Fejl:" in answer.text
    assert f'value="{typed["email"]}"' in answer.text or not typed["email"]
    assert mail.outbox == []


def test_inviting_the_same_address_again_replaces_the_first(people: People, anna: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        invite(anna)
        first = the_link()
        assert "lige sendt" in invite(anna).text
        clock.shift(timedelta(minutes=1))
        invite(anna, role="reader")
        assert anna.get(first).status_code == 410
    with in_nordlys(people):
        assert [row.role for row in belonging.open_invitations()] == [Role.READER]


def test_so_many_are_open_at_most(people: People, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belonging, "MOST_OPEN", 1)
    invite(anna)
    answer = invite(anna, "to@example.dk")
    assert answer.status_code == 422
    assert "mange åbne invitationer" in answer.text


def test_a_mail_server_that_is_away_loses_no_invitation(people: People, anna: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    answer = anna.post(PAGE, {"email": "ny@example.dk", "role": "reader"}, follow=True)
    assert "Mailen til ny@example.dk kunne ikke sendes." in answer.text
    assert "mailen er ikke sendt" in answer.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with in_nordlys(people):
        waiting = belonging.open_invitations().get()
    answer = anna.post(f"{PAGE}invitations/{waiting.pk}/again/", follow=True)
    assert "Invitationen er på vej" in answer.text
    assert "mailen er ikke sendt" not in answer.text
    assert signed_in(people.mallory).get(the_link()).status_code == 200


# --- sending again, withdrawing --------------------------------------------------------------------------------------
def test_sending_again_gives_14_more_days_and_kills_the_old_link(people: People, anna: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        invite(anna)
        first = the_link()
        with in_nordlys(people):
            made = belonging.open_invitations().get()
        assert "lige sendt" in anna.post(f"{PAGE}invitations/{made.pk}/again/", follow=True).text
        assert len(mail.outbox) == 1
        clock.shift(timedelta(days=15))
        browser = signed_in(people.anna)
        assert "for gammel; send den igen" in browser.get(PAGE).text
        browser.post(f"{PAGE}invitations/{made.pk}/again/")
        assert browser.get(first).status_code == 404
        assert browser.get(the_link()).status_code == 200
        with in_nordlys(people):
            assert belonging.open_invitations().get().expires_at == timezone.now() + timedelta(days=14)


def test_a_withdrawn_invitation_leads_nowhere(people: People, anna: Client) -> None:
    invite(anna)
    with in_nordlys(people):
        made = belonging.open_invitations().get()
    answer = anna.post(f"{PAGE}invitations/{made.pk}/withdraw/", follow=True)
    assert "Invitationen til ny@example.dk er trukket tilbage." in answer.text
    assert anna.get(the_link()).status_code == 410
    assert anna.post(f"{PAGE}invitations/{made.pk}/withdraw/").status_code == 404


# --- roles ---------------------------------------------------------------------------------------------------------
def test_a_role_is_changed_and_holds_at_once(people: People, anna: Client) -> None:
    bo = signed_in(people.bo)
    answer = anna.post(f"{PAGE}{member(people, people.bo).pk}/role/", {"role": "reader"}, follow=True)
    assert "Bo Lund er nu læser." in answer.text
    assert roles(people)["Bo Lund"] == "reader"
    assert bo.post("/s/nordlys/settings/", {"name": "x", "country": "DK", "currency": "DKK"}).status_code == 403


def test_a_role_that_does_not_exist_changes_nothing(people: People, anna: Client) -> None:
    assert anna.post(f"{PAGE}{member(people, people.bo).pk}/role/", {"role": "chief"}).status_code == 404
    assert roles(people)["Bo Lund"] == "bookkeeper"


def test_removing_asks_first(people: People, anna: Client) -> None:
    address = f"{PAGE}{member(people, people.lis).pk}/remove/"
    assert "Fjern Lis Holm fra Nordlys ApS?" in anna.get(address).text
    assert "Lis Holm" in roles(people)
    answer = anna.post(address, follow=True)
    assert "Lis Holm har ikke længere adgang til Nordlys ApS." in answer.text
    assert signed_in(people.lis).get("/s/nordlys/").status_code == 404


@pytest.mark.parametrize(
    ("act", "values"), [("role", {"role": "reader"}), ("remove", {})], ids=["another role", "removed"]
)
def test_the_last_owner_stays(people: People, anna: Client, act: str, values: dict[str, str]) -> None:
    answer = anna.post(f"{PAGE}{member(people, people.anna).pk}/{act}/", values, follow=True)
    assert "Nordlys ApS skal have en ejer. Gør først en anden til ejer." in answer.text
    assert roles(people)["Anna Berg"] == "owner"


def test_an_owner_may_go_when_another_is_there(people: People, anna: Client) -> None:
    anna.post(f"{PAGE}{member(people, people.bo).pk}/role/", {"role": "owner"})
    answer = anna.post(f"{PAGE}{member(people, people.anna).pk}/role/", {"role": "reader"})
    assert answer["Location"] == "/s/nordlys/"
    assert roles(people) == {"Anna Berg": "reader", "Bo Lund": "owner", "Lis Holm": "reader"}


def test_two_owners_who_demote_each_other_leave_one(people: People, anna: Client) -> None:
    anna.post(f"{PAGE}{member(people, people.bo).pk}/role/", {"role": "owner"})
    both = [member(people, people.anna), member(people, people.bo)]
    together = Barrier(2)

    def demote(one: Membership) -> bool:
        together.wait()
        try:
            with in_nordlys(people):
                belonging.change_role(one, Role.READER)
        except belonging.LastOwner:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, both)) == [False, True]
    assert sorted(roles(people).values()) == ["owner", "reader", "reader"]


# --- who did what -----------------------------------------------------------------------------------------------------
def test_every_act_is_noted_at_every_shop_with_who_did_it(people: People, anna: Client) -> None:
    with in_nordlys(people):
        Shop.objects.create(tenant=people.nordlys.tenant, slug="outlet", name="outlet.dk")
    invite(anna)
    with in_nordlys(people):
        made = belonging.open_invitations().get()
    anna.post(f"{PAGE}invitations/{made.pk}/withdraw/")
    anna.post(f"{PAGE}{member(people, people.bo).pk}/role/", {"role": "reader"})
    anna.post(f"{PAGE}{member(people, people.lis).pk}/remove/")
    told = [
        "Anna Berg fjernede Lis Holm",
        "Anna Berg gjorde Bo Lund til læser",
        "Anna Berg trak invitationen til ny@example.dk tilbage",
        "Anna Berg inviterede ny@example.dk som bogholder",
    ]
    for shop in ("nordlys", "outlet"):
        text = anna.get(f"/s/{shop}/settings/people/").text
        places = [text.index(words) for words in told]
        assert places == sorted(places)
    with in_nordlys(people):
        assert {entry.user_id for entry in ActivityEntry.objects.all()} == {people.anna.pk}


def test_changing_the_shops_name_is_noted_and_saving_it_as_it_was_is_not(people: People, anna: Client) -> None:
    same = {"name": "nordlys.dk", "country": "DK", "currency": "DKK"}
    anna.post("/s/nordlys/settings/", same)
    assert "ændrede shoppens navn" not in anna.get(PAGE).text
    signed_in(people.bo).post("/s/nordlys/settings/", {**same, "name": "Nordlys"})
    assert "Bo Lund ændrede shoppens navn, land eller valuta" in anna.get(PAGE).text


def test_the_shops_key_is_told_by_its_end_alone(people: People, nordlys: Setup, anna: Client) -> None:
    with in_nordlys(people):
        seal(nordlys.shop, "secret", {"token": "0123456789abcdef4f2c"})
        nordlys.shop.save()
    text = anna.get("/s/nordlys/settings/shop/").text
    assert "slutter på 4f2c" in text
    assert "0123456789abcdef" not in text
    assert "4f2c" not in signed_in(people.lis).get("/s/nordlys/settings/shop/").text
