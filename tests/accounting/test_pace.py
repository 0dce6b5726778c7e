"""Calls to one set of books are counted together, whoever makes them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounting.models import CallWindow
from accounting.pace import Paced
from connector.core.errors import Temporary
from connector.lib.http import Answer

pytestmark = pytest.mark.engine

ACCOUNT = "dinero:200001"


def answers(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    return Answer(200, {}, b"{}")


def called(paced: Paced) -> bool:
    try:
        paced("GET", "https://dinero.example/", {}, None)
    except Temporary as stop:
        return not (stop.code == "rate-limit" and 0 < (stop.retry_after or 0) <= 60)
    return True


def let_pass(seconds: float) -> None:
    """As if so many seconds had passed."""
    row = CallWindow.objects.get(account=ACCOUNT)
    row.made = [(datetime.fromisoformat(moment) - timedelta(seconds=seconds)).isoformat() for moment in row.made]
    row.save()


def test_two_processes_stay_below_the_limit_together(db_clean: None) -> None:
    one, other = Paced(answers, ACCOUNT, 20), Paced(answers, ACCOUNT, 20)
    assert [called(paced) for paced in (one, other) * 10] == [True] * 19 + [False]
    assert called(Paced(answers, "dinero:200002", 20)), "other books have a count of their own"
    let_pass(30)
    assert not called(one)
    let_pass(31)
    assert called(other)


def test_who_waits_as_long_as_told_may_make_half_of_the_calls(db_clean: None) -> None:
    paced = Paced(answers, ACCOUNT, 20)
    for _ in range(10):
        called(paced)
    let_pass(40)
    while called(paced):
        pass
    with pytest.raises(Temporary) as stop:
        paced("GET", "https://dinero.example/", {}, None)
    let_pass((stop.value.retry_after or 0) + 1)
    assert [called(paced) for _ in range(10)].count(True) >= 9


def test_at_once_from_many_threads(db_clean: None) -> None:
    def many(_: int) -> int:
        try:
            paced = Paced(answers, ACCOUNT, 40)
            return sum(called(paced) for _ in range(10))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(many, range(8))) == 38
