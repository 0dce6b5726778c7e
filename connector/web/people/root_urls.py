"""Pages about a person's businesses, which belong to no shop."""

from __future__ import annotations

from django.urls import path

from connector.web.people import clients, joining

urlpatterns = [
    path("clients/", clients.page, name="clients"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
]
