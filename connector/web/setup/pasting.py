"""Connecting by an access token: it is checked at once, by reading whose books it opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounting.registry import provider_class
from connector.web.pages import Door, shop_page
from connector.web.setup import candidates
from connector.web.setup.books import connect_page, integration_of
from connector.web.setup.tokens import TokenForm


@sensitive_post_parameters("token")
@shop_page(change=True)
@require_POST
def paste(request: HttpRequest, door: Door) -> HttpResponse:
    """Keep what was pasted until it is known whose books it opens; nothing is stored with the connection before."""
    integration = integration_of(door)
    provider = provider_class(integration.connection.provider) if integration else None
    if integration is None or provider is None or not provider.pastes_token:
        return redirect("finance-connect", door.shop.slug)
    form = TokenForm(provider, request.POST)
    if not form.is_valid():
        about = {**connect_page(request, door, integration), "token_form": form}
        return render(request, "setup/connect.html", about, status=422)
    candidates.keep(request, integration.connection.pk, form.granted)
    return redirect("finance-connect-read", door.shop.slug)
