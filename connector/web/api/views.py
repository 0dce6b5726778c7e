"""The read-only API. A stranger's shop is 404, like on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, QuerySet
from django.http import Http404
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView

from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.tenancy.access import entry_by_slug
from connector.tenancy.scope import scope
from shops.models import Shop

READING = ["get", "head"]
"""Not OPTIONS either: it would be answered before anybody asked whose shop it is."""


def _find(request: Request, slug: str) -> tuple[int, int]:
    """(tenant id, shop id) of a shop that the user belongs to. Raises Http404."""
    found = entry_by_slug(request.user.pk, slug)
    if found is None:
        raise Http404
    return found[0].tenant_id, found[1]


class OrderSerializer(ModelSerializer):  # type: ignore[misc]
    """An order and what became of it. Amounts are strings with two decimals."""

    class Meta:
        model = SyncJob
        fields = (
            "id",
            "kind",
            "order_id",
            "order_number",
            "customer_name",
            "placed_at",
            "total",
            "currency",
            "state",
            "detail",
            "reason",
            "document_number",
            "document_total",
            "balance",
            "closed_at",
        )
        read_only_fields = fields


class Newest(CursorPagination):  # type: ignore[misc]
    """Newest first; the cursor stays right while orders come in."""

    ordering = "-id"
    page_size = 50


class Orders(ListAPIView):  # type: ignore[misc]
    """GET: the shop's orders, newest first, 50 a page."""

    http_method_names = READING
    serializer_class = OrderSerializer
    pagination_class = Newest

    def get_queryset(self) -> QuerySet[SyncJob]:
        rows: QuerySet[SyncJob] = SyncJob.objects.filter(shop_id=self.shop_id)
        return rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        tenant_id, self.shop_id = _find(request, kwargs["slug"])
        with scope(tenant_id):
            return super().list(request, *args, **kwargs)


class Health(APIView):  # type: ignore[misc]
    """GET: whether both sides answer, how many orders are in each state, and since when the oldest waits."""

    http_method_names = READING

    def get(self, request: Request, slug: str) -> Response:
        tenant_id, shop_id = _find(request, slug)
        with scope(tenant_id):
            shop = Shop.objects.get(pk=shop_id)
            rows = SyncJob.objects.filter(shop=shop)
            counts = dict(rows.values_list("state").annotate(Count("pk")).order_by())
            oldest = rows.filter(state=State.WAITING).aggregate(oldest=Min("created_at"))["oldest"]
            return Response(
                {
                    "shop": _shop(shop),
                    "books": _books(shop),
                    "orders": {state.value: counts.get(state.value, 0) for state in State},
                    "oldest_waiting_since": oldest,
                }
            )


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "is_connected": shop.is_connected,
        "trouble": shop.trouble,
        "last_event_at": shop.last_event_at,
        "last_answer_at": shop.last_answer_at,
    }


def _books(shop: Shop) -> dict[str, Any] | None:
    tied = Integration.objects.select_related("connection", "settings").filter(shop=shop, is_active=True).first()
    if tied is None:
        return None
    connection = tied.connection
    return {
        "provider": connection.provider,
        "status": connection.status,
        "company_name": connection.company_name,
        "company_number": connection.company_number,
        "trouble": connection.trouble,
        "last_answer_at": connection.last_answer_at,
        "settings_version": tied.settings.number if tied.settings else None,
    }
