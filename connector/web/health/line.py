"""A line of the page: what was checked, how it stands, and where it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.web.frame.reasons import Explanation


class Standing(StrEnum):
    """How a thing stands."""

    FINE = "fine"
    WARNING = "warning"
    UNKNOWN = "unknown"
    """It could not be checked now."""


@dataclass(frozen=True)
class Link:
    """A place that shows or mends it. Only those who may change the settings see one that `changes`."""

    words: str
    url: str
    changes: bool = False


@dataclass(frozen=True)
class Line:
    """One thing that was checked, in words. `code` names the reason, where it is one of the catalogue's."""

    text: str
    standing: Standing
    links: Sequence[Link] = ()
    more: str = ""
    code: str = ""


def fine(text: str, *links: Link) -> Line:
    """A thing that is in order."""
    return Line(text, Standing.FINE, links)


def warning(text: str, *links: Link, more: str = "") -> Line:
    """A thing to look at; `more` says why or what to do."""
    return Line(text, Standing.WARNING, links, more)


def unknown(text: str) -> Line:
    """A thing that could not be checked now."""
    return Line(text, Standing.UNKNOWN)


def of_reason(told: Explanation) -> Line:
    """A warning in the words of a reason."""
    links = [Link(told.mend or told.title, told.url, changes=True)] if told.url else []
    return Line(told.title, Standing.WARNING, links, f"{told.cause} {told.fix}".strip(), told.code)


@dataclass(frozen=True)
class Question:
    """A question of the guides, and what was checked for it."""

    title: str
    lines: Sequence[Line]
