"""The words for states and document parts, and the closed lists that fill a reason's text."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connector.core.states import Detail, State

Text = str | Promise
"""A text of the catalogue: it is translated when it is shown."""

Words = Mapping[str, Text]

STATES: Words = {
    State.DONE.value: _("In the books"),
    State.WAITING.value: _("Waiting"),
    State.NEEDS_YOU.value: _("Needs you"),
    State.NOT_MEANT.value: _("Not meant to go"),
    State.NEEDS_US.value: _("Needs us"),
}
"""In the order in which they are always shown."""

EXPLAINED: Words = {
    State.WAITING.value: _("We are on it, or try again ourselves."),
    State.DONE.value: _("Transferred and compared with the order."),
    State.NOT_MEANT.value: _("This is what you have chosen; the reason stands beside it."),
    State.NEEDS_YOU.value: _("Fix one thing and it goes on."),
    State.NEEDS_US.value: _("We are on it; you need not do anything."),
}

DETAILS: Words = {
    Detail.DRAFT.value: _("draft"),
    Detail.BOOKED.value: _("booked"),
    Detail.PAYMENT_NOT_SEEN.value: _("booked, payment not seen"),
    Detail.REFUND_NOT_SEEN.value: _("booked, refund not seen"),
    Detail.BY_HAND.value: _("handled by hand"),
}

FACTS: Words = {
    "address": _("an address"),
    "cancelled": _("cancelled"),
    "city": _("a town"),
    "contact": _("a contact person"),
    "country": _("a country"),
    "currency": _("the currency"),
    "customer": _("the customer"),
    "ean": _("a valid EAN number"),
    "email": _("the customer's e-mail address"),
    "gross": _("the total"),
    "lines": _("order lines"),
    "name": _("the customer's name"),
    "negative": _("for less than zero"),
    "phone": _("a phone number"),
    "postcode": _("a postcode"),
    "quantity": _("a quantity on every line"),
    "time": _("a time"),
    "total": _("a total"),
    "vat": _("the VAT"),
    "vat_number": _("a well-formed VAT number"),
    "vat_rate": _("a VAT rate on every line"),
    "zero": _("for zero"),
    "zone": _("the VAT zone"),
}
"""What `{fact}` stands for: what an order lacks, in what a draft differs, why there is nothing to book."""

TRIGGERS: Words = {"payment": _("paid"), "shipment": _("shipped"), "status": _("in a chosen status")}
SITUATIONS: Words = {
    "domestic": _("domestic sales"),
    "eu_business": _("sales to EU businesses with a VAT number"),
    "eu_consumer": _("sales to private persons in the EU (OSS)"),
    "abroad": _("sales abroad"),
}
ACTIONS: Words = {
    "read": _("read customers, products and invoices"),
    "write": _("create invoices"),
    "journals": _("register payments in a journal"),
    "book": _("book invoices"),
}
FEES: Words = {"shipping": _("shipping"), "fee": _("fee"), "discount": _("discount"), "gift_card": _("gift card")}
ORDER_NOW: Words = {"cancelled": _("cancelled")}

FIELDS = {
    "collective_customer": "collective",
    "total_item": "total",
    "default_item": "default",
    "gift_card": "gift_card@",
}
"""What the mapping calls a setting → what the settings page calls it."""

MENDS: Words = {
    "finance": _("Correct the setting"),
    "finance#products": _("Correct the product"),
    "finance#customers": _("Correct the setting"),
    "finance#fees": _("Choose a product"),
    "finance#payments": _("Choose an account"),
    "finance-mapping#products": _("Correct the product"),
    "finance-mapping#fees": _("Choose a product"),
    "finance-mapping#payments": _("Choose an account"),
    "finance-vat": _("Correct the VAT"),
    "finance-connect": _("Connect again"),
    "settings-shop": _("See the shop"),
    "order": _("See the order"),
    "order-credit": _("See what is left"),
    "credit-note": _("See the credit note"),
    "needs-you": _("See what needs you"),
    "log": _("See the log"),
}
"""The words of the link to the page that mends a reason."""

CLOSED_LISTS: Mapping[str, Words] = {
    "fact": FACTS,
    "trigger": TRIGGERS,
    "situation": SITUATIONS,
    "action": ACTIONS,
    "now": ORDER_NOW,
}

UNNAMED: Words = {
    "provider": _("the financial system"),
    "shop": _("the shop"),
    "order": _("(no number)"),
    "fact": _("something"),
    "field": _("A setting"),
    "action": _("do everything that is needed"),
    "trigger": _("ready"),
    "switch": _("A switch"),
    "situation": _("this sale"),
    "where": _("one of the systems"),
    "plan": _("the present plan"),
    "plans": _("a larger plan"),
}
"""What stands for a fact that nobody gave: a text never fails for want of one."""
