"""The pages under `/staff/`."""

from __future__ import annotations

from django.urls import path

from connector.web.staff import businesses, log, messages, us

urlpatterns = [
    path("", log.home, name="staff"),
    path("log/", log.page, name="staff-log"),
    path("us/", us.page, name="staff-us"),
    path("us/<int:tenant_id>/orders/<int:job_id>/", us.act, name="staff-us-order"),
    path("us/<int:tenant_id>/lanes/<int:lane_id>/", us.push, name="staff-us-lane"),
    path("messages/", messages.page, name="staff-messages"),
    path("messages/<int:message_id>/end/", messages.end, name="staff-message-end"),
    path("businesses/<int:tenant_id>/", businesses.page, name="staff-business"),
    path("businesses/<int:tenant_id>/end/", businesses.end, name="staff-business-end"),
]
