"""Every answer the stand-in gives fits the vendor's schema for it, where there is one."""

from __future__ import annotations

import pytest

from tests.sandbox.economic import vendor_schemas
from tests.sandbox.economic.economic_calls import World, customer_body, draft_body, line, payment_body, product_body

pytestmark = [pytest.mark.tools, vendor_schemas.needed]

DRAFT_ENTRIES = "/api/journalsapi/v15.0.0/draft-entries"
BOOKED_ENTRIES = "/api/bookedEntriesapi/v4.0.0/booked-entries"
YEARS = "/api/accountingyearsapi/v2.0.1/AccountingYears"

LEGACY = {
    "self": "self.get",
    "customers": "customers.get",
    "customer-groups": "customer-groups.get",
    "customer-groups/1": "customer-groups.customerGroupNumber.get",
    "vat-zones": "vat-zones.get",
    "vat-zones/4": "vat-zones.vatZoneNumber.get",
    "payment-terms": "payment-terms.get",
    "payment-terms/4": "payment-terms.paymentTermsNumber.get",
    "layouts": "layouts.get",
    "layouts/19": "layouts.layoutNumber.get",
    "units": "units.get",
    "units/1": "units.unitNumber.get",
    "currencies": "currencies.get",
    "currencies/EUR": "currencies.code.get",
    "vat-accounts": "vat-accounts.get",
    "vat-accounts/U25": "vat-accounts.id.get",
    "accounts": "accounts.get",
    "accounts/5820": "accounts.accountNumber.get",
    "accounting-years": "accounting-years.get",
    "accounting-years/2026": "accounting-years.accountingYear.get",
    "accounting-years/2026/periods": "accounting-years.accountingYear.periods.get",
    "journals": "journals.get",
    "journals/1": "journals.journalNumber.get",
    "journals/4/entries": "journals.journalNumber.entries.get",
    "journals/4/vouchers": "journals.journalNumber.vouchers.get",
    "journals/4/vouchers/2026-40000": "journals.journalNumber.vouchers.accountingYear-voucherNumber.get",
    "products": "products.get",
    "products/KOP-1": "products.productNumber.get",
    "product-groups": "product-groups.get",
    "product-groups/1": "product-groups.productGroupNumber.get",
    "product-groups/1/sales-accounts": "product-groups.productGroupNumber.sales-accounts.get",
    "invoices": "invoices.get",
    "invoices/drafts": "invoices.drafts.get",
    "invoices/drafts/2": "invoices.drafts.draftInvoiceNumber.get",
    "invoices/booked": "invoices.booked.get",
    "invoices/booked/1001": "invoices.booked.bookedInvoiceNumber.get",
}

VOUCHER = {
    "accountingYear": {"year": "2026"},
    "entries": {
        "customerPayments": [
            {"customer": {"customerNumber": 2}, "contraAccount": {"accountNumber": 5825}, "customerInvoice": 1001}
            | {"amount": -100.0, "date": "2026-09-01", "text": "Ordre 7"}
        ],
        "financeVouchers": [
            {"account": {"accountNumber": 3600}, "contraAccount": {"accountNumber": 5820}}
            | {"amount": 12.5, "date": "2026-09-01"}
        ],
    },
}


@pytest.fixture
def busy(economic: World) -> World:
    """Books in which every kind of thing is there."""
    economic.connect(modules=(15,))
    mixed = [
        line(80.0, 2, unit={"unitNumber": 1}, discountPercentage=12.5),
        line(99.99, product="BOG-1"),
        {"description": "Kun tekst"},
    ]
    texts = {"notes": {"heading": "Ordre 7"}, "references": {"other": "invoice:shoporama:1:7"}}
    place = {"address": "Vej 1", "zip": "8000", "city": "Aarhus", "country": "Danmark", "deliveryDate": "2026-09-02"}
    economic.book(lines=mixed, delivery=place, **texts)
    economic.post("/rest/invoices/drafts", draft_body(lines=mixed, currency="EUR", **texts))
    economic.post("/rest/customers", customer_body(email="k@example.dk", zip="8000", layout={"layoutNumber": 19}))
    economic.post("/rest/products", product_body(salesPrice=12.5, unit={"unitNumber": 1}))
    economic.post("/rest/journals/4/vouchers", VOUCHER)
    economic.post(DRAFT_ENTRIES, payment_body(1001, -10.0))
    economic.pay(1001, -20.0)
    return economic


