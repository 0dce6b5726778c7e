"""Everything in this stand-in that no public source confirms, in one place.

Shoporama's full reference is not publicly readable (fact sheet, section 1). What the fact sheet leaves open is composed
here; the code takes every such name from these tables, so that the first real order corrects one file.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumed:
    """One composed name: what it is called here, what else it may be called, what it means, why we think so."""

    key: str
    meaning: str
    why: str
    other: str = ""


_THEME = "the official theme's getter in snake case, as products do it (section 4)"
_COMPOSED = "composed for the stand-in; no source"

ORDER = {
    "order_id": Assumed("order_id", "internal id, the one in REST addresses", _THEME),
    "number": Assumed("webshop_order_id", "the number the customer sees, counted per shop", _THEME),
    "invoice_id": Assumed("invoice_id", "Shoporama's own invoice number", _THEME),
    "status": Assumed("status", "new, sent or cancelled (the words are certain, the key is not)", _THEME),
    "paid": Assumed("paid", "whether it is paid: 0/1, a date or a boolean, by switch", _THEME),
    "time": Assumed("time", "when it was placed, Europe/Copenhagen", _THEME, other="created"),
    "last_modified": Assumed("last_modified", "when it last changed, Europe/Copenhagen", "certain for products"),
    "currency": Assumed("currency", "ISO code", "getCurrency of the webshop; per order is a guess"),
    "name": Assumed("order_name", "buyer", _THEME),
    "company": Assumed("order_company_name", "buyer's company", _THEME),
    "address": Assumed("order_address", "buyer's street", _THEME),
    "zipcode": Assumed("order_zipcode", "buyer's postal code", _THEME),
    "city": Assumed("order_city", "buyer's city", _THEME),
    "country_id": Assumed("order_country_id", "id in /country (named by the wiki)", _THEME),
    "country": Assumed("order_country", "the country's name", _THEME),
    "del_name": Assumed("del_name", "receiver, empty when it is the buyer", _THEME),
    "del_company": Assumed("del_company_name", "receiver's company", _THEME),
    "del_address": Assumed("del_address", "receiver's street", _THEME),
    "del_zipcode": Assumed("del_zipcode", "receiver's postal code", _THEME),
    "del_city": Assumed("del_city", "receiver's city", _THEME),
    "del_country_id": Assumed("del_country_id", "id in /country (named by the wiki)", _THEME),
    "del_country": Assumed("del_country", "the country's name", _THEME),
    "phone": Assumed("phone", "buyer's telephone", _THEME),
    "email": Assumed("email", "buyer's e-mail", _THEME),
    "ean": Assumed("ean_number", "13 digits for the public sector", _THEME),
    "cvr": Assumed("cvr", "VAT number", "guides say that it is available, none says where", other="vat_number"),
    "products": Assumed("products", "the lines (the wrapper key is named by the wiki)", _THEME),
    "shipping_id": Assumed("shipping_id", "id in /shipping (named by the wiki)", _THEME),
    "shipping_name": Assumed("shipping_name", "what the delivery is called", _THEME),
    "shipping_price": Assumed("shipping_price", "including VAT", _THEME),
    "shipping": Assumed("shipping", "name and price as one object, by switch", "getShipping()->getName"),
    "payment_id": Assumed("payment_gateway_id", "id in /payment-gateway", "the resource exists; the key is composed"),
    "payment_name": Assumed("payment_name", "what the payment method is called", _COMPOSED),
    "fee": Assumed("payment_fee", "fee for the payment method including VAT; only when there is one", _COMPOSED),
    "voucher_code": Assumed("voucher_code", "the code (named by the wiki)", _THEME),
    "voucher_percent": Assumed("voucher_discount", "the voucher's percentage, 0 for a fixed amount", _THEME),
    "voucher_amount": Assumed("voucher_discount_amount", "the discount in money including VAT", _THEME),
    "gift_card_code": Assumed("gift_card_code", "the gift card used; only when there is one", _COMPOSED),
    "gift_card_amount": Assumed("gift_card_amount", "what the gift card paid; only when there is one", _COMPOSED),
    "extras": Assumed("extras", "further fields of the checkout, never money", _THEME),
    "vat": Assumed("vat", "the VAT contained in the order, an amount", "the invoice template prints it so"),
    "goods": Assumed("price", "the goods' total, only by switch", "getPrice beside getShippingPrice and getVat"),
    "total": Assumed("total_price", "including VAT, shipping, fee and discount", _THEME),
    "tracking_number": Assumed("tracking_number", "the parcel", _THEME),
    "tracking_url": Assumed("tracking_url", "the parcel's page", _THEME),
    "comments": Assumed("comments", "the buyer's words", _THEME),
    "original": Assumed(
        "original_order_id",
        "on a credit note: the order it credits",
        "the credit note is certainly linked; the name is open (section 4)",
        other="parent_order_id",
    ),
    "returned": Assumed("order_return_id", "on a credit note: the return it was made of, only by switch", _COMPOSED),
    "paid_at": Assumed("paid_at", "when it was paid, only by switch", _COMPOSED),
    "sent_at": Assumed("sent_at", "when it was shipped, only by switch", _COMPOSED),
}

LINE = {
    "line_id": Assumed("order_product_id", "id of the line", _COMPOSED),
    "product_id": Assumed("product_id", "id in /product", _THEME),
    "own_id": Assumed("own_id", "SKU", "certain for products"),
    "name": Assumed("name", "the product's name, perhaps with HTML entities", _THEME),
    "amount": Assumed("amount", "quantity", _THEME, other="quantity"),
    "unit_price": Assumed("unit_price", "including VAT (by switch: excluding)", "the invoice template adds them up"),
    "vat": Assumed("vat", "per cent", "certain for products"),
    "attributes": Assumed("attributes", "[{name, val}]", _THEME),
    "attribute_value": Assumed("val", "the variant's word", _THEME, other="value"),
}

COUNTRY = {
    "id": Assumed("country_id", "what orders point to", "the orders' own key without its prefix"),
    "name": Assumed("name", "Danish name", _COMPOSED),
    "code": Assumed("iso", "ISO 3166 alpha-2, only by switch", _COMPOSED),
}

SHIPPING = {
    "id": Assumed("shipping_id", "what orders point to", "the orders' own key"),
    "name": Assumed("name", "what the delivery is called", _THEME),
    "price": Assumed("price", "including VAT", _COMPOSED),
}

GATEWAY = {
    "id": Assumed("payment_gateway_id", "what orders point to", _COMPOSED),
    "name": Assumed("name", "what the payment method is called", _COMPOSED),
}

STOCK = {
    "variant": Assumed("variant_name", "empty for a product without variants", "the key of the documented PUT"),
    "count": Assumed("count", "absolute", "the key of the documented PUT"),
}

RETURN = {
    "id": Assumed("order_return_id", "id of the return", _COMPOSED),
    "order": Assumed("order_id", "what is returned from", _COMPOSED),
    "status": Assumed("status", "new or completed (the words are certain)", "section 4"),
    "products": Assumed("products", "[{order_product_id, amount}]", _COMPOSED),
    "credit": Assumed("credit_order_id", "the credit note made of it, only by switch", _COMPOSED),
}

WEBHOOK = {
    "id": Assumed("webhook_id", "id of the webhook", _COMPOSED),
    "url": Assumed("url", "where it is delivered", _COMPOSED),
    "event": Assumed("event", "one of the documented event names", "the event names are certain"),
    "secret": Assumed(
        "secret", "each webhook has its own (certain); in which answer it is shown is a switch", "section 5"
    ),
    "created": Assumed("created", "when it was made", _COMPOSED),
}

DELIVERY = {
    "event": Assumed("event", "the event's name", _COMPOSED),
    "shop": Assumed("webshop_id", "the shop's id", "the name in the sign-in's answer"),
    "order_id": Assumed("order_id", "what it is about, in the thin body", _COMPOSED),
    "order": Assumed("order", "the order as GET gives it, in the full body", _COMPOSED),
    "signature": Assumed("X-Shoporama-Signature", "header of the signature; name and style are switches", "section 5"),
    "event_header": Assumed("X-Shoporama-Event", "header with the event's name, only by switch", _COMPOSED),
    "delivery_header": Assumed("X-Shoporama-Delivery", "header with the delivery's id, only by switch", _COMPOSED),
}

BEHAVIOUR = (
    Assumed("429", "status when the day's calls are used up", "section 1 asks to assume it; a switch gives others"),
    Assumed("403", "status for a write with a key that may only read", "section 7"),
    Assumed("404", "status for an unknown id and for another shop's", _COMPOSED),
    Assumed("409", "status for a status change that the order's state does not allow", _COMPOSED),
    Assumed("error", "key of the sentence in an error's body; a switch gives others", "section 1"),
    Assumed("limit 100", "lists give at most 100 rows a page", "section 7"),
    Assumed("new_return", "sent when the customer's return is made, not when it is approved", _COMPOSED),
    Assumed("order_created", "sent when the order is placed, also when it is not paid", "the event's name"),
    Assumed("order_created", "sent for a credit note, which is an order; a switch leaves it out", "section 4"),
    Assumed("credit number", "a credit note takes the next number of the orders", "it gets one of its own (section 4)"),
    Assumed("credit discount", "a credited line takes its share of the discount back", _COMPOSED),
)


def key(table: dict[str, Assumed], name: str, *, renamed: bool = False) -> str:
    """The JSON key of a composed field; with `renamed` its other candidate, where it has one."""
    field = table[name]
    return field.other if renamed and field.other else field.key
