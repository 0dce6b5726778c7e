"""The mailbox: every mail that was sent, and one mail with its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox import mail
from sandbox.pages.html import Safe, join, link, page, table, tag
from sandbox.routes import Refused, Router, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


@router.on("GET", "/mail")
def mailbox(world: World, request: Request) -> Reply:
    """Every mail that was sent, the newest first on the page: JSON for a program, a page for a browser."""
    if "text/html" not in request.headers.get("accept", ""):
        return Reply.of(200, {"mails": world.mails})
    rows = [
        (kept["at"], kept["from"], kept["to"], link(f"/mail/{number}", kept["subject"] or "(intet emne)"))
        for number, kept in reversed(list(enumerate(world.mails, start=1)))
    ]
    return page("Postkasse", tag("h1", "Postkasse"), table("Mails", ("Tid", "Fra", "Til", "Emne"), rows))


@router.on("GET", "/mail/<number>")
def one(world: World, request: Request, number: str) -> Reply:
    """One mail; what it links to can be followed."""
    place = whole(number)
    if not 1 <= place <= len(world.mails):
        raise Refused(404, f"no mail {number}")
    kept = world.mails[place - 1]
    about = tag("p", f"Fra {kept['from']} til {kept['to']}, {kept['at']}", class_="muted")
    back = tag("p", link("/mail", "Postkasse"))
    return page(kept["subject"], tag("h1", kept["subject"]), about, *_paragraphs(kept), back)


def _paragraphs(kept: dict[str, Any]) -> Iterator[Safe]:
    for paragraph in re.split(r"\n\s*\n", str(kept["text"]).replace("\r\n", "\n").strip()):
        yield tag("p", *_linked(paragraph))


def _linked(text: str) -> Iterator[object]:
    """The text with its addresses as links."""
    end = 0
    for found in ADDRESS.finditer(text):
        yield text[end : found.start()]
        yield join([link(found.group(), found.group())])
        end = found.end()
    yield text[end:]


@router.on("POST", "/mail")
def receive(world: World, request: Request) -> Reply:
    """Put the posted message (RFC 5322) into the mailbox."""
    mail.put(world, request.body)
    return Reply.of(201, {"mails": len(world.mails)})
