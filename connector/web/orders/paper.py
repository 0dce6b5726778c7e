"""The document beside the timeline: what the invoice holds, and whether it agrees with the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounting.base import Write
from connector.core.document import Figures, InvoiceDocument
from connector.core.order import Order, OrderLine
from connector.core.states import State
from connector.core.store import figures_from_json
from connector.sync.models import SyncJob, SyncStep
from connector.web.frame import format as written
from connector.web.orders.snapshots import UNREADABLE, settings_of
from connector.web.orders.taxed import (
    TaxedLine,
    accounts,
    may_differ,
    sells_by_account,
    sells_by_product,
    taxed_lines,
    why,
    zone,
)


@dataclass(frozen=True)
class RateSum:
    """Net and VAT of one VAT rate."""

    rate: Decimal
    net: Decimal
    vat: Decimal


@dataclass(frozen=True)
class Paper:
    """An invoice as the page shows it. `books_gross` is the financial system's own figure, None before there is one;
    `shows_books_rates` says that the VAT rates of both sides stand beside each other."""

    lines: Sequence[TaxedLine]
    shows_books_rates: bool
    why: str
    zone: str
    accounts: Sequence[str]
    """The accounts that the lines are sold on; empty where they name items."""
    is_sold_as_products: bool
    """Whether these are service products rather than accounts."""
    exchange: str
    sums: Sequence[RateSum]
    net: Decimal
    vat: Decimal
    gross: Decimal
    currency: str
    charged: Decimal
    books_gross: Decimal | None
    is_booked: bool
    document: InvoiceDocument

    @property
    def difference(self) -> Decimal | None:
        """The books' figure less what the invoice should come to."""
        return None if self.books_gross is None else self.books_gross - self.document.total.amount

    @property
    def used_as_line(self) -> Decimal:
        """What gift cards took off the invoice as lines."""
        return self.charged - self.document.total.amount


def paper(job: SyncJob, document: InvoiceDocument | None, steps: Sequence[SyncStep]) -> Paper | None:
    """The document for the page; None before one could be built."""
    if document is None:
        return None
    figures = _figures(steps)
    lines = taxed_lines(job, document)
    return Paper(
        lines=lines,
        shows_books_rates=may_differ(document, lines),
        why=why(document, job.shop.country),
        zone=zone(job, document),
        accounts=accounts(job, document),
        is_sold_as_products=sells_by_product(job),
        exchange=_exchange(document),
        sums=[RateSum(rate, taxed.net, taxed.vat) for rate, taxed in document.by_rate.items()],
        net=document.net,
        vat=document.vat,
        gross=document.gross,
        currency=document.currency,
        charged=document.order_total.amount,
        books_gross=figures.gross if figures else None,
        is_booked=bool(job.document_number),
        document=document,
    )


def _exchange(document: InvoiceDocument) -> str:
    """The rate of a foreign currency in words, with its source and day; empty where none was told."""
    price, _space, rest = document.rate_note.partition(" ")
    source, _space, day = rest.rpartition(" ")
    if not source:
        return ""
    said = {"price": written.number(Decimal(price)), "currency": document.currency, "source": source}
    return _("%(price)s for 100 %(currency)s, from %(source)s on %(day)s") % {
        **said,
        "day": written.day(date.fromisoformat(day)),
    }


def _figures(steps: Sequence[SyncStep]) -> Figures | None:
    """What the financial system says that the draft comes to."""
    for step in steps:
        kept = (step.result or {}).get("figures") if step.status == SyncStep.Status.DONE else None
        if step.name == Write.DRAFT and kept:
            try:
                return figures_from_json(kept)
            except UNREADABLE:
                return None
    return None


def comparison(job: SyncJob) -> str:
    """What of a draft is compared with the order."""
    if sells_by_account(job):
        return _("The draft is compared with the order: total, VAT, currency and customer.")
    return _("The draft is compared with the order: total, VAT, currency, customer and zone.")


def open_checks(job: SyncJob, steps: Sequence[SyncStep]) -> list[str]:
    """What is still checked before the invoice is final."""
    if job.document_number or job.state in (State.NOT_MEANT, State.DONE):
        return []
    has_draft = any(step.name == Write.DRAFT and step.status == SyncStep.Status.DONE for step in steps)
    checks = [] if has_draft else [comparison(job)]
    if job.reason in ("first-order-check", "first-order"):
        checks.append(_("The shop's first order is checked by a person."))
    if settings_of(job).get("booking") == "off":
        checks.append(_("Posting is off: it stays a draft until you book it yourself."))
    return checks


# --- figures of an order that was parked ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """A line of the sum that did not come out."""

    words: str
    amount: Decimal


def parked_sum(job: SyncJob) -> list[Sum]:
    """The control sum of an order whose figures do not add up; empty for every other."""
    facts: Mapping[str, Any] = job.facts or {}
    if job.reason != "total-off":
        return []
    is_vat = facts.get("what") == "vat"
    rows = [
        ("lines", _("VAT of the lines") if is_vat else _("The lines add up to")),
        ("paid", _("VAT as the shop says") if is_vat else _("The customer was charged")),
        ("difference", _("Difference")),
    ]
    try:
        return [Sum(words, Decimal(str(facts[name]))) for name, words in rows]
    except UNREADABLE:
        return []


def readings(job: SyncJob) -> list[str]:
    """The ways in which an order can be read, where there is more than one."""
    return [part.strip() for part in str((job.facts or {}).get("readings", "")).split(" / ") if part.strip()]


def order_lines(order: Order | None, document: InvoiceDocument | None) -> Sequence[OrderLine]:
    """The order's own lines, shown while there is no document."""
    return order.lines if order and document is None else ()
