"""Every URL prefix on one screen. Deliveries of shops (`/hooks/<code>/`) are answered before this, in web/hooks.py."""

from __future__ import annotations

from django.urls import include, path

from connector.web.frame import views as frame

urlpatterns = [
    path("", include("connector.web.frame.urls")),
    path("s/<slug:slug>/", include("connector.web.orders.urls")),
    path("s/<slug:slug>/", include("connector.web.setup.urls")),
    path("connect/", include("connector.web.setup.return_urls")),
    path("api/", include("connector.web.api.urls")),
]
handler403 = frame.forbidden
handler404 = frame.not_found
handler500 = frame.broken
