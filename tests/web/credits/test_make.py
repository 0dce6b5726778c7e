"""A new credit note: the form, what it shows, and what it saves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from connector.core.credit import Wish
from connector.sync import note_acts
from connector.sync.acts import Person
from connector.sync.models import CreditNote, NoteSeries, SyncJob
from connector.tenancy.scope import scope
from tests.people import People, signed_in
from tests.web.credits.forms import ADDRESS, ONE, hidden, notes, saved, shown, words
from tests.web.factories import Setup, a_booked_job


@pytest.fixture
def anna(people: People) -> Client:
    return signed_in(people.anna)


@pytest.fixture
def booked(nordlys: Setup) -> SyncJob:
    with scope(nordlys.shop.tenant_id):
        return a_booked_job(nordlys)


def test_the_form_says_what_can_be_credited(anna: Client, booked: SyncJob) -> None:
    answer = anna.get(ADDRESS)
    text = words(answer.text)
    assert answer.status_code == 200
    assert "Kan højst krediteres: 437,00 kr." in text
    assert "T-shirt" in text
    assert "Pengene sender du selv tilbage i din gateway (QuickPay, Stripe, OnPay)." in text
    assert "Vælg, hvad der krediteres" in text
    assert '"ship1" checked' not in answer.text


def test_what_is_shown_is_what_is_saved(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    preview = words(shown(anna, ONE).text)
    assert "Netto −159,20 · moms −39,80 · i alt −199,00 kr." in preview
    assert "Resten af ordren er uændret: 238,00 kr." in preview
    assert notes(nordlys) == []
    answer = saved(anna, {**ONE, "text": "Retur"})
    assert answer.redirect_chain == [("/s/nordlys/credit-notes/1/", 302)]
    assert "Kreditnota 1 er gemt og på vej til e-conomic." in words(answer.text)
    (note,) = notes(nordlys)
    assert (str(note.total), note.text, note.made_by, note.refund) == ("199.00", "Retur", "Anna Berg", "register")
    assert str(note.job.total) == "-199.00"


def test_nothing_is_saved_that_was_not_shown(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    unseen = anna.post(ADDRESS, {**hidden(anna.get(ADDRESS).text), **ONE, "act": "save"})
    assert "Se kreditnotaen igennem, og gem den." in words(unseen.text)
    other = anna.post(ADDRESS, {**hidden(shown(anna, ONE).text), "q0": "2", "act": "save"})
    assert "i alt −398,00 kr." in words(other.text) or "i alt −437,00 kr." in words(other.text)
    assert notes(nordlys) == []


def test_everything_in_one_click(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    page = anna.get(f"{ADDRESS}?all=1").text
    assert "i alt −437,00 kr." in words(page)
    assert 'name="ship1" checked' in page
    typed = {"q0": "2", "ship1": "on", "act": "save"}
    assert anna.post(ADDRESS, {**hidden(page), **typed}).status_code == 302
    (note,) = notes(nordlys)
    assert (str(note.total), note.wish["is_rest"]) == ("437.00", True)
    assert "Der er ikke mere at kreditere: 437,00 kr. af 437,00 kr." in words(anna.get(ADDRESS).text)


def test_the_shipping_follows_a_full_note_and_not_a_part(anna: Client, booked: SyncJob) -> None:
    full = shown(anna, {"q0": "2"}).text
    assert 'name="ship1" checked' in full
    part = anna.post(ADDRESS, {**hidden(full), "q0": "1", "ship1": "on", "act": "show"}).text
    assert 'name="ship1" checked' not in part
    kept = anna.post(ADDRESS, {**hidden(part), "q0": "1", "ship1": "on", "act": "show"}).text
    assert 'name="ship1" checked' in kept
    assert "i alt −238,00 kr." in words(kept)
    without = anna.post(ADDRESS, {**hidden(full), "q0": "2", "act": "show"}).text
    assert 'name="ship1" checked' not in without
    assert "i alt −398,00 kr." in words(without)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"q0": "3"}, "T-shirt: Højst 2 kan krediteres."),
        ({"q0": "mange"}, "T-shirt: Skriv antallet som et tal."),
        ({"amount@25": "437,01"}, "Beløb uden vare, 25 %: Højst 437,00 kr. kan krediteres."),
        ({"amount@25": "1,005"}, "Beløb uden vare, 25 %: Skriv beløbet som et tal."),
    ],
    ids=["too-many", "no-number", "too-much", "half-an-oere"],
)
def test_what_is_wrong_stands_at_its_field_and_stays(
    anna: Client, booked: SyncJob, nordlys: Setup, typed: dict[str, str], said: str
) -> None:
    answer = saved(anna, typed)
    assert answer.status_code == 422
    assert said in words(answer.text)
    ((name, text),) = typed.items()
    assert f'name="{name}" value="{text}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Fejl:" in answer.text
    assert notes(nordlys) == []


def test_nothing_chosen_is_said(anna: Client, booked: SyncJob) -> None:
    answer = saved(anna, {})
    assert answer.status_code == 422
    assert "Der er ikke valgt noget" in words(answer.text)


def test_an_amount_without_an_item_asks_for_one(anna: Client, booked: SyncJob) -> None:
    answer = shown(anna, {"amount@25": "50,00"})
    assert answer.status_code == 422
    assert 'href="/s/nordlys/finance/' in answer.text.split('id="errors"')[1].split("</section>")[0]
    assert '<details class="folded" id="extras" open>' in answer.text


def test_an_amount_goes_on_the_chosen_item(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        nordlys.settings.values |= {"credit_item@25": "RET"}
        nordlys.settings.save()
    assert saved(anna, {"amount@25": "50,00", "text": "Rabat"}).status_code == 200
    (note,) = notes(nordlys)
    assert str(note.total) == "50.00"
    assert note.job.document["lines"][0]["item"] == "RET"


def test_the_same_form_twice_makes_one_note(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    form = {**hidden(shown(anna, ONE).text), **ONE, "act": "save"}
    answers = [anna.post(ADDRESS, form)["Location"] for _ in range(2)]
    assert answers == ["/s/nordlys/credit-notes/1/"] * 2
    assert [note.number for note in notes(nordlys)] == [1]
    assert saved(anna, ONE).redirect_chain == [("/s/nordlys/credit-notes/2/", 302)], "a new form makes a new one"


def test_of_two_people_the_second_sees_what_is_left(people: People, booked: SyncJob, nordlys: Setup) -> None:
    anna, bo = signed_in(people.anna), signed_in(people.bo)
    first = {**hidden(shown(anna, {"q0": "2", "was_full": "1"}).text), "q0": "2", "act": "save"}
    second = {**hidden(shown(bo, ONE).text), **ONE, "act": "save"}
    assert anna.post(ADDRESS, first).status_code == 302
    refused = bo.post(ADDRESS, second)
    assert refused.status_code == 422
    assert "T-shirt: Højst 0 kan krediteres." in words(refused.text)
    assert "Kan højst krediteres: 39,00 kr." in words(refused.text)
    assert [note.made_by for note in notes(nordlys)] == ["Anna Berg"]
    with scope(nordlys.shop.tenant_id):
        assert NoteSeries.objects.get().last == 1, "the refused note took no number"


def test_a_note_that_fits_beside_anothers_is_saved_and_told(people: People, booked: SyncJob, nordlys: Setup) -> None:
    anna, bo = signed_in(people.anna), signed_in(people.bo)
    second = {**hidden(shown(bo, ONE).text), **ONE, "act": "save"}
    saved(anna, ONE)
    answer = bo.post(ADDRESS, second, follow=True)
    assert "Kreditnota 2 er gemt" in words(answer.text)
    assert "Imens er kreditnota 1 også lavet til ordren." in words(answer.text)
    assert sum(note.total for note in notes(nordlys)) == 398


def test_what_changed_at_the_last_moment_is_not_saved(
    anna: Client, booked: SyncJob, nordlys: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = note_acts.save

    def later(job: SyncJob, wish: Wish, person: Person, **more: str) -> CreditNote:
        save(job, Wish({0: Decimal(1)}), person)
        return save(job, wish, person, **more)

    page = anna.get(f"{ADDRESS}?all=1").text
    monkeypatch.setattr(note_acts, "save", later)
    answer = anna.post(ADDRESS, {**hidden(page), "q0": "2", "ship1": "on", "act": "save"})
    assert "Resten er ændret imens." in words(answer.text)
    assert notes(nordlys) == []


def test_who_may_make_one(people: People, booked: SyncJob, nordlys: Setup) -> None:
    assert signed_in(people.bo).get(ADDRESS).status_code == 200
    assert signed_in(people.lis).get(ADDRESS).status_code == 403
    assert signed_in(people.lis).post(ADDRESS, {**ONE, "act": "save"}).status_code == 403
    assert signed_in(people.mallory).get(ADDRESS).status_code == 404
    assert signed_in(people.mallory).get("/s/andetsteds/orders/10017/credit/").status_code == 404
    assert "Kreditnota</a>" not in signed_in(people.lis).get("/s/nordlys/orders/10017/").text


def test_only_the_parts_that_change_are_answered_while_somebody_types(anna: Client, booked: SyncJob) -> None:
    answer = shown(anna, {**ONE, "part": "live"})
    assert "<html" not in answer.text
    assert 'id="credit-preview"' in answer.text
    assert "−199,00" in answer.text
    assert 'name="seen" value=""' not in answer.text
    wrong = shown(anna, {"q0": "5", "part": "live"})
    assert wrong.status_code == 200, "htmx takes no other answer"
    assert "Højst 2 kan krediteres." in wrong.text
    assert 'name="seen" value=""' in wrong.text


@pytest.mark.parametrize("token", ["", "x" * 41, "\0", "<b>"], ids=["none", "long", "nul", "markup"])
def test_only_a_name_of_ours_tells_a_form(anna: Client, booked: SyncJob, nordlys: Setup, token: str) -> None:
    form = {**hidden(shown(anna, ONE).text), **ONE, "act": "save", "token": token}
    assert anna.post(ADDRESS, form).status_code == 302
    with scope(nordlys.shop.tenant_id):
        assert booked.activity.get(what="credit-note-made").facts["form"] == ""


def test_what_rounds_to_nothing_is_no_note(anna: Client, booked: SyncJob, nordlys: Setup) -> None:
    answer = saved(anna, {"q0": "0,00001"})
    assert answer.status_code == 422
    assert "Der er ikke valgt noget" in words(answer.text)
    assert notes(nordlys) == []
