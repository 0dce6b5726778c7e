"""The settings tab *Messages*, under `/s/<shop>/`."""

from __future__ import annotations

from django.urls import path

from connector.web.notices import messages

urlpatterns = [path("settings/messages/", messages.page, name="settings-messages")]
