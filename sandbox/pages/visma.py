"""Visma Connect's page: a person signs in, sees what the app asks, and approves or declines (fact sheet, 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from sandbox.pages.html import Safe, button, form, page, posted, radios, see_other, tag
from sandbox.pages.signin import hidden
from sandbox.routes import Refused, Router
from sandbox.visma.asking import Asked, Untrusted, Wrong
from sandbox.visma.model import OFFLINE, READ, WRITE, User
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
ADDRESS = "/visma/connect/authorize"
MEANINGS = {READ: "læse i Dinero", WRITE: "skrive i Dinero", OFFLINE: "gøre det, også når du ikke er logget ind"}


@router.on("GET", ADDRESS)
def ask_consent(world: World, request: Request) -> Reply:
    """Who signs in, and may the app do that?"""
    found = _asked(world, request.query)
    return found if isinstance(found, Reply) else _form(world, found)


@router.on("POST", ADDRESS)
def answer_consent(world: World, request: Request) -> Reply:
    """Back with a code, or with `access_denied`, in the way that the app asked for."""
    fields = posted(request)
    found = _asked(world, fields)
    if isinstance(found, Reply):
        return found
    user = fields.get("user", "") if fields.get("answer") == "approve" else None
    if user is not None and user not in world.visma.users:
        raise Refused(400, f"no user {user!r}")
    return _back(found, world.visma.answer(found, user))


def _asked(world: World, parameters: Mapping[str, str]) -> Asked | Reply:
    """The request, or what the person sees when it is wrong."""
    try:
        return world.visma.look(parameters)
    except Untrusted as problem:
        return _error(str(problem))
    except Wrong as problem:
        if world.visma.switch("authorize_errors") == "page":
            return _error(f"{problem.code}: {problem.message}")
        asked = Asked.of(parameters)
        return _back(asked, world.visma.refused(asked, problem))


def _error(words: str) -> Reply:
    return page("Fejl", tag("h1", "Visma Connect: forespørgslen er forkert"), tag("p", words), status=400)


def _form(world: World, asked: Asked) -> Reply:
    users = {row.email: _named(world, row) for row in reversed(world.visma.users.values())}
    wishes = [tag("li", MEANINGS[scope]) for scope in (READ, WRITE, OFFLINE) if scope in asked.scopes]
    return page(
        "Log ind",
        tag("h1", "Visma Connect: log ind"),
        tag("p", "Appen Connector beder om adgang til at:"),
        tag("ul", *wishes),
        form(
            ADDRESS,
            *hidden(**asked.fields()),
            radios("Hvem er du?", "user", users),
            button("Godkend", name="answer", value="approve"),
            " ",
            button("Afvis", name="answer", value="decline", quiet=True),
        ),
    )


def _named(world: World, user: User) -> str:
    known = [world.dinero.organizations[number] for number in sorted(user.organizations)]
    names = ", ".join(f"{row.name} ({row.number})" for row in known) or "ingen virksomheder"
    return f"{user.email}: {names}"


def _back(asked: Asked, answer: dict[str, str]) -> Reply:
    """To the return address: by its query, or by a form that the browser posts there."""
    if asked.response_mode == "form_post":
        return _posting(asked.redirect_uri, answer)
    join = "&" if "?" in asked.redirect_uri else "?"
    return see_other(asked.redirect_uri + join + urlencode(answer))


def _posting(address: str, answer: dict[str, str]) -> Reply:
    """OAuth 2.0 Form Post Response Mode; the button is for a browser without scripts."""
    sent = form(address, *hidden(**answer), button("Fortsæt"))
    script = Safe("<script>document.forms[0].submit()</script>")
    return page("Et øjeblik", tag("h1", "Du sendes tilbage"), sent, script)
