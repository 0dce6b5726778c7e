"""What the settings are called: one table for the fields that every provider has and for those that providers add.

A field that no row names still works: it is shown under its own name, in the last group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounting.base import AccountingProvider, Choices, SettingField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text
else:
    Text = str

OTHER = "other"
REVENUE_ACCOUNTS, JOURNALS = "revenue_accounts", "journals"
"""Lists of `Choices` whose fields have words of their own."""
Provider = type[AccountingProvider]


@dataclass(frozen=True)
class Label:
    """A field's words and the group that it stands in. `help` stands under the label."""

    group: str
    text: Text | str
    help: Text | str = ""


GROUPS: Mapping[str, Text] = {
    "when": _("Trigger and start date"),
    "payments": _("Payment"),
    "invoice": _("Invoice"),
    "customers": _("Customers"),
    "products": _("Products"),
    "fees": _("Shipping, fees, discount and gift cards"),
    "switches": _("What is transferred"),
    OTHER: _("More settings"),
}
"""The groups in the page's order; the key is the place on the page that a stopped order links to."""

FOLDED = {"customers", "products", "fees"}
"""The groups that stand folded while nothing in them is missing: what we propose for them is seldom changed."""

LABELS: Mapping[str, Label] = {
    "trigger": Label(
        "when",
        _("When orders are transferred"),
        _("With goods, card payments may normally only be captured when the product is sent."),
    ),
    "statuses": Label(
        "when",
        _("Order statuses"),
        _("The shop's own words, with commas between them. Used when orders are transferred at an order status."),
    ),
    "start_at": Label(
        "when",
        _("Start date"),
        _("Orders from this moment on are transferred. Switch off any older integration before it."),
    ),
    "account": Label(
        "payments",
        _("Posting account"),
        _("The account where the paid amount is registered, so that the invoice ends with balance 0."),
    ),
    "settle": Label("payments", _("The payment is registered")),
    "journal": Label("payments", _("Journal"), _("Only our own lines are booked.")),
    "product_layout": Label("invoice", _("Product layout")),
    "missing_product": Label("invoice", _("When a product is missing")),
    "rates": Label(
        "invoice", _("VAT rates in the shop"), _("In percent, with semicolons between them, for example 25; 0.")
    ),
    "layout": Label("invoice", _("Invoice layout")),
    "terms": Label("invoice", _("Payment terms")),
    "zone_domestic": Label("invoice", _("VAT zone for domestic sales")),
    "zone_eu_business": Label("invoice", _("VAT zone for sales to EU businesses with a VAT number")),
    "zone_eu_consumer": Label("invoice", _("VAT zone for sales to private persons in the EU (OSS)")),
    "zone_abroad": Label("invoice", _("VAT zone for sales abroad without VAT")),
    "sales_domestic": Label("invoice", _("Account for domestic sales"), _("The VAT follows the account.")),
    "sales_eu_business": Label("invoice", _("Account for sales to EU businesses with a VAT number")),
    "sales_eu_consumer": Label("invoice", _("Account for sales to private persons in the EU (OSS)")),
    "sales_abroad": Label("invoice", _("Account for sales abroad without VAT")),
    "customer_group": Label("customers", _("Customer group"), _("New customers are created in this group.")),
    "no_email": Label("customers", _("An order without an e-mail address goes to")),
    "collective": Label(
        "customers",
        _("Collective customer"),
        _("The number of the customer who gets orders without an e-mail address."),
    ),
    "product_group": Label("products", _("Product group for new products")),
    "default": Label("products", _("Default product")),
    "total": Label("products", _("Product for total lines")),
    "shipping": Label("fees", _("Shipping")),
    "fee": Label("fees", _("Fee")),
    "discount": Label("fees", _("Discount")),
    "rounding": Label(
        "fees",
        _("Øre rounding"),
        _("A product without VAT, for when prices without VAT cannot reach the total; at most 1 øre per VAT rate."),
    ),
    "credit_item": Label(
        "fees",
        _("Product for an amount without a product"),
        _("Used on a credit note where you credit an amount, and no product of the invoice."),
    ),
    "gift_card": Label("fees", _("A used gift card is")),
    "gift_card@": Label("fees", _("Product for gift cards")),
    "gift_card_account": Label("fees", _("Account for gift cards")),
    "orders": Label("switches", _("Order transfer")),
    "customers": Label(
        "switches", _("Customer creation"), _("When it is off, all orders go to the collective customer.")
    ),
    "booking": Label("switches", _("Posting"), _("When it is off, we make drafts, and you book them yourself.")),
}

OF_LIST: Mapping[tuple[str, str], Label] = {
    ("shipping", REVENUE_ACCOUNTS): Label(
        "fees", _("Account for shipping"), _("Where shipping is not booked as the products are.")
    ),
    ("fee", REVENUE_ACCOUNTS): Label(
        "fees", _("Account for fees"), _("Where fees are not booked as the products are.")
    ),
    ("collective", "contacts"): Label(
        "customers",
        _("Collective customer"),
        _("The contact that gets orders without an e-mail address, and has none itself."),
    ),
}
"""The words for a field that chooses from another list than elsewhere: (field, list) → its label."""

