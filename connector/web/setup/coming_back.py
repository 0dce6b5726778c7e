"""Where a provider sends the owner's browser back to, and what it may bring."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounting.access import SignIn
from accounting.registry import PROVIDERS, provider_class
from connector.tenancy import answers, handshake
from connector.web.setup import candidates, handshakes
from connector.web.setup.handshakes import Arrival, How
from connector.web.setup.leaving import not_made, our_address, return_address, tell, untraceable
from shops.models import Shop

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 8 * 1024
"""Of a posted answer: whoever sends more is no sign-in page."""
FIELDS = ("state", "code", "iss", "scope", "error")
"""What is kept of a posted answer (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207)."""


class _SeeOther(HttpResponseRedirect):
    status_code = 303


def purpose(provider: str) -> str:
    """What a handshake is made for."""
    return f"accounting:{provider}"


def sign_in(provider: str, state: str) -> SignIn:
    """The sign-in with this state, the same before the browser leaves and when it is back; without one where the
    answer held none."""
    has_fixed = not state or provider_class(provider).return_is_fixed
    back = our_address("books-return-fixed", provider) if has_fixed else our_address("books-return", provider, state)
    return SignIn(back, state, handshake.verifier(state), get_language() or "da")


@csrf_exempt
def fixed(request: HttpRequest, provider: str) -> HttpResponse:
    """The one address for everybody: of providers that answer with the state, and of those that answer with none.

    Another site's page may post the answer here. No cookie of ours comes with that, so who it is cannot be known yet:
    the answer waits, and the browser is sent on to where it brings its cookies.
    """
    if provider not in PROVIDERS:
        raise Http404
    if request.method != "POST":
        return come_back(request, provider=provider)
    if not provider_class(provider).return_is_fixed:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    state = _kept(request, provider)
    address = reverse("books-return-fixed", args=[provider])
    return untraceable(_SeeOther(f"{address}?{urlencode({'state': state})}"))


def _kept(request: HttpRequest, provider: str) -> str:
    """Keep the posted answer, if it is one; its state. Whether a sign-in waits for it is told to nobody."""
    if request.content_type != FORM or _size(request) > MOST_BYTES:
        return ""
    answer = {name: request.POST[name] for name in FIELDS if name in request.POST}
    state = answer.get("state", "")[: answers.LONGEST_STATE]
    answers.keep(purpose(provider), state, answer)
    return state


def _size(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isdecimal() else MOST_BYTES + 1


@return_address
@require_safe
def come_back(request: HttpRequest, provider: str, state: str = "") -> HttpResponse:
    """The provider's answer: what it brought is sealed at once, and the address left behind at once.

    `state` stands in the address of providers that send everybody back to an address of their own.
    """
    if provider not in PROVIDERS:
        raise Http404
    has_fixed = provider_class(provider).return_is_fixed
    if has_fixed and state:
        return not_made(request, provider_class(provider).label, "home")
    state = request.GET.get("state", "") if has_fixed else state
    found = _arrival(request, provider, state, needs_state=has_fixed)
    if found is None:
        return not_made(request, provider_class(provider).label, "home")
    if found.how is not How.AGAIN:
        _take(request, found, provider, state)
    return redirect("finance-connect", found.way.slug)


def _arrival(request: HttpRequest, provider: str, state: str, *, needs_state: bool) -> Arrival | None:
    if state or needs_state:
        return handshakes.arrive(request, purpose(provider), state)
    return handshakes.arrive_without_state(request, purpose(provider))


def _take(request: HttpRequest, arrival: Arrival, provider: str, state: str) -> None:
    made, config = provider_class(provider), settings.ACCOUNTING[provider]
    answer = arrival.posted or request.GET.dict()
    granted = made.granted(config, answer, sign_in(provider, state)) if arrival.how is How.FIRST else None
    if granted is None:
        tell(request, "connection-declined", Shop(), {"provider": made.label})
    else:
        candidates.keep(request, arrival.target, granted)
