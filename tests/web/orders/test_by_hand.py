"""Marking orders as handled by hand, on the order's page and in the list; the notice of a moved date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from connector.core.states import State
from connector.core.store import document_to_json
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.factories import Setup, a_document, a_job, a_shop_order, a_step
from tests.web.reading import joined

BUTTON = "Markér som ordnet i hånden"


@pytest.fixture
def stopped(nordlys: Setup) -> SyncJob:
    with scope(nordlys.shop.tenant_id):
        return a_job(nordlys, state=State.NEEDS_YOU, reason="product-missing", facts={"sku": "X"})


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


def stored(job: SyncJob) -> SyncJob:
    with scope(job.tenant_id):
        return SyncJob.objects.get(pk=job.pk)


def test_the_page_says_who_did_it_and_why(anna: Client, stopped: SyncJob) -> None:
    page = anna.get("/s/nordlys/orders/10017/").text
    assert BUTTON in page
    assert "det kan ikke fortrydes" in page
    answer = anna.post("/s/nordlys/orders/10017/by-hand/", {"note": "Faktura 77 fra revisor"}, follow=True)
    assert "markeret som ordnet i hånden" in answer.text
    assert "Faktura 77 fra revisor" in answer.text
    assert "Anna" in answer.text
    assert (stored(stopped).state, stored(stopped).detail) == ("done", "by-hand")
    assert BUTTON not in answer.text


def test_while_a_call_is_open_there_is_no_button_and_it_is_refused(anna: Client, stopped: SyncJob) -> None:
    with scope(stopped.tenant_id):
        a_step(stopped, "draft", status="intent", intent_at=timezone.now(), result=None, done_at=None)
    assert BUTTON not in anna.get("/s/nordlys/orders/10017/").text
    answer = anna.post("/s/nordlys/orders/10017/by-hand/", {"note": ""}, follow=True)
    assert "Intet er ændret" in answer.text
    assert stored(stopped).state == "needs_you"


def test_a_reader_may_not(people: People, stopped: SyncJob) -> None:
    reader = signed_in(people.lis)
    assert BUTTON not in reader.get("/s/nordlys/orders/10017/").text
    assert reader.post("/s/nordlys/orders/10017/by-hand/", {"note": ""}).status_code == 403
    assert stored(stopped).state == "needs_you"


def test_several_are_marked_in_the_list_and_others_left(anna: Client, stopped: SyncJob, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        other = a_job(nordlys, "10018", state=State.DONE, detail="booked")
    chosen = {"job": [stopped.pk, other.pk], "act": "by-hand", "note": "I kassen"}
    answer = anna.post("/s/nordlys/orders/", chosen, follow=True)
    assert "1 ordre er markeret som ordnet i hånden" in answer.text
    assert "1 ordre er ladt, som den er: det passer ikke til dens tilstand." in answer.text
    assert (stored(stopped).detail, stored(stopped).note) == ("by-hand", "I kassen")
    assert stored(other).detail == "booked"


def test_a_moved_date_is_said_beside_the_order(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, state=State.DONE, detail="booked", document=True)
        assert "lukket" not in anna.get("/s/nordlys/orders/10017/").text
        moved = replace(a_document(a_shop_order()), date=date(2026, 12, 1), true_date=date(2026, 11, 20))
        SyncJob.objects.filter(pk=job.pk).update(document=document_to_json(moved))
    page = joined(anna.get("/s/nordlys/orders/10017/").text)
    assert "Perioden 2026-11 er lukket i e-conomic" in page
    assert "1. december 2026" in page
    assert stored(job).state == "done"
