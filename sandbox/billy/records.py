"""What is kept as it is sent: contacts, products, accounts; and what is only read (fact sheet, sections 4 and 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from sandbox.wire import Reply

from . import including, listing, views
from .books import TABLES
from .call import Call, Handler, Routes, refuse_method
from .errors import INVALID, Refusal, invalid, not_found
from .model import Json
from .shapes import SHAPES

MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WRITTEN = ("contacts", "contactPersons", "products", "productPrices", "accounts")
CHILDREN = {
    "contacts": ("contactPersons", "contactPersons", "contactId"),
    "products": ("prices", "productPrices", "productId"),
}
"""Resource → its has-many, the resource of the rows, and what names the parent in them."""


def _list(resource: str) -> Handler:
    def handler(call: Call) -> Reply:
        books = call.company.books
        if resource == "contactPersons" and "contactId" not in call.query:
            _check_person_list(call)
        found = [row for row in _candidates(call, resource) if listing.recent(call, books.created[row["id"]])]
        return listing.page(call, resource, [views.record(call, resource, row) for row in found])

    return handler


def _candidates(call: Call, resource: str) -> Iterable[Json]:
    """The records that can pass the filter: looked up where it names a parent."""
    if resource == "contactPersons" and listing.works(call, resource, "contactId"):
        return call.company.books.children(resource, "contactId", call.query["contactId"])
    return call.company.books.tables[resource].values()


def _check_person_list(call: Call) -> None:
    if call.switch("contact_persons_list") == "by_contact":
        raise Refusal(400, INVALID, "contactId is required.")


def _get(resource: str) -> Handler:
    def handler(call: Call, id_: str) -> Reply:
        shown = views.record(call, resource, find(call, resource, id_))
        beside = including.include(call, resource, [shown])
        return call.answer({SHAPES[resource].root: shown, **beside})

    return handler


def find(call: Call, resource: str, id_: str) -> Json:
    """A record. Raises Refusal 404."""
    found = call.company.books.tables[resource].get(id_)
    if found is None:
        raise not_found(SHAPES[resource].root, id_)
    return found


def _create(resource: str) -> Handler:
    def handler(call: Call) -> Reply:
        data = CHECKS[resource](call, call.record(resource), "")
        name, child, parent = CHILDREN.get(resource, ("", "", ""))
        rows = data.pop(name, None)
        kept = call.company.books.add(resource, data, call.now)
        made = _replace(call, child, parent, kept["id"], rows or []) if name else []
        changed = {resource: [views.record(call, resource, kept)]}
        return call.written(resource, changed | ({child: made} if made else {}), {})

    return handler


def _update(resource: str) -> Handler:
    def handler(call: Call, id_: str) -> Reply:
        stored = find(call, resource, id_)
        changes = call.record(resource, id_, stored)
        name, child, parent = CHILDREN.get(resource, ("", "", ""))
        rows = changes.pop(name, None)
        CHECKS[resource](call, stored | changes | ({name: rows} if rows else {}), id_)
        stored |= changes
        changed, deleted = {resource: [views.record(call, resource, stored)]}, {}
        if rows is not None:
            old = [row["id"] for row in call.company.books.children(child, parent, id_)]
            changed[child] = _replace(call, child, parent, id_, rows)
            deleted = {child: old} if old else {}
        return call.written(resource, changed, deleted)

    return handler


def _replace(call: Call, resource: str, parent: str, id_: str, rows: list[Json]) -> list[Json]:
    """Give a thing these children instead of those it has."""
    books = call.company.books
    for old in books.children(resource, parent, id_):
        books.remove(resource, old["id"])
    made = [books.add(resource, row | {parent: id_}, call.now) for row in rows]
    return [views.record(call, resource, row) for row in made]


def _delete(resource: str) -> Handler:
    def handler(call: Call, id_: str) -> Reply:
        books = call.company.books
        deleted: dict[str, list[str]] = {resource: [id_]}
        if id_ in books.tables[resource]:
            if is_used(call, id_):
                raise invalid(SHAPES[resource].root, id="The record is in use.")
            _, child, parent = CHILDREN.get(resource, ("", "", ""))
            for row in books.children(child, parent, id_) if child else ():
                deleted.setdefault(child, []).append(row["id"])
                books.remove(child, row["id"])
            books.remove(resource, id_)
        # An id that is not there was deleted before, for all that Billy says.
        return call.answer({"meta": {"deletedRecords": deleted}})

    return handler


def is_used(call: Call, id_: str) -> bool:
    """Whether an invoice, a payment or a product names the record."""
    books = call.company.books
    lines = (line for invoice in books.invoices.values() for line in invoice.lines)
    return (
        bool(books.by_contact.get(id_))
        or any(id_ in (line.data["productId"], line.account) for line in lines)
        or any(id_ in (row.data["cashAccountId"], row.data["feeAccountId"]) for row in books.payments.values())
        or any(id_ in (row["accountId"], row["salesTaxRulesetId"]) for row in books.tables["products"].values())
    )


# --- what a record must be besides its kinds --------------------------------------------------------------------------
def _contact(call: Call, data: Json, id_: str) -> Json:
    persons = data.get("contactPersons") or []
    for person in persons:
        person |= _person(call, person, "")
    if persons and not any(person["isPrimary"] for person in persons):
        persons[0]["isPrimary"] = True
    return data | {"type": data["type"] or "company"}


def _person(call: Call, data: Json, id_: str) -> Json:
    if not data["name"] and not data["email"]:
        raise invalid("contactPerson", name="A name or an e-mail is required.")
    if data["email"] and not MAIL_ADDRESS.fullmatch(data["email"]):
        raise invalid("contactPerson", email="The e-mail is not valid.")
    return data | {"isPrimary": bool(data["isPrimary"])}


def _product(call: Call, data: Json, id_: str) -> Json:
    company = call.company
    return data | {
        "accountId": data["accountId"] or company.default_sales_account,
        "salesTaxRulesetId": data["salesTaxRulesetId"] or company.default_ruleset,
        "isArchived": bool(data["isArchived"]),
    }


def _price(call: Call, data: Json, id_: str) -> Json:
    return data


def _account(call: Call, data: Json, id_: str) -> Json:
    others = (row for row in call.company.books.tables["accounts"].values() if row["id"] != id_)
    if data["accountNo"] is not None and data["accountNo"] in {row["accountNo"] for row in others}:
        raise invalid("account", accountNo="The number is taken.")
    group = call.company.books.tables["accountGroups"][data["groupId"]]
    if data["natureId"] not in (None, group["natureId"]):
        raise invalid("account", natureId="The group has another nature.")
    flags = {name: bool(data[name]) for name in ("isPaymentEnabled", "isBankAccount", "isArchived")}
    return data | {"natureId": group["natureId"]} | flags


CHECKS: Mapping[str, Callable[[Call, Json, str], Json]] = {
    "contacts": _contact,
    "contactPersons": _person,
    "products": _product,
    "productPrices": _price,
    "accounts": _account,
}


def _routes() -> Iterable[tuple[tuple[str, str], Handler]]:
    for resource in TABLES:
        yield ("GET", resource), _list(resource)
        yield ("GET", f"{resource}/{{}}"), _get(resource)
        is_written = resource in WRITTEN
        yield ("POST", resource), _create(resource) if is_written else refuse_method
        yield ("PUT", f"{resource}/{{}}"), _update(resource) if is_written else refuse_method
        yield ("DELETE", f"{resource}/{{}}"), _delete(resource) if is_written else refuse_method


ROUTES: Routes = dict(_routes())
