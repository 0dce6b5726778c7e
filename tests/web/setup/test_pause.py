"""Pausing and resuming on the page Økonomisystem, and its history."""

from __future__ import annotations

import pytest
from django.test import Client

from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup, a_job

PAUSE, RESUME = "Sæt overførslen på pause", "Genoptag overførslen"


@pytest.fixture
def shown(nordlys: Setup) -> Setup:
    """A shop whose books were read, so that the page shows its settings."""
    return nordlys


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


def paused_at(setup: Setup) -> object:
    with scope(setup.shop.tenant_id):
        return Integration.objects.get(pk=setup.integration.pk).paused_at


def test_pausing_and_resuming_say_who_did_it(anna: Client, shown: Setup) -> None:
    assert PAUSE in anna.get("/s/nordlys/finance/").text
    page = anna.post("/s/nordlys/finance/pause/", follow=True).text
    assert paused_at(shown)
    assert RESUME in page
    assert "Anna Berg satte overførslen på pause" in page
    page = anna.post("/s/nordlys/finance/resume/", follow=True).text
    assert paused_at(shown) is None
    assert PAUSE in page
    assert "Anna Berg genoptog overførslen" in page


def test_the_waiting_orders_say_why_and_are_counted_when_it_goes_on(anna: Client, shown: Setup) -> None:
    anna.post("/s/nordlys/finance/pause/", follow=True)
    with scope(shown.shop.tenant_id):
        a_job(shown, "1", state=State.WAITING, reason="paused")
        fresh = a_job(shown, "2", state=State.WAITING)
    assert anna.get("/s/nordlys/orders/?period=all").text.count("Overførslen er sat på pause") == 2
    page = anna.get("/s/nordlys/orders/2/").text
    assert "Tryk på" in page
    assert "af sig selv" not in page
    assert "1 ordre ventede" in anna.post("/s/nordlys/finance/resume/", follow=True).text
    with scope(shown.shop.tenant_id):
        assert SyncJob.objects.get(order_id="1").reason == ""
        assert SyncJob.objects.get(pk=fresh.pk).state == "waiting"


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_a_reader_may_not(people: People, shown: Setup, act: str) -> None:
    reader = signed_in(people.lis)
    assert PAUSE not in reader.get("/s/nordlys/finance/").text
    assert reader.post(f"/s/nordlys/finance/{act}/").status_code == 403
    assert paused_at(shown) is None


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_it_takes_a_post(anna: Client, shown: Setup, act: str) -> None:
    assert anna.get(f"/s/nordlys/finance/{act}/").status_code == 405
    assert paused_at(shown) is None


def test_books_that_are_being_left_say_so(anna: Client, shown: Setup) -> None:
    with scope(shown.shop.tenant_id):
        type(shown.connection).objects.update(status="closing")
    assert "bliver først slået op" in anna.get("/s/nordlys/finance/").text
    assert anna.get("/s/nordlys/finance/connect/").status_code == 200
