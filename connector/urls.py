"""Every URL prefix on one screen. Deliveries of shops (`/hooks/<code>/`) are answered before this, in web/hooks.py."""

from __future__ import annotations

from django.urls import include, path

from connector.web.frame.views import broken, forbidden, not_found

urlpatterns = [
    path("", include("connector.web.frame.urls")),
    path("", include("connector.web.accounts.urls")),
    path("", include("connector.web.people.root_urls")),
    path("", include("connector.web.notices.root_urls")),
    path("s/<slug:slug>/", include("connector.web.orders.urls")),
    path("s/<slug:slug>/", include("connector.web.credits.urls")),
    path("s/<slug:slug>/", include("connector.web.setup.urls")),
    path("s/<slug:slug>/", include("connector.web.notices.urls")),
    path("s/<slug:slug>/", include("connector.web.people.urls")),
    path("s/<slug:slug>/", include("connector.web.staff.visited_urls")),
    path("s/<slug:slug>/", include("connector.web.health.urls")),
    path("help/", include("connector.web.help.urls")),
    path("staff/", include("connector.web.staff.urls")),
    path("connect/", include("connector.web.setup.return_urls")),
    path("api/", include("connector.web.api.urls")),
]
handler403 = forbidden
handler404 = not_found
handler500 = broken
