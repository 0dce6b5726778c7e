"""A job's reason in words: what happened, why, what to do, and what happens then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounting.registry import PROVIDERS, provider_class
from connector.core.document import InvoiceDocument
from connector.core.states import State
from connector.sync import holds
from connector.sync.models import SyncJob
from connector.web.frame import format as written
from connector.web.frame import notes
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.catalogue.reason import OF_FIELD, Reason
from connector.web.frame.countries import country
from connector.web.frame.exact import exact
from connector.web.frame.words import CLOSED_LISTS, FEES, FIELDS, MENDS, UNNAMED, Text
from connector.web.setup.labels import label
from shops.models import Shop

__all__ = ["CATALOGUE", "Explanation", "explain", "explain_code", "provider_label"]

AMOUNTS = frozenset({"lines", "paid", "difference", "amount", "remainder", "total", "credited", "booked", "now"})
RATES = frozenset({"rate", "shop_rate", "books_rate"})
DAYS = frozenset({"date", "start", "open"})
MOMENTS = frozenset({"since"})
"""Facts that are ISO times."""
MONEY_FACTS = frozenset({"gross", "vat"})
"""Of a draft that differs: the facts whose two values are amounts."""

OF_ONE = frozenset({"order", "order-credit", "credit-note"})
"""Pages of one order or credit note."""

UNKNOWN = "…"
MAX_SHOWN = 120

_NAMED = re.compile(r"%\((\w+)\)s")
_AMOUNT = re.compile(r"([-+]?\d+(?:\.\d+)?)(?: ([A-Z]{3}))?")


@dataclass(frozen=True)
class Explanation:
    """A reason in the reader's language. `url` is where it is mended, empty where no page mends it.

    `then` is what happens afterwards, empty where nothing happens by itself; `mend` the words of the link to `url`.
    """

    title: str
    cause: str
    fix: str
    then: str
    url: str
    code: str
    mend: str = ""


def explain(job: SyncJob, waiting: int = 1) -> Explanation | None:
    """Why the job rests where it does; None when nothing holds it. `waiting` orders go on after the mend.

    Reads `job.shop` and `job.integration.connection`: select them together with the job.
    """
    code = job.reason or _unsaid(job)
    if not code:
        return None
    facts = _Facts.of_job(job, job.facts)
    then = _last_beat(exact(code, facts.given), State(job.state), job, waiting)
    return _explanation(code, facts, job, then)


def explain_closed_period(job: SyncJob, document: InvoiceDocument) -> Explanation | None:
    """Why the document is dated otherwise than the order, as a notice beside it; None where it is not."""
    if document.true_date is None:
        return None
    day = document.true_date.isoformat()
    facts = {"period": day[:7], "date": day, "open": document.date.isoformat()}
    return _explanation("period-closed", _Facts.of_job(job, facts), job, "")


def explain_attempt(job: SyncJob, reason: str, facts: Mapping[str, Any]) -> Explanation | None:
    """The same for what one try of the job came to. What happens then is not said: it has happened."""
    return _explanation(reason, _Facts.of_job(job, facts), job, "") if reason else None


def explain_code(
    code: str, *, shop: Shop, provider: str = "", facts: Mapping[str, Any] | None = None, waiting: int = 0
) -> Explanation:
    """A reason that is not a job's: of a connection, a shop or a self-check. `waiting` orders go on after the mend.

    `provider` is the registered name.
    """
    known = exact(code, facts or {})
    shown = _Facts({"shop": shop.name, "provider": provider_label(provider), **(facts or {})}, shop.currency)
    then = _last_beat(known, known.state, None, waiting)
    return Explanation(*_told(known, shown), then, _url(known, shop.slug, "", shown), code, _mend(known))


def _unsaid(job: SyncJob) -> str:
    """The reason of a job that carries none."""
    if job.state == State.WAITING:
        return holds.why(job.integration, has_begun=True) if job.integration else holds.NO_SETTINGS
    return "unexpected" if job.state in (State.NEEDS_YOU, State.NEEDS_US) else ""


def provider_label(name: str) -> str:
    """What people call the financial system."""
    return provider_class(name).label if name in PROVIDERS else name


def order_address(job: SyncJob) -> str:
    """The part of an address that names the order; the job's own id where the number cannot, as that of a credit note:
    it is of another series."""
    number = job.order_number if job.kind == "invoice" else ""
    return number if number and "/" not in number and not number.startswith(("id-", ".")) else f"id-{job.pk}"


def _explanation(code: str, facts: _Facts, job: SyncJob, then: str) -> Explanation:
    known = exact(code, facts.given)
    own = notes.address_of_original(job) if known.is_of_original else ""
    url = _url(known, job.shop.slug, own or order_address(job), facts)
    is_note = notes.is_credit(job) and known.page == "order" and not own
    mend = str(MENDS["credit-note"]) if is_note else _mend(known)
    return Explanation(*_told(known, facts), then, url, code, mend)


def _mend(known: Reason) -> str:
    return str(MENDS.get(f"{known.page}#{known.anchor}") or MENDS.get(known.page, ""))


def _told(known: Reason, facts: _Facts) -> tuple[str, str, str]:
    # What to do is always said, even where a name in it is unknown.
    fix = facts.sentences(known.fix) or " ".join(facts.fill(text) for text in known.fix)
    return facts.fill(known.title), facts.sentences(known.cause), fix


def _last_beat(known: Reason, state: State | None, job: SyncJob | None, waiting: int) -> str:
    if state is State.WAITING and (known.goes_on or known.state is not State.WAITING):
        return _next_try(job)
    if not known.goes_on:
        return ""
    if state is State.NEEDS_US:
        return _("We are on it and will write to you. You need not do anything.")
    if state is State.NEEDS_YOU and waiting:
        return _goes_on(waiting, is_credit=job is not None and notes.is_credit(job))
    return ""


def _goes_on(waiting: int, *, is_credit: bool) -> str:
    if is_credit:
        return ngettext(
            "After that, %(n)d credit note is transferred by itself.",
            "After that, %(n)d credit notes are transferred by themselves.",
            waiting,
        ) % {"n": waiting}
    return ngettext(
        "After that, %(n)d order is transferred by itself.",
        "After that, %(n)d orders are transferred by themselves.",
        waiting,
    ) % {"n": waiting}


def _next_try(job: SyncJob | None) -> str:
    if job and job.not_before:
        at = written.when(job.not_before)
        return _("We try again ourselves at %(time)s. Nothing is lost.") % {"time": at}
    return _("It goes on by itself. Nothing is lost.")


def _url(known: Reason, slug: str, order: str, facts: _Facts) -> str:
    """Where it is mended; empty while that page does not exist, and for an order's page without an order."""
    named = facts.note if known.page == "credit-note" else order
    parts = [slug, named] if known.page in OF_ONE else [slug]
    if not all(parts):
        return ""
    try:
        url = reverse(known.page, args=parts)
    except NoReverseMatch:
        return ""
    anchor = facts.group_of_field if known.anchor == OF_FIELD else known.anchor
    return f"{url}#{anchor}" if anchor else url


