"""Signing in at an outside system: a state that leads its answer back to who asked, once and within ten minutes.

The answer comes as an ordinary address in a browser, so everything in it may be somebody else's doing. It counts only
in the browser session, for the user, tenant, purpose and target for which the state was made. Only hashes are kept.
All functions but `hashed`, `verifier` and `new_secret` run inside the tenant's scope.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from connector.tenancy.models import Handshake

SECRET_BYTES = 32
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Asker:
    """Who signs in at an outside system: the user, and a secret that only this browser's session holds."""

    tenant_id: int
    user_id: int
    browser: str


def new_secret() -> str:
    """256 unguessable bits that can stand in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a state or a browser's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def verifier(state: str) -> str:
    """The secret half of PKCE for this state: 43 characters of RFC 7636, section 4.1.

    Made with the installation's key, so that it need not be kept, and whoever learns the state does not know it.
    """
    made = salted_hmac("connector.tenancy.handshake.verifier", state, algorithm="sha256")
    return base64.urlsafe_b64encode(made.digest()).rstrip(b"=").decode()


def begin(asker: Asker, purpose: str, target: int) -> str:
    """Note that a sign-in begins, and return its state."""
    state = new_secret()
    Handshake.objects.create(
        tenant_id=asker.tenant_id,
        user_id=asker.user_id,
        purpose=purpose,
        target=target,
        state_hash=hashed(state),
        session_hash=hashed(asker.browser),
        expires_at=timezone.now() + LASTS,
    )
    return state


def take(asker: Asker, purpose: str, state_hash: str) -> Handshake | None:
    """Use the sign-in up; None when it is not the asker's, too old or used. Of two at once, one gets it.

    What came for it without the browser's cookies is given this once (`tenancy.answers.opened`).
    """
    mine = _mine(asker, purpose).filter(state_hash=state_hash)
    now = timezone.now()
    if not mine.filter(used_at=None, expires_at__gt=now).update(used_at=now):
        return None
    taken = mine.get()
    mine.exclude(answer="").update(answer="")
    return taken


def was_taken(asker: Asker, purpose: str, state_hash: str) -> bool:
    """Whether the asker has come back with this state before: a double click, or the page loaded again."""
    return _mine(asker, purpose).filter(state_hash=state_hash, used_at__isnull=False).exists()


def pending(asker: Asker, purpose: str, state_hashes: Collection[str]) -> list[Handshake]:
    """Those of the asker's sign-ins that can still be answered, newest first."""
    mine = _mine(asker, purpose).filter(state_hash__in=state_hashes)
    return list(mine.filter(used_at=None, expires_at__gt=timezone.now()).order_by("-id"))


def _mine(asker: Asker, purpose: str) -> QuerySet[Handshake]:
    found: QuerySet[Handshake] = Handshake.objects.filter(
        tenant_id=asker.tenant_id, user_id=asker.user_id, purpose=purpose, session_hash=hashed(asker.browser)
    )
    return found
