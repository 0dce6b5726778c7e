"""The page Fejlsøgning of a shop."""

from __future__ import annotations

from django.urls import path

from connector.web.health import page

urlpatterns = [path("health/", page.page, name="health")]
