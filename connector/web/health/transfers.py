"""Are orders not transferred? What stands between the shop and the books. In the shop's scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.core.states import State
from connector.sync import ahead, silence
from connector.sync.models import SyncJob
from connector.web.frame import format as written
from connector.web.health.line import Line, Standing, fine, of_reason, unknown, warning
from connector.web.health.live import How
from connector.web.health.subject import Subject
from connector.web.setup import labels
from connector.web.setup.finance import Books

MOST_COUNTED = 100
POLLS_MISSED = 2
"""So many hours' questions in a row may be late before it is told."""


def lines(subject: Subject) -> Iterator[Line]:
    """Everything about transfers, the connection first."""
    yield _connection(subject)
    books = subject.books
    if books and books.version:
        yield from _stopped_by_choice(subject, books)
        yield _trigger(subject, books)
    yield from _shop(subject)
    if books and books.version:
        yield _methods(subject, books)
    yield _needing(subject)


# --- the books --------------------------------------------------------------------------------------------------------
def _connection(subject: Subject) -> Line:
    books = subject.books
    if books is None:
        return warning(_("No financial system is chosen"), subject.link(_("Choose"), "settings"))
    provider = books.provider.label
    connection = books.connection
    if connection.status == connection.Status.REVOKED:
        return of_reason(subject.told(connection.trouble or "connection-revoked"))
    if not subject.is_connected:
        text = _("There is no connection to %(provider)s") % {"provider": provider}
        return warning(text, subject.link(_("Connect"), "finance-connect"))
    return _as_answered(subject, provider, connection.last_answer_at)


def _as_answered(subject: Subject, provider: str, last: datetime | None) -> Line:
    answer, lane = subject.answer, subject.lane
    if answer.how is How.NOT_ASKED and lane and lane.paused_until:
        said = {"provider": provider, "time": written.when(lane.paused_until)}
        return warning(_("%(provider)s has asked us to pause until %(time)s") % said)
    if answer.how is How.REFUSED and answer.code not in ("provider-down", "rate-limit"):
        return of_reason(subject.told(answer.code, **answer.facts))
    if answer.how is How.ANSWERED:
        said = {"provider": provider, "time": written.clock(answer.at)}
        return fine(_("The connection to %(provider)s is active: it answered at %(time)s") % said)
    if last is None:
        return unknown(_("Could not check the connection to %(provider)s now") % {"provider": provider})
    said = {"provider": provider, "time": written.when(last)}
    return unknown(_("Could not check the connection to %(provider)s; last in order at %(time)s") % said)


def _stopped_by_choice(subject: Subject, books: Books) -> Iterator[Line]:
    paused = books.integration.paused_at
    if paused:
        said = {"time": written.when(paused), "who": books.integration.paused_by}
        text = _("Transfers were paused at %(time)s by %(who)s") % said
        yield warning(text, subject.link(_("Resume"), "finance", anchor="#pause"))
    if books.saved.get("orders") != "on":
        text = _("Order transfer is switched off")
        yield warning(text, subject.link(_("Switch it on"), "finance", anchor="#switches"))


def _trigger(subject: Subject, books: Books) -> Line:
    """The trigger, and how many orders wait for it without anything being wrong."""
    chosen = books.saved.get("trigger", "")
    resting = SyncJob.objects.filter(shop=subject.shop, state=State.NOT_MEANT, reason="not-triggered")
    n = resting[:MOST_COUNTED].count()
    words = labels.CHOICES["trigger"].get(chosen, chosen)
    change = subject.link(_("Change the trigger"), "finance", anchor="#when")
    if not n:
        return fine(_("Trigger: %(trigger)s. No order is waiting for it") % {"trigger": words}, change)
    text = _waiting_for(chosen, n) % {"trigger": words, "n": n}
    query = "?reason=not-triggered&period=all"
    show = subject.link(_("Show %(n)d") % {"n": n}, "orders", query=query, changes=False)
    return fine(text, show, change)


def _waiting_for(trigger: str, n: int) -> str:
    if trigger == "shipment":
        return ngettext(
            "Trigger: %(trigger)s. %(n)d order has not been shipped",
            "Trigger: %(trigger)s. %(n)d orders have not been shipped",
            n,
        )
    return ngettext(
        "Trigger: %(trigger)s. %(n)d order is not that far",
        "Trigger: %(trigger)s. %(n)d orders are not that far",
        n,
    )


# --- the shop ---------------------------------------------------------------------------------------------------------
def _shop(subject: Subject) -> Iterator[Line]:
    shop = subject.shop
    if not shop.is_connected:
        text = _("The shop is not connected")
        yield warning(text, subject.link(_("Connect the shop"), "settings-shop"))
        return
    if shop.trouble:
        yield of_reason(subject.told(shop.trouble))
    yield _messages(subject)
    yield _asked(subject)


def _messages(subject: Subject) -> Line:
    """Whether the shop's own messages come in, judged by the shop's own rhythm."""
    shop, now = subject.shop, timezone.now()
    quiet = silence.of_shop(shop, now)
    if quiet:
        told = subject.told("shop-silent", **silence.facts(quiet))
        return Line(told.title, Standing.WARNING, (), f"{told.cause} {told.fix}", told.code)
    if shop.last_event_at is None:
        return warning(
            _("No message has come from the shop yet"),
            subject.link(_("See the shop"), "settings-shop"),
            more=_("We fetch the orders ourselves every hour."),
        )
    return fine(
        _("Messages from the shop come in; the latest at %(time)s") % {"time": written.when(shop.last_event_at)}
    )


def _asked(subject: Subject) -> Line:
    """Whether our own asking works, which finds what a lost message would have told."""
    polled = subject.shop.polled_at
    if polled is None:
        return unknown(_("We have not asked the shop for changes yet"))
    said = {"time": written.when(polled)}
    late = timedelta(seconds=POLLS_MISSED * settings.POLL_SECONDS)
    if timezone.now() - polled > late:
        return warning(_("We have not reached the shop since %(time)s; we go on trying by ourselves") % said)
    return fine(_("We last asked the shop for changes at %(time)s") % said)


# --- what is ahead ----------------------------------------------------------------------------------------------------
def _methods(subject: Subject, books: Books) -> Line:
    coming = ahead.coming(subject.shop, books.saved, books.provider, books.choices)
    see = subject.link(_("See payment methods"), "finance-mapping", anchor="#payments")
    if not coming:
        return fine(_("Every payment method has its account"), see)
    names = ", ".join(f"“{each.method.name}”" for each in coming[:3])
    text = ngettext("%(n)d method lacks a choice: %(names)s", "%(n)d methods lack a choice: %(names)s", len(coming))
    return warning(text % {"n": len(coming), "names": names}, see)


def _needing(subject: Subject) -> Line:
    n = SyncJob.objects.filter(shop=subject.shop, state=State.NEEDS_YOU)[:MOST_COUNTED].count()
    if not n:
        return fine(_("No order needs you"))
    text = ngettext("%(n)d order needs you", "%(n)d orders need you", n) % {"n": n}
    return warning(text, subject.link(_("See what needs you"), "needs-you", changes=False))
