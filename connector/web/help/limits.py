"""How often one reader may send something: counted in the shared cache, which may forget."""

from __future__ import annotations

from hashlib import sha256

from allauth.core.internal.httpkit import get_client_ip
from django.core.cache import cache
from django.http import HttpRequest

MOST, SECONDS = 5, 600
"""So many mails in so many seconds: more is a script, or a button that is pressed in anger and has worked."""


def is_too_often(request: HttpRequest, what: str, *, most: int = MOST) -> bool:
    """Count one more sending of `what` by this user, or from this network address; True beyond `most`."""
    who = f"user {request.user.pk}" if request.user.is_authenticated else f"from {get_client_ip(request)}"
    key = f"help:{what}:{sha256(who.encode()).hexdigest()}"
    if cache.add(key, 1, SECONDS):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # the time ended between the two
        return False
