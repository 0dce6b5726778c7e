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
from connector.web.orders.chart import GAP, HEIGHT, chart
from connector.web.orders.queries import Sold
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


def test_before_the_first_order_it_is_said_what_makes_one_come(people: People, nordlys: Setup) -> None:
    words = "Når en ordre er afsendt i nordlys.dk, står den her inden for et minut."
    assert words in page(people)
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys, placed_at=timezone.now() - timedelta(days=2))
    assert words not in page(people)


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


# --- the money, the chart ---------------------------------------------------------------------------------------------
def money(html: str) -> dict[str, str]:
    """The block's rows: words → amount."""
    block = html.split('id="money"')[1].split("</section>")[0]
    cells = re.findall(r"<tr[^>]*><t[hd][^>]*>(.*?)</t[hd]><td[^>]*>(.*?)</td></tr>", block)
    return {words: re.sub(r"<[^>]+>", "", amount).replace("\u00a0", " ") for words, amount in cells}


def test_the_parts_and_the_difference_come_to_what_was_sold(people: People, filled: Setup) -> None:
    html = page(people)
    assert money(html) == {
        "Solgt i shoppen": "2.185,00 kr.",
        "I regnskabet": "874,00 kr.",
        "Venter": "437,00 kr.",
        "Har brug for dig": "437,00 kr.",
        "Skal ikke overføres": "437,00 kr.",
        "Har brug for os": "0,00 kr.",
        "Difference": "0,00 kr.",
    }
    assert "Alt stemmer" in html
    assert "1 ordre er ikke med i beløbene" in html


def test_an_order_changed_after_it_was_booked_is_a_difference(people: People, filled: Setup) -> None:
    with scope(filled.shop.tenant_id):
        SyncJob.objects.filter(order_number="1").update(total=Decimal("440.00"))
    html = page(people)
    assert (money(html)["I regnskabet"], money(html)["Difference"]) == ("874,00 kr.", "3,00 kr.")
    assert money(html)["Solgt i shoppen"] == "2.188,00 kr."
    assert "Alt stemmer" not in html


def test_a_draft_is_not_passed_off_as_booked(people: People, filled: Setup) -> None:
    assert "heraf kladder, som du selv bogfører" not in money(page(people))
    with scope(filled.shop.tenant_id):
        SyncJob.objects.filter(order_number="1").update(detail="draft", document_number="")
    assert money(page(people))["heraf kladder, som du selv bogfører"] == "437,00 kr."


def test_the_chart_shows_fourteen_days_and_the_table_the_same(people: People, filled: Setup) -> None:
    block = page(people).split('id="chart"')[1]
    assert len(re.findall(r'<g class="bar" tabindex="0" role="img"', block)) == 14
    rows = re.findall(r"<tr><th[^>]*>.*?</th>(.*?)</tr>", block.split("<tbody>")[1])
    figures = [re.findall(r">([\d.,−]+)<", row) for row in rows]
    assert len(figures) == 14
    assert figures[0] == ["2.185,00", "874,00", "1.311,00"]
    assert figures[10] == ["437,00", "437,00", "0,00"]
    assert figures[1] == ["0,00", "0,00", "0,00"]
    assert "style=" not in block


@pytest.mark.unit
def test_the_bars_are_as_high_as_the_amounts() -> None:
    today = timezone.localdate()
    sold = [
        Sold(today, Decimal("200.00"), Decimal("50.00")),
        Sold(today - timedelta(days=1), Decimal("100.00"), Decimal("100.00")),
        Sold(today - timedelta(days=2), Decimal("0.01")),
    ]
    drawn = chart(sold, 4)
    heights = [(bar.done_height, bar.rest_height) for bar in drawn.bars]
    assert heights == [(0, 0), (0, 1), (HEIGHT // 2, 0), (HEIGHT // 4, HEIGHT * 3 // 4 - GAP)]
    assert drawn.bars[3].rest_y + drawn.bars[3].rest_height + GAP == drawn.bars[3].done_y
    assert {bar.done_y + bar.done_height for bar in drawn.bars} == {drawn.base}
    assert chart([], 14).is_empty


# --- following the work -----------------------------------------------------------------------------------------------
def test_the_front_page_looks_often_while_something_is_on_its_way(people: People, nordlys: Setup) -> None:
    assert 'hx-trigger="every 20s, wake"' in page(people)
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "1", not_before=timezone.now())
    assert 'hx-trigger="every 2s, wake"' in page(people)


def test_the_parts_come_without_the_page(people: People, filled: Setup) -> None:
    text = page(people, "?period=7&part=live")
    assert re.findall(r'id="(\w+)" hx-swap-oob="true"', text) == ["heard", "counts", "needs", "money", "chart"]
    assert "<html" not in text
    assert 'hx-get="?period=7&amp;part=live"' in text
    assert re.findall(r'class="figure">(\d+)<', text) == ["2", "1", "1", "1", "1"]
