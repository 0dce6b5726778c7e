"""The read-only API, under `/api/`."""

from __future__ import annotations

from django.urls import path

from connector.web.api.views import Health, Orders

urlpatterns = [
    path("shops/<slug:slug>/orders/", Orders.as_view(), name="api-orders"),
    path("shops/<slug:slug>/health/", Health.as_view(), name="api-health"),
]
