"""GET /self: whose agreement a grant leads to (fact sheet, 2.4)."""

from __future__ import annotations

from sandbox.wire import Reply

from .agreement import MODULE_NAMES, Agreement
from .call import Call, Routes
from .wirejson import Json

ROLE_NUMBERS = {"Bookkeeping": 1, "SuperUser": 2, "Sales": 3}


def get_self(call: Call) -> Reply:
    """The agreement, its company and modules, and the app."""
    agreement = call.agreement
    return call.reply(
        200,
        {
            "agreementNumber": agreement.number,
            "agreementType": {"agreementTypeNumber": 1, "name": "denmark"},
            "userName": "AB",
            "signupDate": "2024-01-31",
            "user": _user(call, agreement),
            "company": _company(agreement),
            "bankInformation": {"bankName": "Nordbanken", "bankSortCode": "1234", "bankAccountNumber": "0001234567"},
            "application": _application(call, agreement),
            "settings": {"baseCurrency": agreement.base_currency},
            "companyAffiliation": "e-conomic",
            "canSendElectronicInvoice": agreement.can_send_electronic_invoice,
            "modules": [_module(call, number) for number in agreement.modules],
            "self": call.at("self"),
        },
    )


def _user(call: Call, agreement: Agreement) -> Json:
    danish = agreement.language == "da"
    number = 1 if danish else 2
    return {
        "loginId": "AB",
        "email": "anna@example.dk",
        "name": "Anna Berg",
        "agreementNumber": agreement.number,
        "language": {
            "languageNumber": number,
            "name": "Danish" if danish else "English",
            "culture": "da-DK" if danish else "en-GB",
            "self": call.at(f"languages/{number}"),
        },
    }


def _company(agreement: Agreement) -> Json:
    return {
        "name": agreement.name,
        "addressLine1": "Havnegade 1",
        "zip": "8000",
        "city": "Aarhus C",
        "country": "Danmark",
        "phoneNumber": "+45 12 34 56 78",
        "email": "regnskab@example.dk",
        "companyIdentificationNumber": agreement.cvr,
    }


def _application(call: Call, agreement: Agreement) -> Json:
    number = ROLE_NUMBERS[agreement.role]
    return {
        "appNumber": 99,
        "name": "Connector",
        "appPublicToken": agreement.app_public,
        "created": "2026-01-01",
        "requiredRoles": [{"roleNumber": number, "name": agreement.role, "self": call.at(f"roles/{number}")}],
        "self": call.at("apps/99"),
    }


def _module(call: Call, number: int) -> Json:
    name = MODULE_NAMES.get(number, f"Modul {number}")
    return {"moduleNumber": number, "name": name, "self": call.at(f"modules/agreement/{number}")}


ROUTES: Routes = {("GET", "self"): get_self}
