"""Sending: the outbox' due mails, one by one, through the installation's mail server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from connector.notices import outbox
from connector.notices.models import Mail
from connector.sync import clock
from connector.tenancy.scope import scope

REFUSED_FOR_GOOD = 500
"""RFC 5321, 4.2.1: an answer of 5xx is final, 4xx may pass."""


@dataclass(frozen=True)
class Written:
    """A mail in its reader's language. `off_url`: where one click switches it off; empty where it always comes."""

    to: str
    subject: str
    text: str
    html: str
    off_url: str = ""


Write = Callable[[Mail], Written | None]
"""Writes a mail, in its tenant's scope; None when there is nothing to say any more."""


def send(tenant_id: int, mail_id: int, write: Write) -> None:
    """Send one mail, if it is still due."""
    mail = outbox.claim(tenant_id, mail_id, clock.now())
    if mail is None:
        return
    try:
        with scope(tenant_id):
            written = write(mail)
        if written:
            message(mail, written).send()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the others go out
        outbox.failed(mail, error, clock.now(), for_good=_is_final(error))
    else:
        if written:
            outbox.sent(mail, clock.now())
        else:
            outbox.moot(mail)


def message(mail: Mail, written: Written) -> EmailMultiAlternatives:
    """The mail as it goes out. The same row has the same Message-ID whenever it is sent: SMTP cannot say whether a
    mail got through whose sender died, and a mailbox that gets it twice shows it once."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {"Message-ID": f"<notice-{mail.pk}.{_stamp(mail.made_at)}@{host}>", "Auto-Submitted": "auto-generated"}
    if written.off_url:
        # RFC 8058: the mail program posts there by itself, without cookies.
        headers["List-Unsubscribe"] = f"<{written.off_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made = EmailMultiAlternatives(
        " ".join(written.subject.split()),
        written.text,
        to=[written.to],
        headers=headers,
    )
    made.attach_alternative(written.html, "text/html")
    return made


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _is_final(error: Exception) -> bool:
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= REFUSED_FOR_GOOD for code, _words in error.recipients.values())
