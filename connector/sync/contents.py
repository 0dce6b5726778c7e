"""The document as it is now: what was paid, and what the books told of its currency, since it was built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from accounting.base import AccountingProvider, Receipt
from connector.core import settlement
from connector.core.document import InvoiceDocument
from connector.core.order import Order
from connector.core.rules import MappingRules
from connector.sync.models import SyncStep
from connector.sync.rules import SETTLING
from connector.sync.steps import is_made

Steps = Mapping[str, SyncStep]


def paid_now(
    document: InvoiceDocument, order: Order, rules: MappingRules, provider: AccountingProvider, steps: Steps
) -> InvoiceDocument:
    """The document settled by what is paid now, on the accounts that are chosen now. Its payments stay as they are once
    one of them was made."""
    names = {field.name for field in provider.setting_fields if field.required_when in SETTLING}
    chosen = {name: value for name, value in rules.choices.items() if name in names}
    settled = replace(document, choices={**document.choices, **chosen})
    if any(is_made(step) for name, step in steps.items() if name.startswith("payment")):
        return settled
    return replace(settled, payments=settlement.payments_of(order, rules))


def with_rate(document: InvoiceDocument, receipt: Receipt, books: str) -> InvoiceDocument:
    """The document with the rate of its currency, as `books` told it with the draft."""
    return replace(document, rate_note=f"{receipt.more['rate']} {books} {receipt.more['rate_day']}")
