"""The resources that the stand-in has, with the properties of Billy's own table (fact sheet, sections 4 to 7).

What must be there is the recipe's list (section 11), as the table's `required` is loose.
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import APPROVED, CREDIT, CREDIT_NOTE, DEBIT, DRAFT, INVOICE
from .rules import Prop, Shape

TERMS = ("net", "netEndOfMonth", "date")
NET, MONTH_END, DATE = TERMS
SENT_STATES = ("unsent", "printed", "sent", "opened", "viewed")
ROLES = (
    *("accountsReceivable", "accountsPayable", "salesTax", "salesTaxPayable", "prepaymentAsset"),
    *("prepaymentLiability", "realizedCurrencyDifference", "unrealizedCurrencyDifference", "lateFeesRevenue"),
    *("currentEarnings", "retainedEarnings"),
)
TEXT, WHOLE, NUMBER, FLAG = Prop("string"), Prop("integer"), Prop("float"), Prop("boolean")
SHOWN_TEXT, SHOWN_NUMBER = Prop("string", readonly=True), Prop("float", readonly=True)
SHOWN_TIME, SHOWN_FLAG = Prop("datetime", readonly=True), Prop("boolean", readonly=True)
COMPANY = Prop("belongs-to", immutable=True, to="organizations")


def one(to: str, *, required: bool = False, immutable: bool = False) -> Prop:
    """A belongs-to."""
    return Prop("belongs-to", required, immutable, to=to)


def choice(*values: str, required: bool = False, immutable: bool = False) -> Prop:
    """An enum."""
    return Prop("enum", required, immutable, choices=values)


SHAPES: Mapping[str, Shape] = {
    "contacts": Shape(
        "contact",
        {
            "type": choice("company", "person"),
            "organizationId": COMPANY,
            "createdTime": SHOWN_TIME,
            "name": Prop("string", required=True),
            "countryId": one("countries", required=True),
            "street": TEXT,
            "cityId": Prop("belongs-to"),
            "cityText": TEXT,
            "stateId": Prop("belongs-to"),
            "stateText": TEXT,
            "zipcodeId": Prop("belongs-to"),
            "zipcodeText": TEXT,
            "contactNo": TEXT,
            "phone": TEXT,
            "fax": TEXT,
            "currencyId": one("currencies"),
            "registrationNo": TEXT,
            "ean": TEXT,
            "localeId": Prop("belongs-to"),
            "isCustomer": FLAG,
            "isSupplier": FLAG,
            "paymentTermsMode": choice(*TERMS),
            "paymentTermsDays": WHOLE,
            "contactPersons": Prop("has-many", rows="contactPersons"),
            "accessCode": SHOWN_TEXT,
            "emailAttachmentDeliveryMode": Prop("enum"),
            "isArchived": FLAG,
        },
    ),
    "contactPersons": Shape(
        "contactPerson",
        {
            "contactId": one("contacts", required=True, immutable=True),
            "isPrimary": FLAG,
            "name": TEXT,
            "email": TEXT,
        },
        parent="contactId",
    ),
    "products": Shape(
        "product",
        {
            "organizationId": COMPANY,
            "name": Prop("string", required=True),
            "description": TEXT,
            "accountId": one("accounts"),
            "productNo": TEXT,
            "suppliersProductNo": TEXT,
            "salesTaxRulesetId": one("salesTaxRulesets"),
            "isArchived": FLAG,
            "prices": Prop("has-many", rows="productPrices"),
        },
    ),
    "productPrices": Shape(
        "productPrice",
        {
            "productId": one("products", required=True, immutable=True),
            "unitPrice": Prop("float", required=True),
            "currencyId": one("currencies", required=True),
        },
        parent="productId",
    ),
    "accounts": Shape(
        "account",
        {
            "organizationId": COMPANY,
            "name": Prop("string", required=True),
            "accountNo": WHOLE,
            "description": TEXT,
            "groupId": one("accountGroups", required=True),
            "natureId": one("accountNatures", immutable=True),
            "systemRole": choice(*ROLES),
            "currencyId": one("currencies", immutable=True),
            "taxRateId": one("taxRates"),
            "isPaymentEnabled": FLAG,
            "isBankAccount": Prop("boolean", immutable=True),
            "isArchived": FLAG,
            **dict.fromkeys(("bankName", "bankRoutingNo", "bankAccountNo", "bankSwift", "bankIban"), SHOWN_TEXT),
        },
    ),
    "invoices": Shape(
        "invoice",
        {
            "organizationId": COMPANY,
            "type": choice(INVOICE, CREDIT_NOTE, "credit_note", immutable=True),
            "createdTime": SHOWN_TIME,
            "approvedTime": SHOWN_TIME,
            "contactId": one("contacts", required=True, immutable=True),
            "attContactPersonId": one("contactPersons"),
            "entryDate": Prop("date", required=True),
            "paymentTermsMode": choice(*TERMS),
            "paymentTermsDays": WHOLE,
            "dueDate": Prop("date"),
            "state": choice(DRAFT, APPROVED),
            "sentState": choice(*SENT_STATES),
            "invoiceNo": Prop("string", immutable=True),
            "taxMode": choice("incl", "excl"),
            "amount": SHOWN_NUMBER,
            "tax": SHOWN_NUMBER,
            "currencyId": one("currencies"),
            "exchangeRate": NUMBER,
            "balance": SHOWN_NUMBER,
            "isPaid": SHOWN_FLAG,
            "creditedInvoiceId": one("invoices", immutable=True),
            "contactMessage": TEXT,
            "lineDescription": SHOWN_TEXT,
            "downloadUrl": SHOWN_TEXT,
            "orderNo": TEXT,
            "externalId": TEXT,
            "lines": Prop("has-many", required=True, rows="invoiceLines"),
            "attachments": Prop("has-many"),
            "lateFees": Prop("has-many", readonly=True),
            "balanceModifiers": Prop("has-many", readonly=True),
        },
    ),
    "invoiceLines": Shape(
        "invoiceLine",
        {
            "invoiceId": one("invoices", required=True, immutable=True),
            "productId": one("products", required=True),
            "description": TEXT,
            "quantity": NUMBER,
            "unitPrice": Prop("float", required=True),
            "amount": SHOWN_NUMBER,
            "tax": SHOWN_NUMBER,
            "taxRateId": Prop("belongs-to", readonly=True),
            "discountText": TEXT,
            "discountMode": choice("cash", "percent"),
            "discountValue": NUMBER,
            "priority": WHOLE,
        },
        parent="invoiceId",
    ),
    "bankPayments": Shape(
        "bankPayment",
        {
            "organizationId": COMPANY,
            "contactId": one("contacts", immutable=True),
            "createdTime": SHOWN_TIME,
            "entryDate": Prop("date", required=True, immutable=True),
            "cashAmount": Prop("float", required=True, immutable=True),
            "cashSide": choice(DEBIT, CREDIT, required=True, immutable=True),
            "cashAccountId": one("accounts", required=True, immutable=True),
            "cashExchangeRate": Prop("float", immutable=True),
            "subjectCurrencyId": one("currencies", immutable=True),
            "feeAmount": Prop("float", immutable=True),
            "feeAccountId": one("accounts", immutable=True),
            "isVoided": FLAG,
            "associations": Prop("has-many", required=True, immutable=True, rows="balanceModifiers"),
            "contactBalancePostings": Prop("has-many", readonly=True),
        },
    ),
    "balanceModifiers": Shape(
        "balanceModifier",
        {
            "modifierReference": Prop("belongs-to-reference", immutable=True),
            "subjectReference": Prop("belongs-to-reference", required=True, immutable=True),
            "amount": SHOWN_NUMBER,
            "entryDate": Prop("date", readonly=True),
            "realizedCurrencyDifference": SHOWN_NUMBER,
            "isVoided": SHOWN_FLAG,
        },
        parent="modifierReference",
    ),
    "accountGroups": Shape("accountGroup", dict.fromkeys(("organizationId", "natureId", "name", "description"), TEXT)),
    "accountNatures": Shape("accountNature", dict.fromkeys(("reportType", "name", "normalBalance"), TEXT)),
    "taxRates": Shape(
        "taxRate",
        dict.fromkeys(("organizationId", "name", "abbreviation", "description"), TEXT)
        | {"rate": NUMBER}
        | dict.fromkeys(("appliesToSales", "appliesToPurchases", "isPredefined", "isActive"), FLAG),
    ),
    "salesTaxRulesets": Shape(
        "salesTaxRuleset",
        dict.fromkeys(("organizationId", "name", "abbreviation", "description", "fallbackTaxRateId"), TEXT)
        | {"isPredefined": FLAG, "rules": Prop("has-many")},
    ),
    "salesTaxRules": Shape(
        "salesTaxRule",
        dict.fromkeys(("rulesetId", "countryId", "stateId", "countryGroupId", "contactType", "taxRateId"), TEXT)
        | {"priority": WHOLE},
    ),
    "currencies": Shape("currency", {"name": TEXT, "exchangeRate": NUMBER}),
    "countries": Shape("country", {"name": TEXT, "hasStates": FLAG, "localeId": TEXT}),
    "countryGroups": Shape("countryGroup", {"name": TEXT, "icon": TEXT, "memberCountryIds": TEXT}),
}
"""Resource → its shape. Those after `balanceModifiers` are only read."""

POLICIES: Mapping[tuple[str, str], str] = {
    ("invoices", "orderNo"): "order_no",
    ("invoices", "externalId"): "external_id",
    ("invoices", "sentState"): "sent_state",
    ("invoices", "dueDate"): "due_date",
    ("contacts", "contactPersons"): "contact_persons",
}
"""What can be set in some readings only → the switch that decides."""
