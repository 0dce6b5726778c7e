"""/products (fact sheet, 8.3); the key is a string that addresses escape (4.3)."""

from __future__ import annotations

from typing import Any

from sandbox.wire import Reply

from . import bodies, views
from .agreement import INVENTORY
from .call import Call, Routes
from .customers import unknown
from .errors import Invalid, Problem, Refusal, gone, not_found
from .filters import Pins
from .ids import unescape
from .listing import Collection, kept, legacy_list
from .model import Product
from .validate import clean
from .wirejson import Json

PRODUCTS = Collection(
    "products",
    {
        **dict.fromkeys(("productNumber", "description", "name", "barCode", "lastUpdated"), "text"),
        **dict.fromkeys(("costPrice", "recommendedPrice", "salesPrice"), "number"),
        "barred": "flag",
        "unit.unitNumber": "number",
        "productGroup.productGroupNumber": "number",
    },
    writable=True,
    # Recorded: `$ne:` on barred and any filter on the distribution end in 500 (4.2).
    crashes=(
        ("barred", "ne"),
        *(("departmentalDistribution.departmentalDistributionNumber", operator) for operator in ("eq", "ne", "in")),
    ),
)


def product_at(call: Call, segment: str) -> Product:
    """The product of an address. Raises Refusal 404."""
    product = call.books.products.get(unescape(segment))
    if product is None:
        raise not_found()
    return product


def list_products(call: Call) -> Reply:
    """GET /products."""
    products = call.books.products

    def find(pins: Pins) -> list[Product] | None:
        # Filters compare without letter case, this table with it: only if all are hit is the answer complete.
        wanted = pins.get("productNumber", ())
        found = [products[number] for number in dict.fromkeys(wanted) if number in products]
        return found if wanted and len(found) == len(set(wanted)) else None

    return legacy_list(call, PRODUCTS, kept(call, products, lambda row: views.product(call, row), find))


def get_product(call: Call, segment: str) -> Reply:
    """GET /products/{n}."""
    return call.reply(200, views.product(call, product_at(call, segment)))


def post_product(call: Call) -> Reply:
    """POST /products: the caller gives the number."""
    data = _checked(call, call.body())
    number = data["productNumber"]
    if number in call.books.products:
        raise Invalid([Problem(("productNumber",), f"Product '{number}' already exists.", None, number)])
    return _created(call, data)


def put_product(call: Call, segment: str) -> Reply:
    """PUT /products/{n}: a true replace, or a new product under an unused number (4.4)."""
    data = _checked(call, call.body()) | {"productNumber": unescape(segment)}
    old = call.books.products.get(data["productNumber"])
    if old is None:
        return _created(call, data)
    new = Product(old.created, call.now, number=old.number, data=data, in_stock=old.in_stock)
    call.books.products[new.number] = new
    return call.reply(200, views.product(call, new))


def delete_product(call: Call, segment: str) -> Reply:
    """DELETE /products/{n}: 204, unless a document uses it."""
    number = unescape(segment)
    if number not in call.books.products:
        raise gone("Product")
    if call.books.is_used("product", number):
        raise Refusal(call.switch("delete_used_status"), "The product is in use and cannot be deleted.")
    del call.books.products[number]
    return Reply(204)


def _created(call: Call, data: Json) -> Reply:
    product = Product(call.now, call.now, number=data["productNumber"], data=data)
    call.books.products[product.number] = product
    view = views.product(call, product)
    return call.reply(201, view, location=view["self"])


def _checked(call: Call, body: Any) -> Json:
    data = clean(bodies.PRODUCT, body)
    if INVENTORY in call.agreement.modules:
        # costPrice is ignored with the inventory module (8.3).
        data.pop("costPrice", None)
    problems = [
        *unknown(("productGroup",), data, call.books.master.product_groups),
        *unknown(("unit",), data, call.books.master.units),
        *unknown(("departmentalDistribution",), data, {}),
    ]
    if problems:
        raise Invalid(problems)
    return data


ROUTES: Routes = {
    ("GET", "products"): list_products,
    ("POST", "products"): post_product,
    ("GET", "products/{}"): get_product,
    ("PUT", "products/{}"): put_product,
    ("DELETE", "products/{}"): delete_product,
}
