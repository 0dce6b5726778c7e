"""What needs the owner, grouped by cause."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from connector.core.states import State
from connector.web.orders import periods
from connector.web.orders.causes import needs_you
from connector.web.orders.queries import counted
from connector.web.pages import Door, shop_page

MOST_SHOWN = 100


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The causes, those with most money first."""
    needs = needs_you(door.shop)
    done = next(count for count in counted(door.shop, periods.TODAY) if count.state == State.DONE)
    values = {
        "shop": door.shop,
        "needs": needs,
        "causes": needs.causes[:MOST_SHOWN],
        "done_today": done.count,
        "may_change": door.may_change,
    }
    return TemplateResponse(request, "orders/needs_you.html", values)
