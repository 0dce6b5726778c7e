"""The VAT that the books will put on a document's lines, known before anything is sent.

Where VAT follows from an item's group and the zone (e-conomic fact sheet, 8.4), or from the account that a line is sold
on (Dinero fact sheet, 5), an item in the wrong group would only be seen in the draft; here it is named beforehand, with
both rates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounting.base import AccountingProvider, Item
from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.treatment import rate_conflicts


class ItemVat:
    """What is known of items' VAT during one try.

    `kept` are the connection's stored choices: rates by group and zone, and the group of each item that the books had
    when they were last read. What was looked up since counts more. Without rates nothing is ever in conflict.
    """

    def __init__(self, provider: AccountingProvider, kept: Mapping[str, Any]) -> None:
        self.provider = provider
        self.rates: Mapping[str, Mapping[str, str]] = kept.get("rates") or {}
        self._lists: Mapping[str, Iterable[Mapping[str, str]]] = kept.get("lists") or {}
        self._seen: dict[str, str] = {}

    @cached_property
    def _groups(self) -> dict[str, str]:
        """Item → group. The hint of an item is its group wherever rates go by groups; an account is its own."""
        if self.provider.sells_by_account:
            return {account: account for account in self.rates}
        return {row["value"]: row["hint"] for row in self._lists.get("items", ())} if self.rates else {}

    def saw(self, items: Mapping[str, Item]) -> None:
        """Take in what a look-up found."""
        self._seen |= {number: item.group for number, item in items.items()}
        self._groups.update(self._seen)

    def free(self, items: Iterable[str], zone: str) -> frozenset[str]:
        """Those of `items` that carry no VAT in this zone, as far as is known."""
        rates = {item: self.rates.get(self._groups.get(item, ""), {}).get(zone) for item in items}
        return frozenset(item for item, rate in rates.items() if rate is not None and not Decimal(rate))

    def require(self, document: InvoiceDocument) -> None:
        """Raise NeedsSetup, naming item, group and both rates, where the books would put another rate on a line.

        An item may have been moved since the books were read: before one is named it is looked up, once per try.
        """
        if self._conflict(document) is None:
            return
        kept = {line.item for line in document.lines if not line.group and line.item not in self._seen}
        if kept:
            self.saw(self.provider.find_items(sorted(kept)))
        if conflict := self._conflict(document):
            raise conflict

    def _conflict(self, document: InvoiceDocument) -> NeedsSetup | None:
        conflict = next(rate_conflicts(document, self.rates, self._groups), None)
        if conflict is None:
            return None
        if self.provider.sells_by_account:
            # Here the item is the account itself: what to mend is which account a sale goes to.
            account = self._account(conflict.facts["item"])
            return NeedsSetup(conflict.code, **{**conflict.facts, "account": account, "item": ""})
        names = {row["value"]: row["label"] for row in self._lists.get("groups", ())}
        group = names.get(conflict.facts["group"], conflict.facts["group"])
        return NeedsSetup(conflict.code, **{**conflict.facts, "group": group})

    def _account(self, item: str) -> str:
        """What an account is known by: its number, or its name where people never see its number."""
        if not self.provider.sells_by_product:
            return item
        return next((row["label"] for row in self._lists.get("items", ()) if row["value"] == item), item)
