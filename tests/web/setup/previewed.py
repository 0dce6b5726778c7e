"""Orders to preview, and following a preview's own refreshes to its end, for the pages that show one."""

from __future__ import annotations

import re
from typing import Any

from connector.sync.models import PreviewOrder, SyncJob
from connector.tenancy.scope import scope
from tests.people import People
from tests.web.setup.outside import Browser, Outside

CUP = {"own_id": "NY-KOP", "name": "Kop", "amount": 2, "unit_price": "125.00"}


def sold(outside: Outside, **wish: Any) -> Any:
    """An order in the shop before the settings' start, paid unless it is wished otherwise."""
    wish = {"products": [CUP], "time": "2026-11-02T10:00:00", **wish}
    order = outside.shop.place(wish, tell=False)
    if wish.get("paid", True):
        outside.shop.pay(order, tell=False)
    return order


def followed(browser: Browser, page: str, answer: Any) -> Any:
    """The page when it refreshes itself no more; `answer` is what its button answered."""
    for _ in range(20):
        assert answer.status_code == 302
        shown = browser.client.get(answer["Location"])
        if shown.status_code == 302:
            shown = browser.client.get(shown["Location"])
        if not re.search(r'http-equiv="refresh" content="0;', shown.content.decode()):
            return shown
        answer = browser.page(f"{page}step/")
    raise AssertionError("the preview does not end")


def jobs(people: People) -> list[SyncJob]:
    with scope(people.nordlys.tenant.pk):
        return list(SyncJob.objects.order_by("pk"))


def rows(people: People) -> list[PreviewOrder]:
    with scope(people.nordlys.tenant.pk):
        return list(PreviewOrder.objects.order_by("pk"))
