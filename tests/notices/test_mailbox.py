"""A mail as a mailbox gets it, over SMTP: the sandbox's own, on a port of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox import mail as sandbox_mail
from tests.notices.conftest import House

pytestmark = pytest.mark.engine


@dataclass
class Box:
    """What the sandbox keeps mails in."""

    clock: Any = lambda: 1_795_000_000.0
    mails: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    """A listening mailbox that the installation's mail goes to."""
    made, loop = Box(), asyncio.new_event_loop()
    server = loop.run_until_complete(sandbox_mail.listen(made, 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.sockets[0].getsockname()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    server.close()
    loop.close()


def test_a_mail_arrives_whole(house: House, box: Box) -> None:
    house.stop("10020")
    house.look()
    assert [one["to"] for one in box.mails] == ["anna@example.dk", "bo@example.dk"]
    first = box.mails[0]
    assert first["subject"] == "1 ordre har brug for dig (nordlys.dk)"
    assert "Den venter hos os, intet er tabt." in first["text"]
    assert "https://connector.example/s/nordlys/needs-you/" in first["text"]


def test_a_server_that_is_away_is_tried_again(house: House, box: Box, settings: Any) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    house.stop("10020")
    house.look()
    assert box.mails == []
    settings.EMAIL_PORT = port
    house.move(minutes=2)
    house.look()
    assert len(box.mails) == 2
