"""What needs the owner, grouped by cause."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from connector.core.states import State
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.factories import Setup, a_booked_job, a_first_job, a_job, a_parked_job
from tests.web.reading import joined

ADDRESS = "/s/nordlys/needs-you/"


def causes(html: str) -> list[str]:
    """Each cause's words."""
    sections = re.findall(r'<section class="box warning"[^>]*>(.*?)</section>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", joined(section)).split()) for section in sections]


@pytest.fixture
def stopped(nordlys: Setup) -> Setup:
    """Three orders lack KOP-7, one lacks KOP-8, two do not add up."""
    long_ago = timezone.now() - timedelta(days=400)
    with scope(nordlys.shop.tenant_id):
        for number in ("1", "2", "3"):
            facts = {"sku": "KOP-7", "name": "Kop", "order": number}
            a_job(nordlys, number, State.NEEDS_YOU, "product-missing", facts=facts, closed_at=long_ago)
        a_job(nordlys, "4", State.NEEDS_YOU, "product-missing", facts={"sku": "KOP-8"}, total="9000.00")
        a_parked_job(nordlys, "5")
        a_parked_job(nordlys, "6")
        a_job(nordlys, "7", State.NEEDS_US, "unexpected")
    return nordlys


def test_one_cause_for_all_orders_that_one_mend_releases(people: People, stopped: Setup) -> None:
    html = signed_in(people.anna).get(ADDRESS).text
    found = causes(html)
    assert "6 ordrer har brug for dig · 4 årsager · 11.185,00\u00a0kr." in re.sub(r"<[^>]+>", "", html)
    assert [cause.split(" ·")[0] for cause in found] == [
        "Varen KOP-8 findes ikke i e-conomic 1 ordre",
        "Varen KOP-7 findes ikke i e-conomic 3 ordrer",
        "Beløbene på ordre 5 stemmer ikke 1 ordre",
        "Beløbene på ordre 6 stemmer ikke 1 ordre",
    ]
    assert "Bagefter overføres 3 ordrer af sig selv." in found[1]
    assert "Kode product-missing" in found[1]


def test_each_cause_has_its_mend_and_leads_to_its_orders(people: People, stopped: Setup) -> None:
    html = signed_in(people.anna).get(ADDRESS).text
    assert html.count('action="/s/nordlys/needs-you/mend/"') == 2
    listed = "/s/nordlys/orders/?state=needs_you&amp;reason=product-missing&amp;period=all"
    assert f'href="{listed}">Vis de 3' in html
    assert 'href="/s/nordlys/orders/4/">Se ordren' in html
    assert html.count('href="/s/nordlys/orders/5/"') == 1
    # The link shows them, however old they are.
    found = signed_in(people.anna).get(listed.replace("&amp;", "&")).text
    assert found.count("KOP-7") == 3


def test_a_reader_is_led_to_the_orders_only(people: People, stopped: Setup) -> None:
    html = signed_in(people.lis).get(ADDRESS).text
    assert "finance" not in html.split("<main")[1]
    assert 'href="/s/nordlys/orders/5/">Se ordren' in html


def test_nothing_needs_anybody(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys, placed_at=timezone.now())
        a_job(nordlys, "2", State.NEEDS_US, "unexpected")
    assert "Intet har brug for dig. 1 ordre er i regnskabet i dag." in signed_in(people.anna).get(ADDRESS).text


def test_more_than_can_be_read_says_so(people: People, stopped: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.web.orders.causes.MOST_READ", 2)
    html = signed_in(people.anna).get(ADDRESS).text
    assert "Flere end 2 ordrer har brug for dig; de nyeste vises." in html
    assert len(causes(html)) == 2


def test_the_first_order_leads_to_its_page(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_first_job(nordlys)
    html = signed_in(people.anna).get(ADDRESS).text
    assert 'href="/s/nordlys/orders/10001/">Se ordren' in html


def test_as_many_queries_for_many_causes_as_for_one(people: People, nordlys: Setup) -> None:
    browser = signed_in(people.anna)
    with scope(nordlys.shop.tenant_id):
        a_parked_job(nordlys, "1")
    few = queries(browser, ADDRESS)
    with scope(nordlys.shop.tenant_id):
        for number in range(10, 30):
            a_parked_job(nordlys, str(number))
    assert queries(browser, ADDRESS) == few <= 24
    assert queries(browser, "/s/nordlys/") <= 28


def test_strangers_get_404(people: People, stopped: Setup) -> None:
    assert signed_in(people.mallory).get(ADDRESS).status_code == 404
