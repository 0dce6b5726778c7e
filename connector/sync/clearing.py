"""Making a clearing account in the books, because somebody asked for it: in a page's request, and once.

As with items (`creating`), the number is ours to give and the books hold each number once: it is looked up before
anything is sent and again afterwards, whether an answer came or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounting.base import AccountingProvider, Choices
from connector.core.errors import Rejected, Stop
from connector.lib.http import Transport
from connector.sync import creating
from connector.sync.models import Integration

NAME = "Webshopsalg"
"""What it is called: Danish, as the books are."""
TRIES = 9
"""So many numbers are tried where the first are taken."""


@dataclass(frozen=True)
class Account:
    """A clearing account. `was_there`: it was found, not made."""

    number: str
    was_there: bool = False

    @property
    def label(self) -> str:
        """As the books' own list says it."""
        return f"{self.number} {NAME}"


def offer(provider: type[AccountingProvider], choices: Choices) -> Account | None:
    """What can be made, as far as is known: the books are asked again before it is. None where they have a clearing
    account already, have not been read, or take none from us."""
    accounts = choices.lists.get("accounts", ())
    if not provider.proposed_account or not accounts or any(account.hint == "clearing" for account in accounts):
        return None
    taken = {account.value for account in accounts}
    free = (number for number in _numbers(provider.proposed_account) if number not in taken)
    return next((Account(number) for number in free), None)


def make(integration: Integration, transport: Transport | None = None) -> Account:
    """Make it under the first free number, or find the one of its name. Runs outside the scope; saves nothing.

    Raises the classes of `connector.core.errors`; after OutcomeUnknown pressing again finds what was made.
    """
    try:
        return _made(creating.opened(integration, transport))
    except Stop as error:
        creating.rest(integration, error)
        raise


def _made(provider: AccountingProvider) -> Account:
    for number in _numbers(provider.proposed_account):
        call = provider.account_call(number, NAME)
        found = provider.look(call)
        there = found[0] if found else creating.arrived(provider, call)
        if there.more.get("name") == NAME:
            return Account(number, was_there=bool(found))
    raise Rejected("unexpected", detail="every number is taken")


def _numbers(first: str) -> Iterator[str]:
    return (str(int(first) + step) for step in range(TRIES))
