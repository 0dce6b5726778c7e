"""The switches of the Shoporama stand-in: every open point of the fact sheet that a client must survive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama.webhooks import SIGNED_STYLES


@dataclass(frozen=True)
class Switch:
    """One switch: its values (the first is the default), or a default of a type; the section it comes from."""

    name: str
    values: tuple[Any, ...]
    meaning: str
    section: str
    free: bool = False

    def check(self, value: object) -> object:
        """`value`, when the switch can take it. Raises Refused 400 when not."""
        if self.free:
            return self._check_type(value)
        if any(value == known and type(value) is type(known) for known in self.values):
            return value
        raise Refused(400, f"shoporama.{self.name} is one of {', '.join(map(repr, self.values))}")

    def _check_type(self, value: object) -> object:
        if isinstance(self.values[0], str) and isinstance(value, str):
            return value
        if isinstance(self.values[0], int) and isinstance(value, int | float | Decimal) and value >= 0:
            return float(value)
        raise Refused(400, f"shoporama.{self.name} takes a {type(self.values[0]).__name__}")


SWITCHES = (
    # Transport, section 1 and 2
    Switch("auth_forms", ("bare bearer shoporama",), "accepted forms of Authorization, by word", "1", free=True),
    Switch("limit_answer", ("429", "429-retry-after", "403"), "answer when the day's calls are used up", "1"),
    Switch("error_shape", ("error", "message", "text"), "an error's body: {error}, {message} or plain text", "1"),
    Switch("lists", ("documented", "bare", "wrapped"), "which resources wrap their rows", "2"),
    Switch("orders_last_modified", (True, False), "GET /order honours last_modified", "2"),
    Switch("order_lists", ("oldest-first", "newest-first"), "the order of the rows of GET /order", "2"),
    Switch("thin_order_lists", (False, True), "rows of GET /order come without products", "2"),
    # The shape of an order, section 4
    Switch("numbers", ("number", "point", "comma"), "amounts as numbers, or as text with a point or a comma", "4"),
    Switch("paid_form", ("int", "bool", "date", "text"), "paid as 0/1, true/false, null or the time, '0'/'1'", "4"),
    Switch("keys", ("likely", "other"), "the likely key of each field, or its other candidate", "4"),
    Switch("own_id", ("present", "missing"), "lines carry the SKU", "4"),
    Switch("names_escaped", (False, True), "names come with HTML entities", "3"),
    Switch("unit_price_ex_vat", (False, True), "unit prices exclude VAT (rounded to the øre)", "4"),
    Switch("line_vat", ("present", "missing"), "lines carry their VAT rate", "4"),
    Switch("order_vat", ("present", "missing"), "the order carries its VAT amount", "4"),
    Switch("total_off", ("0",), "added to total_price, so that the sums no longer hold", "4", free=True),
    Switch("unknown_money", (False, True), "fields that look like money and are in no sum", "4"),
    Switch("goods_price", ("absent", "goods", "with-shipping"), "an extra price: the goods' total", "4"),
    Switch("shipping_form", ("flat", "object"), "shipping_name and shipping_price, or shipping{name, price}", "4"),
    Switch("discount_sign", ("positive", "negative"), "the sign of voucher_discount_amount", "4"),
    Switch("gift_card", ("subtracted", "payment"), "total_price is after the gift card, or before it", "4"),
    Switch("country_form", ("id", "code"), "country ids, or ISO codes in the same fields", "4"),
    Switch("country_codes", (True, False), "rows of /country carry the ISO code", "4"),
    Switch("currency_on_order", (True, False), "orders carry the currency", "4"),
    Switch("extra_dates", (False, True), "orders carry paid_at and sent_at", "4"),
    Switch("credit_link", ("original", "other", "none"), "a credit note's link to its order", "4"),
    Switch("return_link", ("none", "on-return", "on-credit"), "which of return and credit note names the other", "4"),
    Switch("credit_form", ("negative-quantity", "negative-price"), "where a credited line has its minus", "4"),
    Switch("credit_vat", ("negative", "positive"), "the sign of a credit note's VAT amount", "4"),
    Switch("credit_webhook", (True, False), "order_created is sent for a credit note", "5"),
    # Webhooks, section 5
    Switch("webhook_secret", ("create", "always", "never"), "which answers of /webhook show the secret", "5"),
    Switch("webhook_fields", ("both", "event", "events"), "POST /webhook takes one event, a list, or either", "5"),
    Switch("webhook_body", ("thin", "full", "empty"), "a delivery's body: ids, the whole order, nothing", "5"),
    Switch("signature", (*SIGNED_STYLES, "none"), "algorithm and encoding of the signature over the raw body", "5"),
    Switch("signature_header", ("X-Shoporama-Signature",), "the signature's header", "5", free=True),
    Switch("webhook_event_header", (False, True), "a header names the event", "5"),
    Switch("webhook_delivery_header", (False, True), "a header carries the delivery's id", "5"),
    Switch("webhook_tries", (3,), "how often a delivery is tried", "5", free=True),
    Switch("webhook_retry_seconds", (2,), "the pause before the second try; doubled each time", "5", free=True),
    Switch("webhooks_missing", (False, True), "no delivery is sent", "5"),
    Switch("webhook_copies", (1,), "how many times each delivery is sent", "5", free=True),
    Switch("webhook_delay_seconds", (0,), "deliveries wait that long", "5", free=True),
    Switch("webhooks_reordered", (False, True), "every second delivery arrives after the one that follows it", "5"),
    # Sign-in, section 1
    Switch("sign_in_refusal", ("back", "stay"), "refusing sends the browser back without a token, or nowhere", "1"),
)
BY_NAME: Mapping[str, Switch] = {switch.name: switch for switch in SWITCHES}


def defaults() -> dict[str, Any]:
    """Every switch at its default."""
    return {switch.name: switch.values[0] for switch in SWITCHES}


def check(name: str, value: object) -> object:
    """`value`, when the switch `name` exists and can take it. Raises Refused 404 or 400."""
    if name not in BY_NAME:
        raise Refused(404, f"no switch shoporama.{name}")
    return BY_NAME[name].check(value)
