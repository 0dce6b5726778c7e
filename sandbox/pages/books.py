"""The pages of one agreement and the ledger of all of them."""

from __future__ import annotations

from typing import Any

from sandbox import ledger
from sandbox.pages.html import Safe, act, badge, kroner, link, page, see_other, table, tag
from sandbox.routes import Refused, Router, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
DOCUMENT = ("Nr.", "Reference", "Kunde", "Dato", "Tilstand", "Handling", "Netto", "Moms", "I alt", "Rest")


@router.on("GET", "/agreement/<number>")
def agreement_page(world: World, request: Request, number: str) -> Reply:
    """One agreement's books."""
    held = ledger.one_book(world.agreement(whole(number, "agreement")))
    customers = [
        (row["number"], row.get("name", ""), row.get("email", ""), kroner(row["balance"])) for row in held["customers"]
    ]
    products = [(row["number"], row["name"], row["group"]) for row in held["products"]]
    return page(
        held["name"],
        tag("h1", held["name"], " ", tag("small", f"aftale {held['agreement']}", class_="muted")),
        tag("div", act(f"/agreement/{number}/revoke", "Fjern appen Connector")),
        table("Kladder", DOCUMENT, [_document(held, row, "draft") for row in held["drafts"]], numbers=4),
        table("Bogførte fakturaer", DOCUMENT, [_document(held, row, "booked") for row in held["booked"]], numbers=4),
        _entries(held),
        table("Konti", ("Konto", "Navn", "Saldo"), _accounts(held), numbers=1),
        table("Kunder", ("Nr.", "Navn", "E-mail", "Saldo"), customers, numbers=1),
        table("Varer", ("Varenr.", "Navn", "Varegruppe"), products),
    )


def _document(held: dict[str, Any], row: dict[str, Any], state: str) -> tuple[Any, ...]:
    base = f"/agreement/{held['agreement']}/drafts/{row['number']}"
    acts = Safe(act(f"{base}/book", "Bogfør") + act(f"{base}/delete", "Slet")) if state == "draft" else ""
    return (
        row["number"],
        row["reference"] or "–",
        f"{row['customer']} {row['recipient']}",
        row["date"],
        badge(state),
        acts,
        *(kroner(row[name], row["currency"]) for name in ("net", "vat", "gross")),
        "–" if row["remainder"] is None else kroner(row["remainder"], row["currency"]),
    )


def _entries(held: dict[str, Any]) -> Safe:
    rows = [
        (
            row["number"],
            row["date"],
            row["voucher"],
            row["account"],
            row["text"],
            kroner(row["amount"], row["currency"]),
        )
        for row in held["entries"]
    ]
    return table("Posteringer", ("Nr.", "Dato", "Bilag", "Konto", "Tekst", "Beløb"), rows, numbers=1)


def _accounts(held: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(row["number"], row["name"], kroner(row["balance"])) for row in held["accounts"]]


@router.on("POST", "/agreement/<number>/revoke")
def revoke(world: World, request: Request, number: str) -> Reply:
    """The owner removes the app."""
    world.economic.revoke(world.agreement(whole(number, "agreement")).number)
    return see_other(f"/agreement/{number}")


@router.on("POST", "/agreement/<number>/drafts/<draft>/<act>")
def draft_by_hand(world: World, request: Request, number: str, draft: str, act: str) -> Reply:
    """The owner books or deletes a draft."""
    agreement = world.agreement(whole(number, "agreement"))
    acts = {"book": agreement.book_by_hand, "delete": agreement.delete_draft_by_hand}
    try:
        acts[act](whole(draft, "draft"))
    except KeyError as error:
        raise Refused(404, f"no draft {draft}") from error
    return see_other(f"/agreement/{number}")


@router.on("GET", "/ledger")
def ledger_page(world: World, request: Request) -> Reply:
    """JSON for a program, a page for a browser; `agreement` and `key` limit it."""
    only = whole(request.query.get("agreement", 0), "agreement")
    if "key" in request.query:
        return Reply.of(200, ledger.one_key(world, request.query["key"], only))
    books = ledger.all_books(world, only)
    if "text/html" not in request.headers.get("accept", ""):
        return Reply.of(200, books)
    tables = [_references(held) for held in books["agreements"]]
    total = f"Dubletter: {books['duplicates']}"
    return page(
        "Hovedbog", tag("h1", "Hovedbog"), tag("p", total, class_="warning" if books["duplicates"] else None), *tables
    )


def _references(held: dict[str, Any]) -> Safe:
    rows = [(key, counts["drafts"], counts["booked"], counts["payments"]) for key, counts in held["references"].items()]
    title = f"{held['name']}, aftale {held['agreement']}"
    found = table(title, ("Reference", "Kladder", "Bogførte", "Betalinger"), rows, numbers=3)
    return tag("section", found, tag("p", link(f"/agreement/{held['agreement']}", "Åbn aftalen")))
