"""The signs of a credit note's amounts, which the file does not tell (fact sheet, section 6): as they are sent, as they
are shown. In the books they are above zero for what is credited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Switches = Callable[[str], Any]


def of_lines(switch: Switches, is_credit: bool) -> int:
    """-1 where what is sent below zero stands for what is credited, else 1."""
    return -1 if is_credit and switch("credit_signs") == "negative" else 1


def of_totals(switch: Switches, is_credit: bool) -> int:
    """-1 where totals are shown below zero, else 1."""
    return -1 if is_credit and switch("credit_signs") in ("negative", "shown_negative") else 1


def of_remaining(switch: Switches, is_credit: bool) -> int:
    """-1 where RemainingAmount is shown below zero while something is open, else 1."""
    is_turned = switch("credit_signs") == "owed_negative"
    return -1 if is_credit and is_turned else of_totals(switch, is_credit)


def of_payments(switch: Switches, is_credit: bool) -> int:
    """-1 where an amount below zero settles, else 1."""
    return -1 if is_credit and switch("credit_payment").startswith("negative") else 1
