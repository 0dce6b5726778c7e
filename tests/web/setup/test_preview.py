"""The preview's page: a period, step by step, then its orders transferred, cancelled, or one as a draft."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts, preview
from connector.sync.models import Preview, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.previewed import followed, jobs, rows, sold
from tests.web.setup.saving import save

pytestmark = pytest.mark.engine

PAGE = "finance/preview/"


@pytest.fixture
def shop(page: Browser, outside: Outside) -> Browser:
    """Both sides connected and the settings saved; orders go when they are paid, from now on."""
    page.connect_shop(outside)
    assert save(page, trigger="payment", missing_product="create", start_at="2026-11-20T12:00").status_code == 302
    return page


def looked(browser: Browser, **fields: str) -> Any:
    """Begin, and follow the page's own refreshes to the end."""
    period = {"first": "2026-11-01", "last": "2026-11-20"}
    return followed(browser, PAGE, browser.send(PAGE, **{"act": "begin", **period, **fields}))


def test_the_page_shows_documents_sums_and_stops(shop: Browser, outside: Outside, people: People) -> None:
    order = sold(outside)
    sold(outside, ean="123", company="Skolen", name="Per")
    sold(outside, paid=False)
    since = len(outside.sent)
    text = text_of(looked(shop))
    assert str(order.number) in text
    assert "november 2026 25 % 200,00 kr. 50,00 kr. 250,00 kr." in text
    assert "NY-KOP · 1 ordre" in text
    assert sorted(row.outcome for row in rows(people)) == ["becomes", "not_meant", "stops"]
    assert [call for call in outside.sent[since:] if call[0] != "GET"] == []
    assert jobs(people) == []


def test_settings_that_are_not_saved_are_looked_under(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    form = filled(shop.page("finance/"))
    shown = looked(shop, **{**form, "act": "unsaved", "missing_product": "stop"})
    assert [(row.outcome, row.reason) for row in rows(people)] == [("stops", "product-missing")]
    text = text_of(shown)
    assert "ikke er gemt endnu" in text
    assert 'value="start"' not in shown.content.decode()
    assert "Opret som kladde" not in text


def test_the_settings_as_they_stand_count_as_saved(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop, **{**filled(shop.page("finance/")), "act": "unsaved"})
    with scope(people.nordlys.tenant.pk):
        assert Preview.objects.get().settings is not None


def test_the_orders_are_fetched_and_cancelled(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    assert "Hent 1 tidligere ordre" in text_of(looked(shop))
    shop.send(PAGE, act="start")
    [job] = jobs(people)
    assert (job.lane, job.is_forced, job.state) == (SyncJob.Lane.EARLIER, True, "waiting")
    shown = shop.page(PAGE)
    assert "0 af 1 ordrer er færdige" in text_of(shown)
    assert "Hent 1 tidligere ordre" not in text_of(shown)
    assert '<progress id="sending" max="1" value="0">' in shown.content.decode()
    shop.send(PAGE, act="start")
    assert len(jobs(people)) == 1
    shop.send(PAGE, act="cancel")
    [job] = jobs(people)
    assert (job.state, job.reason) == ("not_meant", "backfill-cancelled")
    assert "blev annulleret" in text_of(shop.page(PAGE))


def test_a_long_look_shows_how_far_it_is_and_can_be_stopped(
    shop: Browser, outside: Outside, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(150):
        sold(outside)
    monkeypatch.setattr(preview, "STEP_CALLS", 1)
    shop.send(PAGE, act="begin", first="2026-11-01", last="2026-11-20")
    shop.page(f"{PAGE}step/")
    shown = shop.page(PAGE)
    assert "Finder ordrerne: 100 indtil nu" in text_of(shown)
    assert 'http-equiv="refresh" content="0;' in shown.content.decode()
    shop.page(f"{PAGE}step/")
    assert "Har set på 0 af 150 ordrer" in text_of(shop.page(PAGE))
    shop.send(PAGE, act="stop")
    stopped = shop.page(PAGE)
    assert "Forhåndsvisningen blev stoppet" in text_of(stopped)
    assert "Stop forhåndsvisningen" not in text_of(stopped)
    assert "refresh" not in stopped.content.decode()
    asked = len(outside.sent)
    shop.page(f"{PAGE}step/")
    assert len(outside.sent) == asked
    shop.send(PAGE, act="start")
    assert jobs(people) == []


def test_one_order_becomes_a_draft(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    [row] = rows(people)
    shop.send(PAGE, act="draft", order=str(row.pk))
    [job] = jobs(people)
    assert (job.is_draft_only, job.is_forced, job.lane) == (True, True, SyncJob.Lane.PERSON)
    assert "I regnskabet eller på vej" in text_of(shop.page(PAGE))


@pytest.mark.parametrize("number", ["0", "x", "99999999999999999999", ""])
def test_an_order_that_is_not_of_the_preview_is_left(
    shop: Browser, outside: Outside, people: People, number: str
) -> None:
    sold(outside)
    looked(shop)
    shop.send(PAGE, act="draft", order=number)
    assert jobs(people) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-11-20", "2026-11-01"), ("2020-01-01", "2026-11-20"), ("x", "y"), ("2026-02-31", ""), ("", "2026-11-01")],
)
def test_a_period_that_makes_no_sense_is_refused(shop: Browser, people: People, first: str, last: str) -> None:
    shop.send(PAGE, act="begin", first=first, last=last)
    with scope(people.nordlys.tenant.pk):
        assert not Preview.objects.exists()
    assert "Vælg en første og en sidste dag" in text_of(shop.page(PAGE))


def test_before_the_shop_is_connected_nothing_is_begun(page: Browser, people: People) -> None:
    page.send(PAGE, act="begin")
    assert "Forbind først shoppen" in text_of(page.page(PAGE))
    with scope(people.nordlys.tenant.pk):
        assert not Preview.objects.exists()


def test_a_reader_sees_and_does_not_send(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    lis = Browser(signed_in(people.lis))
    shown = lis.page(PAGE)
    assert shown.status_code == 200
    assert "Opret som kladde" not in text_of(shown)
    for act in ("begin", "stop", "start", "draft", "cancel"):
        assert lis.send(PAGE, act=act).status_code == 403
    assert jobs(people) == []


def test_the_orders_page_and_the_set_up_lead_here(shop: Browser) -> None:
    assert "/s/nordlys/finance/preview/" in shop.page("orders/").content.decode()
    assert 'formaction="/s/nordlys/finance/preview/"' in shop.page("finance/").content.decode()


def test_changed_settings_are_said(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    save(shop, missing_product="stop")
    shown = shop.page(PAGE)
    assert "er ændret siden" in text_of(shown)
    shop.send(PAGE, act="start")
    assert jobs(people) == []


def test_a_preview_of_other_books_is_not_shown(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    with scope(people.nordlys.tenant.pk):
        found = Preview.objects.select_related("integration__shop", "integration__connection").get()
        acts.disconnect(found.integration.connection, acts.Person(None, "Anna"))
    assert shop.send(PAGE, act="begin").status_code == 302
    with scope(people.nordlys.tenant.pk):
        assert Preview.objects.get().pk == found.pk
