"""Varer, gebyrer og betalingsmåder: what each thing of the shop becomes in the books, what lacks something first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from connector.core.plan import Trigger
from connector.core.states import State
from connector.sync import acts, ahead, methods, rules
from connector.sync.acts import Person
from connector.sync.models import Integration, ShopMethod, SyncJob
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from connector.web.setup.creating import offered
from connector.web.setup.finance import Books, books_of
from connector.web.setup.part import PartForm

PRODUCTS = ("missing_product", "product_group", "default", "total")
FEES = ("shipping", "fee", "discount", "rounding", "gift_card", "credit_item")
MENDED = (
    "product-missing",
    "fee-unknown",
    "vat-free-group-missing",
    "payment-method-unmapped",
    "payment-terms-changed",
    "choice-missing",
)
"""The reasons that this page mends: saving tries their orders again."""
MOST_COUNTED = 1_000
MOST_METHODS = 200


@dataclass(frozen=True)
class Line:
    """A payment or shipping method on the page. `waiting` orders go on when it is placed; `former` is the number under
    which the shop had a method of this name, where that may be the same one."""

    method: ShopMethod
    fields: Sequence[BoundField]
    waiting: int
    former: str
    is_missing: bool
    never_goes: bool
    """It is paid after its invoice, and its orders wait for the payment."""


@dataclass(frozen=True)
class Missing:
    """A product that orders wait for."""

    sku: str
    name: str
    waiting: int


@shop_page(change=True)
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, door: Door) -> HttpResponse:
    """Show what becomes what, or save it as a new version and try the orders that waited for it."""
    integration = integration_of(door)
    if integration is None or integration.settings is None:
        return redirect("finance", door.shop.slug)
    if request.method != "POST":
        return _page(request, door, books_of(integration), None)
    # Of two who save at once, the second waits here and then sees the first one's version.
    Integration.objects.select_for_update().get(pk=integration.pk)
    books = books_of(integration_of(door) or integration)
    form = _form(door, books, _with_same(request.POST, door, books))
    if not form.is_valid():
        return _page(request, door, books, form, status=422)
    if request.POST.get("version") != str(books.number):
        return _page(request, door, books, form, status=409)
    released = _save(door, books, form)
    messages.success(request, saved_words(released))
    return redirect("finance-mapping", door.shop.slug)


def _with_same(posted: Mapping[str, Any], door: Door, books: Books) -> dict[str, str]:
    """What was posted; a method that somebody said is the same as before gets what that one had."""
    data = {name: str(posted.get(name, "")) for name in posted}
    row = ShopMethod.objects.filter(shop=door.shop, key=data.get("same", "")).first()
    return {**data, **methods.same_as_before(row, books.saved)} if row else data


def _save(door: Door, books: Books, form: PartForm) -> int:
    person = Person(door.user, door.who)
    mended = _mended(books)
    # Another trigger may let orders go that were not meant to.
    waiting = mended | Q(state=State.NOT_MEANT, reason="not-triggered")
    released = SyncJob.objects.filter(mended, integration=books.integration).count()
    acts.save_settings(books.integration, form.values, person, only=waiting)
    return released


def _mended(books: Books) -> Q:
    """The orders that this page can let go: what lacks a zone or an account to sell on is chosen elsewhere."""
    elsewhere = Q(reason="choice-missing", facts__field__startswith=books.vat_way.beginning)
    return Q(state=State.NEEDS_YOU, reason__in=MENDED) & ~elsewhere


def saved_words(released: int) -> str:
    """What is said after saving: how many orders go on."""
    words = ngettext("Saved. %(n)d order is on its way.", "Saved. %(n)d orders are on their way.", released)
    return words % {"n": released} if released else _("Saved.")


def _methods(door: Door) -> list[ShopMethod]:
    return list(ShopMethod.objects.filter(shop=door.shop).order_by("name", "pk")[:MOST_METHODS])


def _form(door: Door, books: Books, data: Mapping[str, Any] | None = None) -> PartForm:
    names = [name for name in books.saved if name.partition(rules.PER_RATE)[0] in (*PRODUCTS, *FEES)]
    # Settings that were never saved for a rate stand in no version.
    names += [each for field in books.provider.setting_fields for each in rules.names(field, books.saved)]
    chosen = [name for name in dict.fromkeys(names) if name.partition(rules.PER_RATE)[0] in (*PRODUCTS, *FEES)]
    return PartForm(books, chosen, _methods(door), data)


def _page(request: HttpRequest, door: Door, books: Books, form: PartForm | None, *, status: int = 200) -> HttpResponse:
    form = form or _form(door, books)
    stopped = _stopped(books)
    lines = _lines(door, books, form, stopped)
    about: dict[str, Any] = {
        "form": form,
        "provider": books.provider.label,
        "by_account": books.provider.sells_by_account,
        "number": books.number,
        "version": books.version,
        "products": list(form.rows(PRODUCTS)),
        "fees": list(form.rows(FEES)),
        "missing": _missing(stopped),
        "payments": [line for line in lines if line.method.kind == ShopMethod.Kind.PAYMENT],
        "carriers": [line for line in lines if line.method.kind == ShopMethod.Kind.SHIPPING],
        "ahead": ahead.coming(door.shop, books.saved, books.provider, books.choices),
        "creating": offered(books, stopped),
        "waiting": len(stopped),
        "fees_waiting": sum(job.reason in ("fee-unknown", "vat-free-group-missing") for job in stopped),
        "may_change": door.may_change,
        "shop": door.shop,
        "is_late": status == 409,
    }
    return render(request, "setup/mapping.html", about, status=status)


def _stopped(books: Books) -> list[SyncJob]:
    """The orders that this page can let go, at most so many."""
    rows = SyncJob.objects.filter(_mended(books), integration=books.integration)
    return list(rows.only("reason", "facts").order_by("pk")[:MOST_COUNTED])


def _missing(stopped: Sequence[SyncJob]) -> list[Missing]:
    """The products that orders wait for, those with most orders first."""
    jobs = [job for job in stopped if job.reason == "product-missing"]
    counts = Counter(str(job.facts.get("sku", "")) for job in jobs)
    names = {str(job.facts.get("sku", "")): str(job.facts.get("name", "")) for job in jobs}
    return [Missing(sku, names[sku], count) for sku, count in counts.most_common(MOST_METHODS)]


def _lines(door: Door, books: Books, form: PartForm, stopped: Sequence[SyncJob]) -> list[Line]:
    """What lacks something first, then the latest used."""
    rows = _methods(door)
    waiting = Counter(str(job.facts.get("method_key", "")) for job in stopped)
    lines = [_line(row, rows, books, form, waiting[row.key]) for row in rows]
    shown = [line for line in lines if line.method.gone_at is None or line.waiting or line.method.last_used]
    shown.sort(key=lambda line: -(line.method.last_used or line.method.first_seen).timestamp())
    return sorted(shown, key=lambda line: not line.is_missing)


def _line(row: ShopMethod, rows: Sequence[ShopMethod], books: Books, form: PartForm, waiting: int) -> Line:
    is_payment = row.kind == ShopMethod.Kind.PAYMENT
    own = f":{row.key}"
    fields = [form[name] for name in form.fields if name.partition(rules.PER_RATE)[0].endswith(own)]
    mine = [field for field in fields if field.name.startswith(rules.CARRIER) is not is_payment]
    is_missing = is_payment and row.is_new and not books.saved.get(f"{rules.PAY}{row.key}")
    former = methods.former_number(row, rows) if is_missing else ""
    trigger = books.saved.get(f"{rules.WHEN}{row.key}") or books.saved.get("trigger", "")
    never_goes = is_payment and trigger == Trigger.PAYMENT and methods.is_paid_later(row.name)
    return Line(row, mine, waiting if is_payment else 0, former, is_missing, never_goes)
