"""The control address of Dinero's organisations: open one, and what its owner does by hand in Dinero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import control_visma
from sandbox.dinero import Organization
from sandbox.dinero.seed import FIRST_DEPOSIT
from sandbox.routes import Refused, Router, document, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

Act = Callable[[Organization, Mapping[str, Any]], Any]


def add_to(router: Router[World]) -> None:
    """Register the addresses below /control."""
    router.on("GET", "/organizations")(organizations)
    router.on("POST", "/organizations")(new_organization)
    router.on("GET", "/organizations/<number>")(one_organization)
    router.on("POST", "/organizations/<number>/tokens")(tokens)
    router.on("POST", "/organizations/<number>/revoke")(revoke)
    router.on("POST", "/organizations/<number>/<act>")(by_hand)


def row(world: World, organization: Organization) -> dict[str, Any]:
    """What the control address says about an organisation."""
    return {
        "organization": organization.number,
        "name": organization.name,
        "pro": organization.pro,
        "calls": organization.calls,
        "users": world.users_of(organization.number),
    }


def organizations(world: World, request: Request) -> Reply:
    """All organisations."""
    return Reply.of(200, {"organizations": [row(world, found) for found in world.dinero.organizations.values()]})


def new_organization(world: World, request: Request) -> Reply:
    """Open an organisation for a user; without `user` a new one's own."""
    wish = document(request)
    email = str(wish.pop("user", ""))
    try:
        made = world.open_organization(email, **wish)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(400, str(error)) from error
    return Reply.of(201, row(world, made) | {"user": email or world.users_of(made.number)[0]})


def one_organization(world: World, request: Request, number: str) -> Reply:
    """One organisation."""
    return Reply.of(200, row(world, _organization(world, number)))


def tokens(world: World, request: Request, number: str) -> Reply:
    """What the token address would answer after the first of its users approved."""
    return control_visma.tokens(world, request, _owner(world, number))


def revoke(world: World, request: Request, number: str) -> Reply:
    """Its users withdraw their consents: every token of theirs is dead."""
    known = _organization(world, number).number
    revoked = sum(world.visma.revoke(email) for email in world.users_of(known))
    return Reply.of(200, {"organization": known, "revoked": revoked})


def by_hand(world: World, request: Request, number: str, act: str) -> Reply:
    """One of HAND_ACTS, with its arguments in the body."""
    if act not in HAND_ACTS:
        raise Refused(404, f"known: tokens, revoke, {', '.join(HAND_ACTS)}")
    organization = _organization(world, number)
    try:
        result = HAND_ACTS[act](organization, document(request))
    except KeyError as error:
        raise Refused(400, f"needs or does not know {error}") from error
    except (TypeError, ValueError) as error:
        raise Refused(400, str(error)) from error
    return Reply.of(200, row(world, organization) | {"result": result})


def empty(world: World, number: int) -> None:
    """Replace an organisation's books by those of a new one; its number, its users and their tokens stay."""
    old = world.organization(number)
    new = world.dinero.open(old.name)
    del world.dinero.organizations[new.number]
    new.books.owner = number
    old.books, old.limit, old.calls = new.books, new.limit, 0
    old.switches.clear()
    old.mails.clear()


def _organization(world: World, number: str) -> Organization:
    return world.organization(whole(number, "organization"))


def _owner(world: World, number: str) -> str:
    users = world.users_of(_organization(world, number).number)
    if not users:
        raise Refused(409, f"nobody can open organization {number}")
    return users[0]


def _amount(given: Mapping[str, Any]) -> int | None:
    return None if given.get("amount") is None else whole(given["amount"], "amount")


def _properties(given: Mapping[str, Any], but: str) -> dict[str, Any]:
    """A contact's properties in Dinero's spelling; three also go by the words that the other books' acts take."""
    return {SPELLED.get(name, name): value for name, value in given.items() if name != but}


def _text(given: Mapping[str, Any], name: str) -> str | None:
    return None if given.get(name) is None else str(given[name])


SPELLED = {"email": "Email", "cvr": "VatNumber", "country": "CountryKey"}
HAND_ACTS: dict[str, Act] = {
    "book_by_hand": lambda books, given: books.book_by_hand(given["draft"]),
    "delete_draft_by_hand": lambda books, given: books.delete_draft_by_hand(given["draft"]),
    "edit_draft_by_hand": lambda books, given: books.edit_draft_by_hand(
        given["draft"], amount=_amount(given), comment=_text(given, "comment")
    ),
    "touch_by_hand": lambda books, given: books.touch_by_hand(given["invoice"]),
    "pay_by_hand": lambda books, given: books.pay_by_hand(
        given["booked"], whole(given.get("account", FIRST_DEPOSIT), "account"), _amount(given)
    ),
    "make_contact": lambda books, given: books.make_contact(str(given["name"]), **_properties(given, "name")),
    "change_contact": lambda books, given: books.change_contact(str(given["contact"]), **_properties(given, "contact")),
    "delete_contact_by_hand": lambda books, given: books.delete_contact_by_hand(str(given["contact"])),
    "set_pro": lambda books, given: books.set_pro(bool(given.get("pro", True))),
    "close_year": lambda books, given: books.close_year(str(given["year"]), bool(given.get("closed", True))),
    "delete_year": lambda books, given: books.delete_year(str(given["year"])),
    "hide_account": lambda books, given: books.hide_account(
        whole(given["account"], "account"), bool(given.get("hidden", True))
    ),
    "rename_account": lambda books, given: books.rename_account(whole(given["account"], "account"), str(given["name"])),
    "delete_account": lambda books, given: books.delete_account(whole(given["account"], "account")),
    "set_vat_code": lambda books, given: books.set_vat_code(whole(given["account"], "account"), _text(given, "code")),
    "set_rate": lambda books, given: books.set_rate(str(given["currency"]), whole(given["rate"], "rate")),
}
"""What the owner does in Dinero's own pages."""
