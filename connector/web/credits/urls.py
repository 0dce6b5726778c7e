"""Where the pages about credit notes are."""

from __future__ import annotations

from django.urls import path

from connector.web.credits import again, listing, make, note, unknown

urlpatterns = [
    path("orders/<str:no>/credit/", make.page, name="order-credit"),
    path("orders/<str:no>/again/", again.page, name="order-again"),
    path("orders/<str:no>/original/", unknown.choose, name="credit-original"),
    path("credit-notes/", listing.page, name="credit-notes"),
    path("credit-notes/<int:number>/", note.page, name="credit-note"),
    path("credit-notes/<int:number>/money/", note.money, name="credit-note-money"),
]
