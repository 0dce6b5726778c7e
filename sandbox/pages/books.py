"""The pages of one agreement, one organisation and one company, and the ledger of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sandbox import ledger
from sandbox.billy import Company
from sandbox.dinero import Organization
from sandbox.economic import Agreement
from sandbox.pages.html import Safe, act, badge, kroner, link, page, posted, see_other, table, tag
from sandbox.routes import Refused, Router, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
BOOKS = {"agreement": "aftale", "organization": "virksomhed", "company": "regnskab"}
OPEN = {"agreement": "aftalen", "organization": "virksomheden", "company": "regnskabet"}
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
        *_documents(held),
        _entries(held),
        table("Konti", ("Konto", "Navn", "Saldo"), _accounts(held), numbers=1),
        table("Kunder", ("Nr.", "Navn", "E-mail", "Saldo"), customers, numbers=1),
        table("Varer", ("Varenr.", "Navn", "Varegruppe"), products),
    )


def _address(held: dict[str, Any]) -> str:
    """The page of the books."""
    word = _word(held)
    return f"/{word}/{held[word]}"


def _word(held: dict[str, Any]) -> str:
    """What one set of books is called."""
    return next(word for word in BOOKS if word in held)


def _documents(held: dict[str, Any]) -> Iterator[Safe]:
    for title, kind, state in (("Kladder", "drafts", "draft"), ("Bogførte fakturaer", "booked", "booked")):
        base = f"{_address(held)}/{kind}"
        yield table(title, DOCUMENT, [_document(base, row, state) for row in held[kind]], numbers=4)


def _document(base: str, row: dict[str, Any], state: str) -> tuple[Any, ...]:
    # e-conomic's customers have numbers that a person knows, Dinero's a Guid, Billy's an id.
    customer = f"{row['customer']} " if isinstance(row["customer"], int) else ""
    return (
        row["number"],
        row["reference"] or "–",
        customer + (row["recipient"] or "–"),
        row["date"],
        badge(state),
        _acts(f"{base}/{row['number']}", row, state),
        *(kroner(row[name], row["currency"]) for name in ("net", "vat", "gross")),
        "–" if row["remainder"] is None else kroner(row["remainder"], row["currency"]),
    )


def _acts(base: str, row: dict[str, Any], state: str) -> Safe:
    """What the owner may do to a document by hand."""
    if state == "draft":
        return Safe(act(f"{base}/book", "Bogfør") + act(f"{base}/delete", "Slet"))
    is_owed = row["remainder"] is not None and Decimal(row["remainder"]) > 0
    return act(f"{base}/pay", "Registrér betaling") if is_owed else Safe("")


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


@router.on("POST", "/agreement/<number>/<kind>/<document>/<act>")
def agreement_by_hand(world: World, request: Request, number: str, kind: str, document: str, act: str) -> Reply:
    """The owner books or deletes a draft, or books the payment of an invoice."""
    agreement = world.agreement(whole(number, "agreement"))
    _by_hand(agreement, kind, whole(document, "document"), act)
    return see_other(f"/agreement/{number}")


@router.on("POST", "/organization/<number>/<kind>/<document>/<act>")
def organization_by_hand(world: World, request: Request, number: str, kind: str, document: str, act: str) -> Reply:
    """The same in Dinero."""
    _by_hand(world.organization(whole(number, "organization")), kind, document, act)
    return see_other(f"/organization/{number}")


@router.on("POST", "/company/<number>/<kind>/<document>/<act>")
def company_by_hand(world: World, request: Request, number: str, kind: str, document: str, act: str) -> Reply:
    """The same in Billy."""
    _by_hand(world.company(whole(number, "company")), kind, document, act)
    return see_other(f"/company/{number}")


def _by_hand(books: Agreement | Organization | Company, kind: str, document: Any, act: str) -> None:
    acts: dict[tuple[str, str], Callable[[Any], object]] = {
        ("drafts", "book"): books.book_by_hand,
        ("drafts", "delete"): books.delete_draft_by_hand,
        ("booked", "pay"): books.pay_by_hand,
    }
    try:
        acts[kind, act](document)
    except (KeyError, ValueError) as error:
        raise Refused(404, f"no {kind} {document} to {act}") from error


@router.on("GET", "/organization/<number>")
def organization_page(world: World, request: Request, number: str) -> Reply:
    """One organisation's books."""
    found = world.organization(whole(number, "organization"))
    held = ledger.one_book(found)
    here, users = _address(held), world.users_of(found.number)
    plan = act(f"{here}/pro", "Opsig Dinero Pro" if found.pro else "Køb Dinero Pro", pro="" if found.pro else "1")
    has = "har Dinero Pro" if found.pro else "har ikke Dinero Pro"
    contacts = [(row["Name"], row["Email"] or "–", row["VatNumber"] or "–", row["number"]) for row in held["customers"]]
    return page(
        held["name"],
        tag("h1", held["name"], " ", tag("small", f"virksomhed {found.number}", class_="muted")),
        tag("p", f"Virksomheden {has}. Adgang: {', '.join(users) or 'ingen'}."),
        tag("div", plan, act(f"{here}/revoke", "Fjern appen Connector")),
        *_documents(held),
        _entries(held),
        table("Konti", ("Konto", "Navn", "Moms", "Saldo"), _chart(held), numbers=1),
        table("Kontakter", ("Navn", "E-mail", "CVR-nummer", "Guid"), contacts),
    )


