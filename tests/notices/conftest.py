"""Anna's shop, connected to both sides, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail

from connector.core.states import State
from connector.notices.loop import Telling
from connector.notices.models import Mail
from connector.sync import clock
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from connector.web.notices.mails import write
from tests.people import People, make_people
from tests.web.factories import Setup, a_job, an_attempt, connect

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""One in the afternoon in Copenhagen."""
SKU = {"sku": "KOP-7", "name": "Kop", "order": "10020"}


@pytest.fixture(scope="session", autouse=True)
def translated(texts: None) -> None:
    """The mails are read in their languages."""


@dataclass
class House:
    """The business, its clock, and what was mailed."""

    people: People
    setup: Setup
    at: datetime = FRIDAY

    def look(self) -> list[Any]:
        """One look of the loop; returns the mails that it sent."""
        before = len(mail.outbox)
        Telling(write).once()
        return mail.outbox[before:]

    def move(self, **span: float) -> None:
        self.at += timedelta(**span)

    def morning(self) -> None:
        """The next eight o'clock in Copenhagen, in winter."""
        day = self.at.replace(hour=7, minute=0, second=30)
        self.at = day if day > self.at else day + timedelta(days=1)

    def stop(self, number: str, reason: str = "product-missing", **facts: str) -> SyncJob:
        """An order that needs somebody, as a try left it."""
        with self.scope():
            job = a_job(
                self.setup, number, State.NEEDS_YOU, reason, facts={**SKU, "order": number, **facts}, closed_at=self.at
            )
            an_attempt(job, ended_at=self.at)
            return job

    def fix(self, job: SyncJob) -> None:
        """It went into the books after all."""
        with self.scope():
            SyncJob.objects.filter(pk=job.pk).update(state=State.DONE, reason="")

    def lose(self, status: str = "revoked") -> None:
        with self.scope():
            connection = self.setup.connection
            type(connection).objects.filter(pk=connection.pk).update(status=status)

    def mails(self) -> list[Mail]:
        with self.scope():
            return list(Mail.objects.order_by("pk"))

    def scope(self) -> Any:
        return scope(self.people.nordlys.tenant.pk)


def to(sent: list[Any]) -> list[str]:
    """Whom these mails went to."""
    return sorted(one.to[0] for one in sent)


def parts(one: Any) -> EmailMessage:
    made: EmailMessage = one.message()
    return made


@pytest.fixture
def house(db_clean: None, settings: Any) -> Iterator[House]:
    settings.PUBLIC_URL = "https://connector.example"
    settings.SUPPORT_EMAIL = "support@connector.example"
    people = make_people()
    with scope(people.nordlys.tenant.pk):
        setup = connect(people.nordlys.shop)
    made = House(people, setup)
    with clock.moved(lambda: made.at):
        made.look()
        yield made
