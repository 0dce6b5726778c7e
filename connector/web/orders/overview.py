"""Overview: is everything in the books, how much money, and what needs somebody."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from connector.core.states import State
from connector.sync.models import Integration
from connector.web.frame.reasons import provider_label
from connector.web.orders import periods
from connector.web.orders.ahead import ahead_of, saved_books
from connector.web.orders.causes import needs_you
from connector.web.orders.queries import MOST_COUNTED, counted
from connector.web.pages import Door, shop_page
from shops.models import Shop

CAUSES_SHOWN = 3


@dataclass(frozen=True)
class Money:
    """The period's orders in the shop's currency; the four parts add up to what was sold."""

    sold: Decimal
    done: Decimal
    waiting: Decimal
    needs: Decimal
    not_meant: Decimal


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The shop's first page."""
    period = periods.chosen(request.GET.get("period"), periods.TODAY)
    counts = counted(door.shop, period)
    count = sum(state.count for state in counts)
    needs = needs_you(door.shop)
    values = {
        "shop": door.shop,
        "period": period,
        "periods": periods.PERIODS[:3],
        "counts": counts,
        "total": count,
        "is_cut": count >= MOST_COUNTED,
        "most": MOST_COUNTED,
        "money": _money({state.state: state.amount for state in counts}),
        "needs": needs,
        "causes": needs.causes[:CAUSES_SHOWN],
        "ahead": ahead_of(door, saved_books(door), needs.causes).count,
        "books": _books(door.shop),
        "may_change": door.may_change,
    }
    return TemplateResponse(request, "orders/overview.html", values)


def _money(amounts: dict[str, Decimal]) -> Money:
    needs = amounts[State.NEEDS_YOU] + amounts[State.NEEDS_US]
    done, waiting, not_meant = amounts[State.DONE], amounts[State.WAITING], amounts[State.NOT_MEANT]
    return Money(done + waiting + needs + not_meant, done, waiting, needs, not_meant)


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
