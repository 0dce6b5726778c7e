"""What belongs to the user, not to one organisation: the organisations, and the countries (sections 3 and 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.wire import Reply, Request

from . import seed
from .call import reply
from .errors import REQUEST, Refusal, not_found
from .listing import chosen
from .model import Json
from .organization import OWNER, Organization

Column = Callable[[Organization], Any]

COLUMNS: dict[str, Column] = {
    "Name": lambda one: one.name,
    "Id": lambda one: one.number,
    "Type": lambda one: "ApS",
    "IsPro": lambda one: one.pro,
    "IsPayingPro": lambda one: one.pro,
    "IsVatFree": lambda one: one.is_vat_free,
    "Email": lambda one: one.email,
    "Phone": lambda one: None,
    "Street": lambda one: "Havnegade 3",
    "City": lambda one: "Aarhus C",
    "ZipCode": lambda one: "8000",
    "AttPerson": lambda one: None,
    "IsTaxFreeUnion": lambda one: False,
    "VatNumber": lambda one: one.cvr,
}
DEFAULTS = ("Id", "Name", "IsPro")


def answer(request: Request, query: Mapping[str, str], address: list[str], mine: Sequence[Organization]) -> Reply:
    """A list by its address. Raises Refusal 404 or 405."""
    lists = {("v1", "organizations"): _first, ("v1.1", "organizations"): _second, ("v1", "countries"): _countries}
    found = lists.get((address[0], "/".join(address[1:])))
    if found is None:
        raise not_found()
    if request.method != "GET":
        raise Refusal(405, REQUEST, "The method is not allowed.")
    return reply(found(query, mine))


def _first(query: Mapping[str, str], mine: Sequence[Organization]) -> list[Json]:
    shown = chosen(COLUMNS, DEFAULTS, query.get("fields", ""))
    return [{name: column(one) for name, column in shown.items()} for one in mine]


def _second(query: Mapping[str, str], mine: Sequence[Organization]) -> list[Json]:
    left_out = ("Type", "IsPro", "IsPayingPro")
    return [
        {name: column(one) for name, column in COLUMNS.items() if name not in left_out}
        | {"CompanyTypeKey": "ApS", "CountryKey": "DK", "Website": None, "RoleKey": OWNER, "Subscription": _plan(one)}
        for one in mine
    ]


def _plan(one: Organization) -> Json:
    plan = {"HasPro": one.pro, "HasPayingPro": one.pro}
    return plan | dict.fromkeys(("HasStarterPlus", "HasTotal", "HasYfs"), False)


def _countries(query: Mapping[str, str], mine: Sequence[Organization]) -> list[Json]:
    names = seed.COUNTRIES.items()
    return [{"Key": key, "DanishName": danish, "EnglishName": english} for key, (danish, english) in names]
