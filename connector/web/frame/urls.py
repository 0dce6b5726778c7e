"""The pages without a shop."""

from __future__ import annotations

from django.urls import path

from connector.web.frame import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
