"""Asking the shop for its payment and shipping methods because a person wants to see them now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connector.core.errors import Stop
from connector.sync import methods
from connector.web.pages import Door, shop_page
from connector.web.setup.leaving import tell
from shops.registry import adapter_class


@shop_page(change=True, network=True)
@require_POST
def fetch(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask what is asked once a day by itself, and show the page with the answer."""
    if door.shop.is_connected:
        try:
            methods.fetch(door.entry.tenant_id, door.shop.pk)
        except Stop as stop:
            tell(request, stop.code, door.shop, stop.facts)
        else:
            system = adapter_class(door.shop.kind).label
            messages.success(request, _("Fetched again from %(provider)s.") % {"provider": system})
    return redirect("finance-mapping", door.shop.slug)
