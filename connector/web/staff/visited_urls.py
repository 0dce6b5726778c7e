"""What a business sees of our visits."""

from __future__ import annotations

from django.urls import path

from connector.web.staff import visited

urlpatterns = [path("support-visits/", visited.page, name="support-visits")]
