"""The sandbox over a restart: books, shops, keys and grants are the same, at the new address."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.wire import Request

if TYPE_CHECKING:
    from sandbox.world import World

pytestmark = pytest.mark.tools


def test_everything_is_kept_and_moves_to_the_new_address(world: World, tmp_path: Path):
    from sandbox import state

    shop = next(iter(world.shoporama.shops.values()))
    order = shop.place({"paid": True})
    state.save(world, tmp_path / "state")
    kept = state.load(tmp_path / "state", "http://127.0.0.1:2")
    assert kept is not None
    key, grant = next(iter(shop.keys)), next(iter(world.grants))
    found = kept.shoporama.handle(Request("GET", f"/order/{order.order_id}", {}, {"authorization": key}))
    assert found.json()["order_id"] == order.order_id
    headers = {"x-appsecrettoken": world.app_secret, "x-agreementgranttoken": grant}
    assert (
        kept.economic.handle(Request("GET", "/rest/self", {}, headers)).json()["self"].startswith("http://127.0.0.1:2/")
    )
    assert kept.shop(shop.webshop_id).url.startswith("http://127.0.0.1:2/")
    kept.shoporama.switches["numbers"] = "comma"
    assert kept.shop(shop.webshop_id).switches["numbers"] == "comma"
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o600


def test_what_another_version_kept_is_not_read(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from sandbox import state

    assert state.load(tmp_path / "state", "http://127.0.0.1:2") is None
    state.save(world, tmp_path / "state")
    monkeypatch.setattr(state, "stamp", lambda: "another")
    assert state.load(tmp_path / "state", "http://127.0.0.1:2") is None
