"""A shop's preview for the two pages that show one: the documents of a period, and one of the last orders to try."""

from __future__ import annotations

from connector.sync import preview
from connector.sync.models import Preview, PreviewOrder
from connector.web.pages import Door

LONGEST_NUMBER = 18
"""Digits that the database's numbers hold for sure."""


def latest(door: Door, *, is_trial: bool) -> Preview | None:
    """The last look at a period, or, for a trial, at the newest orders, at the books that the shop has now.

    Needs the scope.
    """
    rows = Preview.objects.select_related("shop", "integration__connection", "integration__settings", "settings")
    mine = rows.filter(shop=door.shop, integration__is_active=True, newest__isnull=not is_trial)
    return mine.order_by("-pk").first()


def go_on(door: Door, *, is_trial: bool) -> None:
    """Look at the next orders, outside the scope. Doing it again does no harm."""
    with door.scope():
        found = latest(door, is_trial=is_trial) if door.may_change else None
        goes_on = found is not None and preview.may_go_on(found)
    if found is not None and goes_on:
        preview.step(found)


def row_of(found: Preview, number: str) -> PreviewOrder | None:
    """The order of that row number, when it is one that becomes a document."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    row = found.orders.filter(pk=int(number), outcome=PreviewOrder.Outcome.BECOMES).first()
    if row is not None:
        row.preview = found
    return row


def is_current(found: Preview) -> bool:
    """Whether it was made under the settings as they are saved now: only then may its orders be sent."""
    return found.settings_id is not None and found.settings_id == found.integration.settings_id
