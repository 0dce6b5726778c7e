"""The list of credit notes, a note's page, and what stands of them on the order's."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from connector.core.credit import Wish
from connector.core.states import State
from connector.sync import note_acts
from connector.sync.acts import Person
from connector.sync.models import CreditNote, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.counting import queries
from tests.web.credits.forms import words
from tests.web.factories import PLACED, Setup, a_booked_job, a_job, a_shop_order, a_step, an_attempt, figures

ANNA = Person(None, "Anna Berg")
NOTE, LIST = "/s/nordlys/credit-notes/1/", "/s/nordlys/credit-notes/"


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


def a_note(job: SyncJob, *, refund: str = "open", is_booked: bool = True, balance: str = "199.00") -> CreditNote:
    """A note of one T-shirt of the order, 199.00; booked as 20233 unless told otherwise."""
    row = note_acts.save(job, Wish({0: Decimal(1)}), ANNA, text="Retur", refund=refund)
    if is_booked:
        booked = {"state": "done", "detail": "refund-not-seen", "document_number": "20233", "balance": Decimal(balance)}
        SyncJob.objects.filter(pk=row.job_id).update(not_before=None, **booked)
        sums = figures("199.00", "39.80")
        a_step(row.job, "draft", "90", minutes=5, result={"id": "90", "final": False, "more": {}, "figures": sums})
        a_step(row.job, "book", "20233", minutes=6, result={"id": "20233", "final": True, "more": {}, "figures": None})
        row.refresh_from_db()
        an_attempt(row.job)
    return row


@pytest.fixture
def note(nordlys: Setup) -> CreditNote:
    with scope(nordlys.shop.tenant_id):
        return a_note(a_booked_job(nordlys))


def test_both_facts_stand_apart(anna: Client, note: CreditNote) -> None:
    text = words(anna.get(NOTE).text)
    assert "Kreditnota 1 · Test Kunde · −199,00 kr. I regnskabet · bogført, refundering ikke set" in text
    assert "Dokumenteret: ja Bogført som kreditnota 20233 i e-conomic." in text
    assert "Den krediterer faktura 20231, ordre 10017" in text
    assert "Refundering: ikke set endnu Vi kan ikke se refunderinger i nordlys.dk." in text
    assert "199,00 kr. står åbent på kreditnotaen i e-conomic." in text
    assert "T-shirt −1 159,20 25 % −159,20" in text
    assert "Kreditnotaen −199,00 kr. = e-conomic −199,00 kr. Alt stemmer" in text
    assert "Lavet her af Anna Berg, −199,00 kr." in text
    assert "Bogført som 20233, −199,00 kr." in text


def test_somebody_says_that_the_money_went_back(anna: Client, note: CreditNote) -> None:
    answer = anna.post(f"{NOTE}money/", {"act": "refunded"}, follow=True)
    text = words(answer.text)
    assert "Noteret: pengene er sendt tilbage." in text
    assert "Refundering: sendt tilbage Anna Berg har sagt det" in text
    assert "refundering ikke set" not in text.split("Til support")[0]
    assert "Pengene er sendt tilbage</button>" not in answer.text
    again = anna.post(f"{NOTE}money/", {"act": "refunded"}, follow=True)
    assert "Det er sagt allerede." in words(again.text)


def test_the_refund_is_registered_when_asked_for(anna: Client, note: CreditNote) -> None:
    answer = anna.post(f"{NOTE}money/", {"act": "register"}, follow=True)
    assert "Refunderingen er på vej til e-conomic." in words(answer.text)
    with scope(note.tenant_id):
        row = CreditNote.objects.select_related("job").get()
        assert (row.refund, row.job.not_before is not None) == ("register", True)
    assert "Det er sagt allerede." in words(anna.post(f"{NOTE}money/", {"act": "register"}, follow=True).text)


def test_what_is_settled_has_nothing_to_register(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_step(a_note(a_booked_job(nordlys), refund="register", balance="0.00").job, "payment:1", "5", minutes=7)
    page = anna.get(NOTE).text
    assert "Refunderingen er registreret i e-conomic." in words(page)
    assert 'value="register"' not in page
    assert 'value="refunded"' in page, "what the books say is not that the money went back"


def test_the_list_tells_both_and_finds(anna: Client, note: CreditNote) -> None:
    text = words(anna.get(LIST).text)
    assert "10017 Test Kunde −199,00 kr. I regnskabet · bogført 20233 Ikke set endnu Her" in text
    assert "Vi kan ikke se refunderinger i nordlys.dk." in text
    for query, is_there in (
        ("q=10017", True),
        ("q=20233", True),
        ("q=1", True),
        ("q=Test", True),
        ("q=nix", False),
        ("state=done", True),
        ("state=waiting", False),
        ("refunded=no", True),
        ("refunded=yes", False),
    ):
        assert ("−199,00" in anna.get(f"{LIST}?{query}").text) is is_there, query
    assert "Ingen kreditnotaer passer." in words(anna.get(f"{LIST}?q=nix").text)


def test_an_empty_list_says_where_notes_are_made(anna: Client, nordlys: Setup) -> None:
    assert "Du laver en fra ordren" in words(anna.get(LIST).text)


def test_the_list_takes_no_more_queries_for_more_notes(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_note(a_booked_job(nordlys, "1"))
    few = queries(anna, LIST)
    with scope(nordlys.shop.tenant_id):
        for number in range(2, 9):
            a_note(a_booked_job(nordlys, str(number)))
    assert queries(anna, LIST) == few <= 20


def test_the_order_lists_its_notes(anna: Client, note: CreditNote) -> None:
    page = anna.get("/s/nordlys/orders/10017/").text
    text = words(page)
    assert "Kreditnota 1 −199,00 kr. I regnskabet · bogført refundering ikke set endnu" in text
    assert 'href="/s/nordlys/orders/10017/credit/"' in page
    assert "Anna Berg lavede kreditnota 1" in text
    with scope(note.tenant_id):
        assert note.original
        note_acts.save(note.original, Wish(is_rest=True), ANNA)
    full = anna.get("/s/nordlys/orders/10017/").text
    assert "Alt er krediteret: 437,00 kr." in words(full)
    assert 'href="/s/nordlys/orders/10017/credit/"' not in full


def test_an_order_without_notes_says_so(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_booked_job(nordlys)
    page = anna.get("/s/nordlys/orders/10017/").text
    assert "Kreditnotaer: ingen endnu" in words(page)
    assert 'href="/s/nordlys/orders/10017/credit/?all=1"' in page


def test_a_note_is_not_taken_for_an_order(anna: Client, note: CreditNote, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "1", order=a_shop_order("1"))
    assert "Ordre 1 ·" in words(anna.get("/s/nordlys/orders/1/").text), "not credit note 1"
    assert anna.get(f"/s/nordlys/orders/id-{note.job_id}/")["Location"] == NOTE
    orders = anna.get("/s/nordlys/orders/?period=all").text
    assert "−199,00" not in orders
    assert "= 2 ordrer" in words(anna.get("/s/nordlys/?period=month").text)


def test_the_log_names_it(anna: Client, note: CreditNote) -> None:
    page = anna.get("/s/nordlys/log/?period=all&what=credit").text
    assert "Kreditnota 1 I regnskabet · bogført, refundering ikke set Bogført som 20233" in words(page)
    assert f'href="/s/nordlys/orders/id-{note.job_id}/"' in page
    assert "10017" not in words(page)
    file = b"".join(anna.get("/s/nordlys/log/?period=all&format=csv").streaming_content).decode()
    assert "Kreditnota 1" in file


def test_a_note_that_stops_needs_somebody(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        row = a_note(a_booked_job(nordlys), is_booked=False)
        stopped = {"state": "needs_you", "reason": "invoice-late", "facts": {"order": "10017"}, "closed_at": PLACED}
        SyncJob.objects.filter(pk=row.job_id).update(not_before=None, **stopped)
    page = anna.get("/s/nordlys/needs-you/").text
    assert "Har brug for dig: 1 kreditnota · 1 årsag · 199,00 kr." in words(page)
    assert f'href="/s/nordlys/orders/id-{row.job_id}/"' in page
    own = anna.get(NOTE).text
    assert "Kreditnotaen har ventet" in words(own)
    assert f'class="button main" href="/s/nordlys/orders/id-{row.job_id}/"' not in own, "it would lead to itself"


def test_it_is_followed_until_it_rests(anna: Client, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        row = a_note(a_booked_job(nordlys), is_booked=False)
        SyncJob.objects.filter(pk=row.job_id).update(not_before=timezone.now())
    page = anna.get(NOTE).text
    query = re.findall(r'id="poll" hx-get="([^"]+)"', page)
    assert query
    part = anna.get(f"{NOTE}{query[0].replace('&amp;', '&')}").text
    assert "<html" not in part
    assert 'id="note-facts" hx-swap-oob="true"' in part
    with scope(nordlys.shop.tenant_id):
        SyncJob.objects.filter(pk=row.job_id).update(state=State.DONE, detail="booked", not_before=None)
    last = anna.get(f"{NOTE}{query[0].replace('&amp;', '&')}").text
    assert "hx-get" not in last
    assert "I regnskabet · bogført" in words(last.split("#status")[1])


def test_who_may_see_and_change(people: People, note: CreditNote) -> None:
    reader = signed_in(people.lis)
    for page in (LIST, NOTE):
        main = reader.get(page).text.split("<main")[1]
        assert 'method="post"' not in main
    assert reader.post(f"{NOTE}money/", {"act": "refunded"}).status_code == 403
    stranger = signed_in(people.mallory)
    assert stranger.get(NOTE).status_code == 404
    assert stranger.get("/s/andetsteds/credit-notes/1/").status_code == 404
    assert stranger.post("/s/andetsteds/credit-notes/1/money/", {"act": "refunded"}).status_code == 404
    assert "Test Kunde" not in stranger.get("/s/andetsteds/credit-notes/").text
    assert signed_in(people.anna).get("/s/nordlys/credit-notes/99999999999/").status_code == 404
    with scope(note.tenant_id):
        assert CreditNote.objects.get().refunded_at is None


def test_a_form_that_two_processes_got_makes_one_note(nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_booked_job(nordlys)
        first, second = (note_acts.save(job, Wish({0: Decimal(1)}), ANNA, form="one") for _ in range(2))
        assert first.pk == second.pk
        assert note_acts.save(job, Wish({0: Decimal(1)}), ANNA, form="another").number == 2
