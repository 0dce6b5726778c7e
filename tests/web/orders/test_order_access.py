"""Which order an address names, and who may do what with it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web import factories
from tests.web.counting import queries
from tests.web.factories import Setup


def test_two_orders_with_one_number_lead_to_the_list(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        one = factories.a_job(nordlys, "7", order=factories.a_shop_order("7"))
        factories.a_job(nordlys, "7", order=factories.a_shop_order("7"))
    browser = signed_in(people.anna)
    assert browser.get("/s/nordlys/orders/7/")["Location"] == "/s/nordlys/orders/?q=7&period=all"
    assert browser.get(f"/s/nordlys/orders/id-{one.pk}/").status_code == 200
    assert browser.post("/s/nordlys/orders/7/confirm/").status_code == 404


@pytest.mark.parametrize("no", ["nope", "id-0", "id-99999999999999999999", "id-x", "%00", "%F0%9F%98%80"])
def test_what_is_not_there_is_404(people: People, nordlys: Setup, no: str) -> None:
    assert signed_in(people.anna).get(f"/s/nordlys/orders/{no}/").status_code == 404


def test_a_number_with_signs_has_a_page(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        factories.a_job(nordlys, "#Æ 1?")
    browser = signed_in(people.anna)
    address = re.search(r'class="number" href="([^"]+)"', browser.get("/s/nordlys/orders/?period=all").text)
    assert address
    assert "#Æ 1?" in browser.get(address[1]).text


def test_transfer_now_and_a_try_that_does_not_fit(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        factories.a_parked_job(nordlys)
    browser = signed_in(people.anna)
    address = "/s/nordlys/orders/9987/transfer/"
    assert "1 ordre er på vej." in browser.post(address, {"act": "transfer-now"}, follow=True).text
    assert "1 ordre er ladt, som den er" in browser.post(address, {"act": "transfer-anyway"}, follow=True).text
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get().not_before <= timezone.now()
    assert browser.get(address).status_code == 405


@pytest.mark.parametrize("act", ["transfer", "confirm"])
def test_a_reader_may_look_only(people: People, nordlys: Setup, act: str) -> None:
    with scope(nordlys.shop.tenant_id):
        factories.a_first_job(nordlys)
    browser = signed_in(people.lis)
    main = browser.get("/s/nordlys/orders/10001/").text.split("<main")[1]
    assert "<form" not in main
    assert "<button" not in main
    assert browser.post(f"/s/nordlys/orders/10001/{act}/", {"act": "transfer-now"}).status_code == 403
    with scope(nordlys.shop.tenant_id):
        assert Integration.objects.get().first_checked_at is None


@pytest.mark.parametrize("act", ["", "transfer/", "confirm/"])
def test_a_stranger_sees_nothing(people: People, nordlys: Setup, act: str) -> None:
    with scope(nordlys.shop.tenant_id):
        job = factories.a_booked_job(nordlys)
    browser = signed_in(people.mallory)
    send = browser.post if act else browser.get
    assert send(f"/s/nordlys/orders/10017/{act}").status_code == 404
    # Under her own shop's address, another's order does not exist.
    assert send(f"/s/andetsteds/orders/10017/{act}").status_code == 404
    assert send(f"/s/andetsteds/orders/id-{job.pk}/{act}").status_code == 404
    assert Client().get(f"/s/nordlys/orders/10017/{act}").status_code in (302, 405)


def test_as_many_queries_for_a_long_story_as_for_a_short_one(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        factories.a_booked_job(nordlys, "1")
        long = factories.a_booked_job(nordlys, "2")
        for number in range(3, 20):
            factories.a_step(long, f"product:{number}", str(number))
            factories.an_attempt(long, started_at=factories.PLACED)
            factories.an_act(long, "transfer-now")
    browser = signed_in(people.anna)
    short = queries(browser, "/s/nordlys/orders/1/")
    assert queries(browser, "/s/nordlys/orders/2/") == short <= 24


def test_an_order_behind_the_first_leads_to_it(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        factories.a_first_job(nordlys, "10001")
        factories.a_job(nordlys, "10002", State.WAITING, "first-order")
    browser = signed_in(people.anna)
    html = browser.get("/s/nordlys/orders/10002/").text
    assert '<a href="/s/nordlys/orders/10001/">Se den første ordre, 10001</a>' in html
    assert "transfer-now" not in html, "it would only go on waiting"
    answer = browser.post("/s/nordlys/orders/10002/transfer/", {"act": "transfer-now"}, follow=True)
    assert "1 ordre er ladt, som den er" in answer.text
