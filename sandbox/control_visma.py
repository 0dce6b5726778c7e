"""The control address of Visma Connect: users, their tokens, and the app's return addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from sandbox.routes import Refused, Router, document, whole
from sandbox.visma.model import SCOPES
from sandbox.wire import Reply, Request
from sandbox.world import World


def add_to(router: Router[World]) -> None:
    """Register the addresses below /control."""
    router.on("GET", "/users")(users)
    router.on("POST", "/users")(new_user)
    router.on("GET", "/users/<user>")(one_user)
    router.on("POST", "/users/<user>/organizations")(set_organizations)
    router.on("POST", "/users/<user>/tokens")(tokens)
    router.on("POST", "/users/<user>/revoke")(revoke)
    router.on("POST", "/users/<user>/expire")(expire)
    router.on("POST", "/redirects")(register)


def users(world: World, request: Request) -> Reply:
    """Everybody who can sign in."""
    return Reply.of(200, {"users": [world.visma.report(email) for email in world.visma.users]})


def new_user(world: World, request: Request) -> Reply:
    """Make a user who can open these organisations."""
    wish = document(request)
    numbers = _organizations(world, wish)
    try:
        made = world.visma.new_user(str(wish.get("user", "")), str(wish.get("name", "")), numbers)
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return Reply.of(201, world.visma.report(made.email))


def one_user(world: World, request: Request, user: str) -> Reply:
    """One user: how often consented, exchanged, refreshed, refused; how many tokens live."""
    return Reply.of(200, world.visma.report(known(world, user)))


def set_organizations(world: World, request: Request, user: str) -> Reply:
    """The user can open exactly these organisations from now on."""
    email = known(world, user)
    world.visma.users[email].organizations = set(_organizations(world, document(request)))
    return Reply.of(200, world.visma.report(email))


def tokens(world: World, request: Request, user: str) -> Reply:
    """What the token address would answer after this user's approval."""
    wish = document(request)
    scopes = frozenset(str(wish.get("scope", " ".join(SCOPES))).split())
    if not scopes or not scopes <= world.visma.app.scopes:
        raise Refused(400, f"scope is some of {' '.join(SCOPES)}")
    return Reply.of(201, world.visma.issue(world.visma.consent(known(world, user), scopes)))


def revoke(world: World, request: Request, user: str) -> Reply:
    """The user withdraws the consent: no token of it is taken any more."""
    email = known(world, user)
    return Reply.of(200, {"revoked": world.visma.revoke(email)} | world.visma.report(email))


def expire(world: World, request: Request, user: str) -> Reply:
    """The user's access tokens end at once; they can be refreshed."""
    email = known(world, user)
    return Reply.of(200, {"expired": world.visma.expire(email)} | world.visma.report(email))


def register(world: World, request: Request) -> Reply:
    """One more return address of the app."""
    try:
        world.visma.register(str(document(request).get("redirect_uri", "")))
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return Reply.of(201, {"redirect_uris": sorted(world.visma.app.redirect_uris)})


def known(world: World, user: str) -> str:
    """The e-mail in an address or a body. Raises Refused 404 when nobody has it."""
    email = unquote(user)
    if email not in world.visma.users:
        raise Refused(404, f"no user {email}")
    return email


def _organizations(world: World, wish: dict[str, Any]) -> list[int]:
    given = wish.get("organizations", [])
    if not isinstance(given, list):
        raise Refused(400, "organizations is a list of numbers")
    return [world.organization(whole(number, "organization")).number for number in given]
