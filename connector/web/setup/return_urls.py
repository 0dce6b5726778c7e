"""Where outside systems send browsers back, under `/connect/`, and where a new shop begins."""

from __future__ import annotations

from django.urls import path

from connector.web.setup import coming_back, create, shop

urlpatterns = [
    path("shop/new/", create.create, name="shop-create"),
    path("shop/<slug:kind>/", shop.come_back, name="shop-return"),
    path("books/<slug:provider>/", coming_back.fixed, name="books-return-fixed"),
    path("books/<slug:provider>/<slug:state>/", coming_back.come_back, name="books-return"),
]
