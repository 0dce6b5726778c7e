"""What the demo shows, when it begins anew, and its trickle of orders."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from script.lib import showing
from script.lib.owner import Login
from script.lib.person import Unexpected
from script.lib.showing import EVERY_SECONDS, MOST, Showing, Trickle, earlier, is_half_made

pytestmark = pytest.mark.tools

ANNA = Login("anna@example.dk", "kode", "Nordlys ApS", "nordlys")


@pytest.fixture
def did(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to the businesses."""
    acts: list[str] = []

    def business(self: Showing) -> Any:
        owner = SimpleNamespace(sign_in=lambda: None, connect_shop=lambda _: acts.append("connected again"))
        return SimpleNamespace(owner=owner, shop=None)

    monkeypatch.setattr(Showing, "_busy", business)
    monkeypatch.setattr(Showing, "_show", lambda *_: acts.append("shown"))
    return acts


def start(folder: Path, *, secret: str = "s", address: str = "http://localhost:1", people: Any = (ANNA,)) -> Showing:
    sandbox = {"control": "", "ledger": "", "economic": {"app_secret": secret}}
    stack: Any = SimpleNamespace(sandbox=sandbox, public_url=address, run=SimpleNamespace(folder=folder))
    made = Showing(stack, people)
    made.set_up()
    return made


def test_orders_are_shown_at_the_first_start_only(tmp_path: Path, did: list[str]) -> None:
    assert start(tmp_path).business is not None
    assert start(tmp_path).business is not None
    assert did == ["shown"]


def test_at_another_address_the_shop_is_told_where_to_send_its_webhooks(tmp_path: Path, did: list[str]) -> None:
    start(tmp_path)
    for _ in range(2):
        start(tmp_path, address="http://localhost:2")
    assert did == ["shown", "connected again"]


def test_another_sandbox_has_not_got_what_was_shown(
    tmp_path: Path, did: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    start(tmp_path)
    assert start(tmp_path, secret="another").business is None
    assert did == ["shown"]
    assert "--fresh" in capsys.readouterr().err
    assert earlier(tmp_path).sandbox != "s"  # type: ignore[union-attr]


def test_without_people_nothing_is_shown_and_nothing_remembered(tmp_path: Path, did: list[str]) -> None:
    assert start(tmp_path, people=()).business is None
    assert did == []
    assert earlier(tmp_path) is None


def test_what_was_ended_in_the_middle_is_half_made(
    tmp_path: Path, did: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_half_made(tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Showing, "_show", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start(tmp_path)
    assert is_half_made(tmp_path)


def test_what_cannot_be_shown_is_told_and_the_demo_goes_on(
    tmp_path: Path, did: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> None:
        raise Unexpected("POST /finance/: 500")

    monkeypatch.setattr(Showing, "_show", refused)
    assert start(tmp_path).business is not None
    assert not is_half_made(tmp_path)
    assert "POST /finance/: 500" in capsys.readouterr().err


def test_an_order_comes_every_so_often_until_there_were_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    now, placed = [100.0], []
    monkeypatch.setattr(showing.time, "monotonic", lambda: now[0])
    trickle = Trickle(SimpleNamespace(place=lambda **wish: placed.append(wish)))  # type: ignore[arg-type]
    trickle.flow()
    assert placed == []
    for _ in range(MOST + 5):
        now[0] += EVERY_SECONDS + 1
        trickle.flow()
        trickle.flow()
    assert len(placed) == MOST
    assert {wish["email"].rpartition("@")[2] for wish in placed} == {"example.dk"}
    assert {wish["paid"] for wish in placed} == {True, False}
