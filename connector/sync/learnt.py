"""What a connection's books were seen to do, as it is kept: JSON with the evidence and the time.

{"rounding": {"prices", "level", "mode", "also", "evidence": {"order", "draft", "ours", "theirs"}, "at"},
 "payment_sign": {"sign", "evidence", "at"}}

`also` names the readings that the evidence allows too; the sign is "unclear" where a payment showed neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounting.base import Receipt
from connector.core.document import InvoiceDocument
from connector.core.money import plain
from connector.core.plan import UNCLEAR
from connector.core.readings import NET, READINGS, Reading

JSON = dict[str, Any]
Learnt = Mapping[str, Any]

ROUNDING, PAYMENT_SIGN = "rounding", "payment_sign"


def readings(learnt: Learnt, usual: Sequence[Reading] = READINGS) -> tuple[Reading, ...]:
    """How the books may round, the one that documents are made under first; all of the provider's `usual` ways where
    nothing was learnt."""
    kept = learnt.get(ROUNDING)
    if not kept:
        return tuple(usual)
    first = Reading(kept["level"], kept["mode"], kept.get("prices", NET))
    return first, *(Reading.named(name) for name in kept.get("also", ()))


def sign(learnt: Learnt) -> str:
    """The sign of money received; "unclear" where nothing is settled until somebody looked, empty while untested."""
    return str(learnt.get(PAYMENT_SIGN, {}).get("sign", ""))


def for_provider(learnt: Learnt) -> JSON:
    """What a provider is built with, besides its choices."""
    known = sign(learnt)
    return {PAYMENT_SIGN: known} if known and known != UNCLEAR else {}


def rounding(found: Sequence[Reading], evidence: JSON, at: datetime) -> JSON:
    """What is kept of the readings that explain a draft."""
    first, *others = found
    also = [reading.name for reading in others]
    how = {"prices": first.prices, "level": first.level, "mode": first.mode, "also": also}
    return {**how, "evidence": evidence, "at": at.isoformat()}


def payment_sign(found: str, evidence: JSON, at: datetime) -> JSON:
    """What is kept of the sign that a payment showed; an empty one is unclear."""
    return {"sign": found or UNCLEAR, "evidence": evidence, "at": at.isoformat()}


def draft_evidence(document: InvoiceDocument, draft: Receipt) -> JSON:
    """A draft, and what both sides said that it comes to."""
    theirs = draft.figures
    return {
        "order": document.number,
        "draft": draft.id,
        "ours": {"gross": plain(document.total.amount), "vat": plain(document.vat)},
        "theirs": {"gross": plain(theirs.gross), "vat": plain(theirs.vat)} if theirs else {},
    }
