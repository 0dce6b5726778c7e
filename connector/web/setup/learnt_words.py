"""What a connection's books were seen to do, in words: how they round, and which sign of a payment is money in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounting.base import AccountingProvider
from accounting.models import Connection
from accounting.registry import provider_class
from connector.core.plan import UNCLEAR
from connector.core.readings import DOCUMENT, GROSS, LINE, Reading
from connector.sync import learnt
from connector.web.frame import format as written

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """One thing in words. `evidence` is what showed it, empty while nothing has; `do` is what somebody has to do."""

    title: str
    text: str
    evidence: str = ""
    do: str = ""


@dataclass(frozen=True)
class Told:
    """What is known of the books called `provider`. `is_stopped`: nothing is settled there until somebody looked."""

    provider: str
    seen: Sequence[Seen]
    is_stopped: bool


def told(connection: Connection) -> Told | None:
    """What there is to tell; None for books of which nothing is known and nothing has to be learnt."""
    provider = provider_class(connection.provider)
    seen = [_rounding(connection.learnt, provider)]
    if provider.checks_payments:
        seen.append(_sign(connection.learnt, provider.label, connection.base_currency))
    return Told(provider.label, seen, learnt.sign(connection.learnt) == UNCLEAR)


# --- rounding ---------------------------------------------------------------------------------------------------------
def in_words(reading: Reading) -> str:
    """How books of this reading round."""
    if reading.level == DOCUMENT:
        half_up = _("VAT is rounded once for the whole invoice, and half an øre up.")
        half_even = _("VAT is rounded once for the whole invoice, and half an øre to the nearest even øre.")
    elif reading.prices == GROSS:
        return _of_gross(reading)
    elif reading.level == LINE:
        half_up = _("VAT is rounded on every line, and half an øre up.")
        half_even = _("VAT is rounded on every line, and half an øre to the nearest even øre.")
    else:
        half_up = _("VAT is rounded on the total of each rate, and half an øre up.")
        half_even = _("VAT is rounded on the total of each rate, and half an øre to the nearest even øre.")
    return half_up if reading.mode == "half-up" else half_even


def _of_gross(reading: Reading) -> str:
    """The same for prices that include VAT: it is taken out of them."""
    if reading.level == LINE:
        half_up = _("VAT is taken out of every line's price, and half an øre rounded up.")
        half_even = _("VAT is taken out of every line's price, and half an øre rounded to the nearest even øre.")
    else:
        half_up = _("VAT is taken out of the total of each rate, and half an øre rounded up.")
        half_even = _("VAT is taken out of the total of each rate, and half an øre rounded to the nearest even øre.")
    return half_up if reading.mode == "half-up" else half_even


def _rounding(kept: Facts, provider: type[AccountingProvider]) -> Seen:
    title, facts, label = _("How VAT is rounded"), kept.get(learnt.ROUNDING), provider.label
    if not facts:
        said = {"reading": in_words(provider.readings[0]), "provider": label}
        text = (
            _("Not seen yet. We assume: %(reading)s If a draft in %(provider)s shows otherwise, we correct it.") % said
        )
        return Seen(title, text)
    first, *others = learnt.readings(kept)
    text = " ".join([in_words(first), *(_("Or: %(reading)s") % {"reading": in_words(other)} for other in others)])
    return Seen(title, text, _draft(facts, label))


def _draft(facts: Facts, label: str) -> str:
    shown = facts.get("evidence", {})
    ours, theirs = shown.get("ours", {}), shown.get("theirs", {})
    said = {
        "when": _day(facts),
        "order": shown.get("order", ""),
        "draft": shown.get("draft", ""),
        "our_vat": _figure(ours.get("vat")),
        "our_total": _figure(ours.get("gross")),
        "vat": _figure(theirs.get("vat")),
        "total": _figure(theirs.get("gross")),
        "provider": label,
    }
    return (
        _(
            "Seen %(when)s on order %(order)s, draft %(draft)s: we had calculated VAT %(our_vat)s and total "
            "%(our_total)s; %(provider)s came to VAT %(vat)s and total %(total)s."
        )
        % said
    )


# --- the sign of a payment --------------------------------------------------------------------------------------------
def _sign(kept: Facts, label: str, currency: str) -> Seen:
    title, sign = _("The sign of a payment"), learnt.sign(kept)
    if not sign:
        text = _(
            "Not seen yet. The first payment is looked at in %(provider)s before it is booked, and undone if wrong."
        )
        return Seen(title, text % {"provider": label})
    evidence = _balance(kept[learnt.PAYMENT_SIGN], currency)
    if sign == UNCLEAR:
        return Seen(title, _("Unclear, so payments are not booked. Invoices go on."), evidence, _unclear())
    is_negative = sign == "negative"
    text = _("A negative amount is money received.") if is_negative else _("A positive amount is money received.")
    return Seen(title, text, evidence)


def _unclear() -> str:
    return _(
        "Look at the posting account and the journal; then save the settings here, or press “Transfer now” on the "
        "order. The next payment is looked at anew."
    )


def _balance(facts: Facts, currency: str) -> str:
    shown = facts.get("evidence", {})
    if not shown.get("account"):
        said = {"when": _day(facts), "order": shown.get("order", "")}
        return _("Seen %(when)s on order %(order)s: the posting account's balance could not be read.") % said
    said = {
        "when": _day(facts),
        "order": shown.get("order", ""),
        "account": shown["account"],
        "amount": _figure(shown.get("amount")),
        "before": _figure(shown.get("before")),
        "after": written.money(_decimal(shown.get("after")), currency),
    }
    return (
        _(
            "Seen %(when)s on order %(order)s: with the amount %(amount)s the balance of account %(account)s went from "
            "%(before)s to %(after)s."
        )
        % said
    )


# --- facts ------------------------------------------------------------------------------------------------------------
def _day(facts: Facts) -> str:
    at: datetime | None = parse_datetime(str(facts.get("at", "")))
    return written.day(at) if at else written.NOTHING


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _figure(value: object) -> str:
    found = _decimal(value)
    return written.NOTHING if found is None else written.number(found)
