"""All businesses of a bookkeeper on one page, the worst first."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounting.models import Connection
from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.models import Membership, Role, Tenant, User
from connector.tenancy.scope import scope
from connector.web.people import clients
from tests.people import People, make_business, signed_in
from tests.web.counting import queries
from tests.web.factories import PLACED, Setup, a_job, connect

LIST = "/clients/"


@pytest.fixture
def bo(people: People) -> Client:
    return signed_in(people.bo)


def a_client(user: User, name: str, role: Role = Role.BOOKKEEPER) -> Setup:
    """A business with one connected shop, whose books the user keeps."""
    business = make_business(f"{name} ApS", name.lower(), {user: role})
    with scope(business.tenant.pk):
        return connect(business.shop)


def orders(setup: Setup, state: State, n: int = 1, reason: str = "", **more: object) -> None:
    with scope(setup.shop.tenant_id):
        for number in range(n):
            a_job(setup, f"{state.value}-{number}", state, reason, **{"placed_at": timezone.now(), **more})


def names(browser: Client) -> list[str]:
    """The businesses in the order of the list."""
    return re.findall(r'<th scope="row">([^<]+)</th>', browser.get(LIST).text)


def row(browser: Client, name: str) -> list[str]:
    """The figures of a business's line: the five counts and the difference."""
    html = next(part for part in browser.get(LIST).text.split("<tr>") if f">{name}</th>" in part)
    cells = re.findall(r'<td class="amount"[^>]*>(.*?)</td>', html)
    return [re.sub(r"<[^>]+>", "", cell).replace("\xa0", " ") for cell in cells]


# --- where the first page leads ------------------------------------------------------------------------------------
def test_whoever_has_one_shop_is_led_to_it(people: People, bo: Client) -> None:
    assert bo.get("/")["Location"] == "/s/nordlys/"


def test_whoever_has_more_is_led_to_the_list(people: People, bo: Client) -> None:
    a_client(people.bo, "Vinter")
    assert bo.get("/")["Location"] == LIST
    assert names(bo) == ["Nordlys ApS", "Vinter ApS"]


def test_whoever_belongs_nowhere_is_told_what_to_do(people: People) -> None:
    nobody = User.objects.create(email="ny@example.dk", name="Ny")
    answer = signed_in(nobody).get("/", follow=True)
    assert "Ingen har givet dig adgang endnu. Bed din kunde om at invitere ny@example.dk." in answer.text
    assert "/connect/shop/new/" in answer.text


def test_only_owners_are_offered_a_new_shop(people: People, bo: Client) -> None:
    assert "Opret shop" not in bo.get(LIST).text
    assert "Opret shop" in signed_in(people.anna).get(LIST).text


def test_a_business_without_a_shop_stands_there_too(people: People, bo: Client) -> None:
    tenant = Tenant.objects.create(name="Tom ApS")
    with scope(tenant.pk):
        Membership.objects.create(tenant=tenant, user=people.bo, role=Role.READER)
    assert "Denne virksomhed har ingen shop endnu." in bo.get(LIST).text


def test_a_stranger_sees_only_their_own(people: People, nordlys: Setup) -> None:
    orders(nordlys, State.NEEDS_YOU, 3)
    text = signed_in(people.mallory).get(LIST).text
    assert "Andetsteds ApS" in text
    assert "ordlys" not in text


def test_whoever_is_signed_out_is_asked_to_sign_in() -> None:
    assert Client().get(LIST)["Location"].startswith("/sign-in/")


# --- the figures ------------------------------------------------------------------------------------------------------
def test_the_five_counts_and_the_difference(people: People, nordlys: Setup, bo: Client) -> None:
    for n, state in enumerate((State.DONE, State.WAITING, State.NEEDS_YOU, State.NOT_MEANT, State.NEEDS_US), 1):
        orders(nordlys, state, n)
    assert row(bo, "Nordlys ApS") == ["1", "2", "3", "4", "5", "0,00 kr."]
    orders(nordlys, State.DONE, document_total=Decimal("400.00"))
    assert row(bo, "Nordlys ApS") == ["2", "2", "3", "4", "5", "37,00 kr."]


def test_what_rests_counts_for_30_days_and_what_is_open_for_ever(people: People, nordlys: Setup, bo: Client) -> None:
    old = timezone.now() - timedelta(days=31)
    for state in (State.DONE, State.NOT_MEANT, State.WAITING, State.NEEDS_YOU, State.NEEDS_US):
        orders(nordlys, state, placed_at=old)
    assert row(bo, "Nordlys ApS") == ["0", "1", "1", "0", "1", "0,00 kr."]