@pytest.mark.parametrize("path", LEGACY)
def test_legacy_answer_fits(busy, path):
    answer = busy.call("GET", f"/rest/{path}").json()
    assert vendor_schemas.legacy_errors(LEGACY[path], answer) == []
    assert answer.get("collection", True), "an empty list proves nothing"


def test_created_things_fit_what_a_get_shows(economic):
    draft = economic.call("POST", "/rest/invoices/drafts", draft_body()).json()
    assert vendor_schemas.legacy_errors("invoices.drafts.draftInvoiceNumber.get", draft) == []
    booked = economic.call("POST", "/rest/invoices/booked", {"draftInvoice": {"draftInvoiceNumber": 1}}).json()
    assert vendor_schemas.legacy_errors("invoices.booked.bookedInvoiceNumber.get", booked) == []
    product = economic.call("POST", "/rest/products", product_body()).json()
    assert vendor_schemas.legacy_errors("products.productNumber.get", product) == []


@pytest.mark.parametrize(
    ("path", "service", "schema"),
    [
        (DRAFT_ENTRIES, "Journals", "DraftEntryCursorResults"),
        (f"{DRAFT_ENTRIES}/1", "Journals", "DraftEntry"),
        ("/api/journalsapi/v15.0.0/journals", "Journals", "JournalCursorResults"),
        ("/api/journalsapi/v15.0.0/journals/4", "Journals", "Journal"),
        (BOOKED_ENTRIES, "BookedEntries", "BookedEntryCursorResults"),
        (f"{BOOKED_ENTRIES}/matched-pairs", "BookedEntries", "MatchedBookedEntriesPairCursorResults"),
        (f"{YEARS}/2026", "AccountingYears", "AccountingYear"),
        (f"{YEARS}/periods", "AccountingYears", "AccountingYearPeriodCursorResults"),
        (f"{YEARS}/nothing", "AccountingYears", "ProblemDetails"),
        (f"{DRAFT_ENTRIES}/99", "Journals", "ProblemDetails"),
    ],
)
def test_newer_host_answer_fits(busy, path, service, schema):
    answer = busy.call("GET", path).json()
    assert vendor_schemas.openapi_errors(service, schema, answer) == []
    assert answer.get("items", True), "an empty list proves nothing"


def test_requests_of_the_tests_fit_the_newer_files(economic):
    assert vendor_schemas.openapi_errors("Journals", "DraftEntry", payment_body(1001, -10.0)) == []
    created = economic.post(DRAFT_ENTRIES, payment_body(1001, -10.0))
    assert vendor_schemas.openapi_errors("Journals", "DraftEntryCreatedResult", created) == []
    bulk = {"entries": [payment_body(1001, -1.0), payment_body(1001, -2.0)]}
    assert vendor_schemas.openapi_errors("Journals", "DraftEntries", bulk) == []
    made = economic.post(f"{DRAFT_ENTRIES}/bulk", bulk)
    assert vendor_schemas.openapi_errors("Journals", "DraftEntryCreatedResultArray", made) == []


@pytest.mark.parametrize("name", ["amount", "currency", "date", "entryTypeNumber", "journalNumber"])
def test_newer_host_demands_what_its_file_requires(economic, name):
    required = vendor_schemas.openapi("Journals")["components"]["schemas"]["DraftEntry"]["required"]
    assert name in required
    assert len(required) == 5
    body = {key: value for key, value in payment_body(1001, -10.0).items() if key != name}
    assert [leaf["property"] for leaf in economic.refused("POST", DRAFT_ENTRIES, body)] == [name]


def test_every_code_the_newer_host_uses_is_in_the_vendors_list():
    from sandbox.economic import entrycheck

    codes = {code for tag in vendor_schemas.openapi("Journals")["tags"] for code in tag.get("x-error-codes", ())}
    assert set(entrycheck.DAY_CODES.values()) <= codes
