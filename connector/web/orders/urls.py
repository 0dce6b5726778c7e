"""The pages about a shop's orders."""

from __future__ import annotations

from django.urls import path

from connector.web.orders import listing, log, needs_you, order, overview

urlpatterns = [
    path("", overview.page, name="overview"),
    path("orders/", listing.page, name="orders"),
    path("orders/<str:no>/", order.page, name="order"),
    path("orders/<str:no>/transfer/", order.transfer, name="order-transfer"),
    path("orders/<str:no>/by-hand/", order.by_hand, name="order-by-hand"),
    path("orders/<str:no>/confirm/", order.confirm, name="order-confirm"),
    path("needs-you/", needs_you.page, name="needs-you"),
    path("needs-you/mend/", needs_you.mend, name="needs-you-mend"),
    path("log/", log.page, name="log"),
]
