"""Fejlsøgning: each question is answered now, in words, and the page itself never fails."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounting.base import Choices, Finding, Option
from accounting.models import Connection
from connector.core.errors import NeedsSetup, Temporary
from connector.core.rhythm import Silence
from connector.core.states import State
from connector.sync import build, silence
from connector.sync.models import Channel, Integration, ShopMethod
from connector.tenancy.scope import scope
from connector.web.health import live
from shops.models import Shop
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_job
from tests.web.reading import joined

ACCOUNTS = [Option("5825", "5825 Webshopsalg", "clearing"), Option("5820", "5820 Bank", "bank")]


class Books:
    """Stands in for the provider: answers its self-check as it is told."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.error: Exception | None = None
        self.gate: threading.Event | None = None
        self.asked = 0

    def check(self, values: Any) -> list[Finding]:
        self.asked += 1
        if self.gate:
            self.gate.wait(30)
        if self.error:
            raise self.error
        return self.found


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Books:
    made = Books()
    monkeypatch.setattr(build, "provider_for", lambda *_: made)
    cache.clear()
    return made


@pytest.fixture
def shop(nordlys: Setup) -> Setup:
    """A shop that is in order: settings with a clearing account, messages and questions a moment ago."""
    now = timezone.now()
    choices = Choices("Nordlys ApS", "1234567", "DKK", {"accounts": ACCOUNTS})
    with scope(nordlys.shop.tenant_id):
        Connection.objects.update(choices=choices.to_json(), choices_at=now)
        Shop.objects.update(last_event_at=now, polled_at=now)
    save(nordlys, account="5825")
    return nordlys


def save(setup: Setup, **values: str) -> None:
    with scope(setup.shop.tenant_id):
        setup.settings.values |= values
        setup.settings.save()


def change(setup: Setup, **values: Any) -> None:
    with scope(setup.shop.tenant_id):
        Shop.objects.filter(pk=setup.shop.pk).update(**values)


def page(people: People, who: str = "anna") -> str:
    answer = signed_in(getattr(people, who)).get("/s/nordlys/health/")
    assert answer.status_code == 200
    return joined(answer.text).replace("\u00a0", " ")


# --- the connection -----------------------------------------------------------------------------------------------
def test_the_books_are_asked_now(people: People, shop: Setup, books: Books) -> None:
    text = page(people)
    assert "Forbindelsen til e-conomic er aktiv: svarede kl. " in text
    assert books.asked == 1
    with scope(shop.shop.tenant_id):
        assert Connection.objects.get().last_answer_at


def test_pressing_again_within_seconds_asks_nobody(people: People, shop: Setup, books: Books) -> None:
    page(people)
    page(people, "lis")
    assert books.asked == 1
    cache.clear()
    page(people)
    assert books.asked == 2


def test_books_that_are_slow_leave_the_rest_answered(
    people: People, shop: Setup, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SECONDS", 0.05)
    books.gate = threading.Event()
    with scope(shop.shop.tenant_id):
        Connection.objects.update(last_answer_at=timezone.now())
    try:
        text = page(people)
    finally:
        books.gate.set()
    assert "Kunne ikke tjekke forbindelsen til e-conomic; sidst i orden kl. " in text
    assert "e-conomic svarer langsomt." in text
    assert "Bogføringskonto 5825 Webshopsalg er åben og ikke en bankkonto" in text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Temporary("provider-down"), "Kunne ikke tjekke forbindelsen til e-conomic nu"),
        (NeedsSetup("connection-revoked"), "Adgangen til e-conomic er fjernet"),
    ],
    ids=["away", "revoked"],
)
def test_a_refusal_is_said_in_words(people: People, shop: Setup, books: Books, error: Exception, said: str) -> None:
    books.error = error
    assert said in page(people)


def test_books_that_asked_for_a_pause_are_left_alone(people: People, shop: Setup, books: Books) -> None:
    with scope(shop.shop.tenant_id):
        Channel.objects.update(paused_until=timezone.now() + timedelta(minutes=5), pause_reason="rate-limit")
    assert "e-conomic har bedt os om en pause til kl. " in page(people)
    assert books.asked == 0


def test_a_connection_that_was_removed_is_not_asked(people: People, shop: Setup, books: Books) -> None:
    with scope(shop.shop.tenant_id):
        Connection.objects.update(status=Connection.Status.REVOKED, trouble="connection-revoked")
    assert 'href="/s/nordlys/finance/connect/"' in page(people)
    assert books.asked == 0


# --- the rest of the way ------------------------------------------------------------------------------------------
def test_the_trigger_tells_how_many_wait_for_it(people: People, shop: Setup, books: Books) -> None:
    assert "Udløser: ved afsendelse. Ingen ordrer venter på den" in page(people)
    with scope(shop.shop.tenant_id):
        for number in ("1", "2", "3"):
            a_job(shop, number, State.NOT_MEANT, "not-triggered")
    text = page(people)
    assert "Udløser: ved afsendelse. 3 ordrer er ikke afsendt" in text
    assert 'href="/s/nordlys/orders/?reason=not-triggered&amp;period=all">Vis 3<' in text
    assert 'href="/s/nordlys/finance/#when">Skift udløser<' in text


