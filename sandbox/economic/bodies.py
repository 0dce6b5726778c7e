"""What the legacy host accepts, property by property: limits from the vendor's schemas (fact sheet, 8 to 11).

The newer host's bodies are in `openapi_bodies.py`. Read-only and unknown properties are not listed,
so they are ignored, as the real server ignores them (section 4.4).
"""

from __future__ import annotations

from .validate import Choice, Day, Flag, Number, Reference, Rows, Rule, Shape, Text, Whole

LARGEST_ID = 999_999_999
FROM_ONE = Whole(min=1)
CURRENCY = r"[a-zA-Z]{3}"

# 2.5 and 8.1: a customer's number may be left out and is then assigned.
CUSTOMER = Shape(
    {
        "customerNumber": Whole(min=1, max=LARGEST_ID),
        "name": Text(min=1, max=255, required=True),
        "currency": Text(min=3, max=3, required=True),
        "customerGroup": Reference("customerGroupNumber", required=True),
        "paymentTerms": Reference("paymentTermsNumber", required=True),
        "vatZone": Reference("vatZoneNumber", required=True),
        "address": Text(max=510),
        "zip": Text(max=30),
        "city": Text(max=50),
        "country": Text(max=50),
        "email": Text(max=255),
        "telephoneAndFaxNumber": Text(max=255),
        "mobilePhone": Text(max=50),
        "corporateIdentificationNumber": Text(max=40),
        "pNumber": Text(min=10, max=10),
        "ean": Text(max=13),
        "publicEntryNumber": Text(max=50),
        "website": Text(max=255),
        "vatNumber": Text(max=20),
        "barred": Flag(),
        "creditLimit": Number(),
        "eInvoicingDisabledByDefault": Flag(),
        "layout": Reference("layoutNumber"),
        "salesPerson": Reference("employeeNumber"),
        "attention": Reference("customerContactNumber"),
        "customerContact": Reference("customerContactNumber"),
        "defaultDeliveryLocation": Reference("deliveryLocationNumber"),
    }
)

DISTRIBUTION = Reference("departmentalDistributionNumber", FROM_ONE)

PRODUCT = Shape(
    {
        "productNumber": Text(min=1, max=25, required=True),
        "name": Text(min=1, max=300, required=True),
        "productGroup": Reference("productGroupNumber", required=True),
        "description": Text(max=500),
        "barCode": Text(max=50),
        "costPrice": Number(decimals=2),
        "recommendedPrice": Number(decimals=2),
        "salesPrice": Number(decimals=2),
        "barred": Flag(),
        "unit": Reference("unitNumber"),
        "inventory": Shape({"packageVolume": Number(decimals=2), "recommendedCostPrice": Number(decimals=2)}),
        "departmentalDistribution": DISTRIBUTION,
    }
)

TERMS = Reference("paymentTermsNumber", FROM_ONE, required=True)
CUSTOMER_ID = Whole(min=1, max=LARGEST_ID)

RECIPIENT = Shape(
    {
        "name": Text(max=250, required=True),
        "address": Text(max=250),
        "zip": Text(max=50),
        "city": Text(max=250),
        "country": Text(max=50),
        "ean": Text(max=13),
        "publicEntryNumber": Text(max=40),
        "attention": Reference("customerContactNumber"),
        "vatZone": Reference("vatZoneNumber", required=True),
        "mobilePhone": Text(),
        "nemHandelType": Choice(("ean", "corporateIdentificationNumber", "pNumber", "peppol")),
    },
    required=True,
)

DELIVERY = Shape(
    {
        "address": Text(max=255),
        "zip": Text(max=30),
        "city": Text(max=50),
        "country": Text(max=50),
        "deliveryTerms": Text(max=100),
        "deliveryDate": Day(),
    }
)

NOTES = Shape({"heading": Text(max=250), "textLine1": Text(max=1000), "textLine2": Text(max=1000)})

REFERENCES = Shape(
    {
        "customerContact": Reference("customerContactNumber", FROM_ONE),
        "salesPerson": Reference("employeeNumber", FROM_ONE),
        "vendorReference": Reference("employeeNumber", FROM_ONE),
        "other": Text(max=250),
    }
)

LINE = Shape(
    {
        "lineNumber": FROM_ONE,
        "sortKey": FROM_ONE,
        "description": Text(max=2500),
        "accrual": Shape({"startDate": Day(), "endDate": Day()}),
        "unit": Reference("unitNumber", FROM_ONE),
        "product": Reference("productNumber", Text(max=25)),
        "quantity": Number(decimals=2),
        "unitNetPrice": Number(decimals=2),
        "discountPercentage": Number(decimals=2),
        "unitCostPrice": Number(decimals=2),
        "marginInBaseCurrency": Number(decimals=2),
        "marginPercentage": Number(decimals=2),
        "departmentalDistribution": DISTRIBUTION,
    }
)

