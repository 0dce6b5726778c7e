"""Web, worker, Redis and PostgreSQL are killed and started again while an owner types and orders come in.

Everything here is the run's own, PostgreSQL and Redis too: nobody else's servers are touched.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError

from script.lib import people, ports
from script.lib.business import Business
from script.lib.control import Control
from script.lib.once import HASTY
from script.lib.run import Run
from script.lib.scenario import Stage
from script.lib.stack import Stack
from tests.browser.conftest import Window
from tests.browser.running import OURS
from tests.browser.steps import SAVE_AND_GO_ON, OwnerAtWork

pytestmark = pytest.mark.browser

THEIRS = (*OURS, "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
SECONDS = 120.0
"""How long one test may wait; PostgreSQL has to recover from a kill."""
PARTS = ("web", "worker", "redis", "postgres")
FIELD = "statuses"


@pytest.fixture(scope="module")
def running(chromium: Browser) -> Iterator[Stage]:
    """A product on servers of its own, with one business set up whose first order was looked at."""
    with Run() as run:
        for name in THEIRS:
            run.environment.pop(name, None)
        stack = Stack(run, ports.free_port(), ports.free_port(), HASTY)
        [login] = people.make(run, 1, "restart")
        control = Control(stack.sandbox)
        business = Business.found(f"{stack.public_url}/", login, control, "Genstart ApS")
        business.set_up()
        made = Stage(stack, control, [business], time.monotonic() + SECONDS)
        made.book(business.shop.place(paid=True))
        yield made


@pytest.mark.parametrize("part", PARTS)
def test_a_restart_loses_no_typed_text_and_no_order(running: Stage, window: Window, part: str) -> None:
    stage = replace(running, deadline=time.monotonic() + SECONDS)
    business, shop = stage.business, stage.shop
    at_work = OwnerAtWork(window().new_page(), business, f"{stage.stack.public_url}/")
    at_work.sign_in()
    page = at_work.page
    at_work.hand.follow("Økonomisystem", at_work.menu)
    typed = f"Afsendt, {part}"
    page.locator(f"#id_{FIELD}").fill(typed)
    orders = [shop.place(paid=True) for _ in range(2)]

    stage.stack.run.process(part).restart()
    orders.append(shop.place(paid=True))
    stage.wait(f"the pages after {part} was restarted", lambda: _answers(page), 0.5)
    expect(page.locator(f"#id_{FIELD}")).to_have_value(typed)
    at_work.hand.press(SAVE_AND_GO_ON)
    expect(page.get_by_text("Gemt som version")).to_be_visible()
    expect(page.locator(f"#id_{FIELD}")).to_have_value(typed)
    stage.wait("every order booked", lambda: len(stage.held(orders).booked) == len(orders), 1.0)
    assert len(stage.held(orders).drafts) == 0, "none was begun twice"


def _answers(page: Page) -> bool:
    """Whether the page that is open could be had again, with all that is behind it."""
    with suppress(BrowserError):
        return page.request.get(page.url, timeout=5000).ok
    return False