CHOICES: Mapping[str, Mapping[str, Text]] = {
    "trigger": {"shipment": _("on shipment"), "payment": _("on payment"), "status": _("at an order status")},
    "settle": {"journal": _("in the journal"), "open": _("not: leave the invoices open")},
    "product_layout": {"single": _("single products"), "total": _("total lines, one for each VAT rate")},
    "missing_product": {
        "create": _("create it"),
        "default": _("use the default product"),
        "stop": _("stop, and ask me"),
    },
    "no_email": {
        "collective": _("the collective customer"),
        "key": _("a customer known by name, postcode and phone"),
    },
    "gift_card": {"payment": _("a payment"), "line": _("a line on the invoice")},
}
"""What the neutral fields choose from."""
WITHOUT_JOURNAL: Mapping[str, Text] = {"journal": _("on the invoice, once it is booked")}
WITHOUT_NEGATIVE_LINES: Mapping[str, Text] = {"line": _("a discount on the invoice's lines")}

ONLY_WHEN: Mapping[str, Text] = {
    "never": _("optional"),
    "settle": _("when payments are registered"),
    "create": _("when missing products are created"),
    "default": _("when the default product is used"),
    "total": _("for total lines"),
    "single": _("for single products"),
    "collective": _("when customers are not created"),
    "gift_card_payment": _("when gift cards are payments"),
    "gift_card_line": _("when gift cards are lines"),
}
"""`SettingField.required_when` in words; a field without a row is always required."""

AS_PRODUCTS: Mapping[str, Label] = {
    "sales_domestic": Label("invoice", _("Product for domestic sales"), _("The product decides account and VAT.")),
    "sales_eu_business": Label("invoice", _("Product for sales to EU businesses with a VAT number")),
    "sales_eu_consumer": Label("invoice", _("Product for sales to private persons in the EU (OSS)")),
    "sales_abroad": Label("invoice", _("Product for sales abroad without VAT")),
    "shipping": Label("fees", _("Product for shipping"), _("Where shipping is not sold as the products are.")),
    "fee": Label("fees", _("Product for fees"), _("Where fees are not sold as the products are.")),
}
"""The words for what lines are sold on, where that is a service product."""

COMPANY_NUMBERS: Mapping[str, Text] = {
    "agreement": pgettext_lazy("before a number", "agreement"),
    "organisation": pgettext_lazy("before a number", "organisation"),
    "registration": pgettext_lazy("before a number", "CVR"),
}
"""What the number of a set of books is called at a provider (`company_word` of its class)."""


def label(name: str, options: str = "") -> Label:
    """The words for a field that chooses from the list `options`; `name` may be that of one VAT rate, `shipping@25`."""
    base, at, _rate = name.partition("@")
    return OF_LIST.get((base, options)) or LABELS.get(f"{base}{at}") or LABELS.get(base) or Label(OTHER, base)


def label_of(name: str, provider: Provider) -> Label:
    """The words for a field as this provider's books call what it chooses."""
    base = name.partition("@")[0]
    own = AS_PRODUCTS.get(base) if provider.sells_by_product else None
    return own or label(name, provider.list_of(base))


def choices(name: str, provider: Provider) -> Mapping[str, Text]:
    """What a neutral field chooses from, in words that are true of this provider's books."""
    if name == "settle" and not any(field.choices == JOURNALS for field in provider.setting_fields):
        return {**CHOICES[name], **WITHOUT_JOURNAL}
    if name == "gift_card" and not provider.capabilities.negative_lines:
        return {**CHOICES[name], **WITHOUT_NEGATIVE_LINES}
    return CHOICES[name]


def nothing(field: SettingField) -> Text:
    """What an empty choice of a field means."""
    if field.required_when != "never":
        return _("Choose")
    is_beside_sales = field.choices == REVENUE_ACCOUNTS and (field.name, field.choices) in OF_LIST
    return _("as for the products") if is_beside_sales else _("None")


PREREQUISITES: Mapping[str, Text] = {
    "plan-with-api": _("the plan Plus, Smart or Komplet"),
    "administrator": _("you are an administrator"),
    "pro-plan": _("the plan Pro"),
    "owner-sign-in": _("you can sign in to the financial system as the owner"),
    "access-token": _("you can create an access token in the financial system"),
}
"""What must be in place before connecting, by the codes in `prerequisites` of a provider's class."""


def prerequisites(codes: Iterable[str]) -> list[str]:
    """The prerequisites in words."""
    return [str(PREREQUISITES[code]) for code in codes]


def counted(choices: Choices, provider: Provider) -> list[str]:
    """How much there is to choose from: `214 accounts`, `3 journals` …"""
    if provider.sells_by_product:
        choices = replace(
            choices, lists={name: rows for name, rows in choices.lists.items() if name != REVENUE_ACCOUNTS}
        )
    kinds: Mapping[str, Callable[[int], str]] = {
        REVENUE_ACCOUNTS: lambda n: ngettext("%(n)d sales account", "%(n)d sales accounts", n),
        "accounts": lambda n: ngettext("%(n)d account", "%(n)d accounts", n),
        "journals": lambda n: ngettext("%(n)d journal", "%(n)d journals", n),
        "zones": lambda n: ngettext("%(n)d VAT zone", "%(n)d VAT zones", n),
        "terms": lambda n: ngettext("%(n)d payment term", "%(n)d payment terms", n),
        "layouts": lambda n: ngettext("%(n)d layout", "%(n)d layouts", n),
        "items": lambda n: ngettext("%(n)d product", "%(n)d products", n),
    }
    # What lines are sold on stands in for items, too.
    absent = {"items"} if REVENUE_ACCOUNTS in choices.lists else set()
    sizes = {name: len(choices.lists[name]) for name in kinds if name in choices.lists.keys() - absent}
    return [kinds[name](size) % {"n": size} for name, size in sizes.items()]