class _Facts:
    """What is known, written for people. Never fails: what nobody gave has a word of its own or is left out."""

    def __init__(self, given: Mapping[str, Any], currency: str) -> None:
        self.given = {name: value for name, value in given.items() if value not in (None, "")}
        self._currency = currency

    @classmethod
    def of_job(cls, job: SyncJob, facts: Mapping[str, Any]) -> _Facts:
        """The job's own facts, with those that follow from where it belongs."""
        provider = job.integration.connection.provider if job.integration else ""
        common = {
            "order": job.order_number or job.order_id,
            "shop": job.shop.name,
            "provider": provider_label(provider),
            "invoice": job.document_number,
        }
        return cls({**common, **notes.told_of(job, facts)}, job.currency or job.shop.currency)

    def sentences(self, texts: Sequence[Text]) -> str:
        """Those of the sentences whose facts are known."""
        return " ".join(self.fill(text) for text in texts if all(self._is_known(name) for name in names_in(text)))

    def fill(self, text: Text) -> str:
        """The text with its facts put in."""
        shown = str(text)
        if "%" not in shown:
            return shown
        # An amount ends with "kr.", and so may the sentence.
        return (shown % {name: self._written(name) for name in names_in(text)}).replace("..", ".")

    @property
    def note(self) -> str:
        """The credit note's own number, where the facts name it."""
        return str(self.given.get("note", ""))

    @property
    def group_of_field(self) -> str:
        """The place on the settings page where the field that the facts name stands."""
        field = str(self.given.get("field", ""))
        return label(FIELDS.get(field, field)).group if field else ""

    def _is_known(self, name: str) -> bool:
        return name in self.given or name in UNNAMED

    def _written(self, name: str) -> str:
        if name not in self.given:
            return str(UNNAMED.get(name, UNKNOWN))
        value = str(self.given[name])[:MAX_SHOWN]
        return self._in_words(name, value)

    def _in_words(self, name: str, value: str) -> str:
        if name in CLOSED_LISTS and value in CLOSED_LISTS[name]:
            return str(CLOSED_LISTS[name][value])
        if name == "field":
            return self._field(value)
        if name == "switch":
            return str(label(value).text)
        if name == "fee":
            return str(FEES.get(value, value))
        if name == "country":
            return country(value)
        if name in AMOUNTS or name == "fact" or self._is_compared_amount(name):
            return _amount(value, self._currency)
        if name in RATES:
            return _rate(value)
        if name in MOMENTS:
            return _moment(value)
        return _day(value) if name in DAYS else value

    def _is_compared_amount(self, name: str) -> bool:
        return name in ("shop_value", "books_value") and self.given.get("fact") in MONEY_FACTS

    def _field(self, value: str) -> str:
        words = str(label(FIELDS.get(value, value)).text)
        percent = self.given.get("rate")
        return f"{words}, {_rate(str(percent))}" if percent else words


def names_in(text: Text) -> Iterator[str]:
    """The facts that a text of the catalogue names."""
    return iter(_NAMED.findall(str(text)))


def _amount(value: str, currency: str) -> str:
    found = _AMOUNT.fullmatch(value)
    return written.money(Decimal(found[1]), found[2] or currency) if found else value


def _rate(value: str) -> str:
    try:
        return written.rate(Decimal(value))
    except InvalidOperation:
        return value


def _day(value: str) -> str:
    try:
        return written.day(date.fromisoformat(value[:10]))
    except ValueError:
        return value


def _moment(value: str) -> str:
    try:
        return written.when(datetime.fromisoformat(value))
    except ValueError:
        return value
