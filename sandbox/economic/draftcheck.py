"""What a draft must satisfy beyond the shape of its body (fact sheet, 6.3, 6.4 and 9.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import errors
from .call import Call
from .customers import unknown
from .errors import Invalid, Path, Problem
from .wirejson import Json


def check(call: Call, data: Json, body: Any) -> None:
    """Raise Invalid with everything wrong in cleaned `data`; `body` is what was sent."""
    problems = [
        *_references(call, data),
        *_terms(call, data, body),
        *_lines(call, data),
        *_barred_customer(call, data),
    ]
    if problems:
        raise Invalid(problems)


def _references(call: Call, data: Json) -> Iterator[Problem]:
    """Whatever is referred to must exist (E06000); there are no projects, employees or contacts in these books."""
    master = call.books.master
    yield from unknown(("layout",), data, {n: row for n, row in master.layouts.items() if not row.deleted})
    yield from unknown(("customer",), data, call.books.customers)
    yield from unknown(("paymentTerms",), data, master.terms, errors.TERMS_NOT_FOUND)
    yield from unknown(("recipient", "vatZone"), data["recipient"], master.vat_zones)
    if data["currency"].upper() not in master.currencies:
        yield Problem(("currency",), f"Currency '{data['currency']}' not found.", errors.NOT_FOUND, data["currency"])
    for name in ("project", "deliveryLocation"):
        yield from unknown((name,), data, {})
    yield from unknown(("recipient", "attention"), data["recipient"], {})
    for name in ("customerContact", "salesPerson", "vendorReference"):
        yield from unknown(("references", name), data.get("references", {}), {})


def _terms(call: Call, data: Json, body: Any) -> Iterator[Problem]:
    """Type given must be the term's own (E07180); terms of type dueDate need a due date, not before the date."""
    terms = call.books.master.terms.get(data["paymentTerms"])
    if terms is None:
        return
    sent = body["paymentTerms"]
    kind = sent.get("paymentTermsType") if isinstance(sent, dict) else None
    if kind is not None and kind != terms.kind:
        path: Path = ("paymentTerms", "paymentTermsType")
        yield Problem(path, "Payment terms type does not match.", errors.TERMS_TYPE, kind)
    if terms.kind != "dueDate":
        return
    if "dueDate" not in data:
        yield Problem(("dueDate",), "Due date is mandatory for this payment terms type.", errors.MISSING)
    elif data["dueDate"] < data["date"]:
        value = str(data["dueDate"])
        yield Problem(("dueDate",), "Due date cannot be before the date.", errors.DUE_BEFORE_DATE, value)


def _lines(call: Call, data: Json) -> Iterator[Problem]:
    for index, line in enumerate(data.get("lines", ())):
        at: Path = ("lines", index)
        yield from unknown((*at, "unit"), line, call.books.master.units)
        yield from unknown((*at, "departmentalDistribution"), line, {})
        if "product" in line:
            yield from _product_line(call, data, line, at)
        elif "quantity" in line or "unitNetPrice" in line:
            # Recorded text; its code is not known (6.3).
            yield Problem((*at, "product"), "When quantity is set product must also be set.")


def _product_line(call: Call, data: Json, line: Json, at: Path) -> Iterator[Problem]:
    yield from unknown((*at, "product"), line, call.books.products)
    if "quantity" not in line:
        yield Problem((*at, "quantity"), "Quantity is required when product is set.", errors.QUANTITY_NEEDED)
    if "description" not in line:
        yield Problem((*at, "description"), "Description is required when product is set.", errors.MISSING)
    product = call.books.products.get(line["product"])
    if product is None:
        return
    if product.data.get("barred") and call.switch("barred_product_at") == "draft":
        yield barred_product(at, line["product"])
    group = call.books.master.product_groups[product.data["productGroup"]]
    zone = data["recipient"]["vatZone"]
    if zone in call.books.master.vat_zones and zone not in group.sales_accounts:
        message = f"Product group {group.number} has no sales account in VAT zone {zone}."
        yield Problem((*at, "product"), message, errors.ACCOUNT_NOT_FOUND, line["product"])


def barred_product(at: Path, number: str) -> Problem:
    """E06600."""
    return Problem((*at, "product"), f"Product '{number}' is barred.", errors.PRODUCT_BARRED, number)


def barred_customer(number: int) -> Problem:
    """A barred customer; the legacy code is not known (6.4)."""
    return Problem(("customer",), f"Customer '{number}' is barred.", None, number)


def _barred_customer(call: Call, data: Json) -> Iterator[Problem]:
    customer = call.books.customers.get(data["customer"])
    barred = customer is not None and customer.data.get("barred")
    if barred and call.switch("barred_customer_at") == "draft":
        yield barred_customer(data["customer"])
