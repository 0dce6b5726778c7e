"""Overview: is everything in the books, and what needs somebody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from connector.web.pages import Door, shop_page


@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The shop's first page."""
    return TemplateResponse(request, "orders/overview.html", {"shop": door.shop})
