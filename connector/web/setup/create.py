"""A new business begins: a shop with a name and an address of its own, connected to nothing yet."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from connector.tenancy.access import Entry, entries
from connector.tenancy.models import Membership, Role, Tenant, User
from connector.tenancy.scope import scope
from connector.web.pages import Door
from connector.web.setup.shop import kinds, leave
from shops.models import Shop

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
LONGEST_SLUG = 50
TRIES = 5
CONNECT = "connect"
ENDING = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs that nobody mistakes for one another."""


class NewShopForm(forms.Form):
    """What the shop is called, and which platform it runs on."""

    name = forms.CharField(
        label=gettext_lazy("The shop's name"),
        max_length=200,
        help_text=gettext_lazy("For example nordlys.dk. You can change it later."),
        error_messages={"required": gettext_lazy("Type the shop's name.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Shop system"))

    def __init__(self, data: object = None, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Make a shop and lead on to its platform, or to its settings.

    Whoever has no business of their own gets one of the shop's name.
    """
    assert isinstance(request.user, User)
    form = NewShopForm(request.POST or None, {"name": _proposed(request.user)})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        shop = _make(_business(request.user, name), name)
        if request.POST.get("then") == CONNECT:
            return _connect(request, request.user, shop, form.cleaned_data["kind"])
        messages.success(request, _("%(name)s is created. Connect it to the shop and to the books.") % {"name": name})
        return redirect("settings-shop", shop.slug)
    return render(request, "setup/create.html", {"form": form}, status=422 if form.is_bound else 200)


def _connect(request: HttpRequest, user: User, shop: Shop, kind: str) -> HttpResponse:
    door = Door(Entry(shop.tenant_id, Role.OWNER), shop, user)
    # From here on the page is one of the shop's own.
    request.door = door  # type: ignore[attr-defined]
    with door.scope():
        return leave(request, door, kind)


def _proposed(user: User) -> str:
    """A business calls its first shop what it is called itself; another one's name is not for us to guess."""
    tenant_id = _own(user)
    if tenant_id is None:
        return ""
    with scope(tenant_id):
        return "" if Shop.objects.exists() else Tenant.objects.get(pk=tenant_id).name


def _own(user: User) -> int | None:
    """The business that the user owns, the one made last where there are several."""
    own = [entry.tenant_id for entry in entries(user.pk) if entry.is_owner]
    return own[-1] if own else None


def _business(user: User, name: str) -> int:
    """The user's own business, made where there is none."""
    own = _own(user)
    if own is not None:
        return own
    tenant = Tenant.objects.create(name=name)
    with scope(tenant.pk):
        Membership.objects.create(tenant=tenant, user=user, role=Role.OWNER)
    return tenant.pk


def _make(tenant_id: int, name: str) -> Shop:
    """The shop. Addresses are unique among all tenants, so one that is taken gets an ending."""
    wanted = slugify(name.translate(LETTERS).replace(".", "-"))[:LONGEST_SLUG] or "shop"
    for slug in [wanted, *(f"{wanted}-{get_random_string(4, ENDING)}" for _try in range(TRIES))]:
        try:
            with scope(tenant_id):
                return Shop.objects.create(tenant_id=tenant_id, slug=slug, name=name)
        except IntegrityError:
            continue
    raise RuntimeError("no free address for the shop")
