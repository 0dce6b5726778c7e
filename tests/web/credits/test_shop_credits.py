"""Credits that the shop made and that have no number here yet, and orders that changed after they were booked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from connector.core.money import Money
from connector.core.states import State
from connector.core.store import order_to_json
from connector.sync.models import CreditNote, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.credits.forms import words
from tests.web.factories import PLACED, Setup, a_booked_job, a_job, a_shop_order

CREDIT, CHANGED = "/s/nordlys/orders/10018/", "/s/nordlys/orders/10017/"


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


# --- a credit whose order is not known -------------------------------------------------------------------------------
@pytest.fixture
def unknown(nordlys: Setup) -> SyncJob:
    with scope(nordlys.shop.tenant_id):
        order = a_shop_order("10018")
        order = replace(order, total=Money(Decimal("-199.00"), "DKK"), payments=())
        why = {"reason": "credit-original-unknown", "facts": {"order": "10018"}, "closed_at": PLACED}
        return a_job(nordlys, "10018", State.NEEDS_YOU, kind="credit", order=order, **why)


def test_it_is_found_and_asks_for_its_order(anna: Client, unknown: SyncJob, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        original = a_booked_job(nordlys)
    page = anna.get(CREDIT).text
    assert "Kreditnota, ordre 10018 · Test Kunde · −199,00 kr. Har brug for dig" in words(page)
    assert "Vi ved ikke, hvilken ordre kreditnotaen er til" in words(page)
    assert f'name="original" value="{original.pk}"' in page, "booked, and of the same customer"
    assert f'name="original" value="{original.pk}"' not in anna.get(f"{CREDIT}?q=4711").text
    assert f'name="original" value="{original.pk}"' in anna.get(f"{CREDIT}?q=20231").text
    assert "Kreditnota, ordre 10018" in words(anna.get("/s/nordlys/credit-notes/").text)


def test_the_order_is_chosen_once(anna: Client, unknown: SyncJob, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        original = a_booked_job(nordlys)
    none = anna.post(f"{CREDIT}original/", {"act": "chosen"}, follow=True)
    assert "Vælg ordren først." in words(none.text)
    answer = anna.post(f"{CREDIT}original/", {"act": "chosen", "original": original.pk}, follow=True)
    assert "Kreditnotaen er på vej og krediterer ordre 10017." in words(answer.text)
    assert "Anna Berg valgte ordre 10017 til krediteringen" in words(answer.text)
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get(pk=unknown.pk).original_id == original.pk
    again = anna.post(f"{CREDIT}original/", {"act": "alone"}, follow=True)
    assert "Kreditnotaen venter ikke længere på det." in words(again.text)
    with scope(nordlys.shop.tenant_id):
        assert not SyncJob.objects.get(pk=unknown.pk).is_standalone


def test_it_goes_without_an_original(anna: Client, unknown: SyncJob, nordlys: Setup) -> None:
    answer = anna.post(f"{CREDIT}original/", {"act": "alone"}, follow=True)
    assert "Kreditnotaen er på vej uden original." in words(answer.text)
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get(pk=unknown.pk).is_standalone


def test_only_a_booked_order_of_the_shop_is_taken(people: People, unknown: SyncJob, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        open_one = a_job(nordlys, "10020")
    anna = signed_in(people.anna)
    for text in (str(open_one.pk), str(unknown.pk), "99999", "x", ""):
        anna.post(f"{CREDIT}original/", {"act": "chosen", "original": text})
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get(pk=unknown.pk).original_id is None
    assert signed_in(people.lis).post(f"{CREDIT}original/", {"act": "alone"}).status_code == 403
    assert "Hvilken ordre krediterer den?" not in signed_in(people.lis).get(CREDIT).text
    assert signed_in(people.mallory).get(CREDIT).status_code == 404
    assert anna.post(f"{CHANGED}original/", {"act": "alone"}).status_code == 404


# --- an order that changed after it was booked ----------------------------------------------------------------------
def changed(nordlys: Setup, **now: object) -> SyncJob:
    """An order of 437.00 that was booked and came to 457.00 afterwards, unless `now` says otherwise."""
    values = {"state": "needs_you", "reason": "order-changed", "facts": {"order": "10017"}, "closed_at": PLACED}
    job = a_booked_job(nordlys)
    order = replace(a_shop_order(), **(now or {"total": Money(Decimal("457.00"), "DKK")}))
    SyncJob.objects.filter(pk=job.pk).update(order=order_to_json(order), total=order.total.amount, **values)
    return SyncJob.objects.get(pk=job.pk)


def test_it_is_credited_and_sent_again_once(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = changed(nordlys)
    assert f'href="{CHANGED}again/"' in anna.get(CHANGED).text
    asked = words(anna.get(f"{CHANGED}again/").text)
    assert "Faktura 20231 437,00 kr. Kreditnota −437,00 kr. Ny faktura 457,00 kr." in asked
    answer = anna.post(f"{CHANGED}again/", follow=True)
    assert "Kreditnota 1 er gemt, og ordren sendes igen." in words(answer.text)
    assert answer.redirect_chain == [(CHANGED, 302)]
    assert "Erstatter faktura 20231, som er krediteret." in words(answer.text)
    earlier = anna.get(f"/s/nordlys/orders/id-{job.pk}/").text
    assert "Fakturaen er krediteret, og ordren sendes igen." in words(earlier)
    assert "lavede kreditnota 1" not in words(earlier), "sending again tells of the note"
    twice = anna.post(f"/s/nordlys/orders/id-{job.pk}/again/", follow=True)
    assert "Det venter ordren ikke længere på." in words(twice.text)
    with scope(nordlys.shop.tenant_id):
        assert CreditNote.objects.count() == 1
        assert SyncJob.objects.filter(kind="invoice").count() == 2
    assert "= 1 ordre" in words(anna.get("/s/nordlys/?period=month").text), "it is one order of the shop's"
    listed = anna.get("/s/nordlys/orders/?period=all").text
    assert listed.count('name="job"') == 1
    assert anna.get("/s/nordlys/orders/?period=all&q=20231").text.count('name="job"') == 1, "the old number is found"


def test_a_cancelled_order_is_only_credited(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        changed(nordlys, is_cancelled=True)
    assert "Kreditér fakturaen" in words(anna.get(CHANGED).text)
    answer = anna.post(f"{CHANGED}again/", follow=True)
    assert answer.redirect_chain == [("/s/nordlys/credit-notes/1/", 302)]
    assert "Ordren er annulleret og sendes ikke igen." in words(answer.text)
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.filter(kind="invoice").count() == 1


def test_who_may_send_again(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        changed(nordlys)
    assert signed_in(people.lis).get(f"{CHANGED}again/").status_code == 403
    assert signed_in(people.lis).post(f"{CHANGED}again/").status_code == 403
    assert signed_in(people.mallory).post(f"{CHANGED}again/").status_code == 404
    assert "again/" not in signed_in(people.lis).get(CHANGED).text


def test_an_order_that_did_not_change_is_not_sent_again(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys)
    assert anna.post(f"{CHANGED}again/")["Location"] == CHANGED
    with scope(nordlys.shop.tenant_id):
        assert not CreditNote.objects.exists()


def test_a_credit_that_waits_stands_with_its_order(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        original = a_job(nordlys)
        order = replace(a_shop_order("10018"), total=Money(Decimal("-199.00"), "DKK"), payments=())
        a_job(nordlys, "10018", State.WAITING, "invoice-first", kind="credit", order=order, original=original)
    text = words(anna.get(CHANGED).text)
    assert "Kreditnota, ordre 10018 −199,00 kr. Venter Kreditnotaen venter på sin faktura" in text
