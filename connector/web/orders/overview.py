"""Overview: is everything in the books, how much money, and what needs somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.web.frame.reasons import provider_label
from connector.web.frame.words import TRIGGERS, UNNAMED, Text
from connector.web.orders import live, periods
from connector.web.orders.ahead import ahead_of, saved_books
from connector.web.orders.causes import needs_you
from connector.web.orders.chart import chart
from connector.web.orders.queries import MOST_COUNTED, StateCount, counted, difference, sold_by_day
from connector.web.pages import Door, shop_page
from shops.models import Shop

CAUSES_SHOWN = 3
CHART_DAYS = 14
PERIODS = (periods.TODAY, periods.WEEK, periods.THIS_MONTH)


@dataclass(frozen=True)
class Money:
    """The period's orders in the shop's currency, state by state.

    `sold` is what the shop says now. `difference` is what of it neither the books nor any other state accounts for:
    an order that was changed in the shop after it was booked. `left_out` orders are in no amount.
    """

    sold: Decimal
    parts: Sequence[StateCount]
    difference: Decimal
    left_out: int


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The shop's first page; for the script that follows the work, its parts that change."""
    period = periods.chosen(request.GET.get("period"), periods.TODAY)
    name = "orders/overview/live.html" if live.is_asked(request) else "orders/overview.html"
    return TemplateResponse(request, name, {**_values(door, period), "poll": _poll(request, door)})


def _values(door: Door, period: periods.Period) -> dict[str, Any]:
    counts = counted(door.shop, period)
    count = sum(state.count for state in counts)
    needs = needs_you(door.shop)
    return {
        "shop": door.shop,
        "period": period,
        "periods": PERIODS,
        "today": timezone.localdate(),
        "counts": counts,
        "total": count,
        "is_cut": count >= MOST_COUNTED,
        "most": MOST_COUNTED,
        "money": _money(counts, difference(door.shop, period)),
        "chart": chart(sold_by_day(door.shop, periods.Period("", "", CHART_DAYS)), CHART_DAYS),
        "needs": needs,
        "causes": needs.causes[:CAUSES_SHOWN],
        "ahead": ahead_of(door, saved_books(door), needs.causes).count,
        "books": _books(door.shop),
        "awaited": "" if count else _awaited(door.shop),
        "may_change": door.may_change,
    }


def _poll(request: HttpRequest, door: Door) -> live.Poll:
    return live.poll(request, live.AT_WORK if live.is_at_work(door) else live.AT_REST)


def _money(counts: Sequence[StateCount], changed: Decimal) -> Money:
    """In the books stands what an order came to when its invoice was made; the difference is its change since."""
    parts = [replace(each, amount=each.amount - changed) if each.state == State.DONE else each for each in counts]
    sold = sum((each.amount for each in counts), Decimal("0.00"))
    return Money(sold, parts, changed, sum(each.left_out for each in counts))


def _awaited(shop: Shop) -> Text:
    """What makes an order come, in a word, where none has come ever; empty before there are settings."""
    found = Integration.objects.filter(shop=shop, is_active=True).select_related("settings").first()
    if found is None or found.settings is None or SyncJob.objects.filter(shop=shop).exists():
        return ""
    return TRIGGERS.get(found.settings.values.get("trigger", ""), UNNAMED["trigger"])


@dataclass(frozen=True)
class Books:
    """The shop's financial system, for the line that says when it was last heard from."""

    label: str
    status: str
    has_settings: bool
    last_answer_at: object


def _books(shop: Shop) -> Books | None:
    found = Integration.objects.filter(shop=shop, is_active=True).select_related("connection").first()
    if found is None:
        return None
    connection = found.connection
    label = provider_label(connection.provider)
    return Books(label, connection.status, found.settings_id is not None, connection.last_answer_at)
