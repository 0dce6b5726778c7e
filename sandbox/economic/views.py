"""Customers, products and documents as the legacy host shows them (fact sheet, 8, 9 and recorded answers)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .agreement import INVENTORY
from .call import Call, moment
from .ids import escape
from .model import Customer, Document, Line, PaymentTerms, Product
from .totals import PERCENT_SCALE, divide, to_base
from .wirejson import Json, amount, scaled


def link(call: Call, path: str, key: str, value: Any) -> Json:
    """A reference to another thing: its key and its address."""
    return {key: value, "self": call.at(f"{path}/{escape(str(value))}")}


def terms_link(call: Call, terms: PaymentTerms) -> Json:
    """Payment terms as documents show them."""
    return {
        "paymentTermsNumber": terms.number,
        "daysOfCredit": terms.days,
        "name": terms.name,
        "paymentTermsType": terms.kind,
        "self": call.at(f"payment-terms/{terms.number}"),
    }


CUSTOMER_LINKS = {
    "customerGroup": ("customer-groups", "customerGroupNumber"),
    "paymentTerms": ("payment-terms", "paymentTermsNumber"),
    "vatZone": ("vat-zones", "vatZoneNumber"),
    "layout": ("layouts", "layoutNumber"),
}


def customer(call: Call, record: Customer) -> Json:
    """A customer, single or listed."""
    if record.view is None:
        record.view = _customer(call, record)
    return record.view


def _customer(call: Call, record: Customer) -> Json:
    here = call.at(f"customers/{record.number}")
    view: Json = {"customerNumber": record.number}
    for name, value in record.data.items():
        view[name] = link(call, *CUSTOMER_LINKS[name], value) if name in CUSTOMER_LINKS else value
    view |= {
        "barred": bool(record.data.get("barred")),
        "balance": amount(record.balance),
        "dueAmount": amount(0),
        "lastUpdated": moment(record.updated),
        "contacts": f"{here}/contacts",
        "templates": {
            "invoice": f"{here}/templates/invoice",
            "invoiceLine": f"{here}/templates/invoiceline",
            "self": f"{here}/templates",
        },
        "totals": {"drafts": f"{here}/totals/drafts", "booked": f"{here}/totals/booked", "self": f"{here}/totals"},
        "deliveryLocations": f"{here}/delivery-locations",
        "invoices": {
            "drafts": f"{here}/invoices/drafts",
            "booked": f"{here}/invoices/booked",
            "self": f"{here}/invoices",
        },
        "self": here,
    }
    return view


def product(call: Call, record: Product) -> Json:
    """A product, single or listed."""
    if record.view is None:
        record.view = _product(call, record)
    return record.view


def _product(call: Call, record: Product) -> Json:
    here = call.at(f"products/{escape(record.number)}")
    books = call.books
    skipped = ("productGroup", "unit", "inventory", "departmentalDistribution")
    view: Json = {name: value for name, value in record.data.items() if name not in skipped}
    view |= {
        "barred": bool(record.data.get("barred")),
        "lastUpdated": moment(record.updated),
        "productGroup": product_group(call, record.data["productGroup"]),
        "invoices": {"drafts": f"{here}/invoices/drafts", "booked": f"{here}/invoices/booked"},
        "pricing": {"currencySpecificSalesPrices": f"{here}/pricing/currency-specific-sales-prices"},
        "self": here,
    }
    if "unit" in record.data:
        unit = record.data["unit"]
        view["unit"] = {**link(call, "units", "unitNumber", unit), "name": books.master.units[unit].name}
    # Without the inventory module the object is absent (section 12).
    if INVENTORY in call.agreement.modules:
        view["inventory"] = _inventory(record)
    return view


def _inventory(record: Product) -> Json:
    sent = record.data.get("inventory", {})
    return {
        "available": amount(record.in_stock),
        "inStock": amount(record.in_stock),
        "orderedByCustomers": amount(0),
        "orderedFromSuppliers": amount(0),
        "packageVolume": sent.get("packageVolume", amount(0)),
        "recommendedCostPrice": sent.get("recommendedCostPrice", amount(0)),
    }


def product_group(call: Call, number: int) -> Json:
    """A product group as products show it."""
    here = call.at(f"product-groups/{number}")
    group = call.books.master.product_groups[number]
    return {
        "productGroupNumber": number,
        "name": group.name,
        "salesAccounts": f"{here}/sales-accounts",
        "products": f"{here}/products",
        "inventoryEnabled": group.inventory and INVENTORY in call.agreement.modules,
        "self": here,
    }


def draft(call: Call, document: Document) -> Json:
    """A draft with its lines."""
    if document.view is None:
        document.view = _draft(call, document)
    return document.view


def _draft(call: Call, document: Document) -> Json:
    here = call.at(f"invoices/drafts/{document.draft_number}")
    view: Json = {
        "draftInvoiceNumber": document.draft_number,
        "soap": {"currentInvoiceHandle": {"id": document.draft_number}},
    }
    view |= _header(call, document)
    view |= {
        # Recorded drafts print VAT with six decimals and everything else with two (section 14).
        "vatAmount": amount(document.totals.vat, 6),
        "marginInBaseCurrency": amount(to_base(document.totals.net, document.exchange_rate)),
        "marginPercentage": amount(10_000 if document.totals.net else 0),
        "costPriceInBaseCurrency": amount(0),
        "lines": [_draft_line(call, document, line) for line in document.lines],
        "templates": {"bookingInstructions": f"{here}/templates/booking-instructions", "self": f"{here}/templates"},
        "attachment": f"{here}/attachment",
        "pdf": {"download": f"{here}/pdf"},
        "lastUpdated": moment(document.updated),
        "self": here,
    }
    return view


def booked(call: Call, document: Document) -> Json:
    """A booked document with its lines."""
    if document.view is None:
        document.view = _booked(call, document)
    return document.view


def _booked(call: Call, document: Document) -> Json:
    here = call.at(f"invoices/booked/{document.booked_number}")
    view: Json = {"bookedInvoiceNumber": document.booked_number, **_header(call, document)}
    # No schema knows orderNumber; a recorded answer carries the draft's number in it (section 7).
    if call.switch("order_number"):
        view["orderNumber"] = document.draft_number
    view |= {
        "vatAmount": amount(document.totals.vat),
        "remainder": amount(document.remainder),
        "remainderInBaseCurrency": amount(to_base(document.remainder, document.exchange_rate)),
        "lines": [_booked_line(call, line) for line in document.lines],
        "pdf": {"download": f"{here}/pdf"},
        "sent": f"{here}/sent",
        "self": here,
    }
    return view


def _header(call: Call, document: Document) -> Json:
    """What drafts and booked documents share."""
    data = document.data
    net, gross = document.totals.net, document.totals.gross
    view: Json = {name: data[name] for name in ("date", "currency", "dueDate", "notes", "delivery") if name in data}
    view |= {
        "exchangeRate": scaled(document.exchange_rate, 6),
        "netAmount": amount(net),
        "netAmountInBaseCurrency": amount(to_base(net, document.exchange_rate)),
        "grossAmount": amount(gross),
        "grossAmountInBaseCurrency": amount(to_base(gross, document.exchange_rate)),
        "roundingAmount": amount(0),
        "paymentTerms": terms_link(call, call.books.master.terms[data["paymentTerms"]]),
        "customer": link(call, "customers", "customerNumber", data["customer"]),
        "recipient": {**data["recipient"], "vatZone": _zone(call, data["recipient"]["vatZone"])},
        "layout": link(call, "layouts", "layoutNumber", data["layout"]),
    }
    if data.get("references"):
        view["references"] = data["references"]
    return view


def _zone(call: Call, number: int) -> Json:
    zone = call.books.master.vat_zones[number]
    return {
        "name": zone.name,
        **link(call, "vat-zones", "vatZoneNumber", number),
        "enabledForCustomer": zone.for_customers,
        "enabledForSupplier": zone.for_suppliers,
    }


def _line(call: Call, line: Line) -> Json:
    data = line.data
    view: Json = {name: data[name] for name in ("lineNumber", "sortKey", "description", "accrual") if name in data}
    if "unit" in data:
        name = call.books.master.units[data["unit"]].name
        view["unit"] = {**link(call, "units", "unitNumber", data["unit"]), "name": name}
    if "product" in data:
        view["product"] = link(call, "products", "productNumber", data["product"])
        view |= {name: data.get(name, amount(0)) for name in ("quantity", "unitNetPrice", "discountPercentage")}
        view["unitCostPrice"] = data.get("unitCostPrice", amount(0))
        view["totalNetAmount"] = amount(line.net)
    return view


def _draft_line(call: Call, document: Document, line: Line) -> Json:
    view = _line(call, line)
    if "product" in line.data:
        view["marginInBaseCurrency"] = amount(to_base(line.net, document.exchange_rate))
        view["marginPercentage"] = amount(10_000 if line.net else 0)
    return view


def _booked_line(call: Call, line: Line) -> Json:
    """Booked lines print the rate with eight decimals and their VAT with four (section 14)."""
    view = _line(call, line)
    if "product" in line.data:
        exact = line.net * line.rate  # VAT in millionths of the currency's unit
        view["vatRate"] = amount(line.rate, 8)
        if call.switch("booked_line_vat") == "exact":
            view["vatAmount"] = scaled(divide(exact, 100), 4)
        else:
            view["vatAmount"] = amount(divide(exact, PERCENT_SCALE, call.switch("rounding_mode")), 4)
    return view


def due_date(terms: PaymentTerms, day: date, wanted: date | None) -> date:
    """When a document is due: stated for terms of type dueDate, computed for all others (9.1)."""
    if terms.kind == "dueDate" and wanted is not None:
        return wanted
    if terms.kind == "invoiceMonth":
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return day + timedelta(days=terms.days)
