"""The warning against posting straight to the bank account: the gateway keeps a fee, so the bank gets less."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounting.base import IS_BANK, SEEMS_BANK, Choices, Option

SOLD, RECEIVED = Decimal(249), Decimal(241)
"""The guides' own example."""


@dataclass(frozen=True)
class BankWarning:
    """The chosen account is a bank account, or looks like one. `better` is a clearing account of the same books, if
    there is one.

    `is_kept`: the owner has seen this and chose to keep the account.
    """

    account: Option
    better: Option | None
    is_kept: bool

    @property
    def is_sure(self) -> bool:
        """Whether the books themselves say that it is one."""
        return self.account.hint == IS_BANK

    sold = SOLD
    received = RECEIVED
    minus_received = -RECEIVED
    fee = SOLD - RECEIVED
    minus_fee = RECEIVED - SOLD
    nothing = Decimal(0)


def bank_warning(choices: Choices, account: str, kept: str = "") -> BankWarning | None:
    """The warning for an account, None for one that is not a bank account."""
    accounts = choices.lists.get("accounts", ())
    chosen = next((option for option in accounts if option.value == account), None)
    if chosen is None or chosen.hint not in (SEEMS_BANK, IS_BANK):
        return None
    better = next((option for option in accounts if option.hint == "clearing"), None)
    return BankWarning(chosen, better, is_kept=kept == account)
