"""The pages without a shop."""

from __future__ import annotations

from django.urls import path

from connector.web.frame import views
from connector.web.frame.language import choose_language

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", choose_language, name="language"),
]
