"""The bodies that Dinero takes, as the transcribed OpenAPI file has them."""

from __future__ import annotations

from .rules import INT64, Day, Flag, Guid, Number, Rows, Shape, Text, Whole

UNITS = (
    "hours",
    "parts",
    "km",
    "day",
    "week",
    "month",
    "kilogram",
    "cubicMetre",
    "set",
    "litre",
    "box",
    "case",
    "carton",
    "metre",
    "package",
    "shipment",
    "squareMetre",
    "session",
    "tonne",
)
LANGUAGES = ("da-DK", "en-GB")
REFERENCE = Text(max=128)
NETTO, CASH, MONTH_OUT, PAID = "Netto", "NettoCash", "CurrentMonthOut", "Paid"
MOST_DAYS = 365

CONTACT_UPDATE = Shape(
    {
        "ExternalReference": REFERENCE,
        "Name": Text(min=1, required=True),
        "Street": Text(),
        "ZipCode": Text(),
        "City": Text(),
        "CountryKey": Text(min=1, required=True),
        "Phone": Text(),
        "Email": Text(),
        "Webpage": Text(),
        "AttPerson": Text(),
        "VatNumber": Text(),
        "EanNumber": Text(),
        "SENumber": Text(),
        "PNumber": Text(),
        "PaymentConditionType": Text(choices=(NETTO, CASH, MONTH_OUT)),
        "PaymentConditionNumberOfDays": Whole(0, MOST_DAYS),
        "IsPerson": Flag(required=True),
        "IsMember": Flag(required=True),
        "MemberNumber": Text(),
        "UseCvr": Flag(required=True),
        "CompanyTypeKey": Text(),
        "InvoiceMailOutOptionKey": Text(choices=("VAT", "GLN", "SE", "P")),
        "PreferredInvoiceLanguageKey": Text(choices=("da", "en", "de", "sv", "no")),
        "PreferredInvoiceCurrencyKey": Text(),
    }
)
CONTACT = Shape({"ContactGuid": Guid(), **CONTACT_UPDATE.properties})
FLAGS_OPTIONAL = {"IsMember": Flag(), "UseCvr": Flag()}
CONTACT_WITHOUT_FLAGS = Shape({**CONTACT.properties, **FLAGS_OPTIONAL})

LINE = Shape(
    {
        "BaseAmountValue": Number(required=True),
        "ProductGuid": Guid(),
        "Description": Text(),
        "Comments": Text(),
        "Quantity": Number(required=True),
        "AccountNumber": Whole(required=True),
        "Unit": Text(choices=UNITS),
        "Discount": Number(0, 100, required=True),
        "LineType": Text(choices=("Product", "Text")),
    }
)
INVOICE = Shape(
    {
        "PaymentConditionNumberOfDays": Whole(0, MOST_DAYS),
        "PaymentConditionType": Text(choices=(NETTO, CASH, MONTH_OUT, PAID)),
        "ReminderFee": Number(0),
        "ReminderInterestRate": Number(0, 100),
        "IsMobilePayInvoiceEnabled": Flag(),
        "IsPensoPayEnabled": Flag(),
        "ContactGuid": Guid(),
        "Guid": Guid(),
        "ShowLinesInclVat": Flag(),
        "InvoiceTemplateId": Guid(),
        "Currency": Text(),
        "Language": Text(choices=LANGUAGES),
        "ExternalReference": REFERENCE,
        "Description": Text(),
        "Comment": Text(),
        "Date": Day(),
        "ProductLines": Rows(LINE, required=True),
        "Address": Text(),
    }
)
INVOICE_UPDATE = Shape({"Timestamp": Text(required=True), **INVOICE.properties})
OWED = ("PaymentConditionNumberOfDays", "PaymentConditionType", "ReminderFee", "ReminderInterestRate")
PAID_WITH = ("IsMobilePayInvoiceEnabled", "IsPensoPayEnabled")
NOT_OWED = {name: rule for name, rule in INVOICE.properties.items() if name not in OWED + PAID_WITH}
CREDIT_NOTE = Shape({"CreditNoteFor": Guid(), **NOT_OWED})
CREDIT_NOTE_UPDATE = Shape({"Timestamp": Text(required=True), **CREDIT_NOTE.properties})

TIMESTAMP = Shape({"Timestamp": Text()})
REQUIRED_TIMESTAMP = Shape({"Timestamp": Text(required=True)})
BOOK = Shape({"Number": Whole(1, INT64), "Timestamp": Text(required=True)})
PAYMENT = Shape(
    {
        "Timestamp": Text(required=True),
        "DepositAccountNumber": Whole(required=True),
        "RemainderIsFee": Flag(required=True),
        "ExternalReference": REFERENCE,
        "PaymentDate": Day(),
        "Description": Text(required=True),
        "Amount": Number(required=True),
        "AmountInForeignCurrency": Number(),
    }
)
MAIL = Shape(
    {
        "Timestamp": Text(),
        "Sender": Text(),
        "CcToSender": Flag(),
        "Receiver": Text(),
        "Subject": Text(),
        "Message": Text(),
        "AddVoucherAsPdfAttachment": Flag(),
        "ShouldAddTrustPilotEmailAsBcc": Flag(required=True),
    }
)
ENTRY_ACCOUNT = Shape(
    {
        "Number": Whole(1, required=True),
        "Name": Text(min=1, required=True),
        "VatCode": Text(required=True),
        "PublicStandardNumber": Whole(),
    }
)
DEPOSIT_ACCOUNT = Shape(
    {
        "Number": Whole(required=True),
        "Name": Text(min=1, required=True),
        "PublicStandardNumber": Whole(),
        "RegistrationNumber": Text(),
        "AccountNumber": Text(),
        "SwiftNumber": Text(),
        "IbanNumber": Text(),
    }
)
