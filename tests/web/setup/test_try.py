"""The step *Try*: one of the shop's last orders, as its invoice will be, and then made a draft."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connector.sync.models import Preview
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.setup.outside import Browser, Outside, text_of
from tests.web.setup.previewed import followed, jobs, rows, sold
from tests.web.setup.saving import save

pytestmark = pytest.mark.engine

TRY = "finance/try/"


@pytest.fixture
def shop(page: Browser, outside: Outside) -> Browser:
    """Both sides connected and the settings saved; orders go when they are paid."""
    page.connect_shop(outside)
    assert save(page, trigger="payment", missing_product="create", start_at="2026-11-20T12:00").status_code == 302
    return page


def looked(browser: Browser) -> Any:
    """Press the button, and follow the page's own refreshes to the end."""
    return followed(browser, TRY, browser.send(TRY, act="look"))


def test_the_last_ten_orders_are_shown_and_nothing_is_sent(shop: Browser, outside: Outside, people: People) -> None:
    orders = [sold(outside) for _ in range(12)]
    since = len(outside.sent)
    text = text_of(looked(shop))
    shown = [str(order.number) in text for order in orders]
    assert shown == [False] * 2 + [True] * 10
    assert [call for call in outside.sent[since:] if call[0] != "GET"] == []
    assert jobs(people) == []


def test_one_order_is_shown_as_its_invoice_and_made_a_draft(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    chosen = sold(outside)
    looked(shop)
    [row] = [row for row in rows(people) if row.order_id == str(chosen.order_id)]
    invoice = text_of(shop.page(f"{TRY}order/", order=str(row.pk)))
    assert "Sådan bliver fakturaen" in invoice
    assert "250,00" in invoice
    assert "Opret som kladde" in invoice
    assert jobs(people) == []
    answer = shop.send(TRY, act="draft", order=str(row.pk))
    [job] = jobs(people)
    assert (job.order_id, job.is_draft_only, job.is_forced) == (str(chosen.order_id), True, True)
    assert answer["Location"] == f"/s/nordlys/orders/{job.order_number}/"
    assert "Opret som kladde" not in text_of(shop.page(f"{TRY}order/", order=str(row.pk)))


def test_an_order_that_would_stop_says_why_and_cannot_be_chosen(shop: Browser, outside: Outside) -> None:
    sold(outside, paid=False)
    shown = text_of(looked(shop))
    assert "Se fakturaen til" not in shown
    assert "ikke betalt endnu" in shown


def test_a_shop_without_orders_is_told_what_to_do(shop: Browser, outside: Outside) -> None:
    text = text_of(looked(shop))
    assert "Shoppen har ikke haft ordrer de seneste 30 dage" in text
    assert "Se igen" in text


def test_other_settings_ask_for_another_look(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    [row] = rows(people)
    save(shop, missing_product="stop")
    assert "Vis shoppens seneste ordrer" in text_of(shop.page(TRY))
    assert "Opret som kladde" not in text_of(shop.page(f"{TRY}order/", order=str(row.pk)))
    shop.send(TRY, act="draft", order=str(row.pk))
    assert jobs(people) == []


def test_before_the_settings_are_saved_there_is_nothing_to_try(page: Browser, people: People) -> None:
    assert "Gem først indstillingerne" in text_of(page.page(TRY))
    page.send(TRY, act="look")
    with scope(people.nordlys.tenant.pk):
        assert not Preview.objects.exists()


def test_a_reader_sees_and_does_not_send(shop: Browser, outside: Outside, people: People) -> None:
    sold(outside)
    looked(shop)
    [row] = rows(people)
    lis = Browser(signed_in(people.lis))
    assert lis.page(TRY).status_code == 200
    assert "Opret som kladde" not in text_of(lis.page(f"{TRY}order/", order=str(row.pk)))
    for act in ("look", "draft"):
        assert lis.send(TRY, act=act, order=str(row.pk)).status_code == 403
    assert jobs(people) == []


def test_the_tried_orders_are_not_the_preview_of_a_period(shop: Browser, outside: Outside) -> None:
    sold(outside)
    looked(shop)
    assert "Bliver til bilag" not in text_of(shop.page("finance/preview/"))


# --- the line of steps ------------------------------------------------------------------------------------------------
def steps(answer: Any) -> list[tuple[str, bool, bool]]:
    """Of each step its word, whether it is where the page is, and whether it leads somewhere."""
    line = answer.content.decode().partition('<ol class="steps">')[2].partition("</ol>")[0]
    parts = re.findall(r"<li([^>]*)>(.*?)</li>", line, re.DOTALL)
    return [(re.sub(r"<[^>]+>", "", text).split(":")[-1].strip(), "current" in at, "<a " in text) for at, text in parts]


def test_the_steps_open_one_after_another(anna: Browser, outside: Outside) -> None:
    assert steps(anna.page("settings/systems/")) == [
        ("Vælg", True, False),
        ("Forbind", False, False),
        ("Sæt op", False, False),
        ("Prøv", False, False),
    ]
    anna.connect_books(outside)
    anna.connect_shop(outside)
    assert [step[1:] for step in steps(anna.page("finance/"))] == [
        (False, True),
        (False, True),
        (True, False),
        (False, False),
    ]
    save(anna)
    assert [step[1:] for step in steps(anna.page(TRY))] == [(False, True), (False, True), (False, True), (True, False)]


def test_every_page_of_the_set_up_has_the_steps(shop: Browser) -> None:
    for page in ("settings/systems/", "settings/shop/", "finance/connect/", "finance/", TRY, "finance/preview/"):
        assert [word for word, _here, _leads in steps(shop.page(page))] == ["Vælg", "Forbind", "Sæt op", "Prøv"], page


def test_the_shop_tab_leads_on(anna: Browser, outside: Outside) -> None:
    anna.connect_shop(outside)
    assert 'href="/s/nordlys/settings/systems/"' in anna.page("settings/shop/").content.decode()
    anna.connect_books(outside)
    assert "Fortsæt: sæt op" in text_of(anna.page("settings/shop/"))
