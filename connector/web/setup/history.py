"""The settings' versions: who saved which when, what changed, and which documents each was used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounting.base import Choices
from accounting.registry import provider_class
from connector.sync.models import Integration, SettingsVersion, ShopMethod, SyncJob
from connector.web.frame.paging import paged
from connector.web.orders.queries import addresses
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from connector.web.setup.version_words import Difference, Words

SIZE = 20
MOST_COUNTED = 1000
"""So many documents of a version are counted; beyond reads "1,000 or more"."""
MOST_SHOWN = 100
"""So many documents of a version are listed, the newest first."""


class _Counted(Subquery):
    """How many rows a bounded query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Line:
    """One version. `is_first`: there is none before it to compare with; `documents` is counted up to `MOST_COUNTED`."""

    version: SettingsVersion
    differences: Sequence[Difference]
    documents: int
    is_first: bool
    is_now: bool


@shop_page()
@require_safe
def history(request: HttpRequest, door: Door) -> HttpResponse:
    """The versions, the newest first; with `?version=`, the documents that it was used for."""
    if not door.may_change and not getattr(door, "visit", None):
        raise PermissionDenied
    integration = integration_of(door)
    if integration is None:
        return render(request, "setup/no_system.html", {"may_change": door.may_change})
    found = paged(integration.versions.all(), request.GET, SIZE)
    values = {
        "paged": found,
        "lines": list(_lines(integration, found.rows, _words(integration))),
        "most": MOST_COUNTED,
        **_documents(request, door, integration),
    }
    return render(request, "setup/history.html", values)


def _words(integration: Integration) -> Words:
    connection = integration.connection
    rows = ShopMethod.objects.filter(shop=integration.shop_id).values_list("key", "name")
    return Words(provider_class(connection.provider), Choices.from_json(connection.choices), dict(rows))


def _lines(integration: Integration, rows: Sequence[SettingsVersion], words: Words) -> Iterator[Line]:
    """The page's versions; the one before the oldest of them is read to compare with. Two queries."""
    oldest = rows[-1].number if rows else 0
    before = integration.versions.filter(number=oldest - 1).first()
    values: dict[int, Mapping[str, str]] = {row.number: row.values for row in (*rows, *([before] if before else []))}
    counts = _counts(integration.versions.filter(pk__in=[row.pk for row in rows]))
    for row in rows:
        earlier = values.get(row.number - 1)
        differences = words.differences(earlier, row.values) if earlier is not None else []
        is_now = row.pk == integration.settings_id
        yield Line(row, differences, counts.get(row.pk, 0), earlier is None, is_now)


def _counts(rows: QuerySet[SettingsVersion]) -> dict[int, int]:
    used = SyncJob.objects.filter(settings=OuterRef("pk")).values("pk")[:MOST_COUNTED]
    return dict(rows.annotate(documents=_Counted(used)).values_list("pk", "documents"))


def _documents(request: HttpRequest, door: Door, integration: Integration) -> dict[str, Any]:
    number = request.GET.get("version", "")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return {}
    version = integration.versions.filter(number=int(number)).first()
    if version is None:
        return {}
    jobs = SyncJob.objects.filter(shop=door.shop, settings=version).defer("order", "document").order_by("-pk")
    shown = list(jobs[:MOST_SHOWN])
    parts = addresses(door.shop, shown)
    return {"chosen": version, "documents": [(job, parts[job.pk]) for job in shown], "most_shown": MOST_SHOWN}
