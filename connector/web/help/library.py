"""The articles: what they are called, whom they are for and how long they take. Their texts are templates, one per
language, `templates/help/articles/<language>/<slug>.html`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from connector.web.frame import format as written
from connector.web.frame.catalogue import credits
from connector.web.frame.words import Text

OWNER, BOOKKEEPER, BOTH = _("Shop owner"), _("Bookkeeper"), _("Shop owner and bookkeeper")


@dataclass(frozen=True)
class Article:
    """`minutes` is how long it takes to read."""

    slug: str
    title: Text
    audience: Text
    minutes: int

    @property
    def template(self) -> str:
        """The text in the reader's language."""
        return f"help/articles/{written.language()}/{self.slug}.html"


_ALL = (
    Article("getting-started", _("Getting started: from sign-up to the first invoice"), OWNER, 3),
    Article("trigger", _("When orders are transferred: on payment or on shipment"), OWNER, 2),
    Article("posting-account", _("The posting account, and why it is never the bank"), BOTH, 3),
    Article("product-layout", _("Product layout: single products or total lines"), BOTH, 2),
    Article("vat", _("VAT zones, sales abroad and One Stop Shop"), BOTH, 3),
    Article("payment-methods", _("Payment methods and their accounts"), BOTH, 2),
    Article("drafts-and-booking", _("Drafts and booking"), BOTH, 2),
    Article("credit-notes", _("Credit notes and refunds"), BOTH, 3),
    Article("earlier-orders", _("Fetching earlier orders"), OWNER, 2),
    Article("when-an-order-stops", _("When an order stops"), OWNER, 2),
)
ARTICLES: Mapping[str, Article] = {article.slug: article for article in _ALL}
OF_REASON: Mapping[str, str] = {
    "payment-method-unmapped": "payment-methods",
    "payment-terms-changed": "payment-methods",
    "account-closed": "posting-account",
    "settlement-stopped": "posting-account",
    "settlement-sign-unclear": "posting-account",
    "vat-mismatch": "vat",
    "vat-account-off": "vat",
    "vat-item-off": "vat",
    "vat-country-off": "vat",
    "vat-rate-missing": "vat",
    "sales-account-missing": "vat",
    "sales-country-account-missing": "vat",
    "vat-zone-missing": "vat",
    "vat-country-zone-missing": "vat",
    "vat-number-unconfirmed": "vat",
    "not-triggered": "trigger",
    "before-start": "earlier-orders",
    "backfill-cancelled": "earlier-orders",
    "first-order": "drafts-and-booking",
    "first-order-check": "drafts-and-booking",
    "draft-differs": "drafts-and-booking",
    "draft-deleted": "drafts-and-booking",
    "document-too-long": "product-layout",
    "order-cancelled": "credit-notes",
    "order-changed": "credit-notes",
    **{reason.code: "credit-notes" for reason in credits.REASONS},
}
"""The article to read on at a reason; the one about orders that stop where none is named."""
