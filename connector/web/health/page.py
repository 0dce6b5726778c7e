"""The page: asks the books, checks the rest, and shows each answer with the way to mend it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting.base import AccountingProvider
from accounting.models import Connection
from connector.lib.vault import CannotOpen
from connector.sync import build
from connector.sync.models import Channel
from connector.web.health import booking, live, transfers
from connector.web.health.line import Line, Question, Standing, unknown
from connector.web.health.live import How
from connector.web.health.subject import Subject
from connector.web.pages import Door, shop_page
from connector.web.setup.books import integration_of
from connector.web.setup.finance import Books, books_of

log = logging.getLogger(__name__)
LONGEST_SUMMARY = 1500
"""What goes into a mail to support, in characters."""


@shop_page(network=True)
@require_safe
def page(request: HttpRequest, door: Door) -> HttpResponse:
    """Check everything now. What cannot be checked is said; the page itself never fails for it."""
    with door.scope():
        books, lane, provider = _known(door)
    answer = live.not_asked()
    if books and provider:
        answer = live.ask(f"{books.integration.pk}:{books.number}", provider, books.saved if books.version else {})
    with door.scope():
        _note(books, answer)
        subject = Subject(door, books, lane, answer)
        questions = [
            Question(_("Are orders not transferred?"), _checked(transfers.lines, subject)),
            Question(_("Is something booked wrongly?"), _checked(booking.lines, subject)),
        ]
    return render(request, "health/health.html", _about(request, door, questions, answer, books))


def _known(door: Door) -> tuple[Books | None, Channel | None, AccountingProvider | None]:
    """The shop's books, their lane, and the provider where it can be asked: not while it wants a pause."""
    integration = integration_of(door)
    if integration is None:
        return None, None, None
    books, now = books_of(integration), timezone.now()
    lane = Channel.objects.filter(connection=books.connection).first()
    rests = lane is not None and lane.paused_until is not None and lane.paused_until > now
    if books.connection.status != Connection.Status.CONNECTED or rests:
        return books, lane, None
    try:
        return books, lane, build.provider_for(books.connection)
    except (CannotOpen, LookupError, TypeError, ValueError):
        log.exception("health: connection %s", books.connection.pk)
        return books, lane, None


def _note(books: Books | None, answer: live.Answer) -> None:
    """An answer is one whoever asked: the other pages say when the books were last heard."""
    if books and answer.how is How.ANSWERED:
        Connection.objects.filter(pk=books.connection.pk).update(last_answer_at=answer.at)


def _checked(check: Callable[[Subject], Iterator[Line]], subject: Subject) -> Sequence[Line]:
    """The lines of a question, as far as they come: one that breaks must not take the others with it."""
    found: list[Line] = []
    try:
        with transaction.atomic():
            found.extend(check(subject))
    except (DatabaseError, LookupError, TypeError, ValueError):
        log.exception("health of shop %s", subject.shop.pk)
        found.append(unknown(_("The rest could not be checked now")))
    return found


def _about(
    request: HttpRequest, door: Door, questions: Sequence[Question], answer: live.Answer, books: Books | None
) -> dict[str, object]:
    lines = [line for question in questions for line in question.lines]
    checked = [line for line in lines if line.standing is not Standing.UNKNOWN]
    summary = "\n".join(f"{line.standing}: {line.text}" for line in lines)[:LONGEST_SUMMARY]
    return {
        "questions": questions,
        "at": timezone.now(),
        "is_fine": all(line.standing is Standing.FINE for line in lines),
        "checked": len(checked),
        "all": len(lines),
        "is_slow": answer.how is How.SLOW,
        "provider": books.provider.label if books else "",
        "may_change": door.may_change,
        "write_url": f"{reverse('help-write')}?{urlencode({'from': request.path, 'lines': summary})}",
    }
