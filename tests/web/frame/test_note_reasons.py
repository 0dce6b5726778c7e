"""What the reasons say of a credit note: of the note, never of an invoice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.web.frame.reasons import Explanation, explain
from tests.web.frame.test_reasons import a_job, all_of

pytestmark = pytest.mark.unit


def a_note(reason: str, state: State = State.NEEDS_YOU, **more: Any) -> SyncJob:
    """A note made here: number 88 of the shop, of order 10020."""
    known = {"kind": "credit", "key": "credit:shoporama:1:10020:88", "order_number": "88", "original_id": 5}
    return a_job(reason, state, **(known | more))


def of_note(job: SyncJob) -> Explanation:
    with translation.override("da"):
        found = explain(job)
    assert found
    return found


@pytest.mark.parametrize(
    ("code", "facts", "title"),
    [
        ("draft-deleted", {"order": "10020"}, "Kladden til kreditnotaen for ordre 10020 er slettet"),
        ("draft-differs", {"order": "88", "fact": "gross"}, "Kladden svarer ikke til kreditnotaen"),
        ("balance-open", {"order": "10020"}, "Kreditnotaen til ordre 10020 har et åbent restbeløb"),
        ("settlement-stopped", {"order": "88"}, "Refunderingen af ordre 10020 blev ikke registreret"),
        (
            "settlement-stopped",
            {"order": "88", "sign": "unclear"},
            "Refunderingen af ordre 10020 blev ikke registreret",
        ),
        ("order-changed", {"order": "10024"}, "Shoppen ændrede sin kreditering 10024 efter bogføringen"),
        ("two-found", {}, "Der er to bilag til samme kreditnota for ordre 10020 i e-conomic"),
        ("unexpected", {}, "Noget gik galt hos os"),
        (
            "choice-missing",
            {"field": "credit_item", "rate": "25"},
            "Vare til beløb uden vare, 25\u00a0%: ikke valgt endnu",
        ),
        ("customer-barred", {"order": "88"}, "Kunden på ordre 10020 er spærret i e-conomic"),
    ],
)
def test_a_credit_notes_reason_speaks_of_the_note(code: str, facts: dict[str, str], title: str) -> None:
    found = of_note(a_note(code, facts=facts))
    assert (found.title, found.code) == (title, code)
    assert not re.search(r"[Ff]aktura(en)? (er|88)|ordre 88", all_of(found)), all_of(found)


def test_a_shops_credit_keeps_its_own_number() -> None:
    # It came as an order, and keeps that key and number.
    shops = {"key": "invoice:shoporama:1:10024", "order_number": "10024", "original_id": None}
    found = of_note(a_note("credit-original-unknown", facts={"order": ""}, **shops))
    assert found.cause == "Krediteringen 10024 i shoppen nævner ingen ordre, som vi har bogført."
    assert (found.url, found.mend) == ("/s/nordlys/orders/id-7/", "Se kreditnotaen")


def test_what_a_note_waits_for_is_seen_on_its_order() -> None:
    for code in ("invoice-first", "invoice-late"):
        found = of_note(a_note(code, facts={"order": "10020"}))
        assert (found.url, found.mend) == ("/s/nordlys/orders/id-5/", "Se ordren")
        assert "ordre 10020" in found.cause


def test_the_order_of_a_note_has_its_own_number_where_it_is_known() -> None:
    note = a_note("unexpected", State.NEEDS_US)
    note.original = SyncJob(pk=5, order_number="W-10020")
    assert of_note(note).cause.startswith("Kreditnotaen til ordre W-10020 er gemt")


def test_a_credit_note_goes_on_as_a_credit_note() -> None:
    assert of_note(a_note("choice-missing")).then == "Bagefter overføres 1 kreditnota af sig selv."
    with translation.override("da"):
        several = explain(a_note("choice-missing"), waiting=3)
    assert several
    assert several.then == "Bagefter overføres 3 kreditnotaer af sig selv."
