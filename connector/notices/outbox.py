"""The outbox: a mail is put in once per reader and event, and sent by one worker at a time until it is out.

Putting in is part of the caller's transaction. A mail that is being sent is put off by `LEASE`, so that another worker
takes it over from one that died; `tries` fences the dead one's answer, should it come after all.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from connector.notices.models import Kind, Mail
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from shops.models import Shop

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than the longest sending: every step of it is cut off after `EMAIL_TIMEOUT`."""
MINUTE = timedelta(minutes=1)
DELAYS = (MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 360 * MINUTE, 720 * MINUTE)
"""The rests between tries; after the last one the mail is given up."""


def put(shop: Shop, user: User | None, kind: Kind, what: str, now: datetime, **more: Any) -> bool:
    """Put a mail in, unless this reader has had one about `what`; one that was moot is due again. Whether it is new."""
    reader = user.pk if user else "support"
    known = {"shop": shop, "user": user, "kind": kind, "made_at": now, "next_at": now, **more}
    event = f"{kind}:{reader}:{what}"
    mail, is_new = Mail.objects.get_or_create(tenant_id=shop.tenant_id, event=event, defaults=known)
    again = Mail.objects.filter(pk=mail.pk, status=Mail.Status.MOOT)
    return is_new or bool(again.update(status=Mail.Status.WAITING, made_at=now, next_at=now, **more))


def claim(tenant_id: int, mail_id: int, now: datetime) -> Mail | None:
    """Take a due mail; None when another worker was faster."""
    with scope(tenant_id):
        due = Mail.objects.filter(pk=mail_id, status=Mail.Status.WAITING, next_at__lte=now)
        if not due.update(next_at=now + LEASE, tries=F("tries") + 1):
            return None
        return Mail.objects.select_related("shop", "user").get(pk=mail_id)


def sent(mail: Mail, now: datetime) -> None:
    """It is out."""
    _rest(mail, status=Mail.Status.SENT, sent_at=now, next_at=None, trouble="")


def moot(mail: Mail) -> None:
    """What it would say is no longer true, or its reader wants it no more."""
    _rest(mail, status=Mail.Status.MOOT, next_at=None)


def failed(mail: Mail, error: Exception, now: datetime, *, for_good: bool) -> None:
    """It could not be sent: try again later, or give it up."""
    name = type(error).__name__[:60]
    if for_good or mail.tries > len(DELAYS):
        log.warning("mail %s given up: %s", mail.pk, name)
        _rest(mail, status=Mail.Status.GIVEN_UP, next_at=None, trouble=name)
        return
    log.info("mail %s not sent: %s", mail.pk, name)
    _rest(mail, next_at=now + DELAYS[mail.tries - 1], trouble=name)


def _rest(mail: Mail, **values: Any) -> None:
    with scope(mail.tenant_id):
        Mail.objects.filter(pk=mail.pk, status=Mail.Status.WAITING, tries=mail.tries).update(**values)
