"""What the books were seen to do, on the settings page: how they round, which sign is money received, and on what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from connector.core.readings import READINGS
from connector.sync import learnt
from connector.tenancy.scope import scope
from connector.web.setup.learnt_words import in_words
from tests.people import People, signed_in
from tests.web.factories import Setup
from tests.web.setup.outside import Browser, text_of

pytestmark = pytest.mark.engine

AT = datetime(2026, 11, 20, 9, 16, tzinfo=UTC)
TOTAL_UP, TOTAL_EVEN, LINE_UP, LINE_EVEN = READINGS
DRAFT = {
    "order": "10017",
    "draft": "88",
    "ours": {"gross": "437.00", "vat": "87.40"},
    "theirs": {"gross": "436.99", "vat": "87.39"},
}
TOTAL_WORDS = "Momsen afrundes på summen for hver sats, og en halv øre rundes op."
PAYMENT = {"order": "10018", "account": "5825", "amount": "-250.00", "before": "0.00", "after": "250.00"}


@pytest.fixture
def seen(people: People, nordlys: Setup) -> Callable[..., str]:
    """The words of the settings page, with this learnt."""

    def opened(**kept: Any) -> str:
        with scope(nordlys.shop.tenant_id):
            nordlys.connection.learnt, nordlys.connection.choices_at = kept, timezone.now()
            nordlys.connection.save()
        return text_of(Browser(signed_in(people.anna)).page("finance/"))

    return opened


def test_before_anything_is_seen_it_says_what_is_assumed(seen: Callable[..., str]) -> None:
    told = seen()
    assert "Det har vi set i e-conomic Sådan afrundes momsen Ikke set endnu." in told
    assert f"Vi går ud fra: {TOTAL_WORDS}" in told
    assert "Fortegnet på en betaling Ikke set endnu." in told
    assert told.index("Det har vi set") > told.index("Gem og rediger videre"), "below the settings"


def test_the_reading_is_told_with_what_showed_it(seen: Callable[..., str]) -> None:
    told = seen(rounding=learnt.rounding([LINE_EVEN], DRAFT, AT))
    assert "Momsen afrundes på hver linje, og en halv øre rundes til nærmeste lige øre." in told
    assert "Set 20. november 2026 på ordre 10017, kladde 88: vi regnede med moms 87,40 og total 437,00;" in told
    assert "e-conomic fik moms 87,39 og total 436,99." in told
    assert "Eller:" not in told


def test_readings_that_one_draft_cannot_tell_apart_are_all_told(seen: Callable[..., str]) -> None:
    told = seen(rounding=learnt.rounding([TOTAL_EVEN, LINE_EVEN], DRAFT, AT))
    assert "Momsen afrundes på summen for hver sats, og en halv øre rundes til nærmeste lige øre. Eller: Momsen" in told


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("negative", "Et negativt beløb er penge, der er modtaget."),
        ("positive", "Et positivt beløb er penge, der er modtaget."),
    ],
    ids=["negative", "positive"],
)
def test_the_sign_is_told_with_what_showed_it(seen: Callable[..., str], sign: str, words: str) -> None:
    told = seen(payment_sign=learnt.payment_sign(sign, PAYMENT, AT))
    assert words in told
    balance = "med beløbet −250,00 gik saldoen på konto 5825 fra 0,00 til 250,00 kr."
    assert f"Set 20. november 2026 på ordre 10018: {balance}" in told


def test_an_unclear_sign_says_that_settling_is_stopped_and_what_to_do(seen: Callable[..., str]) -> None:
    told = seen(payment_sign=learnt.payment_sign("", {"order": "10018"}, AT))
    assert "Uklart, så betalinger bliver ikke bogført. Fakturaerne går videre." in told
    assert 'tryk på "Overfør nu" på ordren' in told
    assert "bogføringskontoens saldo kunne ikke læses" in told
    assert told.index("Det har vi set") < told.index("Gem og rediger videre"), "above the settings"
    assert told.count("Det har vi set") == 1


def test_evidence_that_nobody_can_read_does_not_break_the_page(seen: Callable[..., str]) -> None:
    told = seen(rounding={**learnt.rounding([LINE_UP], {}, AT), "at": "i går"})
    assert re.search(r"Set – på ordre , kladde : vi regnede med moms – og total –", told)


def test_before_settings_are_saved_there_is_nothing_to_tell(people: People, nordlys: Setup) -> None:
    with scope(nordlys.shop.tenant_id):
        nordlys.integration.settings = None
        nordlys.integration.save()
    assert "Det har vi set" not in text_of(Browser(signed_in(people.anna)).page("finance/"))


def test_each_reading_has_words_of_its_own(danish: None) -> None:
    assert in_words(TOTAL_UP) == TOTAL_WORDS
    assert len({in_words(reading) for reading in READINGS}) == len(READINGS)
