"""Where the plan rests: what a person holds, deleted or changed by hand goes no further by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.core.plan import Call, Look, StepStatus
from connector.core.states import Detail, State
from tests.core.test_plan import AGREES, BOOKED, DRAFT, SETTLED, UNTIL, after, close, done, rest, unknown

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("steps", [[], [DRAFT], [done("customer")]], ids=["nothing", "a-draft", "a-customer"])
def test_what_is_held_sends_nothing_more_however_far_it_is(steps):
    assert rest(after(*steps, held="paused")) == close(State.WAITING, reason="paused")
    assert isinstance(after(*steps), Call)


@pytest.mark.parametrize("steps", [[DRAFT, BOOKED], [DRAFT, BOOKED, SETTLED[0]]], ids=["booked", "half-settled"])
def test_what_is_in_the_books_and_held_stays_as_it_is(steps):
    found = after(*steps, held="paused", in_books=Detail.BOOKED)
    assert rest(found) == close(State.DONE, Detail.BOOKED)


def test_what_is_held_is_still_looked_for():
    open_call = unknown(looks=0)
    assert open_call.status is StepStatus.INTENT
    assert after(open_call, held="paused") == Look(open_call.name)


def test_a_deleted_draft_whose_document_is_gone_with_it_is_asked_about():
    refused = replace(DRAFT, status=StepStatus.REFUSED, call_until=UNTIL)
    found = after(refused, is_deleted=True, document=None)
    assert rest(found) == close(State.NEEDS_YOU, reason="draft-deleted")


@pytest.mark.parametrize("gross", ["198.99", "199.01", "150.00", "250.00"])
def test_a_draft_that_somebody_raised_or_lowered_is_for_the_owner(gross):
    changed = done("draft", final=True, figures=replace(AGREES, gross=Decimal(gross)))
    found = after(changed)
    assert rest(found) == close(State.NEEDS_YOU, Detail.BOOKED, "order-changed")
    assert found.facts["booked"] == f"{gross} DKK"
