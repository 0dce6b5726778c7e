"""Settings, tab Shop: connecting the webshop."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from connector.core.errors import Stop
from connector.sync import acts, build
from connector.sync.acts import Person
from connector.sync.shop_calls import asking
from connector.tenancy.scope import scope
from connector.tenancy.secrets import reveal
from connector.web.pages import Door, shop_page
from connector.web.setup import handshakes
from connector.web.setup.books import integration_of
from connector.web.setup.handshakes import Arrival, How
from connector.web.setup.leaving import forward, not_made, our_address, return_address, tell
from connector.web.setup.way import CONNECT, next_page, way
from shops.base import SignedIn
from shops.models import Shop
from shops.registry import ADAPTERS, adapter_class

SHOWN_OF_CODE = 4
"""So many signs of the webhook address' secret part are shown, to tell two addresses apart."""
SHOWN_OF_KEY, LONG_ENOUGH = 4, 16
"""So many of the key's last signs are shown, to tell two keys apart; none of a short one."""


class KindForm(forms.Form):
    """Which platform the shop runs on."""

    kind = forms.ChoiceField(label=gettext_lazy("Shop system"))

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]


def kinds() -> list[tuple[str, str]]:
    """Each platform that we know, and what it is called."""
    return [(kind, adapter_class(kind).label) for kind in ADAPTERS]


@shop_page()
@require_safe
def shop_tab(request: HttpRequest, door: Door) -> HttpResponse:
    """Is the shop connected, and as which one?"""
    return render(request, "setup/shop.html", _about(door, KindForm()))


def _about(door: Door, form: KindForm) -> dict[str, object]:
    shop = door.shop
    integration = integration_of(door)
    secret = reveal(shop, "secret")
    return {
        "key_end": _end(secret.get("token", "")) if door.may_change else "",
        "way": way(shop, integration, CONNECT),
        "next": next_page(shop, integration),
        "tab": "shop",
        "shop": shop,
        "may_change": door.may_change,
        "form": form,
        "system": adapter_class(shop.kind).label if shop.kind else "",
        "hears": "webhooks" in secret,
        "hook": f"{settings.PUBLIC_URL}/hooks/{shop.code[:SHOWN_OF_CODE]}…/",
    }


def _end(key: str) -> str:
    return key[-SHOWN_OF_KEY:] if len(key) >= LONG_ENOUGH else ""


@shop_page(change=True)
@require_POST
def connect(request: HttpRequest, door: Door) -> HttpResponse:
    """Begin the sign-in at the shop's platform."""
    form = KindForm(request.POST)
    if not form.is_valid():
        return render(request, "setup/shop.html", _about(door, form), status=422)
    return leave(request, door, form.cleaned_data["kind"])


def leave(request: HttpRequest, door: Door, kind: str) -> HttpResponse:
    """The page that leads on to the platform, where the owner signs in and lets us in. Needs the door's scope."""
    adapter = adapter_class(kind)
    state = handshakes.begin(request, door, f"shop:{kind}", door.shop.pk)
    url = adapter.sign_in_url(settings.SHOPS[kind], our_address("shop-return", kind), state)
    return forward(request, url, adapter.label, back="settings-shop")


@return_address
@require_safe
def come_back(request: HttpRequest, kind: str) -> HttpResponse:
    """The platform's answer: the shop's key stands in the query, so it is stored at once and left behind at once."""
    if kind not in ADAPTERS:
        raise Http404
    label = adapter_class(kind).label
    arrival = handshakes.arrive(request, f"shop:{kind}", request.GET.get("state", ""))
    if arrival is None:
        return not_made(request, label, "home")
    if arrival.how is How.AGAIN:
        return redirect("settings-shop", arrival.way.slug)
    signed_in = adapter_class(kind).signed_in(request.GET.dict()) if arrival.how is How.FIRST else None
    if signed_in is None:
        return not_made(request, label, "settings-shop", arrival.way.slug)
    return _store(request, arrival, kind, signed_in)


def _store(request: HttpRequest, arrival: Arrival, kind: str, signed_in: SignedIn) -> HttpResponse:
    try:
        with scope(arrival.way.tenant_id):
            shop = Shop.objects.select_for_update().get(pk=arrival.target)
            if _is_another(shop, kind, signed_in):
                messages.error(request, _another(shop, signed_in))
                return redirect("settings-shop", shop.slug)
            acts.shop_connected(shop, kind, signed_in, Person(arrival.user, str(arrival.user)))
    except IntegrityError:
        tell(request, "same-shop-elsewhere", Shop(name=signed_in.name))
        return redirect("settings-shop", arrival.way.slug)
    if not signed_in.can_write:
        tell(request, "shop-right-missing", shop)
    return redirect("settings-shop-subscribe", shop.slug)


def _is_another(shop: Shop, kind: str, signed_in: SignedIn) -> bool:
    """Orders are told apart by the platform's shop id, so one of our shops never becomes another of theirs."""
    return bool(shop.platform_id) and (shop.kind, shop.platform_id) != (kind, signed_in.platform_id)


def _another(shop: Shop, signed_in: SignedIn) -> str:
    words = _(
        "This is a different shop than before. It was %(old)s; now it is %(new)s. Nothing was stored. "
        "Sign in to %(old)s, or create a new shop for %(new)s."
    )
    return words % {"old": f"{shop.url or shop.name} ({shop.platform_id})", "new": signed_in.url or signed_in.name}


@shop_page(change=True, network=True)
def subscribe(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask the platform to tell us of orders. Doing it again does no harm: the way back from the sign-in leads here."""
    if door.may_change and door.shop.is_connected:
        try:
            _subscribe(door)
        except Stop as stop:
            tell(request, stop.code, door.shop, stop.facts)
        else:
            messages.success(request, _("The shop is connected, and it tells us of new orders."))
            return redirect(_onward(request, door))
    return redirect("settings-shop", door.shop.slug)


def _onward(request: HttpRequest, door: Door) -> str:
    """The next step, where the way there is not gone yet; else back to the shop's tab, as when something is wrong."""
    with door.scope():
        integration = integration_of(door)
    is_set_up = integration is not None and integration.settings_id is not None
    if is_set_up or _has_told_what_is_wrong(request):
        return reverse("settings-shop", args=[door.shop.slug])
    return next_page(door.shop, integration)[0]


def _has_told_what_is_wrong(request: HttpRequest) -> bool:
    told = messages.get_messages(request)
    found = any(message.level == messages.ERROR for message in told)
    # Looked at is not shown: https://docs.djangoproject.com/en/5.2/ref/contrib/messages/#expiration-of-messages
    told.used = False  # type: ignore[union-attr]  # without its middleware it is an empty list
    return found


def _subscribe(door: Door) -> None:
    with door.scope():
        adapter = build.adapter_for(door.shop)
    with asking(door.entry.tenant_id, door.shop, adapter):
        subscriptions = adapter.subscribe(f"{settings.PUBLIC_URL}/hooks/{door.shop.code}/")
    with door.scope():
        shop = Shop.objects.select_for_update().get(pk=door.shop.pk)
        acts.shop_subscribed(shop, subscriptions, adapter.auth_form)
