"""Whether what the settings chose can still be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from accounting.base import Finding, Option
from accounting.chosen import SOLD_BY_ACCOUNT, lost, missing
from accounting.providers.billy import choices
from accounting.providers.billy.client import REFUSED, Client
from accounting.providers.billy.lookup import Lookup
from connector.core.errors import NeedsSetup


def findings(client: Client, settings: Mapping[str, str], names: Mapping[str, str]) -> list[Finding]:
    """Everything that keeps orders from going through; `names` are the labels of what was chosen. Raises NeedsSetup
    for a token that is refused."""
    try:
        lists = choices.read(client).lists
    except NeedsSetup as error:
        if error.code == REFUSED:
            raise
        return [Finding(error.code, error.facts)]
    return list(_gone(client, settings, lists, names))


def _gone(
    client: Client, settings: Mapping[str, str], lists: Mapping[str, Sequence[Option]], names: Mapping[str, str]
) -> Iterator[Finding]:
    for field, value in missing(SOLD_BY_ACCOUNT, settings, lists):
        # A contact may have got an e-mail since, and is listed no longer.
        if field.choices != "contacts" or Lookup(client).contact(value) is None:
            yield lost(field, names.get(value, value))
