"""Help, at one address for everybody. The articles come last: their names are in the address."""

from __future__ import annotations

from django.urls import path

from connector.web.help import articles, how, reasons, support

urlpatterns = [
    path("", articles.index, name="help"),
    path("how/", how.page, name="help-how"),
    path("errors/", reasons.index, name="help-errors"),
    path("errors/<slug:code>/", reasons.page, name="help-error"),
    path("write/", support.write, name="help-write"),
    path("call/", support.call, name="help-call"),
    path("standstill/", support.standstill, name="help-standstill"),
    path("<slug:article>/", articles.page, name="help-article"),
    path("<slug:article>/vote/", articles.vote, name="help-vote"),
]
