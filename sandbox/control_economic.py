"""The control address of agreements: make one, grant, revoke, and what the owner does by hand in e-conomic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.economic import Agreement
from sandbox.routes import Refused, Router, document, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

Act = Callable[[Agreement, Mapping[str, Any]], Any]


def add_to(router: Router[World]) -> None:
    """Register the addresses below /control."""
    router.on("GET", "/agreements")(agreements)
    router.on("POST", "/agreements")(new_agreement)
    router.on("GET", "/agreements/<number>")(one_agreement)
    router.on("POST", "/agreements/<number>/grant")(grant)
    router.on("POST", "/agreements/<number>/revoke")(revoke)
    router.on("POST", "/agreements/<number>/<act>")(by_hand)


def row(agreement: Agreement) -> dict[str, Any]:
    """What the control address says about an agreement."""
    return {"agreement": agreement.number, "name": agreement.name, "calls": agreement.calls}


def agreements(world: World, request: Request) -> Reply:
    """All agreements."""
    return Reply.of(200, {"agreements": [row(found) for found in world.economic.agreements.values()]})


def new_agreement(world: World, request: Request) -> Reply:
    """Make an agreement and grant our app access to it."""
    wish = document(request)
    try:
        made = world.economic.new_agreement(**wish)
    except (TypeError, ValueError) as error:
        raise Refused(400, str(error)) from error
    return Reply.of(201, row(made) | {"grant": world.grant(made.number)})


def one_agreement(world: World, request: Request, number: str) -> Reply:
    """One agreement."""
    return Reply.of(200, row(_agreement(world, number)))


def grant(world: World, request: Request, number: str) -> Reply:
    """Another grant token, as the approve page gives."""
    return Reply.of(201, {"agreement": whole(number), "grant": world.grant(_agreement(world, number).number)})


def revoke(world: World, request: Request, number: str) -> Reply:
    """The owner removes the app: every grant of the agreement answers 401 from now on."""
    world.economic.revoke(_agreement(world, number).number)
    return Reply.of(200, {"agreement": whole(number)})


def by_hand(world: World, request: Request, number: str, act: str) -> Reply:
    """One of HAND_ACTS, with its arguments in the body."""
    if act not in HAND_ACTS:
        raise Refused(404, f"known: grant, revoke, {', '.join(HAND_ACTS)}")
    agreement = _agreement(world, number)
    try:
        result = HAND_ACTS[act](agreement, document(request))
    except KeyError as error:
        raise Refused(400, f"needs or does not know {error}") from error
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return Reply.of(200, row(agreement) | {"result": result})


def _agreement(world: World, number: str) -> Agreement:
    return world.agreement(whole(number, "agreement"))


def empty(world: World, number: int) -> None:
    """Replace an agreement's books by those of a new one; its number, its grants and its settings stay."""
    old = world.agreement(number)
    new = world.economic.new_agreement(name=old.name, plan=old.plan, role=old.role, modules=old.modules)
    del world.economic.agreements[new.number]
    old.books, old.budget, old.memory, old.calls = new.books, new.budget, new.memory, 0
    old.switches.clear()
    old.failures.clear()


HAND_ACTS: dict[str, Act] = {
    "book_by_hand": lambda books, given: books.book_by_hand(whole(given["draft"], "draft")),
    "delete_draft_by_hand": lambda books, given: books.delete_draft_by_hand(whole(given["draft"], "draft")),
    "pay_by_hand": lambda books, given: books.pay_by_hand(whole(given["booked"], "booked")),
    "draft_entry": lambda books, given: books.draft_entry_by_hand(
        whole(given["journal"], "journal"), whole(given["amount"], "amount")
    ),
    "bar_product": lambda books, given: books.bar_product(str(given["product"]), bool(given.get("barred", True))),
    "make_customer": lambda books, given: books.make_customer(
        str(given["name"]), str(given.get("email", "")), str(given.get("cvr", ""))
    ),
    "use_currency": lambda books, given: books.use_currency(str(given["currency"]), bool(given.get("used", True))),
    "bar_customer": lambda books, given: books.bar_customer(
        whole(given["customer"], "customer"), bool(given.get("barred", True))
    ),
    "delete_customer_by_hand": lambda books, given: books.delete_customer_by_hand(whole(given["customer"], "customer")),
    "delete_product_by_hand": lambda books, given: books.delete_product_by_hand(str(given["product"])),
    "close_year": lambda books, given: books.close_year(str(given["year"]), bool(given.get("closed", True))),
    "bar_period": lambda books, given: books.bar_period(
        date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
    ),
    "set_balance": lambda books, given: books.set_balance(
        whole(given["account"], "account"), whole(given["balance"], "balance")
    ),
    "set_stock": lambda books, given: books.set_stock(str(given["product"]), whole(given["hundredths"], "hundredths")),
    "fail_inside": lambda books, given: books.fail_inside(
        str(given["path"]),
        times=whole(given.get("times", 1), "times"),
        status=whole(given.get("status", 500), "status"),
        after=bool(given.get("after")),
    ),
}
"""What the owner does in e-conomic's own pages; `fail_inside`: e-conomic fails where its idempotency memory sees it."""
