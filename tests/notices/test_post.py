"""Sending: once, although workers die; again after a failure; given up where everybody can see it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from connector.notices import outbox, post, watching
from connector.notices.loop import Telling
from connector.notices.models import Mail
from connector.web.notices.mails import write
from tests.notices.conftest import House, parts, to
from tests.sync.side_by_side import at_once

pytestmark = pytest.mark.engine


class Killed(BaseException):
    """The worker is gone."""


def one_mail(house: House) -> Mail:
    """A mail to Anna that waits to be sent; Bo wants none."""
    house.stop("10020")
    watching.look(house.setup.shop.tenant_id, house.setup.shop.pk, house.at)
    with house.scope():
        Mail.objects.filter(user=house.people.bo).delete()
        return Mail.objects.get()


def fails(monkeypatch: pytest.MonkeyPatch, error: BaseException, *, after: bool = False) -> None:
    """Sending fails so, before or after the mail is out."""
    real = EmailMultiAlternatives.send

    def send(self: Any, *more: Any) -> int:
        if after:
            real(self, *more)
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)


def test_workers_that_send_at_once_send_once(house: House) -> None:
    one = one_mail(house)
    at_once([lambda: post.send(one.tenant_id, one.pk, write) for _ in range(4)])
    assert to(mail.outbox) == ["anna@example.dk"]


@pytest.mark.parametrize("after", [False, True], ids=["before-it-was-out", "after-it-was-out"])
def test_a_mail_whose_sender_died_is_taken_over(house: House, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    one = one_mail(house)
    with monkeypatch.context() as dying:
        fails(dying, Killed(), after=after)
        with pytest.raises(Killed):
            post.send(one.tenant_id, one.pk, write)
    assert house.look() == [], "its lease is not over"
    house.move(minutes=6)
    assert len(house.look()) == 1
    assert len({parts(each)["Message-ID"] for each in mail.outbox}) == 1, "a mailbox shows it once"
    house.move(hours=1)
    assert house.look() == []


def test_a_sender_that_was_taken_for_dead_changes_nothing_any_more(house: House) -> None:
    one = one_mail(house)
    slow = outbox.claim(one.tenant_id, one.pk, house.at)
    assert slow is not None
    house.move(minutes=6)
    assert len(house.look()) == 1
    outbox.failed(slow, OSError(), house.at, for_good=True)
    assert house.mails()[0].status == Mail.Status.SENT


def test_a_failure_is_tried_again_later_and_later_and_then_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_mail(house)
    fails(monkeypatch, SMTPServerDisconnected("gone"))
    tried = []
    for _ in range(24 * 60):
        before = house.mails()[0].tries
        Telling(write).once()
        if house.mails()[0].tries > before:
            tried.append(house.at)
        if house.mails()[0].status == Mail.Status.GIVEN_UP:
            break
        house.at = house.mails()[0].next_at or house.at
    rests = [later - earlier for earlier, later in pairwise(tried)]
    assert rests == list(outbox.DELAYS)
    assert rests == sorted(rests)
    assert house.mails()[0].trouble == "SMTPServerDisconnected"


def test_a_mail_that_came_through_at_last_is_sent(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one_mail(house)
    with monkeypatch.context() as failing:
        fails(failing, ConnectionRefusedError())
        assert house.look() == []
    house.move(seconds=61)
    assert len(house.look()) == 1
    [row] = house.mails()
    assert (row.status, row.tries, row.trouble) == (Mail.Status.SENT, 2, "")


@pytest.mark.parametrize(("code", "status"), [(550, Mail.Status.GIVEN_UP), (450, Mail.Status.WAITING)])
def test_an_address_that_refuses_for_good_is_given_up_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch, code: int, status: str
) -> None:
    one_mail(house)
    fails(monkeypatch, SMTPRecipientsRefused({"anna@example.dk": (code, b"no")}))
    house.look()
    assert house.mails()[0].status == status


def test_what_never_arrived_is_in_the_next_mornings_mail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one_mail(house)
    with monkeypatch.context() as failing:
        fails(failing, SMTPRecipientsRefused({"anna@example.dk": (550, b"no")}))
        house.look()
    house.morning()
    assert "anna@example.dk" in to(house.look())


def test_a_mail_that_cannot_be_written_keeps_no_other_waiting(house: House) -> None:
    one = one_mail(house)
    with house.scope():
        Mail.objects.create(
            tenant_id=one.tenant_id,
            shop=one.shop,
            user=one.user,
            kind="?",
            event="?",
            made_at=house.at - timedelta(hours=1),
            next_at=house.at - timedelta(hours=1),
        )
    assert len(house.look()) == 1


def test_nothing_of_an_address_is_kept_or_logged(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one_mail(house)
    fails(monkeypatch, SMTPRecipientsRefused({"anna@example.dk": (550, b"no such user anna@example.dk")}))
    house.look()
    assert "given up" in caplog.text
    assert "anna" not in caplog.text + house.mails()[0].trouble
