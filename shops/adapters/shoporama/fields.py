"""What the fields of an order may be called.

No public source confirms the keys of an order (fact sheet, section 4). The first name of each is the official theme's
getter in snake case, the others are what else is likely; the check of the sums is what makes reading them safe.
"""

from __future__ import annotations

ID = ("order_id", "id")
NUMBER = ("webshop_order_id", "order_number", "number", "order_id", "id")
STATUS = ("status", "order_status")
PAID = ("paid", "is_paid")
PAID_AT = ("paid_at", "paid_date", "paid_time", "payment_date", "date_paid")
SENT_AT = ("sent_at", "shipped_at", "sent_date", "shipped_date", "date_sent")
PLACED_AT = ("time", "created", "created_at", "order_time", "date", "order_date")
CHANGED_AT = ("last_modified", "modified", "updated_at", "updated")
CURRENCY = ("currency", "currency_code", "order_currency")

ITEMS = ("products", "order_products", "items", "lines", "order_lines")
NAME = ("name", "product_name", "title")
SKU = ("own_id", "sku", "variant_own_id", "item_number", "product_number")
QUANTITY = ("amount", "quantity", "qty", "count")
UNIT_PRICE = ("unit_price", "price", "unit_price_incl_vat", "product_price")
RATE = ("vat", "vat_rate", "vat_percent", "tax_rate")
ATTRIBUTES = ("attributes", "variants", "options")
ATTRIBUTE_VALUE = ("val", "value")

TOTAL = ("total_price", "total", "order_total", "grand_total", "total_amount")
VAT = ("vat", "vat_amount", "total_vat", "moms", "tax")
SHIPPING = ("shipping",)
SHIPPING_PRICE = ("shipping_price", "shipping_cost", "shipping_total", "freight")
SHIPPING_NAME = ("shipping_name", "shipping_title")
FEES = ("payment_fee", "fee", "gebyr", "payment_price", "card_fee", "transaction_fee", "surcharge", "invoice_fee")
VOUCHER = ("voucher",)
VOUCHER_CODE = ("voucher_code", "discount_code", "coupon_code")
VOUCHER_PERCENT = ("voucher_discount", "voucher_percent_discount", "percent_discount", "discount_percent")
VOUCHER_AMOUNT = ("voucher_discount_amount", "discount_amount", "discount", "discount_price")
GIFT_CARD = ("gift_card_amount", "giftcard_amount", "gift_card_price", "gavekort", "gift_card", "giftcard")
METHOD = ("payment_name", "payment_method", "payment_gateway_name", "payment_title", "payment_gateway", "payment")

METHOD_ID = ("payment_gateway_id", "payment_id", "payment_method_id", "gateway_id")
SHIPPING_ID = ("shipping_id", "delivery_id")

CREDITS = (
    *("original_order_id", "parent_order_id", "credited_order_id", "credit_for_order_id", "credits_order_id"),
    *("credit_for", "credit_of", "refers_to", "refers_to_order_id", "original_order", "parent_order"),
    *("credited_order", "original_id", "parent_id"),
)
"""On a credit note, the order that it credits, most telling first; an object holds the order's id (section 4)."""
RETURN = ("order_return_id", "return_id", "order_return", "return")
"""On a credit note, the return that it was made from."""
RETURN_ID = ("order_return_id", "return_id", "id")
RETURNED = ("order_id", "order")
"""On a return, the order whose goods come back."""
CREDIT_MADE = ("credit_order_id", "credit_note_order_id", "credit_order", "created_order_id", "new_order_id")
"""On a return, the credit note that was made of it. Not `credit_note_id`: that may be a number of another series."""

EMAIL = ("email", "order_email", "customer_email")
PHONE = ("phone", "order_phone", "mobile", "telephone")
EAN = ("ean_number", "ean", "ean_no")
VAT_NUMBER = ("cvr", "vat_number", "cvr_number", "order_cvr", "vat_no")

BUYER, RECEIVER = "order_", "del_"
PERSON = ("name",)
COMPANY = ("company_name", "company")
ADDRESS = ("address", "address1")
ADDRESS_MORE = ("address2",)
POSTCODE = ("zipcode", "zip", "postcode")
CITY = ("city",)
COUNTRY = ("country_code", "country_iso", "country", "country_id")


def prefixed(prefix: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """An address's fields with its prefix; the buyer's perhaps without."""
    own = tuple(prefix + name for name in names)
    return own + names if prefix == BUYER else own
