"""What the plan is told of a step."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from connector.sync.models import SyncStep
from connector.sync.steps import plan_step

pytestmark = pytest.mark.unit


def booked(**result: Any) -> SyncStep:
    kept = {"final": True, "figures": None, "more": {}, **result}
    return SyncStep(name="book", status=SyncStep.Status.DONE, call_until=timezone.now(), request={}, result=kept)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"id": "1001"}, "1001"),
        ({"id": "5c3cce06-a151", "more": {"number": "1001"}}, "1001"),
        ({"id": "5c3cce06-a151", "more": {"number": ""}}, "5c3cce06-a151"),
    ],
)
def test_an_invoice_is_told_by_the_number_that_people_know(result: dict[str, Any], told: str) -> None:
    assert plan_step(booked(**result)).id == told


def test_a_step_without_a_result_has_no_number() -> None:
    assert plan_step(SyncStep(name="book", status=SyncStep.Status.INTENT, request={}, result=None)).id == ""
