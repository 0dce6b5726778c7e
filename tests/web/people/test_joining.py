"""The link of an invitation: once, in time, for one address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone

from connector.sync.models import ActivityEntry
from connector.tenancy import people as belonging
from connector.tenancy.access import invitation_by_token
from connector.tenancy.handshake import hashed
from connector.tenancy.models import Invitation, Membership, Role, User
from connector.tenancy.scope import scope
from tests.people import People, signed_in


@pytest.fixture
def token(people: People) -> str:
    """Mallory is invited to Nordlys as a reader."""
    with scope(people.nordlys.tenant.pk):
        return belonging.invite(people.nordlys.tenant.pk, "Mallory@example.dk", Role.READER, people.anna)[1]


def address(token: str) -> str:
    return f"/invitation/{token}/"


def role_of(people: People, user: User) -> str:
    with scope(people.nordlys.tenant.pk):
        found = Membership.objects.filter(user=user).first()
        return found.role if found else ""


def test_looking_changes_nothing_and_accepting_leads_in(people: People, token: str) -> None:
    browser = signed_in(people.mallory)
    text = browser.get(address(token)).text
    assert "Invitation til Nordlys ApS" in text
    assert "Anna Berg inviterer dig som læser." in text
    assert role_of(people, people.mallory) == ""
    answer = browser.post(address(token), follow=True)
    assert answer.redirect_chain == [("/s/nordlys/", 302)]
    assert "Velkommen til Nordlys ApS." in answer.text
    assert role_of(people, people.mallory) == "reader"
    with scope(people.nordlys.tenant.pk):
        entry = ActivityEntry.objects.get()
        assert (entry.user, entry.what) == (people.mallory, "person-joined")


def test_the_link_once_more_leads_in_again_but_lets_nobody_else_in(people: People, token: str) -> None:
    browser = signed_in(people.mallory)
    browser.post(address(token))
    assert browser.get(address(token))["Location"] == "/s/nordlys/"
    people.bo.email = "mallory2@example.dk"
    for other in (signed_in(people.bo), Client()):
        answer = other.get(address(token))
        assert answer.status_code == 410
        assert "Invitationen kan ikke længere bruges" in answer.text


def test_whoever_was_removed_does_not_come_back_by_the_old_link(people: People, token: str) -> None:
    browser = signed_in(people.mallory)
    browser.post(address(token))
    with scope(people.nordlys.tenant.pk):
        belonging.remove(Membership.objects.get(user=people.mallory))
    assert browser.get(address(token)).status_code == 410
    assert browser.post(address(token)).status_code == 410
    assert role_of(people, people.mallory) == ""


def test_another_address_cannot_accept_it(people: People, token: str) -> None:
    stranger = User.objects.create(email="anden@example.dk", name="En anden")
    browser = signed_in(stranger)
    text = browser.get(address(token)).text
    assert "Du er logget ind som anden@example.dk" in text
    assert "Tag imod invitationen" not in text
    assert browser.post(address(token)).status_code == 403
    assert role_of(people, stranger) == ""
    with scope(people.nordlys.tenant.pk):
        assert belonging.can_be_accepted(Invitation.objects.get())


def test_whoever_is_signed_out_is_led_through_the_sign_in_and_back(people: People, token: str) -> None:
    text = Client().get(address(token)).text
    assert f'href="/sign-in/?next=/invitation/{token}/">Log ind, og tag imod' in text
    assert f'href="/sign-up/?next=/invitation/{token}/">Opret en bruger' in text
    assert Client().post(address(token)).status_code == 200
    assert role_of(people, people.mallory) == ""


def test_after_14_days_it_is_over(people: People) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with scope(people.nordlys.tenant.pk):
            token = belonging.invite(people.nordlys.tenant.pk, "mallory@example.dk", Role.OWNER, people.anna)[1]
        clock.shift(timedelta(days=14, seconds=-1))
        assert signed_in(people.mallory).get(address(token)).status_code == 200
        clock.shift(timedelta(seconds=1))
        answer = signed_in(people.mallory).post(address(token))
        assert answer.status_code == 410
        assert "Bed Anna Berg om at sende en ny." in answer.text
    assert role_of(people, people.mallory) == ""


def test_a_link_that_we_never_sent_is_not_found(people: People, token: str) -> None:
    for wrong in (token[:-1], f"{token}x", hashed(token), "0"):
        assert signed_in(people.mallory).get(address(wrong)).status_code == 404


def test_the_page_is_kept_nowhere_and_its_address_told_to_nobody(people: People, token: str) -> None:
    answer = Client().get(address(token))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_whoever_is_in_already_keeps_the_role(people: People) -> None:
    tenant = people.nordlys.tenant
    with scope(tenant.pk):
        token = belonging.invite(tenant.pk, "mallory@example.dk", Role.READER, people.anna)[1]
        Membership.objects.create(tenant=tenant, user=people.mallory, role=Role.BOOKKEEPER)
    signed_in(people.mallory).post(address(token))
    assert role_of(people, people.mallory) == "bookkeeper"


def test_of_two_at_once_one_uses_it(people: People, token: str) -> None:
    found = invitation_by_token(hashed(token))
    assert found
    together = Barrier(2)

    def come(_: int) -> bool:
        together.wait()
        try:
            with scope(found[0]):
                return belonging.accept(Invitation.objects.get(pk=found[1]), people.mallory)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come, range(2))) == [False, True]
    with scope(found[0]):
        assert Membership.objects.filter(user=people.mallory).count() == 1


def test_a_business_without_a_shop_leads_to_the_list(people: People, token: str) -> None:
    with scope(people.nordlys.tenant.pk):
        people.nordlys.shop.delete()
    assert signed_in(people.mallory).post(address(token))["Location"] == "/clients/"
    assert mail.outbox == []