def test_counting_ends_somewhere(people: People, nordlys: Setup, bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_COUNTED", 3)
    orders(nordlys, State.DONE, 4)
    orders(nordlys, State.WAITING, 2)
    assert row(bo, "Nordlys ApS")[:2] == ["2+", "2"]


def test_the_oldest_stop_is_told(people: People, nordlys: Setup, bo: Client) -> None:
    orders(nordlys, State.NEEDS_YOU, reason="product-missing", closed_at=PLACED)
    orders(nordlys, State.NEEDS_YOU, reason="product-missing", closed_at=PLACED + timedelta(hours=1))
    assert '<time datetime="2026-11-20T10:16' in bo.get(LIST).text


def test_each_count_leads_to_its_orders(people: People, nordlys: Setup, bo: Client) -> None:
    orders(nordlys, State.WAITING)
    orders(nordlys, State.NEEDS_YOU, reason="product-missing")
    text = bo.get(LIST).text
    for address in re.findall(r'class="tally[^"]*" href="([^"]+)"', text):
        assert bo.get(address).status_code == 200
    assert 'href="/s/nordlys/orders/?state=waiting">1<' in text
    assert 'href="/s/nordlys/needs-you/">1<' in text


# --- the order ---------------------------------------------------------------------------------------------------
def test_the_worst_comes_first(people: People, nordlys: Setup, bo: Client) -> None:
    few, lost, off, calm = (a_client(people.bo, name) for name in ("Faa", "Tabt", "Skaev", "Rolig"))
    orders(nordlys, State.NEEDS_YOU, 2)
    orders(few, State.NEEDS_YOU)
    orders(off, State.DONE, document_total=Decimal("436.00"))
    orders(calm, State.DONE)
    with scope(lost.shop.tenant_id):
        Connection.objects.update(status=Connection.Status.REVOKED)
    assert names(bo) == ["Tabt ApS", "Skaev ApS", "Nordlys ApS", "Faa ApS", "Rolig ApS"]
    assert "Forbindelsen til regnskabet er afbrudt" in bo.get(LIST).text
    assert "Alt er i orden hos dem alle." not in bo.get(LIST).text


def test_when_all_is_well_it_is_said(people: People, nordlys: Setup, bo: Client) -> None:
    orders(nordlys, State.DONE)
    assert "Alt er i orden hos dem alle." in bo.get(LIST).text


def test_more_clients_cost_no_more_queries(people: People, nordlys: Setup, bo: Client) -> None:
    orders(nordlys, State.NEEDS_YOU)
    few = queries(bo, LIST)
    for number in range(12):
        orders(a_client(people.bo, f"Kunde{number}"), State.NEEDS_YOU, 3)
    assert queries(bo, LIST) == few
    assert len(names(bo)) == 13


# --- the switch in the header -----------------------------------------------------------------------------------------
def test_the_header_leads_from_one_business_to_the_others(people: People, nordlys: Setup, bo: Client) -> None:
    assert 'class="switch"' not in bo.get("/s/nordlys/").text
    a_client(people.bo, "Vinter")
    text = bo.get("/s/nordlys/").text.split("</header>")[0]
    assert re.search(r"<summary>.*Nordlys ApS</summary>", text)
    assert '<a href="/s/vinter/">Vinter ApS · vinter.dk</a>' in text
    assert f'<a href="{LIST}">Alle virksomheder</a>' in text


def test_a_page_costs_no_more_with_many_businesses(people: People, nordlys: Setup, bo: Client) -> None:
    a_client(people.bo, "Vinter")
    few = queries(bo, "/s/nordlys/log/")
    for number in range(12):
        a_client(people.bo, f"Kunde{number}")
    assert queries(bo, "/s/nordlys/log/") == few
    assert bo.get("/s/nordlys/log/").text.count("ApS ·") == 10


def test_every_figure_is_of_the_shop_it_stands_beside(people: People, nordlys: Setup, bo: Client) -> None:
    winter = a_client(people.bo, "Vinter")
    orders(winter, State.WAITING, 2)
    assert row(bo, "Nordlys ApS")[:5] == ["0", "0", "0", "0", "0"]
    assert row(bo, "Vinter ApS")[:5] == ["0", "2", "0", "0", "0"]
    with scope(winter.shop.tenant_id):
        assert SyncJob.objects.count() == 2
