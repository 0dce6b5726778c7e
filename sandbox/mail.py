"""Mails: what came by SMTP or by POST, and the listener that an `EMAIL_URL` can name."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.shoporama.places import local
from sandbox.wire import Clock

MOST = 500
"""So many mails are kept; a demo that runs for days must not grow."""


class Mailbox(Protocol):
    """What of the world a mail needs."""

    mails: list[dict[str, Any]]

    @property
    def clock(self) -> Clock:
        """What time it is."""


def put(mailbox: Mailbox, raw: bytes) -> None:
    """Keep a message (RFC 5322): `from`, `to`, `subject`, `text`, `at`."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    mail = {name: str(message.get(name, "")) for name in ("from", "to", "subject")}
    mailbox.mails.append(mail | {"at": local(mailbox.clock()), "text": body.get_content() if body else ""})
    del mailbox.mails[:-MOST]


class Keeper:
    """What aiosmtpd calls for each mail: https://aiosmtpd.aio-libs.org/en/latest/handlers.html."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it and say so."""
        content = envelope.content or b""
        put(self._mailbox, content if isinstance(content, bytes) else content.encode())
        return "250 kept"


async def listen(mailbox: Mailbox, port: int) -> asyncio.Server:
    """Take mails on 127.0.0.1; port 0 takes a free one. Raises OSError when it is taken."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(Keeper(mailbox), hostname="localhost", ident="sandbox", loop=loop, enable_SMTPUTF8=True)

    return await loop.create_server(protocol, "127.0.0.1", port)
