"""The control address of Billy's companies: open one, its access tokens, and what its owner does by hand in Billy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.billy import Company
from sandbox.billy.seed import BANK, GOODS, SALES
from sandbox.routes import Refused, Router, document, plain, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

Act = Callable[[Company, Mapping[str, Any]], Any]


def add_to(router: Router[World]) -> None:
    """Register the addresses below /control."""
    router.on("GET", "/companies")(companies)
    router.on("POST", "/companies")(new_company)
    router.on("GET", "/companies/<number>")(one_company)
    router.on("POST", "/companies/<number>/token")(token)
    router.on("POST", "/companies/<number>/revoke")(revoke)
    router.on("POST", "/companies/<number>/<act>")(by_hand)


def row(company: Company) -> dict[str, Any]:
    """What the control address says about a company."""
    products = {record["name"]: id_ for id_, record in company.books.tables["products"].items()}
    return {
        "company": company.number,
        "id": company.id,
        "name": company.name,
        "calls": company.calls,
        "tokens": len(company.tokens),
        "accounts": {str(record["accountNo"]): id_ for id_, record in company.books.tables["accounts"].items()},
        "products": products,
    }


def companies(world: World, request: Request) -> Reply:
    """All companies."""
    return Reply.of(200, {"companies": [row(found) for found in world.billy.companies.values()]})


def new_company(world: World, request: Request) -> Reply:
    """Open a company with one access token."""
    try:
        made = world.billy.open(**document(request))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(400, str(error)) from error
    return Reply.of(201, row(made) | {"token": world.billy.token(made.number), "tokens": 1})


def one_company(world: World, request: Request, number: str) -> Reply:
    """One company."""
    return Reply.of(200, row(_company(world, number)))


def token(world: World, request: Request, number: str) -> Reply:
    """The owner makes another access token."""
    known = _company(world, number)
    made = world.billy.token(known.number)
    return Reply.of(200, row(known) | {"token": made})


def revoke(world: World, request: Request, number: str) -> Reply:
    """The owner deletes one access token, or all."""
    known = _company(world, number).number
    gone = world.billy.revoke(known, str(document(request).get("token", "")))
    return Reply.of(200, {"company": known, "revoked": gone})


def by_hand(world: World, request: Request, number: str, act: str) -> Reply:
    """One of HAND_ACTS, with its arguments in the body."""
    if act not in HAND_ACTS:
        raise Refused(404, f"known: token, revoke, {', '.join(HAND_ACTS)}")
    company = _company(world, number)
    try:
        result = HAND_ACTS[act](company, document(request))
    except KeyError as error:
        raise Refused(400, f"needs or does not know {error}") from error
    except (TypeError, ValueError) as error:
        raise Refused(400, str(error)) from error
    return Reply.of(200, row(company) | {"result": result})


def empty(world: World, number: int) -> None:
    """Replace a company's books by those of a new one; its number, its id and its access tokens stay."""
    world.company(number).empty()


def _company(world: World, number: str) -> Company:
    return world.company(whole(number, "company"))


def _amount(given: Mapping[str, Any]) -> int | None:
    return None if given.get("amount") is None else whole(given["amount"], "amount")


def _properties(given: Mapping[str, Any], but: str) -> dict[str, Any]:
    """Properties in Billy's spelling; two also go by the words that the other books' acts take."""
    return {SPELLED.get(name, name): plain(value) for name, value in given.items() if name != but}


def _account(given: Mapping[str, Any], usual: object = None) -> int:
    return whole(given["account"] if usual is None else given.get("account", usual), "account")


SPELLED = {"cvr": "registrationNo", "country": "countryId"}
HAND_ACTS: dict[str, Act] = {
    "book_by_hand": lambda books, given: books.book_by_hand(str(given["draft"])),
    "delete_draft_by_hand": lambda books, given: books.delete_draft_by_hand(str(given["draft"])),
    "edit_draft_by_hand": lambda books, given: books.edit_draft_by_hand(
        str(given["draft"]), amount=_amount(given), message=given.get("message")
    ),
    "pay_by_hand": lambda books, given: books.pay_by_hand(str(given["booked"]), _account(given, BANK), _amount(given)),
    "void_payment_by_hand": lambda books, given: books.void_payment_by_hand(str(given["payment"])),
    "make_contact": lambda books, given: books.make_contact(str(given["name"]), **_properties(given, "name")),
    "change_contact": lambda books, given: books.change_contact(str(given["contact"]), **_properties(given, "contact")),
    "delete_contact_by_hand": lambda books, given: books.delete_contact_by_hand(str(given["contact"])),
    "make_product": lambda books, given: books.make_product(
        str(given["name"]), _account(given, SALES), str(given.get("ruleset", GOODS))
    ),
    "change_product": lambda books, given: books.change_product(str(given["product"]), **_properties(given, "product")),
    "delete_product_by_hand": lambda books, given: books.delete_product_by_hand(str(given["product"])),
    "change_account": lambda books, given: books.change_account(_account(given), **_properties(given, "account")),
    "delete_account": lambda books, given: books.delete_account(_account(given)),
    "lock_period": lambda books, given: books.lock_period(str(given.get("until", ""))),
    "bar_period": lambda books, given: books.lock_period(str(given["to"])),
    "lock": lambda books, given: books.lock(bool(given.get("locked", True))),
    "set_rate": lambda books, given: books.set_rate(str(given["currency"]), Decimal(str(given["rate"]))),
}
"""What the owner does in Billy's own pages."""
