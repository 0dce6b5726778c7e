"""Who of our support has looked at a business, why, and which pages they saw: for the business's own people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from connector.staff import looks
from connector.web.pages import Door, shop_page


@require_safe
@shop_page()
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """The newest visits, each with its pages."""
    return TemplateResponse(request, "staff/visited.html", {"visits": looks.history()})
