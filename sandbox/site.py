"""The sandbox's own addresses: control, ledger, mail, and the pages for a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sandbox import control
from sandbox.pages import books, mails, shop, signin, start, visma
from sandbox.pages import control as control_page
from sandbox.pages.html import page, tag
from sandbox.routes import Refused, Router
from sandbox.wire import Reply, Request
from sandbox.world import World

ICON = (Path(__file__).parent / "pages" / "sandbox.svg").read_bytes()
STYLES = (Path(__file__).parent / "pages" / "sandbox.css").read_bytes()
router: Router[World] = Router()
for part in (start.router, shop.router, books.router, mails.router, signin.router, visma.router, control_page.router):
    router.include(part)


def dispatch(world: World, request: Request) -> Reply:
    """Answer one request that is not a call to a stand-in: control as JSON, all else as pages."""
    if request.path.startswith("/control/") and not _is_for_a_person(request):
        return _control(world, request)
    try:
        return router.dispatch(world, request)
    except Refused as refusal:
        return page("Fejl", tag("h1", f"Fejl {refusal.status}"), tag("p", refusal.message), status=refusal.status)


def _is_for_a_person(request: Request) -> bool:
    """Whether a browser asks for the control page itself; everything below its address is for programs."""
    return (request.method, request.path) == ("GET", "/control/") and "text/html" in request.headers.get("accept", "")


def _control(world: World, request: Request) -> Reply:
    try:
        return control.router.dispatch(world, replace(request, path=request.path.removeprefix("/control")))
    except Refused as refusal:
        return Reply.of(refusal.status, {"error": refusal.message})


@router.on("GET", "/health")
def health(world: World, request: Request) -> Reply:
    """200 as long as the loop turns."""
    return Reply.of(200, {"ok": True})


@router.on("GET", "/sandbox.css")
def styles(world: World, request: Request) -> Reply:
    """The one stylesheet."""
    return Reply(200, STYLES, {"content-type": "text/css; charset=utf-8", "cache-control": "max-age=60"})


@router.on("GET", "/sandbox.svg")
def icon(world: World, request: Request) -> Reply:
    """The sign in the browser's tab: of another colour and shape than the product's."""
    return Reply(200, ICON, {"content-type": "image/svg+xml", "cache-control": "max-age=60"})