def _chart(held: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (
            row["number"],
            row["name"] + (" (skjult)" if row["hidden"] else ""),
            row["vat_code"] or "–",
            kroner(row["balance"]),
        )
        for row in held["accounts"]
    ]


@router.on("GET", "/company/<number>")
def company_page(world: World, request: Request, number: str) -> Reply:
    """One company's books, and its access tokens to copy."""
    found = world.company(whole(number, "company"))
    held = ledger.one_book(found)
    here = _address(held)
    tokens = [(tag("code", token), act(f"{here}/revoke", "Slet", token=token)) for token in sorted(found.tokens)]
    contacts = [(row["name"], ", ".join(row["emails"]) or "–", row["number"]) for row in held["customers"]]
    products = [(row["name"], row["group"] or "–", row["number"], row["account"] or "–") for row in held["products"]]
    return page(
        held["name"],
        tag("h1", held["name"], " ", tag("small", f"regnskab {found.number}", class_="muted")),
        table("Adgangsnøgler", ("Nøgle", "Handling"), tokens),
        tag("div", act(f"{here}/token", "Opret en adgangsnøgle")),
        *_documents(held),
        _entries(held),
        table("Konti", ("Konto", "Navn", "Moms", "Saldo"), _chart(held), numbers=1),
        table("Kontakter", ("Navn", "E-mail", "Id"), contacts),
        table("Produkter", ("Navn", "Momsregel", "Id", "Konto"), products, numbers=1),
    )


@router.on("POST", "/company/<number>/token")
def new_token(world: World, request: Request, number: str) -> Reply:
    """The owner makes another access token."""
    world.billy.token(world.company(whole(number, "company")).number)
    return see_other(f"/company/{number}")


@router.on("POST", "/company/<number>/revoke")
def delete_token(world: World, request: Request, number: str) -> Reply:
    """The owner deletes an access token."""
    world.billy.revoke(world.company(whole(number, "company")).number, posted(request).get("token", ""))
    return see_other(f"/company/{number}")


@router.on("POST", "/organization/<number>/pro")
def set_pro(world: World, request: Request, number: str) -> Reply:
    """The subscription begins or ends."""
    world.organization(whole(number, "organization")).set_pro(bool(posted(request).get("pro")))
    return see_other(f"/organization/{number}")


@router.on("POST", "/organization/<number>/revoke")
def withdraw(world: World, request: Request, number: str) -> Reply:
    """Everybody with access to the organisation removes the app."""
    for email in world.users_of(world.organization(whole(number, "organization")).number):
        world.visma.revoke(email)
    return see_other(f"/organization/{number}")


@router.on("GET", "/ledger")
def ledger_page(world: World, request: Request) -> Reply:
    """JSON for a program, a page for a browser; `agreement`, `organization`, `company` and `key` limit it."""
    only = ledger.Only(*(whole(request.query.get(word, 0), word) for word in BOOKS))
    if "key" in request.query:
        return Reply.of(200, ledger.one_key(world, request.query["key"], only))
    books = ledger.all_books(world, only)
    if "text/html" not in request.headers.get("accept", ""):
        return Reply.of(200, books)
    tables = [_references(held) for held in books["agreements"] + books["organizations"] + books["companies"]]
    total = f"Dubletter: {books['duplicates']}"
    return page(
        "Hovedbog", tag("h1", "Hovedbog"), tag("p", total, class_="warning" if books["duplicates"] else None), *tables
    )


def _references(held: dict[str, Any]) -> Safe:
    rows = [(key, counts["drafts"], counts["booked"], counts["payments"]) for key, counts in held["references"].items()]
    word = _word(held)
    title = f"{held['name']}, {BOOKS[word]} {held[word]}"
    found = table(title, ("Reference", "Kladder", "Bogførte", "Betalinger"), rows, numbers=3)
    return tag("section", found, tag("p", link(_address(held), f"Åbn {OPEN[word]}")))
