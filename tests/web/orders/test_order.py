"""One order's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from connector.core.order import PaymentKind
from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.tenancy.scope import scope
from tests.core.orders import a_line
from tests.people import People, signed_in
from tests.web.factories import (
    PLACED,
    Setup,
    a_booked_job,
    a_first_job,
    a_job,
    a_parked_job,
    a_shop_order,
    a_step,
    an_act,
    an_attempt,
    figures,
)
from tests.web.reading import joined

KR = "\u00a0kr."


def words(html: str) -> str:
    """The page's words, one space between them."""
    inside = re.sub(r"<[^>]+>", " ", joined(html.split("<main")[1]))
    return re.sub(r"[ \n]+", " ", inside).replace("&quot;", '"')


@pytest.fixture
def page(people: People, nordlys: Setup) -> Callable[..., str]:
    """Make something in the scope, then open the order's page."""

    def opened(make: Callable[[Setup], object], no: str = "10017") -> str:
        with scope(nordlys.shop.tenant_id):
            make(nordlys)
        answer = signed_in(people.anna).get(f"/s/nordlys/orders/{no}/")
        assert answer.status_code == 200
        return answer.text

    return opened


def test_a_booked_order(page: Callable[..., str]) -> None:
    text = words(page(a_booked_job))
    assert f"Ordre 10017 · Test Kunde · 437,00{KR} I regnskabet · bogført" in text
    assert "Faktura 20231 i e-conomic" in text
    for step in (
        f"10.16 Afgivet i shoppen, 437,00{KR}",
        f"10.16 Betalt i shoppen, 437,00{KR}",
        "13.16 Afsendt; det er din udløser",
        "13.17 Kunde 501 fundet",
        "13.17 Kladde oprettet og sammenlignet: total, moms, valuta, kunde og zone er ens",
        f"13.18 Bogført som faktura 20231, 437,00{KR}",
        f"13.19 Betaling registreret i kassekladden, 437,00{KR}",
        f"13.20 Betaling bogført, 437,00{KR}",
    ):
        assert step in text
    assert "T-shirt 2 159,20 25\u00a0% 318,40" in text
    assert "Moms 25\u00a0% af 349,60 87,40" in text
    assert f"Netto 349,60 · Moms 87,40 · i alt 437,00{KR}" in text
    assert f"Shoppen 437,00{KR} = e-conomic 437,00{KR} Alt stemmer" in text
    assert f"Restbeløb på fakturaen 0,00{KR}" in text
    assert "Indstillinger version 14" in text
    assert "Overfør" not in text
    assert "POST /invoices/drafts → 201, 212 ms" in text


def test_the_times_are_in_their_order(page: Callable[..., str]) -> None:
    text = page(a_booked_job)
    times = re.findall(r'datetime="(2026-11-20T[^"]+)"', text.split('class="timeline"')[1].split("</ol>")[0])
    assert times == sorted(times)
    assert len(times) == 8


def test_shipped_before_paid_is_told_in_that_order(page: Callable[..., str]) -> None:
    order = a_shop_order("10017", paid_at=PLACED + timedelta(hours=5))
    text = words(page(lambda setup: a_job(setup, "10017", order=order)))
    assert text.index("13.16 Afsendt") < text.index("15.16 Betalt i shoppen")


def test_the_first_order_waits_for_a_person(page: Callable[..., str]) -> None:
    html = page(a_first_job, "10001")
    text = words(html)
    assert "Sådan bliver fakturaen" in text
    assert "Den første ordre venter på, at du ser den efter" in text
    assert "Shoppens første ordre ses efter af et menneske." in text
    assert "Det ser rigtigt ud, overfør" in text
    assert 'action="/s/nordlys/orders/10001/confirm/"' in html
    # What is still to come stands after what stopped.
    assert text.index("venter på, at du ser") < text.index("Kladden bogføres") < text.index("Betalingen registreres")


