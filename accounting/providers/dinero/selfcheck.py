"""Whether what the settings chose can still be used, and the books be written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from accounting.base import Finding, Option
from accounting.chosen import SOLD_BY_ACCOUNT, lost, missing
from accounting.providers.dinero import calendar, choices
from accounting.providers.dinero.client import Client
from accounting.providers.dinero.lookup import Lookup
from connector.core.errors import NeedsSetup

ENDS_IT = frozenset({"connection-revoked", "connection-expired"})
"""What no other finding matters beside."""


def findings(client: Client, settings: Mapping[str, str], today: date) -> list[Finding]:
    """Everything that keeps orders from going through. Raises NeedsSetup for a removed grant."""
    try:
        lists = choices.read(client).lists
    except NeedsSetup as error:
        if error.code in ENDS_IT:
            raise
        return [Finding(error.code, error.facts)]
    return [*_gone(client, settings, lists), *_day(client, today)]


def _day(client: Client, today: date) -> Iterator[Finding]:
    try:
        calendar.first_open_day(client, today)
    except NeedsSetup as error:
        yield Finding(error.code, error.facts)


def _gone(client: Client, settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]]) -> Iterator[Finding]:
    for field, value in missing(SOLD_BY_ACCOUNT, settings, lists):
        # A contact may have got an e-mail since, and is listed no longer.
        if field.choices != "contacts" or Lookup(client).contact(value) is None:
            yield lost(field, value)