DRAFT = Shape(
    {
        "date": Day(required=True),
        "currency": Text(pattern=CURRENCY, required=True),
        "exchangeRate": Number(decimals=6, max=999_999_999_999),
        "dueDate": Day(),
        "layout": Reference("layoutNumber", FROM_ONE, required=True),
        "project": Reference("projectNumber", FROM_ONE),
        "paymentTerms": TERMS,
        "customer": Reference("customerNumber", CUSTOMER_ID, required=True),
        "recipient": RECIPIENT,
        "deliveryLocation": Reference("deliveryLocationNumber", FROM_ONE),
        "delivery": DELIVERY,
        "notes": NOTES,
        "references": REFERENCES,
        "lines": Rows(LINE),
    }
)

DRAFT_LINES = Shape({"lines": Rows(LINE, required=True)})

DRAFT_REFERENCE = Reference("draftInvoiceNumber", Whole(min=1, max=LARGEST_ID), required=True)


def booking(send_by: tuple[str, ...]) -> Shape:
    """The body of POST /invoices/booked; which `sendBy` values exist is disputed (19.8)."""
    return Shape({"draftInvoice": DRAFT_REFERENCE, "bookWithNumber": Whole(min=1), "sendBy": Choice(send_by)})


SEND_BY = {"2026": booking(("none", "EAN", "Email")), "2019": booking(("none", "ean"))}

VOUCHER_NUMBER = Number(decimals=0, min=1, max=LARGEST_ID)
PROJECT_AND_UNITS: dict[str, Rule] = {
    "project": Reference("projectNumber", FROM_ONE),
    "quantity1": Number(decimals=2),
    "quantity2": Number(decimals=2),
    "unit1": Reference("unitNumber", Whole(min=0)),
    "unit2": Reference("unitNumber", Whole(min=0)),
}


def _entry(kind: str, more: dict[str, Rule]) -> Rows:
    """The properties all kinds of journal entries share, and the kind's own (section 11.2)."""
    shared: dict[str, Rule] = {
        "text": Text(max=250),
        "journal": Reference("journalNumber", Number(decimals=0, min=1)),
        "amount": Number(decimals=2, required=True),
        "contraAccount": Reference("accountNumber", FROM_ONE),
        "contraVatAccount": Reference("vatCode", Text(max=5)),
        "costType": Reference("costTypeNumber"),
        "currency": Reference("code", Text(pattern=CURRENCY)),
        "date": Day(required=True),
        "departmentalDistribution": DISTRIBUTION,
        "employee": Reference("employeeNumber", FROM_ONE),
        "exchangeRate": Number(decimals=6),
        "entryType": Choice((kind,)),
        "voucher": Reference("voucherNumber", VOUCHER_NUMBER),
        "contraVatAmount": Number(decimals=2),
        "contraVatAmountInBaseCurrency": Number(decimals=2),
        "amountBaseCurrency": Number(decimals=2),
    }
    return Rows(Shape(shared | more))


_CUSTOMER: dict[str, Rule] = {
    "customer": Reference("customerNumber", CUSTOMER_ID),
    "customerInvoice": Whole(min=1, max=LARGEST_ID),
}
_SUPPLIER: dict[str, Rule] = {
    "supplier": Reference("supplierNumber", CUSTOMER_ID),
    "supplierInvoiceNumber": Text(max=30),
}
_FINANCE: dict[str, Rule] = {
    "account": Reference("accountNumber", FROM_ONE),
    "vatAccount": Reference("vatCode", Text(max=5)),
    "vatAmount": Number(decimals=2),
    "vatAmountBaseCurrency": Number(decimals=2),
}

ENTRY_KINDS: dict[str, Rule] = {
    "financeVouchers": _entry("financeVoucher", _FINANCE | PROJECT_AND_UNITS),
    "customerPayments": _entry("customerPayment", _CUSTOMER),
    "supplierInvoices": _entry("supplierInvoice", _SUPPLIER | {"dueDate": Day()} | PROJECT_AND_UNITS),
    "supplierPayments": _entry("supplierPayment", _SUPPLIER),
    "manualCustomerInvoices": _entry("manualCustomerInvoice", _CUSTOMER | {"dueDate": Day()}),
}

VOUCHER = Shape(
    {
        "voucherNumber": VOUCHER_NUMBER,
        "accountingYear": Reference("year", Text(), required=True),
        "journal": Reference("journalNumber", Number(decimals=0, min=1)),
        "entries": Shape(ENTRY_KINDS),
    }
)