def test_confirming_the_first_order_sends_it_and_those_behind_it(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        a_first_job(nordlys)
        a_job(nordlys, "10002", State.WAITING, "first-order")
    browser = signed_in(people.bo)
    answer = browser.post("/s/nordlys/orders/10001/confirm/", follow=True)
    assert answer.redirect_chain == [("/s/nordlys/orders/10001/", 302)]
    assert "Ordren er på vej" in answer.text
    with scope(nordlys.shop.tenant_id):
        assert Integration.objects.get().first_checked_by == "Bo Lund"
        assert SyncJob.objects.filter(not_before__isnull=False).count() == 2
        SyncJob.objects.update(reason="")
    assert "Bo Lund har set den første ordre efter" in browser.get("/s/nordlys/orders/10001/").text
    assert "Det venter ordren ikke længere på." in browser.post("/s/nordlys/orders/10001/confirm/", follow=True).text


def test_a_parked_order_shows_its_sum(page: Callable[..., str]) -> None:
    text = words(page(a_parked_job, "9987"))
    assert f"Regnestykket Linjerne giver 427,00{KR} Kunden har betalt 437,00{KR} Difference 10,00{KR}" in text
    assert "Beløbene på ordre 9987 stemmer ikke" in text
    assert "Ordren i shoppen" in text
    assert f"I alt 437,00{KR}" in text


def test_an_order_with_two_readings_shows_both(page: Callable[..., str]) -> None:
    facts = {"readings": "incl: 437.00 DKK / excl: 546.25 DKK"}
    text = words(page(lambda setup: a_job(setup, "10017", State.NEEDS_YOU, "readings-differ", facts=facts)))
    assert "Læsningerne incl: 437.00 DKK excl: 546.25 DKK" in text


def test_a_draft_that_differs_shows_the_difference(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        facts = {"order": "10017", "fact": "gross", "shop_value": "437.00", "books_value": "437.01"}
        job = a_job(setup, "10017", State.NEEDS_YOU, "draft-differs", facts=facts, document=True)
        a_step(job, "draft", "88", result={"id": "88", "final": False, "figures": figures("437.01")})

    text = words(page(make))
    assert f"Shoppen 437,00{KR} , e-conomic 437,01{KR} : difference 0,01{KR}" in text
    assert "Alt stemmer" not in text
    assert "13.16 Kladde oprettet" in text
    assert "sammenlignet: total" not in text


def test_a_lost_answer_is_waited_for(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        at = timezone.now() + timedelta(seconds=45)
        job = a_job(setup, "10017", State.WAITING, "outcome-unknown", not_before=at, document=True)
        a_step(job, "draft", status="intent", result=None, done_at=None)

    text = words(page(make))
    assert "Sendt; vi tjekker, om det nåede frem" in text
    assert "Vi slår op, før vi prøver igen, så intet bogføres to gange." in text
    assert re.search(r"Vi prøver selv igen .*kl\.\u00a0\d\d\.\d\d\. Intet er tabt\.", text)


@pytest.mark.parametrize("status", ["refused", "unsent"])
def test_calls_that_were_not_made_are_not_told(page: Callable[..., str], status: str) -> None:
    def make(setup: Setup) -> None:
        a_step(a_job(setup, document=True), "draft", status=status, result=None, done_at=None)

    text = words(page(make))
    assert "Kladde oprettet" not in text
    assert "En kladde oprettes og sammenlignes med ordren" in text


def test_an_order_not_yet_read(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        job = a_job(nordlys, "4711", order=None)
    text = words(signed_in(people.anna).get(f"/s/nordlys/orders/id-{job.pk}/").text)
    assert "Ordre 4711" in text
    assert "Ordren er ikke hentet fra shoppen endnu." in text
    assert "Der er intet at vise, før ordren er hentet." in text


def test_an_order_that_could_not_be_read_says_so_and_shows_the_shops_figures(people: People, nordlys: Setup) -> None:
    facts = {"order": "9987", "what": "total", "lines": "427.00", "paid": "437.00", "difference": "10.00"}
    told = {"order_number": "9987", "total": Decimal("437.00"), "currency": "DKK", "facts": facts}
    with scope(nordlys.shop.tenant_id):
        a_job(nordlys, "9987", State.NEEDS_YOU, "total-off", order=None, settings=None, **told)
    text = words(signed_in(people.anna).get("/s/nordlys/orders/9987/").text)
    assert f"Ordre 9987 · 437,00{KR}" in text
    assert "Ordren kunne ikke læses, så der er ikke lavet noget af den i e-conomic." in text
    assert f"Difference 10,00{KR}" in text
    assert 'Ret ordren i shoppen, og tryk på "Overfør nu"; så henter vi den igen.' in text
    assert "Eller bogfør den selv i e-conomic." in text
    assert "hentet" not in text


def test_before_an_order_used_settings_its_page_goes_by_those_that_hold(page: Callable[..., str]) -> None:
    text = words(page(lambda setup: a_job(setup, "10017", State.WAITING, settings=None)))
    assert "Afsendt; det er din udløser" in text
    assert "Kladden bogføres" in text
    assert "Betalingen registreres" in text
    assert "Du bogfører selv kladden" not in text


def test_not_meant_to_go_says_why_and_can_be_sent_anyway(page: Callable[..., str]) -> None:
    facts = {"start": "2026-11-21", "date": "2026-11-20"}
    html = page(lambda setup: a_job(setup, "10017", State.NOT_MEANT, "before-start", facts=facts))
    text = words(html)
    assert "Vi overfører ordrer fra 21. november 2026; denne er fra 20. november 2026." in text
    assert 'value="transfer-anyway"' in html
    assert 'value="transfer-now"' not in html
    assert "Kladden bogføres" not in text


def test_with_posting_off_it_stays_a_draft(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        nordlys.settings.values = {**nordlys.settings.values, "booking": "off"}
        nordlys.settings.save()
        a_job(nordlys, "10017", document=True)
    text = words(signed_in(people.anna).get("/s/nordlys/orders/10017/").text)
    assert "Bogføring er slået fra: den bliver ved med at være en kladde" in text
    assert "Du bogfører selv kladden" in text
    assert "Betalingen registreres" not in text


def test_a_collective_customer_and_made_products(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        order = a_shop_order("10017", buyer=a_shop_order().buyer.__class__(name="Uden Mail"))
        job = a_job(setup, "10017", order=order, document=True, customer_number="9999")
        a_step(job, "product:SKU-1", "SKU-1")
        a_step(job, "draft", "88", minutes=1)

    text = words(page(make))
    assert "Samlekunde 9999 brugt" in text
    assert "Varen SKU-1 oprettet" in text


def test_a_document_found_booked_is_not_to_be_booked(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        job = a_job(setup, "10017", document=True, document_number="20231")
        a_step(job, "draft", "20231", result={"id": "20231", "final": True, "figures": None})

    text = words(page(make))
    assert "Bogført som faktura 20231" in text
    assert "Kladden bogføres" not in text
    assert "Betalingen registreres" in text


def test_two_payments_have_their_own_amounts(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        known = a_shop_order().payments[0]
        card = known.__class__(PaymentKind.GIFT_CARD, Decimal("100.00"), "Gavekort")
        rest = known.__class__(PaymentKind.CARD, Decimal("337.00"), "Dankort")
        a_booked_job(setup, order=a_shop_order("10017", payments=(card, rest)))
        a_step(SyncJob.objects.get(), "payment:2", "7", minutes=5)
        a_step(SyncJob.objects.get(), "payment:9", "8", minutes=6)

    text = words(page(make))
    assert f"Betaling registreret i kassekladden, 100,00{KR}" in text
    assert f"Betaling registreret i kassekladden, 337,00{KR}" in text


def test_what_people_did_and_what_was_tried(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        job = a_job(setup, "10017", State.NEEDS_US, "unexpected", facts={"ref": "77"})
        an_act(job, "transfer-now")
        an_act(job, "something-new")
        an_attempt(job, calls=[{"system": "books", "method": "GET", "path": "/self", "status": 503, "ms": 30}])

    text = words(page(make))
    assert 'Anna Berg trykkede på "Overfør nu"' in text
    assert "something-new" not in text
    assert "books GET /self → 503, 30 ms" in text
    assert "Sag 77." in text
    assert "Vi er på sagen og skriver til dig." in text


def test_an_abroad_buyers_vat_number_is_marked_as_not_checked(page: Callable[..., str]) -> None:
    buyer = a_shop_order().buyer.__class__(company="GmbH", email="x@example.de", country="DE", vat_number="DE123456789")
    order = a_shop_order("10017", buyer=buyer, lines=(a_line("398.00", "0"),), payments=())
    text = words(page(lambda setup: a_job(setup, "10017", order=order, document=True)))
    assert "DE123456789 ikke kontrolleret" in text


def test_names_are_shown_as_text(page: Callable[..., str]) -> None:
    order = a_shop_order("10017", buyer=a_shop_order().buyer.__class__(name="<b>Ida</b> & 😀"))
    html = page(lambda setup: a_job(setup, "10017", order=order, document=True))
    assert "<b>Ida" not in html
    assert "&lt;b&gt;Ida&lt;/b&gt; &amp; 😀" in html


def test_a_snapshot_that_cannot_be_read_does_not_break_the_page(page: Callable[..., str]) -> None:
    def make(setup: Setup) -> None:
        a_booked_job(setup)
        SyncJob.objects.update(order={"number": 1}, document={"lines": "x"})

    assert "Bogført som faktura 20231" in words(page(make))
