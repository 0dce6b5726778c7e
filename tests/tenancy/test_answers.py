"""What comes without cookies is kept for a minute with its sign-in, for who began it, and leaves no trace elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from connector.tenancy import answers, handshake
from connector.tenancy.handshake import Asker
from connector.tenancy.models import Handshake
from connector.tenancy.scope import scope
from tests.people import People, make_people

PURPOSE = "accounting:nordbook"
ANSWER = {"code": "canary-code", "state": "a state", "iss": "https://connect.example"}


@pytest.fixture
def people(db_clean: None) -> People:
    return make_people()


@pytest.fixture
def anna(people: People) -> Asker:
    return Asker(people.nordlys.tenant.pk, people.anna.pk, "annas browser")


def begun(asker: Asker) -> str:
    with scope(asker.tenant_id):
        return handshake.begin(asker, PURPOSE, 17)


def rows(asker: Asker) -> list[dict[str, object]]:
    with scope(asker.tenant_id):
        return list(Handshake.objects.order_by("pk").values())


def fetched(asker: Asker, state: str) -> dict[str, str] | None:
    with scope(asker.tenant_id):
        taken = handshake.take(asker, PURPOSE, handshake.hashed(state))
        return None if taken is None else answers.opened(taken)


def test_who_began_it_gets_it_once(anna: Asker) -> None:
    state = begun(anna)
    assert answers.keep(PURPOSE, state, ANSWER)
    assert fetched(anna, state) == ANSWER
    assert fetched(anna, state) is None
    assert rows(anna)[0]["answer"] == ""


def test_it_is_sealed_for_its_own_sign_in(anna: Asker) -> None:
    first, second = begun(anna), begun(anna)
    answers.keep(PURPOSE, first, ANSWER)
    kept = str(rows(anna)[0]["answer"])
    assert kept
    assert not [value for value in ANSWER.values() if value in str(rows(anna))]
    with scope(anna.tenant_id):
        moved = {"answer": kept, "answered_at": timezone.now()}
        Handshake.objects.filter(state_hash=handshake.hashed(second)).update(**moved)
        taken = handshake.take(anna, PURPOSE, handshake.hashed(second))
        assert taken is not None
        with pytest.raises(Exception, match="does not belong here"):
            answers.opened(taken)


def test_after_a_minute_it_is_nothing(anna: Asker) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        early, late = begun(anna), begun(anna)
        for state in (early, late):
            answers.keep(PURPOSE, state, ANSWER)
        clock.shift(answers.LASTS - timedelta(seconds=1))
        assert fetched(anna, early) == ANSWER
        clock.shift(timedelta(seconds=1))
        assert fetched(anna, late) == {}


def test_what_nobody_fetched_is_gone_with_the_next_one(anna: Asker) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answers.keep(PURPOSE, begun(anna), ANSWER)
        clock.shift(answers.LASTS)
        answers.keep(PURPOSE, begun(anna), ANSWER)
        assert [bool(row["answer"]) for row in rows(anna)] == [False, True]


def test_the_first_answer_counts(anna: Asker) -> None:
    state = begun(anna)
    answers.keep(PURPOSE, state, ANSWER)
    assert not answers.keep(PURPOSE, state, {"code": "another"})
    assert fetched(anna, state) == ANSWER


def test_what_answers_nothing_leaves_no_trace(anna: Asker) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        old = begun(anna)
        clock.shift(handshake.LASTS)
        used, open_one = begun(anna), begun(anna)
        fetched(anna, used)
        before = rows(anna)
        strange = (
            (PURPOSE, "no such state", ANSWER),
            (PURPOSE, "", ANSWER),
            (PURPOSE, handshake.hashed(open_one), ANSWER),
            ("accounting:economic", open_one, ANSWER),
            ("shop:nordbook", open_one, ANSWER),
            (PURPOSE, old, ANSWER),
            (PURPOSE, used, ANSWER),
            (PURPOSE, open_one, {"code": "c" * (answers.LONGEST + 1)}),
            (PURPOSE, open_one * 10, ANSWER),
        )
        assert [answers.keep(*each) for each in strange] == [False] * len(strange)
        assert rows(anna) == before


def test_it_is_of_no_use_to_anybody_else(anna: Asker, people: People) -> None:
    state = begun(anna)
    answers.keep(PURPOSE, state, ANSWER)
    assert fetched(Asker(anna.tenant_id, anna.user_id, "another browser"), state) is None
    assert fetched(Asker(anna.tenant_id, people.bo.pk, anna.browser), state) is None
    assert fetched(Asker(people.elsewhere.tenant.pk, anna.user_id, anna.browser), state) is None
    assert fetched(anna, state) == ANSWER


def test_a_verifier_is_one_of_the_standard_and_always_the_same() -> None:
    first, second = (handshake.verifier(state) for state in ("one state", "another"))
    assert first == handshake.verifier("one state")
    assert first != second
    assert len(first) == 43
    assert first.replace("-", "").replace("_", "").isalnum()