def test_a_silent_shop_is_told_with_its_own_rhythm(
    people: People, shop: Setup, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = timezone.now() - timedelta(hours=3)
    monkeypatch.setattr(silence, "of_shop", lambda *_: Silence(since, timedelta(minutes=8)))
    text = page(people)
    assert "nordlys.dk har været stille siden" in text
    assert "hvert 8. minut" in text
    assert 'href="/help/errors/shop-silent/?from=/s/nordlys/health/"' in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"last_event_at": None}, "Der er ikke kommet besked fra shoppen endnu"),
        ({"polled_at": None}, "Vi har ikke hentet ændringer i shoppen endnu"),
        ({"is_connected": False}, "Shoppen er ikke forbundet"),
        ({"trouble": "shop-key-refused"}, "nordlys.dk afviste vores nøgle"),
    ],
    ids=["no-message", "not-asked", "not-connected", "refused"],
)
def test_the_shops_side_is_told(people: People, shop: Setup, books: Books, values: Any, said: str) -> None:
    change(shop, **values)
    assert said in page(people)


def test_a_shop_that_was_not_reached_for_hours_is_told(people: People, shop: Setup, books: Books) -> None:
    change(shop, polled_at=timezone.now() - timedelta(hours=3))
    assert "Vi har ikke fået fat i shoppen siden" in page(people)


def test_what_a_person_switched_off_is_told(people: People, shop: Setup, books: Books) -> None:
    save(shop, orders="off")
    with scope(shop.shop.tenant_id):
        Integration.objects.update(paused_at=timezone.now(), paused_by="Bo Lund")
    text = page(people)
    assert "Ordreoverførsel er slået fra" in text
    assert "af Bo Lund" in text


def test_a_method_without_an_account_is_named(people: People, shop: Setup, books: Books) -> None:
    now = timezone.now()
    with scope(shop.shop.tenant_id):
        ShopMethod.objects.create(
            tenant_id=shop.shop.tenant_id,
            shop=shop.shop,
            kind="payment",
            key="60",
            name="MobilePay",
            first_seen=now,
            is_new=True,
        )
    assert "1 betalingsmåde eller forsendelse mangler et valg: “MobilePay”" in page(people)


# --- booking --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"account": "5820"}, "Bogføringskonto 5820 Bank ser ud til at være en bankkonto"),
        ({"account": ""}, "Der er ikke valgt en bogføringskonto"),
        ({"account": "9999"}, "Kunne ikke tjekke bogføringskonto 9999"),
        ({"settle": "open"}, "Fakturaerne står åbne, som du har valgt"),
    ],
    ids=["bank", "none", "unknown", "open"],
)
def test_the_posting_account_is_judged(
    people: People, shop: Setup, books: Books, values: dict[str, str], said: str
) -> None:
    save(shop, **values)
    assert said in page(people)


def test_what_the_self_check_finds_now_is_told(people: People, shop: Setup, books: Books) -> None:
    books.found = [Finding("account-closed", {"account": "5825"}), Finding("layout-missing")]
    text = page(people)
    assert "5825" in text
    assert "Der mangler et fakturalayout" in text
    assert "er åben og ikke en bankkonto" not in text


def test_the_vat_zones_are_counted(people: People, shop: Setup, books: Books) -> None:
    assert "mangler en momszone" in page(people)


# --- the page -------------------------------------------------------------------------------------------------------
def test_a_part_that_breaks_does_not_take_the_page_with_it(
    people: People, shop: Setup, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise LookupError

    monkeypatch.setattr(silence, "of_shop", breaks)
    text = page(people)
    assert "Resten kunne ikke tjekkes nu" in text
    assert "Bogføringskonto 5825" in text


def test_a_reader_sees_no_link_that_changes_something(people: People, shop: Setup, books: Books) -> None:
    assert "Skift udløser" not in page(people, "lis")


def test_a_shop_without_books_has_the_page_too(people: People) -> None:
    text = page(people)
    assert "Der er ikke valgt et økonomisystem" in text
    assert "Shoppen er ikke forbundet" in text


def test_what_was_found_goes_with_a_mail_to_support(people: People, shop: Setup, books: Books) -> None:
    text = page(people)
    url = text.partition('href="/help/write/')[2].partition('"')[0].replace("&amp;", "&")
    asked = signed_in(people.anna).get(f"/help/write/{url}").text
    assert "Udløser: ved afsendelse" in joined(asked).replace("\u00a0", " ")


def test_the_page_needs_a_fixed_number_of_queries(people: People, shop: Setup, books: Books) -> None:
    anna = signed_in(people.anna)
    before = queries(anna, "/s/nordlys/health/")
    with scope(shop.shop.tenant_id):
        for number in range(10):
            a_job(shop, str(number), State.NOT_MEANT, "not-triggered")
    assert queries(anna, "/s/nordlys/health/") == before
