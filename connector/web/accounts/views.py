"""The account's own page, and what is put around allauth's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from connector.tenancy.models import User
from connector.web.accounts import two_step
from connector.web.accounts.forms import ChoicesForm

View = Callable[..., HttpResponse]
WRONG = 422


def answered(view: View) -> View:
    """Answer a form that was filled in wrongly with 422, as all our pages do; allauth says 200."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and form is not None and form.errors:
            response.status_code = WRONG
        return response

    return answer


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Name, language, colours and keys; and the ways to password, e-mail and two-step sign-in."""
    assert isinstance(request.user, User)
    form = ChoicesForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        with translation.override(form.save().language):
            messages.success(request, _("Saved."))
        return redirect("account")
    about = {
        "form": form,
        "has_two_steps": is_mfa_enabled(request.user),
        "two_steps_required": two_step.is_required(request.user),
    }
    return render(request, "account/account.html", about, status=WRONG if form.errors else 200)


inactive = login_not_required(TemplateView.as_view(template_name="account/account_inactive.html"))
