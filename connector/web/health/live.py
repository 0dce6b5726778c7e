"""Asking the books now, for a page: never longer than a person waits, and not again within seconds."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.core.cache import cache
from django.utils import timezone

from accounting.base import AccountingProvider, Finding
from connector.core.errors import Stop

SECONDS = 5.0
"""So long the page waits for the books; what comes later is told by the next look."""
KEPT_SECONDS = 10
"""An answer holds so long: pressing the button again and again costs the provider's limit nothing."""


class How(StrEnum):
    """What came of asking."""

    ANSWERED = "answered"
    REFUSED = "refused"
    SLOW = "slow"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class Answer:
    """What the books said. `code` and `facts` are why they refused; `findings` what their self-check found."""

    how: How
    at: datetime
    findings: tuple[Finding, ...] = ()
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def not_asked() -> Answer:
    """The answer where nobody could be asked."""
    return Answer(How.NOT_ASKED, timezone.now())


def ask(settings_of: str, provider: AccountingProvider, values: Mapping[str, str]) -> Answer:
    """Check the books under these settings, at most `SECONDS` long; within `KEPT_SECONDS` the answer of before.

    `settings_of` names the shop's settings and their version.
    """
    key = f"health:{settings_of}"
    kept = cache.get(key)
    if isinstance(kept, Answer):
        return kept
    # Whoever presses again while the first question is under way does not ask a second.
    cache.set(key, Answer(How.SLOW, timezone.now()), KEPT_SECONDS)
    answer = _asked(provider, values)
    cache.set(key, answer, KEPT_SECONDS)
    return answer


def _asked(provider: AccountingProvider, values: Mapping[str, str]) -> Answer:
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
    try:
        found = pool.submit(provider.check, values).result(timeout=SECONDS)
    except Late:
        return Answer(How.SLOW, timezone.now())
    except Stop as error:
        return Answer(How.REFUSED, timezone.now(), code=error.code, facts=dict(error.facts))
    finally:
        # The thread ends with its call, which has a deadline of its own.
        pool.shutdown(wait=False, cancel_futures=True)
    return Answer(How.ANSWERED, timezone.now(), tuple(found))
