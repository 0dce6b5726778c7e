"""Visma Connect on a real port: answers that are lost after the exchange, and sixteen clients at once."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.visma.visma_calls import FORM

if TYPE_CHECKING:
    from tests.sandbox.conftest import Running

pytestmark = pytest.mark.tools


def refresh(running: Running, token: str) -> tuple[int, Any]:
    """Exchange a refresh token over the network, once."""
    app = running.world.visma.app
    form = {"grant_type": "refresh_token", "refresh_token": token}
    form |= {"client_id": app.client_id, "client_secret": app.client_secret}
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
    try:
        connection.request("POST", "/visma/connect/token", urlencode(form), FORM)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def signed_in(running: Running, user: str, **switches: Any) -> str:
    """A user of its own, and the refresh token after the approval."""
    running.control("POST", "/users", {"user": user})
    for name, value in switches.items():
        running.control("POST", "/switch", {"name": f"visma.{name}", "value": value, "user": user})
    return str(running.control("POST", f"/users/{user}/tokens")["refresh_token"])


@pytest.mark.parametrize(("grace", "status"), [(0, 400), (60, 200)])
def test_a_refresh_whose_answer_was_lost_works_again_only_within_its_grace(
    running: Running, grace: int, status: int
) -> None:
    user = f"lost{grace}@example.dk"
    token = signed_in(running, user, grace_seconds=grace)
    fault = {"system": "visma", "path": "POST /connect/token", "kind": "drop_after", "user": user}
    running.control("POST", "/fault", fault)
    with pytest.raises(ConnectionError):
        refresh(running, token)
    assert refresh(running, token)[0] == status
    assert running.control("GET", f"/users/{user}")["refreshes"] == (2 if grace else 1)


@pytest.mark.parametrize(("mode", "good"), [("one_time", 1), ("reuse", 16)])
def test_sixteen_clients_refresh_at_once(running: Running, mode: str, good: int) -> None:
    user = f"{mode}@example.dk"
    token = signed_in(running, user, refresh=mode)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: refresh(running, token), range(16)))
    assert sorted(status for status, _ in answers) == [200] * good + [400] * (16 - good)
    assert {answer["error"] for status, answer in answers if status == 400} <= {"invalid_grant"}
    assert running.control("GET", f"/users/{user}")["refreshes"] == good
