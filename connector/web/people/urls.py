"""The settings tab *Users*, under `/s/<shop>/`."""

from __future__ import annotations

from django.urls import path

from connector.web.people import users

urlpatterns = [
    path("settings/people/", users.page, name="settings-people"),
    path("settings/people/<int:member>/role/", users.role, name="settings-people-role"),
    path("settings/people/<int:member>/remove/", users.remove, name="settings-people-remove"),
    path("settings/people/invitations/<int:invitation>/again/", users.send_again, name="settings-people-again"),
    path("settings/people/invitations/<int:invitation>/withdraw/", users.withdraw, name="settings-people-withdraw"),
]
