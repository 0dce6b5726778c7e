"""The log as a file: what the filter shows, as CSV, written while it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import cast

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from connector.web.frame import format as written
from connector.web.frame.words import STATES
from connector.web.orders.log_lines import Line, filtered, told
from connector.web.pages import Door

MOST_ROWS = 10_000
AT_ONCE = 500
"""Rows of one query: only so many are in memory."""

RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""A cell that begins so, blanks aside, is a formula to a spreadsheet (OWASP, "CSV Injection")."""


def answer(door: Door, query: QueryDict) -> HttpResponse:
    """The file, in the language of the request."""
    language = translation.get_language() or written.FALLBACK
    response = StreamingHttpResponse(_pieces(door, query, language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="log-{door.shop.slug}.csv"'
    # Django's two kinds of answers share only their base; a page may be either.
    return cast(HttpResponse, response)


def _pieces(door: Door, query: QueryDict, language: str) -> Iterator[bytes]:
    # The page's scope and language are over when this is read: each piece enters its own, and leaves it before the
    # browser takes the piece, however slowly.
    with translation.override(language):
        heading = _text([[_("Time"), _("Order"), _("Customer"), _("State"), _("Code"), _("What happened")]])
    # The mark at the start tells Excel that the file is UTF-8.
    yield heading.encode("utf-8-sig")
    before, left = None, MOST_ROWS
    while left > 0:
        lines = _next(door, query, language, before, min(AT_ONCE, left))
        if not lines:
            return
        with translation.override(language):
            piece = _text(_row(line) for line in lines)
        yield piece.encode()
        before, left = lines[-1].attempt.pk, left - len(lines)


def _next(door: Door, query: QueryDict, language: str, before: int | None, size: int) -> list[Line]:
    with door.scope(), translation.override(language):
        rows = filtered(door, query)
        rows = rows.filter(pk__lt=before) if before else rows
        return told(door, rows.order_by("-pk")[:size])


def _text(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    for row in rows:
        writer.writerow(map(safe, row))
    return text.getvalue()


def _row(line: Line) -> list[str]:
    attempt, job = line.attempt, line.attempt.job
    at = written.local(attempt.started_at).strftime("%Y-%m-%d %H:%M:%S")
    state = str(STATES.get(attempt.state, attempt.state))
    return [at, line.name, job.customer_name, state, attempt.reason, line.words]


def safe(cell: str) -> str:
    """The cell as text, whatever it begins with."""
    is_risky = cell.lstrip().startswith(RISKY) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if is_risky else cell
