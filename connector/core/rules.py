"""What a shop's settings say about its documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.core.readings import USUAL, Reading

TEXTS = {
    "heading_prefix": "Ordre",
    "total_text": "Varer",
    "rounding_text": "Øreafrunding",
    "gift_card_text": "Gavekort",
    "shipping_text": "Fragt",
    "fee_text": "Gebyr",
    "discount_text": "Rabat",
    "product_text": "Vare",
    "eu_business_text": "Momsfri EU-levering, momssystemdirektivets art. 138. Købers momsnummer:",
    "contact_text": "Kontaktperson",
    "true_date_text": "Dato for salget:",
    "credit_text": "Kreditnota",
    "credits_text": "Krediterer faktura",
    "amount_text": "Kreditering",
}
"""The document's own words, where the settings choose no others."""


CREDITS = "credit_item"
"""The setting of the item on which an amount is credited that belongs to no line, per VAT rate."""

SALES = "sales_domestic"
"""The setting of the account for sales at home, per VAT rate."""


class Layout(StrEnum):
    """Whether the document repeats the order's lines or holds one line per VAT rate."""

    SINGLE = "single"
    TOTAL = "total"


class MissingProduct(StrEnum):
    """What is done about a product that the books do not have."""

    CREATE = "create"
    DEFAULT = "default"
    STOP = "stop"


class GiftCard(StrEnum):
    """Whether a redeemed gift card pays the invoice (multi-purpose) or lowers it (single-purpose)."""

    PAYMENT = "payment"
    LINE = "line"


class NoEmail(StrEnum):
    """Whom an order without an e-mail is for: the collective customer, or one known by name, postcode and phone."""

    COLLECTIVE = "collective"
    KEY = "key"


@dataclass(frozen=True)
class MappingRules:
    """What the settings say about documents.

    `rates` are the VAT rates in use, in percent. `items` gives the provider's item number by what it stands for
    (shipping, fee, discount, gift_card, total, default) and rate; `groups` the product group by rate for items that
    are made; `choices` further numbers and texts of the provider by field name. `oss_from` is the day from which EU
    consumers are charged their own country's VAT (One Stop Shop), None where that is not used. `reading` is how the
    books round, as far as that is known.

    `methods` says how each payment method is settled (see `settlement`); `new_methods` which came later than the
    settings and have no choice yet, each with the number that a method of its name had before, if any; `carriers`
    which item a way of sending has per rate, where it is not the usual one.

    `sells_by_account`: lines name accounts instead of items. `items` then holds those for sales at home per rate (as
    SALES, and for shipping and fees where these have their own), `choices` those for other sales. `spreads_discounts`:
    the books take no negative lines, so that a discount lowers the lines of its rate.
    """

    layout: Layout = Layout.SINGLE
    rates: tuple[Decimal, ...] = (Decimal(25), Decimal(0))
    items: Mapping[str, Mapping[Decimal, str]] = field(default_factory=dict)
    rounding_item: str = ""
    missing_product: MissingProduct = MissingProduct.STOP
    groups: Mapping[Decimal, str] = field(default_factory=dict)
    gift_card: GiftCard = GiftCard.PAYMENT
    collective_customer: str = ""
    creates_customers: bool = True
    no_email: NoEmail = NoEmail.COLLECTIVE
    home_country: str = "DK"
    oss_from: date | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = USUAL
    sells_by_account: bool = False
    spreads_discounts: bool = False
    methods: Mapping[str, str] = field(default_factory=dict)
    new_methods: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, Mapping[Decimal, str]] = field(default_factory=dict)

    def item(self, purpose: str, rate: Decimal) -> str:
        """The item chosen for this purpose at this rate, empty when none is."""
        return self.items.get(purpose, {}).get(rate, "")

    def text(self, name: str) -> str:
        """A word of the document."""
        return self.choices.get(name, TEXTS[name])
