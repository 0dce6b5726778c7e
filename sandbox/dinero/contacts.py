"""Contacts (fact sheet, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.wire import Reply

from . import bodies, errors, filters, seed
from .call import Call, Routes, done, reply
from .clock import moment
from .errors import Refusal, invalid
from .listing import Column, Listing, page
from .model import Contact, Json
from .posting import touch
from .rules import Text

COMPANY_FIELDS = ("AttPerson", "VatNumber", "EanNumber", "SENumber", "PNumber")
FILTERABLE = ("ExternalReference", "Name", "Email", "VatNumber", "EanNumber", "IsPerson", "Phone")
TEXTS = tuple(
    name for name, rule in bodies.CONTACT_UPDATE.properties.items() if isinstance(rule, Text) and not rule.choices
)
MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EAN_LENGTH = 13


def read_contact(call: Call, contact: Contact) -> Json:
    """A contact as it is read."""
    return {name: column(call, contact) for name, column in COLUMNS.items()}


def _property(name: str) -> Column:
    is_text = name in TEXTS

    def column(call: Call, contact: Contact) -> object:
        value = contact.data[name]
        return "" if value is None and is_text and call.switch("blank_texts") == "empty" else value

    return column


def region(country: str) -> str:
    """DK, EU or World."""
    if country == "DK":
        return "DK"
    return "World" if country in seed.OUTSIDE_EU else "EU"


COLUMNS: dict[str, Column] = {
    "ContactGuid": lambda _, contact: contact.guid,
    "CreatedAt": lambda _, contact: moment(contact.created),
    "UpdatedAt": lambda _, contact: moment(contact.updated),
    "DeletedAt": lambda _, contact: moment(contact.deleted),
    "IsDebitor": lambda _, contact: True,
    "IsCreditor": lambda _, contact: False,
    "CompanyStatus": lambda _, contact: None,
    "VatRegionKey": lambda _, contact: region(contact.data["CountryKey"]),
    **{name: _property(name) for name in bodies.CONTACT_UPDATE.properties},
}
LISTING = Listing(COLUMNS, ("Name", "ContactGuid"), FILTERABLE)


def list_v1(call: Call) -> Reply:
    """Version 1 of the list, which answered 401 to one client."""
    if call.switch("contacts_v1") == "401":
        raise Refusal(401, errors.UNAUTHORISED, "Unauthorized.")
    return list_v2(call)


def list_v2(call: Call) -> Reply:
    """The contacts by name."""
    everybody = call.organization.books.contacts
    rows = sorted(_candidates(call), key=lambda contact: contact.data["Name"].casefold())
    return page(call, LISTING, rows, without_filter=sum(row.deleted is None for row in everybody.values()))


def _candidates(call: Call) -> Iterable[Contact]:
    """The contacts that can pass the filter: looked up where it names an indexed property."""
    books = call.organization.books
    for clause in filters.parse(call.query.get("queryfilter", ""), FILTERABLE):
        if clause.field in books.contact_index and not clause.contains:
            return [books.contacts[guid] for guid in books.contact_index[clause.field].find(clause.wanted)]
    return books.contacts.values()


def create(call: Call) -> Reply:
    """A new contact under a Guid that may be the client's choice."""
    is_strict = call.switch("contact_flags") == "required"
    data = call.body(bodies.CONTACT if is_strict else bodies.CONTACT_WITHOUT_FLAGS)
    books = call.organization.books
    guid = data.pop("ContactGuid") or books.new_guid()
    if guid in books.contacts:
        raise invalid({"guidMustBeUnique": "The contact guid must be unique."})
    data |= {name: bool(data[name]) for name in bodies.FLAGS_OPTIONAL}
    books.put_contact(Contact(guid, books.version(), call.now, call.now), checked(call, data))
    return call.created({"ContactGuid": guid})


def get(call: Call, guid: str) -> Reply:
    """One contact."""
    contact = call.organization.books.contacts.get(guid)
    if contact is None or contact.deleted is None or call.switch("get_deleted") == "refuse":
        return reply(read_contact(call, living(call, guid)))
    if call.switch("get_deleted") == "missing":
        raise errors.not_found("Contact")
    return reply(read_contact(call, contact))


def replace(call: Call, guid: str) -> Reply:
    """All properties anew: what is not sent is gone."""
    contact = living(call, guid)
    call.organization.books.put_contact(contact, checked(call, call.body(bodies.CONTACT_UPDATE)))
    touch(call.organization, contact, call.now)
    return done()


def delete(call: Call, guid: str) -> Reply:
    """Delete, so that it can be restored."""
    contact = living(call, guid)
    contact.deleted = call.now
    touch(call.organization, contact, call.now)
    return done()


def restore(call: Call, guid: str) -> Reply:
    """Take a deleted contact back."""
    contact = call.organization.books.contacts.get(guid)
    if contact is None:
        raise errors.not_found("Contact")
    contact.deleted = None
    touch(call.organization, contact, call.now)
    return done()


def living(call: Call, guid: str) -> Contact:
    """A contact that is there. Raises Refusal 404, or 400 (code 65) for one that is deleted."""
    contact = call.organization.books.contacts.get(guid)
    if contact is None:
        raise errors.not_found("Contact")
    if contact.deleted is not None:
        raise errors.deleted("contact")
    return contact


def checked(call: Call, data: Json) -> Json:
    """A contact's properties when they fit together. Raises Refusal 400."""
    if data["CountryKey"] not in seed.COUNTRIES:
        raise invalid({"CountryKey": "The country does not exist."})
    company = [name for name in COMPANY_FIELDS if data[name]]
    if data["IsPerson"] and company:
        raise invalid(dict.fromkeys(company, "A person has none."))
    if data["PaymentConditionType"] == bodies.CASH and data["PaymentConditionNumberOfDays"] is not None:
        raise invalid({"PaymentConditionNumberOfDays": "NettoCash has no days."})
    if data["Email"] and not MAIL_ADDRESS.fullmatch(data["Email"]):
        raise Refusal(400, errors.EMAIL_REJECTED, "The email was rejected.", {"Email": "The email is not valid."})
    if data["EanNumber"] and not (data["EanNumber"].isdigit() and len(data["EanNumber"]) == EAN_LENGTH):
        raise Refusal(400, errors.EAN_INVALID, "The EAN number is not valid.", {"EanNumber": "Not valid."})
    if data["PreferredInvoiceCurrencyKey"] not in (None, *call.organization.books.currencies):
        raise invalid({"PreferredInvoiceCurrencyKey": "The currency does not exist."})
    if data["UseCvr"] and data["VatNumber"]:
        # What the shop sent gives way to the public register's entry.
        data |= {
            "Name": f"CVR {data['VatNumber']}",
            "Street": "Registergade 1",
            "ZipCode": "2100",
            "City": "København Ø",
        }
    return data


ROUTES: Routes = {
    ("GET", "v1/contacts"): list_v1,
    ("GET", "v2/contacts"): list_v2,
    ("POST", "v1/contacts"): create,
    ("GET", "v1/contacts/{}"): get,
    ("PUT", "v2/contacts/{}"): replace,
    ("DELETE", "v1/contacts/{}"): delete,
    ("POST", "v1/contacts/{}/restore"): restore,
}
