"""The VAT of a document: why it is treated as it is, and both sides' rates for every line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounting.base import Choices
from accounting.registry import provider_class
from connector.core.document import DocumentLine, InvoiceDocument, Situation
from connector.core.treatment import Why, books_rates
from connector.sync.models import SyncJob
from connector.web.frame.countries import country
from connector.web.setup.labels import REVENUE_ACCOUNTS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text
else:
    Text = str

WHY: Mapping[str, Text] = {
    Why.HOME: _("A sale in %(home)s."),
    Why.OUTSIDE: _("A sale abroad, without VAT."),
    Why.OUTSIDE_WITH_VAT: _("A sale abroad for which the shop charged VAT as in %(home)s."),
    Why.BUSINESS: _("A sale to an EU business with a VAT number, without VAT. The number has not been checked."),
    Why.BUSINESS_WITH_VAT: _("A sale to an EU business for which the shop charged VAT as in %(home)s."),
    Why.CONSUMER_OSS: _("A sale to a private person in %(country)s with that country's VAT (One Stop Shop)."),
    Why.CONSUMER_HOME_VAT: _(
        "A sale to a private person elsewhere in the EU with VAT as in %(home)s: One Stop Shop is not used."
    ),
    Why.VAT_FREE_AT_HOME: _("Goods that carry no VAT in %(home)s either."),
}


@dataclass(frozen=True)
class TaxedLine:
    """A line with the rate that the financial system puts on it, in percent; None where that is not known."""

    line: DocumentLine
    books_rate: Decimal | None

    @property
    def differs(self) -> bool:
        """Whether the two rates are not the same on a line that costs something."""
        return bool(self.line.amount) and self.books_rate is not None and self.books_rate != self.line.vat_rate


def why(document: InvoiceDocument, home: str) -> str:
    """Why the sale is treated as it is; empty on documents from before that was kept. `home` is an ISO 3166 code."""
    said = WHY.get(document.vat_reason)
    return str(said) % {"home": country(home), "country": country(document.vat_country)} if said else ""


def zone(job: SyncJob, document: InvoiceDocument) -> str:
    """The VAT zone as the financial system calls it; empty where the document has none."""
    number = document.choices.get("zone", "")
    return _offered(job).labels("zones").get(number, number)


def accounts(job: SyncJob, document: InvoiceDocument) -> list[str]:
    """The accounts that the lines are sold on, as the financial system calls them; empty where lines name items."""
    if not sells_by_account(job):
        return []
    known = _offered(job).labels(REVENUE_ACCOUNTS)
    return [known.get(account, account) for account in dict.fromkeys(line.item for line in document.lines)]


def sells_by_account(job: SyncJob) -> bool:
    """Whether the order's books name an account on each line."""
    return bool(job.integration and provider_class(job.integration.connection.provider).sells_by_account)


def sells_by_product(job: SyncJob) -> bool:
    """Whether that account is a service product."""
    return bool(job.integration and provider_class(job.integration.connection.provider).sells_by_product)


def taxed_lines(job: SyncJob, document: InvoiceDocument) -> Sequence[TaxedLine]:
    """The document's lines with both rates, as the stop before sending compares them."""
    offered = _offered(job)
    # The hint of an item is its group wherever rates go by groups; an account is its own.
    groups = {item.value: item.hint for item in offered.lists.get("items", ())} if offered.rates else {}
    if sells_by_account(job):
        groups = {account: account for account in offered.rates}
    return [TaxedLine(line, rate) for line, _group, rate in books_rates(document, offered.rates, groups)]


def may_differ(document: InvoiceDocument, lines: Sequence[TaxedLine]) -> bool:
    """Whether both rates are worth showing: on a sale that is not an ordinary one at home, and where they differ."""
    is_known = any(taxed.books_rate is not None for taxed in lines)
    return is_known and (document.situation is not Situation.DOMESTIC or any(taxed.differs for taxed in lines))


def _offered(job: SyncJob) -> Choices:
    return Choices.from_json(job.integration.connection.choices if job.integration else {})
