"""The pages behind the links in mails, which belong to no shop's address."""

from __future__ import annotations

from django.urls import path

from connector.web.notices import signed

urlpatterns = [
    path("mails/off/<str:token>/", signed.off, name="notices-off"),
    path("mails/address/<str:token>/", signed.confirm, name="notices-confirm"),
]
