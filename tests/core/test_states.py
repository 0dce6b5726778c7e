"""The states of a job: which moves there are, and how long it rests between tries."""

from __future__ import annotations

import pytest

from connector.core.states import DELAYS, GIVES_UP, MOVES, Detail, State, delay, may_move

pytestmark = pytest.mark.unit


def test_every_state_has_its_moves():
    assert set(MOVES) == set(State)
    assert all(moves <= set(State) for moves in MOVES.values())


def test_what_is_in_the_books_stays_there():
    assert not may_move(State.DONE, State.WAITING)


@pytest.mark.parametrize("new", [State.DONE, State.NEEDS_YOU, State.NEEDS_US, State.NOT_MEANT])
def test_what_is_in_the_books_may_be_settled_later_turn_out_to_have_changed_or_be_a_draft_that_goes(new):
    assert may_move(State.DONE, new)


@pytest.mark.parametrize("old", [state for state in State if state is not State.DONE])
@pytest.mark.parametrize("new", list(State))
def test_what_is_not_in_the_books_may_become_anything(old, new):
    assert may_move(old, new)


def test_the_rest_between_tries_grows():
    rests = [delay(tries) for tries in range(1, 20)]
    assert rests == sorted(rests)
    assert rests[:3] == [5, 30, 300]
    assert rests[-1] == max(DELAYS)


@pytest.mark.parametrize("tries", [0, -1])
def test_a_try_that_was_not_counted_rests_as_shortly_as_the_first(tries):
    # A step that succeeds sets the count back; the next call of the same try may still find the books away.
    assert delay(tries) == DELAYS[0]


def test_we_go_on_for_three_days_before_a_person_looks():
    assert sum(delay(tries) for tries in range(1, GIVES_UP + 1)) > 3 * 24 * 3600


def test_the_words_are_the_ones_that_are_stored():
    assert [state.value for state in State] == ["waiting", "done", "not_meant", "needs_you", "needs_us"]
    words = ["", "draft", "booked", "payment-not-seen", "refund-not-seen", "by-hand"]
    assert [detail.value for detail in Detail] == words
