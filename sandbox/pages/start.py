"""The sandbox's first page: everything there is, linked."""

from __future__ import annotations

from sandbox.pages.html import button, field, form, link, page, posted, see_other, table, tag
from sandbox.routes import Router
from sandbox.wire import Reply, Request
from sandbox.world import FIRST_USER, World

router: Router[World] = Router()


@router.on("GET", "/")
def start(world: World, request: Request) -> Reply:
    """Shops, agreements, organisations, companies, the ledger, the mailbox."""
    shops = [
        (link(f"/shop/{row.webshop_id}", row.name), row.webshop_id, len(row.orders), row.calls)
        for row in world.shoporama.shops.values()
    ]
    agreements = [
        (link(f"/agreement/{row.number}", row.name), row.number, len(row.books.booked), row.calls)
        for row in world.economic.agreements.values()
    ]
    organizations = [
        (link(f"/organization/{row.number}", row.name), row.number, ", ".join(world.users_of(row.number)), row.calls)
        for row in world.dinero.organizations.values()
    ]
    companies = [
        (link(f"/company/{row.number}", row.name), row.number, len(row.books.invoices), row.calls)
        for row in world.billy.companies.values()
    ]
    return page(
        "Start",
        tag("h1", "Sandkasse"),
        tag("p", "Her står webshops og regnskaber, som Connector kan forbindes med. Alt er i hukommelsen."),
        table("Webshops (Shoporama)", ("Navn", "Nummer", "Ordrer", "Kald"), shops, numbers=2),
        _new("/shops", "Navn på ny shop", "Åbn en shop"),
        table("Aftaler (e-conomic)", ("Navn", "Aftalenummer", "Bogførte", "Kald"), agreements, numbers=2),
        _new("/agreements", "Navn på ny aftale", "Opret en aftale"),
        table("Virksomheder (Dinero)", ("Navn", "Nummer", "Brugere", "Kald"), organizations, numbers=1),
        _new("/organizations", "Navn på ny virksomhed", "Opret en virksomhed"),
        table("Regnskaber (Billy)", ("Navn", "Nummer", "Fakturaer", "Kald"), companies, numbers=2),
        _new("/companies", "Navn på nyt regnskab", "Opret et regnskab"),
        tag("h2", "Andet"),
        tag(
            "p",
            link("/control/", "Fejl og kontakter"),
            " · ",
            link("/ledger", "Hovedbog med tælling af dubletter"),
            " · ",
            link("/mail", "Postkasse"),
        ),
    )


def _new(action: str, label: str, text: str) -> str:
    name = field(label, "name", required=True, id=f"f{action.replace('/', '-')}")
    return form(action, name, button(text, quiet=True))


@router.on("POST", "/shops")
def open_shop(world: World, request: Request) -> Reply:
    """Open a shop; its key is made when an app signs in."""
    made = world.shoporama.new_shop(posted(request).get("name") or "nordlys.dk")
    return see_other(f"/shop/{made.webshop_id}")


@router.on("POST", "/agreements")
def new_agreement(world: World, request: Request) -> Reply:
    """Make an agreement; the app gets access on the approve page."""
    made = world.economic.new_agreement(name=posted(request).get("name") or "Nordlys ApS")
    return see_other(f"/agreement/{made.number}")


@router.on("POST", "/organizations")
def new_organization(world: World, request: Request) -> Reply:
    """Open an organisation for the first user; the app gets access when the user signs in."""
    made = world.open_organization(FIRST_USER, name=posted(request).get("name") or "Nordlys ApS")
    return see_other(f"/organization/{made.number}")


@router.on("POST", "/companies")
def new_company(world: World, request: Request) -> Reply:
    """Open a company with an access token to copy."""
    made = world.billy.open(posted(request).get("name") or "Nordlys ApS", with_clearing=True)
    world.billy.token(made.number)
    return see_other(f"/company/{made.number}")
