"""Credit notes of drafts, of orders without an invoice, of totals; and what becomes of the refund."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from connector.core.states import State
from connector.core.store import document_to_json
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from connector.web.orders.snapshots import document_of
from tests.people import People, signed_in
from tests.web.credits.forms import ADDRESS, ONE, hidden, notes, saved, shown, words
from tests.web.factories import Setup, a_booked_job, a_job, a_step, figures


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


@pytest.fixture
def booked(nordlys: Setup) -> SyncJob:
    with scope(nordlys.shop.tenant_id):
        return a_booked_job(nordlys)


@pytest.fixture
def draft(nordlys: Setup) -> SyncJob:
    """A draft that the owner books."""
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, state=State.DONE, detail="draft", document=True, customer_number="501")
        a_step(job, "draft", "88", minutes=1, result={"id": "88", "final": False, "more": {}, "figures": figures()})
        return job


def test_a_part_of_a_draft_waits_for_the_invoice(anna: Client, draft: SyncJob, nordlys: Setup) -> None:
    answer = saved(anna, ONE)
    assert "Kreditnota 1 er gemt. Den venter på sin faktura." in words(answer.text)
    assert len(notes(nordlys)) == 1


def test_the_whole_of_a_draft_ends_the_order(anna: Client, draft: SyncJob, nordlys: Setup) -> None:
    page = anna.get(f"{ADDRESS}?all=1").text
    assert "Ordren afsluttes: kladden slettes, der kommer ingen kreditnota." in words(page)
    answer = anna.post(ADDRESS, {**hidden(page), "q0": "2", "ship1": "on", "act": "save"}, follow=True)
    assert answer.redirect_chain == [("/s/nordlys/orders/10017/", 302)]
    assert notes(nordlys) == []
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get().is_withdrawn
    assert "Hele ordren er krediteret, før den blev bogført." in words(anna.get(ADDRESS).text)


def test_an_order_without_an_invoice_can_only_be_ended(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, document=True)
    assert "Der er ingen faktura på ordren endnu." in words(anna.get(ADDRESS).text)
    anna.post(ADDRESS, {"act": "end"})
    with scope(nordlys.shop.tenant_id):
        assert SyncJob.objects.get().is_withdrawn


def test_what_is_handled_by_hand_has_no_invoice_here(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_booked_job(nordlys, detail="by-hand")
    assert "ordnet i hånden" in words(anna.get(ADDRESS).text)
    assert anna.post(ADDRESS, {"act": "end"}).status_code == 200
    with scope(nordlys.shop.tenant_id):
        assert not SyncJob.objects.get(pk=job.pk).is_withdrawn


@pytest.fixture
def totals(nordlys: Setup) -> SyncJob:
    """An invoice with one line for each VAT rate, 437.00, and the shipping."""
    with scope(nordlys.shop.tenant_id):
        job = a_booked_job(nordlys)
        document = document_of(job)
        assert document
        lines = tuple(
            replace(line, purpose="total", quantity=Decimal(1), unit_price=line.amount) if not at else line
            for at, line in enumerate(document.lines)
        )
        SyncJob.objects.filter(pk=job.pk).update(document=document_to_json(replace(document, lines=lines)))
        return job


def test_a_total_is_credited_by_amount(anna: Client, totals: SyncJob, nordlys: Setup) -> None:
    page = anna.get(ADDRESS).text
    assert 'name="q0"' not in page
    assert "af 398,00 kr." in words(page)
    assert 'id="extras"' not in page, "its rate has a field already"
    assert "Højst 398,00 kr. kan krediteres." in words(shown(anna, {"amount@25": "398,01"}).text)
    saved(anna, {"amount@25": "100"})
    assert "af 298,00 kr." in words(anna.get(ADDRESS).text)
    rest = anna.get(f"{ADDRESS}?all=1").text
    assert "i alt −337,00 kr." in words(rest)
    everything = {**hidden(rest), "amount@25": "298,00", "ship1": "on", "act": "save"}
    assert anna.post(ADDRESS, everything).status_code == 302
    assert [str(note.total) for note in notes(nordlys)] == ["100.00", "337.00"]
    assert "Der er ikke mere at kreditere" in words(anna.get(ADDRESS).text)


def test_a_refund_may_be_left_open(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    assert 'value="register" checked' in anna.get(ADDRESS).text
    saved(anna, {**ONE, "refund": "open"})
    assert [note.refund for note in notes(nordlys)] == ["open"]
    with scope(nordlys.shop.tenant_id):
        nordlys.settings.values |= {"settle": "open"}
        nordlys.settings.save()
    assert 'name="refund"' not in anna.get(ADDRESS).text, "where invoices stay open, so do notes"
    saved(anna, ONE)
    assert [note.refund for note in notes(nordlys)] == ["open", "open"]
