"""What the books should hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a field is called `date`
from decimal import Decimal
from enum import StrEnum

from connector.core.money import Money, require_decimal, rounded, total
from connector.core.order import Party, Payment
from connector.core.readings import GROSS, USUAL, Reading, by_rate
from connector.core.vat import Taxed


class Situation(StrEnum):
    """Which VAT treatment a sale gets; a provider maps each to a zone, an account or a ruleset."""

    DOMESTIC = "domestic"
    EU_BUSINESS = "eu_business"
    EU_CONSUMER = "eu_consumer"
    ABROAD = "abroad"


class CustomerKey(StrEnum):
    """What a customer is known by."""

    EMAIL = "email"
    COMPANY = "company"
    NAME = "name"


@dataclass(frozen=True)
class Customer:
    """Whom a document is for. `key` is what `by` says, normalised (`core.customers`); empty for the collective one."""

    key: str
    party: Party
    collective: str = ""
    """The provider's own number of the collective customer, where one is used instead of the buyer."""
    by: CustomerKey = CustomerKey.EMAIL

    @property
    def shown(self) -> str:
        """What people know the buyer by: their address, else their name."""
        return self.party.email_key or self.party.title


@dataclass(frozen=True)
class DocumentLine:
    """One line: `quantity` × `unit_price`, both of at most two decimals, at `vat_rate` percent.

    The document's reading says whether the price excludes or includes VAT. `item` is the provider's item number, or the
    account that the line is sold on. `group` is the product group in which the item is made when it is missing
    and may be made, else empty. `purpose` is what the line is for (`rows.Row`, or rounding); empty on documents from
    before it was kept. It is no part of what the line says.
    """

    item: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: Decimal
    group: str = ""
    purpose: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for value in (self.quantity, self.unit_price, self.vat_rate):
            require_decimal(value)

    @property
    def amount(self) -> Decimal:
        """What the line comes to, excluding or including VAT as its price does."""
        return rounded(self.quantity * self.unit_price)


@dataclass(frozen=True)
class Original:
    """The booked invoice that a credit note credits: its key, the provider's id of it, the number that people know it
    by, its date. All of them empty for a credit without an original."""

    key: str = ""
    id: str = ""
    number: str = ""
    date: Day | None = None


@dataclass(frozen=True)
class InvoiceDocument:
    """An invoice, or a credit note, complete before any request.

    A credit note has `credits`. Its lines, its total and its payments (refunds) are what is credited, above zero, and
    so are the figures that the books tell of it: how a system writes a credit (negative quantities, a type of its own)
    is its provider's. `number` is then the note's own, of the shop's series.

    `choices` holds the provider's own numbers that the settings chose (layout, terms, zone …), by field name.
    `total` is what the gross must be; `rounding` names the reading under which it is, by which the provider's draft is
    compared with it.
    """

    key: str
    number: str
    date: Day
    customer: Customer
    situation: Situation
    total: Money
    order_total: Money
    """What the shop said the order came to when this was built: a later reading that differs is a change."""
    lines: tuple[DocumentLine, ...]
    heading: str
    reference: str = ""
    note: str = ""
    true_date: Day | None = None
    """The day of the trigger, where its period is closed and `date` is the first open day after it."""
    delivery_date: Day | None = None
    delivery: Party | None = None
    payments: tuple[Payment, ...] = ()
    settles_itself: bool = False
    """Its payment term settles it when it is booked, so that no payment is registered."""
    choices: Mapping[str, str] = field(default_factory=dict)
    vat_reason: str = ""
    """Why the sale has its situation (treatment.Why); empty on documents from before reasons were kept."""
    vat_country: str = ""
    """The country whose VAT an EU consumer paid (ISO 3166 alpha-2); empty in every other situation."""
    rounding: str = USUAL.name
    rate_note: str = ""
    """The books' rate of a foreign currency, its source and day: `746.03 e-conomic 2026-11-20` (price of 100 units). A
    credit note is sent with that of its original."""
    credits: Original | None = None

    @property
    def is_credit(self) -> bool:
        return self.credits is not None

    @property
    def currency(self) -> str:
        return self.total.currency

    @property
    def includes_vat(self) -> bool:
        """Whether the lines' prices include VAT."""
        return Reading.named(self.rounding).prices == GROSS

    @property
    def by_rate(self) -> dict[Decimal, Taxed]:
        """Net and VAT per rate, as the books add them up."""
        return by_rate(self.lines, Reading.named(self.rounding))

    @property
    def net(self) -> Decimal:
        return total(part.net for part in self.by_rate.values())

    @property
    def vat(self) -> Decimal:
        return total(part.vat for part in self.by_rate.values())

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


@dataclass(frozen=True)
class Figures:
    """What the books say a document amounts to: the provider's own figures, never ours.

    `customer` and `zone` are the provider's numbers; None where its answer does not carry the field.
    """

    gross: Decimal
    vat: Decimal
    currency: str
    customer: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Difference:
    """One thing in which the books' figures do not agree with the document."""

    fact: str
    shop_value: str
    books_value: str
