"""The two pages on which a person lets our app in: e-conomic's grant and Shoporama's sign-in."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from sandbox.pages.html import button, form, page, posted, radios, see_other, tag
from sandbox.routes import Refused, Router, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
ACCESS = {"all": "Læse og skrive", "write": "Skrive", "read": "Læse"}


def hidden(**values: str) -> list[str]:
    """Hidden fields that carry the request's parameters over the form."""
    return [tag("input", type="hidden", name=name, value=value) for name, value in values.items()]


@router.on("GET", "/economic/grant")
def ask_grant(world: World, request: Request) -> Reply:
    """e-conomic: which agreement may the app use? Parameters appPublicToken, locale, redirectUrl (section 2.3)."""
    if request.query.get("appPublicToken") != world.app_public:
        return page("Ukendt app", tag("h1", "Appen findes ikke"), tag("p", "appPublicToken er ukendt."), status=400)
    newest_first = reversed(world.economic.agreements.values())
    names = {row.number: f"{row.name}, aftale {row.number}" for row in newest_first}
    asked = form(
        "/economic/grant",
        *hidden(redirectUrl=request.query.get("redirectUrl", "")),
        radios("Aftale", "agreement", names),
        button("Tilføj app", name="answer", value="approve"),
        " ",
        button("Annuller", name="answer", value="decline", quiet=True),
    )
    words = "Appen Connector beder om adgang til dit regnskab som SuperUser."
    return page("Giv adgang", tag("h1", "e-conomic: giv adgang"), tag("p", words), asked)


@router.on("POST", "/economic/grant")
def answer_grant(world: World, request: Request) -> Reply:
    """Approve: back with `token`, or the token on the page. Decline: by switch."""
    fields = posted(request)
    redirect = fields.get("redirectUrl", "")
    if fields.get("answer") != "approve":
        return _stay_or_go(world.grant_page.declined(redirect))
    token = world.grant(world.agreement(whole(fields.get("agreement"), "agreement")).number)
    back = world.grant_page.approved(redirect, token)
    if back:
        return see_other(back)
    return page("Adgang givet", tag("h1", "Adgang givet"), tag("p", "Aftalens token: ", tag("code", token)))


@router.on("GET", "/shoporama/admin/oauth/login")
def ask_sign_in(world: World, request: Request) -> Reply:
    """Shoporama: which shop, which access level? Parameters client_id, redirect_uri, state (section 1)."""
    asked = {name: request.query.get(name, "") for name in ("client_id", "redirect_uri", "state")}
    if not asked["client_id"] or urlsplit(asked["redirect_uri"]).scheme not in ("http", "https"):
        return page("Forkert adresse", tag("h1", "client_id eller redirect_uri mangler"), status=400)
    newest_first = reversed(world.shoporama.shops.values())
    names = {row.webshop_id: f"{row.name}, shop {row.webshop_id}" for row in newest_first}
    fields = form(
        "/shoporama/admin/oauth/login",
        *hidden(**asked),
        radios("Shop", "shop", names),
        radios("Adgang", "access_level", ACCESS),
        button("Godkend", name="answer", value="approve"),
        " ",
        button("Afvis", name="answer", value="refuse", quiet=True),
    )
    words = f"{asked['client_id']} beder om adgang til din shop."
    return page("Giv adgang", tag("h1", "Shoporama: giv adgang"), tag("p", words), fields)


@router.on("POST", "/shoporama/admin/oauth/login")
def answer_sign_in(world: World, request: Request) -> Reply:
    """Approve: back with the key in the query string. Refuse: by switch."""
    fields = posted(request)
    redirect, state = fields.get("redirect_uri", ""), fields.get("state", "")
    if fields.get("answer") != "approve":
        stays = world.shoporama.switches["sign_in_refusal"] == "stay"
        return _stay_or_go(None if stays else _joined(redirect, {"state": state}))
    shop = world.shop(whole(fields.get("shop"), "shop"))
    key = shop.new_key(f"OAuth: {fields.get('client_id', '')}", fields.get("access_level", "all"))
    answer = {
        "token": key.token,
        "shop_url": shop.url,
        "shop_name": shop.name,
        "api_endpoint": f"{world.public_url}/shoporama/REST",
        "webshop_id": str(shop.webshop_id),
        "access_level": key.access,
        "state": state,
    }
    return see_other(_joined(redirect, answer))


def _joined(address: str, parameters: dict[str, str]) -> str:
    if not address:
        raise Refused(400, "redirect_uri is required")
    return address + ("&" if "?" in address else "?") + urlencode(parameters)


def _stay_or_go(address: str | None) -> Reply:
    if address:
        return see_other(address)
    return page("Ingen adgang", tag("h1", "Du har ikke givet adgang"), tag("p", "Du kan lukke siden."))
