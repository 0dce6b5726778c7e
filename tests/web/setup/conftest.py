"""Anna's browser, and the outside systems that it is sent to."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import build
from tests.people import People, signed_in
from tests.sync.world import ACCOUNTING, SHOPS
from tests.web.setup.outside import Browser, Outside


@pytest.fixture
def outside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """The stand-ins, behind every call that a page makes."""
    settings.ACCOUNTING, settings.SHOPS = ACCOUNTING, SHOPS
    made = Outside()
    monkeypatch.setattr(build, "network", lambda: made.transport)
    return made


@pytest.fixture
def anna(people: People) -> Browser:
    return Browser(signed_in(people.anna))


@pytest.fixture
def lis(people: People) -> Browser:
    return Browser(signed_in(people.lis))


@pytest.fixture
def page(anna: Browser, outside: Outside) -> Browser:
    """Anna's browser, with the books connected and no settings saved."""
    anna.connect_books(outside)
    return anna
