"""What a sign-in's answer brings when another site's page posts it: the browser sends no cookie of ours with that.

Such an answer is kept with its sign-in for a minute, sealed, and leads to nothing by itself: the browser is sent on to
an address to which it brings its cookies, and only who began the sign-in takes it up (`tenancy.handshake.take`).
OAuth 2.0 Form Post Response Mode: https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from connector.tenancy.handshake import hashed
from connector.tenancy.models import Handshake
from connector.tenancy.secrets import vault

LASTS = timedelta(seconds=60)
LONGEST_STATE = 200
LONGEST = 4000
"""Characters of all fields together. A code has some hundred at most."""


def keep(purpose: str, state: str, answer: Mapping[str, str]) -> bool:
    """Keep the answer to a sign-in that is under way for this purpose; the first one counts. Not inside a scope.

    False, and no trace, when there is no such sign-in, it was answered, or what came is too long.
    """
    if len(state) > LONGEST_STATE or sum(map(len, answer.values())) > LONGEST:
        return False
    state_hash = hashed(state)
    sealed = vault().seal(json.dumps(dict(answer)), _place(state_hash))
    with connection.cursor() as cursor:
        cursor.execute("SELECT connector_keep_answer(%s, %s, %s, %s)", [purpose, state_hash, sealed, timezone.now()])
        is_kept: bool = cursor.fetchone()[0]
    return is_kept


def opened(taken: Handshake) -> dict[str, str]:
    """What was kept for a sign-in that was just taken up; empty when nothing was, or longer ago than it lasts."""
    if not taken.answer or taken.answered_at is None or taken.answered_at + LASTS <= timezone.now():
        return {}
    answer: dict[str, str] = json.loads(vault().open(taken.answer, _place(taken.state_hash)))
    return answer


def _place(state_hash: str) -> str:
    return f"tenancy_handshake:answer:{state_hash}"
