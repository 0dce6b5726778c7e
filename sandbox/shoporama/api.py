"""The REST addresses of one shop (fact sheet, sections 2-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.routes import Refused, Router, document, plain, whole
from sandbox.shoporama import assumed
from sandbox.shoporama.orders import Order
from sandbox.shoporama.places import COUNTRIES, DELIVERIES, moment
from sandbox.shoporama.placing import amount
from sandbox.shoporama.products import Product
from sandbox.shoporama.returns import Return
from sandbox.shoporama.shop import Shop
from sandbox.wire import Reply, Request

PAGE = 100
WRAPPED = ("products", "orders", "customers", "vouchers", "menus", "landing_pages", "blog_posts")
router: Router[Shop] = Router()


def rows(shop: Shop, request: Request, plural: str, found: Sequence[Any]) -> Reply:
    """One page of a list: wrapped or bare as documented for `plural`, at most 100 rows."""
    limit = min(whole(request.query.get("limit", PAGE), "limit"), PAGE)
    offset = whole(request.query.get("offset", 0), "offset")
    page = list(found[offset : offset + limit])
    form = shop.switches["lists"]
    if form == "bare" or (form == "documented" and plural not in WRAPPED):
        return Reply.of(200, page)
    paging = {"offset": offset, "limit": limit, "count": len(page), "total": len(found)}
    return Reply.of(200, {"paging": paging, plural: page})


def changed_since(request: Request, modified_at: float) -> bool:
    """Whether a row has changed since the `last_modified` asked for (always when none is)."""
    since = request.query.get("last_modified")
    return not since or modified_at >= moment(since)


@router.on("GET", "/order")
def orders(shop: Shop, request: Request) -> Reply:
    """The orders, a credit note being one; filtered by last_modified where the switch says so."""
    filtered = shop.switches["orders_last_modified"]
    found = [order for order in shop.orders.values() if not filtered or changed_since(request, order.modified_at)]
    if shop.switches["order_lists"] == "newest-first":
        found.reverse()
    writer, with_lines = shop.writer(), not shop.switches["thin_order_lists"]
    return rows(shop, request, "orders", _Lazy(found, lambda order: writer.order(order, with_lines=with_lines)))


class _Lazy(Sequence[Any]):
    """Documents that are written only for the page that is asked for."""

    def __init__(self, found: Sequence[Order], write: Any) -> None:
        self._found = found
        self._write = write

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, part: Any) -> Any:
        return [self._write(order) for order in self._found[part]]


@router.on("GET", "/order/<number>")
def order(shop: Shop, request: Request, number: str) -> Reply:
    """One order by its id, bare."""
    return Reply.of(200, shop.writer().order(_order(shop, number)))


@router.on("PUT", "/order/<number>")
def change_order(shop: Shop, request: Request, number: str) -> Reply:
    """A partial update: status, paid, invoice_id, comments, tracking_number."""
    found, fields = _order(shop, number), document(request)
    unknown = fields.keys() - {"status", "paid", "invoice_id", "comments", "tracking_number"}
    if unknown:
        raise Refused(400, f"unknown field {', '.join(sorted(unknown))}")
    if fields.get("status", found.status) != found.status:
        shop.move(found, str(fields["status"]))
    if fields.get("paid"):
        shop.pay(found)
    found.invoice_id = fields.get("invoice_id", found.invoice_id)
    found.comments = fields.get("comments", found.comments)
    found.tracking = fields.get("tracking_number", found.tracking)
    found.modified_at = shop.clock()
    return Reply.of(200, shop.writer().order(found))


def _order(shop: Shop, number: str) -> Order:
    found = shop.orders.get(whole(number, "order"))
    if found is None:
        raise Refused(404, f"order {number} not found")
    return found


@router.on("GET", "/product")
def products(shop: Shop, request: Request) -> Reply:
    """The products that have not been removed."""
    write = shop.writer().number
    found = [row for row in shop.products.values() if not row.removed_at and changed_since(request, row.modified_at)]
    return rows(shop, request, "products", [row.document(write) for row in found])


@router.on("POST", "/product")
def create_product(shop: Shop, request: Request) -> Reply:
    """A new product from its own_id, name, price and vat."""
    fields = document(request)
    if not fields.get("name"):
        raise Refused(400, "name is required")
    price = amount(fields.get("price", 0), "price")
    made = shop.add_product(str(fields.get("own_id", "")), str(fields["name"]), price, vat=_vat(fields))
    return Reply.of(200, made.document(shop.writer().number))


def _vat(fields: Mapping[str, Any]) -> Any:
    return None if fields.get("vat") is None else amount(fields["vat"], "vat")


@router.on("GET", "/product/<number>")
def product(shop: Shop, request: Request, number: str) -> Reply:
    """One product, bare; 410 when it has been removed."""
    return Reply.of(200, _product(shop, number).document(shop.writer().number))


@router.on("PUT", "/product/<number>")
def change_product(shop: Shop, request: Request, number: str) -> Reply:
    """A partial update: what is not named stays as it was (seen in the PHP SDK's test)."""
    found, fields = _product(shop, number), document(request)
    found.own_id = str(fields.pop("own_id", found.own_id))
    found.name = str(fields.pop("name", found.name))
    found.price = amount(fields.pop("price", found.price), "price")
    found.vat = _vat(fields) if "vat" in fields else found.vat
    fields.pop("vat", None)
    found.fields |= plain(fields)
    found.modified_at = shop.clock()
    return Reply.of(200, found.document(shop.writer().number))


@router.on("DELETE", "/product/<number>")
def remove_product(shop: Shop, request: Request, number: str) -> Reply:
    """Take a product off; from now on it answers 410."""
    _product(shop, number).removed_at = shop.clock()
    return Reply.of(200, {})


def _product(shop: Shop, number: str) -> Product:
    found = shop.products.get(whole(number, "product"))
    if found is None:
        raise Refused(404, f"product {number} not found")
    if found.removed_at:
        raise Refused(410, "410 Gone")
    return found


@router.on("GET", "/stock/<number>")
def stock(shop: Shop, request: Request, number: str) -> Reply:
    """The counts of a product, one row a variant."""
    return Reply.of(200, _product(shop, number).stock_rows())


@router.on("PUT", "/stock/<number>")
def set_stock(shop: Shop, request: Request, number: str) -> Reply:
    """Set an absolute count; a product with variants needs variant_name."""
    found, fields = _product(shop, number), document(request)
    found.set_stock(whole(fields.get("count"), "count"), fields.get("variant_name"), shop.clock())
    return Reply.of(200, found.stock_rows())


@router.on("GET", "/category")
def categories(shop: Shop, request: Request) -> Reply:
    """The shop's one category."""
    return rows(shop, request, "categories", [{"category_id": 1, "name": "Alle varer"}])


@router.on("GET", "/country")
def countries(shop: Shop, request: Request) -> Reply:
    """The countries that the ids in orders point to."""
    names = ["id", "name"] + (["code"] if shop.switches["country_codes"] else [])
    keys = [assumed.key(assumed.COUNTRY, name) for name in names]
    return rows(shop, request, "countries", [dict(zip(keys, row, strict=False)) for row in COUNTRIES])


@router.on("GET", "/shipping")
def deliveries(shop: Shop, request: Request) -> Reply:
    """The ways of delivery."""
    keys = [assumed.key(assumed.SHIPPING, name) for name in ("id", "name", "price")]
    write = shop.writer().number
    found = [dict(zip(keys, (row.number, row.name, write(row.price)), strict=True)) for row in DELIVERIES]
    return rows(shop, request, "shippings", found)


@router.on("GET", "/payment-gateway")
def gateways(shop: Shop, request: Request) -> Reply:
    """The payment methods."""
    keys = [assumed.key(assumed.GATEWAY, name) for name in ("id", "name")]
    return rows(shop, request, "payment_gateways", [dict(zip(keys, row, strict=True)) for row in shop.gateways])


@router.on("GET", "/customer")
def customers(shop: Shop, request: Request) -> Reply:
    """Empty, as one developer found it in 2025 (fact sheet, section 2): customers are read from orders."""
    return rows(shop, request, "customers", [])


@router.on("GET", "/order-return")
def returns(shop: Shop, request: Request) -> Reply:
    """The returns that customers have made."""
    return rows(shop, request, "order_returns", [_return(shop, row) for row in shop.returns.values()])


@router.on("GET", "/order-return/<number>")
def one_return(shop: Shop, request: Request, number: str) -> Reply:
    """One return by its id, bare."""
    found = shop.returns.get(whole(number, "return"))
    if found is None:
        raise Refused(404, f"return {number} not found")
    return Reply.of(200, _return(shop, found))


def _return(shop: Shop, found: Return) -> dict[str, Any]:
    return found.document(tells_credit=shop.switches["return_link"] == "on-return")


@router.on("GET", "/webhook")
def hooks(shop: Shop, request: Request) -> Reply:
    """The registered webhooks."""
    shown = _shows_secret(shop, "always")
    return rows(shop, request, "webhooks", [hook.document(show_secret=shown) for hook in shop.hooks.values()])


@router.on("POST", "/webhook")
def add_hook(shop: Shop, request: Request) -> Reply:
    """Register an address for one event, or for each of a list: every event gets its own webhook and secret."""
    fields, form = document(request), shop.switches["webhook_fields"]
    shown = _shows_secret(shop, "create", "always")
    url = str(fields.get("url", ""))
    if "event" in fields and form != "events":
        return Reply.of(200, shop.add_hook(url, str(fields["event"])).document(show_secret=shown))
    if isinstance(fields.get("events"), list) and form != "event":
        made = [shop.add_hook(url, str(event)) for event in fields["events"]]
        return Reply.of(200, [hook.document(show_secret=shown) for hook in made])
    raise Refused(400, "event is required" if form != "events" else "events is required")


def _shows_secret(shop: Shop, *settings: str) -> bool:
    return shop.switches["webhook_secret"] in settings


@router.on("DELETE", "/webhook/<number>")
def remove_hook(shop: Shop, request: Request, number: str) -> Reply:
    """Take a webhook off."""
    if shop.hooks.pop(whole(number, "webhook"), None) is None:
        raise Refused(404, f"webhook {number} not found")
    return Reply.of(200, {})
