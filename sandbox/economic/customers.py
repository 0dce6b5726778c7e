"""/customers (fact sheet, 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.wire import Reply

from . import bodies, views
from .call import Call, Routes
from .errors import NOT_FOUND, TERMS_NOT_FOUND, Invalid, Path, Problem, Refusal, gone, not_found
from .filters import Pins
from .ids import whole
from .listing import Collection, fixed, kept, legacy_list
from .model import Customer
from .validate import clean
from .wirejson import Json

TEXTS = (
    "address",
    "city",
    "corporateIdentificationNumber",
    "country",
    "currency",
    "ean",
    "email",
    "lastUpdated",
    "name",
    "publicEntryNumber",
    "telephoneAndFaxNumber",
    "mobilePhone",
    "pNumber",
    "vatNumber",
    "website",
    "zip",
)
NUMBERS = ("balance", "creditLimit", "customerNumber", "customerGroup.customerGroupNumber")

CUSTOMERS = Collection(
    "customers",
    {**dict.fromkeys(TEXTS, "text"), **dict.fromkeys(NUMBERS, "number"), "barred": "flag"},
    writable=True,
)


def customer_at(call: Call, segment: str) -> Customer:
    """The customer of an address. Raises Refusal 404."""
    customer = call.books.customers.get(whole(segment))
    if customer is None:
        raise not_found()
    return customer


def list_customers(call: Call) -> Reply:
    """GET /customers."""
    books = call.books

    def find(pins: Pins) -> list[Customer] | None:
        if "email" not in pins:
            return None
        return [books.customers[number] for number in books.customer_emails.find(*pins["email"])]

    return legacy_list(call, CUSTOMERS, kept(call, books.customers, lambda row: views.customer(call, row), find))


def get_customer(call: Call, segment: str) -> Reply:
    """GET /customers/{n}."""
    return call.reply(200, views.customer(call, customer_at(call, segment)))


def post_customer(call: Call) -> Reply:
    """POST /customers: a number is assigned when none is given."""
    data = _checked(call, call.body())
    wanted = data.pop("customerNumber", None)
    if wanted in call.books.customers:
        problem = Problem(("customerNumber",), f"Customer '{wanted}' already exists.", None, wanted)
        raise Invalid([problem])
    return _created(call, call.books.customer_numbers.take(wanted), data)


def put_customer(call: Call, segment: str) -> Reply:
    """PUT /customers/{n}: a true replace, or a new customer under an unused number (4.4)."""
    number = _number(segment)
    data = _checked(call, call.body())
    data.pop("customerNumber", None)
    old = call.books.customers.get(number)
    if old is None:
        return _created(call, call.books.customer_numbers.take(number), data)
    new = Customer(old.created, call.now, number=number, data=data, balance=old.balance)
    call.books.put_customer(new)
    return call.reply(200, views.customer(call, new))


def delete_customer(call: Call, segment: str) -> Reply:
    """DELETE /customers/{n}: 204, and its number may be given again."""
    number = _number(segment)
    if number not in call.books.customers:
        raise gone("Customer")
    if call.books.is_used("customer", number) or call.books.entries_of_customer.get(number):
        raise Refusal(call.switch("delete_used_status"), "The customer is in use and cannot be deleted.")
    call.books.drop_customer(number)
    return Reply(204)


def empty_collection(call: Call, segment: str) -> Reply:
    """Contacts and delivery locations: these books have none."""
    customer_at(call, segment)
    path = call.request.path.removeprefix("/rest/").strip("/")
    return legacy_list(call, Collection(path), fixed([], lambda row: row))


def invoice_template(call: Call, segment: str) -> Reply:
    """GET /customers/{n}/templates/invoice: the beginnings of a draft."""
    customer = customer_at(call, segment)
    shown = views.customer(call, customer)
    layout = shown.get("layout") or views.link(call, "layouts", "layoutNumber", next(iter(call.books.master.layouts)))
    recipient = {name: shown[name] for name in ("name", "address", "zip", "city", "country", "ean") if name in shown}
    return call.reply(
        200,
        {
            "currency": customer.data["currency"],
            "paymentTerms": shown["paymentTerms"],
            "customer": views.link(call, "customers", "customerNumber", customer.number),
            "recipient": recipient | {"vatZone": shown["vatZone"]},
            "layout": layout,
            "self": call.at(f"customers/{customer.number}/templates/invoice"),
        },
    )


def _number(segment: str) -> int:
    if not 1 <= whole(segment) <= bodies.LARGEST_ID:
        raise not_found()
    return int(segment)


def _created(call: Call, number: int, data: Json) -> Reply:
    customer = Customer(call.now, call.now, number=number, data=data)
    call.books.put_customer(customer)
    view = views.customer(call, customer)
    return call.reply(201, view, location=view["self"])


def _checked(call: Call, body: Any) -> Json:
    data = clean(bodies.CUSTOMER, body)
    master = call.books.master
    problems = [
        *unknown(("customerGroup",), data, master.customer_groups),
        *unknown(("vatZone",), data, master.vat_zones),
        *unknown(("paymentTerms",), data, master.terms, TERMS_NOT_FOUND),
        *unknown(("layout",), data, master.layouts),
        *unknown(("currency",), data, master.currencies),
    ]
    for name in ("salesPerson", "attention", "customerContact", "defaultDeliveryLocation"):
        problems += unknown((name,), data, {})
    if problems:
        raise Invalid(problems)
    return data


def unknown(path: Path, data: Json, known: Mapping[Any, Any], code: str = NOT_FOUND) -> list[Problem]:
    """A problem when the last name of `path` is in `data` and leads to nothing in `known`."""
    name = str(path[-1])
    if name not in data or data[name] in known:
        return []
    label = name[0].upper() + name[1:]
    return [Problem(path, f"{label} '{data[name]}' not found.", code, data[name])]


ROUTES: Routes = {
    ("GET", "customers"): list_customers,
    ("POST", "customers"): post_customer,
    ("GET", "customers/{}"): get_customer,
    ("PUT", "customers/{}"): put_customer,
    ("DELETE", "customers/{}"): delete_customer,
    ("GET", "customers/{}/contacts"): empty_collection,
    ("GET", "customers/{}/delivery-locations"): empty_collection,
    ("GET", "customers/{}/templates/invoice"): invoice_template,
}
