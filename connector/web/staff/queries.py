"""What the staff log was searched for: `ordre:10020`, `kode:product-missing`, `ref:…`, or a name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connector.staff.lookups import Query
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.words import Text
from connector.web.orders.queries import typed

KINDS: Mapping[str, str] = {
    "ordre": "number",
    "order": "number",
    "bestilling": "number",
    "kode": "code",
    "code": "code",
    "ref": "ref",
    "shop": "words",
}
"""The word before a colon, in our languages → what it asks for."""

_TOLD = re.compile(r"(\w+):(\S+)")
_NUMBER = re.compile(r"#?\d[\w-]*")


@dataclass(frozen=True)
class Span:
    """How far back the log is searched."""

    name: str
    words: Text
    hours: int

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return timezone.now() - timedelta(hours=self.hours)


DAY = Span("24", _("24 hours"), 24)
SPANS: Sequence[Span] = (
    DAY,
    Span("168", _("7 days"), 168),
    Span("720", _("30 days"), 720),
    Span("8760", _("a year"), 8760),
)


def span(name: str | None) -> Span:
    """The span of this name, else a day."""
    return next((each for each in SPANS if each.name == name), DAY)


def parsed(text: str, since: datetime) -> Query:
    """What was typed. Words without a colon are a number, a reason's code or part of a name, as they look."""
    text = typed(text)
    told = {KINDS[name.lower()]: value for name, value in _TOLD.findall(text) if name.lower() in KINDS}
    free = _TOLD.sub(lambda found: "" if found[1].lower() in KINDS else found[0], text).strip()
    if free:
        told.setdefault(_kind(free), free)
    if "number" in told:
        told["number"] = told["number"].removeprefix("#")
    return Query(since, **told)


def _kind(text: str) -> str:
    if text in CATALOGUE:
        return "code"
    return "number" if _NUMBER.fullmatch(text) else "words"
