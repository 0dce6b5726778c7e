"""The pages of the articles, and what readers say of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from connector.web.help.about import about
from connector.web.help.library import ARTICLES, Article
from connector.web.help.limits import is_too_often
from connector.web.help.models import Vote


@dataclass(frozen=True)
class Votes:
    """How many answered, and how many of them found it useful."""

    useful: int
    all: int


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All articles, and the ways to reach a person."""
    return render(request, "help/index.html", {"articles": ARTICLES.values(), "about": about(request)})


@require_safe
def page(request: HttpRequest, article: str) -> HttpResponse:
    """One article in the reader's language."""
    found = _found(article)
    values = {"article": found, "votes": _votes(found), "about": about(request)}
    return render(request, "help/article.html", values)


@require_POST
def vote(request: HttpRequest, article: str) -> HttpResponse:
    """Keep the reader's answer; a second one replaces the first."""
    found = _found(article)
    if request.POST.get("useful") in ("yes", "no") and not is_too_often(request, "vote", most=30):
        is_useful = request.POST["useful"] == "yes"
        Vote.objects.update_or_create(article=found.slug, voter=_voter(request), defaults={"is_useful": is_useful})
        messages.success(request, _("Thank you for the answer."))
    response = redirect("help-article", found.slug)
    response["Location"] += about(request).query
    return response


def _found(slug: str) -> Article:
    if slug not in ARTICLES:
        raise Http404
    return ARTICLES[slug]


def _votes(article: Article) -> Votes:
    found = Vote.objects.filter(article=article.slug).aggregate(all=Count("pk"), useful=Count("pk", Q(is_useful=True)))
    return Votes(found["useful"], found["all"])


def _voter(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        who = f"user {request.user.pk}"
    else:
        if not request.session.session_key:
            request.session.create()
        who = f"session {request.session.session_key}"
    return salted_hmac("connector.help.vote", who, algorithm="sha256").hexdigest()
