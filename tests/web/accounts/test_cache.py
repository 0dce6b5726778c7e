"""Wrong tries are counted while Redis is away, too."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as Away

from connector.web.accounts.cache import Forgiving
from connector.web.frame.signin import WRONG_TRIES
from tests.people import People

pytestmark = pytest.mark.engine


@pytest.fixture
def away() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


def test_without_redis_each_process_counts_for_itself(away: str) -> None:
    cache = Forgiving(away, {"OPTIONS": {"socket_connect_timeout": 0.3}})
    with pytest.raises(Away):
        super(Forgiving, cache).get("tries")
    assert cache.add("tries", 1)
    assert not cache.add("tries", 1)
    assert cache.incr("tries") == 2
    cache.set("tries", [1, 2])
    assert cache.get("tries") == [1, 2]
    assert cache.delete("tries")
    assert cache.get("tries", "none") == "none"


def test_signing_in_is_slowed_while_redis_is_away(people: People, settings, away: str) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "connector.web.accounts.cache.Forgiving",
            "LOCATION": away,
            "OPTIONS": {"socket_connect_timeout": 0.3},
        }
    }
    wrong = {"email": "anna@example.dk", "password": "forkert"}
    assert [Client().post("/sign-in/", wrong).status_code for _ in range(WRONG_TRIES + 1)] == [422] * WRONG_TRIES + [
        429
    ]
