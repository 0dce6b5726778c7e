"""Overview: five counts that add up, the money, what needs somebody."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounting.models import Connection
from connector.core.states import State
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from connector.web.orders import periods, queries
from shops.models import Shop
from tests.people import People, signed_in
from tests.web.factories import Setup, a_booked_job, a_job
from tests.web.reading import joined


@pytest.fixture
def filled(nordlys: Setup) -> Setup:
    """Today: two booked, one of each other state; ten days ago: one booked."""
    now = timezone.now()
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys, "1", placed_at=now)
        a_booked_job(nordlys, "2", placed_at=now)
        a_job(nordlys, "3", State.WAITING, "rate-limit", placed_at=now)
        a_job(nordlys, "4", State.NEEDS_YOU, "product-missing", facts={"sku": "KOP-7"}, placed_at=now)
        a_job(nordlys, "5", State.NOT_MEANT, "not-triggered", placed_at=now)
        a_job(nordlys, "6", State.NEEDS_US, "unexpected", placed_at=now, currency="EUR")
        a_booked_job(nordlys, "7", placed_at=now - timedelta(days=10))
    return nordlys


def page(people: People, address: str = "") -> str:
    return signed_in(people.anna).get(f"/s/nordlys/{address}").text


def test_the_five_counts_add_up(people: People, filled: Setup) -> None:
    text = page(people)
    assert re.findall(r'class="figure">(\d+)<', text) == ["2", "1", "1", "1", "1"]
    assert "2 + 1 + 1 + 1 + 1 = 6 ordrer i shoppen, i dag" in text
    assert 'href="/s/nordlys/orders/?state=needs_you&amp;period=today"' in text
    assert "3 + 1 + 1 + 1 + 1 = 7 ordrer i shoppen, 30 dage" in page(people, "?period=30")
    assert "2 + 1 + 1 + 1 + 1 = 6 ordrer i shoppen, i dag" in page(people, "?period=no-such")


def test_the_money_is_counted_in_the_shops_currency_only(people: People, filled: Setup) -> None:
    with scope(filled.shop.tenant_id):
        amounts = {each.state: each.amount for each in queries.counted(filled.shop, periods.TODAY)}
    assert amounts == {
        "done": Decimal("874.00"),
        "waiting": Decimal("437.00"),
        "needs_you": Decimal("437.00"),
        "not_meant": Decimal("437.00"),
        "needs_us": Decimal("0.00"),
    }
    assert "2.185,00\u00a0kr." in page(people)


def test_an_order_belongs_to_the_day_it_was_placed(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "1", placed_at=periods.TODAY.start - timedelta(seconds=1))
        a_job(nordlys, "2", placed_at=periods.TODAY.start)
        a_job(nordlys, "3", order=None)
        found = periods.TODAY.of(SyncJob.objects.all()).values_list("order_id", flat=True)
        assert sorted(found) == ["2", "3"]


def test_more_than_can_be_counted_says_so(people: People, filled: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.web.orders.queries.MOST_COUNTED", 3)
    monkeypatch.setattr("connector.web.orders.overview.MOST_COUNTED", 3)
    assert "Flere end 3 ordrer i perioden" in page(people)


def test_what_needs_somebody_leads_to_its_mend(people: People, filled: Setup) -> None:
    text = joined(page(people))
    assert "Varen KOP-7 findes ikke i e-conomic" in text
    assert 'href="/s/nordlys/finance/mapping/#products">Ret varen' in text
    assert "Ret varen" not in signed_in(people.lis).get("/s/nordlys/").text


def test_nothing_to_do_is_said(people: People, nordlys: Setup) -> None:
    text = page(people)
    assert "Intet. Du skal ikke gøre noget." in text
    assert "Kom i gang" not in text


def test_when_we_last_heard_from_both_sides(people: People, nordlys: Setup) -> None:
    assert "Shoppen er forbundet; intet hørt endnu" in page(people)
    with scope(nordlys.shop.tenant_id):
        Shop.objects.update(last_event_at=timezone.now() - timedelta(minutes=3, seconds=5))
        Connection.objects.update(last_answer_at=timezone.now())
    text = joined(page(people))
    assert "for 3 minutter siden" in text
    assert "sidst hørt fra e-conomic" in text


def test_a_shop_that_is_not_connected_says_how_to_begin(people: People) -> None:
    text = page(people)
    assert "Kom i gang" in text
    assert 'href="/s/nordlys/settings/shop/"' in text
    assert "Forbind shop</a>" not in signed_in(people.lis).get("/s/nordlys/").text
