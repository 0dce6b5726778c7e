"""The pages about a shop's orders."""

from __future__ import annotations

from django.urls import path

from connector.web.orders import overview

urlpatterns = [
    path("", overview.page, name="overview"),
]
